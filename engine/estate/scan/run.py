"""A scan from beginning to end: begin or resume, plan, read every object, judge every asset, close the books.

The order is the safety: what a later step relies on is committed by the one before, and every step can be done again. A
process killed anywhere leaves a scan that the next ``run`` goes on with.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib.metadata import version

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from classifiers.observe import HashKey
from engine.base.ids import ScanId
from engine.base.keys.purposes import Purpose, purpose_key
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.outbox import record
from engine.base.state.tables import AssetRow, CoverageRow, ReadingRow, ScanRow
from engine.estate.formats.format import Budget
from engine.estate.scan.asked import Asked
from engine.estate.scan.close import ScanResult, close
from engine.estate.scan.fence import Fence, claim, take_over, this_worker, unfinished
from engine.estate.scan.gathered import GATHERED
from engine.estate.scan.judge import cover_unchanged, judge_asset
from engine.estate.scan.lots import Terms
from engine.estate.scan.pack import Pack
from engine.estate.scan.plan import plan
from engine.estate.scan.progress import Progress, ScanTotals, Silent
from engine.estate.scan.read import Bench, read_lot
from engine.estate.stores.declared import DeclaredStore
from engine.estate.stores.store import Store
from engine.ledger.events.scan import ScanResumed, ScanStarted

WAIT = 0.5  # seconds between two looks at what other workers still read


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

    def run(self, *, restart: bool = False) -> ScanResult:
        """Scan all stores, going on with an unfinished scan of the same ones unless ``restart``.

        Raises:
            ScanTaken: another process is scanning.
        """
        fence, planned = self._begin(restart=restart)
        bench = self._bench(self.asked)
        if not planned:
            plan(self.database, fence, self.stores, bench.terms, self.progress)
        self._tell_plan(fence)
        read_lots(bench, self._by_name(), fence.scan_id, fence.epoch)
        self._judge_all(fence)
        return close(self.database, fence, self.stores, self.configured)

    def help(self) -> bool:
        """Read lots of a scan that another process runs, until none is left to begin.

        Returns:
            Whether there was such a scan, planned, and of what this one would read and judge by.
        """
        with self.database.snapshot() as session:
            row = unfinished(session)
            if row is None or row.planned_at is None or not self._fits(row):
                return False
        read_lots(self._bench(Asked.from_json(row.asked)), self._by_name(), row.id, None)
        return True

    def _fits(self, row: ScanRow) -> bool:
        names = {declared.name for declared in self.stores}
        known = isinstance(row.stores, list) and names.issuperset(map(str, row.stores))
        return known and (row.pack_hash, row.config_hash) == (self.pack.hash, self.config_hash)

    def _by_name(self) -> dict[str, Store]:
        return {declared.name: declared.store for declared in self.stores}

    def _bench(self, asked: Asked) -> Bench:
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
        )

    def _begin(self, *, restart: bool) -> tuple[Fence, bool]:
        """The right to write, and whether the scan was planned already."""
        names = sorted(store.name for store in self.stores)
        with self.database.transaction() as session:
            row = unfinished(session)
            if row is not None:
                wanted = (names, self.pack.hash, self.config_hash, self.asked.as_json())
                same = (row.stores, row.pack_hash, row.config_hash, row.asked) == wanted
                fence = Fence(row.id, row.epoch) if restart else take_over(row)
                if same and not restart:
                    record(session, _resumed(session, row))
                    return fence, row.planned_at is not None
                _abandon(session, row)
            return self._new(session, names), False

    def _new(self, session: Session, names: list[str]) -> Fence:
        context = context_of(session)
        row = ScanRow(
            status="running",
            stores=list(names),
            pack_hash=self.pack.hash,
            config_hash=self.config_hash,
            asked=self.asked.as_json(),
            hash_generation=purpose_key(session, Purpose.SKETCH).generation,
            actor_id=context.actor_id,
            worker=this_worker(),
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

    def _judge_all(self, fence: Fence) -> None:
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
            if unjudged_by is not None:
                judge_asset(self.database, fence, self.pack.judge, asset_id)
            else:
                cover_unchanged(self.database, fence, asset_id)


def read_lots(bench: Bench, stores: dict[str, Store], scan_id: ScanId, scan_epoch: int | None) -> None:
    """Read every lot of a scan that nobody else reads, and those that others leave behind.

    For the process that runs the scan (``scan_epoch``, see Claim) this ends when every lot is read, by whomever; for one that
    helps (None), when there is none left to begin.
    """
    while True:
        with bench.database.transaction() as session:
            claimed = claim(session, scan_id, scan_epoch)
            held = session.scalar(
                select(func.count())
                .select_from(ReadingRow)
                .where(ReadingRow.scan_id == scan_id, ReadingRow.state == "pending")
            )
        if claimed is not None:
            read_lot(bench, stores, claimed)
        elif not held or scan_epoch is None:
            return
        else:
            time.sleep(WAIT)


def _resumed(session: Session, row: ScanRow) -> ScanResumed:
    states = list(session.scalars(select(CoverageRow.state).where(CoverageRow.scan_id == row.id)))
    left = states.count("pending")
    return ScanResumed(scan=row.id, epoch=row.epoch, objects_done=len(states) - left, objects_left=left)


def _abandon(session: Session, row: ScanRow) -> None:
    """Give an unfinished scan up: what it read is not used."""
    row.status = "abandoned"
    row.epoch += 1
    row.ended_at = context_of(session).clock.now()
