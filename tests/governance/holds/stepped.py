"""Threads that are stepped: each stops before every statement on some tables of PostgreSQL, and one at a time is let go on.

Which goes on is chosen by the test, so that a run can be had again. One that waits for a lock of another counts as stopped; it
stops before its next statement once it got the lock.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import psycopg
from sqlalchemy import Engine, event

_LOOK = 0.002  # seconds after which the server is asked whether a thread waits for a lock
STEPPED = ("hold", "open_batch")
"""Statements on tables with these words in their names are stopped before, and commits."""
_LONGEST = 60.0  # seconds that a run may take
_here = threading.local()


class Halted(BaseException):
    """The run ends; raised in a thread that is to go no further."""


class Actor:
    """One thread."""

    def __init__(self, name: str, deed: Callable[[], None], stage: Stage) -> None:
        self.name = name
        self.stage = stage
        self.state = "new"
        self.pid = 0
        self.error: BaseException | None = None
        self.go = threading.Semaphore(0)
        self.thread = threading.Thread(target=self._run, args=(deed,), daemon=True)

    def pause(self) -> None:
        """Stop until it is this thread's turn."""
        with self.stage.changed:
            self.state = "paused"
            self.stage.changed.notify_all()
        self.go.acquire()
        if self.stage.over:
            raise Halted

    def _run(self, deed: Callable[[], None]) -> None:
        _here.actor = self
        try:
            self.pause()
            deed()
        except Halted:
            pass
        except BaseException as exc:  # noqa: BLE001 - told in the test's own thread
            self.error = exc
        finally:
            with self.stage.changed:
                self.state = "done"
                self.stage.changed.notify_all()


class Stage:
    """Where they are stepped.

    Args:
        engine: their statements go through it.
        url: of the same server, to ask it who waits.
    """

    def __init__(self, engine: Engine, url: str) -> None:
        self.changed = threading.Condition()
        self.over = False
        self.actors: list[Actor] = []
        self.watch = psycopg.connect(url.replace("postgresql+psycopg", "postgresql"), autocommit=True)
        self.engine = engine
        event.listen(engine, "before_cursor_execute", _before)
        event.listen(engine, "commit", _commit)

    def close(self) -> None:
        """Let the engine alone."""
        event.remove(self.engine, "before_cursor_execute", _before)
        event.remove(self.engine, "commit", _commit)
        self.watch.close()

    def add(self, name: str, deed: Callable[[], None]) -> None:
        """A thread that does a deed, step by step."""
        self.actors.append(Actor(name, deed, self))

    def run(self, choose: Callable[[int], int]) -> None:
        """Step them until all are done. ``choose``: given how many may go on, which of them does.

        Raises:
            BaseException: what one of them raised.
            AssertionError: they all wait for one another.
        """
        for one in self.actors:
            one.thread.start()
        try:
            while True:
                self._settle()
                ready = [one for one in self.actors if one.state == "paused"]
                if not ready:
                    assert all(one.state == "done" for one in self.actors), [one.state for one in self.actors]
                    break
                one = ready[choose(len(ready)) if len(ready) > 1 else 0]
                one.state = "running"
                one.go.release()
        finally:
            self.over = True
            for one in self.actors:
                one.go.release()
            for one in self.actors:
                one.thread.join(_LONGEST)
        for one in self.actors:
            if one.error is not None:
                raise one.error

    def _settle(self) -> None:
        """Wait until each has stopped, is done, or waits for a lock."""
        while True:
            with self.changed:
                moving = [one for one in self.actors if one.state in ("new", "running")]
                if not moving:
                    return
                if self.changed.wait(_LOOK):
                    continue
            if all(self._waits(one) for one in moving):
                return

    def _waits(self, one: Actor) -> bool:
        if not one.pid or one.state == "new":
            return False
        query = "SELECT wait_event_type = 'Lock' FROM pg_stat_activity WHERE pid = %s"
        found = self.watch.execute(query, [one.pid]).fetchone()
        return bool(found and found[0])


def step() -> None:
    """A point at which the thread may be stopped that is no statement: something done in the store."""
    actor: Actor | None = getattr(_here, "actor", None)
    if actor is not None:
        actor.pause()


def _before(connection: Any, _cursor: object, statement: str, *_arguments: object) -> None:
    actor: Actor | None = getattr(_here, "actor", None)
    if actor is None or actor.stage.over:
        return
    actor.pid = _pid(connection)  # it may wait for a lock of any table
    if any(table in statement for table in STEPPED):
        actor.pause()


def _commit(_connection: object) -> None:
    actor: Actor | None = getattr(_here, "actor", None)
    if actor is not None and not actor.stage.over:
        actor.pause()


def _pid(connection: Any) -> int:
    with suppress(AttributeError):
        return int(connection.connection.dbapi_connection.info.backend_pid)
    return 0
