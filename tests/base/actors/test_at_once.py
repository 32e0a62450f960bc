"""All that can be done to one person, done at once: nothing waits for itself, nothing fails but by a refusal."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import argon2
import pytest

from engine.base.actors import passwords
from engine.base.actors.api_keys import check_api_key, issue_api_key, revoke_api_key
from engine.base.actors.attempts import forget_attempts
from engine.base.actors.granting import deactivate, grant, reactivate, view_actor, withdraw
from engine.base.actors.invitations import accept_invitation, invite
from engine.base.actors.passwords import set_password
from engine.base.actors.roles import Role, Scope
from engine.base.actors.sessions import check_session, end_session, end_sessions_of, forget_ended
from engine.base.actors.sign_in import sign_in
from engine.base.actors.totp import begin_totp, confirm_totp
from engine.base.errors import BadInput
from engine.base.ids import ActorId
from engine.base.state.database import Database
from tests.base.actors.people import add
from tests.conftest import START
from tests.properties import tries

PASSWORD = "Kestrel-over-9-hills"
Deed = Callable[[Database, ActorId, int], None]


@pytest.fixture(autouse=True)
def _quick_argon2(monkeypatch: pytest.MonkeyPatch) -> None:
    quick = argon2.Parameters(argon2.Type.ID, 19, salt_len=16, hash_len=32, time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(passwords, "PARAMETERS", quick)
    monkeypatch.setattr(passwords, "_HASHER", argon2.PasswordHasher.from_parameters(quick))


def _session(database: Database, ada: ActorId, number: int) -> None:
    made = sign_in(database, "Ada", PASSWORD, "", address=f"192.0.2.{number % 250}")
    with database.transaction() as session:
        check_session(session, made.token)
    with database.transaction() as session:
        end_session(session, made.token)


def _key(database: Database, ada: ActorId, number: int) -> None:
    with database.transaction() as session:
        key = issue_api_key(session, ada, label="x", scopes=[Scope.LEDGER_READ], expires_at=START + timedelta(days=1))
    with database.transaction() as session:
        check_api_key(session, key.token)
        revoke_api_key(session, key.id)


def _password(database: Database, ada: ActorId, number: int) -> None:
    set_password(database, ada, PASSWORD)


def _invitation(database: Database, ada: ActorId, number: int) -> None:
    with database.transaction() as session:
        token = invite(session, ada).token
    accept_invitation(database, token, PASSWORD)


def _factor(database: Database, ada: ActorId, number: int) -> None:
    with database.transaction() as session:
        begin_totp(session, ada)
    with database.transaction() as session:
        confirm_totp(session, ada, "000000")


def _right(database: Database, ada: ActorId, number: int) -> None:
    with database.transaction() as session:
        deactivate(session, ada)
    with database.transaction() as session:
        reactivate(session, ada)


def _role(database: Database, ada: ActorId, number: int) -> None:
    for change in (grant, withdraw):
        with database.transaction() as session:
            change(session, ada, Role.APPROVER)


def _chores(database: Database, ada: ActorId, number: int) -> None:
    with database.transaction() as session:
        end_sessions_of(session, ada)
    with database.transaction() as session:
        forget_ended(session)
        forget_attempts(session)


DEEDS: tuple[Deed, ...] = (_session, _session, _key, _password, _invitation, _factor, _right, _role, _chores)


def test_whatever_is_done_to_one_person_at_once(database: Database) -> None:
    ada = add(database, "Ada", Role.AUDITOR)
    set_password(database, ada, PASSWORD)
    order = list(range(tries(12) * len(DEEDS)))
    random.Random(5).shuffle(order)
    told: Counter[str] = Counter()

    def act(number: int) -> None:
        deed = DEEDS[number % len(DEEDS)]
        try:
            deed(database, ada, number)
        except BadInput:  # a refusal: she was deactivated just then, or the code is no code
            told[f"{deed.__name__} refused"] += 1
        else:
            told[deed.__name__] += 1

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(act, order))
    for deed in (_session, _key, _password, _right, _role, _chores):
        assert told[deed.__name__], told
    with database.transaction() as session:
        reactivate(session, ada)
        assert view_actor(session, ada).roles in ({Role.AUDITOR}, {Role.AUDITOR, Role.APPROVER})
