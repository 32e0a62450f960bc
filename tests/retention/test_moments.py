"""When something began, and whether a term is over."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.estate.stores.schema import ColumnShape, Server
from engine.governance.calendar.durations import Duration
from engine.governance.change.effect import Reason, Term
from engine.governance.policy.model import Column
from retention.moments import Cell, Kind, Moments, Unreadable, kind_of


def moments(duration: str = "P1D", zone: str = "Europe/Berlin") -> Moments:
    return Moments(Term(Duration.parse(duration), (Column("x"),), zone, "rule"))


@pytest.mark.parametrize(
    ("text", "kind", "expected"),
    [
        ("2024-07-01", Kind.DAY, "2024-06-30T22:00:00+00:00"),
        ("2024-07-01", Kind.TEXT, "2024-06-30T22:00:00+00:00"),
        ("2024-07-01 10:00:00", Kind.LOCAL, "2024-07-01T08:00:00+00:00"),
        ("2024-10-27 02:30:00", Kind.LOCAL, "2024-10-27T01:30:00+00:00"),  # shown twice: the later one
        ("2024-07-01 10:00:00+00", Kind.INSTANT, "2024-07-01T10:00:00+00:00"),
        ("2024-07-01 10:00:00.5", Kind.INSTANT, "2024-07-01T10:00:00.500000+00:00"),
        ("2024-07-01T10:00Z", Kind.TEXT, "2024-07-01T10:00:00+00:00"),
        ("2024-07-01T10:00:00+0530", Kind.TEXT, "2024-07-01T04:30:00+00:00"),
    ],
)
def test_what_a_cell_says(text: str, kind: Kind, expected: str) -> None:
    assert moments().began(Cell(text, kind)) == datetime.fromisoformat(expected)


def test_where_hours_count_a_day_began_with_its_end() -> None:
    began = moments("PT72H").began(Cell("2024-07-01", Kind.DAY))
    assert began == datetime.fromisoformat("2024-07-01T22:00:00+00:00")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("0000-00-00", Kind.DAY),
        ("infinity", Kind.INSTANT),
        ("-infinity", Kind.DAY),
        ("0044-03-15 BC", Kind.DAY),
        ("2024-02-30", Kind.TEXT),
        ("2024-07-01", Kind.LOCAL),
        ("yesterday", Kind.TEXT),
        ("2024-07-01 10:00:00", Kind.DAY),
        (1719828000, Kind.TEXT),
        (1719828000.5, Kind.TEXT),
        ("2024-07-01", None),
        (b"2024-07-01", Kind.TEXT),
        ("9999-12-31 23:59:59-12:00", Kind.TEXT),
    ],
)
def test_what_no_cell_can_say(value: object, kind: Kind | None) -> None:
    with pytest.raises(Unreadable):
        moments().began(Cell(value, kind))
    assert moments().hindrance([Cell(value, kind)], datetime.now(UTC)) is Reason.UNKNOWN


def test_the_latest_beginning_counts_and_all_must_have_come() -> None:
    now = datetime(2024, 7, 3, tzinfo=UTC)
    early, late, none = Cell("2020-01-01", Kind.DAY), Cell("2024-07-02", Kind.DAY), Cell(None, Kind.DAY)
    assert moments().hindrance([early], now) is None
    assert moments().hindrance([early, late], now) is Reason.NOT_DUE
    assert moments().hindrance([early, none], now) is Reason.NOT_STARTED
    assert moments().hindrance([early, none, Cell("x", Kind.TEXT)], now) is Reason.UNKNOWN
    assert moments().hindrance([], now) is Reason.UNKNOWN
    assert moments("P1000Y").hindrance([Cell("9500-01-01", Kind.DAY)], now) is Reason.NOT_DUE


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)),
    st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)),
    st.sampled_from(["P1D", "P1M", "P2Y", "PT1H", "P18M"]),
    st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Apia", "America/St_Johns"]),
    st.sampled_from([Kind.LOCAL, Kind.INSTANT, Kind.DAY]),
)
def test_what_is_selected_by_its_beginning_is_over_by_its_end(
    start: datetime, now: datetime, duration: str, zone: str, kind: Kind
) -> None:
    at, one = now.replace(tzinfo=UTC), moments(duration, zone)
    cell = Cell(start.date().isoformat() if kind is Kind.DAY else start.isoformat(" "), kind)
    latest = one.latest([cell])
    assert isinstance(latest, datetime)
    assert (latest < one.limit(at)) == (one.hindrance([cell], at) is None)


@pytest.mark.parametrize(
    ("server", "kind", "expected"),
    [
        (Server.POSTGRESQL, "timestamp(3) without time zone", Kind.LOCAL),
        (Server.POSTGRESQL, "timestamp with time zone", Kind.INSTANT),
        (Server.POSTGRESQL, "bigint", None),
        (Server.POSTGRESQL, "character varying(20)", Kind.TEXT),
        (Server.MYSQL, "datetime(6)", Kind.LOCAL),
        (Server.MYSQL, "timestamp", Kind.INSTANT),
        (Server.MYSQL, "date", Kind.DAY),
        (Server.MYSQL, "int(11)", None),
        (Server.SQLITE, "", Kind.TEXT),
    ],
)
def test_what_a_column_can_hold(server: Server, kind: str, expected: Kind | None) -> None:
    assert kind_of(server, ColumnShape("x", kind, nullable=True)) is expected
