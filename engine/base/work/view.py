"""Looking at work: jobs, workers and schedules as people and programs see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.base.durable import Arguments
from engine.base.errors import NotFound
from engine.base.ids import ActorId
from engine.base.state.by_end import find_by_end
from engine.base.state.canonical import JsonValue
from engine.base.state.context import context_of
from engine.base.state.tables.work import JobId, JobRow, ScheduleRow, WorkerId, WorkerRow
from engine.base.work.jobs import ENDED


@dataclass(frozen=True, slots=True)
class JobView:
    """A job. Attributes as in :class:`~engine.base.state.tables.work.JobRow`; ``worker``: host and process of who runs it."""

    id: JobId
    kind: str
    arguments: Arguments
    state: str
    requested: str
    schedule: str | None
    worker: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    outcome: JsonValue
    failure: str
    deaths: int
    actor_id: ActorId

    @property
    def ended(self) -> bool:
        """Whether it is done, failed or cancelled."""
        return self.state in ENDED


@dataclass(frozen=True, slots=True)
class WorkerView:
    """A worker that lives and takes jobs; ``term``: of its leadership, 0 if it never led."""

    id: WorkerId
    host: str
    process: int
    started_at: datetime
    heartbeat_at: datetime
    term: int


def list_jobs(session: Session, limit: int = 20, skip: int = 0, kinds: Sequence[str] = ()) -> tuple[int, list[JobView]]:
    """How many jobs there are, and a page of them, the newest first; only of some kinds if any is given."""
    wanted = [JobRow.kind.in_(kinds)] if kinds else []
    total = session.scalar(select(func.count()).select_from(JobRow).where(*wanted)) or 0
    query = select(JobRow).where(*wanted).order_by(JobRow.created_at.desc(), JobRow.id.desc())
    return total, [_view(session, row) for row in session.scalars(query.limit(limit).offset(skip))]


def jobs_of(session: Session, kind: str, limit: int, *, after: UUID | None = None, skip: int = 0) -> list[JobView]:
    """Jobs of one kind, the newest first; those behind ``after`` where that is given."""
    query = select(JobRow).where(JobRow.kind == kind).order_by(JobRow.id.desc()).limit(limit).offset(skip)
    if after is not None:
        query = query.where(JobRow.id < after)
    return [_view(session, row) for row in session.scalars(query)]


def show_job(session: Session, job_id: UUID) -> JobView:
    """A job by its id.

    Raises:
        NotFound: there is none.
    """
    row = session.get(JobRow, (context_of(session).tenant_id, job_id), populate_existing=True)
    if row is None:
        raise NotFound("there is no such job", hint="`reeve jobs list` shows them")
    return _view(session, row)


def newest_job(session: Session, prefix: str) -> JobView | None:
    """The newest job whose key begins so."""
    query = select(JobRow).where(JobRow.key.startswith(prefix, autoescape=True)).order_by(JobRow.id.desc()).limit(1)
    row = session.scalars(query).one_or_none()
    return None if row is None else _view(session, row)


def find_job(session: Session, name: str) -> JobView:
    """The job with that id, or the only one whose id ends so.

    Raises:
        NotFound, BadInput: there is none, or more than one.
    """
    found = find_by_end(session, select(JobRow.id), name, what="job", listing="reeve jobs list")
    return _view(session, session.scalars(select(JobRow).where(JobRow.id == found)).one())


def living_workers(session: Session) -> list[WorkerView]:
    """Those that take jobs, the oldest first."""
    query = select(WorkerRow).where(WorkerRow.stopped_at.is_(None), WorkerRow.runs_jobs).order_by(WorkerRow.started_at)
    return [
        WorkerView(row.id, row.host.split("/")[0], row.process, row.started_at, row.heartbeat_at, row.term)
        for row in session.scalars(query)
    ]


def list_schedules(session: Session) -> list[ScheduleRow]:
    """All of them by name; look, do not change."""
    return list(session.scalars(select(ScheduleRow).order_by(ScheduleRow.name)))


def _view(session: Session, row: JobRow) -> JobView:
    worker = None
    if row.worker_id is not None and row.state == "running":
        worker = session.get(WorkerRow, (row.tenant_id, row.worker_id))
    return JobView(
        row.id,
        row.kind,
        row.arguments if isinstance(row.arguments, dict) else {},
        row.state,
        row.requested,
        row.schedule,
        "" if worker is None else f"{worker.host.split('/')[0]}:{worker.process}",
        row.created_at,
        row.started_at,
        row.ended_at,
        row.outcome,
        row.failure,
        row.deaths,
        row.actor_id,
    )
