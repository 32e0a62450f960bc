"""What one worker does for all: it finds the dead and takes over what they left, and dispatches what is due.

Each turn acts in transactions that the leader's lease guards. Calls to the engine behind cannot be guarded so; they are
idempotent by key, and a job that is called twice is fenced by its own epoch.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from engine.base.durable import Durable
from engine.base.errors import Interrupted, ReeveError
from engine.base.state.context import context_of
from engine.base.state.database import Database, StateUnavailable
from engine.base.state.outbox import record
from engine.base.state.tables.work import JobId, JobRow, WorkerId, WorkerRow
from engine.base.work.events import LeadershipTaken
from engine.base.work.jobs import locked
from engine.base.work.leases import Lease, LeaseLost, Leases, Ticks
from engine.base.work.running import FUNCTION
from engine.base.work.schedules import fire_due, keep_quiet
from engine.base.work.workers import Timing, find_dead, is_alive

LEASE = "leader"
KEEP = timedelta(days=7)
"""How long the engine behind remembers what has ended; our own tables keep it."""
Chore = Callable[[Session], object]
"""Something short that the leader does in each turn; it must bear to be done again."""
RESTS_SECONDS = 60.0
"""How long a chore that failed is left alone."""
_AT_ONCE = 200  # jobs that one turn looks at
_FORGET_SECONDS = 3600.0
_log = logging.getLogger("reeve.work")


@dataclass(frozen=True, slots=True)
class _Open:
    """A job that was dispatched and has not ended."""

    id: JobId
    attempt: int

    @property
    def key(self) -> str:
        return f"{self.id}/{self.attempt}"


class Leader:
    """Leads whenever it can get the lease.

    Args:
        database: the state, bound to the worker's actor.
        durable: launched.
        worker_id: whose.
        timing: see there.
        ticks: see :func:`engine.base.work.leases.since_boot`.
        chores: what else the leader does in each turn, each in a transaction of its own. Of one that fails nothing is kept; it is
            said aloud, and tried again after ``RESTS_SECONDS``. Nothing else waits for it.
    """

    def __init__(
        self,
        database: Database,
        durable: Durable,
        worker_id: WorkerId,
        timing: Timing,
        ticks: Ticks,
        chores: Sequence[Chore] = (),
    ) -> None:
        self._chores = dict.fromkeys(chores, -1e9)  # until when each rests
        self._database = database
        self._durable = durable
        self._worker_id = worker_id
        self._timing = timing
        self._ticks = ticks
        self._leases = Leases(database, worker_id, timing.lease, ticks)
        self._lease: Lease | None = None
        self._renewed = self._reconciled = self._forgot = self._looked = -1e9

    @property
    def leads(self) -> bool:
        """Whether it holds the lease, as far as it can tell."""
        return self._lease is not None and self._lease.still_held()

    def turn(self) -> bool:
        """Do once all that there is to do; whether it leads.

        Raises:
            DependencyFailed: the state or the engine behind cannot be reached; the next turn goes on.
        """
        try:
            if not self._lead():
                return False
            with self._guarded() as session:
                found = find_dead(session, self._timing.dead_after)
                fire_due(session)
                keep_quiet(session)
            for chore, rests_until in self._chores.items():
                if rests_until <= self._ticks():
                    self._do(chore)
            self._dispatch()
            if found:
                self._reconciled = -1e9
            self._now_and_then()
        except LeaseLost:
            self.resign()
        return self.leads

    def resign(self) -> None:
        """Let another lead at once."""
        self._lease = None
        self._leases.release_all()

    def _lead(self) -> bool:
        """Keep the lease, or take it; one that was held to be dead has no right to it."""
        now = self._ticks()
        if self.leads and now - self._renewed < self._timing.heartbeat:
            return True
        if self._lease is not None and self._leases.renew():
            self._lease = None
        if self._lease is None:
            self._lease = self._leases.acquire(LEASE)
            if self._lease is None:
                self._look_at_others(now)
                return False
            with self._guarded() as session:
                _begin_term(session, self._worker_id, self._lease.epoch)
        self._renewed = now
        return True

    def _look_at_others(self, now: float) -> None:
        """Whoever does not lead looks now and then whether the leader lives: one that died here is replaced at once."""
        if now - self._looked >= self._timing.heartbeat:
            with self._database.transaction() as session:
                find_dead(session, self._timing.dead_after)
            self._looked = now

    @contextmanager
    def _guarded(self) -> Iterator[Session]:
        """A transaction that only the leader can commit."""
        if self._lease is None or not self._lease.still_held():
            raise LeaseLost("this worker does not lead any more")
        with self._database.transaction() as session:
            self._lease.check(session)
            yield session

    def _do(self, chore: Chore) -> None:
        """One chore. What is wrong with it, or with what it found, ends neither this worker nor whichever leads after it."""
        try:
            with self._guarded() as session:
                chore(session)
        except (LeaseLost, StateUnavailable, Interrupted):
            raise
        except Exception as exc:  # noqa: BLE001 - a fault of ours, whose text may hold anything, or an error that says what to do
            name = getattr(chore, "__qualname__", type(chore).__name__)
            said = f"{exc.message} ({exc.code})" if isinstance(exc, ReeveError) else type(exc).__name__
            _log.error("%s failed, and is tried again in %.0f s: %s", name, RESTS_SECONDS, said)
            self._chores[chore] = self._ticks() + RESTS_SECONDS

    def _dispatch(self) -> None:
        """Hand what is queued to the engine behind. Between its record and ours a crash costs a call that changes nothing."""
        with self._database.snapshot() as session:
            now = context_of(session).clock.now()
        due = or_(JobRow.not_before.is_(None), JobRow.not_before <= now)
        for job in self._jobs(JobRow.dispatched_at.is_(None) & due):
            self._must_lead()
            self._durable.dispatch(FUNCTION, job.key, {"job": str(job.id), "attempt": job.attempt})
            with self._guarded() as session:
                mine = update(JobRow).where(JobRow.id == job.id, JobRow.attempt == job.attempt)
                session.execute(mine.values(dispatched_at=context_of(session).clock.now()))

    def _now_and_then(self) -> None:
        now = self._ticks()
        if now - self._reconciled >= self._timing.reconcile:
            self._reconcile()
            self._reconciled = now
        if now - self._forgot >= _FORGET_SECONDS:
            with self._database.snapshot() as session:
                before = context_of(session).clock.now() - KEEP
            self._durable.forget(before)
            self._forgot = now

    def _reconcile(self) -> None:
        """Compare jobs that have not ended with what the engine behind knows of them, and mend what does not fit.

        It began them on a worker that is dead: they are adopted. It lost them, or took them for ended: they are dispatched anew.
        """
        left: set[str] = set()
        for job in self._jobs(JobRow.dispatched_at.is_not(None)):
            known = self._durable.status(job.key)
            if known is None or known.state in ("done", "failed", "cancelled"):
                self._again(job)
            elif known.state == "running":
                left.add(known.executor)
        dead = self._dead_among(left)
        if str(self._worker_id) in dead:
            raise LeaseLost("this worker was held to be dead")
        if dead:
            self._must_lead()
            self._durable.adopt(dead)

    def _again(self, job: _Open) -> None:
        """Queue a job anew unless it ended meanwhile, or a living worker runs it in spite of all."""
        with self._guarded() as session:
            row = locked(session, job.id)
            if row.attempt == job.attempt and (row.state == "queued" or _is_orphan(session, row)):
                row.attempt += 1  # its state stays: whoever begins a running one knows that it takes it over
                row.dispatched_at = None

    def _dead_among(self, executors: set[str]) -> list[str]:
        if not executors:
            return []
        with self._database.snapshot() as session:
            ids = [UUID(one) for one in executors]
            living = set(
                session.scalars(select(WorkerRow.id).where(WorkerRow.id.in_(ids), WorkerRow.stopped_at.is_(None)))
            )
        return sorted(str(one) for one in ids if one not in living)

    def _jobs(self, condition: ColumnElement[bool]) -> list[_Open]:
        with self._database.snapshot() as session:
            query = select(JobRow.id, JobRow.attempt).where(JobRow.state.in_(("queued", "running")), condition)
            return [_Open(*row) for row in session.execute(query.order_by(JobRow.created_at).limit(_AT_ONCE))]

    def _must_lead(self) -> None:
        if not self.leads:
            raise LeaseLost("this worker does not lead any more")


def _is_orphan(session: Session, row: JobRow) -> bool:
    """Whether the worker of a running job is gone."""
    return row.worker_id is None or not is_alive(session, row.worker_id)


def _begin_term(session: Session, worker_id: WorkerId, epoch: int) -> None:
    if not is_alive(session, worker_id):
        raise LeaseLost("this worker was held to be dead")
    session.execute(update(WorkerRow).where(WorkerRow.id == worker_id).values(term=epoch))
    record(session, LeadershipTaken(worker=worker_id, epoch=epoch))
