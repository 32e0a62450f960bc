"""When a duration that began at an instant is over, and, the other way round, what began early enough to be over.

Calendar durations count by days, as the law does (Regulation (EEC, Euratom) No 1182/71, Art. 3): the day of the beginning is not
counted, a month ends on the day with the same number or, where there is none, on the last day of the month, and what is over is
over when that day ends, in the zone of whoever keeps the data. Exact durations count hours from the instant on.

Whole days make the arithmetic monotone: what began later is never over earlier. So "is over" is the same as "began before", and a
store can be asked for all that is over with one comparison (:func:`started_before`).
"""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from engine.base.errors import BadInput
from engine.governance.calendar.durations import Duration

_FIRST = datetime.min.replace(tzinfo=UTC)


def due_at(start: datetime, duration: Duration, zone: ZoneInfo) -> datetime:
    """The first instant at which it is over: in UTC.

    Args:
        start: aware.
        duration: counted from it.
        zone: whose days count.

    Raises:
        BadInput: the start is naive, or the end lies beyond the year 9999.
    """
    if start.utcoffset() is None:
        raise BadInput("an instant without a time zone: times are aware here")
    try:
        if duration.exact:
            return start.astimezone(UTC) + timedelta(minutes=duration.minutes)
        return _day_after(start.astimezone(zone).date(), duration, zone)
    except OverflowError:
        raise BadInput("a period that ends after the year 9999") from None


@lru_cache(maxsize=10_000)
def _day_after(first: date, duration: Duration, zone: ZoneInfo) -> datetime:
    """When the last day of a calendar duration is over; millions of rows began on some thousand days."""
    return start_of_day(last_day(first, duration) + timedelta(days=1), zone)


def last_day(first: date, duration: Duration) -> date:
    """The day at whose end a calendar duration is over that began on a day: months first, then days.

    Raises:
        BadInput: the duration counts hours.
        OverflowError: it lies beyond the year 9999.
    """
    if duration.exact:
        raise BadInput("a duration of hours has no last day")
    year, month = divmod(first.year * 12 + first.month - 1 + duration.months, 12)
    if year > date.max.year:
        raise OverflowError
    return date(year, month + 1, min(first.day, _length(year, month))) + timedelta(days=duration.days)


def started_before(now: datetime, duration: Duration, zone: ZoneInfo) -> datetime:
    """What began before this instant is over by ``now``, and nothing else is: ``due_at(s) <= now`` exactly if ``s <`` it.

    Of a day without a time, compare with the day of this instant in ``zone``: what began on an earlier day is over.

    Raises:
        BadInput: ``now`` is naive.
    """
    if now.utcoffset() is None:
        raise BadInput("an instant without a time zone: times are aware here")
    if duration.exact:
        # over at the very instant: what began then is over too, and times are counted in microseconds
        return now.astimezone(UTC) - timedelta(minutes=duration.minutes) + timedelta(microseconds=1)
    today = now.astimezone(zone).date()  # days before it are over
    try:
        first = _latest_start(today - timedelta(days=1), duration)
        return start_of_day(first + timedelta(days=1), zone)
    except (OverflowError, ValueError):  # before the first day that there is
        return _FIRST


def _latest_start(end: date, duration: Duration) -> date:
    """The last day from which the duration ends on ``end`` or before. An error of ``date`` where the calendar has none."""
    reached = end - timedelta(days=duration.days)
    year, month = divmod(reached.year * 12 + reached.month - 1 - duration.months, 12)
    length = _length(year, month)
    # The last day of a month is reached from all days at the end of a longer one.
    ends_month = reached.day == _length(reached.year, reached.month - 1)
    return date(year, month + 1, length if ends_month else min(reached.day, length))


def _length(year: int, month: int) -> int:
    """Days of a month, counted from 0."""
    return calendar.monthrange(year, month + 1)[1]


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """Its first instant in a zone, in UTC. Where clocks skip midnight, the day begins with what they show instead."""
    return datetime.combine(day, time(), tzinfo=zone).astimezone(UTC)
