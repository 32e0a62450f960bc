"""API keys: what a program shows to act in the name of an actor.

A key carries scopes of its own; what it allows is what both it and its actor's roles do at that moment. So a role that is
withdrawn takes its scopes out of every key at once.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.base.actors.events import ApiKeyIssued, ApiKeyRevoked
from engine.base.actors.granted import actor_row, find_held, principal_of, refused, roles_of
from engine.base.actors.principal import Principal
from engine.base.actors.registry import ActorKind
from engine.base.actors.roles import Scope, scopes_of
from engine.base.actors.tokens import new_api_key, parse_api_key, token_hash
from engine.base.errors import BadInput, NotFound
from engine.base.ids import ActorId, ApiKeyId, new_id
from engine.base.keys.keyring import KeyDestroyed
from engine.base.keys.sealed import SealExpired
from engine.base.keys.subjects import seal, unseal
from engine.base.state.context import context_of
from engine.base.state.outbox import record
from engine.base.state.tables.access import ApiKeyRow

MAX_DAYS = 366
"""How long a key may last."""

NOTED_EVERY = timedelta(minutes=5)
"""How exact the last use of a key is known: noting every one would make every request a write."""

MAX_LABEL = 200  # characters
_LABEL_KEPT = timedelta(days=2 * MAX_DAYS)  # a year after the longest key ended, it can still be told what it was for
_NOBODY = bytes(32)  # compared with where there is no such key, so that both take the same steps


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A key that was made just now. ``token`` is told this once: only its hash is kept."""

    id: ApiKeyId
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ApiKeyView:
    """What is known of a key.

    Attributes:
        id, actor_id: the key and whose it is.
        label: what it is for; None once that was forgotten.
        scopes: its own; it allows those of them that the actor's roles allow, too.
        created_at, expires_at, revoked_at, last_used_at: instants, the last two None for never.
    """

    id: ApiKeyId
    actor_id: ActorId
    label: str | None = field(repr=False)
    scopes: frozenset[Scope]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None


def issue_api_key(
    session: Session, actor_id: ActorId, *, label: str, scopes: Iterable[Scope], expires_at: datetime
) -> IssuedKey:
    """Make a key for an actor and record that.

    Args:
        session: of the transaction.
        actor_id: an active person or service.
        label: what it is for, 1 to 200 printable characters.
        scopes: at least one, each among those of the actor's roles.
        expires_at: aware, at most ``MAX_DAYS`` from now.

    Raises:
        BadInput: one of these is not so.
        NotFound: there is no such actor.
    """
    now = context_of(session).clock.now()
    wanted = frozenset(scopes)
    actor = actor_row(session, actor_id)
    plain = label.strip()
    if actor.kind == ActorKind.SCHEDULE:
        raise BadInput("schedules act within Reeve and need no API key")
    if actor.deactivated_at is not None:
        raise BadInput("this actor was deactivated", hint="reactivate them first")
    if not plain or len(plain) > MAX_LABEL or not plain.isprintable():
        raise BadInput(f"the label of a key has 1 to {MAX_LABEL} printable characters")
    if expires_at.utcoffset() is None or not now < expires_at <= now + timedelta(days=MAX_DAYS):
        raise BadInput(f"a key ends in the future, within {MAX_DAYS} days")
    if not wanted:
        raise BadInput("a key needs at least one scope")
    beyond = wanted - scopes_of(roles_of(session, actor_id))
    if beyond:
        raise BadInput(
            f"the actor's roles do not allow: {', '.join(sorted(beyond))}", hint="grant a role, or ask for less"
        )
    key_id = ApiKeyId(new_id())
    token = new_api_key(key_id)
    words = sorted(scope.value for scope in wanted)
    session.add(
        ApiKeyRow(
            id=key_id,
            actor_id=actor_id,
            label=seal(session, actor.subject_key_id, plain.encode(), now + _LABEL_KEPT, _place(key_id)),
            token_sha256=token_hash(token),
            scopes=words,
            created_at=now,
            expires_at=expires_at,
        )
    )
    session.flush()
    record(
        session,
        ApiKeyIssued(key=key_id, actor=actor_id, scopes=tuple(words), expires_at=expires_at, label=plain),
        subject_key_id=actor.subject_key_id,
    )
    return IssuedKey(key_id, token)


def check_api_key(session: Session, token: str, *, note: bool = True) -> Principal:
    """Who acts by a key.

    Args:
        session: of a transaction, or, with ``note=False``, of a snapshot.
        token: as it was shown to us, from anyone.
        note: note that it was used, if that is due; otherwise the principal's ``use_due`` says that it is.

    Raises:
        AccessRefused: it is none of ours (``unknown``), its time is over (``expired``), it was taken back (``revoked``), or its
            actor was deactivated (``inactive``). The message is the same for all.
    """
    context = context_of(session)
    key_id = parse_api_key(token)
    held = find_held(session, ApiKeyRow, ApiKeyRow.id == key_id) if key_id is not None else None
    same = hmac.compare_digest(token_hash(token), held.row.token_sha256 if held is not None else _NOBODY)
    if held is None or not same:
        raise refused("unknown")
    row = held.row
    now = context.clock.now()
    due = row.last_used_at is None or now - row.last_used_at >= NOTED_EVERY
    principal = principal_of(
        session, row.actor_id, "api_key", row.id, roles=held.roles, scopes=_scopes(row), use_due=due and not note
    )
    if row.revoked_at is not None:
        raise refused("revoked", row.actor_id)
    if now >= row.expires_at:
        raise refused("expired", row.actor_id)
    if due and note:
        row.last_used_at = now
        session.flush()
    return principal


def note_key_use(session: Session, principal: Principal) -> None:
    """Note that a key was used now; for keys that were checked with ``note=False``."""
    now = context_of(session).clock.now()
    session.execute(update(ApiKeyRow).where(ApiKeyRow.id == principal.credential_id).values(last_used_at=now))


def revoke_api_key(session: Session, key_id: ApiKeyId) -> None:
    """Take a key back, at once and for good. Again: no change.

    Raises:
        NotFound: there is no such key.
    """
    if session.get(ApiKeyRow, (context_of(session).tenant_id, key_id)) is None:
        raise NotFound("there is no such API key", hint="`reeve actor key list`")
    _revoke(session, key_id, "asked")


def revoke_api_keys_of(session: Session, actor_id: ActorId) -> int:
    """Take all keys of an actor back, as they are deactivated. How many there were that still held."""
    now = context_of(session).clock.now()
    held = session.scalars(
        select(ApiKeyRow.id)
        .where(ApiKeyRow.actor_id == actor_id, ApiKeyRow.revoked_at.is_(None), ApiKeyRow.expires_at > now)
        .order_by(ApiKeyRow.id)
    ).all()
    return sum(_revoke(session, key_id, "deactivated") for key_id in held)


def list_api_keys(session: Session, actor_id: ActorId) -> tuple[ApiKeyView, ...]:
    """All keys that an actor ever had, oldest first."""
    rows = session.scalars(select(ApiKeyRow).where(ApiKeyRow.actor_id == actor_id).order_by(ApiKeyRow.id))
    return tuple(_view(session, row) for row in rows)


def _revoke(session: Session, key_id: ApiKeyId, reason: Literal["asked", "deactivated"]) -> bool:
    """Whether it was this call that took it back: of two at once, one does, and records it."""
    context = context_of(session)
    row = session.get(ApiKeyRow, (context.tenant_id, key_id), with_for_update=True)
    if row is None or row.revoked_at is not None:
        return False
    row.revoked_at = context.clock.now()
    session.flush()
    record(session, ApiKeyRevoked(key=key_id, actor=row.actor_id, reason=reason))
    return True


def _view(session: Session, row: ApiKeyRow) -> ApiKeyView:
    try:
        label = unseal(session, row.label, _place(row.id)).decode()
    except (KeyDestroyed, SealExpired):
        label = None
    return ApiKeyView(
        id=row.id,
        actor_id=row.actor_id,
        label=label,
        scopes=_scopes(row),
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=row.last_used_at,
    )


def _scopes(row: ApiKeyRow) -> frozenset[Scope]:
    """Its scopes; a word that this version does not know allows nothing."""
    words = row.scopes if isinstance(row.scopes, list) else []
    return frozenset(scope for scope in Scope if scope.value in words)


def _place(key_id: ApiKeyId) -> str:
    return f"api_key.label/{key_id}"
