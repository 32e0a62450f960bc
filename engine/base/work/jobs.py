"""Jobs: asking for work, and asking it to pause, go on or end. What was asked stands in the job's row until it is done."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.base.durable import Arguments, check_arguments
from engine.base.errors import BadInput, NotFound
from engine.base.ids import ActorId, new_id
from engine.base.state.context import context_of
from engine.base.state.outbox import record
from engine.base.state.tables.work import JobId, JobRow
from engine.base.work.events import JobAsked, JobCancelled, JobPaused, JobResumed

ENDED = ("done", "failed", "cancelled")


def submit(
    session: Session,
    kind: str,
    arguments: Arguments,
    *,
    key: str = "",
    schedule: str | None = None,
    expected_at: datetime | None = None,
    actor_id: ActorId | None = None,
) -> JobId:
    """Ask for work, in the caller's transaction; a worker takes it up within a second or two.

    Args:
        session: bound; its actor is who asks, unless another is named.
        kind: as the workers know it.
        arguments: ids and stable words.
        key: whoever asks again under it gets the job that is there; by default a key of its own.
        schedule: the name of the one it runs for.
        expected_at: when it was due.
        actor_id: in whose name it runs.

    Raises:
        BadInput: the arguments could carry data; or nobody acts.
    """
    check_arguments(arguments)
    context = context_of(session)
    actor = actor_id or context.actor_id
    if actor is None:
        raise BadInput("every act has an actor, and this session has none")
    job_id = JobId(new_id())
    key = key or str(job_id)
    known = session.scalar(select(JobRow.id).where(JobRow.key == key))
    if known is not None:
        return known
    session.add(
        JobRow(
            id=job_id,
            key=key,
            kind=kind,
            arguments=dict(arguments),
            state="queued",
            requested="",
            attempt=1,
            epoch=0,
            deaths=0,
            schedule=schedule,
            expected_at=expected_at,
            created_at=context.clock.now(),
            failure="",
            actor_id=actor,
        )
    )
    session.flush()
    return job_id


def request_pause(session: Session, job_id: JobId) -> None:
    """Let it not start, or stop at the next point where it can; it stays so until it is resumed.

    Raises:
        NotFound, BadInput: there is no such job; it has ended, or is to be cancelled.
    """
    row = locked(session, job_id)
    if row.state in ENDED or row.requested == "cancel":
        raise BadInput("the job has ended, or is about to")
    if row.state == "running" and row.requested != "pause":
        record(session, JobAsked(job=row.id, kind=row.kind, request="pause"))
    pause(session, row, "pause")


def request_resume(session: Session, job_id: JobId) -> None:
    """Let paused, cancelled or failed work go on. Nothing happens to what is queued or runs.

    Raises:
        NotFound, BadInput: there is no such job; it is done, or is to be cancelled.
    """
    row = locked(session, job_id)
    if row.state == "done" or (row.state == "running" and row.requested == "cancel"):
        raise BadInput("the job is done, or about to be cancelled")
    if row.state == "running":
        if row.requested:
            record(session, JobAsked(job=row.id, kind=row.kind, request="resume"))
        row.requested = ""
    elif row.state != "queued":
        requeue(row)
        record(session, JobResumed(job=row.id, kind=row.kind, attempt=row.attempt))


def request_cancel(session: Session, job_id: JobId) -> None:
    """Let it not start, or end at the next point where it can. What it did stays. Nothing happens to what was cancelled.

    Raises:
        NotFound, BadInput: there is no such job; it is done or failed.
    """
    row = locked(session, job_id)
    if row.state in ("done", "failed"):
        raise BadInput("the job has ended already")
    if row.state == "running":
        if row.requested != "cancel":
            record(session, JobAsked(job=row.id, kind=row.kind, request="cancel"))
        row.requested = "cancel"
    elif row.state != "cancelled":
        end(session, row, "cancelled")
        record(session, JobCancelled(job=row.id, kind=row.kind))


def pause(session: Session, row: JobRow, request: str) -> None:
    """Pause a job that has not ended: at once if it does not run. ``request`` is ``pause`` or ``quiet``."""
    row.requested = request
    if row.state == "queued":
        row.state = "paused"
        record(session, JobPaused(job=row.id, kind=row.kind, reason="quiet" if request == "quiet" else "asked"))


def requeue(row: JobRow) -> None:
    """Hand it to the engine behind anew, under the key of another attempt."""
    row.state, row.requested, row.failure, row.outcome = "queued", "", "", None
    row.attempt += 1
    row.dispatched_at = row.ended_at = row.not_before = None


def end(session: Session, row: JobRow, state: str) -> None:
    """It has ended."""
    row.state, row.requested, row.ended_at = state, "", context_of(session).clock.now()


def locked(session: Session, job_id: JobId) -> JobRow:
    """The row, locked until the transaction ends.

    Raises:
        NotFound: there is none in this tenant.
    """
    row = session.get(JobRow, (context_of(session).tenant_id, job_id), with_for_update=True)
    if row is None:
        raise NotFound("there is no such job")
    return row
