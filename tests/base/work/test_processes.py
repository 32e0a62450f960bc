"""Real workers: killed, stopped past their lease and woken, contending, and asked to stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from engine.base.clock import FixedClock, SystemClock
from engine.base.keys.local import LocalKeyring
from engine.base.state.context import Context, context_of
from engine.base.state.database import Database
from engine.base.state.tables import JobId, JobRow, ScheduleRow, WorkerRow
from engine.base.work.jobs import request_cancel, request_pause, request_resume, submit
from engine.base.work.schedules import DeclaredSchedule, sync_schedules
from tests.base.work.child import STEPS
from tests.base.work.fake import recorded
from tests.base.work.team import Team
from tests.contracts.durable import lines, wait_for

Start = Callable[[], subprocess.Popen[bytes]]


@pytest.fixture
def state(database: Database, keyring: LocalKeyring) -> Database:
    """The state, by the machine's clock as the processes see it."""
    context = database.context
    assert context is not None
    return database.bound(Context(context.tenant_id, keyring, SystemClock(), context.actor_id))


@pytest.fixture
def start(state: Database, keyring: LocalKeyring, tmp_path: Path) -> Iterator[Start]:
    context, children = state.context, list[subprocess.Popen[bytes]]()
    assert context is not None
    url = state.url.render_as_string(hide_password=False)
    told = [url, str(keyring.path), str(context.tenant_id), str(context.actor_id), str(tmp_path)]

    def one() -> subprocess.Popen[bytes]:
        children.append(subprocess.Popen([sys.executable, "-m", "tests.base.work.child", *told]))
        return children[-1]

    yield one
    for child in children:
        child.send_signal(signal.SIGCONT)
        child.kill()
        child.wait()


def team(state: Database) -> Team:
    """To look at rows."""
    return Team(state, FixedClock(SystemClock().now()))


def ask(state: Database) -> JobId:
    with state.transaction() as session:
        return submit(session, "count", {})


def is_in(state: Database, job_id: JobId, wanted: str) -> Callable[[], bool]:
    return lambda: team(state).job(job_id).state == wanted


def freeze(process: subprocess.Popen[bytes], folder: Path) -> None:
    """Have a process stop where it holds no lock: one that does keeps SQLite from everybody."""
    (folder / f"freeze-{process.pid}").touch()
    wait_for(lambda: Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "T")


def outlast(process: subprocess.Popen[bytes], state: Database) -> None:
    """Let the silence of a frozen process have lasted for an hour."""
    with state.transaction() as session:
        long_ago = context_of(session).clock.now() - timedelta(hours=1)
        session.execute(update(WorkerRow).where(WorkerRow.process == process.pid).values(heartbeat_at=long_ago))


def test_what_a_killed_worker_ran_goes_on_in_another(state: Database, start: Start, tmp_path: Path) -> None:
    victim, job_id = start(), ask(state)
    wait_for(lambda: len(lines(tmp_path / str(job_id))) == 3)
    other = start()
    wait_for(lambda: len(_working(state)) == 2)
    victim.kill()
    victim.wait()
    (tmp_path / "go").touch()
    wait_for(is_in(state, job_id, "done"))
    assert lines(tmp_path / str(job_id)) == [str(victim.pid)] * 3 + [str(other.pid)] * (STEPS - 3)
    row = team(state).job(job_id)
    assert (row.outcome, row.epoch, row.deaths) == ({"steps": STEPS}, 2, 1)
    told = recorded(state)
    assert told.index("worker_found_dead") < told.index("job_adopted")
    assert told.count("leadership_taken") >= 2


def test_a_worker_that_was_stopped_past_its_lease_writes_nothing_and_begins_anew(
    state: Database, start: Start, tmp_path: Path
) -> None:
    sleeper, job_id = start(), ask(state)
    wait_for(lambda: len(lines(tmp_path / str(job_id))) == 3)
    other = start()
    wait_for(lambda: len(_working(state)) == 2)
    freeze(sleeper, tmp_path)
    outlast(sleeper, state)
    wait_for(lambda: team(state).job(job_id).epoch == 2)  # the other one has it
    (tmp_path / "go").touch()
    sleeper.send_signal(signal.SIGCONT)
    wait_for(is_in(state, job_id, "done"))
    wait_for(lambda: sum(row.process == sleeper.pid for row in _workers(state)) == 2)  # under a new id
    noted = lines(tmp_path / str(job_id))
    assert noted == [str(sleeper.pid)] * 3 + [str(other.pid)] * (STEPS - 3)
    again = ask(state)
    wait_for(is_in(state, again, "done"))
    assert len(_working(state)) == 2
    assert [row.ending for row in _workers(state) if row.process == sleeper.pid] == ["dead", ""]


def test_of_workers_that_contend_each_schedule_fires_once(state: Database, start: Start, tmp_path: Path) -> None:
    (tmp_path / "go").touch()
    names = [f"schedule-{number}" for number in range(6)]
    with state.transaction() as session:
        sync_schedules(session, [DeclaredSchedule(name, "count", "0 0 1 1 *") for name in names])
        session.execute(update(ScheduleRow).values(next_at=context_of(session).clock.now()))
    victim, *_others = (start() for _ in range(3))
    wait_for(lambda: len(_jobs(state)) > 0)
    victim.kill()
    wait_for(lambda: len(_jobs(state)) == len(names) and all(row.state == "done" for row in _jobs(state)))
    assert sorted(row.schedule or "" for row in _jobs(state)) == names
    assert all(len(lines(tmp_path / str(row.id))) == STEPS for row in _jobs(state))
    assert recorded(state).count("schedule_fired") == len(names)


def test_a_worker_that_is_asked_to_stop_hands_over(state: Database, start: Start, tmp_path: Path) -> None:
    first, job_id = start(), ask(state)
    wait_for(lambda: len(lines(tmp_path / str(job_id))) == 3)
    first.send_signal(signal.SIGTERM)
    assert first.wait() == 0
    row = team(state).job(job_id)
    assert (row.state, row.attempt, row.deaths) == ("queued", 2, 0)
    assert [row.ending for row in _workers(state)] == ["stopped"]
    second = start()
    (tmp_path / "go").touch()
    wait_for(is_in(state, job_id, "done"))
    assert set(lines(tmp_path / str(job_id))) == {str(first.pid), str(second.pid)}


def test_pause_resume_and_cancel_reach_a_running_process(state: Database, start: Start, tmp_path: Path) -> None:
    process, job_id = start(), ask(state)
    wait_for(lambda: len(lines(tmp_path / str(job_id))) == 3)
    for request, reached in ((request_pause, "paused"), (request_resume, "running"), (request_cancel, "cancelled")):
        with state.transaction() as session:
            request(session, job_id)
        wait_for(is_in(state, job_id, reached))
    (tmp_path / "go").touch()
    other = ask(state)
    wait_for(is_in(state, other, "done"))
    assert len(lines(tmp_path / str(job_id))) == 3
    assert process.poll() is None
    os.kill(process.pid, signal.SIGTERM)
    assert process.wait() == 0


def _workers(state: Database) -> list[WorkerRow]:
    with state.snapshot() as session:
        return list(session.scalars(select(WorkerRow).order_by(WorkerRow.id)))


def _working(state: Database) -> list[WorkerRow]:
    return [row for row in _workers(state) if row.stopped_at is None]


def _jobs(state: Database) -> list[JobRow]:
    return team(state).jobs()
