"""Sessions of people who signed in.

A session is known by a token of 256 random bits that only the browser has; the state has its hash. The CSRF token is an HMAC
under that token, so it belongs to this one session and nothing more needs to be kept.
"""

from __future__ import annotations

import base64
import hmac
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from engine.base.actors.events import SessionEnded
from engine.base.actors.granted import find_held, principal_of, refused, roles_of
from engine.base.actors.principal import Principal
from engine.base.actors.tokens import is_token, new_token, token_hash
from engine.base.errors import AccessRefused
from engine.base.ids import ActorId, SessionId, new_id
from engine.base.state.context import context_of
from engine.base.state.outbox import record
from engine.base.state.tables.access import SessionRow

IDLE = timedelta(minutes=30)
"""A session ends when nothing is asked in it for so long."""

LONGEST = timedelta(hours=12)
"""A session ends after this, whatever is asked."""

NOTED_EVERY = timedelta(minutes=1)
"""How exact the last use of a session is known; a session may end that much before ``IDLE`` is over."""

FORGOTTEN_AT_ONCE = 200  # sessions in one transaction

Ending = Literal["signed_out", "idle", "expired", "password", "deactivated", "asked"]
Factor = Literal["none", "totp", "recovery"]


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session that began just now.

    Attributes:
        token: for the browser's cookie; told this once.
        csrf: what each form of the session has to bring; ``csrf_token(token)`` gives it again.
        expires_at: when it ends at the latest.
        principal: who signed in.
    """

    token: str = field(repr=False)
    csrf: str = field(repr=False)
    expires_at: datetime
    principal: Principal


def begin_session(session: Session, actor_id: ActorId, factor: Factor) -> NewSession:
    """A session under a token that was never seen before (no fixation). Who calls has checked password and code.

    Raises:
        AccessRefused: the actor was deactivated.
    """
    now = context_of(session).clock.now()
    session_id, token = SessionId(new_id()), new_token()
    principal = principal_of(session, actor_id, "session", session_id, roles=roles_of(session, actor_id))
    session.add(
        SessionRow(
            id=session_id,
            actor_id=actor_id,
            token_sha256=token_hash(token),
            factor=factor,
            created_at=now,
            last_used_at=now,
            expires_at=now + LONGEST,
        )
    )
    session.flush()
    return NewSession(token, csrf_token(token), now + LONGEST, principal)


def check_session(session: Session, token: str, *, note: bool = True) -> Principal:
    """Who acts in a session.

    Args:
        session: of a transaction, or, with ``note=False``, of a snapshot.
        token: as it was shown to us, from anyone.
        note: note that it was used, if that is due; otherwise the principal's ``use_due`` says that it is.

    Raises:
        AccessRefused: it is none of ours (``unknown``), was ended (``ended``), its time is over (``expired``), nothing was asked
            in it for too long (``idle``), or the actor was deactivated (``inactive``). The message is the same for all.
    """
    same = SessionRow.token_sha256 == token_hash(token)  # 256 random bits: how long it takes to find it tells nothing
    held = find_held(session, SessionRow, same) if is_token(token) else None
    if held is None:
        raise refused("unknown")
    row = held.row
    now = context_of(session).clock.now()
    due = now - row.last_used_at >= NOTED_EVERY
    principal = principal_of(session, row.actor_id, "session", row.id, roles=held.roles, use_due=due and not note)
    ended = "ended" if row.ended_at is not None else _over(row, now)
    if ended is not None:
        raise refused(ended, row.actor_id)
    if due and note:
        row.last_used_at = now
        session.flush()
    return principal


def note_session_use(session: Session, principal: Principal) -> None:
    """Note that a session was used now; for sessions that were checked with ``note=False``."""
    now = context_of(session).clock.now()
    session.execute(update(SessionRow).where(SessionRow.id == principal.credential_id).values(last_used_at=now))


def csrf_token(token: str) -> str:
    """What the forms of the session with this token bring: 43 characters of base64url. Pure."""
    digest = hmac.digest(token.encode(errors="surrogatepass"), b"reeve/v1/csrf", "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def check_csrf(token: str, given: str) -> None:
    """Compare what a form brought with what this session's forms bring, in constant time. Pure.

    Raises:
        AccessRefused: it is another (``csrf``).
    """
    if not hmac.compare_digest(csrf_token(token).encode(), given.encode(errors="surrogatepass")):
        raise AccessRefused(
            "this form does not belong to this session", reason="csrf", hint="load the page again and repeat"
        )


def end_session(session: Session, token: str) -> None:
    """Sign out. A token that is none, or of a session that is over, changes nothing."""
    found = select(SessionRow.id).where(SessionRow.token_sha256 == token_hash(token))
    session_id = session.scalar(found) if is_token(token) else None
    if session_id is not None:
        _end(session, session_id, "signed_out")


def end_sessions_of(session: Session, actor_id: ActorId, *, reason: Ending = "asked") -> int:
    """End all sessions of an actor. How many there were that still held."""
    now = context_of(session).clock.now()
    held = session.scalars(
        select(SessionRow.id)
        .where(SessionRow.actor_id == actor_id, SessionRow.ended_at.is_(None), SessionRow.expires_at > now)
        .order_by(SessionRow.id)
    ).all()
    return sum(_end(session, session_id, reason) for session_id in held)


def forget_ended(session: Session) -> int:
    """Take out sessions that are over, up to ``FORGOTTEN_AT_ONCE``; of those that ended by themselves, record it. A chore.

    Returns:
        How many were taken out.
    """
    now = context_of(session).clock.now()
    over = or_(SessionRow.ended_at.is_not(None), SessionRow.expires_at <= now, SessionRow.last_used_at <= now - IDLE)
    found = session.scalars(
        select(SessionRow)
        .where(over)
        .order_by(SessionRow.id)
        .limit(FORGOTTEN_AT_ONCE)
        .with_for_update(skip_locked=True)
    ).all()
    for row in found:
        if row.ended_at is None:
            _end(session, row.id, _over(row, now) or "expired")
        session.delete(row)
    session.flush()
    return len(found)


def _over(row: SessionRow, now: datetime) -> Literal["expired", "idle"] | None:
    """Why a session is over by itself, if it is."""
    if now >= row.expires_at:
        return "expired"
    return "idle" if now - row.last_used_at >= IDLE else None


def _end(session: Session, session_id: SessionId, reason: Ending) -> bool:
    """Whether it was this call that ended it: of two at once, one does, and records it."""
    context = context_of(session)
    row = session.get(SessionRow, (context.tenant_id, session_id), with_for_update=True)
    if row is None or row.ended_at is not None:
        return False
    row.ended_at = context.clock.now()
    session.flush()
    record(session, SessionEnded(session=session_id, actor=row.actor_id, reason=reason))
    return True
