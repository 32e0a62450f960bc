"""Sweeps as jobs: a schedule plans, a standing approval lets it run, and whatever is beyond that waits for a person."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.base.state.canonical import JsonValue
from engine.base.state.context import context_of
from engine.base.state.tables import ApprovalRow, JobRow, PlanRow
from engine.base.work.cron import Quiet
from engine.base.work.jobs import submit
from engine.base.work.presence import Presence
from engine.base.work.running import Runner
from engine.base.work.schedules import DeclaredSchedule, keep_quiet, sync_schedules
from engine.governance.change.plan import Limits
from retention.work import SWEEP, SweepWork, run_approved, sweep_arguments
from tests.retention.house import House


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """With a state in either database."""
    house = House(tmp_path, state=request.getfixturevalue("fresh_postgres") if request.param == "postgresql" else "")
    house.scan()
    yield house
    house.database.close()


def ask(house: House, schedule: str | None = "nightly") -> None:
    """As a schedule does; each time for another instant."""
    with house.database.transaction() as session:
        now = context_of(session).clock.now()
        arguments = sweep_arguments((), Limits(share=100))
        submit(session, SWEEP, arguments, schedule=schedule, expected_at=now if schedule else None)


def work(house: House) -> list[JsonValue]:
    """Do what is queued, until nothing is; what each job came to."""
    came: list[JsonValue] = []
    with Presence(house.database, runs_jobs=True) as presence:
        kinds = SweepWork(lambda: house.settings).kinds()
        runner = Runner(house.database, presence.id, kinds, presence.leases)
        while True:
            with house.database.snapshot() as session:
                row = session.scalars(select(JobRow).where(JobRow.state == "queued").order_by(JobRow.id)).first()
            if row is None:
                return came
            runner({"job": str(row.id), "attempt": row.attempt})
            with house.database.snapshot() as session:
                done = session.scalars(select(JobRow).where(JobRow.id == row.id)).one()
                assert (done.state, done.failure) == ("done", "")
                assert isinstance(done.outcome, dict)
                came.append({name: value for name, value in done.outcome.items() if name != "results"})


def fails_once(house: House, failure: str) -> None:
    """A plan is asked for, its job fails, and it is not asked for again."""
    with house.database.transaction() as session:
        run_approved(session)
    with pytest.raises(AssertionError, match=failure):
        work(house)
    with house.database.transaction() as session:
        run_approved(session)
    assert work(house) == []


def plans(house: House) -> list[str]:
    with house.database.snapshot() as session:
        return list(session.scalars(select(PlanRow.state).order_by(PlanRow.id)))


def test_what_a_standing_approval_covers_is_done_at_night(house: House) -> None:
    house.approve_standing(rows=20)
    ask(house)
    first, second = work(house)
    assert first == {"planned": 1, "started": 1}
    assert isinstance(second, dict)
    assert second["state"] == "done"
    assert house.ids() == []
    ask(house)
    assert work(house) == [{"nothing_due": 1}]


def test_what_a_worker_left_that_died_before_it_asked_is_done(house: House) -> None:
    house.approve_standing(rows=20)
    house.planned(schedule="nightly", limits=Limits(share=100))
    for _ in range(2):
        with house.database.transaction() as session:
            run_approved(session)
    (outcome,) = work(house)
    assert isinstance(outcome, dict)
    assert (outcome["state"], house.ids()) == ("done", [])


def test_a_standing_approval_that_was_changed_fails_one_job_and_holds_nothing_up(house: House) -> None:
    house.approve_standing(rows=19)
    house.planned(schedule="nightly", limits=Limits(share=100))
    with house.database.transaction() as session:
        row = session.scalars(select(ApprovalRow)).one()
        row.signed = row.signed.replace(b'"rows":19', b'"rows":20')
    fails_once(house, "integrity")
    assert (plans(house), len(house.ids())) == (["made"], 20)


@pytest.mark.parametrize("by_schedule", [True, False])
def test_a_plan_of_a_schedule_keeps_its_quiet_hours(house: House, *, by_schedule: bool) -> None:
    """A person's own plan does not, though approved at the same time."""
    house.approve_standing(rows=20)
    quiet = DeclaredSchedule("nightly", SWEEP, cron="0 3 * * *", zone="UTC", quiet=(Quiet.parse("00:00", "23:59"),))
    with house.database.transaction() as session:
        sync_schedules(session, [quiet])
    planned = house.planned(schedule="nightly" if by_schedule else "", limits=Limits(share=100))
    if not by_schedule:
        house.approve(planned.plan_id)
    with house.database.transaction() as session:
        run_approved(session)
        keep_quiet(session)
    assert len(work(house)) == (not by_schedule)
    assert len(house.ids()) == (20 if by_schedule else 0)


@pytest.mark.parametrize("rows", [0, 19])
def test_what_is_beyond_it_waits_for_a_person(house: House, rows: int) -> None:
    if rows:
        house.approve_standing(rows)
    ask(house)
    assert work(house) == [{"planned": 1, "started": 0}]
    assert (plans(house), len(house.ids())) == (["made"], 20)
    ask(house)
    assert work(house) == [{"underway": 1}], "whoever is about to sign it finds it"


def test_a_standing_approval_is_for_schedules_only(house: House) -> None:
    house.approve_standing(rows=20)
    ask(house, schedule=None)
    assert work(house) == [{"planned": 1, "started": 0}]


def test_a_standing_approval_ends_with_the_policies_that_it_was_given_over(house: House) -> None:
    house.approve_standing(rows=20)
    file = house.folder / "policies.yaml"
    file.write_text(file.read_text().replace("P2Y", "P1Y"))
    ask(house)
    assert work(house) == [{"planned": 1, "started": 0}]


def test_an_approval_is_enough_to_have_a_plan_run(house: House) -> None:
    planned = house.planned()
    house.approve(planned.plan_id)
    for _ in range(2):
        with house.database.transaction() as session:
            run_approved(session)
    (outcome,) = work(house)
    assert isinstance(outcome, dict)
    assert outcome["state"] == "done"
    with house.database.transaction() as session:
        run_approved(session)
    assert work(house) == []


def test_a_plan_that_a_run_refused_is_not_tried_again_and_again(house: House) -> None:
    planned = house.planned()
    house.approve(planned.plan_id)
    config = house.folder / "reeve.yaml"
    whole = config.read_text()
    config.write_text(whole.replace("    write: {url: sqlite:///shop.db}\n", ""))
    fails_once(house, "config")
    config.write_text(whole)
    assert house.carry_out(planned.plan_id).state == "done"
