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
from retention.moments import Kind, Moments, Place, Unreadable, kind_of

NOW = datetime(2024, 7, 3, tzinfo=UTC)


def moments(*kinds: Kind | None, duration: str = "P1D", zone: str = "Europe/Berlin", now: datetime = NOW) -> Moments:
    places = [Place(at, kind) for at, kind in enumerate(kinds)]
    return Moments(Term(Duration.parse(duration), (Column("x"),), zone, "rule"), places, now)


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
    assert moments().began(text, kind) == datetime.fromisoformat(expected)


def test_where_hours_count_a_day_began_with_its_end() -> None:
    began = moments(duration="PT72H").began("2024-07-01", Kind.DAY)
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
        ("2024-07-01 10:00:00+00:0x", Kind.TEXT),
        ("2024-07-01 1０:00:00", Kind.TEXT),
        ("2024-07-01 25:00:00", Kind.TEXT),
    ],
)
def test_what_no_cell_can_say(value: object, kind: Kind | None) -> None:
    with pytest.raises(Unreadable):
        moments().began(value, kind)
    assert moments(kind).hindrance([value]) is Reason.UNKNOWN


def test_the_latest_beginning_counts_and_all_must_have_come() -> None:
    one, two, three = moments(Kind.DAY), moments(Kind.DAY, Kind.DAY), moments(Kind.DAY, Kind.DAY, Kind.TEXT)
    assert one.hindrance(["2020-01-01"]) is None
    assert two.hindrance(["2020-01-01", "2024-07-02"]) is Reason.NOT_DUE
    assert two.hindrance(["2020-01-01", None]) is Reason.NOT_STARTED
    assert three.hindrance(["2020-01-01", None, "x"]) is Reason.UNKNOWN
    assert moments().hindrance(["2020-01-01"]) is Reason.UNKNOWN
    assert moments(Kind.DAY, duration="P1000Y").hindrance(["9500-01-01"]) is Reason.NOT_DUE


@given(
    st.lists(st.datetimes(datetime(2024, 6, 25), datetime(2024, 7, 10)), min_size=2, max_size=20),
    st.sampled_from(["P1D", "P1M", "PT1H", "PT36H"]),
    st.sampled_from(["UTC", "Europe/Berlin", "Pacific/Apia", "America/St_Johns"]),
)
def test_what_was_told_of_one_row_is_not_told_of_another(starts: list[datetime], duration: str, zone: str) -> None:
    cells = [start.isoformat(" ") for start in starts]
    told = moments(Kind.INSTANT, duration=duration, zone=zone)
    alone = [moments(Kind.INSTANT, duration=duration, zone=zone).hindrance([cell]) for cell in cells]
    assert [told.hindrance([cell]) for cell in cells] == alone


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
    one = moments(kind, duration=duration, zone=zone, now=now.replace(tzinfo=UTC))
    cell = start.date().isoformat() if kind is Kind.DAY else start.isoformat(" ")
    latest = one.latest([cell])
    assert isinstance(latest, datetime)
    assert (latest < one.limit()) == (one.hindrance([cell]) is None)


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
