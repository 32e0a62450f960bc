"""What the controls of legal holds tell apart."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.base.clock import FixedClock
from engine.base.ids import HoldId, new_id
from engine.base.state.database import Database
from engine.evidence.conclusions import Deviations, Effective, NoOccurrence
from tests.evidence.cases.holds import hold_effective, hold_placed, hold_released, hold_reviewed
from tests.evidence.world import World


@pytest.fixture
def world(database: Database, clock: FixedClock) -> World:
    return World(database, clock)


def test_a_review_that_came_too_late_stays_a_deviation(world: World) -> None:
    hold = HoldId(new_id())
    hold_placed(world, hold, 10)
    world.wait(days=12)
    hold_reviewed(world, hold)
    world.wait(days=5)
    hold_released(world, hold)
    found = world.conclude("HOLD-01")
    assert isinstance(found, Deviations)
    assert [one.at for one in found.found] == [world.clock.now() - timedelta(days=7)]
    assert found.checked == 1


def test_a_hold_that_was_released_in_time_was_never_due(world: World) -> None:
    hold = HoldId(new_id())
    hold_placed(world, hold, 10)
    world.wait(days=9)
    hold_released(world, hold)
    world.wait(days=99)
    assert isinstance(world.conclude("HOLD-01"), Effective)
    assert isinstance(world.conclude("HOLD-02"), Deviations)  # nine days, and never effective


def test_a_hold_that_waits_is_judged_when_its_time_is_over(world: World) -> None:
    hold_placed(world, HoldId(new_id()))
    world.wait(hours=5)
    found = world.conclude("HOLD-02")
    assert isinstance(found, NoOccurrence)
    assert "not effective by then: 1" in found.notes[0]
    world.wait(hours=20)
    assert isinstance(world.conclude("HOLD-02"), Deviations)


def test_a_release_needs_a_reason(world: World) -> None:
    hold_effective(world, 1)
    assert isinstance(world.conclude("HOLD-03"), NoOccurrence)
    hold_released(world, HoldId(new_id()), reasoned=False)
    assert isinstance(world.conclude("HOLD-03"), Deviations)
