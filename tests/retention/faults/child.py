"""Processes that run a plan and come to grief, one after the other: ``python -m tests.retention.faults.child``.

Each line on stdin says what the next one does. They are forked from one that has imported everything, which takes far longer than
what they do; it has no thread and no connection of its own. For each it tells of its id, then how it ended, or that it stands
still: then an empty line lets it go on.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import event

from engine.base.clock import SystemClock
from engine.base.errors import ReeveError
from engine.base.ids import ActorId, PlanId, TenantId
from engine.base.keys.local import LocalKeyring
from engine.base.state.context import Context
from engine.base.state.database import Database
from tests.retention.databases import opened
from tests.retention.faults.shop import Shop


class Fate:
    """Counts what the process does, and sends it a signal when the time has come."""

    def __init__(self, point: str, count: int, number: int) -> None:
        self._point = point
        self._count = count
        self._signal = number
        self.phase = "state"
        self.seen: Counter[str] = Counter()

    def tap(self, point: str) -> None:
        self.seen[point] += 1
        self.seen["any"] += 1
        if self.seen[self._point] == self._count and self._point in (point, "any"):
            self._count = 0
            os.kill(os.getpid(), self._signal)

    def state(self, *_arguments: object) -> None:
        """The state is about to be asked, or to commit."""
        self.tap(self.phase)


def live(told: dict[str, Any]) -> None:
    fate = Fate(told["point"], told["count"], told["signal"])
    keyring = LocalKeyring(Path(told["keyring"]))
    context = Context(TenantId(UUID(told["tenant"])), keyring, SystemClock(), ActorId(UUID(told["actor"])))
    database = Database(told["state"]).bound(context)
    event.listen(database._engine, "before_cursor_execute", fate.state)
    event.listen(database._engine, "commit", fate.state)
    shop = Shop(database, opened(told["store"]), told["name"], told["writes"], fate.tap)
    came = ""
    try:
        came = shop.run(PlanId(UUID(told["plan"]))).state
        fate.phase = "certificate"
        shop.certify()
    except ReeveError as exc:
        came = type(exc).__name__
    tell({"came": came, "seen": fate.seen})


def tell(what: dict[str, Any]) -> None:
    os.write(1, json.dumps(what).encode() + b"\n")


def fork(told: dict[str, Any]) -> int:
    pid = os.fork()
    if pid == 0:
        failed = 1
        with suppress(BaseException):
            try:
                live(told)
                failed = 0
            except BaseException:
                traceback.print_exc()
                raise
        os._exit(failed)
    return pid


def main() -> None:
    for line in sys.stdin:
        if not line.strip():
            continue
        pid = fork(json.loads(line))
        tell({"pid": pid})
        _, status = os.waitpid(pid, os.WUNTRACED)
        if os.WIFSTOPPED(status):
            tell({"stopped": True})
            sys.stdin.readline()
            os.kill(pid, signal.SIGCONT)
            _, status = os.waitpid(pid, 0)
        tell({"ended": os.waitstatus_to_exitcode(status)})


if __name__ == "__main__":
    main()
