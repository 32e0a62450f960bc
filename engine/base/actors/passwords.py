"""Passwords of people: Argon2id, and what is not taken as one.

Argon2 takes a fifth of a second of processor time and 64 MiB on purpose, so it never runs inside a transaction, and few run at
a time.
"""

from __future__ import annotations

import base64
import contextlib
import os
import re
import threading
import unicodedata
from collections.abc import Iterator
from typing import Literal

import argon2
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy.orm import Session

from engine.base.actors.events import PasswordSet
from engine.base.actors.granted import actor_row
from engine.base.actors.kept import is_ageing, keep, kept
from engine.base.actors.registry import ActorKind, get
from engine.base.actors.sessions import end_sessions_of
from engine.base.errors import BadInput, DependencyFailed
from engine.base.ids import ActorId
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.outbox import record
from engine.base.state.tables.access import PasswordRow

PARAMETERS = argon2.Parameters(
    type=argon2.Type.ID,
    version=19,
    salt_len=16,  # bytes
    hash_len=32,  # bytes
    time_cost=3,  # passes
    memory_cost=1 << 16,  # KiB
    parallelism=4,  # lanes
)
"""RFC 9106 section 4, the second recommended option: for where 2 GiB a password are too much."""

MIN_LENGTH = 12
MAX_LENGTH = 1024  # characters; a longer one is no password, but work for us

AT_ONCE = 4
"""How many passwords are hashed at a time: 64 MiB each."""

PATIENCE_S = 10.0
"""How long one waits for its turn, in seconds, before it is told to come again: waiting ones hold up other requests."""

COMMON = frozenset(
    """
    abcdefgh abcdefghijkl adminadmin administrator asdfghjkl basketball batman changeme changemenow computer
    correcthorsebatterystaple defaultpassword dragon football freedom fuckyou guest iloveyou letmein letmeinnow liverpool login
    loveyou manchester master michael monkey mypassword p4ssw0rd p455w0rd passphrase passw0rd password passwordpassword
    princess privacy qazwsxedc qazwsxedcrfv qwerty qwertyqwerty qwertyuiop qwertyuiopasdf reeve reevereeve secret shadow
    starwars sunshine superman superuser teamopassword test testtest thisismypassword trustno1 welcome welcomewelcome
    zaq1xsw2 zaq12wsx zxcvbnm 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y 1qaz2wsx 1qaz2wsx3edc
    """.split()
)
"""Words that long lists of leaked passwords begin with; digits and marks around them do not make them better."""

_HASHER = argon2.PasswordHasher.from_parameters(PARAMETERS)
_room = threading.BoundedSemaphore(AT_ONCE)


def check_choice(password: str, name: str) -> None:
    """Whether this may be somebody's password. Length counts, not the kinds of characters (NIST SP 800-63B section 5.1.1.2).

    Raises:
        BadInput: it is short or overlong, common, made of few characters, or made from the person's name. It is not repeated.
    """
    plain = unicodedata.normalize("NFC", password)
    if not MIN_LENGTH <= len(plain) <= MAX_LENGTH:
        raise BadInput(f"a password has {MIN_LENGTH} to {MAX_LENGTH} characters", hint="several words make a good one")
    folded = plain.casefold()
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", folded)
    if (
        {folded, core, re.sub(r"\W", "", folded), re.sub(r"\W", "", core)} & COMMON
        or len(core) < 4
        or len(set(folded)) < 6
    ):
        raise BadInput("this password is among the first that are tried", hint="several words make a good one")
    if any(part in folded for part in re.findall(r"\w{4,}", unicodedata.normalize("NFC", name).casefold())):
        raise BadInput("a password does not hold its owner's name", hint="several other words make a good one")


def hash_password(password: str) -> str:
    """What Argon2id makes of a password, with its parameters and a salt of its own, in the PHC string format. Slow.

    Raises:
        DependencyFailed: too many are waiting for their turn.
    """
    with _in_turn():
        return _HASHER.hash(_bytes(password))


def verify_password(hashed: str | None, password: str) -> bool:
    """Whether this is the password. Slow, and as slow where there is none (``None``): one Argon2 in any case.

    Raises:
        DependencyFailed: too many are waiting for their turn.
    """
    fits = len(password) <= MAX_LENGTH
    with _in_turn():
        try:
            _HASHER.verify(hashed if hashed is not None and fits else _nobodys(), _bytes(password) if fits else b"")
        except (VerificationError, InvalidHashError):
            return False
    return hashed is not None and fits


def is_outdated(hashed: str) -> bool:
    """Whether it was made with other parameters than today's."""
    return _HASHER.check_needs_rehash(hashed)


def set_password(
    database: Database,
    actor_id: ActorId,
    password: str,
    *,
    how: Literal["invitation", "command_line", "console"] = "command_line",
) -> None:
    """Set a person's password, end their sessions and record that.

    Raises:
        NotFound: there is no such actor.
        BadInput: they are no person, were deactivated or forgotten, or this may not be a password.
    """
    with database.snapshot() as session:
        check_choice(password, _owner(session, actor_id))
    hashed = hash_password(password)
    with database.transaction() as session:
        put_password(session, actor_id, hashed, how)


def put_password(
    session: Session, actor_id: ActorId, hashed: str, how: Literal["invitation", "command_line", "console"]
) -> None:
    """Store what ``hash_password`` made of a choice that was checked, end the person's sessions and record that.

    Raises:
        BadInput: they are no person, or were deactivated or forgotten.
    """
    actor_row(session, actor_id, lock=True)
    _owner(session, actor_id)
    row = session.get(PasswordRow, (context_of(session).tenant_id, actor_id))
    sealed, now = keep(session, actor_id, "password", hashed), context_of(session).clock.now()
    if row is None:
        session.add(PasswordRow(actor_id=actor_id, hashed=sealed, set_at=now))
    else:
        row.hashed, row.set_at = sealed, now
    session.flush()
    end_sessions_of(session, actor_id, reason="password")
    by = actor_id if how == "invitation" else None
    record(session, PasswordSet(actor=actor_id, how=how, first=row is None), actor_id=by)


def password_hash(session: Session, actor_id: ActorId) -> str | None:
    """What is kept of a person's password; None if they have none, or it was not used for too long."""
    row = session.get(PasswordRow, (context_of(session).tenant_id, actor_id))
    return kept(session, actor_id, "password", row.hashed) if row is not None else None


def renew(database: Database, actor_id: ActorId, password: str, hashed: str) -> None:
    """Hash and seal a password anew that was right just now, if its parameters or its seal have aged."""
    outdated = is_outdated(hashed)
    fresh = hash_password(password) if outdated else hashed
    with database.snapshot() as session:
        row = session.get(PasswordRow, (context_of(session).tenant_id, actor_id))
        if row is None or not (outdated or is_ageing(session, row.hashed)):
            return
    with database.transaction() as session:
        row = session.get(PasswordRow, (context_of(session).tenant_id, actor_id), with_for_update=True)
        if row is not None and kept(session, actor_id, "password", row.hashed) == hashed:  # no new one meanwhile
            row.hashed = keep(session, actor_id, "password", fresh)


@contextlib.contextmanager
def _in_turn() -> Iterator[None]:
    if not _room.acquire(timeout=PATIENCE_S):
        raise DependencyFailed("too many passwords are looked at at once", hint="try again in a moment")
    try:
        yield
    finally:
        _room.release()


def _owner(session: Session, actor_id: ActorId) -> str:
    row, actor = actor_row(session, actor_id), get(session, actor_id)
    if actor.kind is not ActorKind.PERSON or row.deactivated_at is not None or actor.name is None:
        raise BadInput("only a person who may act has a password", hint="services use API keys")
    return actor.name


def _bytes(password: str) -> bytes:
    """The bytes that are hashed: in one Unicode form, as keyboards differ (RFC 8265 section 4.2)."""
    return unicodedata.normalize("NFC", password).encode(errors="surrogatepass")


def _nobodys() -> str:
    """A hash that no password fits, with today's parameters: to take as long over a name that does not exist."""
    salt, digest = (_base64(os.urandom(size)) for size in (PARAMETERS.salt_len, PARAMETERS.hash_len))
    cost = f"m={PARAMETERS.memory_cost},t={PARAMETERS.time_cost},p={PARAMETERS.parallelism}"
    return f"$argon2id$v={PARAMETERS.version}${cost}${salt}${digest}"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")
