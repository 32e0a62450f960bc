"""The contract of the effect on a database, on each server: exactly what was planned goes, or less, with the reason."""

from __future__ import annotations

import pytest

from engine.governance.change.effect import Reason
from engine.governance.policy.model import Column, Delete
from tests.retention.databases import NEW, OLD, Guarding, Tables, apply, batch_of, ids, reasons, task_of, term

SHOP = (
    "CREATE TABLE accounts (id integer PRIMARY KEY, email varchar(80), closed date)",
    (
        "CREATE TABLE orders (id integer PRIMARY KEY, account integer NOT NULL, placed date, FOREIGN KEY (account) "
        "REFERENCES accounts (id))"
    ),
    "CREATE TABLE items (id integer PRIMARY KEY, ordered integer NOT NULL, FOREIGN KEY (ordered) REFERENCES orders (id))",
    "CREATE TABLE notes (id integer PRIMARY KEY, account integer, FOREIGN KEY (account) REFERENCES accounts (id))",
    (
        f"INSERT INTO accounts VALUES (1, 'ada@example.com', '{OLD}'), (2, 'bob@example.com', '{OLD}'), "
        f"(3, 'cyd@example.com', '{NEW}'), (4, 'dan@example.com', NULL)"
    ),
    f"INSERT INTO orders VALUES (10, 1, '{OLD}'), (11, 1, '{OLD}'), (20, 2, '{OLD}'), (30, 3, '{OLD}')",
    "INSERT INTO items VALUES (100, 10), (101, 10), (200, 20), (300, 30)",
    "INSERT INTO notes VALUES (1000, 1), (2000, 2), (3000, NULL)",
)
RULE = Delete(dependents=("orders", "items"), detach=("notes",))
ALL = batch_of([1, 2, 3, 4], [10, 11, 20, 30], [100, 101, 200, 300], [1000, 2000])


@pytest.fixture
def shop(tables: Tables) -> Tables:
    tables.run(*SHOP)
    return tables


def test_what_is_due_goes_with_all_that_hangs_on_it(shop: Tables) -> None:
    task = task_of(shop.preview("accounts", RULE), term())
    assert [step.asset for step in task.steps] == ["accounts", "orders", "items", "notes"]
    guard = Guarding()
    outcome = apply(shop, task, ALL, guard)
    assert [ids(keys) for keys in outcome.done] == [[1, 2], [10, 11, 20], [100, 101, 200], [1000, 2000]]
    assert reasons(outcome) == {(0, 3): Reason.NOT_DUE, (0, 4): Reason.NOT_STARTED}
    assert (shop.keys("accounts"), shop.keys("orders"), shop.keys("items")) == ([3, 4], [30], [300])
    assert shop.rows("SELECT id, account FROM notes ORDER BY id") == [(1000, None), (2000, None), (3000, None)]
    assert outcome.committed_at is not None
    assert (len(guard.began_with), guard.asked) == (1, 1)


def test_again_all_is_gone(shop: Tables) -> None:
    task = task_of(shop.preview("accounts", RULE), term())
    batch = batch_of([1, 2], [10, 11, 20], [100, 101, 200], [1000, 2000])
    apply(shop, task, batch)
    again = apply(shop, task, batch)
    assert reasons(again) == {(0, 1): Reason.GONE, (0, 2): Reason.GONE}
    assert again.committed_at is None
    assert not any(again.done)


def test_a_held_dependent_keeps_its_root(shop: Tables) -> None:
    task = task_of(shop.preview("accounts", RULE), term())
    guard = Guarding(holds={"items": (Column("id"),)}, covered={200: "hold-1"})
    outcome = apply(shop, task, ALL, guard)
    assert [ids(keys) for keys in outcome.done] == [[1], [10, 11], [100, 101], [1000]]
    assert reasons(outcome)[0, 2] is Reason.HELD
    assert reasons(outcome)[2, 200] is Reason.HELD
