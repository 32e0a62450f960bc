"""What should have happened against what did: the arithmetic of periods."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base.errors import BadInput
from engine.evidence.period import Period, compare, due_times, gaps, uncovered

BEGIN = datetime(2027, 3, 1, tzinfo=UTC)
HOURS = st.integers(0, 24 * 40).map(lambda hours: timedelta(hours=hours))
INSTANTS = HOURS.map(lambda span: BEGIN + span)
PERIOD = Period(BEGIN + timedelta(days=5), BEGIN + timedelta(days=30))


@given(st.lists(INSTANTS), HOURS.filter(bool))
def test_gaps_are_exactly_the_stretches_that_are_too_long(instants: list[datetime], longest: timedelta) -> None:
    found = gaps(instants, PERIOD, longest)
    for gap in found:
        assert gap.length > longest
        assert not any(gap.begin < one < gap.end for one in instants)
    inside = [one for one in instants if PERIOD.covers(one)]
    moment = PERIOD.begin
    while moment + longest < PERIOD.end:  # any stretch as long that nothing is in lies in a gap
        free = not any(moment <= one <= moment + longest for one in [PERIOD.begin, *inside, PERIOD.end])
        if free:
            assert any(gap.begin < moment and moment + longest < gap.end for gap in found)
        moment += timedelta(hours=7)


@given(st.lists(st.tuples(INSTANTS, HOURS)))
def test_what_is_covered_and_what_is_not_make_up_the_period(drawn: list[tuple[datetime, timedelta]]) -> None:
    covered = [Period(begin, begin + span) for begin, span in drawn]
    left = uncovered(covered, PERIOD)
    assert all(one.length > timedelta(0) and PERIOD.begin <= one.begin and one.end <= PERIOD.end for one in left)
    assert all(before.end < after.begin for before, after in pairwise(left))
    for hour in range(24 * 25):
        moment = PERIOD.begin + timedelta(hours=hour, minutes=30)
        assert any(one.covers(moment) for one in left) != any(one.covers(moment) for one in covered)


@given(st.sets(INSTANTS), st.dictionaries(INSTANTS, HOURS), HOURS)
def test_each_due_run_is_made_late_or_missing(
    expected: set[datetime], actual: dict[datetime, timedelta], allowed: timedelta
) -> None:
    runs = compare(expected, actual, allowed)
    assert runs.expected == len(expected)
    assert set(runs.missing) == expected - set(actual)
    assert set(runs.late) == {one for one in expected & set(actual) if actual[one] > allowed}
    assert runs.made + len(runs.missing) == runs.expected
    assert not set(runs.late) & set(runs.missing)


@given(st.sets(st.integers(0, 364), min_size=1, max_size=40))
def test_planted_gaps_of_a_year_are_found_to_the_day(missed: set[int]) -> None:
    year = Period(datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC))
    due = due_times("30 2 * * *", "Europe/Berlin", year)
    assert len(due) == 365
    ran = {one: timedelta(0) for day, one in enumerate(due) if day not in missed}
    assert compare(due, ran, timedelta(0)).missing == tuple(due[day] for day in sorted(missed))


def test_a_leap_day_and_both_changes_of_the_clock_have_one_run_each() -> None:
    year = Period(datetime(2028, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC))
    due = due_times("30 2 * * *", "Europe/Berlin", year)
    assert len(due) == 366
    local = [one.strftime("%m-%d %H:%M") for one in due]
    assert "02-29 01:30" in local
    assert "03-26 01:00" in local  # half past two does not exist on that day: it is due right after the gap
    assert "10-29 00:30" in local  # and twice on that one: the first time counts


def test_due_times_begin_with_the_period_and_end_before_it_does() -> None:
    period = Period(datetime(2027, 3, 1, 2, tzinfo=UTC), datetime(2027, 3, 3, 2, tzinfo=UTC))
    assert [one.day for one in due_times("0 2 * * *", "UTC", period)] == [1, 2]


def test_too_many_runs_and_a_period_that_runs_backwards_are_refused() -> None:
    with pytest.raises(BadInput):
        due_times("* * * * *", "UTC", Period(BEGIN, BEGIN + timedelta(days=100)))
    with pytest.raises(BadInput):
        Period(BEGIN, BEGIN - timedelta(seconds=1))


@given(INSTANTS, INSTANTS)
def test_parts_of_a_period_lie_within_it(since: datetime, until: datetime) -> None:
    for part in (PERIOD.since(since), PERIOD.until(until), PERIOD.since(since).until(until)):
        assert PERIOD.begin <= part.begin <= part.end <= PERIOD.end
