"""The SELECTs that read one table, composed by SQLAlchemy, so that every identifier is quoted by it."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import sqlalchemy as sa

from engine.estate.stores.high_water import Stretch
from engine.estate.stores.sql.table import Expression, Table

ONE_COLUMN: Expression = sa.literal_column("1")  # of a table without columns, whose rows are counted all the same


@dataclass(frozen=True, slots=True)
class Query:
    """A statement as the driver takes it.

    Attributes:
        sql: with the driver's own placeholders.
        order: the names of the parameters by position, or None where the driver takes them by name.
        constants: parameters that SQLAlchemy added.
    """

    sql: str
    order: tuple[str, ...] | None
    constants: Mapping[str, object]

    def bind(self, values: Mapping[str, object]) -> Any:
        """The parameters as the driver takes them."""
        if self.order is None:
            return {**self.constants, **values}
        return tuple(values[name] if name in values else self.constants[name] for name in self.order)


class _Named(sa.types.UserDefinedType[object]):
    """A type of the server by its name."""

    cache_ok = True

    def __init__(self, name: str) -> None:
        self.name = name

    def get_col_spec(self, **_: Any) -> str:
        return self.name


def compiled(statement: sa.Select[Any], dialect: sa.Dialect) -> Query:
    """The statement in the words of a dialect."""
    form = statement.compile(dialect=dialect)
    order: list[str] | None = getattr(form, "positiontup", None)
    constants = {name: value for name, value in (form.params or {}).items() if value is not None}
    return Query(str(form), tuple(order) if order is not None else None, constants)


def _given(name: str, value: object = None) -> sa.BindParameter[Any]:
    return sa.bindparam(name, value, type_=sa.types.NullType())


def quoted(name: str) -> sa.quoted_name:
    """The name, to be quoted always."""
    return sa.quoted_name(name, quote=True)


def keys_values(keys: Sequence[Sequence[object]]) -> dict[str, object]:
    """Parameters for the keys of rows to fetch."""
    return {f"k{row}_{place}": value for row, key in enumerate(keys) for place, value in enumerate(key)}


def key_values(after: Sequence[object]) -> dict[str, object]:
    """Parameters for the key behind which to go on."""
    return {f"k{place}": value for place, value in enumerate(after)}


class Statements:
    """Compiles what is asked of one table.

    Args:
        table: what to read.
        dialect: SQLAlchemy's, of the server.
        row_values: the server uses an index for ``(a, b) > (x, y)``; else it gets the same spelled out.
        width: columns that one SELECT may have; a wider table is read by several, row beside row.
        stretch: of which rows only; None: of all.
    """

    def __init__(
        self, table: Table, dialect: sa.Dialect, *, row_values: bool, width: int, stretch: Stretch | None = None
    ) -> None:
        self.table = table
        self._dialect = dialect
        self._row_values = row_values
        self._width = width
        self._stretch = stretch
        source = sa.table(
            quoted(table.name),
            *(sa.column(quoted(name)) for name in table.fetched),
            schema=quoted(table.schema) if table.schema else None,
        )
        self._source = source.alias("t")
        self.page = cache(self._page)
        self.everything = cache(self._everything)
        self.cell = cache(self._cell)
        self.type_of = cache(self._type_of)
        self.rows = cache(self._rows)

    def _column(self, name: str) -> Expression:
        return self._source.c[name]

    def _expressions(self, cap: int) -> list[Expression]:
        reads = {one.name: one.read for one in self.table.columns}
        found = [
            reads[name](self._column(name), cap) if name in reads else self._column(name) for name in self.table.fetched
        ]
        return found or [ONE_COLUMN]

    def _from(self, columns: Sequence[Expression]) -> sa.Select[Any]:
        statement = sa.select(*columns).select_from(self._source)
        if self._stretch is not None:
            statement = statement.where(*self._within(self._stretch))
        return statement.with_hint(self._source, "ONLY", "postgresql") if self.table.only else statement

    def _within(self, stretch: Stretch) -> list[sa.ColumnElement[bool]]:
        column = self._column(stretch.column)
        found = [] if stretch.high is None else [column <= _given("high", stretch.high)]
        return found if stretch.low is None else [*found, column > _given("low", stretch.low)]

    def _ordered(self) -> list[Expression]:
        return [
            sa.collate(self._column(one.name), one.collation) if one.collation else self._column(one.name)
            for one in self.table.key
        ]

    def _keyed(self, statement: sa.Select[Any], *, first: bool) -> sa.Select[Any]:
        statement = statement.order_by(*self._ordered()).limit(sa.bindparam("n", type_=sa.BigInteger()))
        return statement if first else statement.where(self._behind())

    def _behind(self) -> sa.ColumnElement[bool]:
        columns = self._ordered()
        marks: list[Any] = [sa.bindparam(f"k{place}", type_=sa.types.NullType()) for place in range(len(columns))]
        condition: sa.ColumnElement[bool] = columns[-1] > marks[-1]
        if len(columns) == 1:
            return condition
        if self._row_values:
            condition = sa.tuple_(*columns) > sa.tuple_(*marks)
        else:
            for column, mark in list(zip(columns, marks, strict=True))[-2::-1]:
                condition = sa.or_(column > mark, sa.and_(column == mark, condition))
            condition = sa.and_(columns[0] >= marks[0], condition)
        return condition

    def _page(self, cap: int, first: bool) -> tuple[Query, ...]:  # noqa: FBT001 - the key of a cache
        """The next ``n`` rows by key: from the first on, or behind the key ``k0, k1...``. One query a group of columns."""
        columns = self._expressions(cap)
        groups = [columns[start : start + self._width] for start in range(0, len(columns), self._width)]
        return tuple(compiled(self._keyed(self._from(group), first=first), self._dialect) for group in groups)

    def keys(self, *, first: bool) -> Query:
        """The next ``n`` keys."""
        columns = [self._column(one.name) for one in self.table.key]
        return compiled(self._keyed(self._from(columns), first=first), self._dialect)

    def count(self) -> Query:
        """How many rows there are."""
        return compiled(self._from([sa.func.count()]), self._dialect)

    def highest(self, name: str) -> Query:
        """The highest value of a column."""
        return compiled(self._from([sa.func.max(self._column(name))]), self._dialect)

    def counts(self, name: str) -> Query:
        """How many rows there are, how many up to ``high``, and how many up to ``low`` in a column."""
        marks = [sa.case((self._column(name) <= _given(mark), ONE_COLUMN)) for mark in ("high", "low")]
        return compiled(self._from([sa.func.count(), *map(sa.func.count, marks)]), self._dialect)

    def all_keys(self, condition: Callable[[Sequence[Expression]], Expression] | None) -> Query:
        """Keys in no order: all, or those that a condition on their columns chooses."""
        columns = [self._column(one.name) for one in self.table.key]
        statement = self._from(columns)
        return compiled(statement if condition is None else statement.where(condition(columns)), self._dialect)

    def places(self, kind: str) -> Query:
        """Which of the places in the parameter ``places``, a list of this type, hold a row: the key is the place."""
        place = self._column(self.table.key[0].name)
        given = sa.cast(sa.bindparam("places", type_=sa.types.NullType()), _Named(kind))
        return compiled(self._from([place]).where(place == sa.any_(given)), self._dialect)

    def _rows(self, cap: int, count: int) -> tuple[Query, ...]:
        """The rows whose keys are ``k0_0, k0_1...``, ``k1_0, k1_1...`` and so on. One query a group of columns."""
        marks = [
            [sa.bindparam(f"k{row}_{place}", type_=sa.types.NullType()) for place in range(len(self.table.key))]
            for row in range(count)
        ]
        key, columns = self._ordered(), self._expressions(cap)
        # Spelled out, as not every server uses an index for (a, b) IN ((x, y)).
        chosen = (
            key[0].in_([one[0] for one in marks])
            if len(key) == 1
            else sa.or_(*(sa.and_(*map(operator.eq, key, one)) for one in marks))
        )
        groups = [columns[start : start + self._width] for start in range(0, len(columns), self._width)]
        return tuple(
            compiled(self._from(group).where(chosen).order_by(*(key if len(groups) > 1 else ())), self._dialect)
            for group in groups
        )

    def _cell(self, name: str, cap: int | None) -> Query:
        """One cell of the row whose key is ``k0, k1...``; the start of it when a cap is given."""
        column = self._column(name)
        return self._of_row(column if cap is None else sa.func.substr(column, 1, sa.literal_column(str(cap))))

    def _type_of(self, name: str) -> Query:
        """SQLite's name for the type of one cell."""
        return self._of_row(sa.func.typeof(self._column(name)))

    def _of_row(self, shown: Expression) -> Query:
        marks: list[Any] = [
            sa.bindparam(f"k{place}", type_=sa.types.NullType()) for place in range(len(self.table.key))
        ]
        matches = [column == mark for column, mark in zip(self._ordered(), marks, strict=True)]
        return compiled(self._from([shown]).where(*matches), self._dialect)

    def _everything(self, cap: int, skipping: bool) -> tuple[Query, ...]:  # noqa: FBT001 - the key of a cache
        """All rows in the server's own order; ``skipping`` leaves out the first ``done``."""
        statement = self._from(self._expressions(cap))
        if skipping:
            statement = statement.limit(sa.literal_column("-1")).offset(sa.bindparam("done", type_=sa.BigInteger()))
        return (compiled(statement, self._dialect),)
