"""Roles: given, taken, never the last administrator's; and what ends with an actor's right to act."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from engine.base.actors import ActorKind
from engine.base.actors.api_keys import check_api_key, issue_api_key
from engine.base.actors.granted import roles_of
from engine.base.actors.granting import deactivate, grant, list_actors, reactivate, view_actor, withdraw
from engine.base.actors.roles import Role, Scope
from engine.base.actors.sessions import begin_session, check_session
from engine.base.errors import AccessRefused, BadInput, NotFound
from engine.base.ids import ActorId, new_id
from engine.base.state.database import Database
from tests.base.actors.people import add, recorded
from tests.conftest import START


def test_roles_are_given_taken_and_recorded_once(database: Database) -> None:
    ada = add(database, "Ada", Role.AUDITOR, Role.AUDITOR, Role.APPROVER)
    with database.transaction() as session:
        assert roles_of(session, ada) == {Role.AUDITOR, Role.APPROVER}
        withdraw(session, ada, Role.AUDITOR)
        withdraw(session, ada, Role.AUDITOR)
        assert roles_of(session, ada) == {Role.APPROVER}
    assert recorded(database, "actor.role_granted") == [
        {"kind": "person", "role": "auditor", "roles": ["auditor"], "own": False},
        {"kind": "person", "role": "approver", "roles": ["approver", "auditor"], "own": False},
    ]
    assert recorded(database, "actor.role_withdrawn") == [{"kind": "person", "role": "auditor", "roles": ["approver"]}]


def test_whoever_gives_themselves_a_role_is_told_by_the_trail(database: Database) -> None:
    assert database.context is not None
    assert database.context.actor_id is not None
    with database.transaction() as session:
        grant(session, database.context.actor_id, Role.ADMINISTRATOR)
    assert [one["own"] for one in recorded(database, "actor.role_granted")] == [True]


def test_only_a_person_approves(database: Database) -> None:
    for kind in (ActorKind.SERVICE, ActorKind.SCHEDULE):
        actor = add(database, "machine", kind=kind)
        with database.transaction() as session, pytest.raises(BadInput, match="a person's"):
            grant(session, actor, Role.APPROVER)


def test_nobody_is_not_found(database: Database) -> None:
    nobody = ActorId(new_id())
    with database.transaction() as session:
        assert roles_of(session, nobody) == frozenset()
        for act in (deactivate, reactivate, view_actor):
            with pytest.raises(NotFound):
                act(session, nobody)
        for change in (grant, withdraw):
            with pytest.raises(NotFound):
                change(session, nobody, Role.AUDITOR)


def test_the_last_active_administrator_stays(database: Database) -> None:
    one = add(database, "one", Role.ADMINISTRATOR)
    other = add(database, "other", Role.ADMINISTRATOR)
    with database.transaction() as session:
        deactivate(session, other)
        with pytest.raises(BadInput, match="last active administrator"):
            withdraw(session, one, Role.ADMINISTRATOR)
        with pytest.raises(BadInput, match="last active administrator"):
            deactivate(session, one)
        reactivate(session, other)
        withdraw(session, one, Role.ADMINISTRATOR)
        deactivate(session, one)  # who is no administrator may go
        with pytest.raises(BadInput, match="last active administrator"):
            deactivate(session, other)


def test_of_two_administrators_who_go_at_once_one_stays(database: Database) -> None:
    pair = [add(database, name, Role.ADMINISTRATOR) for name in ("one", "other")]

    def leave(place: int) -> bool:
        try:
            with database.transaction() as session:
                if place:
                    withdraw(session, pair[place], Role.ADMINISTRATOR)
                else:
                    deactivate(session, pair[place])
        except BadInput:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(leave, range(2))) == [False, True]
    with database.snapshot() as session:
        left = [one for one in list_actors(session) if Role.ADMINISTRATOR in one.roles and one.deactivated_at is None]
    assert len(left) == 1


def test_with_an_actors_right_end_their_sessions_and_keys_for_good(database: Database) -> None:
    ada = add(database, "Ada", Role.AUDITOR)
    with database.transaction() as session:
        key = issue_api_key(session, ada, label="x", scopes=[Scope.LEDGER_READ], expires_at=START + timedelta(days=9))
        token = begin_session(session, ada, "none").token
    with database.transaction() as session:
        deactivate(session, ada)
        deactivate(session, ada)
    with database.snapshot() as session:
        for check, shown in ((check_api_key, key.token), (check_session, token)):
            with pytest.raises(AccessRefused) as caught:
                check(session, shown, note=False)
            assert (caught.value.reason, caught.value.actor_id) == ("inactive", ada)
    with database.transaction() as session:
        with pytest.raises(BadInput, match="deactivated"):
            grant(session, ada, Role.APPROVER)
        with pytest.raises(BadInput, match="deactivated"):
            issue_api_key(session, ada, label="x", scopes=[Scope.LEDGER_READ], expires_at=START + timedelta(days=9))
        with pytest.raises(AccessRefused):
            begin_session(session, ada, "none")
        reactivate(session, ada)
        reactivate(session, ada)
        assert view_actor(session, ada).roles == {Role.AUDITOR}
        for again, shown, reason in ((check_api_key, key.token, "revoked"), (check_session, token, "ended")):
            with pytest.raises(AccessRefused) as caught:
                again(session, shown)
            assert caught.value.reason == reason
    assert recorded(database, "actor.deactivated") == [
        {"kind": "person", "roles": ["auditor"], "sessions": 1, "keys": 1}
    ]
    assert recorded(database, "actor.reactivated") == [{"kind": "person", "roles": ["auditor"]}]
    assert [one["reason"] for one in recorded(database, "actor.session_ended")] == ["deactivated"]
    assert [one["reason"] for one in recorded(database, "actor.api_key_revoked")] == ["deactivated"]


def test_actors_are_listed_in_pages(database: Database) -> None:
    made = [add(database, f"actor {number}", Role.AUDITOR) for number in range(5)]
    with database.snapshot() as session:
        every = list_actors(session)
        assert [one.actor.id for one in every][1:] == made  # the first is who runs the tests
        assert [one.actor.name for one in every][1:] == [f"actor {number}" for number in range(5)]
        assert [one.roles for one in every][1:] == [{Role.AUDITOR}] * 5
        pages, after = [], None
        while page := list_actors(session, after=after, limit=2):
            pages.append(len(page))
            after = page[-1].actor.id
    assert pages == [2, 2, 2]
