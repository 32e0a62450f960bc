"""The keys of the next batch, read and checked while the store is at work on the one before."""

from __future__ import annotations

import sys
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from types import TracebackType
from typing import Self

from engine.base.errors import ReeveError
from engine.base.ids import PlanId
from engine.base.state.database import Database
from engine.governance.change.kept import keys_of, plan_of
from engine.governance.change.keys import Keys

_TURN = 0.0005
"""Seconds after which reading ahead lets go: whoever has an answer of the store waits no longer than that to go on."""


class Ahead:
    """Keys of the batches of one plan. They never change once a plan was made, so it does not matter when they are read.

    Nothing is begun ahead: whether a batch may be done is asked when it is its turn. Leave it as a context manager.

    Args:
        database: the state.
        plan_id: whose; batches: how many it has.
    """

    def __init__(self, database: Database, plan_id: PlanId, batches: int) -> None:
        self._database = database
        self._plan_id = plan_id
        self._batches = batches
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="keys")
        self._waiting: tuple[int, Future[Keys]] | None = None

    def __enter__(self) -> Self:
        sys.setswitchinterval(min(sys.getswitchinterval(), _TURN))  # of the process, from now on
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown(cancel_futures=True)

    def keys(self, number: int) -> Keys:
        """Those of a batch, checked against its root. Raises as :func:`~engine.governance.change.kept.keys_of` does."""
        waiting, self._waiting = self._waiting, None
        if waiting is not None and waiting[0] == number:
            with suppress(ReeveError):  # read once more: what is wrong has to be so now
                return waiting[1].result()
        return self._read(number)

    def prepare(self, number: int) -> None:
        """Begin to read those of a batch, if there is one of that number. Again is nothing."""
        if number < self._batches and (self._waiting is None or self._waiting[0] != number):
            self._waiting = number, self._thread.submit(self._read, number)

    def _read(self, number: int) -> Keys:
        with self._database.snapshot() as session:
            return keys_of(session, plan_of(session, self._plan_id), number)
