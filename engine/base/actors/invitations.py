"""Invitations: how a person sets their first password, or a new one, without anyone else knowing it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.base.actors.events import Invited
from engine.base.actors.granted import actor_row, refused
from engine.base.actors.passwords import check_choice, hash_password, put_password
from engine.base.actors.registry import ActorKind, get
from engine.base.actors.tokens import is_token, new_token, token_hash
from engine.base.errors import BadInput
from engine.base.ids import ActorId
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.outbox import record
from engine.base.state.tables.access import InvitationRow

HOLDS = timedelta(hours=72)
"""How long an invitation can be used."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """A token that sets one person's password, once; told this once, for that person alone."""

    token: str = field(repr=False)
    expires_at: datetime


def invite(session: Session, actor_id: ActorId) -> Invitation:
    """Make an invitation and record that. An earlier one of the same person is void.

    Raises:
        NotFound: there is no such actor.
        BadInput: they are no person, or were deactivated.
    """
    actor, context = actor_row(session, actor_id, lock=True), context_of(session)
    if actor.kind != ActorKind.PERSON or actor.deactivated_at is not None:
        raise BadInput("only a person who may act can be invited", hint="services use API keys")
    made = Invitation(new_token(), context.clock.now() + HOLDS)
    row = session.get(InvitationRow, (context.tenant_id, actor_id))
    if row is None:
        row = InvitationRow(actor_id=actor_id)
        session.add(row)
    row.token_sha256, row.expires_at = token_hash(made.token), made.expires_at
    session.flush()
    record(session, Invited(actor=actor_id, expires_at=made.expires_at))
    return made


def accept_invitation(database: Database, token: str, password: str) -> ActorId:
    """Set a person's password by an invitation of theirs, which is then used up.

    Returns:
        Whose it was.

    Raises:
        AccessRefused: it is none (``unknown``; it may have been used), its time is over (``expired``), or the person was
            deactivated (``inactive``).
        BadInput: this may not be a password; the invitation stays.
    """
    with database.snapshot() as session:
        actor_id = _holder(session, token).actor_id
        check_choice(password, get(session, actor_id).name or "")
    hashed = hash_password(password)
    with database.transaction() as session:
        actor_row(session, actor_id, lock=True)
        session.delete(_holder(session, token, lock=True))
        session.flush()
        put_password(session, actor_id, hashed, "invitation")
    return actor_id


def _holder(session: Session, token: str, *, lock: bool = False) -> InvitationRow:
    """The invitation of a token, found by the hash of its 256 random bits."""
    query = select(InvitationRow).where(InvitationRow.token_sha256 == token_hash(token))
    row = session.scalar(query.with_for_update() if lock else query) if is_token(token) else None
    if row is None:
        raise refused("unknown")
    if actor_row(session, row.actor_id).deactivated_at is not None:
        raise refused("inactive", row.actor_id)
    if context_of(session).clock.now() >= row.expires_at:
        raise refused("expired", row.actor_id)
    return row
