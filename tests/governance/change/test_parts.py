"""Batches that are done in parts: together they are what the batch is, whatever happens between two of them."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from engine.base.errors import StoreError
from engine.base.ids import PlanId
from engine.governance.change.applying import TRIES, Ran
from engine.governance.change.approving import cancel_plan
from engine.governance.change.effect import Batch, Guard, Outcome, Task
from tests.base.actors.people import recorded
from tests.governance.change.world import Approver, Fault, PeopleEffect, World, everything


@dataclass
class Two:
    """Two roots at once."""

    told: list[bool] = field(default_factory=list)

    def roots(self) -> int | None:
        return 2

    def took(self, seconds: float, *, lock_waited: bool) -> None:
        assert seconds >= 0
        self.told.append(lock_waited)


@pytest.fixture
def big(world: World, approver: Approver) -> PlanId:
    """A plan of one batch."""
    plan_id = world.plan(size=7)
    approver.approve(plan_id)
    world.pace = Two()
    return plan_id


def ended(world: World) -> tuple[str, list[int], int]:
    (one,) = recorded(world.database, "plan.ended")
    return one["outcome"], one["done"], one["roots_left"]


def test_parts_come_to_the_whole(world: World, big: PlanId) -> None:
    effect = world.effect()
    assert world.run(big, effect) == Ran("done")
    assert effect.applied == [0, 0, 0, 0]
    assert world.people.deletions() == everything()
    (done,) = recorded(world.database, "plan.batch_done")
    assert (done["done"], done["resolved"]) == ([7, 14], 0)
    assert ended(world) == ("done", [7, 14], 0)


@pytest.mark.parametrize("part", [1, 2, 4])
@pytest.mark.parametrize("point", ["open", "began", "checked", "committed"])
def test_broken_off_in_any_part_each_row_goes_once(world: World, big: PlanId, part: int, point: str) -> None:
    seen: list[str] = []

    def tap(where: str, _number: int) -> None:
        seen.append(where)
        if where == point and seen.count(point) == part:
            raise Fault

    world.tap = tap
    with pytest.raises(Fault):
        world.run(big)
    world.tap = lambda _where, _number: None
    assert world.run(big) == Ran("done")
    assert world.people.deletions() == everything()
    (done,) = recorded(world.database, "plan.batch_done")
    resolved = 0 if point != "committed" else 3 if part == 4 else 6
    assert (done["done"], done["resolved"]) == ([7, 14], resolved)
    assert ended(world) == ("done", [7, 14], 0)
    assert world.open_batches() == []


def test_a_hold_between_two_parts_keeps_its_row(world: World, big: PlanId) -> None:
    seen: list[str] = []

    def tap(where: str, _number: int) -> None:
        seen.append(where)
        if where == "committed" and seen.count("committed") == 2:
            world.hold(6)

    world.tap = tap
    assert world.run(big) == Ran("complete_with_exceptions")
    assert world.people.ids() == [6]
    (done,) = recorded(world.database, "plan.batch_done")
    assert (done["done"], done["resolved"], done["reasons"]) == ([6, 12], 0, ["held"])


def test_cancelled_between_two_parts_what_was_done_counts(world: World, big: PlanId) -> None:
    def tap(where: str, _number: int) -> None:
        if where == "committed":
            with world.database.transaction() as session:
                cancel_plan(session, big)

    world.tap = tap
    assert world.run(big) == Ran("cancelled", "cancel")
    assert len(world.people.deletions()) == 6
    (done,) = recorded(world.database, "plan.batch_done")
    assert (done["done"], done["resolved"], done["reasons"], done["left"]) == ([2, 4], 0, ["stopped"], [5])
    assert ended(world) == ("cancelled", [2, 4], 5)


class Waiting(PeopleEffect):
    """Does not get its lock for some time."""

    def apply(self, task: Task, batch: Batch, guard: Guard, now: object) -> Outcome:
        if len(self.applied) < self.refusals:
            self.applied.append(batch.number)
            raise StoreError("a lock was not given", reason="timeout")
        return super().apply(task, batch, guard, now)  # type: ignore[arg-type]

    refusals: int = 3


def test_a_lock_that_is_not_given_is_asked_for_again_and_the_pace_is_told(world: World, big: PlanId) -> None:
    pace = world.pace = Two()
    assert world.run(big, Waiting(world.people, world.clock)) == Ran("done")
    assert pace.told == [True, True, True, False, False, False, False]
    assert world.people.deletions() == everything()


def test_a_lock_that_is_never_given_ends_the_run(world: World, big: PlanId) -> None:
    effect = Waiting(world.people, world.clock)
    effect.refusals = 100
    with pytest.raises(StoreError):
        world.run(big, effect)
    assert len(effect.applied) == TRIES
    assert world.open_batches() == []
