"""Pace: limits are kept, a store that slows down is given room, and connections are counted over all processes."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base.clock import FixedClock
from engine.base.errors import BadInput
from engine.base.ids import new_id
from engine.base.state.database import Database
from engine.base.work.leases import Leases
from engine.base.work.pace import SLOWEST, Limits, Pace, Slots
from tests.base.work.fake import Hours


@dataclass
class Store:
    """Takes ``cost`` seconds a byte; time passes only by reading and by sleeping."""

    limits: Limits
    cost: float = 1e-6
    now: float = 0.0
    slept: float = 0.0
    read: list[tuple[float, int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.pace = Pace(self.limits, ticks=lambda: self.now, sleep=self._sleep)

    def _sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept += seconds

    def piece(self, rows: int, size: int) -> float:
        taken = size * self.cost
        self.now += taken
        self.read.append((self.now, rows, size))
        return self.pace.wait(rows, size, taken)


@given(
    pieces=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 500_000)), min_size=1, max_size=60),
    rows=st.none() | st.floats(10, 1e5),
    size=st.none() | st.floats(1e3, 1e7),
    cost=st.floats(1e-9, 1e-4),
)
def test_no_limit_is_exceeded_over_time(
    pieces: list[tuple[int, int]], rows: float | None, size: float | None, cost: float
) -> None:
    store = Store(Limits(rows_per_second=rows, bytes_per_second=size), cost)
    for piece in pieces:
        store.piece(*piece)
    for limit, counts in ((rows, [one[0] for one in pieces]), (size, [one[1] for one in pieces])):
        if limit is not None:
            assert sum(counts) <= limit * (store.now + 1) * 1.001  # one second's worth may come at once


def test_without_limits_and_with_a_steady_store_nothing_waits() -> None:
    store = Store(Limits())
    assert [store.piece(1000, 100_000) for _ in range(50)] == [0.0] * 50
    assert store.pace.share == 1


def test_a_store_that_slows_down_is_given_room_and_the_pace_creeps_back() -> None:
    store = Store(Limits())
    for _ in range(10):
        store.piece(1000, 100_000)
    store.cost *= 3
    waits = [store.piece(1000, 100_000) for _ in range(3)]
    assert store.pace.share == 0.5
    assert waits[-1] == pytest.approx(0.3)  # as long as reading took: half the speed
    for _ in range(3):
        store.piece(1000, 100_000)
    assert store.pace.share == 0.25
    store.cost /= 3
    shares = []
    for _ in range(40):
        store.piece(1000, 100_000)
        shares.append(store.pace.share)
    assert shares == sorted(shares)
    assert shares[3] < 0.5
    assert shares[-1] == 1


def test_the_pace_never_falls_to_nothing_and_gets_used_to_what_stays() -> None:
    store = Store(Limits())
    for _ in range(10):
        store.piece(1000, 100_000)
    store.cost *= 4
    lowest = 1.0
    for _ in range(400):
        store.piece(1000, 100_000)
        lowest = min(lowest, store.pace.share)
    assert lowest == SLOWEST
    assert store.pace.share == 1


def test_a_small_piece_and_another_table_raise_no_alarm() -> None:
    store = Store(Limits())
    for _ in range(10):
        store.piece(1000, 100_000)
    for _ in range(10):
        assert store.pace.wait(1, 100, 0.05) == 0  # the rest of a table costs its overhead
    store.pace.begin()
    store.cost *= 10
    for _ in range(10):
        store.piece(1000, 100_000)
    assert store.pace.share == 1


def test_one_slow_piece_is_no_trend() -> None:
    store = Store(Limits())
    for number in range(50):
        store.cost = 1e-5 if number % 5 == 4 else 1e-6
        store.piece(1000, 100_000)
    assert store.pace.share == 1


def test_limits_are_positive() -> None:
    for bad in ({"connections": 0}, {"rows_per_second": -1}, {"bytes_per_second": 0}):
        with pytest.raises(BadInput):
            Limits(**bad)


def test_slots_are_counted_over_holders_and_freed_by_death(database: Database, clock: FixedClock) -> None:
    hours, limits = Hours(clock), Limits(connections=2)
    holders = [Leases(database, new_id(), 30, hours.ticks) for _ in range(3)]
    one, two, three = (Slots(leases, "crm", limits) for leases in holders)
    first, second = one.acquire(), two.acquire()
    assert first is not None
    assert second is not None
    assert three.acquire() is None
    assert Slots(holders[2], "shop", limits).acquire() is not None  # of another store
    one.release(first)
    again = three.acquire()
    assert again is not None
    assert again.epoch > first.epoch
    hours.pass_by(20)
    holders[2].renew()
    hours.pass_by(20)  # the second holder died: it did not renew
    assert not second.still_held()
    assert again.still_held()
    assert one.acquire() is not None
    assert one.acquire() is None


def test_waiting_for_a_slot(database: Database, clock: FixedClock) -> None:
    hours = Hours(clock)
    held = Slots(Leases(database, new_id(), 30, hours.ticks), "crm", Limits(connections=1)).acquire()
    assert held is not None
    waiting = Slots(Leases(database, new_id(), 30, hours.ticks), "crm", Limits(connections=1))
    start = clock.now()
    assert waiting.wait(hours.pass_by, 1.0) is not None
    assert (clock.now() - start).total_seconds() == 30
    assert waiting.wait(hours.pass_by, give_up=lambda: True) is None
    unlimited = Slots(Leases(database, new_id(), 30, hours.ticks), "crm", Limits())
    assert not unlimited.limited
    assert unlimited.wait(hours.pass_by) is None
    unlimited.release(None)
