"""Completeness: what was recorded, what has a place, and what business rows tell, counted against one another.

A trail can be whole and still lack what was never recorded. So rows that cannot come to be without an event (an actor, a scan, an
approval) are held against the events that must exist for them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from engine.base.keys.purposes import Purpose, purpose_key
from engine.base.state.events import reference_hash
from engine.base.state.outbox import record
from engine.base.state.tables import (
    ActorRow,
    ApprovalRow,
    CertificateRow,
    EvidenceRunRow,
    HoldRow,
    LedgerShardRow,
    LookRow,
    OutboxRow,
    ScanRow,
    WaiverRow,
    WorkerRow,
)
from engine.ledger.events.ledger import Reconciled

_AT_ONCE = 5000
_OBJECT = re.compile(r'"object_ref":"([0-9a-f]{64})"')


@dataclass(frozen=True, slots=True)
class Pair:
    """Rows of one table, each of which has an event of one type about it.

    Attributes:
        rows: the table's id column.
        kind: the word of the reference in the event, which is the event's object.
        event: its type.
        where: which rows; all by default.
    """

    rows: InstrumentedAttribute[Any]
    kind: str
    event: str
    where: ColumnElement[bool] = field(default_factory=true)


PAIRS: tuple[Pair, ...] = (
    Pair(ActorRow.id, "actor", "actor.registered"),
    Pair(ScanRow.id, "scan", "scan.started"),
    Pair(HoldRow.id, "hold", "hold.placed"),
    Pair(WaiverRow.id, "waiver", "waiver.asked"),
    Pair(LookRow.id, "look", "plan.looked"),
    Pair(CertificateRow.id, "certificate", "certificate.issued"),
    Pair(WorkerRow.id, "worker", "work.worker_started", WorkerRow.runs_jobs.is_(True)),  # the others are commands
    Pair(ApprovalRow.id, "approval", "actor.approval_given"),
    Pair(EvidenceRunRow.id, "evidence_run", "evidence.collected", EvidenceRunRow.event_id.is_not(None)),  # whole ones
)


@dataclass(frozen=True, slots=True)
class Gap:
    """One comparison that did not come out even: ``what`` in words, and how many are concerned."""

    what: str
    count: int


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The outcome. Attributes as in :class:`~engine.ledger.events.ledger.Reconciled`, with the gaps in words."""

    checked: int
    outbox: int
    entries: int
    waiting: int
    business_rows: int
    missing: int
    orphans: int
    gaps: Sequence[Gap]


def reconcile(session: Session) -> Reconciliation:
    """Compare, in a snapshot or a transaction. Rows of pruned shards are counted as they were certified."""
    gaps: list[Gap] = []
    recorded = _count(session, select(func.count()).select_from(OutboxRow))
    waiting = _count(session, select(func.count()).select_from(OutboxRow).where(OutboxRow.drained_at.is_(None)))
    entries = orphans = checked = pruned = 0
    for row in session.scalars(select(LedgerShardRow).order_by(LedgerShardRow.opened_at)):
        checked += 1
        entries += row.size
        if row.pruned_at is not None:
            pruned += 1
            continue
        lowest, highest, places = session.execute(
            select(func.min(OutboxRow.ledger_index), func.max(OutboxRow.ledger_index), func.count()).where(
                OutboxRow.shard == row.label
            )
        ).one()
        if (lowest, highest, places) != (0, row.size - 1, row.size):
            orphans += abs(row.size - places) or 1
            gaps.append(Gap(f"places of shard {row.label} without an event, or events without a place of it", orphans))
    checked += 1
    changed = _changed(session)
    if changed:
        gaps.append(Gap("events that were changed while they waited", changed))
    business_rows = missing = 0
    for pair in PAIRS if not pruned else ():
        checked += 1
        rows, lacking = _missing(session, pair)
        business_rows += rows
        missing += lacking
        if lacking:
            gaps.append(Gap(f"rows of kind {pair.kind} without an event {pair.event}", lacking))
    return Reconciliation(checked, recorded, entries, waiting, business_rows, missing, orphans, gaps)


def note(session: Session, found: Reconciliation) -> None:
    """Record the outcome."""
    record(
        session,
        Reconciled(
            checked=found.checked,
            exceptions=len(found.gaps),
            outbox=found.outbox,
            entries=found.entries,
            business_rows=found.business_rows,
            missing=found.missing,
            orphans=found.orphans,
        ),
    )


def _missing(session: Session, pair: Pair) -> tuple[int, int]:
    """How many rows there are, and how many of them no event speaks of."""
    told = {found[1] for payload in _payloads(session, pair.event) if (found := _OBJECT.search(payload)) is not None}
    key = purpose_key(session, Purpose.PSEUDONYM).key
    rows = session.scalars(select(pair.rows).where(pair.where)).all()
    return len(rows), sum(reference_hash(key, pair.kind, row) not in told for row in rows)


def _payloads(session: Session, event_type: str) -> Iterator[str]:
    query = select(OutboxRow.payload).where(OutboxRow.type == event_type)
    yield from session.scalars(query.execution_options(yield_per=_AT_ONCE))


def _changed(session: Session) -> int:
    rows = session.execute(
        select(OutboxRow.payload, OutboxRow.payload_sha256).where(OutboxRow.drained_at.is_(None)).limit(_AT_ONCE)
    )
    return sum(hashlib.sha256(payload.encode()).digest() != digest for payload, digest in rows)


def _count(session: Session, query: Any) -> int:
    return int(session.scalars(query).one())
