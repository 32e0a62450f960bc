"""Reading ahead: the next chunks are fetched and parsed while those before are classified."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterator
from threading import Condition, Event, Thread
from typing import Generic, TypeVar

T = TypeVar("T")


class ReadAhead(Generic[T]):
    """Iterates over ``source`` in a thread of its own, and gives what it gave, its error included, in order.

    Close it before what ``source`` reads from is closed: it waits for the thread, which then no longer touches ``source``.

    Args:
        source: used by the thread alone from now on.
        weigh: what an item weighs.
        most: what may wait to be taken. One item may, whatever it weighs; one more is being read.
    """

    def __init__(self, source: Iterator[T], weigh: Callable[[T], int] = lambda _: 1, most: int = 1) -> None:
        self._source = source
        self._weigh = weigh
        self._most = most
        self._items: deque[tuple[T, int]] = deque()
        self._weight = 0
        self._ended = False
        self._stop = Event()
        self._error: BaseException | None = None
        self._changed = Condition()
        self._thread = Thread(target=self._run, name="read-ahead", daemon=True)
        self._thread.start()

    def __iter__(self) -> Generator[T, None, None]:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._items or self._ended)
                if not self._items:
                    if self._error is not None:
                        raise self._error
                    return
                item, weight = self._items.popleft()
                self._weight -= weight
                self._changed.notify_all()
            yield item
            del item  # so that what was used up is not held while the next one is awaited

    def close(self) -> None:
        """Stop reading after the item that is being read. Again is no error."""
        with self._changed:
            self._stop.set()
            self._items.clear()
            self._changed.notify_all()
        self._thread.join()

    def _run(self) -> None:
        error: BaseException | None = None
        try:
            for item in self._source:
                if not self._give(item):
                    break
                del item
        except BaseException as exc:  # noqa: BLE001 - whoever iterates raises it
            error = exc
        finally:
            if isinstance(self._source, Generator):
                self._source.close()  # here and now, not when somebody forgets it
            with self._changed:
                self._ended, self._error = True, error
                self._changed.notify_all()

    def _give(self, item: T) -> bool:
        weight = self._weigh(item)
        with self._changed:
            self._changed.wait_for(lambda: self._stop.is_set() or self._fits(weight))
            if self._stop.is_set():
                return False
            self._items.append((item, weight))
            self._weight += weight
            self._changed.notify_all()
            return True

    def _fits(self, weight: int) -> bool:
        return not self._items or self._weight + weight <= self._most
