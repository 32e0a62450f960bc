"""A worker in this process, over an engine in memory: its lives, and what it does when something cannot be reached."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from engine.base.clock import FixedClock
from engine.base.errors import DependencyFailed
from engine.base.state.canonical import JsonValue
from engine.base.state.database import Database
from engine.base.state.tables import JobId, LeaseRow, WorkerRow
from engine.base.work.jobs import submit
from engine.base.work.running import Job, Runner
from engine.base.work.worker import Worker
from engine.base.work.workers import Pulse, Timing, find_dead
from tests.base.work.fake import FakeDurable, recorded
from tests.base.work.team import Team
from tests.contracts.durable import wait_for

TIMING = Timing(heartbeat=0.01, grace=10)


class Home:
    """One worker, whose sleep is where the engine makes its calls."""

    def __init__(self, team: Team) -> None:
        self.team = team
        self.durable = FakeDurable()
        self.worker = Worker(
            team.database,
            self.durable,
            {"count": lambda _job: "through"},
            timing=TIMING,
            ticks=team.hours.ticks,
            sleep=self.sleep,
        )

    def sleep(self, _seconds: float) -> None:
        self.durable.pump()

    def ask(self) -> JobId:
        with self.team.database.transaction() as session:
            return submit(session, "count", {})

    def rows(self) -> list[WorkerRow]:
        with self.team.database.snapshot() as session:
            return list(session.scalars(select(WorkerRow).order_by(WorkerRow.id)))


@pytest.fixture
def home(database: Database, clock: FixedClock) -> Home:
    return Home(Team(database, clock))


def test_it_works_until_it_need_not_and_leaves_nothing_behind(home: Home) -> None:
    job_id = home.ask()
    home.worker.run(lambda: home.team.job(job_id).state == "done")
    (row,) = home.rows()
    assert (row.ending, row.term) == ("stopped", 1)
    assert home.durable.executor == ""
    with home.team.database.snapshot() as session:
        assert session.scalars(select(LeaseRow.expires_at)).one() < home.team.clock.now()
    assert recorded(home.team.database) == ["worker_started", "leadership_taken", "worker_stopped"]


def test_asked_to_stop_it_ends(home: Home) -> None:
    home.worker.sleep = lambda _seconds: home.worker.stop()
    home.worker.run()
    home.worker.run()  # and does not begin again
    assert len(home.rows()) == 1


def test_held_to_be_dead_it_begins_anew(home: Home) -> None:
    def find() -> bool:
        with home.team.database.transaction() as session:
            return find_dead(session, -1.0) != []

    def declare_dead(_seconds: float) -> None:
        if len(home.rows()) > 1:
            home.worker.stop()
            return
        wait_for(find)  # not while it beats
        wait_for(lambda: not _pulses())

    home.worker.sleep = declare_dead
    home.worker.run()
    assert [row.ending for row in home.rows()] == ["dead", "stopped"]


def _pulses() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name == "reeve-pulse"]


def test_what_cannot_be_reached_is_tried_again(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    job_id, dispatch, failures = home.ask(), home.durable.dispatch, [0, 0]

    def fail_once(*arguments: object) -> None:
        failures[0] += 1
        if failures[0] == 1:
            raise DependencyFailed("not now")
        dispatch(*arguments)  # type: ignore[arg-type] # passed on

    write = Runner._write_end

    def fail_to_write(self: Runner, job: Job, how: str, outcome: JsonValue, failure: str, wait: float) -> JsonValue:
        failures[1] += 1
        if failures[1] == 1:
            raise DependencyFailed("not now")
        return write(self, job, how, outcome, failure, wait)

    monkeypatch.setattr(home.durable, "dispatch", fail_once)
    monkeypatch.setattr(Runner, "_write_end", fail_to_write)
    monkeypatch.setattr("engine.base.work.running._AGAIN_SECONDS", 0.001)
    home.worker.run(lambda: home.team.job(job_id).state == "done")
    assert failures == [2, 2]
    assert home.team.job(job_id).epoch == 1


def test_an_engine_that_does_not_start_is_reported(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_executor: str) -> None:
        raise DependencyFailed("the engine does not start")

    monkeypatch.setattr(home.durable, "launch", refuse)
    with pytest.raises(DependencyFailed, match="does not start"):
        home.worker.run()
    assert [row.ending for row in home.rows()] == ["stopped"]


def test_a_pulse_outlasts_failures_and_ends_when_told() -> None:
    calls: list[int] = []

    def call() -> bool:
        calls.append(1)
        if len(calls) < 3:
            raise DependencyFailed("not now")
        return len(calls) < 5

    pulse = Pulse(0.001, call)
    pulse.start()
    wait_for(lambda: not _pulses())
    pulse.stop()
    assert len(calls) == 5
