"""From rows that are due to an ended plan, on each server: the real effect, behind holds, approvals and the lease."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from engine.base.clock import SystemClock
from engine.base.ids import PlanId
from engine.base.state.database import Database
from engine.base.work.leases import Leases
from engine.base.work.workers import Process, register_worker
from engine.estate.stores.store import AssetInfo
from engine.governance.change.applying import Applier, Ran
from engine.governance.change.batches import Hands
from engine.governance.change.effect import Batch, Guard, Outcome, Reason, Task
from engine.governance.change.kept import header_of, plan_of
from engine.governance.change.making import Asked, PlanMaker
from engine.governance.change.plan import Limits
from engine.governance.holds.barrier import holds_over
from engine.governance.holds.counting import hold_matcher
from engine.governance.holds.place import NewHold, place_hold, try_effective
from engine.governance.holds.scopes import Scope
from engine.governance.policy.model import Delete
from retention.erase.sql import SqlEffect
from retention.select import DueRows
from retention.verify import SqlVerifier
from tests.base.actors.people import recorded
from tests.governance.change.conftest import state
from tests.governance.change.world import POLICIES, Approver
from tests.governance.holds.world import inventory
from tests.retention.databases import NEW, NOW, OLD, Tables, task_of, term

__all__ = ["state"]

SHOP = (
    "CREATE TABLE accounts (id integer PRIMARY KEY, closed date)",
    "CREATE TABLE orders (id integer PRIMARY KEY, account integer NOT NULL, FOREIGN KEY (account) REFERENCES accounts (id))",
    "CREATE TABLE notes (id integer PRIMARY KEY, account integer, FOREIGN KEY (account) REFERENCES accounts (id))",
)


class Died(Exception):
    """The process did."""


class Dying(SqlEffect):
    """Dies behind the COMMIT of a batch."""

    dies_at = 1

    def apply(self, task: Task, batch: Batch, guard: Guard, now: datetime) -> Outcome:
        outcome = super().apply(task, batch, guard, now)
        if batch.number == self.dies_at:
            self.close()
            raise Died
        return outcome


class Shop:
    """The state, and a database with eleven accounts: nine of them due, each with an order and a note."""

    def __init__(self, database: Database, tables: Tables) -> None:
        assert database.context is not None
        self.database = database.bound(replace(database.context, clock=SystemClock()))
        self.tables = tables
        accounts = ", ".join(f"({n}, '{OLD if n < 9 else NEW}')" for n in range(11))
        tables.run(
            *SHOP,
            f"INSERT INTO accounts VALUES {accounts}",
            "INSERT INTO orders VALUES " + ", ".join(f"({100 + n}, {n})" for n in range(11)),
            "INSERT INTO notes VALUES " + ", ".join(f"({200 + n}, {n})" for n in range(11)),
        )
        with self.database.transaction() as session:
            known = {"accounts": ("id", "closed"), "orders": ("id", "account"), "notes": ("id", "account")}
            inventory(session, "shop", known)
        self.task = task_of(tables.preview("accounts", Delete(("orders",), ("notes",))), term())

    def listing(self) -> list[AssetInfo]:
        return list(self.tables.store().assets())

    def hold(self, account: int) -> None:
        new = NewHold(
            "case 7",
            "the court asked for it",
            [Scope("shop", "accounts", ("id",), [(account,)])],
            datetime.now(UTC) + timedelta(days=90),
        )
        with self.database.transaction() as session:
            hold_id = place_hold(session, new)
        with self.database.transaction() as session:
            assert try_effective(session, hold_id)

    def plan(self) -> PlanId:
        with self.database.transaction() as session:
            assert len(holds_over(session, "shop")) == 1
            matcher = hold_matcher(session, "shop", self.listing())
        asked = Asked(self.task, POLICIES, ("closed-accounts",), NOW, limits=Limits(share=100))
        return PlanMaker(self.database).make(asked, DueRows(self.tables.store(), self.task, matcher, NOW, roots=3))

    def run(self, plan_id: PlanId, effect: SqlEffect | None = None) -> Ran:
        with self.database.transaction() as session:
            worker_id = register_worker(session, Process("here", 1, "1"))
        effect = effect or self.tables.effect()
        hands = Hands(effect, SqlVerifier(self.tables.store()), self.listing)
        try:
            leases = Leases(self.database, worker_id)
            return Applier(self.database, leases, worker_id, hands, policies=POLICIES).run(plan_id)
        finally:
            effect.close()


@pytest.fixture
def shop(state: Database, tables: Tables) -> Shop:
    return Shop(state, tables)


def test_what_is_due_goes_and_what_is_held_stays(shop: Shop) -> None:
    shop.hold(2)
    plan_id = shop.plan()
    with shop.database.snapshot() as session:
        header = header_of(plan_of(session, plan_id))
    assert [(one.reason, one.rows) for one in header.excluded] == [(Reason.HELD, 3)]  # with what hangs on it
    assert header.rows == (8, 8, 8)
    Approver.join(shop.database).approve(plan_id)
    shop.hold(5)  # after the approval
    with suppress(Died):
        shop.run(plan_id, Dying(shop.tables.url, SystemClock()))
    assert shop.run(plan_id) == Ran("complete_with_exceptions")
    assert shop.tables.keys("accounts") == [2, 5, 9, 10]
    assert shop.tables.keys("orders") == [102, 105, 109, 110]
    assert shop.tables.rows("SELECT id FROM notes WHERE account IS NOT NULL ORDER BY id") == [
        (202,),
        (205,),
        (209,),
        (210,),
    ]
    (ended,) = recorded(shop.database, "plan.ended")
    assert (ended["done"], ended["roots_left"], ended["found"]) == ([7, 7, 7], 1, 0)
    assert {reason for one in recorded(shop.database, "plan.batch_done") for reason in one["reasons"]} == {"held"}
    assert [one["resolved"] > 0 for one in recorded(shop.database, "plan.batch_done")].count(True) == 1
