"""One failure in a pass over a ledger: at a chosen write, before it took effect or after.

A write is a statement that changes rows, a COMMIT, or a resource that is put into a target. Each of them can fail outright, or
take effect and be reported as failed: then whoever asked knows less than the disk does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

from sqlalchemy import event

from engine.base.errors import DependencyFailed
from engine.base.state.database import Database
from engine.ledger.log.targets import Target

WRITES = ("INSERT", "UPDATE", "DELETE")


class How(StrEnum):
    """What a failure leaves behind."""

    LOST = "failed"
    KEPT = "failed but persisted"


class Fault(DependencyFailed):
    """What the test broke."""

    code = "fault"


class Faults:
    """Lets write number ``at`` fail, counted from 0 since ``armed``; ``hit`` says which one that was."""

    def __init__(self) -> None:
        self.hit: str | None = None
        self._at: int | None = None
        self._how = How.LOST
        self._failing = False

    def arm(self, at: int, how: How) -> None:
        self.hit, self._at, self._how = None, at, how

    def disarm(self) -> None:
        self._at = None

    def before(self, what: str) -> None:
        """Called before each write."""
        if self._at is None:
            return
        self._at -= 1
        self._failing = self._at < 0
        if self._failing and self._how is How.LOST:
            self._fail(what)

    def after(self, what: str) -> None:
        """Called after each write."""
        if self._at is not None and self._failing:
            self._fail(what)

    def _fail(self, what: str) -> None:
        self.hit, self._at, self._failing = what, None, False
        raise Fault(f"{what} {self._how}")

    @contextmanager
    def on(self, database: Database) -> Iterator[None]:
        """See every write of a database until the block ends."""

        def before(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if statement.startswith(WRITES):
                self.before(statement[:40])

        def after(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if statement.startswith(WRITES):
                self.after(statement[:40])

        def commit(connection: Any) -> None:
            self.before("COMMIT")
            if self._failing:
                connection.connection.dbapi_connection.commit()
            self.after("COMMIT")

        listeners: dict[str, Callable[..., None]] = {
            "before_cursor_execute": before,
            "after_cursor_execute": after,
            "commit": commit,
        }
        for name, listener in listeners.items():
            event.listen(database._engine, name, listener)
        try:
            yield
        finally:
            for name, listener in listeners.items():
                event.remove(database._engine, name, listener)


class FaultyTarget:
    """A target some of whose writes fail; it keeps every checkpoint that it ever held."""

    def __init__(self, inner: Target, faults: Faults) -> None:
        self._inner = inner
        self._faults = faults
        self.seen: list[bytes] = []

    def read(self, path: str) -> bytes | None:
        return self._inner.read(path)

    def write(self, path: str, data: bytes) -> None:
        self._faults.before(path)
        self._inner.write(path, data)
        if path.endswith("checkpoint"):
            self.seen.append(data)
        self._faults.after(path)
