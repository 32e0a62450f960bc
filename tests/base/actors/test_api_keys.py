"""API keys: their form, their end, and that what they allow is never more than their actor may."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base.actors import ActorKind
from engine.base.actors.api_keys import (
    check_api_key,
    issue_api_key,
    list_api_keys,
    note_key_use,
    revoke_api_key,
)
from engine.base.actors.granting import withdraw
from engine.base.actors.roles import Role, Scope
from engine.base.actors.tokens import is_token, new_api_key, new_token, parse_api_key
from engine.base.clock import FixedClock
from engine.base.errors import AccessRefused, BadInput, NotFound
from engine.base.ids import ActorId, ApiKeyId, new_id
from engine.base.state.context import Context
from engine.base.state.database import Database
from engine.base.state.opening import open_tenant
from tests.base.actors.people import add, holds, recorded
from tests.conftest import START

BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
DAY = timedelta(days=1)


def issue(database: Database, actor: ActorId, *scopes: Scope, days: float = 10) -> tuple[ApiKeyId, str]:
    with database.transaction() as session:
        made = issue_api_key(session, actor, label="night job", scopes=scopes, expires_at=START + timedelta(days=days))
    assert made.token not in repr(made)
    return made.id, made.token


def refusal(database: Database, token: str) -> str:
    with (
        database.snapshot() as session,
        pytest.raises(AccessRefused, match=r"^this credential is not valid$") as caught,
    ):
        check_api_key(session, token, note=False)
    return caught.value.reason


# the form


@given(st.uuids())
def test_a_key_is_of_one_form_and_names_its_row(key_id: UUID) -> None:
    token = new_api_key(key_id)
    assert re.fullmatch(r"reeve_[0-9a-f]{32}_[A-Za-z0-9_-]{43}[A-Za-z0-9_-]{6}", token)
    assert parse_api_key(token) == key_id


@given(st.uuids(), st.data())
def test_one_wrong_character_is_noticed_wherever_it_is(key_id: UUID, data: st.DataObject) -> None:
    token = new_api_key(key_id)
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from(BASE64URL).filter(lambda char: char != token[place]))
    assert parse_api_key(token[:place] + other + token[place + 1 :]) is None


@given(st.uuids(), st.integers(0, 86))
def test_two_characters_that_changed_places_are_noticed(key_id: UUID, place: int) -> None:
    token = new_api_key(key_id)
    turned = token[:place] + token[place + 1] + token[place] + token[place + 2 :]
    assert parse_api_key(turned) == (key_id if turned == token else None)


@given(st.text() | st.from_regex(r"reeve_[0-9a-f]{32}_[A-Za-z0-9_-]{49}", fullmatch=True))
def test_what_nobody_issued_is_no_key(text: str) -> None:
    found = parse_api_key(text)
    assert found is None or text.startswith(f"reeve_{found.hex}_")


@given(st.text() | st.from_regex(r"[A-Za-z0-9_-]{43}", fullmatch=True))
def test_a_token_has_one_spelling(text: str) -> None:
    assert is_token(text) == (len(text) == 43 and set(text) <= set(BASE64URL) and BASE64URL.index(text[-1]) % 4 == 0)


def test_tokens_are_as_long_as_their_bits_and_differ() -> None:
    made = {new_token() for _ in range(200)}
    assert len(made) == 200
    assert all(map(is_token, made))


# issuing


def test_a_key_acts_for_its_actor_within_its_scopes(database: Database) -> None:
    robot = add(database, "billing", Role.SERVICE, kind=ActorKind.SERVICE)
    key_id, token = issue(database, robot, Scope.SCANS_READ)
    with database.snapshot() as session:
        who = check_api_key(session, token, note=False)
    assert (who.actor_id, who.kind, who.name) == (robot, ActorKind.SERVICE, "billing")
    assert (who.credential, who.credential_id) == ("api_key", key_id)
    assert who.scopes == {Scope.SCANS_READ}
    assert who.may(Scope.SCANS_READ)
    assert not who.may(Scope.SCANS_RUN)
    (event,) = recorded(database, "actor.api_key_issued")
    assert event == {"scopes": ["scans:read"], "expires_at": "2026-03-11T09:30:00.000000Z"}


@pytest.mark.parametrize(
    ("scopes", "days", "label", "words"),
    [
        ([Scope.ACTORS_WRITE], 1, "x", "actors:write"),
        ([Scope.SCANS_READ, Scope.PLANS_APPROVE], 1, "x", "plans:approve"),
        ([], 1, "x", "at least one scope"),
        ([Scope.SCANS_READ], 367, "x", "366 days"),
        ([Scope.SCANS_READ], 0, "x", "in the future"),
        ([Scope.SCANS_READ], 1, " ", "printable"),
        ([Scope.SCANS_READ], 1, "x" * 201, "printable"),
        ([Scope.SCANS_READ], 1, "a\x1b[2J", "printable"),
    ],
)
def test_what_is_not_issued(database: Database, scopes: list[Scope], days: int, label: str, words: str) -> None:
    robot = add(database, "billing", Role.SERVICE, kind=ActorKind.SERVICE)
    with database.transaction() as session:
        with pytest.raises(BadInput, match=words):
            issue_api_key(session, robot, label=label, scopes=scopes, expires_at=START + timedelta(days=days))
        with pytest.raises(BadInput, match="ends in the future"):
            issue_api_key(session, robot, label="x", scopes=scopes, expires_at=START.replace(tzinfo=None))
        assert list_api_keys(session, robot) == ()


def test_a_schedule_needs_no_key_and_nobody_gets_none(database: Database) -> None:
    nightly = add(database, "nightly", Role.SERVICE, kind=ActorKind.SCHEDULE)
    with database.transaction() as session:
        with pytest.raises(BadInput, match="schedules"):
            issue_api_key(session, nightly, label="x", scopes=[Scope.SCANS_READ], expires_at=START + DAY)
        with pytest.raises(NotFound):
            issue_api_key(session, ActorId(new_id()), label="x", scopes=[Scope.SCANS_READ], expires_at=START + DAY)


# checking


def test_each_way_in_which_a_key_does_not_hold_has_its_reason_and_one_message(
    database: Database, clock: FixedClock
) -> None:
    ada = add(database, "Ada", Role.AUDITOR)
    key_id, token = issue(database, ada, Scope.LEDGER_READ)
    assert refusal(database, "") == "unknown"
    assert refusal(database, "reeve_\ud800") == "unknown"
    assert refusal(database, new_api_key(new_id())) == "unknown"
    assert refusal(database, new_api_key(key_id)) == "unknown"  # the right row, another secret
    clock.instant = START + 10 * DAY - timedelta(microseconds=1)
    with database.snapshot() as session:
        assert check_api_key(session, token, note=False).actor_id == ada
    clock.instant = START + 10 * DAY
    assert refusal(database, token) == "expired"
    with database.transaction() as session:
        revoke_api_key(session, key_id)
        revoke_api_key(session, key_id)
        with pytest.raises(NotFound):
            revoke_api_key(session, ApiKeyId(new_id()))
    assert refusal(database, token) == "revoked"
    assert len(recorded(database, "actor.api_key_revoked")) == 1


def test_a_withdrawn_role_takes_its_scopes_out_of_every_key(database: Database) -> None:
    ada = add(database, "Ada", Role.AUDITOR, Role.APPROVER)
    _, token = issue(database, ada, Scope.LEDGER_DISCLOSE, Scope.LEDGER_READ, Scope.PLANS_APPROVE)
    with database.transaction() as session:
        withdraw(session, ada, Role.AUDITOR)
        assert check_api_key(session, token).scopes == {Scope.LEDGER_READ, Scope.PLANS_APPROVE}
        withdraw(session, ada, Role.APPROVER)
        assert check_api_key(session, token).scopes == frozenset()


def test_the_last_use_is_noted_at_most_once_in_five_minutes(database: Database, clock: FixedClock) -> None:
    ada = add(database, "Ada", Role.AUDITOR)
    key_id, token = issue(database, ada, Scope.LEDGER_READ)

    def noted() -> timedelta | None:
        with database.snapshot() as session:
            (view,) = list_api_keys(session, ada)
        assert (view.id, view.label) == (key_id, "night job")
        return view.last_used_at - START if view.last_used_at else None

    def use(minutes: float) -> None:
        clock.instant = START + timedelta(minutes=minutes)
        with database.transaction() as session:
            assert not check_api_key(session, token).use_due

    assert noted() is None
    for at, told in ((0, 0), (4.9, 0), (5, 5), (9, 5), (10, 10)):
        use(at)
        assert noted() == timedelta(minutes=told)
    clock.instant = START + timedelta(minutes=15)
    with database.snapshot() as session:
        who = check_api_key(session, token, note=False)
        assert who.use_due
    with database.transaction() as session:
        note_key_use(session, who)
    assert noted() == timedelta(minutes=15)
    with database.snapshot() as session:
        assert not check_api_key(session, token, note=False).use_due


def test_a_key_of_one_tenant_is_none_in_another(unbound_database: Database, database: Database) -> None:
    ada = add(database, "Ada", Role.AUDITOR)
    _, token = issue(database, ada, Scope.LEDGER_READ)
    assert database.context is not None
    with unbound_database.transaction() as session:
        other = open_tenant(session, "other", database.context.clock)
    elsewhere = unbound_database.bound(Context(other, database.context.keyring, database.context.clock))
    assert refusal(elsewhere, token) == "unknown"


def test_of_two_who_revoke_a_key_at_once_one_records_it(database: Database) -> None:
    ada = add(database, "Ada", Role.AUDITOR)
    key_id, _ = issue(database, ada, Scope.LEDGER_READ)

    def revoke(_number: int) -> None:
        with database.transaction() as session:
            revoke_api_key(session, key_id)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(revoke, range(4)))
    assert len(recorded(database, "actor.api_key_revoked")) == 1


def test_no_key_and_no_label_stands_in_the_state(database: Database) -> None:
    ada = add(database, "Ada", Role.AUDITOR)
    _, token = issue(database, ada, Scope.LEDGER_READ)
    with database.transaction() as session:
        check_api_key(session, token)
    assert holds(database, token, token[39:82], "night job") == []
    assert holds(database, "actor.api_key_issued")  # the look finds what is there
