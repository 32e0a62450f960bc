"""Sessions: a new token each, two ends by themselves, and forms that belong to one of them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from engine.base.actors import ActorKind
from engine.base.actors.roles import SCOPES, Role
from engine.base.actors.sessions import (
    IDLE,
    LONGEST,
    begin_session,
    check_csrf,
    check_session,
    csrf_token,
    end_session,
    end_sessions_of,
    forget_ended,
    note_session_use,
)
from engine.base.actors.tokens import new_token
from engine.base.clock import FixedClock
from engine.base.errors import AccessRefused
from engine.base.ids import ActorId
from engine.base.state.database import Database
from tests.base.actors.people import add, holds, recorded
from tests.conftest import START

MINUTE = timedelta(minutes=1)


def begin(database: Database, actor: ActorId) -> str:
    with database.transaction() as session:
        made = begin_session(session, actor, "totp")
    assert made.token not in repr(made)
    assert made.csrf not in repr(made)
    return made.token


def use(database: Database, token: str) -> None:
    with database.transaction() as session:
        check_session(session, token)


def refusal(database: Database, token: str) -> str:
    with (
        database.snapshot() as session,
        pytest.raises(AccessRefused, match=r"^this credential is not valid$") as caught,
    ):
        check_session(session, token, note=False)
    return caught.value.reason


@pytest.fixture
def ada(database: Database) -> ActorId:
    return add(database, "Ada", Role.AUDITOR, Role.APPROVER)


def test_a_session_acts_for_its_actor_with_all_that_their_roles_allow(database: Database, ada: ActorId) -> None:
    with database.transaction() as session:
        made = begin_session(session, ada, "totp")
    with database.snapshot() as session:
        who = check_session(session, made.token, note=False)
    assert who == made.principal
    assert (who.actor_id, who.kind, who.name, who.credential) == (ada, ActorKind.PERSON, "Ada", "session")
    assert who.scopes == SCOPES[Role.AUDITOR] | SCOPES[Role.APPROVER]
    assert made.expires_at == START + LONGEST
    check_csrf(made.token, made.csrf)


def test_a_request_costs_the_state_one_question(database: Database, ada: ActorId) -> None:
    nobody_yet = add(database, "Bob")  # has no role
    for actor in (ada, nobody_yet):
        token, asked = begin(database, actor), []
        with database.snapshot() as session:

            def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
                asked.append(statement)  # noqa: B023 - called within this turn only

            event.listen(database._engine, "before_cursor_execute", note)
            try:
                assert check_session(session, token, note=False).actor_id == actor
            finally:
                event.remove(database._engine, "before_cursor_execute", note)
        assert len(asked) == 1


def test_every_session_has_a_token_of_its_own(database: Database, ada: ActorId) -> None:
    one, other = begin(database, ada), begin(database, ada)
    assert one != other
    with database.transaction() as session:
        end_session(session, one)
    assert refusal(database, one) == "ended"
    use(database, other)


@pytest.mark.parametrize("token", ["", "x", "\ud800", "A" * 43, "A" * 1_000_000])
def test_what_nobody_was_given_is_unknown(database: Database, ada: ActorId, token: str) -> None:
    begin(database, ada)
    assert refusal(database, token) == "unknown"
    with database.transaction() as session:
        end_session(session, token)


def test_it_ends_when_nothing_is_asked_for_half_an_hour(database: Database, ada: ActorId, clock: FixedClock) -> None:
    token = begin(database, ada)
    for _ in range(3):
        clock.instant += IDLE - MINUTE
        use(database, token)
    clock.instant += IDLE
    assert refusal(database, token) == "idle"


def test_it_ends_after_twelve_hours_whatever_is_asked(database: Database, ada: ActorId, clock: FixedClock) -> None:
    token = begin(database, ada)
    while clock.instant < START + LONGEST - 20 * MINUTE:
        clock.instant += 20 * MINUTE
        if clock.instant < START + LONGEST:
            use(database, token)
    clock.instant = START + LONGEST
    assert refusal(database, token) == "expired"


def test_its_use_is_noted_at_most_once_a_minute(database: Database, ada: ActorId, clock: FixedClock) -> None:
    token = begin(database, ada)
    clock.instant += MINUTE - timedelta(seconds=1)
    with database.snapshot() as session:
        assert not check_session(session, token, note=False).use_due
    clock.instant = START + MINUTE
    with database.snapshot() as session:
        who = check_session(session, token, note=False)
        assert who.use_due
    with database.transaction() as session:
        note_session_use(session, who)
    clock.instant = START + MINUTE + IDLE - timedelta(seconds=1)
    use(database, token)  # it would be idle, had that not been noted


def test_all_sessions_of_an_actor_end_at_once_and_no_others(database: Database, ada: ActorId) -> None:
    tokens, bob = [begin(database, ada) for _ in range(3)], begin(database, add(database, "Bob"))
    with database.transaction() as session:
        assert end_sessions_of(session, ada) == 3
        assert end_sessions_of(session, ada) == 0
    assert [refusal(database, token) for token in tokens] == ["ended"] * 3
    use(database, bob)
    assert recorded(database, "actor.session_ended") == [{"reason": "asked"}] * 3


def test_what_is_over_is_forgotten_and_its_end_recorded_once(
    database: Database, ada: ActorId, clock: FixedClock
) -> None:
    signed_out, idle, living = (begin(database, ada) for _ in range(3))
    with database.transaction() as session:
        end_session(session, signed_out)
        end_session(session, signed_out)
        assert forget_ended(session) == 1
    clock.instant += IDLE - MINUTE
    use(database, living)
    clock.instant += MINUTE
    with database.transaction() as session:
        assert forget_ended(session) == 1
        assert forget_ended(session) == 0
    use(database, living)
    assert refusal(database, idle) == "unknown"
    clock.instant = START + LONGEST
    with database.transaction() as session:
        assert forget_ended(session) == 1
    assert [one["reason"] for one in recorded(database, "actor.session_ended")] == ["signed_out", "idle", "expired"]


@given(st.text(max_size=60))
def test_a_form_of_another_session_is_refused(given: str) -> None:
    token, other = new_token(), new_token()
    check_csrf(token, csrf_token(token))
    for wrong in (given, csrf_token(other), token, ""):
        with pytest.raises(AccessRefused) as caught:
            check_csrf(token, wrong)
        assert caught.value.reason == "csrf"


def test_no_token_stands_in_the_state(database: Database, ada: ActorId) -> None:
    token = begin(database, ada)
    use(database, token)
    assert holds(database, token, csrf_token(token)) == []
