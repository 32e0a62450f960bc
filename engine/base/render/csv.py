"""CSV that no spreadsheet runs.

RFC 4180 in UTF-8. A spreadsheet takes a cell for a formula when it begins with one of a few characters; such text gets an
apostrophe in front (OWASP: CSV injection). All text is quoted, so that a spreadsheet which splits at ``;`` does not find a
formula in the middle of a cell either. Numbers are written as numbers.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TextIO

Cell = str | int | float | bool | Decimal | date | datetime | None
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # the last four: full width


def write_csv(stream: TextIO, header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> None:
    """Write a header and rows.

    Args:
        stream: text, UTF-8, opened with ``newline=""``.
        header: names of columns.
        rows: as many cells each. None is an empty cell, truth values are ``true`` and ``false``, instants ISO 8601.

    Raises:
        ValueError: a row has another number of cells than the header.
    """
    writer = csv.writer(stream, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([safe_text(name) for name in header])
    for row in rows:
        if len(row) != len(header):
            raise ValueError(f"a row of {len(row)} cells under a header of {len(header)}")
        writer.writerow([_cell(value) for value in row])


def safe_text(text: str) -> str:
    """Text as a cell may hold it: no spreadsheet takes it for a formula, and it can be written as UTF-8."""
    text = text.encode("utf-8", "replace").decode()
    return f"'{text}" if text.startswith(_FORMULA) else text


def _cell(value: Cell) -> str | int | float | Decimal:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | Decimal() | float() if math.isfinite(value):
            return value
        case date():
            return value.isoformat()
        case _:
            return safe_text(str(value))
