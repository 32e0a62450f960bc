"""What there is to read of a table whose rows come in at the top of one column.

Only the server compares. So whatever its order is (collations, affinities), the counts tell whether the column divides all rows
into those up to a mark and those above.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

from engine.base.errors import StoreError
from engine.estate.stores.high_water import Mark, Stretch, Unmarked
from engine.estate.stores.sql.session import CellTooLong, Session
from engine.estate.stores.sql.table import Table, checked_key

KINDS = (int, float, str, bytes, date, datetime, time, Decimal, UUID)
"""Of values that can be kept and asked for again."""


def stretch_of(session: Session, table: Table, column: str, before: Mark | None) -> Stretch:
    """See MarkedReader.

    Raises:
        Unmarked: the column cannot serve.
    """
    if column not in {one.name for one in table.columns}:
        raise Unmarked("there is no such column")
    why = ""
    if before is not None and (before.column, before.shape) != (column, table.shape):
        before, why = None, "its columns or its key are others than before"
    try:
        with session.reading():
            return _found(session, table, column, before, why)
    except (StoreError, CellTooLong) as exc:  # no order, too long, not in time, not reached: reading all will tell
        raise Unmarked("the database gives no highest value of the column, or cannot count up to it") from exc


def _found(session: Session, table: Table, column: str, before: Mark | None, why: str) -> Stretch:
    statements = session.statements(table)
    high = session.keys(statements.highest(column), {})[0][0]
    if high is not None:
        checked_key([high])
        if not isinstance(high, KINDS):
            raise Unmarked("values of its kind cannot be kept")
    low = high if before is None else before.value
    total, up_to_high, up_to_low = session.keys(statements.counts(column), {"high": high, "low": low})[0]
    if up_to_high != total:
        raise Unmarked("the column has no value in some rows, or no order")
    if before is None:
        return Stretch(column, table.shape, None, high, why)
    if up_to_low != before.rows:
        return Stretch(column, table.shape, None, high, "rows up to the mark are not as many as were read")
    return Stretch(column, table.shape, low, low if up_to_low == total else high)
