"""Where processes that come to grief are started from; see :mod:`tests.retention.faults.child`."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from engine.base.ids import PlanId
from tests.retention.faults.shop import Shop

ROOT = Path(__file__).parents[3]


@dataclass
class Ended:
    """How a process ended.

    Attributes:
        code: of its exit; negative: the signal that ended it.
        came: what became of the plan, if it came to an end itself: the plan's state, or what was raised.
        seen: how often it came by which point.
    """

    code: int
    came: str = ""
    seen: dict[str, int] = field(default_factory=dict)


class Nursery:
    """Starts one process after the other."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.retention.faults.child"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self._child = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clear()
        self._process.kill()
        self._process.communicate()

    def begin(self, shop: Shop, plan_id: PlanId, point: str = "", count: int = 0, number: int = signal.SIGKILL) -> int:
        """A process begins to run a plan, and to issue its certificate.

        Args:
            shop: over which.
            plan_id: which.
            point: where a signal comes: of the effect (``commit``, ``committed``, ``ask``, ``change``, ``claim``), of the
                verifier (``verify``, ``verified``), of the state (``state``, ``certificate``); or at ``any``.
            count: how often it comes by there before that, counted from 1.
            number: of the signal.

        Returns:
            Its id.
        """
        self._clear()
        context = shop.state.context
        assert context is not None
        told = {
            "state": shop.state.url.render_as_string(hide_password=False),
            "keyring": str(context.keyring.path),  # type: ignore[attr-defined] # a local one
            "tenant": str(context.tenant_id),
            "actor": str(context.actor_id),
            "store": shop.tables.url,
            "writes": shop.writes,
            "name": shop.name,
            "plan": str(plan_id),
            "point": point,
            "count": count,
            "signal": int(number),
        }
        self._say(json.dumps(told))
        self._child = int(self._hear()["pid"])
        return self._child

    def end(self) -> Ended:
        """Wait until it has ended."""
        found = Ended(0)
        while "ended" not in (line := self._hear()):
            found.came, found.seen = line.get("came", ""), line.get("seen", {})
        found.code, self._child = int(line["ended"]), 0
        return found

    def run(self, shop: Shop, plan_id: PlanId, point: str = "", count: int = 0) -> Ended:
        """Begin, and wait."""
        self.begin(shop, plan_id, point, count)
        return self.end()

    def stopped(self) -> None:
        """Wait until it stands still."""
        assert self._hear() == {"stopped": True}

    def wake(self) -> Ended:
        """Let it go on, and wait until it has ended."""
        self._say("")
        return self.end()

    def _clear(self) -> None:
        """One that a test left behind, also standing still, is killed."""
        if self._child:
            kill(self._child)
            self._say("")
            self.end()

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line + "\n")

    def _hear(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the nursery has ended"
        found: dict[str, Any] = json.loads(line)
        return found


def kill(pid: int) -> None:
    """For good; no error where it has ended by itself."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
