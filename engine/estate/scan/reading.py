"""Read lots of a scan, one after the other: those nobody reads, and those that others left behind.

While the last of a lot of small objects is classified and recorded, the next one is read ahead already.
"""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field

from sqlalchemy import func, select

from engine.base.errors import DependencyFailed
from engine.base.ids import LotId, ScanId
from engine.base.state.tables import ReadingRow
from engine.estate.scan.fence import ScanWorker, claim
from engine.estate.scan.read import Bench, LotReading
from engine.estate.stores.store import Store

WAIT = 0.5  # seconds between two looks at what other workers still read


def read_lots(
    bench: Bench, worker: ScanWorker, stores: dict[str, Store], scan_id: ScanId, scan_epoch: int | None
) -> int:
    """Read every lot of a scan that nobody else reads, and those that others leave behind; returns how many.

    For the process that runs the scan (``scan_epoch``, see Claim) this ends when every lot is read, by whomever; for one that
    helps (None), when there is none left that it may begin now.
    """
    lots = _Lots(bench, worker, stores, scan_id, scan_epoch)
    read = 0
    current: LotReading | None = None
    following: LotReading | None = None
    try:
        while True:
            bench.stop_point()
            current, following = following or lots.begin(), None
            if current is None:
                if scan_epoch is None or not lots.left():
                    return read
                lots.wait()
                continue
            current.read()
            following = lots.begin(current.lot_id) if current.has_several else None
            current.finish()
            current = None
            read += 1
    except BaseException:
        bench.seats.halt()
        for lot in (current, following):
            if lot is not None:
                lot.let_go()
        raise


@dataclass(slots=True)
class _Lots:
    """The lots of a scan that this process may begin.

    Attributes:
        crowded: stores to which no connection is free.
    """

    bench: Bench
    worker: ScanWorker
    stores: dict[str, Store]
    scan_id: ScanId
    scan_epoch: int | None
    crowded: set[str] = field(default_factory=set)

    def begin(self, reads: LotId | None = None) -> LotReading | None:
        """Begin the next lot, while this process still ``reads`` one; None when there is none just now."""
        while True:
            with self.bench.database.transaction() as session:
                claimed = claim(session, self.scan_id, self.worker, self.scan_epoch, self.crowded, reads)
            if claimed is None:
                return None
            try:
                if self.bench.seats.take(claimed.store):
                    return LotReading(self.bench, self.stores, claimed)
            except BaseException:
                with suppress(DependencyFailed), self.bench.database.transaction() as session:
                    claimed.let_go(session)
                raise
            self.crowded.add(claimed.store)
            with self.bench.database.transaction() as session:
                claimed.let_go(session)

    def left(self) -> bool:
        """Whether a lot of the scan is not read to its end."""
        with self.bench.database.snapshot() as session:
            query = select(func.count()).select_from(ReadingRow)
            return bool(session.scalar(query.where(ReadingRow.scan_id == self.scan_id, ReadingRow.state == "pending")))

    def wait(self) -> None:
        """Wait for others, without a connection."""
        self.crowded.clear()
        self.bench.seats.leave()
        time.sleep(WAIT)
