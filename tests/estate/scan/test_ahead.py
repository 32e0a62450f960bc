"""Reading ahead gives what the source gives, in its order, and lets go of it in time."""

from __future__ import annotations

import weakref
from collections.abc import Iterator
from contextlib import closing
from threading import Event, Thread, current_thread

import pytest

from engine.base.errors import StoreError
from engine.estate.scan.ahead import ReadAhead

WAITING = 1  # items that may wait to be taken, while one more is being read
PATIENCE = 30  # seconds after which something that should have happened will not happen any more


class Source(Iterator[int]):
    """Counts up, and tells when it is asked for an item.

    Args:
        length: of what it gives.
        error: raised behind the last item, if any.
        gate: an item from which on it waits, once asked, until ``go`` is set.
    """

    def __init__(self, length: int, error: BaseException | None = None, gate: int | None = None) -> None:
        self.asked = [Event() for _ in range(length + 1)]
        self.threads: set[str] = set()
        self.go = Event()
        self._error = error
        self._gate = length + 1 if gate is None else gate
        self._at = 0

    def __next__(self) -> int:
        at = self._at
        self._at += 1
        self.threads.add(current_thread().name)
        self.asked[at].set()
        if at >= self._gate:
            assert self.go.wait(PATIENCE)
        if at < len(self.asked) - 1:
            return at
        raise self._error or StopIteration

    @property
    def taken(self) -> int:
        """How often it was asked."""
        return sum(one.is_set() for one in self.asked)


class Item:
    """Something that can be seen to be gone."""


def is_over(ahead: ReadAhead[int]) -> bool:
    return not ahead._thread.is_alive()


@pytest.mark.parametrize("length", [0, 1, 2, 3, 500])
def test_everything_comes_in_order_from_a_thread_of_its_own(length: int) -> None:
    source = Source(length)
    with closing(ReadAhead(source)) as ahead:
        assert list(ahead) == [*range(length)]
    assert source.threads == {"read-ahead"}
    assert is_over(ahead)


@pytest.mark.parametrize("length", [0, 1, 2, 7])
@pytest.mark.parametrize("error", [StoreError("gone", reason="unreachable"), KeyboardInterrupt(), ValueError()])
def test_an_error_comes_behind_what_was_read_before_it(length: int, error: BaseException) -> None:
    seen: list[int] = []
    with closing(ReadAhead(Source(length, error))) as ahead:
        with pytest.raises(type(error)) as caught:
            seen.extend(ahead)
        assert caught.value is error
    assert seen == [*range(length)]
    assert is_over(ahead)


def test_a_generator_is_read_as_well() -> None:
    def items() -> Iterator[str]:
        yield "one"
        yield "two"
        raise StoreError("gone", reason="unreachable")

    seen: list[str] = []
    with closing(ReadAhead(items())) as ahead, pytest.raises(StoreError):
        seen.extend(ahead)
    assert seen == ["one", "two"]


def test_the_next_item_is_read_while_the_one_before_is_used() -> None:
    source = Source(5)
    with closing(ReadAhead(source)) as ahead:
        items = iter(ahead)
        assert next(items) == 0
        assert source.asked[1].wait(PATIENCE)
        assert source.asked[2].wait(PATIENCE)
        assert [*items] == [1, 2, 3, 4]


def test_no_more_than_two_items_wait() -> None:
    """One waits to be taken, one more to wait: the third is not asked for before the first was taken."""
    source = Source(9)
    with closing(ReadAhead(source)) as ahead:
        for used in range(7):
            assert source.asked[used + WAITING].wait(PATIENCE)
            assert source.taken <= used + WAITING + 1
            assert next(iter(ahead)) == used
    assert source.taken <= 7 + WAITING + 2


def test_as_much_waits_as_was_allowed() -> None:
    """Items of weight 2, of which three fit into 7; one that is too heavy by itself may wait alone."""
    source, heavy = Source(9), Source(9)
    with closing(ReadAhead(source, lambda _: 2, 7)), closing(ReadAhead(heavy, lambda _: 8, 7)):
        assert source.asked[3].wait(PATIENCE)
        assert heavy.asked[1].wait(PATIENCE)
    assert source.taken <= 5
    assert heavy.taken <= 3


def test_what_was_used_up_is_not_held() -> None:
    """Neither by the reader nor by the iteration, while the next item is awaited: the source waits for that."""
    freed = Event()

    def items() -> Iterator[Item]:
        made = Item()
        weakref.finalize(made, freed.set)
        yield made
        del made
        assert freed.wait(PATIENCE)
        yield Item()

    with closing(ReadAhead(items())) as ahead:
        for item in ahead:
            assert isinstance(item, Item)
            del item
    assert freed.is_set()


def test_closing_frees_a_reader_that_cannot_hand_over() -> None:
    source = Source(100)
    ahead = ReadAhead(source)
    assert source.asked[WAITING].wait(
        PATIENCE
    )  # one item waits, and the reader stands before the full queue with another
    ahead.close()
    assert is_over(ahead)
    assert source.taken <= WAITING + 2


def test_closing_frees_a_reader_with_an_error_that_nobody_takes() -> None:
    source = Source(WAITING, ValueError())
    ahead = ReadAhead(source)
    assert source.asked[WAITING].wait(PATIENCE)
    ahead.close()
    assert is_over(ahead)


@pytest.mark.parametrize("taken", [0, 1, 3])
def test_the_source_is_not_touched_after_closing(taken: int) -> None:
    source = Source(50)
    ahead = ReadAhead(source)
    items = iter(ahead)
    assert [next(items) for _ in range(taken)] == [*range(taken)]
    ahead.close()
    assert is_over(ahead)
    asked = source.taken
    assert asked <= taken + WAITING + 2
    ahead.close()
    assert source.taken == asked


def test_closing_waits_for_the_item_that_is_being_read() -> None:
    source = Source(9, gate=0)
    ahead = ReadAhead(source)
    assert source.asked[0].wait(PATIENCE)
    begun, done = Event(), Event()

    def close() -> None:
        begun.set()
        ahead.close()
        done.set()

    closer = Thread(target=close)
    closer.start()
    assert begun.wait(PATIENCE)
    assert ahead._stop.wait(PATIENCE)
    assert not done.is_set()
    source.go.set()
    assert done.wait(PATIENCE)
    closer.join(PATIENCE)
    assert is_over(ahead)
    assert source.taken == 1


def test_closing_again_and_after_the_end_is_no_error() -> None:
    ahead = ReadAhead(Source(3))
    ahead.close()
    ahead.close()
    finished = ReadAhead(Source(3))
    assert [*finished] == [0, 1, 2]
    finished.close()
    finished.close()
    assert is_over(ahead)
    assert is_over(finished)
