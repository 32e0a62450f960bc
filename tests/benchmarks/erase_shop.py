"""What the benchmark of erasure works on: four linked tables on the server of the tests, a probe, and SQL written by hand."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import sqlalchemy as sa

SERVER = os.environ.get("REEVE_TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")
LINKED = (
    "CREATE TABLE accounts (id bigint PRIMARY KEY, email text, closed timestamptz)",
    "CREATE TABLE orders (id bigint PRIMARY KEY, account bigint NOT NULL REFERENCES accounts, note text)",
    "CREATE TABLE items (id bigint PRIMARY KEY, ordered bigint NOT NULL REFERENCES orders, note text)",
    "CREATE TABLE visits (id bigint PRIMARY KEY, account bigint NOT NULL REFERENCES accounts, note text)",
    "CREATE TABLE others (id bigint PRIMARY KEY, note text)",
    (
        "INSERT INTO accounts SELECT n, 'a' || n, timestamptz '2019-01-01' + n * interval '1 minute' "
        "FROM generate_series(1, {roots}) n"
    ),
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


@contextmanager
def linked(roots: int) -> Iterator[str]:
    """A database of four linked tables with so many rows each: its URL. What was written is on disk before it is used."""
    url, name = sa.make_url(SERVER), f"reeve_bench_{uuid4().hex[:12]}"
    admin = url.set(drivername="postgresql").render_as_string(hide_password=False)
    own = url.set(drivername="postgresql", database=name).render_as_string(hide_password=False)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    try:
        with psycopg.connect(own, autocommit=True) as connection:
            for statement in LINKED:
                connection.execute(statement.format(roots=roots).encode())
            connection.execute("CHECKPOINT")
        yield own
    finally:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def delete_by_hand(url: str, size: int) -> int:
    """Rows deleted by statements of one's own, so many roots a transaction."""
    done = 0
    with psycopg.connect(url) as connection:
        while True:
            counts = [connection.execute(one.format(size=size).encode()).rowcount for one in BY_HAND]
            connection.commit()
            if not counts[0]:
                return done
            done += sum(counts[1:])


class Probe:
    """Asks a small query again and again, 100 times a second, in a process of its own."""

    def __init__(self, url: str) -> None:
        command = [sys.executable, "-m", "tests.benchmarks.erase_shop", url]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        self._process.stdout.readline()  # it is ready

    def end(self) -> float:
        """Its p95, in seconds."""
        return float(self._process.communicate()[0])


def idle(url: str) -> float:
    """p95 of the probe when nothing else is going on, in seconds."""
    asking = Probe(url)
    time.sleep(3)
    return asking.end()


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


if __name__ == "__main__":
    probe(sys.argv[1])
