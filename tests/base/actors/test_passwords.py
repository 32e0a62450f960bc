"""Passwords: what is taken as one, how they are kept, and how a person comes to theirs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import argon2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.actors import ActorKind, passwords
from engine.base.actors.granting import deactivate
from engine.base.actors.invitations import HOLDS, accept_invitation, invite
from engine.base.actors.passwords import (
    check_choice,
    hash_password,
    is_outdated,
    password_hash,
    set_password,
    verify_password,
)
from engine.base.actors.sessions import begin_session, check_session
from engine.base.actors.tokens import new_token
from engine.base.clock import FixedClock
from engine.base.errors import AccessRefused, BadInput, DependencyFailed, NotFound
from engine.base.ids import ActorId, new_id
from engine.base.state.database import Database
from tests.base.actors.people import add, holds, recorded

GOOD, OTHER = "Kestrel-over-9-hills", "quiet rivers carry lanterns"


def argon2_is(database: Database, actor: ActorId) -> str:
    with database.snapshot() as session:
        hashed = password_hash(session, actor)
    assert hashed is not None
    return hashed


@pytest.mark.parametrize(
    "password",
    [
        "",
        "elevenchars",
        "x" * 1025,
        "password1234",
        "Password!2024",
        "123Password456!",
        "passwordpassword",
        "correct-horse-battery-staple",
        "QWERTYuiop123",
        "1q2w3e4r5t6y",
        "123456789012",
        "!!!!....????",
        "abababababab",
        "Change-Me-2026!",
        "hello lovelace 7",
        "ADA LOVELACE was here",
    ],
)
def test_what_is_no_password(password: str) -> None:
    with pytest.raises(BadInput) as caught:
        check_choice(password, "Ada Lovelace")
    for part in (password, "Lovelace"):
        assert not part or part not in caught.value.message + caught.value.hint


@pytest.mark.parametrize(
    "password", [GOOD, OTHER, "Kestrel-9-hi", "Zo\u00eb sah zw\u00f6lf B\u00e4ume", "adagio for strings"]
)
def test_what_is_a_password(password: str) -> None:
    check_choice(password, "Ada Lovelace")


def test_the_parameters_are_those_of_rfc_9106() -> None:
    hashed = hash_password(GOOD)
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    found = argon2.extract_parameters(hashed)
    assert (found.salt_len, found.hash_len) == (16, 32)
    assert argon2.extract_parameters(passwords._nobodys()) == found  # a name that does not exist costs the same
    assert hash_password(GOOD) != hashed


@settings(max_examples=5)
@given(st.text(max_size=30))
def test_only_the_password_verifies(password: str) -> None:
    hashed = hash_password(password)
    assert verify_password(hashed, password)
    assert not verify_password(hashed, password + "x")
    assert not verify_password(None, password)


def test_forms_of_one_password_are_one_and_odd_ones_do_no_harm() -> None:
    hashed = hash_password("Zoe\u0308 liebt Kirschen")
    assert verify_password(hashed, "Zo\u00eb liebt Kirschen")
    assert not verify_password(hashed, "\ud800")
    assert not verify_password(hash_password(""), "x" * 1025)
    assert not verify_password("no hash at all", GOOD)


def test_setting_a_password_ends_sessions_and_is_recorded(database: Database) -> None:
    ada = add(database, "Ada Lovelace")
    with database.transaction() as session:
        token = begin_session(session, ada, "none").token
    set_password(database, ada, GOOD)
    set_password(database, ada, OTHER)
    assert verify_password(argon2_is(database, ada), OTHER)
    with database.snapshot() as session, pytest.raises(AccessRefused) as caught:
        check_session(session, token, note=False)
    assert caught.value.reason == "ended"
    assert recorded(database, "actor.password_set") == [
        {"how": "command_line", "first": True},
        {"how": "command_line", "first": False},
    ]
    assert recorded(database, "actor.session_ended") == [{"reason": "password"}]


def test_who_has_none(database: Database) -> None:
    robot, gone = add(database, "robot", kind=ActorKind.SERVICE), add(database, "Gone")
    with database.transaction() as session:
        deactivate(session, gone)
        for actor in (robot, gone):
            with pytest.raises(BadInput):
                invite(session, actor)
    for actor in (robot, gone):
        with pytest.raises(BadInput):
            set_password(database, actor, GOOD)
    with pytest.raises(NotFound):
        set_password(database, ActorId(new_id()), GOOD)
    with database.snapshot() as session:
        assert password_hash(session, robot) is None


def test_neither_a_password_nor_its_hash_stands_in_the_state(database: Database) -> None:
    ada = add(database, "Ada Lovelace")
    set_password(database, ada, GOOD)
    with database.transaction() as session:
        made = invite(session, ada)
    assert made.token not in repr(made)
    assert holds(database, GOOD, "argon2id", argon2_is(database, ada), made.token) == []


def test_an_invitation_sets_a_password_once(database: Database) -> None:
    ada = add(database, "Ada Lovelace")
    with database.transaction() as session:
        void = invite(session, ada).token
        token = invite(session, ada).token
    for none in (void, new_token(), "", "\ud800"):
        with pytest.raises(AccessRefused) as caught:
            accept_invitation(database, none, GOOD)
        assert caught.value.reason == "unknown"
    with pytest.raises(BadInput, match="12 to"):
        accept_invitation(database, token, "short")
    with ThreadPoolExecutor(3) as pool:
        outcomes = list(pool.map(lambda _: _accepted(database, token), range(3)))
    assert sorted(outcomes) == [False, False, True]
    assert verify_password(argon2_is(database, ada), GOOD)
    assert recorded(database, "actor.password_set") == [{"how": "invitation", "first": True}]
    assert len(recorded(database, "actor.invited")) == 2


def _accepted(database: Database, token: str) -> bool:
    try:
        accept_invitation(database, token, GOOD)
    except AccessRefused:
        return False
    return True


def test_an_invitation_ends_by_itself_and_with_its_persons_right(database: Database, clock: FixedClock) -> None:
    ada = add(database, "Ada Lovelace")
    with database.transaction() as session:
        token = invite(session, ada).token
    clock.instant += HOLDS
    with pytest.raises(AccessRefused) as caught:
        accept_invitation(database, token, GOOD)
    assert caught.value.reason == "expired"
    with database.transaction() as session:
        token = invite(session, ada).token
        deactivate(session, ada)
    with pytest.raises(AccessRefused) as caught:
        accept_invitation(database, token, GOOD)
    assert caught.value.reason == "unknown"


def test_a_hash_of_other_parameters_is_outdated() -> None:
    weak = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD)
    assert is_outdated(weak)
    assert not is_outdated(hash_password(GOOD))
    assert verify_password(weak, GOOD)


def test_few_passwords_are_hashed_at_a_time() -> None:
    assert passwords.AT_ONCE * passwords.PARAMETERS.memory_cost * 1024 <= 256 << 20
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda _: verify_password(hash_password(GOOD), GOOD), range(6)))


def test_who_would_wait_too_long_is_told_to_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "PATIENCE_S", 0.01)
    hashed = hash_password(GOOD)
    for _ in range(passwords.AT_ONCE):
        assert passwords._room.acquire(blocking=False)
    try:
        for act in (lambda: hash_password(GOOD), lambda: verify_password(hashed, GOOD)):
            with pytest.raises(DependencyFailed):
                act()
    finally:
        passwords._room.release(passwords.AT_ONCE)
    assert verify_password(hashed, GOOD)


def test_a_first_password_that_is_set_twice_at_once_is_set(database: Database) -> None:
    ada = add(database, "Ada Lovelace")
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda choice: set_password(database, ada, choice), (GOOD, OTHER)))
    assert sorted(one["first"] for one in recorded(database, "actor.password_set")) == [False, True]


def test_an_invited_person_has_days_not_weeks() -> None:
    assert timedelta(days=1) <= HOLDS <= timedelta(days=7)
