"""The end of a shard's entries: deleted whole when the longest retention in it is over, and certified by an entry.

Tiles and the last checkpoint stay: that an entry of that hash stood in that place can be proved for ever, by whoever kept it.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.events import RetentionClass
from engine.base.state.outbox import record
from engine.base.state.tables import LedgerShardRow, OutboxDisclosureRow, OutboxRow
from engine.ledger.events.ledger import ShardPruned

AT_ONCE = 500


def prune(database: Database) -> int:
    """Certify and delete what is due; returns how many entries were deleted. What was begun is finished first."""
    with database.transaction() as session:
        for row in session.scalars(
            select(LedgerShardRow).where(LedgerShardRow.closed_at.is_not(None), LedgerShardRow.pruned_at.is_(None))
        ):
            _certify(session, row)
    total = 0
    while deleted := _delete_some(database):
        total += deleted
    return total


def ends_at(session: Session, label: str) -> tuple[RetentionClass, timedelta]:
    """The longest retention class in a shard, and its length."""
    found = session.scalars(select(OutboxRow.retention_class).where(OutboxRow.shard == label).distinct()).all()
    longest = max((RetentionClass(one) for one in found), key=lambda one: one.days, default=RetentionClass.DISPOSAL)
    return longest, timedelta(days=longest.days)


def _certify(session: Session, row: LedgerShardRow) -> None:
    """Record that a shard is pruned, if that is due; from then on its entries may be deleted."""
    now = context_of(session).clock.now()
    longest, length = ends_at(session, row.label)
    if row.closed_at is None or row.closed_at + length > now:
        return
    row.pruned_at = now
    record(
        session,
        ShardPruned(label=row.label, origin=row.origin, size=row.size, root=row.root.hex(), longest=longest.value),
    )


def _delete_some(database: Database) -> int:
    with database.transaction() as session:
        pruned = select(LedgerShardRow.label).where(LedgerShardRow.pruned_at.is_not(None))
        due = session.scalars(select(OutboxRow.id).where(OutboxRow.shard.in_(pruned)).limit(AT_ONCE)).all()
        if due:
            session.execute(delete(OutboxDisclosureRow).where(OutboxDisclosureRow.event_id.in_(due)))
            session.execute(delete(OutboxRow).where(OutboxRow.id.in_(due)))
        return len(due)


def left(session: Session) -> int:
    """Entries of pruned shards that are still to be deleted."""
    pruned = select(LedgerShardRow.label).where(LedgerShardRow.pruned_at.is_not(None))
    return session.scalars(select(func.count()).select_from(OutboxRow).where(OutboxRow.shard.in_(pruned))).one()
