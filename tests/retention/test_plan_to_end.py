"""From a rule to rows that are gone: planned, approved, held in part, done on each server, and read again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.base.clock import SystemClock
from engine.base.ids import HoldId
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.work.leases import Leases
from engine.base.work.workers import Process, register_worker
from engine.governance.change.applying import Applier
from engine.governance.change.approving import cancel_plan
from engine.governance.change.asked import Asked
from engine.governance.change.asked import Rows as PlannedRows
from engine.governance.change.batches import Hands
from engine.governance.change.effect import Effect, Task, Verifier
from engine.governance.change.kept import plan_of
from engine.governance.change.making import PlanMaker
from engine.governance.change.plan import Limits
from engine.governance.holds.place import NewHold, place_hold
from engine.governance.holds.scopes import Scope
from engine.governance.policy.model import Delete
from retention.certificate.issuing import issue_certificate
from retention.certificate.view import show_certificate
from retention.pace import BatchPace
from retention.probe import StorePace
from retention.select import DueRows
from retention.verify import SqlVerifier
from tests.governance.change.world import POLICIES, Approver
from tests.governance.holds.world import inventory
from tests.retention.databases import OLD, Guarding, Tables, task_of, term

SHOP = (
    "CREATE TABLE accounts (id integer PRIMARY KEY, closed date)",
    "CREATE TABLE orders (id integer PRIMARY KEY, account integer NOT NULL, FOREIGN KEY (account) REFERENCES accounts (id))",
    "CREATE TABLE notes (id integer PRIMARY KEY, account integer, FOREIGN KEY (account) REFERENCES accounts (id))",
)


@pytest.fixture
def state(database: Database) -> Database:
    """With the clock of this machine, for that is what a server's is compared with."""
    assert database.context is not None
    return database.bound(replace(database.context, clock=SystemClock()))


def fill(tables: Tables) -> Task:
    accounts = ", ".join(f"({n}, '{OLD}')" for n in range(1, 21))
    orders = ", ".join(f"({100 + n}, {n % 20 + 1})" for n in range(60))
    notes = ", ".join(f"({200 + n}, {n})" for n in range(1, 21))
    tables.run(
        *SHOP,
        f"INSERT INTO accounts VALUES {accounts}",
        f"INSERT INTO orders VALUES {orders}",
        f"INSERT INTO notes VALUES {notes}",
    )
    return task_of(tables.preview("accounts", Delete(("orders",), ("notes",))), term())


def hold(database: Database, key: int) -> HoldId:
    with database.transaction() as session:
        fields = {"accounts": ("id", "closed"), "orders": ("id", "account"), "notes": ("id", "account")}
        inventory(session, "shop", fields)
        scope = Scope("shop", "accounts", ("id",), [(key,)])
        until = context_of(session).clock.now() + timedelta(days=90)
        return place_hold(session, NewHold("Doe v. Shop", "the court asked for it", [scope], until))


@pytest.mark.parametrize("unbound_database", ["sqlite"], indirect=True)
def test_cancelled_between_two_transactions_what_is_gone_is_certified_and_the_rest_is_not(
    state: Database, tables: Tables
) -> None:
    task = fill(tables)
    store, effect = tables.store(), tables.effect()
    rows: PlannedRows = DueRows(store, task, Guarding(), SystemClock().now(), roots=8)
    asked = Asked(task, POLICIES, ("two-years",), SystemClock().now(), limits=Limits(share=100))
    plan_id = PlanMaker(state).make(asked, rows)
    Approver.join(state).approve(plan_id)
    with state.transaction() as session:
        worker_id = register_worker(session, Process("here", 1, "1"))
    commits = 0

    def policies() -> str:
        """Asked before each COMMIT, and before each batch."""
        nonlocal commits
        commits += 1
        if commits == 5:  # at the start; then of the first batch, its beginning, and two parts of three roots
            with state.transaction() as session:
                cancel_plan(session, plan_id)
        return POLICIES

    hands = Hands(effect, SqlVerifier(store), lambda: tuple(store.assets()), server=store.server_version)
    pace = StorePace(BatchPace(3, most=3))
    ran = Applier(state, Leases(state, worker_id), worker_id, hands, policies=policies, pace=pace).run(plan_id)
    effect.close()
    assert ran.state == "cancelled"
    gone = 20 - len(tables.keys("accounts"))
    assert 0 < gone < 8, "parts of the first batch are committed, and no more"
    with state.transaction() as session:
        made = show_certificate(session, issue_certificate(session, plan_id)).document
    by_asset = {one.asset: one.rows_done for one in made.assets}
    assert (made.extent, made.plan.outcome, by_asset["accounts"]) == ("partial", "cancelled", gone)
    assert by_asset["orders"] == 60 - tables.rows("SELECT count(*) FROM orders")[0][0] == 3 * gone
    assert by_asset["notes"] == tables.rows("SELECT count(*) FROM notes WHERE account IS NULL")[0][0] == gone
    assert (made.counts.rows_certified, made.verification.found) == (5 * gone, 0)
    assert [(one.asset, one.reason, one.roots) for one in made.counts.left] == [("accounts", "stopped", 20 - gone)]
    assert (made.batches.planned, made.batches.done) == (3, 1)
    assert made.store.server_version == store.server_version() != ""


@pytest.mark.parametrize("unbound_database", ["sqlite"], indirect=True)
def test_a_plan_is_made_approved_done_and_read_again(state: Database, tables: Tables) -> None:
    task = fill(tables)
    store = tables.store()
    rows: PlannedRows = DueRows(store, task, Guarding(), SystemClock().now(), roots=8)
    asked = Asked(task, POLICIES, ("two-years",), SystemClock().now(), limits=Limits(share=100, shrink=50))
    plan_id = PlanMaker(state).make(asked, rows)
    hold(state, 3)
    tables.run("INSERT INTO orders VALUES (500, 7)")  # after the plan was made
    Approver.join(state).approve(plan_id)
    with state.transaction() as session:
        worker_id = register_worker(session, Process("here", 1, "1"))
    effect = tables.effect()
    door: Effect = effect
    verifier: Verifier = SqlVerifier(store)
    applier = Applier(
        state,
        Leases(state, worker_id),
        worker_id,
        Hands(door, verifier, lambda: tuple(store.assets())),
        policies=lambda: POLICIES,
        pace=StorePace(BatchPace(3)),
    )
    ran = applier.run(plan_id)
    effect.close()
    assert (ran.state, ran.reason) == ("complete_with_exceptions", "")
    assert tables.keys("accounts") == [3, 7]
    assert sorted({row[0] for row in tables.rows("SELECT account FROM orders")}) == [3, 7]
    assert sorted(row[0] for row in tables.rows("SELECT account FROM notes WHERE account IS NOT NULL")) == [3, 7]
    assert tables.rows("SELECT count(*) FROM notes") == [(20,)]
    with state.snapshot() as session:
        assert plan_of(session, plan_id).state == "complete_with_exceptions"
