"""Who runs a scan: begin one, take one over, and keep one who lost it from writing."""

from __future__ import annotations

import contextlib
import os
import socket
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.base.errors import DependencyFailed
from engine.base.ids import ScanId
from engine.base.state.context import context_of
from engine.base.state.tables import ScanRow


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


def this_worker() -> str:
    """This process, as scan rows name it: host, process id, and when the process began."""
    return f"{socket.gethostname()}:{os.getpid()}:{_began(os.getpid())}"


def take_over(row: ScanRow) -> Fence:
    """Become the one who runs an unfinished scan.

    Raises:
        ScanTaken: its process is alive.
    """
    if row.worker != this_worker() and not _is_gone(row.worker):
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


def _is_gone(worker: str) -> bool:
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
