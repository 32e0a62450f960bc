"""Signing in with name, password and code.

An unknown name, a wrong password and a wrong code take the same steps and get the same words. The state is not held while
Argon2 works: the try is counted and committed first, then looked at, then its outcome is recorded with its deed.
"""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Literal

from sqlalchemy.orm import Session

from engine.base.actors.attempts import MAX_ADDRESS, Try, begin_try, cleaned, succeed
from engine.base.actors.events import SignedIn, SignInRefused
from engine.base.actors.passwords import password_hash, renew, verify_password
from engine.base.actors.registry import ActorKind, find
from engine.base.actors.sessions import NewSession, begin_session
from engine.base.actors.totp import Match, match_code, use_code
from engine.base.errors import AccessRefused, BadInput
from engine.base.ids import ActorId, SessionId, new_id
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.outbox import record
from engine.base.state.tables.actors import ActorRow
from engine.base.state.tables.keys import SubjectKeyRow

__all__ = ["NewSession", "SignInDelayed", "sign_in"]

_Reason = Literal["unknown", "inactive", "no_password", "wrong_password", "wrong_code"]


class SignInDelayed(AccessRefused):
    """Too many tries failed by this name or from this address; ``retry_after_s`` (whole seconds) says when to try again.

    It tells nothing about the name: those that do not exist have to wait in the same way.
    """

    code = "sign_in_delayed"

    def __init__(self, wait: timedelta) -> None:
        self.retry_after_s = math.ceil(wait.total_seconds())
        super().__init__(
            "too many tries failed", reason="too_soon", hint=f"wait {self.retry_after_s} seconds, then try again"
        )


def sign_in(database: Database, name: str, password: str, code: str, *, address: str) -> NewSession:
    """Begin a session for a person, and record that, or that it was refused.

    Args:
        database: bound to a tenant, and to who runs the server: a refusal is recorded in their name.
        name: of a person.
        password: theirs.
        code: of their authenticator, or a recovery code; not looked at where they have no second factor.
        address: from where they ask.

    Raises:
        SignInDelayed: nothing was looked at: it has to wait.
        AccessRefused: they are not let in. ``reason`` says why, for the trail; the message does not.
    """
    nobody = ActorId(new_id())
    with database.transaction() as session:
        counted = begin_try(session, name, address)
        actor_id = _person(session, name) if counted.wait <= timedelta() else None
        if actor_id is None:
            _ask_in_vain(session, 2)
        hashed = password_hash(session, actor_id or nobody)
    if counted.wait > timedelta():
        raise SignInDelayed(counted.wait)
    right = verify_password(hashed, password)
    place = cleaned(address, MAX_ADDRESS)
    with database.transaction() as session:
        row = session.get(ActorRow, (context_of(session).tenant_id, actor_id or nobody))
        found = _judge(session, row, code, known=hashed is not None, right=right)
        if actor_id is not None and isinstance(found, Match):
            made = _let_in(session, actor_id, found, counted, place)
        else:
            made = None
            _note_refusal(session, actor_id, str(found), counted, place)
    if made is None:
        raise AccessRefused(
            "this name, password or code is not right",
            reason=str(found),
            hint="try again, or ask for an invitation",
            actor_id=actor_id,
        )
    if hashed is not None:
        renew(database, made.principal.actor_id, password, hashed)
    return made


def _person(session: Session, name: str) -> ActorId | None:
    try:
        found = find(session, ActorKind.PERSON, name)
    except BadInput:  # nobody is called that
        return None
    return found.id if found is not None else None


def _judge(session: Session, row: ActorRow | None, code: str, *, known: bool, right: bool) -> Match | _Reason:
    """What is wrong, or the second factor that was right. The code is looked at in any case, and never used up here."""
    match = match_code(session, row.id if row is not None else ActorId(new_id()), code)
    if row is None:
        _ask_in_vain(session, 1)
        return "unknown"
    if row.deactivated_at is not None:
        return "inactive"
    if not known:
        return "no_password"
    if not right:
        return "wrong_password"
    return match if match is not None else "wrong_code"


def _ask_in_vain(session: Session, times: int) -> None:
    """Ask the state for keys that are not there: opening what is sealed of a person asks as often, so a name tells nothing."""
    for _ in range(times):
        session.get(SubjectKeyRow, (context_of(session).tenant_id, new_id()))


def _let_in(session: Session, actor_id: ActorId, match: Match, counted: Try, address: str) -> NewSession:
    use_code(session, actor_id, match)
    succeed(session, counted)
    made = begin_session(session, actor_id, match.factor)
    event = SignedIn(
        session=SessionId(made.principal.credential_id),
        actor=actor_id,
        factor=match.factor,
        new_address=not counted.known,
        address=address,
    )
    record(session, event, actor_id=actor_id)
    return made


def _note_refusal(session: Session, actor_id: ActorId | None, reason: str, counted: Try, address: str) -> None:
    record(
        session,
        SignInRefused(
            actor=actor_id,
            reason=reason,
            failures=counted.failures,
            turned_away=counted.turned_away,
            address=address,
        ),
    )
