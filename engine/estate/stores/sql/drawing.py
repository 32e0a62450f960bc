"""Drawing rows uniformly and without replacement, by their keys.

The server walks its index once and keeps each key with one probability, independently of all others, chosen so that hardly ever
fewer are kept than are wanted. Of what comes, as many as are wanted are chosen here. Given how many came, every set of so many is
equally likely, so every set of the wanted number is; when too few came, they are drawn anew. Nothing is sorted nor written to a
temporary table, as ``ORDER BY random() LIMIT n`` does; on PostgreSQL and SQLite that takes twice as long.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from random import SystemRandom
from secrets import token_hex
from typing import Any

import sqlalchemy as sa

from engine.base.errors import StoreError
from engine.estate.formats.format import Budget, Chunk
from engine.estate.stores.sql.errors import store_error
from engine.estate.stores.sql.filling import Filling
from engine.estate.stores.sql.paging import Ladder, fill
from engine.estate.stores.sql.session import CellTooLong, Session
from engine.estate.stores.sql.statements import Statements
from engine.estate.stores.sql.table import Expression, Row, checked_key

Key = tuple[Any, ...]

PAGE_KEYS = 512  # keys in one statement
PARAMETERS = 4096  # in one statement, where a key has several columns

_random = SystemRandom()


@dataclass(frozen=True, slots=True)
class Drawn:
    """What was drawn.

    Attributes:
        total: rows that the table has.
        keys: of the rows drawn, in random order; None: all rows are to be read.
    """

    total: int
    keys: list[Key] | None


def is_random(dialect: sa.Dialect) -> bool:
    """Whether we know how this server draws."""
    return dialect.name in _CHANCES


def draw(session: Session, statements: Statements, rows: int) -> Drawn:
    """Draw the keys of so many rows. Call it, and read them, in one transaction.

    All drawn keys are held in memory, and some more while they are drawn: some hundred bytes each.

    Raises:
        StoreError: the keys cannot be read, or not all of them can be asked for again.
    """
    total = int(session.fetch(statements.count(), {})[0][0])
    if total <= rows:
        return Drawn(total, None)
    wanted = _enough(rows)
    while True:
        chance = wanted / total
        found = _kept(session, statements, chance)
        if len(found) >= rows or chance >= 1:  # fewer only where a table changes within a transaction
            break
        wanted *= 2
    _random.shuffle(found)
    del found[rows:]
    for place, row in enumerate(found):  # in place, as there may be very many
        values = [one.value(cell) for one, cell in zip(statements.table.key, row, strict=True)]
        found[place] = tuple(checked_key(values))
    return Drawn(total, found)


def _enough(rows: int) -> float:
    """How many keys to expect so that fewer than ``rows`` come in less than one of a thousand million draws (Chernoff)."""
    return rows + 7 * math.sqrt(rows) + 25


def _kept(session: Session, statements: Statements, chance: float) -> list[Row]:
    condition, values = (None, {}) if chance >= 1 else _CHANCES[session.dialect.name](chance)
    try:
        return session.keys(statements.all_keys(condition), values)
    except CellTooLong as exc:
        raise store_error("too_large", "a key") from exc


Condition = Callable[[Sequence[Expression]], Expression]


def _postgresql(chance: float) -> tuple[Condition, Mapping[str, object]]:
    return lambda _: sa.func.random() < _parameter("chance"), {"chance": chance}


def _sqlite(chance: float) -> tuple[Condition, Mapping[str, object]]:
    """``random()`` is an integer of 64 bits with sign."""
    limit = min(int(chance * 2**64), 2**64 - 1) - 2**63
    return lambda _: sa.func.random() < _parameter("chance"), {"chance": limit}


def _mysql(chance: float) -> tuple[Condition, Mapping[str, object]]:
    """A hash of the key with a secret salt.

    RAND() is a linear generator, of which every third number follows from the two before: three rows in a row came together
    three times as often as they should. The hash takes a third longer. SHA-1 also runs where MD5 is forbidden.
    """

    def condition(columns: Sequence[Expression]) -> Expression:
        cells: list[Expression] = []
        for one in columns:
            cells += (sa.literal_column("0x00"), sa.cast(one, sa.BINARY()))
        salted = sa.func.concat(_parameter("salt"), *cells)
        return sa.func.left(sa.func.sha1(salted), sa.literal_column("16")) < _parameter("chance")

    return condition, {"salt": token_hex(16), "chance": f"{int(chance * 2**64):016x}"}


def _parameter(name: str) -> Expression:
    return sa.bindparam(name, type_=sa.types.NullType())


_CHANCES: Mapping[str, Callable[[float], tuple[Condition, Mapping[str, object]]]] = {
    "postgresql": _postgresql,
    "sqlite": _sqlite,
    "mysql": _mysql,
    "mariadb": _mysql,
}
"""What keeps a row with a chance below 1, by the name of SQLAlchemy's dialect: a condition, and its parameters."""


def drawn_chunks(
    session: Session, statements: Statements, keys: Sequence[Key], budget: Budget
) -> Generator[Chunk, None, None]:
    """The rows of some keys, in their order."""
    pages, ladder, more = _Chosen(session, statements, keys), Ladder(statements.table), True
    while more:
        filling = Filling(statements.table, budget)
        more = fill(filling, ladder, pages)
        yield filling.chunk({} if more else None)


class _Chosen:
    """Rows by their keys. See Pages."""

    def __init__(self, session: Session, statements: Statements, keys: Sequence[Key]) -> None:
        self._session = session
        self._statements = statements
        self._keys = keys
        self._most = max(1, min(PAGE_KEYS, PARAMETERS // len(statements.table.key)))
        self._done = 0
        self._places: dict[Key, int] = {}

    def page(self, want: int, cap: int) -> tuple[list[Row], bool]:
        """See Pages. Rows that are gone, where transactions have no snapshot, are passed over."""
        end = min(self._done + min(want, self._most), len(self._keys))
        keys = self._keys[self._done : end]
        self._places = {key: place for place, key in enumerate(keys, self._done)}
        rows = sorted(self._session.rows(self._statements, cap, keys), key=self._place) if keys else []
        if not rows:
            self._done = end
        return rows, end < len(self._keys)

    def long_row(self) -> tuple[Row, bool]:
        """See Pages."""
        key = self._keys[self._done]
        return self._session.whole_row(self._statements, key), self._done + 1 < len(self._keys)

    def take(self, row: Row) -> None:
        """See Pages."""
        self._done = self._place(row) + 1

    def _place(self, row: Row) -> int:
        place = self._places.get(tuple(self._statements.table.key_of(row)))
        if place is None:
            raise StoreError("A row has another key than it was asked for by.", reason="changed_while_read")
        return place
