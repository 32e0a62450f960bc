"""Reading again what an effect did, by other code than the effect's: that of the scan's reader, under the read credential.

Rows are asked for by key, and what comes back is compared by value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation

from engine.base.errors import StoreError
from engine.estate.stores.sql.names import split_name
from engine.estate.stores.sql.session import Session
from engine.estate.stores.sql.store import SqlStore
from engine.estate.stores.sql.table import CAPS, KeyColumn, Table
from engine.governance.change.effect import Action, Batch, Key, Step, Task

KEYS = 256
"""Keys of one statement."""
_TRUTH = {True: {"true", "t", "1"}, False: {"false", "f", "0"}}


class SqlVerifier:
    """See :class:`~engine.governance.change.effect.Verifier`.

    Args:
        store: opened with the read credential.
    """

    def __init__(self, store: SqlStore) -> None:
        self._store = store

    def remaining(self, task: Task, batch: Batch) -> tuple[tuple[Key, ...], ...]:
        """See Verifier."""
        with self._store.reading_session() as session:
            return tuple(
                tuple(_Step(session, task, batch, number).remaining()) if keys else ()
                for number, keys in enumerate(batch.keys)
            )


class _Step:
    """The rows of one step of a batch."""

    def __init__(self, session: Session, task: Task, batch: Batch, number: int) -> None:
        self._session = session
        self._step: Step = task.steps[number]
        self._keys = batch.keys[number]
        self._table = _table(session, self._step)
        target = task.steps[self._step.refers_to] if self._step.through else None
        self._targets: set[Key] | None = None
        if target is not None and target.key == self._step.target:
            self._targets = {
                key
                for step, keys in zip(task.steps, batch.keys, strict=True)
                if step.asset == target.asset and step.action is Action.DELETE
                for key in keys
            }

    def remaining(self) -> Iterator[Key]:
        """Those that are as if nothing had been done to them, or cannot be told apart from such."""
        statements = self._session.statements(self._table)
        converted = [column.value for column in self._table.key]
        for start in range(0, len(self._keys), KEYS):
            some = self._keys[start : start + KEYS]
            asked = [[make(value) for make, value in zip(converted, key, strict=True)] for key in some]
            with self._session.reading():
                rows = self._session.rows(statements, CAPS[-1], asked)
            left = {_plain(self._table.key_of(row)) for row in rows if self._is_left(row)}
            yield from (key for key in some if _plain(key) in left)

    def _is_left(self, row: Sequence[object]) -> bool:
        cells = dict(zip(self._table.fetched, row, strict=True))
        values = self._step.values or {}
        match self._step.action:
            case Action.DELETE:
                return True
            case Action.ANONYMISE:
                return not all(_same(cells[name], value) for name, value in values.items())
            case Action.DETACH:
                referred = tuple(cells[name] for name in self._step.through)
                if None in referred or all(cells[name] is None for name in values):
                    return False
                return self._targets is None or _plain(referred) in {_plain(key) for key in self._targets}


def _table(session: Session, step: Step) -> Table:
    """The table with the key of the step, and with the columns alone that are looked at."""
    where = (
        split_name(step.asset, session.default_schema) if session.namespaced else (session.default_schema, step.asset)
    )
    table = session.describe(*where)
    known = {column.name: column for column in table.key}
    wanted = [*step.key, *step.through, *(step.values or ())]
    columns = tuple(column for column in table.columns if column.name in wanted)
    if {column.name for column in columns} != set(wanted):
        raise StoreError("A table has other columns than when the plan was made.", reason="changed_while_read")
    return replace(table, key=tuple(known.get(name, KeyColumn(name)) for name in step.key), columns=columns)


def _plain(key: Sequence[object]) -> tuple[str, ...]:
    """A key as text, without regard to case and to spaces behind it: what some server takes for equal is taken for it here."""
    return tuple(_text(value).casefold().rstrip(" ") for value in key)


def _text(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _same(cell: object, value: str | None) -> bool:
    """Whether a cell holds a constant, as its type spells that."""
    if cell is None or value is None:
        return cell is None and value is None
    if isinstance(cell, bool):
        return value.lower() in _TRUTH[cell]
    if isinstance(cell, bytes):
        return cell == value.encode()
    text = str(cell)
    return text.rstrip(" ") == value.rstrip(" ") or _same_number(text, value) or _same_moment(text, value)


def _same_number(text: str, value: str) -> bool:
    with suppress(InvalidOperation):
        return Decimal(text) == Decimal(value)
    return False


def _same_moment(text: str, value: str) -> bool:
    with suppress(ValueError, TypeError):
        return datetime.fromisoformat(text) == datetime.fromisoformat(value)
    return False
