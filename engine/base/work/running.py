"""Running a job: the handle that its function gets, and what is written before and after.

A function is called at least once, and may be called while an older call of it still runs on a machine that was held to be
dead. So it records its own progress, goes on from there, and calls ``job.check(session)`` in each of its transactions.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from engine.base.durable import Arguments
from engine.base.errors import DependencyFailed, ReeveError
from engine.base.state.canonical import JsonValue
from engine.base.state.context import context_of
from engine.base.state.database import Database, StateUnavailable
from engine.base.state.outbox import record
from engine.base.state.tables.work import JobId, JobRow, ScheduleRow, WorkerId
from engine.base.work.events import JobAdopted, JobCancelled, JobFailed, JobPaused
from engine.base.work.jobs import end, locked, requeue
from engine.base.work.leases import LeaseLost, Leases
from engine.base.work.workers import is_alive

MAX_DEATHS = 5
"""A job that took so many workers with it is not tried again: it fails as ``worker_died``."""
STATE_SECONDS = 10.0
"""How long a job waits that could not reach the state; then it is called again, as often as it takes."""
_AGAIN_SECONDS = 1.0
FUNCTION = "job"
"""The one name that workers register with the engine behind."""
_log = logging.getLogger("reeve.work")


class Stop(StrEnum):
    """Why a function should stop."""

    PAUSE = "pause"
    CANCEL = "cancel"
    HANDOVER = "handover"
    """This worker stops; the job goes on elsewhere."""
    LOST = "lost"
    """Another worker runs it now: write nothing more."""


class JobStopped(ReeveError):
    """Raised through a job's function so that it ends where it stands; what it recorded stays."""

    code = "job_stopped"

    def __init__(self, stop: Stop) -> None:
        super().__init__(f"the job was stopped ({stop})")
        self.stop = stop


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """What a function gets.

    Attributes:
        id, kind, arguments: of the job.
        epoch: of this call; the fence.
        worker_id: of who runs it.
        database: the state, bound to whoever asked for the job.
        leases: of the worker, which renews them: for slots of stores and other rights.
        schedule, expected_at: what it runs for; None when somebody asked.
    """

    id: JobId
    kind: str
    arguments: Arguments
    epoch: int
    worker_id: WorkerId
    database: Database
    leases: Leases
    schedule: str | None = None
    expected_at: datetime | None = None
    leaving: threading.Event = field(default_factory=threading.Event, repr=False)

    def should_stop(self) -> Stop | None:
        """Whether to stop now, and why: ask between steps. Reads one row.

        Raises:
            DependencyFailed: the state cannot be reached.
        """
        with self.database.snapshot() as session:
            row = session.get(JobRow, (context_of(session).tenant_id, self.id))
        if row is None or row.epoch != self.epoch or row.state != "running":
            return Stop.LOST
        if row.requested:
            return Stop.CANCEL if row.requested == "cancel" else Stop.PAUSE
        return Stop.HANDOVER if self.leaving.is_set() else None

    def stop_point(self) -> None:
        """A place where the function can end and be called again.

        Raises:
            JobStopped: it should stop; let it through.
        """
        stop = self.should_stop()
        if stop is not None:
            raise JobStopped(stop)

    def check(self, session: Session) -> None:
        """Make a transaction one that only this call can commit: the job's row is locked until it ends.

        Raises:
            LeaseLost: another worker runs the job; let it through.
        """
        fenced(session, self)


class JobDeferred(ReeveError):
    """Raised through a job's function that cannot run yet: it is called again after a while.

    Args:
        seconds: how long to wait at least.
    """

    code = "job_deferred"

    def __init__(self, seconds: float) -> None:
        super().__init__("the job cannot run yet")
        self.seconds = seconds


Work = Callable[[Job], JsonValue]
"""A function of jobs. It returns ids, counts and stable words; what it raises becomes the job's failure."""


class Runner:
    """Runs the jobs of one worker. Registered with the engine behind under ``FUNCTION``.

    Args:
        database: the state, bound to the worker's actor.
        worker_id: whose.
        kinds: the functions by kind.
        leases: of the worker.
    """

    def __init__(self, database: Database, worker_id: WorkerId, kinds: Mapping[str, Work], leases: Leases) -> None:
        self._database = database
        self._leases = leases
        self._worker_id = worker_id
        self._kinds = kinds
        self._leaving = threading.Event()
        self._idle = threading.Condition()
        self._active: set[JobId] = set()

    def __call__(self, arguments: Arguments) -> JsonValue:
        """Run the job ``{"job": id, "attempt": number}``, if it is still to be run; returns what became of it."""
        job_id = JobId(UUID(str(arguments["job"])))
        with self._idle:
            if job_id in self._active:
                return "running"
            self._active.add(job_id)
        try:
            with self._database.transaction() as session:
                job = self._begin(session, job_id, arguments["attempt"])
            return "stale" if job is None else self._run(job)
        finally:
            with self._idle:
                self._active.discard(job_id)
                self._idle.notify_all()

    def leave(self, grace: float) -> bool:
        """Ask all functions to stop, start none, and wait at most ``grace`` seconds; whether all have stopped."""
        self._leaving.set()
        with self._idle:
            return self._idle.wait_for(lambda: not self._active, grace)

    def _begin(self, session: Session, job_id: JobId, attempt: JsonValue) -> Job | None:
        row = locked(session, job_id)
        if row.attempt != attempt or row.state not in ("queued", "running"):
            return None
        if self._leaving.is_set() or not is_alive(session, self._worker_id):
            return None
        adopted, now = row.state == "running", context_of(session).clock.now()
        if adopted and row.worker_id is not None and row.worker_id != self._worker_id:
            if is_alive(session, row.worker_id):
                return None
            row.deaths += 1
        row.state, row.worker_id, row.started_at = "running", self._worker_id, row.started_at or now
        row.epoch += 1
        if row.deaths > MAX_DEATHS or row.kind not in self._kinds:
            self._fail(session, row, "worker_died" if row.kind in self._kinds else "unknown_kind")
            return None
        if adopted:
            record(session, JobAdopted(job=row.id, kind=row.kind, worker=self._worker_id, epoch=row.epoch))
        arguments = row.arguments if isinstance(row.arguments, dict) else {}
        database = self._database.bound(replace(context_of(session), actor_id=row.actor_id))
        return Job(
            row.id,
            row.kind,
            arguments,
            row.epoch,
            self._worker_id,
            database,
            self._leases,
            row.schedule,
            row.expected_at,
            self._leaving,
        )

    def _run(self, job: Job) -> JsonValue:
        try:
            job.stop_point()
            outcome = self._kinds[job.kind](job)
        except JobStopped as exc:
            return self._end(job, exc.stop.value)
        except LeaseLost:
            return Stop.LOST.value
        except (JobDeferred, StateUnavailable) as exc:
            return self._end(job, "deferred", wait=_wait(job, exc))
        except ReeveError as exc:
            return self._end(job, "failed", failure=exc.code)
        except Exception as exc:  # noqa: BLE001 - the outermost loop of work; texts of errors may quote data
            _log.error("work of kind %s ended in %s", job.kind, type(exc).__name__)
            return self._end(job, "failed", failure=type(exc).__name__)
        return self._end(job, "done", outcome=outcome)

    def _end(self, job: Job, how: str, *, outcome: JsonValue = None, failure: str = "", wait: float = 0) -> JsonValue:
        """Write how a call ended; nothing if the job is another's by now. Waits for a state that cannot be reached."""
        while True:
            try:
                return self._write_end(job, how, outcome, failure, wait)
            except DependencyFailed:
                if self._leaving.wait(_AGAIN_SECONDS):
                    raise  # the worker goes; the job is taken over from it

    def _write_end(self, job: Job, how: str, outcome: JsonValue, failure: str, wait: float) -> JsonValue:
        try:
            with self._database.transaction() as session:
                row = fenced(session, job)
                if how in (Stop.HANDOVER, "deferred") and row.requested:  # asked meanwhile
                    how = Stop.CANCEL if row.requested == "cancel" else Stop.PAUSE
                match how:
                    case Stop.PAUSE:
                        row.state, reason = "paused", row.requested or "pause"
                        event = JobPaused(job=row.id, kind=row.kind, reason="quiet" if reason == "quiet" else "asked")
                        row.requested = reason
                        record(session, event)
                    case Stop.CANCEL:
                        end(session, row, "cancelled")
                        record(session, JobCancelled(job=row.id, kind=row.kind))
                        _tell_schedule(session, row)
                    case Stop.HANDOVER:
                        requeue(row)
                    case "deferred":
                        requeue(row)
                        row.not_before = context_of(session).clock.now() + timedelta(seconds=wait)
                    case "failed":
                        self._fail(session, row, failure)
                    case "done":
                        row.outcome = outcome
                        end(session, row, "done")
                        _tell_schedule(session, row)
        except LeaseLost:
            return Stop.LOST.value
        return how

    def _fail(self, session: Session, row: JobRow, failure: str) -> None:
        row.failure = failure
        end(session, row, "failed")
        record(session, JobFailed(job=row.id, kind=row.kind, failure=failure))
        _tell_schedule(session, row)


def _wait(job: Job, error: JobDeferred | StateUnavailable) -> float:
    """Seconds until a job is called again."""
    if isinstance(error, JobDeferred):
        return error.seconds
    _log.warning("work of kind %s is called again: %s", job.kind, error.message)
    return STATE_SECONDS


def fenced(session: Session, job: Job) -> JobRow:
    """The job's row, locked.

    Raises:
        LeaseLost: this call of it is not the one that counts any more.
    """
    row = locked(session, job.id)
    if row.epoch != job.epoch or row.state != "running":
        raise LeaseLost("the job was taken over by another worker")
    return row


def _tell_schedule(session: Session, row: JobRow) -> None:
    """Note on a schedule how its last run ended."""
    if row.schedule is not None:
        mine = update(ScheduleRow).where(ScheduleRow.name == row.schedule, ScheduleRow.last_at == row.expected_at)
        session.execute(mine.values(last_outcome=row.state))
