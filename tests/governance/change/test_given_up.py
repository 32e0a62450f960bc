"""Plans that are cancelled, or too old: what was not begun is left, what was done is read again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.base.actors.approvals import PlanScope
from engine.base.clock import FixedClock
from engine.base.ids import PlanId
from engine.base.keys.keyring import KeyDestroyed
from engine.governance.change.applying import Ran, expire_plans
from engine.governance.change.approving import approve_plan, cancel_plan
from engine.governance.change.errors import PlanNotReady
from engine.governance.change.kept import keys_of, plan_of
from tests.base.actors.people import recorded
from tests.governance.change.world import Approver, Fault, World


def test_cancelled_plans_do_nothing_more(world: World, plan_id: PlanId) -> None:
    def tap(where: str, number: int) -> None:
        if (where, number) == ("changed", 1):
            with world.database.transaction() as session:
                cancel_plan(session, plan_id)

    world.tap = tap
    assert world.run(plan_id) == Ran("cancelled", "cancel")
    assert world.people.ids() == [4, 5, 6, 7]
    (ended,) = recorded(world.database, "plan.ended")
    assert (ended["outcome"], ended["done"], ended["batches_done"]) == ("cancelled", [3, 6], 1)
    assert (ended["batches_verified"], ended["found"]) == (1, 0)
    assert [batch.state for batch in world.batches(plan_id)] == ["done", "left", "left"]
    with world.database.transaction() as session:
        cancel_plan(session, plan_id)  # again: nothing


def test_cancelled_after_it_was_broken_off_what_was_done_counts(world: World, plan_id: PlanId) -> None:
    def tap(where: str, number: int) -> None:
        if (where, number) == ("committed", 1):
            raise Fault

    world.tap = tap
    with pytest.raises(Fault):
        world.run(plan_id)
    with world.database.transaction() as session:
        cancel_plan(session, plan_id)
    assert world.row(plan_id).state == "running"  # first it has to be known what became of the batch
    assert world.run(plan_id) == Ran("cancelled", "cancel")
    (ended,) = recorded(world.database, "plan.ended")
    assert ended["done"] == [6, 12]
    assert len(world.people.deletions()) == 18


def test_cancelled_while_it_stands_still_it_ends_once_what_was_done_was_read_again(
    world: World, plan_id: PlanId, clock: FixedClock
) -> None:
    world.fail_at_stop_points(None, None, Fault())
    with pytest.raises(Fault):
        world.run(plan_id)
    with world.database.transaction() as session:
        cancel_plan(session, plan_id)
    row = world.row(plan_id)
    assert (row.state, row.ended_at) == ("verifying", None)
    assert [batch.state for batch in world.batches(plan_id)] == ["done", "done", "left"]
    with world.database.transaction() as session, pytest.raises(PlanNotReady):
        approve_plan(session, plan_id, b"anything")
    clock.instant += timedelta(days=31)
    world.stop_point = lambda: None
    world.people.change("INSERT INTO person (id) VALUES (1)")
    assert world.run(plan_id, policies="cd" * 32) == Ran("cancelled", "cancel"), "it only reads"
    assert world.people.ids() == [1, 7]
    (ended,) = recorded(world.database, "plan.ended")
    assert (ended["outcome"], ended["done"], ended["found"]) == ("cancelled", [6, 12], 1)
    assert (ended["batches_done"], ended["batches_verified"]) == (2, 2)


def test_a_plan_that_is_too_old_midway_is_read_again_as_long_as_its_keys_are_kept(
    world: World, approver: Approver, clock: FixedClock
) -> None:
    plans = [world.plan(), world.plan()]
    world.fail_at_stop_points(None, Fault(), Fault())
    for one in plans[:1]:
        approver.approve(one, days=80)
        with pytest.raises(Fault):
            world.run(one)
    clock.instant += timedelta(days=30)
    with world.database.transaction() as session:
        assert expire_plans(session) == 1
    assert [world.row(one).state for one in plans] == ["verifying", "expired"]
    clock.instant += timedelta(days=30) - timedelta(seconds=1)
    with world.database.transaction() as session:
        assert expire_plans(session) == 0
    clock.instant += timedelta(seconds=1)
    with world.database.transaction() as session:
        assert expire_plans(session) == 1
    assert (world.row(plans[0]).state, world.row(plans[0]).reason) == ("expired", "")
    ended = recorded(world.database, "plan.ended")[-1]
    assert (ended["outcome"], ended["batches_done"], ended["batches_verified"]) == ("expired", 1, 0)


def test_plans_that_are_too_old_are_not_run_and_forget_their_keys(
    world: World, approver: Approver, clock: FixedClock
) -> None:
    one, other = world.plan(), world.plan()
    approver.approve(one, days=80)
    clock.instant += timedelta(days=30)
    assert world.run(one) == Ran("expired")
    with world.database.transaction() as session:
        assert expire_plans(session) == 1
    assert world.row(other).state == "expired"
    with world.database.transaction() as session, pytest.raises(PlanNotReady):
        approve_plan(session, other, approver.sign(PlanScope(str(world.row(other).root))))
    with world.database.snapshot() as session, pytest.raises(KeyDestroyed):
        keys_of(session, plan_of(session, other), 0)
    assert world.people.deletions() == []
