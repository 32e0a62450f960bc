"""Leases: one holder at a time, epochs that only grow, and holders that notice that they slept."""

from __future__ import annotations

from threading import Barrier, Thread
from uuid import UUID

import pytest

from engine.base.clock import FixedClock
from engine.base.ids import new_id
from engine.base.state.database import Database
from engine.base.work.leases import LeaseLost, Leases, free_leases_of, since_boot
from tests.base.work.fake import Hours


@pytest.fixture
def hours(clock: FixedClock) -> Hours:
    return Hours(clock)


def leases(database: Database, hours: Hours, holder: UUID | None = None) -> Leases:
    return Leases(database, holder or new_id(), 30, hours.ticks)


def test_one_holder_at_a_time(database: Database, hours: Hours) -> None:
    one, other = leases(database, hours), leases(database, hours)
    held = one.acquire("leader")
    assert held is not None
    assert held.still_held()
    assert other.acquire("leader") is None
    assert one.acquire("leader") is None  # not even twice by the same
    assert other.acquire("another") is not None
    one.release(held)
    assert not held.still_held()
    taken = other.acquire("leader")
    assert taken is not None
    assert taken.epoch == held.epoch + 1


def test_renewed_it_lasts_and_expired_it_never_comes_back(database: Database, hours: Hours) -> None:
    mine = leases(database, hours)
    held = mine.acquire("leader")
    assert held is not None
    for _ in range(5):
        hours.pass_by(29)
        assert held.still_held()
        assert mine.renew() == []
    hours.pass_by(30)
    assert not held.still_held()
    assert mine.renew() == [held]  # though nobody took it
    assert not held.still_held()
    assert mine.renew() == []
    again = mine.acquire("leader")
    assert again is not None
    assert again.epoch == held.epoch + 1


def test_one_that_slept_past_the_end_is_fenced(database: Database, hours: Hours) -> None:
    sleeper, other = leases(database, hours), leases(database, hours)
    held = sleeper.acquire("leader")
    assert held is not None
    with database.transaction() as session:
        held.check(session)
    hours.pass_by(31)
    taken = other.acquire("leader")
    assert taken is not None
    assert not held.still_held()
    with pytest.raises(LeaseLost), database.transaction() as session:
        held.check(session)
    assert sleeper.renew() == [held]
    sleeper.release(held)  # changes nothing for the one who has it
    with database.transaction() as session:
        taken.check(session)
    assert taken.still_held()


@pytest.mark.parametrize("which", ["clock", "ticks"])
def test_either_clock_tells_that_it_ran_out(database: Database, clock: FixedClock, which: str) -> None:
    ticks = [1000.0]
    held = Leases(database, new_id(), 30, lambda: ticks[0]).acquire("leader")
    assert held is not None
    assert held.still_held()
    if which == "clock":
        Hours(clock).pass_by(30)
    else:
        ticks[0] += 30  # a clock that was set back, or stands still
    assert not held.still_held()


def test_the_first_free_one_of_several(database: Database, hours: Hours) -> None:
    names = ("slot/0", "slot/1")
    first, second, third = (leases(database, hours).acquire(*names) for _ in range(3))
    assert first is not None
    assert second is not None
    assert (first.name, second.name, third) == ("slot/0", "slot/1", None)


def test_leases_of_the_dead_are_free_at_once(database: Database, hours: Hours) -> None:
    dead = new_id()
    held = leases(database, hours, dead).acquire("leader")
    with database.transaction() as session:
        free_leases_of(session, dead)
    taken = leases(database, hours).acquire("leader")
    assert held is not None
    assert taken is not None
    assert taken.epoch > held.epoch


def test_of_many_that_contend_one_gets_it_each_time(database: Database, hours: Hours) -> None:
    """Each round the lease has run out, and all reach for it at once."""
    contenders = [leases(database, hours) for _ in range(4)]
    epochs: list[int] = []
    for _ in range(5):
        barrier, won = Barrier(len(contenders)), list[int]()

        def reach(mine: Leases, barrier: Barrier = barrier, won: list[int] = won) -> None:
            barrier.wait()
            held = mine.acquire("leader")
            if held is not None:
                won.append(held.epoch)

        threads = [Thread(target=reach, args=(mine,)) for mine in contenders]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(won) == 1
        epochs += won
        hours.pass_by(30)
    assert epochs == [1, 2, 3, 4, 5]


def test_a_check_holds_off_whoever_would_take_it(database: Database, hours: Hours) -> None:
    """What commits under a checked lease was done while it was held, though it ran out in the middle."""
    mine, other = leases(database, hours), leases(database, hours)
    held = mine.acquire("leader")
    assert held is not None
    order: list[str] = []

    def take() -> None:
        assert other.acquire("leader") is not None
        order.append("taken")

    with database.transaction() as session:
        held.check(session)
        hours.pass_by(31)
        thread = Thread(target=take)
        thread.start()
        thread.join(0.2)  # it cannot get through: that it would is what this gives time for
        order.append("committing")
    thread.join()
    assert order == ["committing", "taken"]


def test_ticks_only_grow() -> None:
    assert since_boot() <= since_boot()
