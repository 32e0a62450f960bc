"""A scan from beginning to end: begin or resume, plan, read every object, judge every asset, close the books.

The order is the safety: what a later step relies on is committed by the one before, and every step can be done again. A
process killed anywhere leaves a scan that the next ``run`` goes on with. Others may help to read: see ``help_as``.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache

from sqlalchemy import case, func, select

from classifiers.sketches.hashing import HashKey
from engine.base.ids import ScanId
from engine.base.keys.purposes import Purpose, purpose_key
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.tables import AssetRow, CoverageRow, ScanRow
from engine.base.work.presence import Presence
from engine.base.work.workers import Timing
from engine.estate.detectors.pack import Pack
from engine.estate.formats.format import Budget
from engine.estate.scan.asked import Asked
from engine.estate.scan.begin import Desk, Wanted, begin
from engine.estate.scan.close import ScanResult, close
from engine.estate.scan.fence import Fence, ScanWorker
from engine.estate.scan.gathered import GATHERED
from engine.estate.scan.judge import cover_unchanged, judge_asset
from engine.estate.scan.lots import Terms
from engine.estate.scan.paced import Seats
from engine.estate.scan.plan import plan
from engine.estate.scan.progress import Progress, ScanTotals, Silent
from engine.estate.scan.read import Bench
from engine.estate.scan.reading import read_lots
from engine.estate.scan.rejudging import note_observing
from engine.estate.stores.declared import DeclaredStore
from engine.estate.stores.store import Store


@cache
def _set_aside() -> None:
    """Spare the garbage collector what this process has imported: walking it took a third of an unchanged scan."""
    gc.collect()
    gc.freeze()


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
        _set_aside()
        names = tuple(sorted(store.name for store in self.stores))
        wanted = Wanted(names, self.pack.hash, self.config_hash, self.asked)
        fence, planned = begin(self.database, desk, wanted, restart=restart)
        bench = self._bench(desk, self.asked)
        try:
            if not planned:
                plan(bench, fence, self.stores)
            with self.database.transaction() as session:
                desk.planned(session)
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
            note_observing(session, self.pack.observing)
        return Bench(
            self.database,
            self.pack,
            HashKey(key.key, key.generation),
            HashKey(membership.key, membership.generation),
            Terms(self.pack.observing, key.generation, asked),
            self.progress,
            self.budget,
            self.gather,
            Seats({declared.name: declared.limits for declared in self.stores}, desk.leases),
            desk.stop_point,
        )

    def _tell_plan(self, fence: Fence) -> None:
        done = CoverageRow.state != "pending"
        read = func.coalesce(func.sum(case((done, CoverageRow.rows), else_=0)), 0)
        estimated = func.coalesce(func.sum(CoverageRow.expected_rows), 0)
        of_done = func.count(case((done, CoverageRow.object_id)))
        query = select(func.count(), estimated, of_done, read).where(CoverageRow.scan_id == fence.scan_id)
        with self.database.snapshot() as session:
            objects, rows, objects_done, rows_done = map(int, session.execute(query).one())
        self.progress.planned(ScanTotals(objects, rows), ScanTotals(objects_done, rows_done))

    def _judge_all(self, bench: Bench, fence: Fence) -> None:
        """Verdicts for what was read, of which something is gone or that another pack judged; the account of all others."""
        with self.database.snapshot() as session:
            query = (
                select(AssetRow.id, AssetRow.unjudged_by, AssetRow.judged_with)
                .join(
                    CoverageRow, (CoverageRow.tenant_id == AssetRow.tenant_id) & (CoverageRow.asset_id == AssetRow.id)
                )
                .where(CoverageRow.scan_id == fence.scan_id, CoverageRow.lot_id.is_not(None))
                .order_by(AssetRow.id)
                .distinct()
            )
            assets = list(session.execute(query))
        for asset_id, unjudged_by, judged_with in assets:
            bench.stop_point()
            if unjudged_by is not None or judged_with != self.pack.hash:
                judge_asset(self.database, fence, self.pack, asset_id)
            else:
                cover_unchanged(self.database, fence, asset_id)
