"""Who runs a scan and who reads its lots: begin, take over what a dead one left, and keep one who lost it from writing.

Both belong to a worker as long as it lives (:mod:`engine.base.work.presence`), whether it is ``reeve worker`` or a command that
scans. Whoever takes over counts the epoch up, and every write compares it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.orm import Session

from engine.base.errors import DependencyFailed
from engine.base.ids import LotId, ScanId
from engine.base.state.context import context_of
from engine.base.state.tables import (
    AssetRow,
    ChunkRow,
    HighWaterRow,
    MembershipRow,
    ObjectRow,
    ReadingRow,
    ScanRow,
    SketchRow,
    StoreRow,
    WorkerId,
    WorkerRow,
)
from engine.base.work.workers import beat, find_dead, is_alive


class ScanTaken(DependencyFailed):
    """Another process runs this scan, or took it over."""

    code = "scan_taken"


@dataclass(frozen=True, slots=True)
class ScanWorker:
    """A worker that scans.

    Attributes:
        id: of its row.
        dead_after: seconds of silence after which it holds another one to be dead.
    """

    id: WorkerId
    dead_after: float

    def look_around(self, session: Session) -> None:
        """Say that this one lives, and find those that do not.

        Raises:
            ScanTaken: it was held to be dead itself.
        """
        if not beat(session, self.id):
            raise ScanTaken(
                "this process was held to be dead, for it was silent too long",
                hint="`reeve scan` goes on with the scan",
            )
        find_dead(session, self.dead_after)


@dataclass(frozen=True, slots=True)
class Fence:
    """The right to write for one scan, held until another process takes the scan over."""

    scan_id: ScanId
    epoch: int

    def scan(self, session: Session) -> ScanRow:
        """The scan's row, locked until the transaction ends.

        Raises:
            ScanTaken: this process does not run the scan any more, so it must not write.
        """
        row = session.get(ScanRow, (context_of(session).tenant_id, self.scan_id), with_for_update=True)
        if row is None or row.epoch != self.epoch or row.status != "running":
            raise ScanTaken("this scan was taken over by another process", hint="it goes on there; see `reeve scans`")
        return row


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to read one lot in one scan, held until another worker takes it over.

    Attributes:
        store: the name of the store that the lot is of.
        epoch: of the reading.
        scan_epoch: of the scan, for the process that runs it; None for one that only helps, whoever runs it.
    """

    scan_id: ScanId
    lot_id: LotId
    store: str
    epoch: int
    scan_epoch: int | None

    def reading(self, session: Session) -> ReadingRow:
        """The lot's reading, locked until the transaction ends.

        Raises:
            ScanTaken: another worker reads this lot now, or the scan was given up, so this one must not write.
        """
        context = context_of(session)
        row = session.get(ReadingRow, (context.tenant_id, self.scan_id, self.lot_id), with_for_update=True)
        scan = session.get_one(ScanRow, (context.tenant_id, self.scan_id))
        if row is None or row.epoch != self.epoch or row.state != "pending" or not self._goes_on(scan):
            raise ScanTaken("what this process was reading was taken over by another one", hint="see `reeve scans`")
        return row

    def let_go(self, session: Session) -> None:
        """Let another one read the lot, from where it stands."""
        mine = update(ReadingRow).where(ReadingRow.scan_id == self.scan_id, ReadingRow.lot_id == self.lot_id)
        session.execute(mine.where(ReadingRow.epoch == self.epoch).values(worker_id=None))

    def _goes_on(self, scan: ScanRow) -> bool:
        return scan.status == "running" and self.scan_epoch in (None, scan.epoch)


def claim(
    session: Session,
    scan_id: ScanId,
    worker: ScanWorker,
    scan_epoch: int | None,
    besides: Collection[str] = (),
    reads: LotId | None = None,
) -> Claim | None:
    """Become the one who reads the next lot that nobody reads; None when there is none just now.

    A lot whose worker does not live any more can be had again, and one that this worker once began. ``scan_epoch`` is as in
    Claim; ``besides``: names of stores whose lots are left alone; ``reads``: the lot that this worker reads just now.

    Raises:
        ScanTaken: this worker was held to be dead, or the scan was given up.
    """
    worker.look_around(session)
    scan = session.get_one(ScanRow, (context_of(session).tenant_id, scan_id))
    if scan.status != "running" or scan_epoch not in (None, scan.epoch):
        raise ScanTaken("this scan was taken over by another process, or given up", hint="see `reeve scans`")
    living = select(WorkerRow.id).where(WorkerRow.stopped_at.is_(None), WorkerRow.id != worker.id)
    nobody = or_(ReadingRow.worker_id.is_(None), ReadingRow.worker_id.not_in(living))
    if reads is not None:
        nobody &= ReadingRow.lot_id != reads
    found = _next(session, scan_id, nobody, besides)
    if found is None:
        return None
    row, store = found
    row.worker_id = worker.id
    row.epoch += 1
    return Claim(scan_id, row.lot_id, store, row.epoch, scan_epoch)


def _next(
    session: Session, scan_id: ScanId, condition: ColumnElement[bool], besides: Collection[str]
) -> tuple[ReadingRow, str] | None:
    query = (
        select(ReadingRow, StoreRow.name)
        .join(AssetRow, (AssetRow.tenant_id == ReadingRow.tenant_id) & (AssetRow.id == ReadingRow.asset_id))
        .join(StoreRow, (StoreRow.tenant_id == AssetRow.tenant_id) & (StoreRow.id == AssetRow.store_id))
        .where(ReadingRow.scan_id == scan_id, ReadingRow.state == "pending", condition)
        .where(StoreRow.name.not_in(besides))
        .order_by(ReadingRow.asset_id, ReadingRow.lot_id)
        .with_for_update(skip_locked=True, of=ReadingRow)
        .limit(1)
    )
    found = session.execute(query).one_or_none()
    return None if found is None else (found[0], found[1])


def check_free(session: Session, row: ScanRow, worker: ScanWorker) -> None:
    """Make sure that an unfinished scan is nobody's.

    Raises:
        ScanTaken: its worker lives.
    """
    if row.worker_id != worker.id and is_alive(session, row.worker_id):
        raise ScanTaken(
            "a scan is running already",
            hint="wait for it (`reeve jobs list` shows workers and their work), or stop its process; "
            "if that is certain to be gone, use --restart",
        )


def take_over(row: ScanRow, worker: ScanWorker) -> Fence:
    """Become the one who runs an unfinished scan that nobody runs."""
    row.worker_id = worker.id
    row.epoch += 1
    return Fence(row.id, row.epoch)


def unfinished(session: Session) -> ScanRow | None:
    """The newest scan of this tenant that did not end, or None; locked until the transaction ends."""
    query = select(ScanRow).where(ScanRow.status == "running").order_by(ScanRow.started_at.desc()).limit(1)
    return session.scalars(query.with_for_update()).first()


def abandon(session: Session, row: ScanRow) -> None:
    """Give an unfinished scan up. The lots that it read whole count; of those under way nothing is kept."""
    row.status = "abandoned"
    row.epoch += 1
    row.ended_at = context_of(session).clock.now()
    pending = select(ReadingRow.lot_id).where(ReadingRow.scan_id == row.id, ReadingRow.state == "pending")
    for table in (ChunkRow, SketchRow, HighWaterRow, MembershipRow):
        session.execute(delete(table).where(table.scan_id == row.id, table.lot_id.in_(pending)))
    # What was read of them is not kept, so no version of their objects counts as the one that was read last.
    session.execute(update(ObjectRow).where(ObjectRow.lot_id.in_(pending)).values(read_version=""))
