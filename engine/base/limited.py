"""Connections to PostgreSQL that wait for nothing without end.

The server's own limits (``statement_timeout``) do not help when it is the server, or the way to it, that stands still.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg

if TYPE_CHECKING:
    from psycopg.abc import PQGen

Row = TypeVar("Row", bound=tuple[Any, ...])
RV = TypeVar("RV")


class LimitedConnection(psycopg.Connection[Row]):
    """A connection that is closed when the server takes too long for one answer.

    Attributes:
        longest: seconds.
    """

    longest = 300.0

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        """See psycopg: everything that asks the server for something waits here.

        Raises:
            OperationalError: also when it took too long; then the connection is closed, for what it is at is not known.
        """
        longest = self.longest if timeout is None else min(timeout, self.longest)
        late = time.monotonic() + longest
        try:
            return super().wait(gen, interval, longest)
        except psycopg.OperationalError as exc:
            if exc.sqlstate is None and time.monotonic() >= late:
                self.pgconn.finish()
            raise
