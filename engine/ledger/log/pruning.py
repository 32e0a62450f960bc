"""The end of a shard's entries: deleted whole when the longest retention in it is over, and certified by an entry.

Tiles and the last checkpoint stay: that an entry of that hash stood in that place can be proved for ever, by whoever kept it.
"""

from __future__ import annotations

import json
from datetime import timedelta

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from engine.base.errors import IntegrityViolated
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.events import RetentionClass
from engine.base.state.outbox import record
from engine.base.state.tables import LedgerShardRow, OutboxDisclosureRow, OutboxRow
from engine.ledger.events.ledger import ShardPruned

AT_ONCE = 500


def certify(database: Database) -> int:
    """Record of which shards the entries are due; returns how many shards are certified and hold entries still.

    Their entries are deleted by :func:`delete_certified`, once that record has its place and is signed.
    """
    with database.transaction() as session:
        for row in session.scalars(
            select(LedgerShardRow).where(LedgerShardRow.closed_at.is_not(None), LedgerShardRow.pruned_at.is_(None))
        ):
            _certify(session, row)
        left = select(OutboxRow.shard).where(OutboxRow.shard.in_(_pruned())).distinct()
        return len(session.scalars(left).all())


def delete_certified(database: Database) -> int:
    """Delete the entries of certified shards, some at a time; returns how many. Again after a crash: it goes on.

    Raises:
        IntegrityViolated: a shard calls itself pruned, and no entry certifies it; nothing is deleted.
    """
    with database.snapshot() as session:
        uncertified = set(session.scalars(_pruned())) - _certified(session)
        if session.scalar(select(OutboxRow.id).where(OutboxRow.shard.in_(uncertified)).limit(1)) is not None:
            raise IntegrityViolated(
                "a year of the ledger is marked as pruned, and no entry certifies that: nothing is deleted",
                hint="the state was changed from outside: compare it with a backup",
            )
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
        query = select(OutboxRow.id).where(OutboxRow.shard.in_(_pruned()))
        due = session.scalars(query.order_by(OutboxRow.shard, OutboxRow.ledger_index).limit(AT_ONCE)).all()
        if due:
            session.execute(delete(OutboxDisclosureRow).where(OutboxDisclosureRow.event_id.in_(due)))
            session.execute(delete(OutboxRow).where(OutboxRow.id.in_(due)))
        return len(due)


def _certified(session: Session) -> set[str]:
    """Labels of shards of which an entry that has its place says that they are pruned."""
    query = select(OutboxRow.payload).where(OutboxRow.type == ShardPruned.type, OutboxRow.drained_at.is_not(None))
    return {str(json.loads(payload)["attributes"]["label"]) for payload in session.scalars(query)}


def _pruned() -> Select[str]:
    return select(LedgerShardRow.label).where(LedgerShardRow.pruned_at.is_not(None))
