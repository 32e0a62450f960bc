"""Shards: one log a year, each linked with the one before and the one after, so that a year's entries can end together."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.base.ids import EventId
from engine.base.state.context import context_of
from engine.base.state.events import Event
from engine.base.state.outbox import record
from engine.base.state.tables import LedgerShardRow, OutboxRow
from engine.ledger.events.ledger import ShardClosed, ShardOpened
from engine.ledger.log.keys import make_key
from engine.ledger.log.places import HeadMoved, Waiting, place
from engine.ledger.tree.hashes import EMPTY_ROOT

LOCAL_ORIGIN = "reeve.local"


@dataclass(frozen=True, slots=True)
class Shard:
    """A shard as it stands.

    Attributes:
        label, origin, size, root: as in :class:`~engine.base.state.tables.LedgerShardRow`.
        closed, pruned: whether it is.
    """

    label: str
    origin: str
    size: int
    root: bytes
    closed: bool
    pruned: bool


def shards(session: Session) -> list[Shard]:
    """All of them, the oldest first."""
    rows = session.scalars(select(LedgerShardRow).order_by(LedgerShardRow.opened_at, LedgerShardRow.label))
    return [
        Shard(row.label, row.origin, row.size, row.root, row.closed_at is not None, row.pruned_at is not None)
        for row in rows
    ]


def current(session: Session, base: str) -> LedgerShardRow:
    """The shard that new entries go to, locked until the transaction ends; opened, and the one before closed, when due.

    A clock that was set back opens none: the shard that is open stays it.

    Args:
        session: of a writing transaction.
        base: of the names of new shards; empty for a local one.
    """
    label = str(context_of(session).clock.now().year)
    row = session.scalar(
        select(LedgerShardRow)
        .where(LedgerShardRow.closed_at.is_(None))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if row is None:
        return _open(session, label, base, None)
    if label <= row.label:
        return row
    return _open(session, label, base, row)


def _open(session: Session, label: str, base: str, before: LedgerShardRow | None) -> LedgerShardRow:
    known = context_of(session)
    origin = f"{base or f'{LOCAL_ORIGIN}/{known.tenant_id}'}/{label}"
    now = known.clock.now()
    row = LedgerShardRow(label=label, origin=origin, size=0, root=EMPTY_ROOT, grown_at=now, opened_at=now)
    session.add(row)
    try:
        session.flush()
    except IntegrityError:
        raise HeadMoved(f"another process opened the shard {label} of the ledger meanwhile") from None
    vkey = str(make_key(session, label, origin).verifier)
    opened = ShardOpened(label=label, origin=origin, vkey=vkey)
    if before is not None:
        closed = ShardClosed(
            label=before.label, origin=before.origin, next_label=label, next_origin=origin, next_vkey=vkey
        )
        _append(session, before, closed)
        before.closed_at = now
        session.flush()
        opened = ShardOpened(
            label=label,
            origin=origin,
            vkey=vkey,
            previous_label=before.label,
            previous_origin=before.origin,
            previous_size=before.size,
            previous_root=before.root.hex(),
        )
    _append(session, row, opened)
    return row


def _append(session: Session, row: LedgerShardRow, event: Event) -> None:
    """Record an event and give it its place at once: it has to stand at an end of its shard."""
    event_id: EventId = record(session, event)
    payload = session.scalars(select(OutboxRow.payload).where(OutboxRow.id == event_id)).one()
    place(session, row, [Waiting(event_id, payload.encode())])
