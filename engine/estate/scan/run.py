"""A scan from beginning to end: begin or resume, plan, read every object, judge every asset, close the books.

The order is the safety: what a later step relies on is committed by the one before, and every step can be done again. A
process killed anywhere leaves a scan that the next ``run`` goes on with.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from classifiers.observe import HashKey
from engine.base.ids import AssetId, ScanId
from engine.base.keys.purposes import Purpose, purpose_key
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.outbox import record
from engine.base.state.tables import AssetRow, CoverageRow, ObjectRow, ScanRow, SketchRow, StoreRow
from engine.estate.formats.format import Budget
from engine.estate.scan.chunks import Work
from engine.estate.scan.close import ScanResult, close
from engine.estate.scan.fence import Fence, take_over, this_worker, unfinished
from engine.estate.scan.gathered import GATHERED
from engine.estate.scan.judge import judge_asset
from engine.estate.scan.pack import Pack
from engine.estate.scan.plan import Listing, list_again, plan
from engine.estate.scan.progress import Progress, ScanTotals, Silent
from engine.estate.scan.read import Bench, read_object
from engine.estate.stores.declared import DeclaredStore
from engine.ledger.events.scan import ScanResumed, ScanStarted


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
    """

    database: Database
    stores: Sequence[DeclaredStore]
    configured: frozenset[str]
    pack: Pack
    config_hash: str
    progress: Progress = field(default_factory=Silent)
    budget: Budget = field(default_factory=Budget)
    gather: int = GATHERED

    def run(self, *, restart: bool = False) -> ScanResult:
        """Scan all stores, going on with an unfinished scan of the same ones unless ``restart``.

        Raises:
            ScanTaken: another process is scanning.
        """
        fence, planned = self._begin(restart=restart)
        listings = (
            list_again(self.stores, self.progress)
            if planned
            else plan(self.database, fence, self.stores, self.progress)
        )
        with self.database.transaction() as session:
            key = purpose_key(session, Purpose.SKETCH)
        bench = Bench(
            self.database, fence, self.pack, HashKey(key.key, key.generation), self.progress, self.budget, self.gather
        )
        self._tell_plan(fence)
        self._read_all(bench, listings)
        return close(self.database, fence, self.stores, self.configured, listings)

    def _begin(self, *, restart: bool) -> tuple[Fence, bool]:
        """The right to write, and whether the scan was planned already."""
        names = sorted(store.name for store in self.stores)
        with self.database.transaction() as session:
            row = unfinished(session)
            if row is not None:
                same = (row.stores, row.pack_hash, row.config_hash) == (names, self.pack.hash, self.config_hash)
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

    def _read_all(self, bench: Bench, listings: Mapping[str, Listing]) -> None:
        """Every object that is still pending, asset by asset; each asset is judged when its last object is done."""
        stores = {declared.name: declared.store for declared in self.stores}
        with self.database.snapshot() as session:
            pending = _pending(session, bench.fence.scan_id)
            unjudged = _unjudged(session, bench.fence.scan_id)
        for asset_id in unjudged - {work.asset_id for work in pending}:
            judge_asset(bench, asset_id)
        for asset_id, objects in groupby(pending, key=lambda work: work.asset_id):
            for work in objects:
                read_object(bench, stores[work.store], listings[work.store].get(work.asset), work)
            judge_asset(bench, asset_id)


def _resumed(session: Session, row: ScanRow) -> ScanResumed:
    states = list(session.scalars(select(CoverageRow.state).where(CoverageRow.scan_id == row.id)))
    left = states.count("pending")
    return ScanResumed(scan=row.id, epoch=row.epoch, objects_done=len(states) - left, objects_left=left)


def _abandon(session: Session, row: ScanRow) -> None:
    """Give an unfinished scan up: what it read is not used."""
    row.status = "abandoned"
    row.epoch += 1
    row.ended_at = context_of(session).clock.now()


def _pending(session: Session, scan_id: ScanId) -> list[Work]:
    """What is still to be read, in the order of names."""
    query = (
        select(CoverageRow, StoreRow.name, AssetRow.name, ObjectRow.name)
        .join(StoreRow, (StoreRow.tenant_id == CoverageRow.tenant_id) & (StoreRow.id == CoverageRow.store_id))
        .join(AssetRow, (AssetRow.tenant_id == CoverageRow.tenant_id) & (AssetRow.id == CoverageRow.asset_id))
        .join(ObjectRow, (ObjectRow.tenant_id == CoverageRow.tenant_id) & (ObjectRow.id == CoverageRow.object_id))
        .where(CoverageRow.scan_id == scan_id, CoverageRow.state == "pending")
        .order_by(StoreRow.name, AssetRow.name, AssetRow.id, ObjectRow.name)
    )
    return [
        Work(store, asset, item, row.store_id, row.asset_id, row.object_id, row.version)
        for row, store, asset, item in session.execute(query)
    ]


def _unjudged(session: Session, scan_id: ScanId) -> set[AssetId]:
    """Assets with sketches of this scan that were not judged yet."""
    query = (
        select(CoverageRow.asset_id)
        .join(
            SketchRow,
            (SketchRow.tenant_id == CoverageRow.tenant_id)
            & (SketchRow.scan_id == CoverageRow.scan_id)
            & (SketchRow.object_id == CoverageRow.object_id),
        )
        .where(CoverageRow.scan_id == scan_id)
        .distinct()
    )
    return set(session.scalars(query))
