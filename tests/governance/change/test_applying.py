"""Running plans: each row once, whatever dies; nothing that is not planned; nothing without an approval that counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from engine.base.clock import FixedClock
from engine.base.errors import IntegrityViolated, StoreError
from engine.base.ids import HoldId, PlanId
from engine.base.state.tables import PlanBatchRow, PlanKeysRow, PlanRow
from engine.governance.change.applying import Ran
from engine.governance.change.approving import cancel_plan
from engine.governance.change.effect import Batch, Guard, LeftOut, Outcome, Reason, Task
from engine.governance.change.errors import ClockSkewed, OutcomeUnknown
from engine.governance.change.kept import left_place, open_left, plan_of
from tests.base.actors.people import recorded
from tests.governance.change.world import POLICIES, Approver, Fault, PeopleEffect, PeopleRows, World, everything


def test_broken_off_again_while_it_is_found_out_and_done_again(world: World, plan_id: PlanId) -> None:
    world.hold(2)
    faults = iter(["committed", "committed", "began"])
    point = ""

    def tap(where: str, _number: int) -> None:
        if where == point:
            raise Fault

    world.tap = tap
    for point in faults:  # noqa: B007 - the tap looks at it
        with pytest.raises(Fault):
            world.run(plan_id)
    point = ""
    assert world.run(plan_id) == Ran("complete_with_exceptions")
    assert world.people.ids() == [2]
    assert world.people.deletions() == [
        one for one in everything() if one not in [("person", 2), ("note", 200), ("note", 201)]
    ]
    (ended,) = recorded(world.database, "plan.ended")
    assert (ended["done"], ended["roots_left"]) == ([6, 12], 1)


def test_what_changed_since_is_left_out_and_says_why(world: World, plan_id: PlanId) -> None:
    world.people.change("UPDATE person SET closed = 0 WHERE id = 1")
    world.people.change("INSERT INTO note VALUES (999, 2)")
    world.people.change("DELETE FROM note WHERE person_id = 4")
    world.people.change("DELETE FROM person WHERE id = 4")
    assert world.run(plan_id) == Ran("complete_with_exceptions")
    assert world.people.ids() == [1, 2]
    first, second, _third = recorded(world.database, "plan.batch_done")
    assert dict(zip(first["reasons"], first["left"], strict=True)) == {"closure_grew": 1, "not_due": 1}
    assert dict(zip(second["reasons"], second["left"], strict=True)) == {"gone": 1}


def test_which_rows_were_left_out_can_be_read_while_it_runs(world: World, plan_id: PlanId) -> None:
    world.people.change("UPDATE person SET closed = 0 WHERE id = 1")
    world.fail_at_stop_points(None, Fault())
    with pytest.raises(Fault):
        world.run(plan_id)
    with world.database.snapshot() as session:
        batch = session.get_one(PlanBatchRow, (plan_of(session, plan_id).tenant_id, plan_id, 0))
        assert batch.left_out is not None
        assert open_left(session, batch.left_out, left_place(plan_id, 0)) == (LeftOut(0, (1,), Reason.NOT_DUE),)


def test_a_hold_placed_before_the_commit_rolls_the_batch_back_and_keeps_its_row(world: World, plan_id: PlanId) -> None:
    held: list[HoldId] = []

    def tap(where: str, number: int) -> None:
        if (where, number) == ("changed", 1) and not held:
            held.append(world.hold(5))

    world.tap = tap
    assert world.run(plan_id) == Ran("complete_with_exceptions")
    assert world.people.ids() == [5]
    assert world.closed_batches() == [(0, "done"), (1, "nothing"), (1, "done"), (2, "done")]
    assert [one["attempt"] for one in recorded(world.database, "plan.batch_begun")] == [1, 1, 2, 1]


def test_an_answer_that_never_came_is_looked_for(world: World, plan_id: PlanId) -> None:
    class Silent(PeopleEffect):
        def apply(self, task: Task, batch: Batch, guard: Guard, now: object) -> Outcome:
            outcome = super().apply(task, batch, guard, now)  # type: ignore[arg-type]
            if self.applied.count(batch.number) == 1:
                raise OutcomeUnknown("no answer to a commit", reason="unreachable")
            return outcome

    assert world.run(plan_id, Silent(world.people, world.clock)) == Ran("done")
    assert world.people.deletions() == everything()
    assert [one["resolved"] for one in recorded(world.database, "plan.batch_done")] == [9, 9, 3]


def test_what_the_store_refuses_is_pending_again(world: World, plan_id: PlanId) -> None:
    class Refusing(PeopleEffect):
        def apply(self, task: Task, batch: Batch, guard: Guard, now: object) -> Outcome:
            raise StoreError("may not delete", reason="permission_denied")

    with pytest.raises(StoreError):
        world.run(plan_id, Refusing(world.people, world.clock))
    assert [batch.state for batch in world.batches(plan_id)] == ["pending"] * 3
    assert world.open_batches() == []
    assert world.run(plan_id) == Ran("done")


@pytest.mark.parametrize("lie", ["another row", "twice", "not told"])
def test_an_effect_that_does_what_it_may_not_is_found_out(
    world: World, approver: Approver, plan_id: PlanId, clock: FixedClock, lie: str
) -> None:
    class Lying(PeopleEffect):
        def apply(self, task: Task, batch: Batch, guard: Guard, now: object) -> Outcome:
            done: dict[str, Outcome] = {
                "another row": Outcome((((1,), (2,), (3,), (99,)), ()), (), None),
                "twice": Outcome((((1,), (2,), (3,), (3,)), ()), (), None),
                "not told": Outcome((((1,), (2,)), ()), (), None),
            }
            return done[lie]

    with pytest.raises(IntegrityViolated):
        world.run(plan_id, Lying(world.people, world.clock))
    assert recorded(world.database, "plan.batch_done") == []
    assert world.run(plan_id) == Ran("stopped", "integrity")  # also with an effect that does not lie
    (stopped,) = recorded(world.database, "plan.stopped")
    assert stopped["reason"] == "integrity"
    clock.instant += timedelta(minutes=1)
    approver.approve(plan_id)
    assert world.run(plan_id) == Ran("done")
    assert world.people.deletions() == everything()


def test_one_that_stands_still_over_an_unknown_batch_is_cancelled_when_that_is_known(
    world: World, plan_id: PlanId
) -> None:
    class Lying(PeopleEffect):
        def apply(self, task: Task, batch: Batch, guard: Guard, now: object) -> Outcome:
            outcome = super().apply(task, batch, guard, now)  # type: ignore[arg-type]
            return Outcome(outcome.done[:1], (), None)

    with pytest.raises(IntegrityViolated):
        world.run(plan_id, Lying(world.people, world.clock))
    with world.database.transaction() as session:
        cancel_plan(session, plan_id)
    assert len(world.open_batches()) == 1
    assert world.run(plan_id) == Ran("cancelled", "cancel")
    (ended,) = recorded(world.database, "plan.ended")
    assert ended["done"] == [3, 6]
    assert world.open_batches() == []


def test_a_row_that_is_there_again_is_no_complete_end(world: World, plan_id: PlanId) -> None:
    def tap(where: str, number: int) -> None:
        if (where, number) == ("committed", 2):
            world.people.change("INSERT INTO person (id) VALUES (1)")

    world.tap = tap
    assert world.run(plan_id) == Ran("complete_with_exceptions")
    (ended,) = recorded(world.database, "plan.ended")
    assert (ended["found"], ended["done"]) == (1, [7, 14])


def test_clocks_too_far_apart_do_nothing(world: World, plan_id: PlanId) -> None:
    for behind in (timedelta(seconds=6), timedelta(seconds=-6)):
        with pytest.raises(ClockSkewed):
            world.run(plan_id, PeopleEffect(world.people, world.clock, behind=behind))
    assert world.people.deletions() == []
    assert world.run(plan_id, PeopleEffect(world.people, world.clock, behind=timedelta(seconds=4))) == Ran("done")


# approvals


def test_with_another_policy_it_is_refused(world: World, plan_id: PlanId) -> None:
    assert world.run(plan_id, policies="cd" * 32) == Ran("refused", "policy_changed")
    assert world.run(plan_id) == Ran("refused", "policy_changed")
    assert world.people.deletions() == []


@pytest.mark.parametrize(("where", "gone"), [("open", 3), ("changed", 3), ("committed", 6)])
def test_policies_that_are_changed_while_it_runs_stop_it(world: World, plan_id: PlanId, where: str, gone: int) -> None:
    now = POLICIES

    def tap(point: str, number: int) -> None:
        nonlocal now
        if (point, number) == (where, 1):
            now = "cd" * 32

    world.tap = tap
    assert world.run(plan_id, policies=lambda: now) == Ran("stopped", "policy_changed")
    assert len(world.people.ids()) == 7 - gone
    assert world.open_batches() == []
    assert world.run(plan_id, policies=lambda: now) == Ran("stopped", "policy_changed")
    (stopped,) = recorded(world.database, "plan.stopped")
    assert stopped["reason"] == "policy_changed"
    world.tap = lambda _where, _number: None
    assert world.run(plan_id) == Ran("done"), "with the policies as they were approved it goes on"


@pytest.mark.parametrize("part", ["document", "rows", "root", "left_batch"])
def test_a_plan_that_was_changed_in_the_state_is_not_run(world: World, plan_id: PlanId, part: str) -> None:
    other = world.plan(rows=PeopleRows(world.people, 3, fails_after=-1))
    with world.database.transaction() as session:
        session.execute(update(PlanRow).where(PlanRow.id == other).values(state="cancelled"))
        mine = update(PlanBatchRow).where(PlanBatchRow.plan_id == plan_id, PlanBatchRow.number == 1)
        match part:
            case "document":
                foreign = plan_of(session, other).document
                session.execute(update(PlanRow).where(PlanRow.id == plan_id).values(document=foreign))
            case "rows":
                session.execute(mine.values(rows=[3, 5]))
            case "root":
                session.execute(mine.values(root=bytes(32)))
            case _:
                session.execute(mine.values(number=7))
    with pytest.raises(IntegrityViolated):
        world.run(plan_id)
    assert world.people.deletions() == []


def test_keys_put_in_from_another_batch_are_not_done(world: World, plan_id: PlanId) -> None:
    with world.database.transaction() as session:
        tenant = plan_of(session, plan_id).tenant_id
        first, second = (session.get_one(PlanKeysRow, (tenant, plan_id, number)) for number in (0, 1))
        second.keys = first.keys
    with pytest.raises(IntegrityViolated):
        world.run(plan_id)
    assert world.people.ids() == [4, 5, 6, 7]
