"""Plans as jobs: a dead worker's plan is another's, and pausing and cancelling stop between two batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from engine.base.clock import FixedClock
from engine.base.errors import StoreError
from engine.base.ids import PlanId
from engine.base.settings.copies import CopySettings
from engine.base.state.tables import JobId, JobRow
from engine.base.work.jobs import request_cancel, request_pause, request_resume
from engine.governance.calendar import Duration
from engine.governance.change.approving import cancel_plan
from engine.governance.change.batches import Hands
from engine.governance.change.copies import copies_of
from engine.governance.change.effect import Batch, Key, Task
from engine.governance.change.plan import Copy
from engine.governance.change.work import ChangeWork, ask_for_run, give_up_cancelled_plans, read_again
from tests.base.actors.people import recorded
from tests.base.work.team import Member, Team
from tests.governance.change.world import LISTING, POLICIES, PeopleVerifier, World, everything


@pytest.fixture
def team(world: World, clock: FixedClock) -> Team:
    return Team(world.database, clock)


class Unreadable(PeopleVerifier):
    def remaining(self, task: Task, batch: Batch) -> tuple[tuple[Key, ...], ...]:
        raise StoreError("may not read", reason="permission_denied")


def work(
    world: World, *, policies: str = POLICIES, refuses: str = "", verifier: type[PeopleVerifier] = PeopleVerifier
) -> ChangeWork:
    @contextmanager
    def hands(store: str) -> Iterator[Hands]:
        assert store == "shop"
        if refuses:
            raise StoreError("does not answer", reason=refuses)
        yield Hands(world.effect(), verifier(world.people), lambda: LISTING)

    return ChangeWork(hands, lambda: lambda: policies)


def asked(world: World, plan_id: PlanId) -> JobId:
    with world.database.transaction() as session:
        return ask_for_run(session, plan_id)


def run_all(member: Member) -> None:
    member.leader.turn()
    member.durable.pump()


def test_a_worker_runs_it_and_it_is_asked_for_once(world: World, team: Team, plan_id: PlanId) -> None:
    member = team.join(work(world).kinds())
    job = asked(world, plan_id)
    assert asked(world, plan_id) == job
    run_all(member)
    assert team.job(job).outcome == {"plan": str(plan_id), "state": "done", "reason": ""}
    assert world.people.deletions() == everything()
    assert asked(world, plan_id) != job


def at_batch(world: World, number: int, deed: Callable[[], None]) -> None:
    def tap(where: str, batch: int) -> None:
        if (where, batch) == ("changed", number):
            deed()

    world.tap = tap


def test_paused_it_stops_behind_its_batch_and_goes_on(world: World, team: Team, plan_id: PlanId) -> None:
    member = team.join(work(world).kinds())
    job = asked(world, plan_id)

    def pause() -> None:
        with world.database.transaction() as session:
            request_pause(session, job)

    at_batch(world, 0, pause)
    run_all(member)
    assert (team.job(job).state, world.row(plan_id).state) == ("paused", "running")
    assert world.people.ids() == [4, 5, 6, 7]
    assert world.open_batches() == []
    world.tap = lambda _where, _number: None
    with world.database.transaction() as session:
        request_resume(session, job)
    run_all(member)
    assert world.row(plan_id).state == "done"


def test_cancelled_it_ends_behind_its_batch(world: World, team: Team, plan_id: PlanId) -> None:
    member = team.join(work(world).kinds())
    job = asked(world, plan_id)

    def cancel() -> None:
        with world.database.transaction() as session:
            request_cancel(session, job)

    at_batch(world, 0, cancel)
    run_all(member)
    assert (team.job(job).state, world.row(plan_id).state) == ("cancelled", "verifying")
    assert world.people.ids() == [4, 5, 6, 7]
    for _ in range(2):  # a chore has what was done read again, by one job at a time
        with world.database.transaction() as session:
            give_up_cancelled_plans(session)
            read_again(session)
    run_all(member)
    assert world.row(plan_id).state == "cancelled"
    assert world.people.ids() == [4, 5, 6, 7]
    (ended,) = recorded(world.database, "plan.ended")
    assert (ended["done"], ended["batches_done"], ended["batches_verified"]) == ([3, 6], 1, 1)


@pytest.mark.parametrize("given_up", [True, False])
def test_a_reading_again_that_failed_is_tried_again_after_a_while(
    world: World, team: Team, plan_id: PlanId, clock: FixedClock, *, given_up: bool
) -> None:
    def cancel() -> None:
        with world.database.transaction() as session:
            cancel_plan(session, plan_id)

    if given_up:
        at_batch(world, 1, cancel)
    member = team.join(work(world, verifier=Unreadable).kinds())
    first = asked(world, plan_id)
    run_all(member)
    assert (team.job(first).state, world.row(plan_id).state) == ("failed", "verifying")

    def again() -> int:
        with world.database.transaction() as session:
            read_again(session)
            return session.scalars(select(func.count()).select_from(JobRow)).one()

    assert again() == 1
    clock.instant += timedelta(minutes=5)
    assert (again(), again()) == (2, 2)


def test_cancelled_before_it_ran_the_plan_ends_too(world: World, team: Team, plan_id: PlanId) -> None:
    job = asked(world, plan_id)
    with world.database.transaction() as session:
        request_cancel(session, job)
        give_up_cancelled_plans(session)
    assert world.row(plan_id).state == "cancelled"


def test_what_a_dead_worker_left_another_takes_up(world: World, team: Team, plan_id: PlanId) -> None:
    """The first one is frozen before its COMMIT; it is held to be dead, and finds so when it wakes."""
    first, second = team.join(work(world).kinds()), team.join(work(world).kinds())
    job = asked(world, plan_id)
    woken: list[str] = []

    def freeze() -> None:
        if not woken:
            woken.append("frozen")
            team.pass_by(90, second)

    at_batch(world, 1, freeze)
    run_all(first)
    assert world.row(plan_id).state == "running"
    assert world.people.ids() == [4, 5, 6, 7]  # it rolled back
    for _ in range(3):  # it leads, finds the first one dead, and takes up what it left
        run_all(second)
        team.pass_by(20, second)
    assert world.row(plan_id).state == "done"
    assert team.job(job).state == "done"
    assert world.people.deletions() == everything()


@pytest.mark.parametrize(("reason", "becomes"), [("unreachable", "queued"), ("permission_denied", "failed")])
def test_what_passes_is_waited_for(world: World, team: Team, plan_id: PlanId, reason: str, becomes: str) -> None:
    member = team.join(work(world, refuses=reason).kinds())
    job = asked(world, plan_id)
    run_all(member)
    assert team.job(job).state == becomes


def test_changed_policies_are_an_outcome(world: World, team: Team, plan_id: PlanId) -> None:
    member = team.join(work(world, policies="cd" * 32).kinds())
    job = asked(world, plan_id)
    run_all(member)
    assert team.job(job).outcome == {"plan": str(plan_id), "state": "refused", "reason": "policy_changed"}


def test_copies_end_with_a_day_or_by_the_hour() -> None:
    now = datetime(2026, 1, 31, 12, tzinfo=UTC)
    declared = [
        CopySettings(kind="backup", until="P4W3D"),
        CopySettings(kind="backup", until="P1M"),
        CopySettings(kind="wal", until="PT72H"),
        CopySettings(kind="replica"),
    ]
    copies = copies_of(declared)
    assert copies[1:] == (
        Copy("backup", Duration(months=1)),
        Copy("wal", Duration(minutes=72 * 60)),
        Copy("replica", None),
    )
    assert [one.until(now) for one in copies] == [
        datetime(2026, 3, 4, tzinfo=UTC),
        datetime(2026, 3, 1, tzinfo=UTC),
        datetime(2026, 2, 3, 12, tzinfo=UTC),
        None,
    ]
