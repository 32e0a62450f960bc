"""Read lots of a scan, one after the other: those nobody reads, and those that others left behind."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import func, select

from engine.base.errors import DependencyFailed
from engine.base.ids import ScanId
from engine.base.state.database import Database
from engine.base.state.tables import ReadingRow
from engine.estate.scan.fence import Claim, ScanWorker, claim
from engine.estate.scan.read import Bench, read_lot
from engine.estate.stores.store import Store

WAIT = 0.5  # seconds between two looks at what other workers still read


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
