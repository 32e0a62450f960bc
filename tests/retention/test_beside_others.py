"""What other sessions write while rows are erased: whatever they committed and no plan names is there afterwards."""

from __future__ import annotations

import random
import threading
from contextlib import suppress

import pytest
from sqlalchemy.exc import DBAPIError

from engine.base.errors import StoreError
from engine.governance.change.effect import Batch
from engine.governance.policy.model import Delete
from tests.retention.databases import NOW, OLD, Guarding, Tables, task_of, term

ACCOUNTS = 60
LINKED = (
    "CREATE TABLE accounts (id integer PRIMARY KEY, closed date)",
    (
        "CREATE TABLE orders (id integer PRIMARY KEY, account integer NOT NULL, "
        "FOREIGN KEY (account) REFERENCES accounts (id) ON DELETE CASCADE)"
    ),
    (
        "CREATE TABLE logs (id integer PRIMARY KEY, account integer, "
        "FOREIGN KEY (account) REFERENCES accounts (id) ON DELETE CASCADE)"
    ),
)


class Writer(threading.Thread):
    """Inserts, moves and reopens at random, and remembers what was committed."""

    def __init__(self, tables: Tables, number: int, over: threading.Event) -> None:
        super().__init__()
        self._tables = tables
        self._drawn = random.Random(number)
        self._next = 10_000 * (number + 1)
        self._over = over
        self.rows: list[tuple[str, int]] = []
        self.reopened: list[int] = []

    def run(self) -> None:
        while not self._over.is_set():
            account = self._drawn.randint(6, ACCOUNTS)  # those before it go for certain
            self._next += 1
            with suppress(DBAPIError):  # the account is gone, or there was a deadlock
                if self._drawn.random() < 0.2:
                    count = self._reopen(account)
                    self.reopened += [account] * count
                else:
                    table = self._drawn.choice(["orders", "logs"])
                    self._tables.run(f"INSERT INTO {table} VALUES ({self._next}, {account})")
                    self.rows.append((table, self._next))

    def _reopen(self, account: int) -> int:
        with self._tables.engine.begin() as connection:
            return connection.exec_driver_sql(f"UPDATE accounts SET closed = NULL WHERE id = {account}").rowcount


@pytest.mark.parametrize("seed", [pytest.param(n, marks=[pytest.mark.long] if n else []) for n in range(5)])
def test_nothing_is_taken_that_no_plan_names(tables: Tables, seed: int) -> None:
    if tables.server == "sqlite":
        pytest.skip("one writer at a time")
    accounts = ", ".join(f"({n}, '{OLD}')" for n in range(1, ACCOUNTS + 1))
    orders = ", ".join(f"({n}, {n})" for n in range(1, ACCOUNTS + 1))
    tables.run(*LINKED, f"INSERT INTO accounts VALUES {accounts}", f"INSERT INTO orders VALUES {orders}")
    task = task_of(tables.preview("accounts", Delete(("orders",))), term())
    over = threading.Event()
    writers = [Writer(tables, 10 * seed + number, over) for number in range(3)]
    effect, done = tables.effect(), set()
    for writer in writers:
        writer.start()
    try:
        for start in range(1, ACCOUNTS + 1, 5):
            keys = tuple((n,) for n in range(start, start + 5))
            with suppress(StoreError):  # a deadlock: nothing was changed
                done |= set(effect.apply(task, Batch(0, (keys, keys)), Guarding(), NOW).done[0])
    finally:
        over.set()
        for writer in writers:
            writer.join()
        effect.close()
    left = set(tables.keys("accounts"))
    assert left == set(range(1, ACCOUNTS + 1)) - {key[0] for key in done}
    assert {row for writer in writers for row in writer.rows} <= {
        (table, key) for table in ("orders", "logs") for key in tables.keys(table)
    }
    assert {account for writer in writers for account in writer.reopened} <= left
    assert done
