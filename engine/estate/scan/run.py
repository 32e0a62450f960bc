"""A scan from beginning to end: begin or resume, plan, read every object, judge every asset, close the books.

The order is the safety: what a later step relies on is committed by the one before, and every step can be done again. A
process killed anywhere leaves a scan that the next ``run`` goes on with. Others may help to read: see ``help_as``.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib.metadata import version

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from classifiers.observe import HashKey
from engine.base.errors import DependencyFailed
from engine.base.ids import ScanId
from engine.base.keys.purposes import Purpose, purpose_key
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.outbox import record
from engine.base.state.tables import AssetRow, CoverageRow, JobId, JobRow, ReadingRow, ScanRow
from engine.base.work.jobs import ENDED
from engine.base.work.leases import Leases
from engine.base.work.presence import Presence
from engine.base.work.workers import Timing
from engine.estate.formats.format import Budget
from engine.estate.scan.asked import Asked
from engine.estate.scan.close import ScanResult, close
from engine.estate.scan.fence import (
    Claim,
    Fence,
    ScanTaken,
    ScanWorker,
    abandon,
    check_free,
    claim,
    take_over,
    unfinished,
)
from engine.estate.scan.gathered import GATHERED
from engine.estate.scan.judge import cover_unchanged, judge_asset
from engine.estate.scan.lots import Terms
from engine.estate.scan.paced import Seats
from engine.estate.scan.pack import Pack
from engine.estate.scan.plan import plan
from engine.estate.scan.progress import Progress, ScanTotals, Silent
from engine.estate.scan.read import Bench, read_lot
from engine.estate.stores.declared import DeclaredStore
from engine.estate.stores.store import Store
from engine.ledger.events.scan import ScanResumed, ScanStarted

WAIT = 0.5  # seconds between two looks at what other workers still read


@dataclass(frozen=True, slots=True)
class Desk:
    """Who scans, and for whom.

    Attributes:
        worker: under whose id; leases: of that worker.
        job_id: the job that the scan is made for; None when a person runs it.
        stop_point: called between steps; what it raises ends the work where it stands.
    """

    worker: ScanWorker
    leases: Leases
    job_id: JobId | None = None
    stop_point: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Scanner:
    """Scans some stores.

    Attributes:
        database: the state, bound to tenant, actor, keyring and clock.
        stores: what to scan.
        configured: names of all stores of the configuration; a known store that is not among them was removed.
        pack: what to judge by.
        config_hash: of the configuration; an unfinished scan is resumed only under the same.
        progress: told what happens.
        budget: of a chunk; gather: chunks that may be recorded as one (see Gathered).
        asked: how much is read.
        timing: how often this process says that it lives.
    """

    database: Database
    stores: Sequence[DeclaredStore]
    configured: frozenset[str]
    pack: Pack
    config_hash: str
    progress: Progress = field(default_factory=Silent)
    budget: Budget = field(default_factory=Budget)
    gather: int = GATHERED
    asked: Asked = field(default_factory=Asked)
    timing: Timing = field(default_factory=Timing)

    def run(self, *, restart: bool = False) -> ScanResult:
        """Scan all stores, going on with an unfinished scan of the same ones unless ``restart``.

        Raises:
            ScanTaken: another process is scanning.
        """
        with self._present() as desk:
            return self.run_as(desk, restart=restart)

    def run_as(self, desk: Desk, *, restart: bool = False) -> ScanResult:
        """``run`` as a worker that is known already.

        Raises:
            ScanTaken: another process is scanning, or took this scan over.
        """
        fence, planned = self._begin(desk, restart=restart)
        bench = self._bench(desk, self.asked)
        try:
            if not planned:
                plan(bench, fence, self.stores)
            self._tell_plan(fence)
            read_lots(bench, desk.worker, self._by_name(), fence.scan_id, fence.epoch)
            self._judge_all(bench, fence)
            return close(self.database, fence, self.stores, self.configured)
        finally:
            bench.seats.leave()

    def help(self) -> bool:
        """Read lots of the scan that another process runs, until none is left to begin.

        Returns:
            Whether there was such a scan, planned, and of what this one would read and judge by.
        """
        with self.database.snapshot() as session:
            query = select(ScanRow.id).where(ScanRow.status == "running").order_by(ScanRow.started_at.desc())
            scan_id = session.scalars(query).first()
        if scan_id is None:
            return False
        with self._present() as desk:
            return self.help_as(desk, scan_id) is not None

    def help_as(self, desk: Desk, scan_id: ScanId) -> int | None:
        """``help`` with a certain scan, as a worker that is known already.

        Returns:
            How many lots were read; None when it is no scan of what this one would read and judge by.
        """
        with self.database.snapshot() as session:
            row = session.get(ScanRow, (context_of(session).tenant_id, scan_id))
            if row is None or row.planned_at is None or not self._fits(row):
                return None
        bench = self._bench(desk, Asked.from_json(row.asked))
        try:
            return read_lots(bench, desk.worker, self._by_name(), scan_id, None)
        finally:
            bench.seats.leave()

    @contextmanager
    def _present(self) -> Iterator[Desk]:
        with Presence(self.database, runs_jobs=False, timing=self.timing) as presence:
            yield Desk(ScanWorker(presence.id, self.timing.dead_after), presence.leases)

    def _fits(self, row: ScanRow) -> bool:
        names = {declared.name for declared in self.stores}
        known = isinstance(row.stores, list) and names.issuperset(map(str, row.stores))
        return known and (row.pack_hash, row.config_hash) == (self.pack.hash, self.config_hash)

    def _by_name(self) -> dict[str, Store]:
        return {declared.name: declared.store for declared in self.stores}

    def _bench(self, desk: Desk, asked: Asked) -> Bench:
        with self.database.transaction() as session:
            key = purpose_key(session, Purpose.SKETCH)
            membership = purpose_key(session, Purpose.MEMBERSHIP)
        return Bench(
            self.database,
            self.pack,
            HashKey(key.key, key.generation),
            HashKey(membership.key, membership.generation),
            Terms(self.pack.hash, key.generation, asked),
            self.progress,
            self.budget,
            self.gather,
            Seats({declared.name: declared.limits for declared in self.stores}, desk.leases),
            desk.stop_point,
        )

    def _begin(self, desk: Desk, *, restart: bool) -> tuple[Fence, bool]:
        """The right to write, and whether the scan was planned already."""
        names = sorted(store.name for store in self.stores)
        with self.database.transaction() as session:
            row = unfinished(session)
            if row is not None:
                if not restart and not _is_of(row, desk):
                    desk.worker.look_around(session)
                    _check_nobody_runs(session, row, desk.worker)
                wanted = (names, self.pack.hash, self.config_hash, self.asked.as_json())
                if not restart and (row.stores, row.pack_hash, row.config_hash, row.asked) == wanted:
                    fence = take_over(row, desk.worker)
                    row.job_id = desk.job_id
                    record(session, _resumed(session, row))
                    return fence, row.planned_at is not None
                abandon(session, row)
            return self._new(session, names, desk), False

    def _new(self, session: Session, names: list[str], desk: Desk) -> Fence:
        context = context_of(session)
        row = ScanRow(
            status="running",
            stores=list(names),
            pack_hash=self.pack.hash,
            config_hash=self.config_hash,
            asked=self.asked.as_json(),
            hash_generation=purpose_key(session, Purpose.SKETCH).generation,
            actor_id=context.actor_id,
            worker_id=desk.worker.id,
            job_id=desk.job_id,
            epoch=1,
            listed=0,
            drift=[],
            started_at=context.clock.now(),
        )
        session.add(row)
        session.flush()
        record(
            session,
            ScanStarted(
                scan=row.id,
                stores=len(names),
                full=self.asked.drawn is None,
                pack_hash=self.pack.hash,
                config_hash=self.config_hash,
                code_version=version("reeve"),
            ),
        )
        return Fence(row.id, row.epoch)

    def _tell_plan(self, fence: Fence) -> None:
        with self.database.snapshot() as session:
            query = select(CoverageRow).where(CoverageRow.scan_id == fence.scan_id)
            rows = list(session.scalars(query))
        done = [row for row in rows if row.state != "pending"]
        estimates = [row.expected_rows for row in rows]
        self.progress.planned(
            ScanTotals(len(rows), sum(rows for rows in estimates if rows is not None)),
            ScanTotals(len(done), sum(row.rows for row in rows)),
        )

    def _judge_all(self, bench: Bench, fence: Fence) -> None:
        """Verdicts for every asset of which something was read or is gone, and the account of all others."""
        with self.database.snapshot() as session:
            query = (
                select(AssetRow.id, AssetRow.unjudged_by)
                .join(
                    CoverageRow, (CoverageRow.tenant_id == AssetRow.tenant_id) & (CoverageRow.asset_id == AssetRow.id)
                )
                .where(CoverageRow.scan_id == fence.scan_id, CoverageRow.lot_id.is_not(None))
                .order_by(AssetRow.id)
                .distinct()
            )
            assets = list(session.execute(query))
        for asset_id, unjudged_by in assets:
            bench.stop_point()
            if unjudged_by is not None:
                judge_asset(self.database, fence, self.pack.judge, asset_id)
            else:
                cover_unchanged(self.database, fence, asset_id)


def read_lots(
    bench: Bench, worker: ScanWorker, stores: dict[str, Store], scan_id: ScanId, scan_epoch: int | None
) -> int:
    """Read every lot of a scan that nobody else reads, and those that others leave behind; returns how many.

    For the process that runs the scan (``scan_epoch``, see Claim) this ends when every lot is read, by whomever; for one that
    helps (None), when there is none left that it may begin now.
    """
    read = 0
    crowded: set[str] = set()  # stores to which no connection is free
    while True:
        bench.stop_point()
        with bench.database.transaction() as session:
            claimed = claim(session, scan_id, worker, scan_epoch, crowded)
            held = session.scalar(
                select(func.count())
                .select_from(ReadingRow)
                .where(ReadingRow.scan_id == scan_id, ReadingRow.state == "pending")
            )
        if claimed is not None:
            if bench.seats.take(claimed.store):
                with _let_go_if_stopped(bench.database, claimed):
                    read_lot(bench, stores, claimed)
                read += 1
            else:
                crowded.add(claimed.store)
                with bench.database.transaction() as session:
                    claimed.let_go(session)
        elif not held or scan_epoch is None:
            return read
        else:
            crowded.clear()
            bench.seats.leave()
            time.sleep(WAIT)


@contextmanager
def _let_go_if_stopped(database: Database, claimed: Claim) -> Iterator[None]:
    """What was not read to its end, another one may go on with at once; at the latest when this process ends."""
    try:
        yield
    except BaseException:
        with suppress(DependencyFailed), database.transaction() as session:
            claimed.let_go(session)
        raise


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
