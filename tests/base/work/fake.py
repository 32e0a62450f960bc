"""An engine of durable work in memory, which calls when the test says so, and a clock that seconds are counted on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from engine.base.clock import FixedClock
from engine.base.durable import QUEUE, Arguments, DurableStatus, Function, check_arguments
from engine.base.state.canonical import JsonValue
from engine.base.state.database import Database
from engine.base.state.tables import OutboxRow

Record = tuple[str, Arguments, DurableStatus]
"""Name of the function, arguments, and what became of the call."""


@dataclass
class FakeDurable:
    """:class:`engine.base.durable.Durable` without processes: several executors are several of these over one ``records``."""

    records: dict[str, Record] = field(default_factory=dict)
    functions: dict[str, Function] = field(default_factory=dict)
    executor: str = ""

    def register(self, name: str, function: Function) -> None:
        assert name not in self.functions
        self.functions[name] = function

    def launch(self, executor_id: str) -> None:
        self.executor = executor_id

    def shutdown(self) -> None:
        self.executor = ""

    def dispatch(self, name: str, key: str, arguments: Arguments, queue: str = QUEUE) -> None:
        check_arguments(arguments)
        self.records.setdefault(key, (name, arguments, DurableStatus("queued")))

    def cancel(self, key: str) -> None:
        self._set(key, DurableStatus("cancelled"))

    def resume(self, key: str) -> None:
        self._set(key, DurableStatus("queued"))

    def adopt(self, executor_ids: Iterable[str]) -> list[str]:
        dead = set(executor_ids)
        assert self.executor not in dead
        left = [key for key, (_, _, now) in self.records.items() if now.state == "running" and now.executor in dead]
        for key in left:
            self.resume(key)
        return left

    def status(self, key: str) -> DurableStatus | None:
        return self.records[key][2] if key in self.records else None

    def forget(self, before: datetime, limit: int = 1000) -> int:
        return 0

    def begin(self) -> list[str]:
        """Take all that is queued, as a worker that dies before it calls anything."""
        taken = [key for key, (_, _, now) in self.records.items() if now.state == "queued"]
        for key in taken:
            self._set(key, DurableStatus("running", self.executor))
        return taken

    def pump(self) -> list[JsonValue]:
        """Call all that is queued; returns what came back."""
        outcomes = []
        for key in self.begin():
            name, arguments, _ = self.records[key]
            outcome = self.functions[name](arguments)
            self._set(key, DurableStatus("done", self.executor, outcome))
            outcomes.append(outcome)
        return outcomes

    def _set(self, key: str, status: DurableStatus) -> None:
        name, arguments, _ = self.records[key]
        self.records[key] = (name, arguments, status)


@dataclass(frozen=True)
class Hours:
    """The test's clock, as instants and as ticks; both move together unless told otherwise."""

    clock: FixedClock

    def ticks(self) -> float:
        return self.clock.now().timestamp()

    def pass_by(self, seconds: float) -> None:
        self.clock.instant += timedelta(seconds=seconds)


def recorded(database: Database) -> list[str]:
    """Types of the events of work, in order."""
    with database.snapshot() as session:
        found = session.scalars(select(OutboxRow.type).where(OutboxRow.type.like("work.%")).order_by(OutboxRow.id))
        return [one.removeprefix("work.") for one in found]
