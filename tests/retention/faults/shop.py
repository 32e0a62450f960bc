"""A shop on a real server, whose own triggers tell of every row that a sweep deals with, and plans over it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from engine.base.clock import SystemClock
from engine.base.ids import HoldId, PlanId
from engine.base.state.canonical import JsonValue
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.tables import CertificateRow, OpenBatchRow, PlanBatchRow
from engine.base.work.leases import LEASE_SECONDS, Leases
from engine.base.work.workers import Process, find_dead, register_worker, stop_worker
from engine.governance.change.applying import Applier, Ran
from engine.governance.change.asked import Asked
from engine.governance.change.asked import Rows as PlannedRows
from engine.governance.change.batches import Hands
from engine.governance.change.effect import Task
from engine.governance.change.kept import outcome_of, plan_of
from engine.governance.change.making import PlanMaker
from engine.governance.change.plan import Limits
from engine.governance.holds.place import NewHold, place_hold, try_effective
from engine.governance.holds.scopes import Scope
from engine.governance.policy.model import Delete
from retention.certificate.issuing import issue_due
from retention.erase.sql import SqlEffect
from retention.pace import BatchPace
from retention.probe import StorePace
from retention.select import DueRows
from retention.verify import SqlVerifier
from tests.governance.change.world import POLICIES, Approver
from tests.governance.holds.world import inventory
from tests.retention.databases import NEW, OLD, Guarding, Tables, opened, task_of, term
from tests.retention.faults.tapped import Tap, TappedVerifier, no_tap, tapped

TABLES = (
    "CREATE TABLE accounts (id integer PRIMARY KEY, closed date)",
    "CREATE TABLE orders (id integer PRIMARY KEY, account integer NOT NULL, FOREIGN KEY (account) REFERENCES accounts (id))",
    "CREATE TABLE notes (id integer PRIMARY KEY, account integer, FOREIGN KEY (account) REFERENCES accounts (id))",
    "CREATE TABLE gone (asset varchar(20) NOT NULL, id integer NOT NULL)",
)
FIELDS = {"accounts": ("id", "closed"), "orders": ("id", "account"), "notes": ("id", "account")}
KEPT = 3
"""So many accounts beside the due ones are not over their maximum."""
LONGEST = 600.0
"""Seconds that a run may take: nothing renews its lease, so that it is the test that says when one is lost."""
PART = 2
"""Roots of one transaction of the store; of a batch there are more."""


def triggers(server: str) -> list[str]:
    """Statements after which the server writes down itself what was dealt with, and rolls that back with it."""
    events = (("accounts", "DELETE"), ("orders", "DELETE"), ("notes", "UPDATE"))
    if server == "postgresql":
        body = "BEGIN INSERT INTO gone VALUES (TG_TABLE_NAME, OLD.id); RETURN NULL; END"
        return [
            f"CREATE FUNCTION told() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
            *(
                f"CREATE TRIGGER {table}_told AFTER {event} ON {table} FOR EACH ROW EXECUTE FUNCTION told()"
                for table, event in events
            ),
        ]
    deed = "INSERT INTO gone VALUES ('{}', OLD.id)"
    body = deed if server == "mariadb" else "BEGIN " + deed + "; END"
    return [
        f"CREATE TRIGGER {table}_told AFTER {event} ON {table} FOR EACH ROW {body.format(table)}"
        for table, event in events
    ]


@dataclass
class Shop:
    """Accounts 1, 2, ... that are due, each with one order and one note of the same number, and a few that are not due.

    Attributes:
        state: bound to the clock of this machine.
        tables: the database, as a test reads and fills it.
        name: of the store; a new one has no holds yet.
        writes: the URL of the write credential; that of ``tables`` by default.
        lease_seconds: what the effect's waits at the server go by.
        tap: called at each statement of the effect; see :mod:`tests.retention.faults.tapped`.
    """

    state: Database
    tables: Tables
    name: str = "shop"
    writes: str = ""
    tap: Tap = no_tap
    lease_seconds: float = LEASE_SECONDS
    due: list[int] = field(default_factory=list)

    def build(self) -> None:
        """Make the tables."""
        self.tables.run(*TABLES, *triggers(self.tables.server))
        with self.state.transaction() as session:
            inventory(session, self.name, FIELDS)

    def fill(self, due: int) -> None:
        """Whatever was there before is gone."""
        self.due = list(range(1, due + 1))
        rows = [(number, OLD) for number in self.due] + [(due + number, NEW) for number in range(1, KEPT + 1)]
        accounts = ", ".join(f"({number}, '{day}')" for number, day in rows)
        pairs = ", ".join(f"({number}, {number})" for number, _ in rows)
        self.tables.run(
            "DELETE FROM notes",
            "DELETE FROM orders",
            "DELETE FROM accounts",
            "DELETE FROM gone",
            f"INSERT INTO accounts VALUES {accounts}",
            f"INSERT INTO orders VALUES {pairs}",
            f"INSERT INTO notes VALUES {pairs}",
        )

    @cached_property
    def task(self) -> Task:
        found = task_of(self.tables.preview("accounts", Delete(("orders",), ("notes",))), term())
        return replace(found, store=self.name)

    @cached_property
    def approver(self) -> Approver:
        return Approver.join(self.state, f"approver of {self.name}")

    def plan(self, size: int) -> PlanId:
        """An approved plan over all that is due, ``size`` roots a batch."""
        rows: PlannedRows = DueRows(self.tables.store(), self.task, Guarding(), SystemClock().now(), roots=size)
        limits = Limits(share=100, shrink=100)
        plan_id = PlanMaker(self.state).make(
            Asked(self.task, POLICIES, ("two-years",), SystemClock().now(), limits=limits), rows
        )
        self.approver.approve(plan_id)
        return plan_id

    @contextmanager
    def hands(self) -> Iterator[Hands]:
        store = self.tables.store()
        effect = tapped(
            SqlEffect(self.writes or self.tables.url, SystemClock(), lease_seconds=self.lease_seconds), self.tap
        )
        try:
            yield Hands(effect, TappedVerifier(SqlVerifier(store), self.tap), lambda: tuple(store.assets()))
        finally:
            effect.close()

    def run(self, plan_id: PlanId, began: Callable[[Leases], object] = lambda _leases: None) -> Ran:
        """Run a plan as a process of its own would. ``began`` is given what it holds.

        Raises:
            BaseException: as Applier.run, and what the tap raises; the worker is found dead then.
        """
        with self.state.transaction() as session:
            worker_id = register_worker(session, Process.this(), runs_jobs=False)
        leases = Leases(self.state, worker_id, LONGEST)
        began(leases)
        with self.hands() as hands:
            pace = StorePace(BatchPace(PART, most=PART))
            ran = Applier(self.state, leases, worker_id, hands, policies=lambda: POLICIES, pace=pace).run(plan_id)
        with self.state.transaction() as session:
            stop_worker(session, worker_id)
        return ran

    def hold(self, *accounts: int) -> HoldId:
        """Place a hold on accounts, and what hangs on them."""
        with self.state.transaction() as session:
            scope = Scope(self.name, "accounts", ("id",), [(one,) for one in accounts])
            until = context_of(session).clock.now() + timedelta(days=90)
            return place_hold(session, NewHold("Doe v. Shop", "the court asked for it", [scope], until))

    def effective(self, hold_id: HoldId) -> bool:
        with self.state.transaction() as session:
            return try_effective(session, hold_id)

    def bury(self, silent: float = 30) -> int:
        """Whoever is dead, or was silent for so many seconds, has no rights any more: as the leader does. Gives how many."""
        with self.state.transaction() as session:
            return len(find_dead(session, silent))

    def certify(self) -> int:
        """Issue the certificates that are lacking, as the leader does."""
        with self.state.transaction() as session:
            return issue_due(session)

    def gone(self) -> Counter[tuple[str, int]]:
        """What was dealt with and committed, and how often, as the server's own triggers saw it."""
        return Counter((str(asset), int(number)) for asset, number in self.tables.rows("SELECT asset, id FROM gone"))

    def rows(self) -> dict[str, list[Any]]:
        """All that is in the tables."""
        found = {
            name: self.tables.rows(f"SELECT id, {cells[1]} FROM {name} ORDER BY id") for name, cells in FIELDS.items()
        }
        return found | {"accounts": [(number, str(day)) for number, day in found["accounts"]]}

    def open_batches(self) -> int:
        """How many batches a hold over the store may wait for."""
        with self.state.snapshot() as session:
            query = select(OpenBatchRow.id).where(OpenBatchRow.closed_at.is_(None), OpenBatchRow.store == self.name)
            return len(session.scalars(query).all())

    def outcome(self, plan_id: PlanId) -> dict[str, Any]:
        """How a plan ended, batch by batch; not in it is what tells of who did it and when."""
        with self.state.snapshot() as session:
            row = plan_of(session, plan_id)
            result = row.result if isinstance(row.result, dict) else {}
            query = select(PlanBatchRow).where(PlanBatchRow.plan_id == plan_id).order_by(PlanBatchRow.number)
            batches = [
                (one.state, outcome_of(one.outcome)[:2], one.found, one.verified_at is not None)
                for one in session.scalars(query)
            ]
            certified = select(CertificateRow.rows, CertificateRow.level).where(CertificateRow.plan_id == plan_id)
            return {
                "state": (row.state, row.reason, row.left),
                "result": {name: result.get(name) for name in ("done", "left", "found")},
                "batches": batches,
                "certificates": [tuple(one) for one in session.execute(certified)],
            }

    def resolved(self, plan_id: PlanId) -> int:
        """Rows that were found dealt with when somebody took over."""
        with self.state.snapshot() as session:
            result: JsonValue = plan_of(session, plan_id).result
            assert isinstance(result, dict)
            return int(str(result["resolved"]))


class Died(BaseException):
    """Stands for a process that goes no further; what it had in the store is rolled back by its server."""


def everything(due: int) -> Counter[tuple[str, int]]:
    """What is dealt with when nothing is in the way: each row once."""
    return Counter((asset, number) for asset in FIELDS for number in range(1, due + 1))


def left_by(due: int) -> dict[str, list[Any]]:
    """What is in the tables then."""
    day = [(due + number, str(NEW)) for number in range(1, KEPT + 1)]
    kept = [(due + number, due + number) for number in range(1, KEPT + 1)]
    return {"accounts": day, "orders": kept, "notes": [*((number, None) for number in range(1, due + 1)), *kept]}


def shop_at(url: str, state: Database, **options: Any) -> Shop:
    """A shop in an empty database."""
    shop = Shop(state, opened(url), **options)
    shop.build()
    return shop


def end_sessions(tables: Tables) -> int:
    """End every session of the effect on the server. Gives how many."""
    if tables.server == "postgresql":
        query = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'reeve erase' "
        return len(tables.rows(query + "AND datname = current_database()"))
    mine = "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()"
    found = tables.rows(f"{mine} AND command = 'Sleep'")
    with tables.engine.connect() as connection:
        for (number,) in found:
            with suppress(DBAPIError):
                connection.exec_driver_sql(f"KILL {number}")
    return len(found)
