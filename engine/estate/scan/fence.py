"""Who runs a scan: begin one, take one over, and keep one who lost it from writing."""

from __future__ import annotations

import contextlib
import os
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from engine.base.errors import DependencyFailed
from engine.base.ids import LotId, ScanId
from engine.base.state.context import context_of
from engine.base.state.tables import ReadingRow, ScanRow

HELD = timedelta(minutes=1)
"""How long a worker has a lot without recording anything of it before another one may begin to read it."""


class ScanTaken(DependencyFailed):
    """Another process runs this scan, or took it over."""

    code = "scan_taken"


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
            raise ScanTaken("this scan was taken over by another process", hint="it goes on there; see `reeve scan`")
        return row


@dataclass(frozen=True, slots=True)
class Claim:
    """The right to read one lot in one scan, held until another worker takes it over.

    Attributes:
        epoch: of the reading.
        scan_epoch: of the scan, for the process that runs it; None for one that only helps, whoever runs it.
    """

    scan_id: ScanId
    lot_id: LotId
    epoch: int
    scan_epoch: int | None

    def reading(self, session: Session) -> ReadingRow:
        """The lot's reading, locked until the transaction ends and held for a while longer.

        Raises:
            ScanTaken: another worker reads this lot now, or the scan was given up, so this one must not write.
        """
        context = context_of(session)
        row = session.get(ReadingRow, (context.tenant_id, self.scan_id, self.lot_id), with_for_update=True)
        scan = session.get_one(ScanRow, (context.tenant_id, self.scan_id))
        if row is None or row.epoch != self.epoch or row.state != "pending" or not self._goes_on(scan):
            raise ScanTaken("what this process was reading was taken over by another one", hint="see `reeve scans`")
        row.held_until = context.clock.now() + HELD
        return row

    def _goes_on(self, scan: ScanRow) -> bool:
        return scan.status == "running" and self.scan_epoch in (None, scan.epoch)


def claim(session: Session, scan_id: ScanId, scan_epoch: int | None) -> Claim | None:
    """Become the one who reads the next lot that nobody reads; None when there is none just now.

    A lot whose worker has ended, or has not renewed its hold in time, can be had again. ``scan_epoch`` is as in Claim.
    """
    now = context_of(session).clock.now()
    row = _next_free(session, scan_id) or _next_left(session, scan_id, now)
    if row is None:
        return None
    row.worker, row.held_until = this_worker(), now + HELD
    row.epoch += 1
    return Claim(scan_id, row.lot_id, row.epoch, scan_epoch)


def _pending(scan_id: ScanId) -> Select[ReadingRow]:
    pending = select(ReadingRow).where(ReadingRow.scan_id == scan_id, ReadingRow.state == "pending")
    return pending.order_by(ReadingRow.asset_id, ReadingRow.lot_id).with_for_update(skip_locked=True)


def _next_free(session: Session, scan_id: ScanId) -> ReadingRow | None:
    free = _pending(scan_id).where(ReadingRow.worker.in_(("", this_worker()))).limit(1)
    return session.scalars(free).one_or_none()


def _next_left(session: Session, scan_id: ScanId, now: datetime) -> ReadingRow | None:
    """A lot that its worker will not go on with."""
    for row in session.scalars(_pending(scan_id)):
        if row.held_until is None or row.held_until < now or is_gone(row.worker):
            return row
    return None


def this_worker() -> str:
    """This process, as scan rows name it: host, process id, and when the process began."""
    return f"{socket.gethostname()}:{os.getpid()}:{_began(os.getpid())}"


def take_over(row: ScanRow) -> Fence:
    """Become the one who runs an unfinished scan.

    Raises:
        ScanTaken: its process is alive.
    """
    if row.worker != this_worker() and not is_gone(row.worker):
        raise ScanTaken(
            f"a scan is running already (process {row.worker})",
            hint="wait for it, or stop that process; if it is certain to be gone, use --restart",
        )
    row.worker = this_worker()
    row.epoch += 1
    return Fence(row.id, row.epoch)


def unfinished(session: Session) -> ScanRow | None:
    """The newest scan of this tenant that did not end, or None."""
    query = select(ScanRow).where(ScanRow.status == "running").order_by(ScanRow.started_at.desc()).limit(1)
    return session.scalars(query).first()


def is_gone(worker: str) -> bool:
    """Whether the process is known to have ended: on this host by its id and start, on another host never."""
    host, process, began = worker.rsplit(":", 2)
    if host != socket.gethostname():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    now = _began(int(process))
    return bool(began and now and began != now)


def _began(process: int) -> str:
    """When a process began, in ticks since the machine did, or empty where the system does not tell."""
    with contextlib.suppress(OSError, IndexError):
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split()[19]
    return ""
