"""When schedules are due: known days of change, and properties against a slow count of the wall clock."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.errors import BadInput
from engine.base.work.cron import Quiet, check_cron, is_quiet, next_run
from tests.properties import tries

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Sao_Paulo")
CRONS = ("30 2 * * *", "*/15 * * * *", "0 * * * *", "0 0 * * *", "30 1 * * 0", "5,35 1-3 * * *", "0 12 1 * *")
INSTANTS = st.datetimes(datetime(2015, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))


def runs(cron: str, zone: str, start: str, count: int) -> list[str]:
    """Due times behind a UTC instant, as UTC."""
    at, found = datetime.fromisoformat(start).replace(tzinfo=UTC), []
    for _ in range(count):
        due = next_run(cron, zone, at)
        assert due is not None
        found.append(due.strftime("%m-%d %H:%M"))
        at = due
    return found


def test_a_time_in_the_gap_runs_once_right_after_it() -> None:
    """Berlin, 29 March 2026: 02:00 becomes 03:00 at 01:00 UTC."""
    assert runs("30 2 * * *", "Europe/Berlin", "2026-03-27T12:00", 3) == ["03-28 01:30", "03-29 01:00", "03-30 00:30"]
    assert runs("*/15 2-3 * * *", "Europe/Berlin", "2026-03-29T00:30", 4) == [
        "03-29 01:00",
        "03-29 01:15",
        "03-29 01:30",
        "03-29 01:45",
    ]


def test_a_time_that_comes_twice_runs_once() -> None:
    """Berlin, 25 October 2026: 03:00 becomes 02:00 at 01:00 UTC."""
    assert runs("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00", 2) == ["10-25 00:30", "10-26 01:30"]
    assert runs("30 * * * *", "Europe/Berlin", "2026-10-24T23:00", 4) == [
        "10-24 23:30",
        "10-25 00:30",
        "10-25 02:30",
        "10-25 03:30",
    ]
    between = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)  # 02:10 for the second time
    assert next_run("30 2 * * *", "Europe/Berlin", between) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


def test_gaps_of_half_an_hour_and_at_midnight() -> None:
    assert runs("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T00:00", 1) == ["10-03 15:30"]  # 02:00 becomes 02:30
    assert runs("0 0 * * *", "America/Sao_Paulo", "2018-11-03T12:00", 1) == ["11-04 03:00"]  # 00:00 becomes 01:00


@settings(max_examples=tries(150))
@given(cron=st.sampled_from(CRONS), zone=st.sampled_from(ZONES), after=INSTANTS)
def test_every_reading_of_the_wall_clock_is_met_once(cron: str, zone: str, after: datetime) -> None:
    """Against the plain way: the days around, minute by minute, each reading taken for its first instant."""
    due = next_run(cron, zone, after)
    assert due is not None
    assert due > after
    assert due.tzinfo is UTC
    if due - after > timedelta(days=2):
        return
    assert due == min(one for one in _plain(cron, zone, after) if one > after)


@settings(max_examples=tries(60))
@given(cron=st.sampled_from(CRONS), zone=st.sampled_from(ZONES), after=INSTANTS, later=st.integers(1, 100_000))
def test_next_runs_are_in_order(cron: str, zone: str, after: datetime, later: int) -> None:
    first, second = next_run(cron, zone, after), next_run(cron, zone, after + timedelta(seconds=later))
    assert first is not None
    assert second is not None
    assert first <= second
    if after + timedelta(seconds=later) < first:
        assert first == second


def _plain(cron: str, zone: str, after: datetime) -> list[datetime]:
    place = ZoneInfo(zone)
    local = (after.astimezone(place) - timedelta(days=1)).replace(tzinfo=None, second=0, microsecond=0)
    found = []
    for _ in range(4 * 24 * 60):
        local += timedelta(minutes=1)
        if _fits(cron, local):
            instant = local.replace(tzinfo=place).astimezone(UTC)
            while instant.astimezone(place).replace(tzinfo=None) != local and _in_gap(local, place, instant):
                instant -= timedelta(minutes=1)
            found.append(instant)
    return found


def _in_gap(local: datetime, place: ZoneInfo, instant: datetime) -> bool:
    """Whether the minute before is still behind the change."""
    before = instant - timedelta(minutes=1)
    return before.astimezone(place).utcoffset() == instant.astimezone(place).utcoffset()


def _fits(cron: str, local: datetime) -> bool:
    """A reading of five fields of its own, for the few forms above."""
    minute, hour, day, _month, weekday = cron.split()
    return (_one(minute, local.minute) and _one(hour, local.hour) and _one(day, local.day)) and _one(
        weekday, (local.weekday() + 1) % 7
    )


def _one(field: str, value: int) -> bool:
    if field == "*":
        return True
    if field.startswith("*/"):
        return value % int(field[2:]) == 0
    if "-" in field:
        low, high = field.split("-")
        return int(low) <= value <= int(high)
    return value in map(int, field.split(","))


TIMES = st.times().map(lambda one: one.replace(second=0, microsecond=0))


@given(start=TIMES, end=TIMES, at=INSTANTS, zone=st.sampled_from(ZONES))
def test_quiet_hours_and_their_reverse_share_the_day_out(start: time, end: time, at: datetime, zone: str) -> None:
    if start == end:
        with pytest.raises(BadInput):
            Quiet(start, end)
        return
    night, day = Quiet(start, end), Quiet(end, start)
    assert is_quiet([night], zone, at) != is_quiet([day], zone, at)
    assert is_quiet([night, day], zone, at)
    assert not is_quiet([], zone, at)


def test_quiet_hours_over_midnight() -> None:
    night = [Quiet.parse("22:00", "06:00")]
    told = {
        hour: is_quiet(night, "Europe/Berlin", datetime(2026, 7, 1, hour, tzinfo=UTC)) for hour in (3, 4, 19, 20, 23)
    }
    assert told == {3: True, 4: False, 19: False, 20: True, 23: True}  # two hours before Berlin


@pytest.mark.parametrize("cron", ["", "* * * *", "0 0 * * * *", "61 * * * *", "x * * * *", "0 0 31 2 *", "0 0 30 2 *"])
def test_what_is_no_cron_is_refused(cron: str) -> None:
    with pytest.raises(BadInput):
        check_cron(cron, "UTC")


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "/etc/localtime"])
def test_what_is_no_zone_is_refused(zone: str) -> None:
    with pytest.raises(BadInput):
        check_cron("0 0 * * *", zone)


@pytest.mark.parametrize(("start", "end"), [("22", "x"), ("25:00", "06:00"), ("06:00", "06:00"), ("", "")])
def test_what_are_no_quiet_hours_is_refused(start: str, end: str) -> None:
    with pytest.raises(BadInput):
        Quiet.parse(start, end)


def test_a_day_that_comes_seldom_is_found() -> None:
    assert next_run("0 0 29 2 *", "UTC", datetime(2097, 1, 1, tzinfo=UTC)) == datetime(2104, 2, 29, tzinfo=UTC)
