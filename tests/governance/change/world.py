"""A small estate for the tests of plans: one SQLite file of people and their notes, an effect over it, and who approves."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from engine.base.actors.approvals import BlastLimits, PlanScope, StandingScope, Statement, fingerprint, sign_approval
from engine.base.actors.approver_keys import add_approver_key
from engine.base.actors.approving import record_approval
from engine.base.actors.roles import Role
from engine.base.clock import Clock
from engine.base.ids import ActorId, ApprovalId, HoldId, PlanId
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.tables import OpenBatchRow, PlanBatchRow, PlanRow, StoreRow, WorkerId
from engine.base.work.leases import Leases
from engine.base.work.workers import Process, register_worker
from engine.estate.stores.store import AssetInfo, ForeignKey, ObjectInfo
from engine.governance.calendar import Duration
from engine.governance.change.applying import Applier, Ran
from engine.governance.change.approving import approve_plan
from engine.governance.change.asked import Asked, Known, Page
from engine.governance.change.batches import Hands
from engine.governance.change.effect import Action, Batch, Guard, Key, LeftOut, Outcome, Reason, Step, Task, Term
from engine.governance.change.kept import plan_of
from engine.governance.change.making import PlanMaker
from engine.governance.change.pace import Pace
from engine.governance.change.plan import Limits
from engine.governance.holds.place import NewHold, place_hold, try_effective
from engine.governance.holds.scopes import Scope
from engine.governance.policy.model import Column
from tests.base.actors.people import add
from tests.conftest import START
from tests.governance.holds.world import inventory

POLICIES = "ab" * 32
TASK = Task(
    "shop",
    (
        Step("person", Action.DELETE, ("id",)),
        Step("note", Action.DELETE, ("id",), ("person_id",), 0, ("id",)),
    ),
    Term(Duration.parse("P2Y"), (Column("closed_at"),), "Europe/Berlin", "closed-accounts"),
    {},
)
POINTS = ("open", "began", "changed", "checked", "committed")
"""Where an apply can be broken off: before and after the guard knows of it, before and after the last check, after COMMIT."""


class Fault(Exception):
    """What a test breaks a run off with; stands for a process that died."""


Tap = Callable[[str, int], None]
"""Called with the name of a point and the number of the batch."""


def no_tap(_point: str, _number: int) -> None: ...


class People:
    """The store: a SQLite file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def fill(self, people: int, notes_each: int = 2) -> None:
        with closing(sqlite3.connect(self.path)) as connection:
            connection.executescript(
                "CREATE TABLE person (id INTEGER PRIMARY KEY, closed INTEGER NOT NULL DEFAULT 1);"
                "CREATE TABLE note (id INTEGER PRIMARY KEY, person_id INTEGER NOT NULL REFERENCES person (id));"
                "CREATE TABLE deleted (asset TEXT, id INTEGER);"
                "CREATE TRIGGER t1 AFTER DELETE ON person BEGIN INSERT INTO deleted VALUES ('person', old.id); END;"
                "CREATE TRIGGER t2 AFTER DELETE ON note BEGIN INSERT INTO deleted VALUES ('note', old.id); END;"
            )
            connection.executemany("INSERT INTO person (id) VALUES (?)", [(i,) for i in range(1, people + 1)])
            connection.executemany(
                "INSERT INTO note VALUES (?, ?)",
                [(p * 100 + n, p) for p in range(1, people + 1) for n in range(notes_each)],
            )
            connection.commit()

    def ids(self, asset: str = "person") -> list[int]:
        with closing(sqlite3.connect(self.path)) as connection:
            return [row[0] for row in connection.execute(f"SELECT id FROM {asset} ORDER BY 1")]

    def deletions(self) -> list[tuple[str, int]]:
        """Every deletion that was committed, as the store's own triggers saw it."""
        with closing(sqlite3.connect(self.path)) as connection:
            return sorted(connection.execute("SELECT asset, id FROM deleted"))

    def change(self, statement: str) -> None:
        with closing(sqlite3.connect(self.path)) as connection:
            connection.execute(statement)
            connection.commit()


@dataclass
class PeopleRows:
    """Reads what is due, ``size`` people a page."""

    people: People
    size: int = 3
    excluded: tuple[LeftOut, ...] = ()
    fails_after: int = -1
    known_tables: Mapping[str, int | None] | None = None
    volumes: Mapping[str, int | None] = field(default_factory=dict)

    def pages(self) -> Iterator[Page]:
        due = self.people.ids()
        with closing(sqlite3.connect(self.people.path)) as connection:
            for page, at in enumerate(range(0, len(due), self.size)):
                if page == self.fails_after:
                    raise Fault
                roots = due[at : at + self.size]
                marks = ",".join("?" * len(roots))
                notes = connection.execute(f"SELECT id FROM note WHERE person_id IN ({marks}) ORDER BY id", roots)
                yield Page((tuple((one,) for one in roots), tuple(notes)), self.excluded if at == 0 else ())

    def known(self) -> Known:
        tables = self.known_tables or {"person": len(self.people.ids()), "note": len(self.people.ids("note"))}
        return Known(tables, self.volumes)


@dataclass
class PeopleEffect:
    """An effect over the file. Each apply is one transaction of it."""

    people: People
    clock: Clock
    tap: Tap = no_tap
    behind: timedelta = timedelta()
    applied: list[int] = field(default_factory=list)

    def apply(self, task: Task, batch: Batch, guard: Guard, now: datetime) -> Outcome:
        connection = sqlite3.connect(self.people.path, isolation_level=None, timeout=20)
        with closing(connection):
            self.applied.append(batch.number)
            self.tap("open", batch.number)
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("BEGIN IMMEDIATE")
            guard.began(str(os.getpid()))
            self.tap("began", batch.number)
            outcome = self._delete(connection, task, batch, guard)
            self.tap("changed", batch.number)
            guard.before_commit()
            self.tap("checked", batch.number)
            connection.execute("COMMIT")
            self.tap("committed", batch.number)
            return outcome

    def _delete(self, connection: sqlite3.Connection, task: Task, batch: Batch, guard: Guard) -> Outcome:
        held = guard.held("person", [{Column("id"): key[0]} for key in batch.keys[0]])
        left: list[LeftOut] = []
        done: tuple[list[Key], list[Key]] = ([], [])
        planned = {key[0] for key in batch.keys[1]}
        for key, hold in zip(batch.keys[0], held, strict=True):
            found = connection.execute("SELECT closed FROM person WHERE id = ?", key).fetchone()
            notes = [row[0] for row in connection.execute("SELECT id FROM note WHERE person_id = ?", key)]
            if found is None:
                left.append(LeftOut(0, key, Reason.GONE))
            elif hold is not None:
                left.append(LeftOut(0, key, Reason.UNKNOWN if hold == "unknown" else Reason.HELD, hold))
            elif not found[0]:
                left.append(LeftOut(0, key, Reason.NOT_DUE))
            elif not planned.issuperset(notes):
                left.append(LeftOut(0, key, Reason.CLOSURE_GREW, "note"))
            else:
                connection.executemany("DELETE FROM note WHERE id = ?", [(one,) for one in notes])
                connection.execute("DELETE FROM person WHERE id = ?", key)
                done[0].append(key)
                done[1].extend((one,) for one in notes)
        return Outcome((tuple(done[0]), tuple(done[1])), tuple(left), self.now() if done[0] else None)

    def now(self) -> datetime:
        return self.clock.now() - self.behind

    def end_session(self, session: str) -> bool:
        if session == str(os.getpid()):
            return True  # its connection was closed with the apply
        try:
            os.kill(int(session), 0)
        except ProcessLookupError:
            return True
        return False


@dataclass
class PeopleVerifier:
    """Looks for keys, and nothing else."""

    people: People

    def remaining(self, task: Task, batch: Batch) -> tuple[tuple[Key, ...], ...]:
        there = (set(self.people.ids("person")), set(self.people.ids("note")))
        return tuple(tuple(k for k in step if k[0] in have) for step, have in zip(batch.keys, there, strict=True))


LISTING = (
    AssetInfo("person", "table", "sql", (ObjectInfo("person"),), types={"id": "INTEGER", "closed": "INTEGER"}),
    AssetInfo(
        "note",
        "table",
        "sql",
        (ObjectInfo("note"),),
        (ForeignKey(("person_id",), "person", ("id",)),),
        {"id": "INTEGER", "person_id": "INTEGER"},
    ),
)


@dataclass
class Approver:
    """A person with a key of their own."""

    database: Database
    actor_id: ActorId
    key: Ed25519PrivateKey

    @classmethod
    def join(cls, database: Database, name: str = "approver", actor_id: ActorId | None = None) -> Approver:
        actor_id = actor_id or add(database, name, Role.APPROVER)
        key = Ed25519PrivateKey.generate()
        with database.transaction() as session:
            until = context_of(session).clock.now() + timedelta(days=365)
            add_approver_key(session, actor_id, key.public_key().public_bytes_raw(), valid_until=until)
        return cls(database, actor_id, key)

    def sign(self, over: PlanScope | StandingScope, *, days: float = 7, at: datetime | None = None) -> bytes:
        with self.database.snapshot() as session:
            context = context_of(session)
        given = at or context.clock.now()
        name = fingerprint(self.key.public_key().public_bytes_raw())
        statement = Statement(context.tenant_id, name, over, given, given + timedelta(days=days))
        return sign_approval(statement, self.key)

    def approve(self, plan_id: PlanId, *, days: float = 7) -> ApprovalId:
        with self.database.transaction() as session:
            root = plan_of(session, plan_id).root
            assert root is not None
            return approve_plan(session, plan_id, self.sign(PlanScope(root), days=days))

    def approve_standing(
        self, maker_id: ActorId, *, rows: int = 1000, stores: tuple[str, ...] = ("shop",), policies: str = POLICIES
    ) -> ApprovalId:
        signed = self.sign(StandingScope(policies, stores, BlastLimits(rows, 0)))
        with self.database.transaction() as session:
            return record_approval(session, signed, maker_id=maker_id)


@dataclass
class World:
    """All of it, over one state."""

    database: Database
    people: People
    tap: Tap = no_tap
    stop_point: Callable[[], None] = lambda: None
    pace: Pace | None = None
    task: Task = TASK

    @property
    def clock(self) -> Clock:
        assert self.database.context is not None
        return self.database.context.clock

    def effect(self) -> PeopleEffect:
        return PeopleEffect(self.people, self.clock, self.tap)

    def plan(
        self, *, size: int = 3, limits: Limits | None = None, schedule: str = "", rows: PeopleRows | None = None
    ) -> PlanId:
        asked = Asked(
            self.task, POLICIES, ("closed-accounts",), START, schedule, limits=limits or Limits(share=100, shrink=50)
        )
        return PlanMaker(self.database).make(asked, rows or PeopleRows(self.people, size))

    def effective(self, hold_id: HoldId) -> bool:
        with self.database.transaction() as session:
            return try_effective(session, hold_id)

    def hold(self, *ids: int) -> HoldId:
        """Place a hold on people by their ids, and what hangs on them."""
        with self.database.transaction() as session:
            if session.scalar(select(StoreRow.id)) is None:
                inventory(session, "shop", {"person": ("id", "closed"), "note": ("id", "person_id")})
            scope = Scope("shop", "person", ("id",), [(one,) for one in ids])
            until = self.clock.now() + timedelta(days=90)
            return place_hold(session, NewHold("Doe v. Shop", "the court asked for it", [scope], until))

    def open_batches(self) -> list[tuple[int, str]]:
        """Batches that holds wait for, and by which session each is done."""
        with self.database.snapshot() as session:
            query = select(OpenBatchRow.number, OpenBatchRow.session).where(OpenBatchRow.closed_at.is_(None))
            return [(number, told) for number, told in session.execute(query)]

    def closed_batches(self) -> list[tuple[int, str]]:
        """Which were closed, and as what."""
        with self.database.snapshot() as session:
            query = select(OpenBatchRow.number, OpenBatchRow.outcome).where(OpenBatchRow.closed_at.is_not(None))
            return [(number, outcome) for number, outcome in session.execute(query.order_by(OpenBatchRow.id))]

    def worker(self) -> tuple[WorkerId, Leases]:
        with self.database.transaction() as session:
            worker_id = register_worker(session, Process("here", 1, "1"))
        return worker_id, Leases(self.database, worker_id)

    def applier(self, effect: PeopleEffect | None = None, *, policies: str | Callable[[], str] = POLICIES) -> Applier:
        now = policies if callable(policies) else lambda: policies
        worker_id, leases = self.worker()
        hands = Hands(effect or self.effect(), PeopleVerifier(self.people), lambda: LISTING)
        return Applier(
            self.database, leases, worker_id, hands, policies=now, stop_point=self.stop_point, pace=self.pace
        )

    def run(
        self, plan_id: PlanId, effect: PeopleEffect | None = None, *, policies: str | Callable[[], str] = POLICIES
    ) -> Ran:
        return self.applier(effect, policies=policies).run(plan_id)

    def fail_at_stop_points(self, *faults: Exception | None) -> None:
        """What comes up at one stop point after the other; None: nothing."""
        coming = iter(faults)

        def stop_point() -> None:
            if (fault := next(coming)) is not None:
                raise fault

        self.stop_point = stop_point

    def row(self, plan_id: PlanId) -> PlanRow:
        with self.database.snapshot() as session:
            return plan_of(session, plan_id)

    def batches(self, plan_id: PlanId) -> list[PlanBatchRow]:
        with self.database.snapshot() as session:
            tenant = context_of(session).tenant_id
            count = plan_of(session, plan_id).batches
            return [session.get_one(PlanBatchRow, (tenant, plan_id, number)) for number in range(count)]


def everything(people: int = 7) -> list[tuple[str, int]]:
    """What the store sees when all people go."""
    notes = [("note", p * 100 + n) for p in range(1, people + 1) for n in range(2)]
    return sorted([*notes, *(("person", p) for p in range(1, people + 1))])
