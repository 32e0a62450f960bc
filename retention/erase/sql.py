"""The effect on a database: the only door through which rows of it are deleted, detached or anonymised.

One batch is one transaction: begin, tell who does it, lock the roots and all that hangs on them, decide about each of them anew,
change those that may go and no others, ask the guard a last time, commit.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import NullPool

from engine.base.clock import Clock
from engine.base.errors import ConfigError, StoreError
from engine.base.work.leases import LEASE_SECONDS
from engine.estate.stores.schema import Reference, Shapes
from engine.estate.stores.sql.words import Bound, Key
from engine.governance.change.effect import Action, Batch, Guard, Outcome, Reason, Step, Task
from engine.governance.change.errors import ClockSkewed
from engine.governance.change.ordering import Operation, Unordered, ordered, released_columns, unseen
from retention.closing import Closing
from retention.erase.loose import loose_steps
from retention.erase.session import Times, WriteSession
from retention.erase.statements import deleting, deleting_referring, setting
from retention.graph import Closed, Why
from retention.rows import holding, key_parts, listed

MAX_SKEW = timedelta(seconds=5)
_CHANGED = "The tables are not as they were when the plan was made ({0})."
_AGAIN = "Make the plan again."
Found = TypeVar("Found")


class SqlEffect:
    """See Effect. For one database; not for several threads at once.

    Args:
        url: of the database, with the write credential.
        clock: ours, which the database's is compared with.
        lease_seconds: of the lease under which batches are done; what the server allows is shorter.

    Raises:
        ConfigError: the URL cannot be understood, or is of a kind of database that is not changed.
    """

    def __init__(self, url: str | sa.URL, clock: Clock, *, lease_seconds: float = LEASE_SECONDS) -> None:
        self._open = _opener(url, Times.within(lease_seconds))
        self._times = Times.within(lease_seconds)
        self._clock = clock
        self._session: WriteSession | None = None
        self._used = 0.0
        self._known: tuple[str, Shapes] | None = None

    def close(self) -> None:
        """Close the connection; again is no error."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def now(self) -> datetime:
        """See Effect."""
        return self._with(lambda session: self._told(session.now()))

    def end_session(self, session: str) -> bool:
        """See Effect."""
        return self._with(lambda own: own.end_session(session))

    def apply(self, task: Task, batch: Batch, guard: Guard, now: datetime) -> Outcome:
        """See Effect.

        Raises:
            ClockSkewed: the database's clock is more than 5 seconds from ours, or behind ``now``.
        """
        return self._with(lambda session: self._apply(session, task, batch, guard, now))

    def _apply(self, session: WriteSession, task: Task, batch: Batch, guard: Guard, now: datetime) -> Outcome:
        """With as few locks as will do; where rows moved for want of one, all anew with every lock."""
        if session.can_be_loose:
            try:
                return self._once(session, task, batch, guard, now, loose=True)
            except _Moved:
                session.rollback()
        return self._once(session, task, batch, guard, now, loose=False)

    def _with(self, act: Callable[[WriteSession], Found]) -> Found:
        """Do something on a connection that is closed where it fails, so that nothing of it is left open."""
        session = self._opened()
        try:
            found = act(session)
        except BaseException:
            self.close()
            raise
        self._used = time.monotonic()
        return found

    def _opened(self) -> WriteSession:
        """A connection: the last one, unless the server is about to end it."""
        if self._session is not None and time.monotonic() - self._used > self._times.idle / 2:
            self.close()
        if self._session is None:
            self._session = self._open()
        return self._session

    def _told(self, told: datetime | None) -> datetime:
        return self._clock.now() if told is None else told

    def _once(
        self, session: WriteSession, task: Task, batch: Batch, guard: Guard, now: datetime, *, loose: bool
    ) -> Outcome:
        session.begin()
        guard.began(session.identity)
        self._check_clock(session, now)
        session.claim(list(dict.fromkeys(step.asset for step in task.steps)))
        shapes = self._shapes(session)
        order = _order(shapes, task.steps)
        closing = Closing(session.ask, session.words, shapes, task, order, guard, now, lock=session.lock)
        roots = batch.keys[0]
        steps = {
            number
            for number in (loose_steps(shapes, task.steps) if loose else ())
            if not closing.rows_of(task.steps[number].asset).columns
        }
        stay = _done_before(session, shapes, task.steps[0], roots)
        closed = closing.closed(roots, planned=batch.keys, stay=stay, loose=steps)
        if not any(closed.keys):
            session.rollback()
            return Outcome(closed.keys, closed.left_out, None)
        guard.changing()
        _Changing(session, shapes, task.steps, closed, steps).carry_out(order)
        at = self._told(session.now())
        guard.before_commit()
        session.commit()
        return Outcome(closed.keys, closed.left_out, at)

    def _check_clock(self, session: WriteSession, now: datetime) -> None:
        before = self._clock.now()
        told = self._told(session.now())
        after = self._clock.now()
        if told < before - MAX_SKEW or told > after + MAX_SKEW or now > told + MAX_SKEW:
            raise ClockSkewed(
                f"The clock of the database and that of this machine differ by {abs(told - after).total_seconds():.0f} seconds.",
                hint="Set both by the same time servers; nothing is deleted before they agree to 5 seconds.",
            )

    def _shapes(self, session: WriteSession) -> Shapes:
        mark = session.fingerprint()
        if self._known is None or self._known[0] != mark:
            self._known = (mark, session.shapes())
        return self._known[1]


def _order(shapes: Shapes, steps: Sequence[Step]) -> tuple[Operation, ...]:
    """What is done, in this order, by the tables as they are now."""
    for step in steps:
        _require_as_planned(shapes, step, steps)
    try:
        return ordered(shapes, steps)
    except Unordered as exc:
        raise _changed(", ".join(exc.assets)) from exc


def _require_as_planned(shapes: Shapes, step: Step, steps: Sequence[Step]) -> None:
    table = shapes.tables.get(step.asset)
    if table is None or table.primary_key != step.key or not table.transactional or table.versioned:
        raise _changed(step.asset)
    if step.action is Action.DELETE and (step.asset in shapes.unresolved or unseen(shapes, step.asset)):
        raise _changed(step.asset)
    if step.through and not any(
        (one.columns, one.target, one.target_columns) == (step.through, steps[step.refers_to].asset, step.target)
        for one in shapes.of(step.asset)
    ):
        raise _changed(step.asset)
    if any(name not in table.by_name or name in step.key for name in step.values or ()):
        raise _changed(step.asset)


def _changed(what: str) -> StoreError:
    return StoreError(_CHANGED.format(what), reason="changed_while_read", hint=_AGAIN)


def _done_before(session: WriteSession, shapes: Shapes, step: Step, roots: Sequence[Key]) -> dict[Key, Why]:
    """Of rows to anonymise those that hold the values already: there is nothing left to do."""
    if step.action is not Action.ANONYMISE or step.values is None:
        return {}
    words, table = session.words, shapes.tables[step.asset]
    parts, found = key_parts(words, table, "t"), {}
    held, values = holding(words, table, step.values)
    for some in words.some(roots, len(parts)):
        condition, bound = words.among(parts, some)
        # Locked first, so that what is read is what stays.
        sql = f"SELECT {listed(parts)} FROM {words.only(table)} AS t WHERE {condition}"
        session.ask(f"{sql} ORDER BY {listed(parts)}{session.lock}", bound)
        for row in session.ask(f"{sql} AND {held}", [*bound, *values]):
            found[words.key_of(row)] = (Reason.GONE, "")
    return found


class _Moved(Exception):
    """A row that was found without a lock is not what it was."""


class _Changing:
    """Carries out what is to be done to the rows of one batch."""

    def __init__(
        self, session: WriteSession, shapes: Shapes, steps: Sequence[Step], closed: Closed, loose: Iterable[int]
    ) -> None:
        self._session = session
        self._shapes = shapes
        self._steps = steps
        self._closed = closed
        self._loose = {steps[number].asset: steps[number] for number in loose}
        self._going: dict[str, list[Key]] = defaultdict(list)
        for step, keys in zip(steps, closed.keys, strict=True):
            if step.action is Action.DELETE:
                self._going[step.asset] += keys

    def carry_out(self, order: Sequence[Operation]) -> None:
        """All of it.

        Raises:
            StoreError: the server refused, or changed another number of rows than were locked.
            _Moved: fewer rows went than were found without locks.
        """
        if any(operation.kind == "defer" for operation in order):
            self._session.defer()
        for operation in order:
            match operation.kind:
                case "delete":
                    self._delete(operation)
                case "release":
                    self._set(operation.asset, dict.fromkeys(operation.columns), self._going[operation.asset])
                case "detach" | "anonymise":
                    values = self._steps[operation.step].values or {}
                    self._set(operation.asset, values, self._closed.keys[operation.step])

    def _delete(self, operation: Operation) -> None:
        asset, keys = operation.asset, self._going[operation.asset]
        if asset in self._loose:
            self._delete_loose(self._loose[asset], keys)
            return
        pairs = self._closed.within.get(asset, ())
        for reference in operation.within:
            columns = released_columns(self._shapes, reference)
            if columns:
                referring = dict.fromkeys(child for child, _, one in pairs if one == reference)
                self._set(asset, dict.fromkeys(columns), [*referring])
        bound = [pair for pair in pairs if not released_columns(self._shapes, pair[2])]
        table = self._shapes.tables[asset]
        for wave in _waves(keys, bound):
            self._change(asset, wave, lambda some: deleting(self._session.words, table, some))

    def _delete_loose(self, step: Step, keys: Sequence[Key]) -> None:
        words, table = self._session.words, self._shapes.tables[step.asset]
        targets = self._going[self._steps[step.refers_to].asset]
        for some in words.some(keys, 2):
            if self._session.change(*deleting_referring(words, table, some, step.through[0], targets)) != len(some):
                raise _Moved

    def _set(self, asset: str, values: Mapping[str, str | None], keys: Sequence[Key]) -> None:
        table = self._shapes.tables[asset]
        self._change(asset, keys, lambda some: setting(self._session.words, table, values, some))

    def _change(self, asset: str, keys: Sequence[Key], statement: Callable[[Sequence[Key]], tuple[str, Bound]]) -> None:
        for some in self._session.words.some(keys, len(self._shapes.tables[asset].primary_key)):
            count = self._session.change(*statement(some))
            if count != len(some):
                raise StoreError(
                    f"The database changed {count} rows of {asset} where {len(some)} were locked; nothing was changed.",
                    reason="store_error",
                    hint="Look for triggers or rules of this table.",
                )


def _waves(keys: Sequence[Key], pairs: Sequence[tuple[Key, Key, Reference]]) -> list[list[Key]]:
    """Keys in the order in which they can go: what refers before what is referred to."""
    left, found = dict.fromkeys(keys), []
    edges = [(child, parent) for child, parent, _ in pairs]
    while left:
        referred_to = {parent for child, parent in edges if child in left}
        wave = [key for key in left if key not in referred_to]
        if not wave:
            raise AssertionError("rows that refer to one another were left out before")
        found.append(wave)
        for key in wave:
            del left[key]
    return found


def _opener(url: str | sa.URL, times: Times) -> Callable[[], WriteSession]:
    from engine.estate.stores.sql.dialects import DRIVERS

    try:
        parsed = sa.make_url(url)
        parsed = parsed.set(drivername=DRIVERS.get(parsed.drivername, parsed.drivername))
        engine = sa.create_engine(parsed, poolclass=NullPool, hide_parameters=True)
    except (ArgumentError, NoSuchModuleError, ImportError, ValueError):
        raise ConfigError("The URL of a database cannot be understood.") from None
    match parsed.get_backend_name():
        case "postgresql":
            from retention.erase.postgresql import PostgresqlWriting

            return lambda: PostgresqlWriting(engine, times)
        case "mysql" | "mariadb":
            from retention.erase.mysql import MysqlWriting

            return lambda: MysqlWriting(engine, times)
        case "sqlite":
            from retention.erase.sqlite import SqliteWriting

            return lambda: SqliteWriting(engine, times)
    raise ConfigError("Databases of this kind are not changed: SQLite, PostgreSQL, MariaDB and MySQL are.")
