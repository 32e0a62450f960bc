"""Leadership: who leads, what it does for the dead, and that a leader that slept does nothing."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from engine.base.clock import FixedClock
from engine.base.errors import BadInput, DependencyFailed, IntegrityViolated
from engine.base.state.canonical import JsonValue
from engine.base.state.database import Database, StateUnavailable
from engine.base.state.tables import JobId
from engine.base.work.jobs import submit
from engine.base.work.running import MAX_DEATHS, Job
from engine.base.work.workers import Process, Timing, find_dead, register_worker, stop_worker
from tests.base.work.fake import recorded
from tests.base.work.team import TIMING, Team


@pytest.fixture
def team(database: Database, clock: FixedClock) -> Team:
    return Team(database, clock)


def through(_job: Job) -> JsonValue:
    return "through"


KINDS = {"count": through}


def ask(team: Team) -> JobId:
    with team.database.transaction() as session:
        return submit(session, "count", {})


def test_one_leads_and_another_follows_when_it_dies(team: Team) -> None:
    one, other = team.join(KINDS), team.join(KINDS)
    assert (one.leader.turn(), other.leader.turn()) == (True, False)
    for _ in range(20):
        team.pass_by(10, one, other)
        assert (one.leader.turn(), other.leader.turn()) == (True, False)
    team.pass_by(29, other)
    assert not other.leader.turn()
    team.pass_by(2, other)
    assert other.leader.turn()
    assert not one.leader.leads
    assert (team.worker(one).ending, team.worker(other).term) == ("dead", 2)
    assert not one.beat()  # it is told when it wakes
    assert not one.leader.turn()
    assert recorded(team.database) == [
        "worker_started",
        "worker_started",
        "leadership_taken",
        "leadership_taken",
        "worker_found_dead",
    ]


def test_a_leader_that_resigns_is_followed_at_once(team: Team) -> None:
    one, other = team.join(), team.join()
    assert one.leader.turn()
    one.leader.resign()
    assert other.leader.turn()
    assert not one.leader.turn()


def test_a_leader_that_slept_does_nothing_when_it_wakes(team: Team) -> None:
    """It woke in the middle of a turn, behind the look at its lease: the fence in the transaction stops it."""
    one, other = team.join(KINDS), team.join(KINDS)
    assert one.leader.turn()
    job_id = ask(team)
    lease = one.leader._lease
    assert lease is not None
    team.pass_by(31, other)
    assert other.leader.turn()
    lease._until = (team.clock.now().replace(year=2099), 1e12)  # its own clocks tell it nothing
    dispatched = len(team.records)
    assert not one.leader.turn()
    assert len(team.records) == dispatched
    assert team.job(job_id).attempt == 1


def test_one_that_was_held_to_be_dead_takes_no_lead_when_it_wakes(team: Team) -> None:
    """Not even where nobody leads: others know its id as that of a dead one."""
    sleeper, other = team.join(KINDS), team.join(KINDS)
    team.pass_by(31, other)
    assert other.leader.turn()
    other.leader.resign()
    assert not sleeper.leader.turn()
    assert (team.worker(sleeper).ending, team.worker(sleeper).term) == ("dead", 0)
    assert other.leader.turn()  # at once: the lead was let go


def test_a_leader_that_was_held_to_be_dead_leaves_its_own_work_to_others(team: Team) -> None:
    """It had gone on leading, for its lease had been renewed later than it had last said that it lived."""
    sleeper, other = team.join(KINDS), team.join(KINDS)
    job_id = ask(team)
    assert sleeper.leader.turn()
    sleeper.durable.begin()
    team.pass_by(20, other)
    assert sleeper.leader.turn()
    team.pass_by(15, other)
    with team.database.transaction() as session:
        assert find_dead(session, TIMING.dead_after) == [sleeper.id]
    assert not sleeper.leader.turn()
    assert other.leader.turn()
    other.durable.pump()
    assert (team.job(job_id).state, team.job(job_id).worker_id) == ("done", other.id)


@pytest.mark.parametrize(
    "error",
    [BadInput("odd"), DependencyFailed("away"), IntegrityViolated("changed"), RuntimeError("a value of somebody")],
)
def test_a_chore_that_fails_keeps_nothing_and_holds_nothing_up(
    team: Team, caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    done: list[str] = []

    def before(_session: Session) -> None:
        done.append("before")

    def fails(session: Session) -> None:
        submit(session, "count", {})
        done.append("fails")
        raise error

    def after(_session: Session) -> None:
        done.append("after")

    leader = team.join(KINDS, chores=(before, fails, after))
    job_id = ask(team)
    assert leader.leader.turn()
    assert leader.durable.pump() == ["done"]
    assert [job.id for job in team.jobs()] == [job_id]
    said = caplog.records[-1].getMessage()
    assert "fails failed, and is tried again in 60 s" in said
    assert "somebody" not in said
    team.pass_by(59, leader)
    assert leader.leader.turn()
    assert done == ["before", "fails", "after", "before", "after"]
    team.pass_by(1, leader)
    assert leader.leader.turn()
    assert done[-3:] == ["before", "fails", "after"]


def test_a_chore_that_cannot_reach_the_state_is_tried_again_in_the_next_turn(team: Team) -> None:
    answers = iter([StateUnavailable("away"), None])

    def asks(_session: Session) -> None:
        answer = next(answers)
        if answer is not None:
            raise answer

    leader = team.join(chores=(asks,))
    with pytest.raises(StateUnavailable, match="away"):
        leader.leader.turn()
    assert leader.leader.turn()
    assert next(answers, "asked twice") == "asked twice"


def test_what_a_dead_worker_ran_is_adopted_within_a_minute(team: Team) -> None:
    leader, victim = team.join(KINDS), team.join(KINDS)
    job_id, never_begun = ask(team), ask(team)
    leader.leader.turn()
    victim.durable.begin()
    with team.database.transaction() as session:
        assert victim.runner._begin(session, job_id, 1) is not None  # and there it dies
    assert team.job(job_id).worker_id == victim.id
    started = team.clock.now()
    while team.job(job_id).state != "done" or team.job(never_begun).state != "done":
        team.pass_by(5, leader)
        leader.leader.turn()
        leader.durable.pump()
        assert (team.clock.now() - started).total_seconds() < 60
    row = team.job(job_id)
    assert (row.worker_id, row.epoch, row.deaths, row.outcome) == (leader.id, 2, 1, "through")
    assert team.job(never_begun).deaths == 0
    assert recorded(team.database)[-2:] == ["worker_found_dead", "job_adopted"]


def test_a_job_that_kills_its_workers_fails_in_the_end(team: Team) -> None:
    job_id = ask(team)
    leader = team.join(KINDS)
    for _ in range(MAX_DEATHS + 1):
        leader.leader.turn()
        victim = team.join(KINDS)
        victim.durable.begin()
        with team.database.transaction() as session:
            assert victim.runner._begin(session, job_id, 1) is not None
        team.pass_by(40, leader)
        leader.leader.turn()
    leader.durable.pump()
    assert (team.job(job_id).state, team.job(job_id).failure) == ("failed", "worker_died")


def test_what_the_engine_lost_is_dispatched_anew(team: Team) -> None:
    leader, job_id = team.join(KINDS), ask(team)
    leader.leader.turn()
    team.records.clear()  # its file is gone
    team.pass_by(20, leader)
    leader.leader.turn()
    leader.leader.turn()
    assert leader.durable.pump() == ["done"]
    assert team.job(job_id).state == "done"


def test_what_the_engine_took_for_ended_is_dispatched_anew(team: Team) -> None:
    """A worker that was found dead took it, noticed, and did not begin."""
    leader, victim = team.join(KINDS), team.join(KINDS)
    job_id = ask(team)
    leader.leader.turn()
    team.pass_by(31, leader)
    leader.leader.turn()
    assert victim.durable.pump() == ["stale"]
    assert team.job(job_id).state == "queued"
    team.pass_by(20, leader)
    leader.leader.turn()
    leader.leader.turn()
    assert leader.durable.pump() == ["done"]


def test_a_crash_between_the_engines_record_and_ours_dispatches_once(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    leader, job_id = team.join(KINDS), ask(team)
    dispatch = leader.durable.dispatch

    def crash(*arguments: object) -> None:
        dispatch(*arguments)  # type: ignore[arg-type] # passed on
        raise ZeroDivisionError

    monkeypatch.setattr(leader.durable, "dispatch", crash)
    with pytest.raises(ZeroDivisionError):
        leader.leader.turn()
    monkeypatch.undo()
    leader.leader.turn()
    assert leader.durable.pump() == ["done"]
    assert leader.durable.pump() == []
    assert team.job(job_id).epoch == 1


def test_the_dead_are_found_by_silence_or_by_their_process(team: Team) -> None:
    with team.database.transaction() as session:
        this = register_worker(session, Process.this())
        reused = register_worker(session, Process(Process.this().host, 1, "123456789"))
        gone = register_worker(session, Process(Process.this().host, 2**22 + 1, "1"))
        elsewhere = register_worker(session, Process("elsewhere", 2**22 + 1, "1"))
        stopped = register_worker(session, Process("elsewhere", 1, "1"))
        stop_worker(session, stopped)
    with team.database.transaction() as session:
        assert set(find_dead(session, Timing().dead_after)) == {reused, gone}
        assert find_dead(session, Timing().dead_after) == []
    team.hours.pass_by(30)
    with team.database.transaction() as session:
        assert set(find_dead(session, Timing().dead_after)) == {this, elsewhere}
        stop_worker(session, elsewhere)  # changes nothing any more
    assert recorded(team.database).count("worker_found_dead") == 4
    assert recorded(team.database).count("worker_stopped") == 1
