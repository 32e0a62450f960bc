"""What people ask of a plan that runs: run, pause, resume, cancel; and what is told of it meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from engine.base.clock import FixedClock
from engine.base.errors import BadInput
from engine.base.ids import PlanId
from engine.base.state.tables import JobId
from engine.base.work.jobs import request_cancel
from engine.governance.change import steering
from engine.governance.change.errors import PlanNotReady
from engine.governance.change.following import Followed, follow
from tests.base.actors.people import recorded
from tests.base.work.team import Member, Team
from tests.governance.change.test_work import at_batch, run_all, work
from tests.governance.change.world import Approver, Fault, World, everything


@pytest.fixture
def team(world: World, clock: FixedClock) -> Team:
    return Team(world.database, clock)


@pytest.fixture
def member(world: World, team: Team) -> Member:
    return team.join(work(world).kinds())


def steer(world: World, plan_id: PlanId, deed: Callable[[Session, PlanId], object]) -> Followed:
    with world.database.transaction() as session:
        deed(session, plan_id)
    return followed(world, plan_id)


def followed(world: World, plan_id: PlanId) -> Followed:
    with world.database.snapshot() as session:
        return follow(session, plan_id)


def refused(world: World, plan_id: PlanId, deed: Callable[[Session, PlanId], object]) -> str:
    with world.database.transaction() as session, pytest.raises(PlanNotReady) as found:
        deed(session, plan_id)
    return found.value.message


def test_only_what_is_approved_is_run_and_once(world: World, team: Team) -> None:
    plan_id = world.plan()
    assert "waits for a person (not approved)" in refused(world, plan_id, steering.start)
    for deed in (steering.pause, steering.resume):
        assert "nothing runs" in refused(world, plan_id, deed)
    Approver.join(world.database).approve(plan_id)
    first = steer(world, plan_id, steering.start)
    again = steer(world, plan_id, steering.start)
    assert first.run is not None
    assert again.run is not None
    assert (first.run.id, first.run.state) == (again.run.id, "queued")
    assert (first.live, first.paused, first.speed) == (True, False, None)
    assert [one["deed"] for one in recorded(world.database, "plan.steered")] == ["run"], "the second asked for nothing"
    run_all(team.join(work(world).kinds()))
    ended = followed(world, plan_id)
    assert (ended.whole.plan.state, ended.live, ended.held) == ("done", False, False)
    assert world.people.deletions() == everything()
    assert "has ended" in refused(world, plan_id, steering.start)
    assert "about to" in refused(world, plan_id, steering.cancel)


def test_paused_between_two_batches_it_is_resumed(
    world: World, member: Member, clock: FixedClock, plan_id: PlanId
) -> None:
    steer(world, plan_id, steering.start)
    seen: list[Followed] = []

    def look_and_pause() -> None:
        clock.instant += timedelta(seconds=8)
        steer(world, plan_id, steering.pause)
        seen.append(steer(world, plan_id, steering.pause))

    at_batch(world, 1, look_and_pause)
    run_all(member)
    (meanwhile,) = seen
    assert (meanwhile.live, meanwhile.held, meanwhile.paused) == (True, True, True)
    assert meanwhile.speed is not None
    assert meanwhile.speed.rows_per_second == pytest.approx(9 / 8)
    assert meanwhile.speed.seconds_left == 16, "two of three batches are left, and one took 8 seconds"
    paused = followed(world, plan_id)
    assert (paused.live, paused.paused, paused.speed, world.people.ids()) == (False, True, None, [7])
    assert [one["request"] for one in recorded(world.database, "work.job_asked")] == ["pause"]
    world.tap = lambda _where, _number: None
    resumed = steer(world, plan_id, steering.resume)
    assert (resumed.live, resumed.paused) == (True, False)
    run_all(member)
    assert followed(world, plan_id).whole.plan.state == "done"
    assert world.people.deletions() == everything()


def test_a_pause_can_be_taken_back_before_it_came(world: World, member: Member, plan_id: PlanId) -> None:
    steer(world, plan_id, steering.start)

    def hesitate() -> None:
        steer(world, plan_id, steering.pause)
        steer(world, plan_id, steering.resume)

    at_batch(world, 0, hesitate)
    run_all(member)
    assert followed(world, plan_id).whole.plan.state == "done"
    assert [one["request"] for one in recorded(world.database, "work.job_asked")] == ["pause", "resume"]


def test_a_paused_plan_that_is_cancelled_ends_with_its_job(world: World, team: Team, plan_id: PlanId) -> None:
    steer(world, plan_id, steering.start)
    steer(world, plan_id, steering.pause)
    ended = steer(world, plan_id, steering.cancel)
    assert ended.run is not None
    assert (ended.whole.plan.state, ended.run.state, ended.live) == ("cancelled", "cancelled", False)
    assert steer(world, plan_id, steering.cancel).whole.plan.state == "cancelled"
    assert [one["deed"] for one in recorded(world.database, "plan.steered")] == ["run", "cancel"]
    with world.database.transaction() as session, pytest.raises(BadInput):
        steering.resume(session, plan_id)
    assert team.job(ended.run.id).state == "cancelled"
    assert len(world.people.ids()) == 7


@pytest.mark.parametrize("asked_before", [False, True])
def test_where_an_outcome_is_unknown_somebody_finds_out_before_it_ends(
    world: World,
    member: Member,
    plan_id: PlanId,
    asked_before: bool,  # noqa: FBT001 - a case
) -> None:
    """A process died behind its COMMIT; holds wait for that batch until somebody has looked."""

    def die() -> None:
        raise Fault

    at_batch(world, 1, die)
    with pytest.raises(Fault):
        world.run(plan_id)
    world.tap = lambda _where, _number: None
    if asked_before:
        steer(world, plan_id, steering.start)
        steer(world, plan_id, steering.pause)
    cancelling = steer(world, plan_id, steering.cancel)
    assert cancelling.run is not None
    assert (cancelling.whole.plan.cancelling, cancelling.run.state) == (True, "queued")
    member.leader.turn()
    member.durable.pump()
    assert (world.row(plan_id).state, world.open_batches()) == ("cancelled", [])
    assert world.people.ids() == [4, 5, 6, 7]


def test_a_job_that_was_cancelled_by_itself_does_not_count_as_running(world: World, plan_id: PlanId) -> None:
    run = steer(world, plan_id, steering.start).run
    assert run is not None
    with world.database.transaction() as session:
        request_cancel(session, JobId(run.id))
    assert "nothing runs" in refused(world, plan_id, steering.pause)
    again = steer(world, plan_id, steering.start).run
    assert again is not None
    assert again.id != run.id
