"""How far a scan is: for whoever waits for one that runs elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.base.ids import ScanId
from engine.base.state.tables import CoverageRow, JobId, ReadingRow, ScanRow


@dataclass(frozen=True, slots=True)
class ScanStatus:
    """Where a scan stands.

    Attributes:
        status: see ScanRow.
        planned: whether all stores are listed; before, the counts grow.
        objects, objects_done: listed, and with their coverage state.
        rows: read so far or taken over; expected_rows: as far as the stores can tell.
        readers: workers that read lots of it just now.
    """

    id: ScanId
    status: str
    planned: bool
    objects: int
    objects_done: int
    rows: int
    expected_rows: int
    readers: int
    started_at: datetime


def scan_of(session: Session, job_id: JobId) -> ScanStatus | None:
    """The newest scan that was made for a job; None if it has not begun."""
    query = select(ScanRow).where(ScanRow.job_id == job_id).order_by(ScanRow.started_at.desc()).limit(1)
    scan = session.scalars(query).first()
    if scan is None:
        return None
    covered = dict[str, tuple[int, int, int]]()
    totals = (func.count(), func.sum(CoverageRow.rows), func.sum(func.coalesce(CoverageRow.expected_rows, 0)))
    of_scan = select(CoverageRow.state, *totals).where(CoverageRow.scan_id == scan.id).group_by(CoverageRow.state)
    for state, count, rows, expected in session.execute(of_scan):
        covered[state] = (count, int(rows or 0), int(expected or 0))
    readers = select(func.count(ReadingRow.worker_id.distinct())).where(
        ReadingRow.scan_id == scan.id, ReadingRow.state == "pending"
    )
    return ScanStatus(
        scan.id,
        scan.status,
        scan.planned_at is not None,
        sum(one[0] for one in covered.values()),
        sum(one[0] for state, one in covered.items() if state != "pending"),
        sum(one[1] for one in covered.values()),
        sum(one[2] for one in covered.values()),
        session.scalar(readers) or 0,
        scan.started_at,
    )
