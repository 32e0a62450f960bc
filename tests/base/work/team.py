"""Workers without processes: each with its own id, runner and leader, over one state and one engine in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from engine.base.clock import FixedClock
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.tables import JobId, JobRow, ScheduleRow, WorkerRow
from engine.base.work.leader import Chore, Leader
from engine.base.work.leases import Leases
from engine.base.work.running import FUNCTION, Runner, Work
from engine.base.work.workers import Process, Timing, beat, register_worker
from tests.base.work.fake import FakeDurable, Hours, Record

TIMING = Timing()


class Member:
    """One worker."""

    def __init__(self, team: Team, kinds: Mapping[str, Work], chores: Sequence[Chore]) -> None:
        self.database = team.database
        with self.database.transaction() as session:
            # a process of another machine: only its silence tells that it died
            self.id = register_worker(session, Process(f"machine-{len(team.members)}", 1, "1"))
        self.durable = FakeDurable(team.records)
        self.runner = Runner(self.database, self.id, kinds, Leases(self.database, self.id, 30, team.hours.ticks))
        self.durable.register(FUNCTION, self.runner)
        self.durable.launch(str(self.id))
        self.leader = Leader(self.database, self.durable, self.id, TIMING, team.hours.ticks, chores)

    def beat(self) -> bool:
        with self.database.transaction() as session:
            return beat(session, self.id)


@dataclass
class Team:
    """All workers, and what they share."""

    database: Database
    clock: FixedClock
    records: dict[str, Record] = field(default_factory=dict)
    members: list[Member] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.hours = Hours(self.clock)

    def join(self, kinds: Mapping[str, Work] | None = None, chores: Sequence[Chore] = ()) -> Member:
        member = Member(self, kinds or {}, chores)
        self.members.append(member)
        return member

    def pass_by(self, seconds: float, *alive: Member) -> None:
        """Time passes, in which these beat; more than a minute passes at once, and nobody looks meanwhile."""
        while seconds > 0:
            step = min(10.0, seconds) if seconds <= 60 else seconds
            self.hours.pass_by(step)
            seconds -= step
            for member in alive:
                assert member.beat()

    def job(self, job_id: JobId) -> JobRow:
        with self.database.snapshot() as session:
            found = session.get(JobRow, (context_of(session).tenant_id, job_id))
            assert found is not None
            return found

    def jobs(self) -> list[JobRow]:
        with self.database.snapshot() as session:
            return list(session.scalars(select(JobRow).order_by(JobRow.id)))

    def schedule(self, name: str) -> ScheduleRow:
        with self.database.snapshot() as session:
            return session.scalars(select(ScheduleRow).where(ScheduleRow.name == name)).one()

    def worker(self, member: Member) -> WorkerRow:
        with self.database.snapshot() as session:
            return session.scalars(select(WorkerRow).where(WorkerRow.id == member.id)).one()
