"""Entries as they stand in the ledger, for those who look: place, time, type, and the bytes themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.base.errors import NotFound
from engine.base.ids import EventId
from engine.base.state.context import context_of
from engine.base.state.outbox import payload_bytes
from engine.base.state.tables import LedgerShardRow, OutboxRow


@dataclass(frozen=True, slots=True)
class EntryLine:
    """An entry in a list: nothing of what it commits to.

    Attributes:
        id: of the event.
        shard, index: its place, counted from 0.
        type, version: of the event.
        occurred_at: when the deed was done.
    """

    id: EventId
    shard: str
    index: int
    type: str
    version: int
    occurred_at: datetime


def count_waiting(session: Session) -> int:
    """Events that were recorded and have no place yet."""
    return session.scalar(select(func.count()).select_from(OutboxRow).where(OutboxRow.drained_at.is_(None))) or 0


def find_entries(
    session: Session, shard: str, limit: int, *, after: UUID | None = None, before: int | None = None, type_: str = ""
) -> Sequence[EntryLine]:
    """Entries of a shard in order, from behind the event ``after`` on; or, with ``before``, the last ones in front of that index.

    Raises:
        NotFound: there is no such shard.
    """
    if session.get(LedgerShardRow, (context_of(session).tenant_id, shard)) is None:
        raise NotFound("there is no such shard of the ledger")
    query = select(
        OutboxRow.id, OutboxRow.ledger_index, OutboxRow.type, OutboxRow.version, OutboxRow.occurred_at
    ).where(OutboxRow.shard == shard, OutboxRow.ledger_index.is_not(None))
    if after is not None:
        last = select(OutboxRow.ledger_index).where(OutboxRow.id == after, OutboxRow.shard == shard)
        query = query.where(OutboxRow.ledger_index > (session.scalar(last) or 0))
    if before is not None:
        query = query.where(OutboxRow.ledger_index < before)
    if type_:
        query = query.where(OutboxRow.type == type_)
    order = OutboxRow.ledger_index if before is None else OutboxRow.ledger_index.desc()
    rows = session.execute(query.order_by(order).limit(limit))
    return [EntryLine(row.id, shard, row.ledger_index, row.type, row.version, row.occurred_at) for row in rows]


def entry_bytes(session: Session, shard: str, index: int) -> bytes:
    """An entry's own bytes, checked against their hash.

    Raises:
        NotFound: there is none, or its year was pruned.
        IntegrityViolated: it was changed.
    """
    row = session.scalar(select(OutboxRow).where(OutboxRow.shard == shard, OutboxRow.ledger_index == index))
    if row is None:
        raise NotFound("there is no such entry, or its year is over and was pruned")
    return payload_bytes(row)
