"""Reading ahead: the next chunk is fetched and parsed while the one before is classified."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import suppress
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import Generic, TypeVar

T = TypeVar("T")

WAITING = 1  # chunks that may wait to be taken; one more is being read
LOOK = 0.2  # seconds after which a reader that cannot hand over looks whether anybody still wants it


class ReadAhead(Generic[T]):
    """Iterates over ``source`` in a thread of its own, and gives what it gave, its error included, in order.

    Close it before what ``source`` reads from is closed: it waits for the thread, which then no longer touches ``source``.

    Args:
        source: used by the thread alone from now on.
    """

    def __init__(self, source: Iterator[T]) -> None:
        self._source = source
        self._queue: Queue[tuple[T | None, BaseException | None]] = Queue(WAITING)
        self._stop = Event()
        self._thread = Thread(target=self._run, name="read-ahead", daemon=True)
        self._thread.start()

    def __iter__(self) -> Generator[T, None, None]:
        while True:
            item, error = self._queue.get()
            if error is not None:
                raise error
            if item is None:
                return
            yield item
            del item  # so that what was used up is not held while the next one is awaited

    def close(self) -> None:
        """Stop reading after the item that is being read. Again is no error."""
        self._stop.set()
        while self._thread.is_alive():
            with suppress(Empty):
                self._queue.get_nowait()
            self._thread.join(LOOK)

    def _run(self) -> None:
        try:
            for item in self._source:
                if not self._give((item, None)):
                    break
                del item
        except BaseException as exc:  # noqa: BLE001 - whoever iterates raises it
            self._give((None, exc))
        else:
            self._give((None, None))
        finally:
            if isinstance(self._source, Generator):
                self._source.close()  # here and now, not when somebody forgets it

    def _give(self, what: tuple[T | None, BaseException | None]) -> bool:
        while not self._stop.is_set():
            try:
                self._queue.put(what, timeout=LOOK)
            except Full:
                continue
            return not self._stop.is_set()
        return False
