"""Jobs: asked for once, paused, resumed, cancelled, failed; what a call that lost its job may still do."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread

import pytest
from sqlalchemy import update

from engine.base.actors import ActorKind, register
from engine.base.clock import FixedClock
from engine.base.errors import BadInput, NotFound
from engine.base.ids import new_id
from engine.base.state.canonical import JsonValue
from engine.base.state.context import context_of
from engine.base.state.database import Database, StateUnavailable
from engine.base.state.tables import JobId, JobRow
from engine.base.work.jobs import request_cancel, request_pause, request_resume, submit
from engine.base.work.leases import LeaseLost
from engine.base.work.running import STATE_SECONDS, Job, JobStopped, Stop, Work
from tests.base.work.fake import recorded
from tests.base.work.team import Member, Team

CANARY = "maria.lopez@example.org"


@pytest.fixture
def team(database: Database, clock: FixedClock) -> Team:
    return Team(database, clock)


def ask(team: Team, kind: str = "count", key: str = "") -> JobId:
    with team.database.transaction() as session:
        return submit(session, kind, {"store": "crm"}, key=key)


def request(team: Team, what: Callable[..., None], job_id: JobId) -> None:
    with team.database.transaction() as session:
        what(session, job_id)


def worker(team: Team, work: Work) -> Member:
    member = team.join({"count": work})
    assert member.leader.turn()
    return member


def test_a_job_is_done_and_says_what_came_of_it(team: Team) -> None:
    member, job_id = worker(team, lambda job: {"rows": 3, "told": job.arguments["store"]}), ask(team)
    assert team.job(job_id).state == "queued"
    member.leader.turn()
    assert member.durable.pump() == ["done"]
    row = team.job(job_id)
    assert (row.state, row.outcome, row.failure, row.epoch) == ("done", {"rows": 3, "told": "crm"}, "", 1)
    assert row.worker_id == member.id
    assert row.ended_at == team.clock.now()
    member.leader.turn()
    assert member.durable.pump() == []


def test_one_key_is_one_job(team: Team) -> None:
    assert ask(team, key="nightly/1") == ask(team, key="nightly/1")
    assert ask(team) != ask(team)
    assert len(team.jobs()) == 3


def test_errors_become_failures_without_their_text(team: Team, caplog: pytest.LogCaptureFixture) -> None:
    def fail(job: Job) -> JsonValue:
        raise ValueError(CANARY) if job.arguments["store"] == "crm" else AssertionError

    def refuse(job: Job) -> JsonValue:
        raise NotFound("there is no such store")

    member = team.join({"count": fail, "other": refuse})
    ids = [ask(team, kind) for kind in ("count", "other", "nobody-knows")]
    member.leader.turn()
    member.durable.pump()
    rows = [team.job(one) for one in ids]
    assert [(row.state, row.failure) for row in rows] == [
        ("failed", "ValueError"),
        ("failed", "not_found"),
        ("failed", "unknown_kind"),
    ]
    assert recorded(team.database).count("job_failed") == 3
    assert CANARY not in caplog.text
    assert "Traceback" not in caplog.text
    request(team, request_resume, ids[0])  # failed work can be tried again
    assert (team.job(ids[0]).state, team.job(ids[0]).attempt) == ("queued", 2)


def test_a_job_that_could_not_reach_the_state_is_called_again(team: Team) -> None:
    answers = iter([StateUnavailable("the state database did not do its part (57P01)"), None])

    def work(_job: Job) -> JsonValue:
        answer = next(answers)
        if answer is not None:
            raise answer
        return "through"

    member = team.join({"count": work})
    job_id = ask(team)
    member.leader.turn()
    assert member.durable.pump() == ["deferred"]
    assert (team.job(job_id).state, team.job(job_id).failure) == ("queued", "")
    team.pass_by(STATE_SECONDS - 1, member)
    member.leader.turn()
    assert member.durable.pump() == []
    team.pass_by(1, member)
    member.leader.turn()
    assert member.durable.pump() == ["done"]
    assert (team.job(job_id).outcome, team.job(job_id).deaths) == ("through", 0)
    assert "job_failed" not in recorded(team.database)


def test_paused_before_it_began(team: Team) -> None:
    member, job_id = worker(team, lambda _job: None), ask(team)
    member.leader.turn()
    request(team, request_pause, job_id)
    assert team.job(job_id).state == "paused"
    assert member.durable.pump() == ["stale"]
    request(team, request_pause, job_id)
    request(team, request_resume, job_id)
    request(team, request_resume, job_id)  # again changes nothing
    member.leader.turn()
    assert member.durable.pump() == ["done"]
    assert recorded(team.database)[-2:] == ["job_paused", "job_resumed"]


@pytest.mark.parametrize(
    ("ask_for", "stop", "state", "event"),
    [
        (request_pause, Stop.PAUSE, "paused", "job_paused"),
        (request_cancel, Stop.CANCEL, "cancelled", "job_cancelled"),
    ],
)
def test_a_running_job_stops_where_it_can_and_goes_on_when_told(
    team: Team, ask_for: Callable[..., None], stop: Stop, state: str, event: str
) -> None:
    calls: list[str] = []

    def count(job: Job) -> JsonValue:
        calls.append("called")
        job.stop_point()
        if len(calls) == 1:
            request(team, ask_for, job.id)
            assert job.should_stop() == stop
            assert team.job(job.id).state == "running"
            job.stop_point()
            raise AssertionError
        return "through"

    member, job_id = worker(team, count), ask(team)
    member.leader.turn()
    assert member.durable.pump() == [stop]
    assert team.job(job_id).state == state
    assert recorded(team.database)[-1] == event
    request(team, request_resume, job_id)
    member.leader.turn()
    assert member.durable.pump() == ["done"]
    assert team.job(job_id).outcome == "through"
    assert calls == ["called", "called"]
    for what in (request_pause, request_resume, request_cancel):
        with pytest.raises(BadInput):
            request(team, what, job_id)


def test_a_pause_taken_back_in_time_does_nothing(team: Team) -> None:
    def count(job: Job) -> JsonValue:
        request(team, request_pause, job.id)
        request(team, request_resume, job.id)
        job.stop_point()
        request(team, request_cancel, job.id)
        with pytest.raises(BadInput):
            request(team, request_resume, job.id)
        with pytest.raises(BadInput):
            request(team, request_pause, job.id)
        return "finished before it looked"

    member, job_id = worker(team, count), ask(team)
    member.leader.turn()
    assert member.durable.pump() == ["done"]
    assert (team.job(job_id).state, team.job(job_id).requested) == ("done", "")


def test_cancelled_before_it_began(team: Team) -> None:
    member, job_id = worker(team, lambda _job: None), ask(team)
    request(team, request_cancel, job_id)
    request(team, request_cancel, job_id)
    member.leader.turn()
    assert member.durable.pump() == []
    assert team.job(job_id).state == "cancelled"


def test_a_worker_that_leaves_hands_over(team: Team) -> None:
    begun, seen = Event(), []

    def count(job: Job) -> JsonValue:
        begun.set()
        while job.should_stop() is None:
            pass
        seen.append(job.should_stop())
        job.stop_point()
        return None

    member, job_id = worker(team, count), ask(team)
    other = team.join({"count": lambda _job: "through"})
    member.leader.turn()
    thread = Thread(target=member.durable.pump)
    thread.start()
    assert begun.wait(30)
    assert member.runner.leave(30)
    thread.join()
    assert seen == [Stop.HANDOVER]
    assert (team.job(job_id).state, team.job(job_id).attempt) == ("queued", 2)
    member.leader.turn()
    assert member.durable.begin() != []  # the one that left may still take it: it does not begin it
    member.durable.adopt([])
    for key in list(team.records):
        member.durable.resume(key)
    assert member.durable.pump()[-1] == "stale"
    other.durable.resume(f"{job_id}/2")
    assert other.durable.pump() == ["done"]


def test_a_call_that_lost_its_job_writes_nothing(team: Team) -> None:
    """The older of two calls finds out wherever it looks: at its next step, in its next transaction, at its end."""

    def count(job: Job) -> JsonValue:
        with team.database.transaction() as session:
            job.check(session)
            session.execute(update(JobRow).values(epoch=JobRow.epoch + 1))  # what another worker does
        assert job.should_stop() == Stop.LOST
        with pytest.raises(JobStopped):
            job.stop_point()
        with pytest.raises(LeaseLost), team.database.transaction() as session:
            job.check(session)
        return "must not be written"

    member, job_id = worker(team, count), ask(team)
    member.leader.turn()
    assert member.durable.pump() == [Stop.LOST]
    row = team.job(job_id)
    assert (row.state, row.outcome, row.epoch) == ("running", None, 2)


def test_a_second_delivery_to_a_living_worker_is_stale(team: Team) -> None:
    def count(job: Job) -> JsonValue:
        key = f"{job.id}/1"
        for one in (member, other):  # a leader that slept has it delivered again
            one.durable.resume(key)
            assert one.durable.pump() == ["running" if one is member else "stale"]
        return "through"

    member, job_id = worker(team, count), ask(team)
    other = team.join({"count": lambda _job: "by the other"})
    member.leader.turn()
    assert member.durable.pump() == ["done"]
    assert team.job(job_id).outcome == "through"


def test_a_job_runs_in_the_name_of_who_asked(team: Team) -> None:
    with team.database.transaction() as session:
        asker = register(session, ActorKind.SERVICE, "backend").id
        submit(session, "count", {}, actor_id=asker)
    acting = []

    def count(job: Job) -> JsonValue:
        with job.database.snapshot() as session:
            acting.append(context_of(session).actor_id)
        return None

    member = worker(team, count)
    member.durable.pump()
    assert acting == [asker]


def test_arguments_and_ids_are_checked(team: Team) -> None:
    with team.database.transaction() as session:
        with pytest.raises(BadInput) as caught:
            submit(session, "count", {"to": CANARY})
        assert CANARY not in str(caught.value)
        for what in (request_pause, request_resume, request_cancel):
            with pytest.raises(NotFound):
                what(session, JobId(new_id()))
