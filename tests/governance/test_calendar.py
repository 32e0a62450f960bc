"""Durations and what is over when: cases of the law, and the properties that everything else relies on."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine.base.errors import BadInput
from engine.governance.calendar import Duration, due_at, start_of_day, started_before
from engine.governance.calendar.business import WorkingDays
from engine.governance.calendar.due import last_day

ZONES = [
    ZoneInfo(name)
    for name in (
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "America/Sao_Paulo",  # clocks once skipped midnight here
        "Pacific/Apia",  # a whole day was left out in 2011
        "Asia/Kathmandu",
        "Pacific/Chatham",
        "Australia/Lord_Howe",  # summer time of half an hour
    )
]
BERLIN = ZoneInfo("Europe/Berlin")

calendar_durations = (
    st.tuples(st.integers(0, 1500), st.integers(0, 3000))
    .filter(any)
    .map(lambda pair: Duration(months=pair[0], days=pair[1]))
)
exact_durations = st.integers(1, 5_000_000).map(lambda minutes: Duration(minutes=minutes))
durations = calendar_durations | exact_durations
instants = st.datetimes(
    datetime(1970, 1, 1),
    datetime(2200, 1, 1),
    timezones=st.just(UTC),
)


@pytest.mark.parametrize(
    ("text", "months", "days", "minutes"),
    [
        ("P7Y", 84, 0, 0),
        ("P18M", 18, 0, 0),
        ("P1Y6M", 18, 0, 0),
        ("P2W", 0, 14, 0),
        ("P1Y2M3W4D", 14, 25, 0),
        ("P30D", 0, 30, 0),
        ("PT72H", 0, 0, 4320),
        ("PT1H30M", 0, 0, 90),
        ("P0Y1D", 0, 1, 0),
    ],
)
def test_reads(text: str, months: int, days: int, minutes: int) -> None:
    assert Duration.parse(text) == Duration(months, days, minutes)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("7 years", "write P7Y"),
        ("30d", "write P30D"),
        ("72 hours", "write PT72H"),
        ("p7y", "write P7Y"),
        ("P1.5Y", "whole numbers"),
        ("P3DT4H", "not both"),
        ("P", "write one like"),
        ("PT", "write one like"),
        ("", "write one like"),
        ("P-1D", "write one like"),
        ("P1M1Y", "write one like"),
        ("P0D", "write one like"),
        ("P2000Y", "maximum out"),
        ("P1Y\n", "write P1Y"),
        ("P١Y", "write one like"),
    ],
)
def test_refuses_with_what_was_meant(text: str, hint: str) -> None:
    with pytest.raises(BadInput) as caught:
        Duration.parse(text)
    assert hint in caught.value.hint


@given(durations)
def test_is_read_back_as_it_is_written(duration: Duration) -> None:
    assert Duration.parse(str(duration)) == duration


@pytest.mark.parametrize(
    ("first", "text", "last"),
    [
        (date(2026, 1, 31), "P1M", date(2026, 2, 28)),
        (date(2028, 1, 31), "P1M", date(2028, 2, 29)),
        (date(2026, 1, 30), "P1M", date(2026, 2, 28)),
        (date(2026, 8, 31), "P1M", date(2026, 9, 30)),
        (date(2026, 3, 5), "P1M", date(2026, 4, 5)),
        (date(2024, 2, 29), "P1Y", date(2025, 2, 28)),
        (date(2024, 2, 29), "P4Y", date(2028, 2, 29)),
        (date(2026, 11, 30), "P3M", date(2027, 2, 28)),
        (date(2026, 1, 31), "P1M1D", date(2026, 3, 1)),
        (date(2026, 12, 31), "P1D", date(2027, 1, 1)),
    ],
)
def test_ends_on_the_day(first: date, text: str, last: date) -> None:
    assert last_day(first, Duration.parse(text)) == last


def test_is_over_when_the_last_day_ends_where_the_data_is_kept() -> None:
    late = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)  # the second of March in Berlin already
    assert due_at(late, Duration.parse("P1D"), BERLIN) == datetime(2026, 3, 3, 23, 0, tzinfo=UTC)
    assert due_at(late, Duration.parse("P1D"), ZoneInfo("UTC")) == datetime(2026, 3, 3, tzinfo=UTC)
    # the day on which summer time begins has 23 hours, hours of an exact duration do not care
    assert due_at(datetime(2026, 3, 28, 12, tzinfo=UTC), Duration.parse("P1D"), BERLIN) == datetime(
        2026, 3, 29, 22, tzinfo=UTC
    )
    assert due_at(datetime(2026, 3, 28, 12, tzinfo=UTC), Duration.parse("PT24H"), BERLIN) == datetime(
        2026, 3, 29, 12, tzinfo=UTC
    )


@given(instants, instants, durations, st.sampled_from(ZONES))
@example(datetime(2020, 1, 31, 3, tzinfo=UTC), datetime(2020, 2, 29, tzinfo=UTC), Duration(months=1), ZONES[0])
@example(datetime(2011, 12, 29, tzinfo=UTC), datetime(2011, 12, 31, tzinfo=UTC), Duration(days=1), ZONES[4])
def test_over_is_the_same_as_begun_before(start: datetime, now: datetime, duration: Duration, zone: ZoneInfo) -> None:
    assert (due_at(start, duration, zone) <= now) == (start < started_before(now, duration, zone))


@given(instants, durations, st.sampled_from(ZONES))
def test_the_limit_is_sharp(now: datetime, duration: Duration, zone: ZoneInfo) -> None:
    limit = started_before(now, duration, zone)
    if limit.year < 1971:
        return
    assert due_at(limit - timedelta(microseconds=1), duration, zone) <= now < due_at(limit, duration, zone)


@given(instants, instants, durations, st.sampled_from(ZONES))
def test_what_begins_later_is_never_over_earlier(
    one: datetime, other: datetime, duration: Duration, zone: ZoneInfo
) -> None:
    one, other = sorted((one, other))
    assert due_at(one, duration, zone) <= due_at(other, duration, zone)


@given(instants, durations, st.sampled_from(ZONES))
def test_lasts_within_its_bounds(start: datetime, duration: Duration, zone: ZoneInfo) -> None:
    least, most = duration.bounds
    slack = timedelta() if duration.exact else timedelta(days=2)  # the rest of the first day, and changes of a zone
    assert least - slack <= due_at(start, duration, zone) - start <= most + slack


@given(durations, durations, instants, st.sampled_from(ZONES))
def test_certainly_longer_is_never_over_earlier(
    one: Duration, other: Duration, start: datetime, zone: ZoneInfo
) -> None:
    if one.certainly_longer(other) and one.exact == other.exact:
        assert due_at(start, one, zone) >= due_at(start, other, zone)
        assert not other.certainly_longer(one)


def test_near_the_ends_of_the_calendar() -> None:
    early = datetime(1, 1, 3, tzinfo=UTC)
    assert started_before(early, Duration.parse("P1000Y"), ZONES[1]) == datetime.min.replace(tzinfo=UTC)
    with pytest.raises(BadInput, match="9999"):
        due_at(datetime(9999, 6, 1, tzinfo=UTC), Duration.parse("P1Y"), ZONES[0])
    with pytest.raises(BadInput, match="aware"):
        due_at(datetime(2026, 1, 1), Duration.parse("P1Y"), ZONES[0])


def test_a_day_without_midnight_begins_when_it_begins() -> None:
    assert start_of_day(date(2018, 11, 4), ZoneInfo("America/Sao_Paulo")) == datetime(2018, 11, 4, 3, tzinfo=UTC)


GERMAN = WorkingDays.of(
    [date(2026, 4, 3), date(2026, 4, 6), date(2026, 5, 1), date(2026, 12, 25), date(2027, 1, 1)],
    known_until=date(2027, 12, 31),
)


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2026, 4, 2), date(2026, 4, 2)),
        (date(2026, 4, 3), date(2026, 4, 7)),  # Good Friday to the Tuesday after Easter
        (date(2026, 5, 1), date(2026, 5, 4)),
        (date(2026, 12, 25), date(2026, 12, 28)),
    ],
)
def test_rolls_on_to_a_working_day(day: date, found: date) -> None:
    assert GERMAN.on_or_after(day) == found


def test_counts_working_days() -> None:
    assert GERMAN.after(date(2026, 4, 1), 2) == date(2026, 4, 7)
    assert GERMAN.after(date(2026, 4, 1), 10) == date(2026, 4, 17)


@given(st.dates(date(2026, 1, 1), date(2027, 6, 1)), st.integers(1, 40))
def test_counting_passes_exactly_so_many(day: date, count: int) -> None:
    reached = GERMAN.after(day, count)
    between = [day + timedelta(days=ahead) for ahead in range(1, (reached - day).days + 1)]
    assert sum(GERMAN.counts(one) for one in between) == count
    assert GERMAN.counts(reached)


def test_does_not_guess_holidays() -> None:
    with pytest.raises(BadInput, match="known until 2027-12-31"):
        GERMAN.on_or_after(date(2028, 1, 1))
    with pytest.raises(BadInput, match="weekend"):
        WorkingDays.of([], known_until=date(2027, 1, 1), weekend=range(7))
    with pytest.raises(BadInput, match="no working day"):
        WorkingDays.of(
            [date(2026, 1, 1) + timedelta(days=n) for n in range(90)], known_until=date(2027, 1, 1)
        ).on_or_after(date(2026, 1, 1))
