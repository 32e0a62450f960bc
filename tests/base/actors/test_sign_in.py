"""Signing in: who gets in, what an attacker can tell, and how slow guessing is."""

from __future__ import annotations

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import argon2
import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, func, select, text

from engine.base.actors import passwords
from engine.base.actors import sign_in as signing
from engine.base.actors.attempts import (
    FORGOTTEN_AFTER,
    FREE_OF_ADDRESS,
    FREE_OF_NAME,
    KNOWN_FOR,
    LONGEST_WAIT,
    delay,
    forget_attempts,
    network,
)
from engine.base.actors.granting import deactivate
from engine.base.actors.passwords import password_hash, put_password, set_password
from engine.base.actors.roles import Role
from engine.base.actors.sessions import NewSession, check_csrf, check_session
from engine.base.actors.sign_in import SignInDelayed, sign_in
from engine.base.actors.totp import begin_totp, confirm_totp
from engine.base.clock import FixedClock
from engine.base.errors import AccessRefused
from engine.base.ids import ActorId
from engine.base.state.database import Database
from engine.base.state.tables import AttemptRow
from tests.base.actors.people import add, holds, recorded
from tests.base.actors.test_totp import secret_of

PASSWORD = "Kestrel-over-9-hills"
HOME, AWAY = "192.0.2.7", "198.51.100.9"
CANARY = "canary-typed-into-a-field"


@pytest.fixture(autouse=True)
def _quick_argon2(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real one with less to do: what it costs is the matter of other tests."""
    quick = argon2.Parameters(argon2.Type.ID, 19, salt_len=16, hash_len=32, time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "PARAMETERS", quick)
    monkeypatch.setattr(passwords, "_HASHER", argon2.PasswordHasher.from_parameters(quick))


@pytest.fixture
def ada(database: Database) -> ActorId:
    made = add(database, "Ada", Role.AUDITOR)
    set_password(database, made, PASSWORD)
    return made


@pytest.fixture
def device(database: Database, ada: ActorId, clock: FixedClock) -> pyotp.TOTP:
    """Ada's authenticator; its first code was used some time ago."""
    with database.transaction() as session:
        made = pyotp.TOTP(secret_of(begin_totp(session, ada).uri))
        confirm_totp(session, ada, made.at(clock.instant))
    clock.instant += timedelta(minutes=5)
    return made


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hashes that Argon2 really verified against, in order: each costs the same."""
    seen: list[str] = []
    real = passwords._HASHER

    class Counted:
        def verify(self, hashed: str, password: bytes) -> bool:
            seen.append(hashed)
            return bool(real.verify(hashed, password))

        def __getattr__(self, name: str) -> object:
            return getattr(real, name)

    monkeypatch.setattr(passwords, "_HASHER", Counted())
    return seen


def refusal(
    database: Database, name: str, password: str = PASSWORD, code: str = "", address: str = HOME
) -> AccessRefused:
    with pytest.raises(AccessRefused) as caught:
        sign_in(database, name, password, code, address=address)
    return caught.value


def test_a_person_signs_in(database: Database, ada: ActorId) -> None:
    made = sign_in(database, " Ada ", PASSWORD, "", address=HOME)
    assert isinstance(made, NewSession)
    with database.snapshot() as session:
        assert check_session(session, made.token, note=False) == made.principal
    check_csrf(made.token, made.csrf)
    assert made.principal.actor_id == ada
    assert sign_in(database, "Ada", PASSWORD, "", address=HOME).token != made.token
    assert recorded(database, "actor.signed_in") == [
        {"factor": "none", "new_address": True},
        {"factor": "none", "new_address": False},
    ]


def test_who_has_a_second_factor_needs_it(
    database: Database, ada: ActorId, device: pyotp.TOTP, clock: FixedClock
) -> None:
    for wrong in ("", "12345", "not a code"):
        assert refusal(database, "Ada", code=wrong).reason == "wrong_code"
        clock.instant += timedelta(minutes=1)
    code = device.at(clock.instant)
    sign_in(database, "Ada", PASSWORD, code, address=HOME)
    assert refusal(database, "Ada", code=code).reason == "wrong_code"  # a replay
    assert [one["factor"] for one in recorded(database, "actor.signed_in")] == ["totp"]


def test_a_wrong_password_does_not_use_the_code_up(
    database: Database, ada: ActorId, device: pyotp.TOTP, clock: FixedClock
) -> None:
    code = device.at(clock.instant)
    assert refusal(database, "Ada", "Kestrel-over-8-hills", code).reason == "wrong_password"
    sign_in(database, "Ada", PASSWORD, code, address=HOME)


def test_all_refusals_look_and_cost_the_same(
    database: Database, ada: ActorId, device: pyotp.TOTP, verified: list[str]
) -> None:
    gone, invited = add(database, "Gone"), add(database, "Invited")
    set_password(database, gone, PASSWORD)
    with database.transaction() as session:
        deactivate(session, gone)
    verified.clear()
    tries = {
        "unknown": ("Nobody", PASSWORD),
        "inactive": ("Gone", PASSWORD),
        "no_password": ("Invited", PASSWORD),
        "wrong_password": ("Ada", "Kestrel-over-8-hills"),
        "wrong_code": ("Ada", PASSWORD),
    }
    answers = {reason: refusal(database, name, password) for reason, (name, password) in tries.items()}
    assert {reason: one.reason for reason, one in answers.items()} == {reason: reason for reason in tries}
    assert len({(type(one), one.message, one.hint) for one in answers.values()}) == 1
    assert len(verified) == len(tries)  # one Argon2 each
    assert all(argon2.extract_parameters(hashed) == passwords.PARAMETERS for hashed in verified)
    told = {one["reason"] for one in recorded(database, "actor.sign_in_refused")}
    assert told == set(tries)
    assert answers["wrong_password"].actor_id == ada
    assert answers["no_password"].actor_id == invited
    assert answers["unknown"].actor_id is None


def test_all_refusals_ask_the_state_the_same_questions(database: Database, ada: ActorId, device: pyotp.TOTP) -> None:
    """So that the time in which an answer comes tells neither a right password nor a name that exists."""

    def asked(name: str, password: str) -> list[str]:
        seen: list[str] = []

        def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
            found = re.match(r"(SELECT|INSERT|UPDATE|DELETE).*?(?:FROM|INTO|UPDATE) (\w+)", statement, re.DOTALL)
            seen.extend([f"{found[1]} {found[2]}"] if found else [])

        event.listen(database._engine, "before_cursor_execute", note)
        try:
            refusal(database, name, password, "123", address=AWAY)
        finally:
            event.remove(database._engine, "before_cursor_execute", note)
        return seen

    for name in ("Ada", "Nobody"):
        asked(name, "once, for what is made once")
    wrong_password, wrong_code = asked("Ada", "Kestrel-over-8-hills"), asked("Ada", PASSWORD)
    assert wrong_password == wrong_code
    assert len(wrong_password) > 15
    assert sorted(asked("Nobody", PASSWORD)) == sorted(wrong_password)


def test_names_and_passwords_that_are_none_do_no_harm(database: Database, ada: ActorId) -> None:
    for odd in ("", "\x00", "\ud800", "a\u202eb", "x" * 100_000):
        assert refusal(database, odd, odd, odd, odd or "?").reason == "unknown"
        assert refusal(database, "Ada", odd, odd, address=odd).reason == "wrong_password"
        with database.transaction() as session:
            session.execute(text("DELETE FROM sign_in_attempt"))


# guessing


def test_the_delay_doubles_up_to_a_quarter_of_an_hour() -> None:
    told = [delay(failures, 3).total_seconds() for failures in range(16)]
    assert told == [0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]


@given(st.integers(0, 10**9), st.integers(0, 50))
def test_the_delay_never_shrinks_and_never_exceeds_its_longest(failures: int, free: int) -> None:
    assert timedelta() <= delay(failures, free) <= delay(failures + 1, free) <= LONGEST_WAIT


@pytest.mark.parametrize("name", ["Ada", "Nobody"])
def test_guessing_is_slow_by_name_whether_it_exists_or_not(
    database: Database, ada: ActorId, clock: FixedClock, verified: list[str], name: str
) -> None:
    waits = []
    for number in range(FREE_OF_NAME + 4):
        refusal(database, name, "Kestrel-over-8-hills", address=f"203.0.113.{number}")
        if number >= FREE_OF_NAME - 1:
            with pytest.raises(SignInDelayed) as caught:
                sign_in(database, name, PASSWORD, "", address=f"203.0.113.{100 + number}")
            waits.append(caught.value.retry_after_s)
            clock.instant += timedelta(seconds=waits[-1])
    assert waits == [1, 2, 4, 8, 16]
    assert len(verified) == len(recorded(database, "actor.sign_in_refused"))  # what came too soon cost no Argon2


def test_right_or_wrong_what_comes_too_soon_is_not_looked_at(
    database: Database, ada: ActorId, clock: FixedClock, verified: list[str]
) -> None:
    for _ in range(FREE_OF_NAME):
        refusal(database, "Ada", "Kestrel-over-8-hills", address=AWAY)
    verified.clear()
    for _ in range(5):
        assert refusal(database, "Ada", PASSWORD).reason == "too_soon"
    assert verified == []
    clock.instant += timedelta(seconds=1)
    sign_in(database, "Ada", PASSWORD, "", address=HOME)  # tries that were turned away did not prolong it


def test_who_is_turned_away_is_counted_in_the_next_event(database: Database, ada: ActorId, clock: FixedClock) -> None:
    for _ in range(FREE_OF_NAME):
        refusal(database, "Ada", "Kestrel-over-8-hills")
    for _ in range(7):
        refusal(database, "Ada")
    clock.instant += timedelta(seconds=1)
    refusal(database, "Ada", "Kestrel-over-8-hills")
    told = [(one["failures"], one["turned_away"]) for one in recorded(database, "actor.sign_in_refused")]
    assert told == [(1, 0), (2, 0), (3, 0), (4, 7)]


def test_a_stranger_does_not_keep_a_person_out_where_they_are_known(
    database: Database, ada: ActorId, clock: FixedClock
) -> None:
    sign_in(database, "Ada", PASSWORD, "", address=HOME)
    for _ in range(20):
        refusal(database, "Ada", "Kestrel-over-8-hills", address=AWAY)
    assert refusal(database, "Ada", address="203.0.113.5").reason == "too_soon"
    sign_in(database, "Ada", PASSWORD, "", address=HOME)
    clock.instant += KNOWN_FOR + timedelta(seconds=1)
    sign_in(database, "Ada", PASSWORD, "", address=HOME)
    assert [one["new_address"] for one in recorded(database, "actor.signed_in")] == [True, False, True]


def test_nobody_is_locked_out_for_good(database: Database, ada: ActorId, clock: FixedClock) -> None:
    for _ in range(60):
        refusal(database, "Ada", "Kestrel-over-8-hills", address=AWAY)
        clock.instant += LONGEST_WAIT
    sign_in(database, "Ada", PASSWORD, "", address=HOME)


def test_guessing_many_names_from_one_address_is_slow_and_signing_in_does_not_wash_it_clean(
    database: Database, ada: ActorId, clock: FixedClock
) -> None:
    for number in range(FREE_OF_ADDRESS - 1):
        assert refusal(database, f"name {number}", address=AWAY).reason == "unknown"
    sign_in(database, "Ada", PASSWORD, "", address=AWAY)
    assert refusal(database, "one more", address=AWAY).reason == "unknown"
    assert refusal(database, "yet another", address=AWAY).reason == "too_soon"
    assert refusal(database, "Ada", address=AWAY).reason == "too_soon"
    sign_in(database, "Ada", PASSWORD, "", address=HOME)


def test_a_thousand_tries_at_once_are_no_way_around(database: Database, ada: ActorId, verified: list[str]) -> None:
    def guess(number: int) -> str:
        return refusal(database, "Ada", f"Kestrel-over-{number}-hills", address=f"203.0.113.{number}").reason

    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(guess, range(100, 124)))
    assert told.count("wrong_password") == FREE_OF_NAME == len(verified)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
        (" testclient ", "testclient", True),
        ("", "192.0.2.7", False),
    ],
)
def test_addresses_that_one_person_has_are_one(one: str, other: str, *, same: bool) -> None:
    assert (network(one) == network(other)) is same


def test_what_does_not_count_any_more_is_taken_out(database: Database, ada: ActorId, clock: FixedClock) -> None:
    def rows() -> int:
        with database.transaction() as session:
            forget_attempts(session)
            return session.scalar(select(func.count()).select_from(AttemptRow)) or 0

    sign_in(database, "Ada", PASSWORD, "", address=HOME)
    refusal(database, "Nobody", address=AWAY)
    assert rows() == 5
    clock.instant += FORGOTTEN_AFTER + timedelta(seconds=1)
    assert rows() == 1
    clock.instant += KNOWN_FOR
    assert rows() == 0


# what is kept


def test_nothing_typed_stands_in_state_log_or_event(
    database: Database, ada: ActorId, device: pyotp.TOTP, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    refusal(database, CANARY, CANARY, CANARY, AWAY)
    refusal(database, "Ada", CANARY, CANARY, AWAY)
    code = device.at(clock.instant)
    made = sign_in(database, "Ada", PASSWORD, code, address=HOME)
    assert holds(database, CANARY, PASSWORD, made.token, made.csrf, HOME, AWAY, device.secret) == []
    assert not [word for word in (CANARY, PASSWORD, made.token, device.secret) if word in caplog.text]
    assert holds(database, "actor.signed_in")  # the look finds what is there


def test_a_hash_of_old_parameters_is_made_anew_at_the_next_sign_in(
    database: Database, ada: ActorId, clock: FixedClock
) -> None:
    old = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with database.transaction() as session:
        put_password(session, ada, old, "command_line")
    refusal(database, "Ada", "Kestrel-over-8-hills")
    assert _kept(database, ada) == old
    sign_in(database, "Ada", PASSWORD, "", address=HOME)
    fresh = _kept(database, ada)
    assert argon2.extract_parameters(fresh) == passwords.PARAMETERS
    sign_in(database, "Ada", PASSWORD, "", address=HOME)
    assert _kept(database, ada) == fresh


def test_who_signs_in_keeps_their_password_and_who_does_not_loses_it(
    database: Database, ada: ActorId, clock: FixedClock
) -> None:
    for _ in range(3):
        clock.instant += timedelta(days=700)
        sign_in(database, "Ada", PASSWORD, "", address=HOME)
    clock.instant += timedelta(days=1200)
    assert refusal(database, "Ada").reason in ("no_password", "unknown")


def _kept(database: Database, actor: ActorId) -> str:
    with database.snapshot() as session:
        return password_hash(session, actor) or ""


def test_the_state_is_not_held_while_argon2_works(
    database: Database, ada: ActorId, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another writer commits while a password is verified: on SQLite there is one writer's place only."""
    real = passwords.verify_password
    between: list[int] = []

    def verify(hashed: str | None, password: str) -> bool:
        add(database, f"another {len(between)}")
        between.append(1)
        return real(hashed, password)

    monkeypatch.setattr(signing, "verify_password", verify)
    sign_in(database, "Ada", PASSWORD, "", address=HOME)
    assert between == [1]
