"""Durations as policies write them: ISO 8601 (ISO 8601-1:2019, 5.5.2), whole numbers only.

Two kinds, never mixed: *calendar* durations of years, months, weeks and days, which end with a day; and *exact* ones of hours and
minutes. ``P7Y``, ``P18M``, ``P1Y6M``, ``P2W``, ``P30D``, ``PT72H``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from engine.base.errors import BadInput

MAX_YEARS = 1000
"""Longer is a mistake; what is kept for ever has no maximum at all."""

_CALENDAR = re.compile(r"P(?:(\d{1,6})Y)?(?:(\d{1,6})M)?(?:(\d{1,6})W)?(?:(\d{1,6})D)?", re.ASCII)
_EXACT = re.compile(r"PT(?:(\d{1,8})H)?(?:(\d{1,8})M)?", re.ASCII)

_MONTH_DAYS = (28, 31)
_YEAR_DAYS = (365, 366)


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time whose days are counted by the calendar.

    Attributes:
        months: with the years in them.
        days: with the weeks in them.
        minutes: of an exact duration, with the hours in them; then months and days are 0.
    """

    months: int = 0
    days: int = 0
    minutes: int = 0

    def __post_init__(self) -> None:
        if min(self.months, self.days, self.minutes) < 0:
            raise BadInput("a duration is not negative")
        if self.minutes and (self.months or self.days):
            raise BadInput("a duration counts either days or hours", hint="write P3D, or PT72H")
        if not (self.months or self.days or self.minutes):
            raise BadInput("a duration of nothing", hint="write one like P30D, P18M or P7Y")
        if self.bounds[1] > timedelta(days=MAX_YEARS * 366):
            raise BadInput(f"a duration of more than {MAX_YEARS} years", hint="leave the maximum out to keep for ever")

    @classmethod
    def parse(cls, text: str) -> Self:
        """What a text like ``P1Y6M`` says.

        Raises:
            BadInput: it is no duration of this kind; the hint says what was probably meant.
        """
        if exact := _EXACT.fullmatch(text):
            hours, minutes = (int(part or 0) for part in exact.groups())
            if any(exact.groups()):
                return cls(minutes=60 * hours + minutes)
        elif calendar := _CALENDAR.fullmatch(text):
            years, months, weeks, days = (int(part or 0) for part in calendar.groups())
            if any(calendar.groups()):
                return cls(months=12 * years + months, days=7 * weeks + days)
        raise BadInput("not a duration", hint=_meant(text))

    def __str__(self) -> str:
        """The one way that it is written back: years and months, days, hours and minutes; weeks as days."""
        if self.minutes:
            hours, minutes = divmod(self.minutes, 60)
            return "PT" + (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
        years, months = divmod(self.months, 12)
        parts = ((years, "Y"), (months, "M"), (self.days, "D"))
        return "P" + "".join(f"{count}{unit}" for count, unit in parts if count)

    @property
    def exact(self) -> bool:
        """Whether it counts hours and minutes rather than days."""
        return self.minutes > 0

    @property
    def bounds(self) -> tuple[timedelta, timedelta]:
        """The shortest and the longest that it can be, whenever it begins: months have 28 to 31 days, years 365 or 366."""
        if self.exact:
            exact = timedelta(minutes=self.minutes)
            return exact, exact
        years, months = divmod(self.months, 12)
        least, most = (
            timedelta(days=years * year + months * month + self.days)
            for year, month in zip(_YEAR_DAYS, _MONTH_DAYS, strict=True)
        )
        return least, most

    def certainly_longer(self, other: Duration) -> bool:
        """Whether it is longer than another one, whenever both begin."""
        more_of_each = self.months >= other.months and self.days >= other.days and self.minutes >= other.minutes
        return (more_of_each and self != other) or self.bounds[0] > other.bounds[1]


def _meant(text: str) -> str:
    upper = text.strip().upper()
    if upper != text and (_CALENDAR.fullmatch(upper) or _EXACT.fullmatch(upper)) and len(upper) > 1:
        return f"write {upper}"
    if found := re.fullmatch(r"([0-9]{1,6})\s*(YEAR|MONTH|WEEK|DAY|HOUR|[YMWDH])S?", upper):
        count, unit = found.groups()
        return f"write P{'T' if unit[0] == 'H' else ''}{count}{unit[0]}"
    if "T" in upper[2:]:
        return "days or hours, not both: P3D, or PT72H"
    if "." in text or "," in text:
        return "whole numbers only: P18M rather than P1.5Y"
    return "write one like P30D, P18M, P7Y or PT72H"
