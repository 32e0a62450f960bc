"""When a schedule is due: pure functions of cron's five fields, a time zone and an instant.

Cron is read on the wall clock. Where the clock is put forward, what would be due in the gap is due once, right after it. Where it
is put back, what would be due twice is due the first time only. So every due time of the wall clock is met once, never twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

from engine.base.errors import BadInput

_FIELDS = 5
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Local times from ``start`` until before ``end`` of each day, over midnight if ``end`` is the earlier one.

    Raises:
        BadInput: both are the same, which could mean never or always; or they carry a zone.
    """

    start: time
    end: time

    def __post_init__(self) -> None:
        if self.start == self.end or self.start.tzinfo or self.end.tzinfo:
            raise BadInput("quiet hours run from one local time to another one", hint='["22:00", "06:00"]')

    @classmethod
    def parse(cls, start: str, end: str) -> Quiet:
        """From ``HH:MM``.

        Raises:
            BadInput: these are no such times.
        """
        try:
            return cls(time.fromisoformat(start), time.fromisoformat(end))
        except ValueError:
            raise BadInput("quiet hours are given as HH:MM", hint='["22:00", "06:00"]') from None

    def covers(self, local: time) -> bool:
        """Whether a local time is within."""
        if self.start < self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end


def is_quiet(quiet: Iterable[Quiet], zone: str, at: datetime) -> bool:
    """Whether an instant is within quiet hours, by the wall clock of a zone."""
    local = at.astimezone(zone_of(zone)).time()
    return any(one.covers(local) for one in quiet)


def next_run(cron: str, zone: str, after: datetime) -> datetime | None:
    """The first due time behind an instant, in UTC; None when there is none in the next decades.

    Raises:
        BadInput: the fields or the zone are none.
    """
    return next((due for due in _due(cron, zone, after) if due > after), None)


def check_cron(cron: str, zone: str) -> None:
    """Refuse what can never be due.

    Raises:
        BadInput: the fields or the zone are none, or no day fits.
    """
    if next_run(cron, zone, datetime(2026, 1, 1, tzinfo=UTC)) is None:
        raise BadInput("no day fits these fields of cron")


def zone_of(name: str) -> ZoneInfo:
    """A zone of the IANA database.

    Raises:
        BadInput: there is none of that name.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise BadInput("there is no such time zone", hint="Europe/Berlin") from None


def _due(cron: str, zone: str, after: datetime) -> Iterator[datetime]:
    """Due times from the wall clock's reading at an instant on; the first ones may lie before it."""
    place = zone_of(zone)
    if len(cron.split()) != _FIELDS:
        raise BadInput("cron has five fields: minute, hour, day, month, weekday", hint="30 2 * * *")
    try:
        for local in CronSim(cron, after.astimezone(place).replace(tzinfo=None)):
            yield _instant(local, place)
    except CronSimError:
        raise BadInput("these are no fields of cron: minute, hour, day, month, weekday", hint="30 2 * * *") from None
    except OverflowError:
        return


def _instant(local: datetime, zone: ZoneInfo) -> datetime:
    """The instant of a reading of the wall clock: the first of two, or the end of the gap that it is in."""
    first = local.replace(tzinfo=zone).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None) == local:
        return first
    low, high = local.replace(tzinfo=zone, fold=1).astimezone(UTC), first  # the clock is put forward in (low, high]
    before = low.astimezone(zone).utcoffset()
    while high - low > _SECOND:
        middle = low + (high - low) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high
