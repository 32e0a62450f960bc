"""A state in which things happen at given times, and what the tests of controls say of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from engine.base.clock import FixedClock
from engine.base.ids import ActorId, AssetId, FieldId, ScanId, StoreId, new_id
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.events import Event
from engine.base.state.outbox import record
from engine.base.state.tables import (
    AssetRow,
    FieldRow,
    JobId,
    JobRow,
    OutboxRow,
    ScanRow,
    ScheduleRow,
    StoreRow,
    VerdictRow,
)
from engine.base.work.jobs import end, locked
from engine.base.work.schedules import DeclaredSchedule, fire_due, sync_schedules
from engine.base.work.workers import Process, register_worker
from engine.evidence.conclusions import Conclusion
from engine.evidence.controls.library import library
from engine.evidence.period import Period
from engine.evidence.procedures import PROCEDURES
from engine.evidence.records import Facts, first_record_at
from engine.ledger.events.inventory import VerdictDecided
from engine.ledger.events.scan import ScanCompleted, ScanStarted
from engine.ledger.log.sequencer import Sequencer

CONTROLS = {one.id: one for one in library()}
DAILY = DeclaredSchedule("nightly", "scan", "0 2 * * *")


@dataclass
class World:
    """The state, and its clock."""

    database: Database
    clock: FixedClock
    kept: dict[str, Any] = field(default_factory=dict)

    def wait(self, **span: float) -> None:
        self.clock.instant += timedelta(**span)

    def tell(self, *events: Event, actor_id: ActorId | None = None) -> None:
        """Record events now."""
        with self.database.transaction() as session:
            for one in events:
                record(session, one, actor_id=actor_id)

    def sequence(self) -> None:
        """Give what waits its place."""
        Sequencer(self.database).drain()

    def conclude(self, control: str, until: datetime | None = None) -> Conclusion:
        """What the test of a control says of everything until an instant, or now."""
        one = CONTROLS[control]
        with self.database.snapshot() as session:
            begin = first_record_at(session) or self.clock.now()
            facts = Facts(session, Period(begin, until or self.clock.now() + timedelta(microseconds=1)))
            return PROCEDURES[one.test].run(facts, one)[0]

    def schedule(self, *declared: DeclaredSchedule) -> None:
        with self.database.transaction() as session:
            sync_schedules(session, declared)

    def fire(self, state: str = "done") -> None:
        """Make the jobs that are due, and end them."""
        with self.database.transaction() as session:
            for job in fire_due(session):
                if state:
                    end(session, locked(session, job), state)

    def end(self, job: JobId, state: str = "done") -> None:
        with self.database.transaction() as session:
            end(session, locked(session, job), state)

    def store(self, name: str = "crm", **declared: Any) -> StoreId:
        row = {
            "owner": "Sales",
            "jurisdiction": "DE",
            "purposes": ["support"],
            "kind": "files",
            "failure": "",
        } | declared
        with self.database.transaction() as session:
            made = StoreRow(name=name, first_seen_at=self.clock.now(), removed_at=None, **row)
            session.add(made)
            session.flush()
            return made.id

    def asset(self, store: StoreId, name: str = "people.csv") -> AssetId:
        now = self.clock.now()
        with self.database.transaction() as session:
            made = AssetRow(
                store_id=store, name=name, kind="file", format="csv", foreign_keys=[], primary_key=None, declared=None,
                unjudged_by=None, judged_with="", rejudged_by=None, first_seen_at=now, appeared_at=now, last_seen_at=now,
                gone_at=None,
            )  # fmt: skip
            session.add(made)
            session.flush()
            return made.id

    def scan_row(self) -> ScanId:
        with self.database.transaction() as session:
            worker = register_worker(session, Process("machine", 1, "1"))
            made = ScanRow(
                status="complete", stores=[], pack_hash="p", config_hash="c", asked={}, hash_generation=1, worker_id=worker,
                actor_id=context_of(session).actor_id, job_id=None, epoch=1, listed=0, unlisted={}, drift=None,
                started_at=self.clock.now(), planned_at=None, ended_at=None,
            )  # fmt: skip
            session.add(made)
            session.flush()
            return made.id

    def field(self) -> FieldId:
        asset, scan, now = self.asset(self.store(new_id().hex)), self.scan_row(), self.clock.now()
        with self.database.transaction() as session:
            made = FieldRow(
                asset_id=asset, path="email", type="", rows=1, nulls=0, distinct=1, drawn=None, bound=0.0, examples=[],
                found=[], excluded=[], sketch=b"", scan_id=scan, first_seen_at=now, appeared_at=now, last_seen_at=now,
                gone_at=None,
            )  # fmt: skip
            session.add(made)
            session.flush()
            return made.id

    def decide(self, field_id: FieldId, reason: str, *, told: bool = True) -> None:
        """A person decides what a field is."""
        with self.database.transaction() as session:
            context = context_of(session)
            session.add(
                VerdictRow(
                    field_id=field_id, decided_by="person", actor_id=context.actor_id, scan_id=None, entities=[],
                    confidence=1.0, reason=reason, pack_hash="", decided_at=context.clock.now(),
                )
            )  # fmt: skip
            if told:
                decided = VerdictDecided(
                    field_ref=field_id, field="crm/people.csv.email", decision="correct", entity="", sensitivity="internal",
                    reason=reason,
                )  # fmt: skip
                record(session, decided)

    def change(self, kind: str, **values: Any) -> None:
        """Change events of a type by hand, as somebody would who has the database."""
        with self.database.transaction() as session:
            session.execute(update(OutboxRow).where(OutboxRow.type == kind).values(**values))

    def take_away(self, place: int) -> None:
        """Delete the event at a place in the ledger."""
        with self.database.transaction() as session:
            session.execute(delete(OutboxRow).where(OutboxRow.ledger_index == place))

    def change_schedule(self, cron: str) -> None:
        with self.database.transaction() as session:
            session.scalars(select(ScheduleRow)).one().cron = cron

    def jobs(self) -> list[JobRow]:
        with self.database.snapshot() as session:
            return list(session.scalars(select(JobRow)))


def started(scan: UUID | None = None, config: str = "c1", code: str = "0.1.0") -> ScanStarted:
    return ScanStarted(scan=ScanId(scan or new_id()), stores=1, pack_hash="p1", config_hash=config, code_version=code)


def completed(scan: UUID | None = None, **told: Any) -> ScanCompleted:
    made: dict[str, Any] = {
        "status": "complete", "listed": 3, "accounted": 3, "objects_full": 3, "rows": 10, "duration_s": 1.0, "pack_hash": "p1",
    } | told  # fmt: skip
    return ScanCompleted(scan=ScanId(scan or new_id()), **made)


Deed = Callable[[World], None]
