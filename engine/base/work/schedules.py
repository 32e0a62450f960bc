"""Schedules: what is declared becomes rows, and what is due becomes jobs, once each."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.base.actors import ActorKind, find, register
from engine.base.durable import Arguments, check_arguments
from engine.base.errors import BadInput
from engine.base.ids import ActorId
from engine.base.state.canonical import JsonValue, canonical
from engine.base.state.context import context_of
from engine.base.state.outbox import record
from engine.base.state.tables.work import JobId, JobRow, ScheduleRow
from engine.base.work.cron import Quiet, check_cron, is_quiet, next_run
from engine.base.work.events import JobResumed, ScheduleChanged, ScheduleFired
from engine.base.work.jobs import ENDED, pause, requeue, submit

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


def _nothing() -> Mapping[str, JsonValue]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class DeclaredSchedule:
    """A schedule as somebody wants it. The name stands in events: a word, not a person's name.

    Raises:
        BadInput: the name, the arguments, the fields of cron or the zone are none.
    """

    name: str
    kind: str
    cron: str
    zone: str = "UTC"
    arguments: Arguments = field(default_factory=_nothing)
    quiet: tuple[Quiet, ...] = ()
    enabled: bool = True

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise BadInput("the name of a schedule has letters, digits and _ . - only, at most 64")
        check_arguments(self.arguments)
        check_cron(self.cron, self.zone)

    @property
    def definition_hash(self) -> str:
        """SHA-256 of all of it, hexadecimal: equal exactly if two are."""
        return hashlib.sha256(canonical(self._fields())).hexdigest()

    def _fields(self) -> dict[str, JsonValue]:
        return {
            "kind": self.kind,
            "cron": self.cron,
            "zone": self.zone,
            "arguments": dict(self.arguments),
            "quiet": [[one.start.isoformat("minutes"), one.end.isoformat("minutes")] for one in self.quiet],
            "enabled": self.enabled,
        }

    def write(self, row: ScheduleRow) -> None:
        """Make a row say the same."""
        for name, value in self._fields().items():
            setattr(row, name, value)


def declared_of(row: ScheduleRow) -> DeclaredSchedule:
    """What a row says."""
    quiet = row.quiet if isinstance(row.quiet, list) else []
    arguments = row.arguments if isinstance(row.arguments, dict) else {}
    hours = tuple(Quiet.parse(str(one[0]), str(one[1])) for one in quiet if isinstance(one, list))
    return DeclaredSchedule(row.name, row.kind, row.cron, row.zone, arguments, hours, row.enabled)


def sync_schedules(session: Session, declared: Iterable[DeclaredSchedule]) -> list[str]:
    """Make the table equal to what is declared, and record each change; returns the names of those that changed.

    A schedule whose times changed is due next by its new ones; jobs that it made already go on.

    Raises:
        BadInput: two of one name.
    """
    wanted: dict[str, DeclaredSchedule] = {}
    for one in declared:
        if one.name in wanted:
            raise BadInput("two schedules have the same name")
        wanted[one.name] = one
    rows = {row.name: row for row in session.scalars(select(ScheduleRow).with_for_update())}
    changed = []
    for name, one in sorted(wanted.items()):
        row = rows.get(name)
        if row is None:
            _record(session, _add(session, one), one, "added")
        elif (before := declared_of(row)) != one:
            one.write(row)
            if (before.cron, before.zone, before.enabled) != (one.cron, one.zone, one.enabled):
                row.next_at = _next(session, one)
            _record(session, row, one, "changed")
        else:
            continue
        changed.append(name)
    for name in sorted(rows.keys() - wanted.keys()):
        gone = declared_of(rows[name])
        _record(session, rows[name], gone, "removed")
        session.delete(rows[name])
        changed.append(name)
    return sorted(changed)


def fire_due(session: Session) -> list[JobId]:
    """Make the jobs of schedules that are due, in a transaction that the leader's lease guards; returns them.

    What was missed while nobody was there is made up for once. Nothing starts in quiet hours, nor while the job before of the
    same schedule has not ended: it is due still, and starts when it can.
    """
    now = context_of(session).clock.now()
    due = select(ScheduleRow).where(ScheduleRow.next_at <= now).order_by(ScheduleRow.next_at).with_for_update()
    return [job for row in session.scalars(due) if (job := _fire(session, row)) is not None]


def keep_quiet(session: Session) -> int:
    """Pause jobs of schedules that are in quiet hours, and wake those that these had paused; returns how many."""
    now = context_of(session).clock.now()
    quiet = {}
    for row in session.scalars(select(ScheduleRow)):
        declared = declared_of(row)
        quiet[row.name] = is_quiet(declared.quiet, declared.zone, now)
    open_jobs = select(JobRow).where(JobRow.schedule.is_not(None), JobRow.state.not_in(ENDED))
    acted = 0
    for job in session.scalars(open_jobs.with_for_update()):
        if quiet.get(job.schedule or "", False):
            if job.requested:
                continue
            pause(session, job, "quiet")
        elif job.requested == "quiet":
            _wake(session, job)
        else:
            continue
        acted += 1
    return acted


def _wake(session: Session, job: JobRow) -> None:
    if job.state == "running":  # it had not stopped yet
        job.requested = ""
        return
    requeue(job)
    record(session, JobResumed(job=job.id, kind=job.kind, attempt=job.attempt))


def _fire(session: Session, row: ScheduleRow) -> JobId | None:
    now, declared = context_of(session).clock.now(), declared_of(row)
    due = row.next_at
    if due is None or is_quiet(declared.quiet, declared.zone, now) or _goes_on(session, row):
        return None
    job_id = submit(
        session,
        row.kind,
        declared.arguments,
        key=f"schedule/{row.name}/{due.isoformat()}",
        schedule=row.name,
        expected_at=due,
        actor_id=row.actor_id,
    )
    row.last_at, row.last_outcome, row.next_at = due, "", _next(session, declared)
    late = round((now - due).total_seconds(), 3)
    fired = ScheduleFired(
        schedule_ref=row.id, job=job_id, schedule=row.name, kind=row.kind, expected_at=due, late_s=late
    )
    record(session, fired)
    return job_id


def _goes_on(session: Session, row: ScheduleRow) -> bool:
    """Whether its last job has not ended. What that asked for, of another kind, keeps its quiet hours and holds up no other."""
    mine = JobRow.schedule == row.name, JobRow.kind == row.kind
    return session.scalar(select(JobRow.id).where(*mine, JobRow.state.not_in(ENDED)).limit(1)) is not None


def _add(session: Session, one: DeclaredSchedule) -> ScheduleRow:
    row = ScheduleRow(name=one.name, last_outcome="", next_at=_next(session, one), actor_id=_actor(session, one.name))
    one.write(row)
    session.add(row)
    session.flush()
    return row


def _actor(session: Session, name: str) -> ActorId:
    found = find(session, ActorKind.SCHEDULE, name)
    return found.id if found else register(session, ActorKind.SCHEDULE, name).id


def _next(session: Session, one: DeclaredSchedule) -> datetime | None:
    return next_run(one.cron, one.zone, context_of(session).clock.now()) if one.enabled else None


def _record(session: Session, row: ScheduleRow, one: DeclaredSchedule, change: str) -> None:
    event = ScheduleChanged(
        schedule_ref=row.id,
        schedule=row.name,
        kind=one.kind,
        change=change,  # type: ignore[arg-type] # one of the three
        enabled=one.enabled and change != "removed",
        definition_hash=one.definition_hash,
    )
    record(session, event)
