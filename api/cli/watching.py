"""Following a job that runs elsewhere, with progress on the terminal."""

from __future__ import annotations

import time

from api.cli.output import err
from api.cli.progress import TerminalProgress
from engine.base.state.database import Database
from engine.base.work.view import JobView, find_job, living_workers
from engine.estate.scan.progress import ScanTotals
from engine.estate.scan.status import ScanStatus, scan_of

LOOK = 0.5  # seconds between two looks


def follow(database: Database, job: str) -> JobView:
    """Show what a job does until it ends, or is paused; returns it as it is then.

    Raises:
        NotFound, BadInput: see find_job.
    """
    told = ""
    before: ScanStatus | None = None
    with TerminalProgress() as progress:
        while True:
            with database.snapshot() as session:
                found = find_job(session, job)
                scan = scan_of(session, found.id)
                alone = found.state == "queued" and not living_workers(session)
            word = "no worker lives: start `reeve worker`" if alone else found.state
            if word != told:
                told = word
                err().print(f"job {found.id.hex[-8:]}: {word}")
            if scan is not None and scan.status == "running":
                before = _show(progress, before, scan)
            if found.ended or found.state == "paused":
                return found
            time.sleep(LOOK)


def _show(progress: TerminalProgress, before: ScanStatus | None, scan: ScanStatus) -> ScanStatus | None:
    if not scan.planned:
        progress.listing("stores")
        return None
    totals = ScanTotals(scan.objects, scan.expected_rows or None)
    if before is None:
        progress.planned(totals, ScanTotals(scan.objects_done, scan.rows))
    else:
        progress.moved(scan.objects_done, scan.rows - before.rows)
    return scan
