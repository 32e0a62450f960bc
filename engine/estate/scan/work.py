"""Scans as jobs: one worker runs a scan, others help it to read, and all can be paused, resumed and cancelled.

A job of kind ``scan`` plans, reads, judges and closes. Once it has planned, and then by the leader, reading (kind ``read``) is
offered to workers that have nothing to do while lots are free; whoever takes it up reads lots until none is free. Which lots
there are, and who has which, stands in the scan's own tables, so it does not matter how often or by whom either is called.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from engine.base.ids import ScanId
from engine.base.state.canonical import JsonValue
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.tables import JobId, JobRow, ReadingRow, ScanRow, WorkerRow
from engine.base.work.jobs import ENDED, request_cancel, submit
from engine.base.work.running import Job, JobDeferred, JobStopped, Stop, Work
from engine.base.work.view import living_workers
from engine.estate.scan.asked import Asked
from engine.estate.scan.begin import Desk
from engine.estate.scan.close import ScanResult
from engine.estate.scan.fence import ScanTaken, ScanWorker, abandon
from engine.estate.scan.run import Scanner

SCAN = "scan"
READ = "read"
BUSY_SECONDS = 5.0
"""How long a scan waits for another one that runs."""
OFFER_AGAIN = timedelta(seconds=30)
"""After which reading is offered again when the last one who took it up could read nothing."""

MakeScanner = Callable[[Database, tuple[str, ...], Asked], Scanner]
"""A scanner of these stores (all, if none is named), by the configuration and the detectors as they are now."""


def ask_for_scan(session: Session, stores: tuple[str, ...], asked: Asked, *, key: str = "") -> JobId:
    """Ask for a scan of these stores; of all if none is named. See :func:`engine.base.work.jobs.submit`."""
    return submit(session, SCAN, scan_arguments(stores, asked), key=key)


def scan_arguments(stores: tuple[str, ...], asked: Asked) -> dict[str, JsonValue]:
    """What a job of kind ``scan`` is told."""
    return {"stores": sorted(stores), "asked": asked.as_json()}


def cancel(session: Session, job_id: JobId) -> None:
    """Cancel a job. The scan of one that does not run just now is given up at once, that of one that runs when it stops.

    Raises:
        NotFound, BadInput: there is no such job; it has ended.
    """
    request_cancel(session, job_id)
    give_up_cancelled(session)


def give_up_cancelled(session: Session) -> None:
    """Give up unfinished scans whose job was cancelled. A chore of the leader, too: whoever cancelled may have died."""
    cancelled = select(JobRow.id).where(JobRow.state == "cancelled")
    for row in session.scalars(select(ScanRow).where(ScanRow.status == "running", ScanRow.job_id.in_(cancelled))):
        abandon(session, row)


def offer_reading(session: Session) -> None:
    """Have idle workers help with a scan that has lots nobody reads. A chore of the leader."""
    running = select(ScanRow).where(ScanRow.status == "running", ScanRow.planned_at.is_not(None))
    for scan in session.scalars(running):
        if not _goes_on(session, scan.id):
            continue
        helpers = list(session.scalars(select(JobRow).where(JobRow.key.startswith(f"{READ}/{scan.id}/"))))
        reading = sum(job.state not in ENDED for job in helpers)
        others = sum(one.id != scan.worker_id for one in living_workers(session))
        if reading < min(others, _free_lots(session, scan.id)) and not _in_vain(session, helpers):
            key = f"{READ}/{scan.id}/{len(helpers)}"
            submit(session, READ, {"scan": str(scan.id)}, key=key, actor_id=scan.actor_id)


def _free_lots(session: Session, scan_id: ScanId) -> int:
    living = select(WorkerRow.id).where(WorkerRow.stopped_at.is_(None))
    free = or_(ReadingRow.worker_id.is_(None), ReadingRow.worker_id.not_in(living))
    query = select(func.count()).select_from(ReadingRow)
    return session.scalar(query.where(ReadingRow.scan_id == scan_id, ReadingRow.state == "pending", free)) or 0


def _in_vain(session: Session, helpers: list[JobRow]) -> bool:
    """Whether the last helper that ended could read nothing, and did so just now."""
    ended = [(job.ended_at, job.outcome) for job in helpers if job.ended_at is not None]
    if not ended:
        return False
    when, outcome = max(ended, key=lambda one: one[0])
    return outcome == {"lots": 0} and when + OFFER_AGAIN > context_of(session).clock.now()


def _goes_on(session: Session, scan_id: ScanId) -> bool:
    """Whether a scan is to be read now: not if it ended, or if its job is paused or about to stop."""
    query = (
        select(ScanRow.status, JobRow.state, JobRow.requested)
        .join(JobRow, (JobRow.tenant_id == ScanRow.tenant_id) & (JobRow.id == ScanRow.job_id), isouter=True)
        .where(ScanRow.id == scan_id)
    )
    found = session.execute(query).one_or_none()
    return found is not None and found[0] == "running" and found[1] in (None, "queued", "running") and not found[2]


class _ScanStands(Exception):
    """The scan that is helped with does not go on just now."""


@dataclass(frozen=True, slots=True)
class ScanWork:
    """The functions of both kinds.

    Attributes:
        make: makes the scanner for a job.
        dead_after: see ScanWorker.
    """

    make: MakeScanner
    dead_after: float

    def kinds(self) -> dict[str, Work]:
        """By the names of the kinds."""
        return {SCAN: self.scan, READ: self.read}

    def scan(self, job: Job) -> JsonValue:
        """Run a scan from beginning to end; returns counts."""
        stores = job.arguments.get("stores")
        names = tuple(map(str, stores)) if isinstance(stores, list) else ()
        scanner = self.make(job.database, names, Asked.from_json(job.arguments.get("asked")))
        try:
            return _outcome(scanner.run_as(replace(self._desk(job, job.stop_point), planned=offer_reading)))
        except ScanTaken:
            job.stop_point()  # lost, rather than waiting, if another worker runs this job
            raise JobDeferred(BUSY_SECONDS) from None
        except JobStopped as exc:
            if exc.stop is Stop.CANCEL:
                _give_up(job)
            raise

    def read(self, job: Job) -> JsonValue:
        """Read lots of a scan that another worker runs; returns how many."""
        scan_id = ScanId(UUID(str(job.arguments["scan"])))
        scanner = self.make(job.database, (), Asked())
        lots: int | None = 0

        def stop_point() -> None:
            job.stop_point()
            with job.database.snapshot() as session:
                if not _goes_on(session, scan_id):
                    raise _ScanStands

        try:
            lots = scanner.help_as(self._desk(job, stop_point), scan_id)
        except (ScanTaken, _ScanStands):
            job.stop_point()
        return {"lots": lots or 0}

    def _desk(self, job: Job, stop_point: Callable[[], None]) -> Desk:
        mine = job.id if job.kind == SCAN else None
        return Desk(ScanWorker(job.worker_id, self.dead_after), job.leases, mine, stop_point)


def _give_up(job: Job) -> None:
    with job.database.transaction() as session:
        job.check(session)
        for row in session.scalars(select(ScanRow).where(ScanRow.job_id == job.id, ScanRow.status == "running")):
            abandon(session, row)


def _outcome(result: ScanResult) -> JsonValue:
    return {
        "scan": str(result.scan_id),
        "status": result.status,
        "objects": dict(sorted(result.objects.items())),
        "unlisted": len(result.unlisted),
        "rows": result.rows,
        "drift": len(result.drift),
    }
