"""Rows that are deleted without a lock of their own, on PostgreSQL: which they are, and what moves meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from engine.governance.policy.model import Column, Delete
from retention.erase.loose import loose_steps
from tests.retention.databases import OLD, Guarding, Tables, apply, batch_of, emptied, ids, task_of, term

SHOP = (
    "CREATE TABLE accounts (id integer PRIMARY KEY, closed date)",
    "CREATE TABLE orders (id integer PRIMARY KEY, account integer NOT NULL REFERENCES accounts)",
    f"INSERT INTO accounts SELECT n, '{OLD}' FROM generate_series(1, 4) n",
    "INSERT INTO orders SELECT n, n FROM generate_series(1, 4) n",
)
BATCH = batch_of([1, 2, 3], [1, 2, 3])


@pytest.fixture
def shop(own_postgres: Tables) -> Tables:
    emptied(own_postgres)
    own_postgres.run(*SHOP)
    return own_postgres


@contextmanager
def before(tables: Tables, statement: str) -> Iterator[None]:
    """A statement that was carried out, and is committed as soon as somebody waits for a lock."""
    waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    over = threading.Event()
    with tables.engine.connect() as connection:
        connection.exec_driver_sql(statement)

        def commit_when_waited_for() -> None:
            while not over.is_set() and tables.rows(waits) == [(0,)]:
                pass
            connection.commit()

        waiter = threading.Thread(target=commit_when_waited_for)
        waiter.start()
        try:
            yield
        finally:
            over.set()
            waiter.join()


def test_a_row_that_comes_to_hang_on_another_stays(shop: Tables) -> None:
    guard = Guarding()
    task = task_of(shop.preview("accounts", Delete(("orders",))), term())
    with before(shop, "UPDATE orders SET account = 4 WHERE id = 2"):
        outcome = apply(shop, task, BATCH, guard)
    assert shop.rows("SELECT id, account FROM orders ORDER BY id") == [(2, 4), (4, 4)]
    assert shop.keys("accounts") == [4]
    assert [ids(keys) for keys in outcome.done] == [[1, 2, 3], [1, 3]]
    assert (len(guard.began_with), guard.asked) == (2, 1)  # all of it was done again, with locks, and asked about once


def test_a_row_that_goes_meanwhile_is_not_told_of_as_ours(shop: Tables) -> None:
    task = task_of(shop.preview("accounts", Delete(("orders",))), term())
    with before(shop, "DELETE FROM orders WHERE id = 2"):
        outcome = apply(shop, task, BATCH)
    assert [ids(keys) for keys in outcome.done] == [[1, 2, 3], [1, 3]]
    assert shop.keys("orders") == [4]


def test_a_row_that_comes_to_hang_on_another_that_goes_goes_with_it(shop: Tables) -> None:
    guard = Guarding()
    task = task_of(shop.preview("accounts", Delete(("orders",))), term())
    with before(shop, "UPDATE orders SET account = 3 WHERE id = 2"):
        outcome = apply(shop, task, BATCH, guard)
    assert [ids(keys) for keys in outcome.done] == [[1, 2, 3], [1, 2, 3]]
    assert len(guard.began_with) == 1


def test_a_row_that_hangs_on_one_that_stays_by_then_stays(shop: Tables) -> None:
    shop.run("UPDATE accounts SET closed = NULL WHERE id = 3")  # of the batch, and not due any more
    task = task_of(shop.preview("accounts", Delete(("orders",))), term())
    with before(shop, "UPDATE orders SET account = 3 WHERE id = 2"):
        outcome = apply(shop, task, BATCH)
    assert [ids(keys) for keys in outcome.done] == [[1, 2], [1]]
    assert shop.rows("SELECT id, account FROM orders ORDER BY id") == [(2, 3), (3, 3), (4, 4)]


def test_rows_that_are_compared_are_locked(shop: Tables) -> None:
    guard = Guarding(holds={"orders": (Column("account"),)}, covered={"4": "hold", 4: "hold"})
    task = task_of(shop.preview("accounts", Delete(("orders",))), term())
    with before(shop, "UPDATE orders SET account = 4 WHERE id = 2"):
        outcome = apply(shop, task, BATCH, guard)
    assert [ids(keys) for keys in outcome.done] == [[1, 2, 3], [1, 3]]
    assert len(guard.began_with) == 1  # the lock was waited for before anything was decided


def _of(*statements: str, dependents: tuple[str, ...] = ("orders",)) -> Callable[[Tables], frozenset[int]]:
    def found(shop: Tables) -> frozenset[int]:
        shop.run(*statements)
        return loose_steps(shop.store().shapes(), shop.preview("accounts", Delete(dependents)).steps)

    return found


@pytest.mark.parametrize(
    ("found", "loose"),
    [
        (_of(), {1}),
        (_of("CREATE TABLE items (id integer PRIMARY KEY, part integer REFERENCES orders)", dependents=("orders", "items")), {2}),
        # something may begin to refer to it
        (_of("CREATE TABLE items (id integer PRIMARY KEY, part integer REFERENCES orders)"), set()),
        (_of("ALTER TABLE orders ADD COLUMN next integer REFERENCES orders"), set()),
        # it may hang on a row that stays, over the other way
        (_of("ALTER TABLE orders ADD COLUMN payer integer REFERENCES accounts"), set()),
        # the condition could be looked at in another way than it reads
        (_of("ALTER TABLE orders ALTER COLUMN account TYPE bigint"), set()),
        (_of("ALTER TABLE orders DROP CONSTRAINT orders_pkey, ADD PRIMARY KEY (id, account)"), set()),
    ],
)  # fmt: skip
def test_which_steps_need_no_locks(shop: Tables, found: Callable[[Tables], frozenset[int]], loose: set[int]) -> None:
    assert found(shop) == loose
