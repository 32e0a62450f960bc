"""Erasing rows of PostgreSQL through four linked tables, beside batched SQL written by hand and under a probe; and planning.

``python -m tests.benchmarks.erase [ROWS]``: 10^6 rows by default, for minutes. The server is that of the tests.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import psycopg
import sqlalchemy as sa

from engine.base.clock import SystemClock
from engine.governance.calendar.durations import Duration
from engine.governance.change.closure import preview
from engine.governance.change.effect import Batch, Task, Term
from engine.governance.policy.model import Column, Delete
from tests.peak import peak

ROWS = 1_000_000
NOW = datetime(2026, 3, 1, tzinfo=UTC)
SERVER = os.environ.get("REEVE_TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
LINKED = (
    "CREATE TABLE accounts (id bigint PRIMARY KEY, email text, closed timestamptz)",
    "CREATE TABLE orders (id bigint PRIMARY KEY, account bigint NOT NULL REFERENCES accounts, note text)",
    "CREATE TABLE items (id bigint PRIMARY KEY, ordered bigint NOT NULL REFERENCES orders, note text)",
    "CREATE TABLE visits (id bigint PRIMARY KEY, account bigint NOT NULL REFERENCES accounts, note text)",
    "CREATE TABLE others (id bigint PRIMARY KEY, note text)",
    "INSERT INTO accounts SELECT n, 'a' || n, '2019-01-01' FROM generate_series(1, {roots}) n",
    "INSERT INTO orders SELECT n, 1 + n / 2 % {roots}, repeat('x', 60) FROM generate_series(1, {roots}) n",
    "INSERT INTO items SELECT n, n, repeat('x', 60) FROM generate_series(1, {roots}) n",
    "INSERT INTO visits SELECT n, n, repeat('x', 60) FROM generate_series(1, {roots}) n",
    "INSERT INTO others SELECT n, repeat('x', 60) FROM generate_series(1, 100000) n",
    "CREATE INDEX ON orders (account)",
    "CREATE INDEX ON items (ordered)",
    "CREATE INDEX ON visits (account)",
    "ANALYZE",
)
BY_HAND = (
    (
        "CREATE TEMP TABLE batch ON COMMIT DROP AS SELECT id FROM accounts WHERE closed < '2024-01-01' ORDER BY id LIMIT {size} "
        "FOR UPDATE"
    ),
    "DELETE FROM items USING orders, batch WHERE items.ordered = orders.id AND orders.account = batch.id",
    "DELETE FROM orders USING batch WHERE orders.account = batch.id",
    "DELETE FROM visits USING batch WHERE visits.account = batch.id",
    "DELETE FROM accounts USING batch WHERE accounts.id = batch.id",
)


class Free:
    """A guard that hinders nothing."""

    def began(self, session: str) -> None:
        pass

    def columns(self, asset: str) -> tuple[Column, ...]:
        return ()

    def held(self, asset: str, rows: Any) -> list[None]:
        return [None] * len(rows)

    def before_commit(self) -> None:
        pass


class Probe:
    """Asks a small query again and again, 100 times a second, in a process of its own."""

    def __init__(self, url: str) -> None:
        command = [sys.executable, "-m", "tests.benchmarks.erase", "probe", url]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self._process.stdout.readline()  # it is ready

    def end(self) -> float:
        """Its p95, in seconds."""
        return float(self._process.communicate()[0])


def probe(url: str) -> None:
    """What the process of a probe does, until its input ends."""
    over, number = threading.Event(), 1
    seconds: list[float] = []

    def wait() -> None:
        sys.stdin.read()
        over.set()

    threading.Thread(target=wait, daemon=True).start()
    with psycopg.connect(url, autocommit=True) as connection:
        print("ready", flush=True)
        while not over.wait(0.01):
            number = number * 7919 % 100_000 + 1
            began = time.perf_counter()
            connection.execute("SELECT note FROM others WHERE id = %s", (number,)).fetchone()
            seconds.append(time.perf_counter() - began)
    print(sorted(seconds)[int(len(seconds) * 0.95)] if seconds else 0.0)


@dataclass
class Measured:
    """What a run came to."""

    rows: int
    seconds: float
    p95: float

    def __str__(self) -> str:
        return f"{self.rows / self.seconds:,.0f} rows/s, probe p95 {self.p95 * 1000:.2f} ms"


@contextmanager
def linked(roots: int) -> Any:
    """A database of four linked tables with so many rows each: its URL."""
    url, name = sa.make_url(SERVER), f"reeve_bench_{uuid4().hex[:12]}"
    admin = url.set(drivername="postgresql").render_as_string(hide_password=False)
    own = url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    try:
        with psycopg.connect(own, autocommit=True) as connection:
            for statement in LINKED:
                connection.execute(statement.format(roots=roots).encode())
        yield own
    finally:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def task_of(url: str) -> Task:
    """Accounts that were closed two years ago, with all that hangs on them."""
    from engine.estate.stores.sql import SqlStore

    found = preview(SqlStore("shop", url).shapes(), "accounts", Delete(("orders", "items", "visits")))
    return Task("shop", found.steps, Term(Duration.parse("P2Y"), (Column("closed"),), "UTC", "two-years"), {})


def planned(url: str, size: int) -> list[Batch]:
    """All batches of a plan."""
    from engine.estate.stores.sql import SqlStore
    from retention.select import DueRows

    rows = DueRows(SqlStore("shop", url), task_of(url), Free(), NOW, roots=size)
    return [Batch(number, page.keys) for number, page in enumerate(rows.pages())]


def watched(url: str, act: Callable[[], int]) -> Measured:
    """Do something beside the probe."""
    asking = Probe(url)
    began = time.perf_counter()
    rows = act()
    seconds = time.perf_counter() - began
    return Measured(rows, seconds, asking.end())


def idle(url: str) -> float:
    """p95 of the probe when nothing else is going on."""
    asking = Probe(url)
    time.sleep(3)
    return asking.end()


def ours(url: str, size: int) -> Measured:
    """The effect."""
    from retention.erase.sql import SqlEffect

    task, batches = task_of(url), planned(url, size)
    effect = SqlEffect(url, SystemClock())

    def act() -> int:
        return sum(sum(map(len, effect.apply(task, batch, Free(), NOW).done)) for batch in batches)

    try:
        return watched(url, act)
    finally:
        effect.close()


def by_hand(url: str, size: int) -> Measured:
    """The same with statements of one's own."""

    def act() -> int:
        done = 0
        with psycopg.connect(url) as connection:
            while True:
                counts = [connection.execute(one.format(size=size).encode()).rowcount for one in BY_HAND]
                connection.commit()
                if not counts[0]:
                    return done
                done += sum(counts[1:])

    return watched(url, act)


def plan(url: str, size: int) -> tuple[float, float, int]:
    """Seconds and MiB to plan all due rows without keeping them, and how many there were."""
    from engine.estate.stores.sql import SqlStore
    from retention.select import DueRows

    began, count = time.perf_counter(), 0
    for page in DueRows(SqlStore("shop", url), task_of(url), Free(), NOW, roots=size).pages():
        count += sum(map(len, page.keys))
    return time.perf_counter() - began, peak() / 2**20, count


def main(rows: int, size: int = 500) -> None:
    """Print the table."""
    with linked(rows // 4) as url:
        calm = idle(url)
        print(f"idle: probe p95 {calm * 1000:.2f} ms; a batch: {size} roots")
        print(f"erase: {ours(url, size)}")
    with linked(rows // 4) as url:
        print(f"by hand: {by_hand(url, size)}")
    with linked(rows) as url:  # 10^6 roots are due, and three times as many rows hang on them
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.erase", "plan", url], check=True, stdout=subprocess.PIPE, text=True
        )
        print(done.stdout, end="")


if __name__ == "__main__":
    if sys.argv[1:2] == ["plan"]:
        seconds, memory, count = plan(sys.argv[2], 1000)
        print(f"plan: {count:,} rows in {seconds:.1f} s, peak {memory:.0f} MiB")
    elif sys.argv[1:2] == ["probe"]:
        probe(sys.argv[2])
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else ROWS)
