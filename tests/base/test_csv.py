"""CSV: what goes in comes out, and no spreadsheet runs it."""

from __future__ import annotations

import csv
import io
import math
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base.render.csv import Cell, safe_text, write_csv


def written(header: list[str], rows: list[list[Cell]]) -> str:
    stream = io.StringIO(newline="")
    write_csv(stream, header, rows)
    return stream.getvalue()


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_text_round_trips_but_for_the_guard(rows: list[list[Cell]]) -> None:
    text = written(["a", "b"], rows)
    assert read(text) == [["a", "b"], *[[safe_text(str(cell)) for cell in row] for row in rows]]
    text.encode()


@given(st.text())
def test_no_text_cell_begins_a_formula(text: str) -> None:
    cell = safe_text(text)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell.removeprefix("'") == text.encode("utf-8", "replace").decode().removeprefix("'")


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        '=HYPERLINK("http://x","y")',
        "\uff1d1+1",
        "-cmd|' /C calc'!A0",
    ],
)
def test_formulas_are_guarded(text: str) -> None:
    assert read(written([text], [[text]])) == [["'" + text], ["'" + text]]


def test_a_formula_behind_a_separator_stays_inside_quotes() -> None:
    assert written(["a"], [["x;=1+1"]]) == '"a"\r\n"x;=1+1"\r\n'


def test_numbers_stay_numbers_and_other_cells_are_plain() -> None:
    row: list[Cell] = [-5, 1.25, -0.5, Decimal("-1.10"), True, None, datetime(2026, 1, 2, tzinfo=UTC), date(2026, 1, 2)]
    text = written(list("abcdefgh"), [row])
    assert text.splitlines()[1] == '-5,1.25,-0.5,-1.10,"true","","2026-01-02T00:00:00+00:00","2026-01-02"'
    assert written(["a"], [[-math.inf], [math.nan]]) == '"a"\r\n"\'-inf"\r\n"nan"\r\n'


def test_lone_surrogates_can_be_written() -> None:
    assert written(["a"], [["\ud800x"]]).encode() == b'"a"\r\n"?x"\r\n'


def test_a_row_of_another_width_is_refused() -> None:
    with pytest.raises(ValueError, match="2 cells under a header of 1"):
        written(["a"], [["x", "y"]])
