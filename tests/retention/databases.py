"""A database on each server, with tables of one's own, read and changed by our own code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from engine.base.clock import SystemClock
from engine.estate.stores.sql import SqlStore
from engine.estate.stores.sql.words import Key
from engine.governance.calendar.durations import Duration
from engine.governance.change.closure import Preview, preview
from engine.governance.change.effect import Batch, LeftOut, Outcome, Reason, Task, Term
from engine.governance.policy.model import Anonymise, Column, Delete
from retention.erase.sql import SqlEffect

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OLD, NEW = "2020-01-01", "2026-02-01"


@dataclass
class Guarding:
    """A guard that tells what it was asked, and holds what it is told to hold."""

    holds: Mapping[str, tuple[Column, ...]] = field(default_factory=dict)
    covered: Mapping[object, str] = field(default_factory=dict)
    whole: Mapping[str, str] = field(default_factory=dict)
    began_with: list[str] = field(default_factory=list)
    asked: int = 0
    at_begin: Any = None
    at_end: Any = None

    def began(self, session: str) -> None:
        self.began_with.append(session)
        if self.at_begin is not None:
            self.at_begin()

    def columns(self, asset: str) -> tuple[Column, ...]:
        return self.holds.get(asset, ())

    def held(self, asset: str, rows: Sequence[Mapping[Column, object]]) -> Sequence[str | None]:
        return [
            self.whole.get(asset)
            or next((self.covered[row[one]] for one in self.columns(asset) if row[one] in self.covered), None)
            for row in rows
        ]

    def changing(self) -> None:
        """Nothing to do meanwhile."""

    def before_commit(self) -> None:
        self.asked += 1
        if self.at_end is not None:
            self.at_end()


@dataclass
class Tables:
    """A database with a schema, and what is done to it."""

    url: str
    engine: sa.Engine
    server: str

    def run(self, *statements: str) -> None:
        with self.engine.begin() as connection:
            if self.server == "sqlite":
                connection.exec_driver_sql("PRAGMA foreign_keys = ON")
            for statement in statements:
                connection.exec_driver_sql(statement.replace("%", "%%") if self.server != "sqlite" else statement)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(statement)]

    def keys(self, table: str) -> list[Any]:
        return [row[0] for row in self.rows(f"SELECT id FROM {table} ORDER BY id")]

    def store(self) -> SqlStore:
        return SqlStore("shop", self.url)

    def preview(self, root: str, disposal: Delete | Anonymise) -> Preview:
        found = preview(self.store().shapes(), root, disposal)
        assert not found.refusals, [str(one) for one in found.refusals]
        return found

    def effect(self, **options: Any) -> SqlEffect:
        return SqlEffect(self.url, SystemClock(), **options)


def opened(url: str) -> Tables:
    engine = sa.create_engine(url, poolclass=NullPool)
    name = engine.dialect.name
    return Tables(url, engine, "mariadb" if name in {"mysql", "mariadb"} else name)


def term(column: str = "closed", duration: str = "P2Y", table: str = "", zone: str = "UTC") -> Term:
    return Term(Duration.parse(duration), (Column(column, table),), zone, "two-years")


def task_of(found: Preview, maximum: Term | None, minima: Mapping[str, tuple[Term, ...]] | None = None) -> Task:
    return Task("shop", found.steps, maximum, minima or {})


def batch_of(*keys: Sequence[Any]) -> Batch:
    return Batch(0, tuple(tuple(key if isinstance(key, tuple) else (key,) for key in step) for step in keys))


def apply(
    tables: Tables, task: Task, batch: Batch, guard: Guarding | None = None, now: datetime = NOW, **options: Any
) -> Outcome:
    effect = tables.effect(**options)
    try:
        return effect.apply(task, batch, guard or Guarding(), now)
    finally:
        effect.close()


def ids(keys: Sequence[Key]) -> list[Any]:
    return sorted(key[0] for key in keys)


def reasons(outcome: Outcome | Sequence[LeftOut]) -> dict[tuple[int, Any], Reason]:
    left = outcome.left_out if isinstance(outcome, Outcome) else outcome
    return {(one.step, one.key[0]): one.reason for one in left}


def emptied(tables: Tables) -> None:
    """Drop all that is in a database of a server."""
    if tables.server == "postgresql":
        tables.run("DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
        return
    names = tables.rows("SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()")
    if names:
        found = ", ".join("`" + name.replace("`", "``") + "`" for (name,) in names)
        tables.run("SET SESSION foreign_key_checks = 0", f"DROP TABLE {found}")
