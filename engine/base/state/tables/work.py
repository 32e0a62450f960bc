"""Work that outlives a process: who works, who may act alone, what is to be done, and when it is due."""

from __future__ import annotations

from datetime import datetime
from typing import NewType
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from engine.base.ids import ActorId, new_id
from engine.base.state.canonical import JsonValue
from engine.base.state.tables.base import Base, TenantOwned, refers
from engine.base.state.types import CanonicalJson

WorkerId = NewType("WorkerId", UUID)
JobId = NewType("JobId", UUID)
ScheduleId = NewType("ScheduleId", UUID)


class WorkerRow(TenantOwned, Base):
    """A process that does work, for as long as it lives under one id.

    Attributes:
        host, process, process_start: which process: name of the machine, process id, and ticks from the machine's start to
            the process's (empty where the system does not tell), so that a reused process id is told apart.
        heartbeat_at: when it was last heard of.
        stopped_at: when it said that it stops, or was found dead; it never works again under this id.
        ending: why it stopped: ``stopped``, ``dead``, or empty while it works.
        term: of the leadership that it last held; 0 for none.
        runs_jobs: whether it takes jobs, or is a command that only does what it was started for.
    """

    __tablename__ = "worker"
    __table_args__ = (
        CheckConstraint("ending IN ('', 'stopped', 'dead')", name="ending_known"),
        CheckConstraint("(stopped_at IS NULL) = (ending = '')", name="ending_with_time"),
        Index(None, "tenant_id", "stopped_at"),
    )

    id: Mapped[WorkerId] = mapped_column(Uuid(), primary_key=True, default=new_id, sort_order=-1)
    host: Mapped[str]
    process: Mapped[int]
    process_start: Mapped[str]
    started_at: Mapped[datetime]
    heartbeat_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    ending: Mapped[str]
    term: Mapped[int]
    runs_jobs: Mapped[bool]


class LeaseRow(TenantOwned, Base):
    """The right to act alone under a name, for a time.

    Attributes:
        name: what it is a right to: ``leader``, ``slot/<store>/<number>``, or any other.
        holder: who has it or had it last; need not be a worker.
        epoch: counted up with every acquisition; whoever writes under the lease compares it.
        expires_at: from then on anyone may take it.
    """

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[UUID]
    epoch: Mapped[int]
    expires_at: Mapped[datetime]


class ScheduleRow(TenantOwned, Base):
    """What is to be done again and again.

    Attributes:
        name: as declared; unique.
        kind, arguments: of the jobs it makes.
        cron, zone: five fields of cron, read in a time zone of the IANA database.
        quiet: a list of ``[from, to]``, local times ``HH:MM`` during which nothing starts and running work pauses.
        next_at: when it is due next; None when it is not enabled, or never.
        last_at: the due time it last ran for.
        last_outcome: how that ended: ``done``, ``failed``, ``cancelled``; empty while it goes on, or before.
        actor_id: the actor of its jobs, of kind ``schedule``.
    """

    __tablename__ = "schedule"
    __table_args__ = (
        UniqueConstraint("tenant_id", "name"),
        Index(None, "tenant_id", "next_at"),
        refers("actor_id", "actor"),
    )

    id: Mapped[ScheduleId] = mapped_column(Uuid(), primary_key=True, default=new_id, sort_order=-1)
    name: Mapped[str]
    kind: Mapped[str]
    arguments: Mapped[JsonValue] = mapped_column(CanonicalJson)
    cron: Mapped[str]
    zone: Mapped[str]
    quiet: Mapped[JsonValue] = mapped_column(CanonicalJson)
    enabled: Mapped[bool]
    next_at: Mapped[datetime | None]
    last_at: Mapped[datetime | None]
    last_outcome: Mapped[str]
    actor_id: Mapped[ActorId]


class JobRow(TenantOwned, Base):
    """One piece of work, from being asked for to its end. This row, not the engine that runs it, says what was done.

    Attributes:
        key: unique; whoever asks again under the same key gets the same job. ``schedule/<name>/<due time>`` for schedules.
        kind, arguments: which function, and what it is told: ids and stable words only.
        state: ``queued`` -> ``running`` -> ``done`` or ``failed``; ``paused`` and back to ``queued``; ``cancelled``.
        requested: what was asked of it and is not done yet: ``pause``, ``quiet`` (a pause that ends by itself),
            ``cancel``, or empty. A paused job keeps the word, so that the end of quiet hours wakes only its own.
        attempt: counted up for each time it is handed to the engine behind; part of the key there.
        dispatched_at: when that was last done; None when it is to be done, from ``not_before`` on where that is given.
        worker_id: who runs it, or ran it last; epoch: counted up for each start: the fence of its writes.
        deaths: how often it was taken over from a dead worker.
        schedule, expected_at: the schedule that it runs for, and when it was due; None when somebody asked.
        outcome: what its function returned: ids, counts and stable words. None before the end.
        failure: the stable code of what went wrong; empty if nothing did.
        actor_id: who asked; what the job records, it records in that name.
    """

    __tablename__ = "job"
    __table_args__ = (
        UniqueConstraint("tenant_id", "key"),
        CheckConstraint("state IN ('queued','running','paused','cancelled','done','failed')", name="state_known"),
        CheckConstraint("requested IN ('','pause','quiet','cancel')", name="request_known"),
        Index(None, "tenant_id", "state"),
        refers("worker_id", "worker"),
        refers("actor_id", "actor"),
    )

    id: Mapped[JobId] = mapped_column(Uuid(), primary_key=True, default=new_id, sort_order=-1)
    key: Mapped[str]
    kind: Mapped[str]
    arguments: Mapped[JsonValue] = mapped_column(CanonicalJson)
    state: Mapped[str]
    requested: Mapped[str]
    attempt: Mapped[int]
    worker_id: Mapped[WorkerId | None] = mapped_column(Uuid())
    epoch: Mapped[int]
    deaths: Mapped[int]
    schedule: Mapped[str | None]
    expected_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    dispatched_at: Mapped[datetime | None]
    not_before: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[JsonValue] = mapped_column(CanonicalJson, nullable=True)
    failure: Mapped[str]
    actor_id: Mapped[ActorId]
