"""Progress of a scan on a terminal: what is read, how fast, and how long it will take. Silent when nobody looks."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeRemainingColumn
from rich.text import Text

from api.cli.output import err
from engine.estate.scan.progress import ScanTotals


class TerminalProgress:
    """Shows one line for the whole scan and notes what could not be read. A context manager."""

    def __init__(self, *, visible: bool | None = None) -> None:
        self._visible = sys.stderr.isatty() if visible is None else visible
        self._console = err()
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("[bold]{task.description}"),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[objects]} objects  {task.fields[rows]}  {task.fields[rate]}"),
            TimeRemainingColumn(),
            console=self._console,
            transient=True,
            disable=not self._visible,
        )
        self._task: TaskID = self._bar.add_task("listing", total=None, objects="0", rows="", rate="")
        self._objects = self._objects_done = self._rows = 0
        self._expected: int | None = None
        self._began = time.monotonic()

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def listing(self, store: str) -> None:
        """A store is being listed."""
        self._bar.update(self._task, description=f"listing {store}")

    def planned(self, totals: ScanTotals, resumed: ScanTotals) -> None:
        """How much there is to do."""
        self._objects, self._objects_done = totals.objects, resumed.objects
        self._expected = totals.rows
        if resumed.rows and self._visible:
            done = f"{resumed.objects} of {totals.objects} objects and {resumed.rows or 0:,} rows are done already"
            self._console.print(f"going on with the unfinished scan: {done}")
        self._bar.update(self._task, total=totals.rows or None, completed=resumed.rows or 0)
        self._began = time.monotonic()

    def moved(self, objects_done: int, rows: int) -> None:
        """So many objects are done by now, and so many rows more than at the last look."""
        self._objects_done = objects_done
        self.advanced(rows, 0)

    def reading(self, store: str, asset: str, name: str) -> None:
        """An object is opened."""
        self._bar.update(self._task, description=Text(f"{store}/{asset}"[:40]).plain.replace("[", "("))

    def advanced(self, rows: int, nbytes: int) -> None:
        """A chunk was recorded."""
        self._rows += rows
        rate = self._rows / max(time.monotonic() - self._began, 0.001)
        self._bar.update(
            self._task,
            advance=rows,
            rows=f"{self._rows:,} rows",
            rate=f"{rate:,.0f}/s",
            objects=f"{self._objects_done}/{self._objects}",
        )

    def finished(self, store: str, asset: str, name: str, state: str, reason: str) -> None:
        """An object came to its coverage state."""
        self._objects_done += 1
        if state == "failed" and self._visible:
            self._console.print(Text.assemble(("not read: ", "yellow"), f"{store}/{asset}: {reason.replace('_', ' ')}"))
        self._bar.update(self._task, objects=f"{self._objects_done}/{self._objects}")
