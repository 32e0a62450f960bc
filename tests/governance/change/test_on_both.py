"""Plans over a state on SQLite and on PostgreSQL: what rests on its locks and transactions."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from engine.base.clock import FixedClock
from engine.base.ids import PlanId
from engine.base.keys.keyring import KeyDestroyed
from engine.base.state.database import Database
from engine.base.work.jobs import locked
from engine.base.work.leases import LeaseLost
from engine.governance.change import steering
from engine.governance.change.applying import Ran
from engine.governance.change.effect import LeftOut, Reason
from engine.governance.change.errors import OutcomePending, PlanTaken
from engine.governance.change.following import Followed, follow
from engine.governance.change.kept import keys_of, plan_of
from engine.governance.change.plan import Limits
from tests.base.actors.people import holds, recorded
from tests.governance.change.world import POINTS, Approver, Fault, People, PeopleEffect, PeopleRows, World, everything


@pytest.fixture
def state(database: Database) -> Database:
    """On both."""
    return database


def test_a_plan_is_made_approved_run_verified_and_recorded(world: World, approver: Approver) -> None:
    plan_id = world.plan()
    assert world.run(plan_id) == Ran("made", "not_approved")
    assert world.people.deletions() == []
    approver.approve(plan_id)
    assert world.run(plan_id) == Ran("done")
    assert world.people.deletions() == everything()
    assert world.run(plan_id) == Ran("done")  # again: nothing
    (made,) = recorded(world.database, "plan.made")
    assert (made["rows"], made["batches"]) == ([7, 14], 3)
    (approved,) = recorded(world.database, "plan.approved")
    assert (approved["root"], approved["kind"]) == (made["root"], "plan")
    assert [one["batch"] for one in recorded(world.database, "plan.batch_begun")] == [0, 1, 2]
    assert [one["done"] for one in recorded(world.database, "plan.batch_done")] == [[3, 6], [3, 6], [1, 2]]
    (ended,) = recorded(world.database, "plan.ended")
    assert (ended["outcome"], ended["done"], ended["batches_verified"]) == ("done", [7, 14], 3)
    assert world.open_batches() == []
    assert world.closed_batches() == [(0, "done"), (1, "done"), (2, "done")]


def test_keys_of_rows_stand_nowhere_in_clear_and_are_forgotten_when_it_ends(
    database: Database, tmp_path: Path, approver: Approver
) -> None:
    people = People(tmp_path / "canary.db")
    people.fill(0)
    canaries = ["8273645091827", "7364509182734"]
    for canary in canaries:
        people.change(f"INSERT INTO person (id) VALUES ({canary})")
    world = World(database, people)
    kept = (LeftOut(0, ("canary-key-4711",), Reason.HELD, "hold"),)
    plan_id = world.plan(rows=PeopleRows(people, 3, kept))
    approver.approve(plan_id)
    with database.snapshot() as session:
        assert keys_of(session, plan_of(session, plan_id), 0)[0] == ((int(canaries[1]),), (int(canaries[0]),))
    assert world.run(plan_id) == Ran("done")
    assert holds(database, *canaries, "canary-key-4711") == []
    with database.snapshot() as session, pytest.raises(KeyDestroyed):
        keys_of(session, plan_of(session, plan_id), 0)


@pytest.mark.parametrize(("point", "batch"), [*((point, 0) for point in POINTS), ("committed", 2)])
def test_broken_off_anywhere_each_row_goes_once(world: World, plan_id: PlanId, point: str, batch: int) -> None:
    def tap(where: str, number: int) -> None:
        if (where, number) == (point, batch):
            raise Fault

    world.tap = tap
    with pytest.raises(Fault):
        world.run(plan_id)
    world.tap = lambda _where, _number: None
    assert world.run(plan_id) == Ran("done")
    assert world.people.deletions() == everything()
    (ended,) = recorded(world.database, "plan.ended")
    assert (ended["done"], ended["roots_left"], ended["found"]) == ([7, 14], 0, 0)
    resolved = [one["resolved"] for one in recorded(world.database, "plan.batch_done")]
    assert sum(resolved) == (0 if point != "committed" else 9 if batch == 0 else 3)
    assert world.open_batches() == []


def test_one_that_lost_its_lease_in_the_middle_does_nothing_when_it_wakes(
    world: World, plan_id: PlanId, clock: FixedClock
) -> None:
    """It is stopped before its COMMIT; another takes the plan over, and has to wait for its session."""
    ran: list[Ran] = []

    class Frozen(PeopleEffect):
        def end_session(self, session: str) -> bool:
            return bool(ran)

    def tap(where: str, number: int) -> None:
        if (where, number) == ("changed", 1):
            clock.instant += timedelta(seconds=40)
            with pytest.raises(OutcomePending):
                world.applier(Frozen(world.people, clock)).run(plan_id)

    world.tap = tap
    with pytest.raises(LeaseLost):
        world.run(plan_id)
    assert world.people.ids() == [4, 5, 6, 7]
    ran.append(Ran(""))
    world.tap = lambda _where, _number: None
    clock.instant += timedelta(seconds=40)
    assert world.run(plan_id) == Ran("done")
    assert world.people.deletions() == everything()


def test_a_batch_is_done_by_one_of_two(world: World, plan_id: PlanId) -> None:
    other: list[Exception] = []

    def tap(where: str, number: int) -> None:
        if (where, number) == ("changed", 0):
            try:
                world.applier(PeopleEffect(world.people, world.clock)).run(plan_id)
            except PlanTaken as exc:
                other.append(exc)

    world.tap = tap
    assert world.run(plan_id) == Ran("done")
    assert len(other) == 1
    assert world.people.deletions() == everything()


def test_too_many_left_out_stops_until_a_person_approved_once_more(
    world: World, approver: Approver, clock: FixedClock
) -> None:
    plan_id = world.plan(limits=Limits(share=100, shrink=20))
    approver.approve(plan_id)
    world.people.change("UPDATE person SET closed = 0 WHERE id IN (1, 2)")
    assert world.run(plan_id) == Ran("stopped", "shrunk")
    assert world.run(plan_id) == Ran("stopped", "shrunk")
    assert world.people.ids() == [1, 2, 4, 5, 6, 7]
    (stopped,) = recorded(world.database, "plan.stopped")
    assert (stopped["left"], stopped["batches_done"]) == (2, 1)
    clock.instant += timedelta(minutes=1)
    approver.approve(plan_id)
    assert world.run(plan_id) == Ran("complete_with_exceptions")
    assert world.people.ids() == [1, 2]


def test_steered_and_followed(world: World, approver: Approver) -> None:
    plan_id = world.plan()
    approver.approve(plan_id)
    seen: list[Followed] = []

    def steer(deed: Callable[[Session, PlanId], object]) -> None:
        with world.database.transaction() as session:
            deed(session, plan_id)
            session.flush()
            seen.append(follow(session, plan_id))

    for deed in (steering.start, steering.pause, steering.resume, steering.cancel):
        steer(deed)
    assert [one.run.state for one in seen if one.run is not None] == ["queued", "paused", "queued", "cancelled"]
    assert [one.live for one in seen] == [True, False, True, False]
    assert world.row(plan_id).state == "cancelled"


@pytest.mark.parametrize("unbound_database", ["postgresql"], indirect=True)
def test_cancelling_and_running_do_not_wait_for_one_another_for_ever(world: World, approver: Approver) -> None:
    """Whoever runs a plan locks its job and then the plan; whoever cancels it does so in the same order."""
    plan_id = world.plan()
    approver.approve(plan_id)
    with world.database.transaction() as session:
        job_id = steering.start(session, plan_id)

    def cancel() -> None:
        with world.database.transaction() as session:
            steering.cancel(session, plan_id)

    waits = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    other = threading.Thread(target=cancel, daemon=True)
    with world.database.transaction() as session:
        locked(session, job_id)
        other.start()
        deadline = time.monotonic() + 30
        waiting = 0
        while not waiting and time.monotonic() < deadline:
            with world.database.snapshot() as looking:
                waiting = looking.execute(waits).scalar_one()
        assert waiting == 1
        assert plan_of(session, plan_id, lock=True).state == "approved"
    other.join(30)
    assert (other.is_alive(), world.row(plan_id).state) == (False, "cancelled")
