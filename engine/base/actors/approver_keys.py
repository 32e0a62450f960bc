"""Public keys of approvers: registered, valid for a time, retired."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.base.actors.approvals import fingerprint
from engine.base.actors.events import ApproverKeyAdded, ApproverKeyRetired
from engine.base.actors.granted import actor_row, roles_of
from engine.base.actors.registry import ActorKind
from engine.base.actors.roles import Scope, scopes_of
from engine.base.errors import BadInput, NotFound
from engine.base.ids import ActorId, ApproverKeyId, new_id
from engine.base.state.context import context_of
from engine.base.state.outbox import record
from engine.base.state.tables.access import ApproverKeyRow

MAX_DAYS = 731
"""How long a key may be valid."""

KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class ApproverKey:
    """A registered key.

    Attributes:
        id, actor_id: the key and whose it is.
        public_key: 32 bytes; fingerprint: SHA-256 of them, 64 hex.
        valid_from, valid_until: approvals are given between the two.
        retired_at: no approval is taken from then on; None while it is in use.
        compromised: what it gave before does not count either.
    """

    id: ApproverKeyId
    actor_id: ActorId
    public_key: bytes
    fingerprint: str
    valid_from: datetime
    valid_until: datetime
    retired_at: datetime | None
    compromised: bool


def add_approver_key(session: Session, actor_id: ActorId, public_key: bytes, *, valid_until: datetime) -> ApproverKey:
    """Register the public half of an approver's key, valid from now on, and record that.

    Args:
        session: of the transaction.
        actor_id: an active person who may approve.
        public_key: Ed25519 (RFC 8032), 32 bytes.
        valid_until: aware, at most ``MAX_DAYS`` from now.

    Raises:
        NotFound: there is no such actor.
        BadInput: one of these is not so, or the key is registered already, for whomever.
    """
    now = context_of(session).clock.now()
    actor = actor_row(session, actor_id)
    if actor.kind != ActorKind.PERSON or actor.deactivated_at is not None:
        raise BadInput("only a person who may act has an approver's key")
    if Scope.PLANS_APPROVE not in scopes_of(roles_of(session, actor_id)):
        raise BadInput("this person may not approve", hint="`reeve actor grant NAME approver`")
    if not is_sound(public_key):
        raise BadInput("this is no Ed25519 public key: 32 bytes of a point that only its owner can sign for")
    if valid_until.utcoffset() is None or not now < valid_until <= now + timedelta(days=MAX_DAYS):
        raise BadInput(f"an approver's key ends in the future, within {MAX_DAYS} days")
    key_id = ApproverKeyId(new_id())
    row = ApproverKeyRow(
        id=key_id,
        actor_id=actor_id,
        public_key=public_key,
        fingerprint=fingerprint(public_key),
        valid_from=now,
        valid_until=valid_until,
        compromised=False,
    )
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        raise BadInput("this key is registered already", hint="make a new one") from None
    record(
        session,
        ApproverKeyAdded(key=key_id, actor=actor_id, public_key=public_key.hex(), valid_until=valid_until),
    )
    return _view(row)


def retire_approver_key(session: Session, key_id: ApproverKeyId, *, compromised: bool = False) -> None:
    """Take no approvals of a key from now on, and record that. Again: no change, unless it is found compromised later.

    Raises:
        NotFound: there is no such key.
    """
    context = context_of(session)
    row = session.get(ApproverKeyRow, (context.tenant_id, key_id), with_for_update=True)
    if row is None:
        raise NotFound("there is no such approver's key", hint="`reeve actor approver-key list`")
    if row.retired_at is not None and (row.compromised or not compromised):
        return
    row.retired_at, row.compromised = row.retired_at or context.clock.now(), compromised
    session.flush()
    record(
        session,
        ApproverKeyRetired(key=key_id, actor=row.actor_id, public_key=row.public_key.hex(), compromised=compromised),
    )


def list_approver_keys(session: Session, actor_id: ActorId) -> tuple[ApproverKey, ...]:
    """All keys that an approver ever had, oldest first."""
    rows = session.scalars(
        select(ApproverKeyRow).where(ApproverKeyRow.actor_id == actor_id).order_by(ApproverKeyRow.id)
    )
    return tuple(map(_view, rows))


def find_approver_key(session: Session, named: str) -> ApproverKey | None:
    """The key of a fingerprint, or None."""
    row = session.scalar(select(ApproverKeyRow).where(ApproverKeyRow.fingerprint == named))
    return _view(row) if row is not None else None


def is_sound(public_key: bytes) -> bool:
    """Whether these are 32 bytes of a point of Curve25519 that is not one of the eight of small order. Pure.

    Under a point of small order signatures can be made without any private key, for some messages or for all. Eight times
    such a point is the neutral element; three doublings, by the y coordinate alone, show it.
    """
    if len(public_key) != KEY_BYTES:
        return False
    p = 2**255 - 19
    d = -121665 * pow(121666, -1, p) % p  # RFC 8032 section 5.1
    y = int.from_bytes(public_key, "little") & (2**255 - 1)
    if y >= p:
        return False  # another spelling of a smaller number
    for _ in range(3):
        x_squared = (y * y - 1) * pow(d * y * y + 1, -1, p) % p
        if pow(x_squared, (p - 1) // 2, p) == p - 1:
            return False  # no point has this y
        y = (y * y + x_squared) * pow(1 - d * x_squared * y * y, -1, p) % p
    return y != 1


def _view(row: ApproverKeyRow) -> ApproverKey:
    return ApproverKey(
        id=row.id,
        actor_id=row.actor_id,
        public_key=row.public_key,
        fingerprint=row.fingerprint,
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        retired_at=row.retired_at,
        compromised=row.compromised,
    )
