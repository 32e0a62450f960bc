"""Begin a scan, or go on with one that was left: by whoever may, and under the same terms only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.base.keys.purposes import Purpose, purpose_key
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.outbox import record
from engine.base.state.tables import CoverageRow, JobId, JobRow, ScanRow
from engine.base.work.jobs import ENDED
from engine.base.work.leases import Leases
from engine.estate.scan.asked import Asked
from engine.estate.scan.fence import Fence, ScanTaken, ScanWorker, abandon, check_free, take_over, unfinished
from engine.ledger.events.scan import ScanResumed, ScanStarted


@dataclass(frozen=True, slots=True)
class Desk:
    """Who scans, and for whom.

    Attributes:
        worker: under whose id; leases: of that worker.
        job_id: the job that the scan is made for; None when a person runs it.
        stop_point: called between steps; what it raises ends the work where it stands.
        planned: called once it is known what there is to read.
    """

    worker: ScanWorker
    leases: Leases
    job_id: JobId | None = None
    stop_point: Callable[[], None] = lambda: None
    planned: Callable[[Session], None] = lambda _session: None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a scan is of: an unfinished one is gone on with only if it is of the same.

    Attributes:
        stores: their names, sorted.
        pack_hash, config_hash, asked: as in ScanRow.
    """

    stores: tuple[str, ...]
    pack_hash: str
    config_hash: str
    asked: Asked

    def is_of(self, row: ScanRow) -> bool:
        """Whether a scan is the same."""
        mine = (list(self.stores), self.pack_hash, self.config_hash, self.asked.as_json())
        return (row.stores, row.pack_hash, row.config_hash, row.asked) == mine


def begin(database: Database, desk: Desk, wanted: Wanted, *, restart: bool) -> tuple[Fence, bool]:
    """The right to write for a scan, and whether it was planned already.

    Raises:
        ScanTaken: somebody runs another one, or will.
    """
    with database.transaction() as session:
        row = unfinished(session)
        if row is not None:
            if not restart and not _is_of(row, desk):
                desk.worker.look_around(session)
                _check_nobody_runs(session, row, desk.worker)
            if not restart and wanted.is_of(row):
                fence = take_over(row, desk.worker)
                row.job_id = desk.job_id
                record(session, _resumed(session, row))
                return fence, row.planned_at is not None
            abandon(session, row)
        return _new(session, wanted, desk), False


def _new(session: Session, wanted: Wanted, desk: Desk) -> Fence:
    context = context_of(session)
    row = ScanRow(
        status="running",
        stores=list(wanted.stores),
        pack_hash=wanted.pack_hash,
        config_hash=wanted.config_hash,
        asked=wanted.asked.as_json(),
        hash_generation=purpose_key(session, Purpose.SKETCH).generation,
        actor_id=context.actor_id,
        worker_id=desk.worker.id,
        job_id=desk.job_id,
        epoch=1,
        listed=0,
        unlisted={},
        drift=None,
        started_at=context.clock.now(),
    )
    session.add(row)
    session.flush()
    job = None if desk.job_id is None else session.get(JobRow, (row.tenant_id, desk.job_id))
    record(
        session,
        ScanStarted(
            scan=row.id,
            stores=len(wanted.stores),
            full=wanted.asked.drawn is None,
            pack_hash=wanted.pack_hash,
            config_hash=wanted.config_hash,
            code_version=version("reeve"),
            schedule=None if job is None else job.schedule,
            expected_at=None if job is None else job.expected_at,
        ),
    )
    return Fence(row.id, row.epoch)


def _resumed(session: Session, row: ScanRow) -> ScanResumed:
    states = list(session.scalars(select(CoverageRow.state).where(CoverageRow.scan_id == row.id)))
    left = states.count("pending")
    return ScanResumed(scan=row.id, epoch=row.epoch, objects_done=len(states) - left, objects_left=left)


def _is_of(row: ScanRow, desk: Desk) -> bool:
    """Whether the scan is that of the desk's own job: an earlier call of it cannot write any more."""
    return desk.job_id is not None and row.job_id == desk.job_id


def _check_nobody_runs(session: Session, row: ScanRow, worker: ScanWorker) -> None:
    """Make sure that nobody runs an unfinished scan, nor will: its job if it is one's, else its worker.

    Raises:
        ScanTaken: somebody does.
    """
    if row.job_id is None:
        check_free(session, row, worker)
        return
    job = session.get_one(JobRow, (row.tenant_id, row.job_id))
    if job.state not in ENDED:
        raise ScanTaken(
            f"a scan is under way as a job, which is {job.state}",
            hint="`reeve jobs list` shows it; resume or cancel it there, or use --restart",
        )
