"""Working days: which days of a place do not count, as data, and counting on from a day without them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from engine.base.errors import BadInput

SATURDAY, SUNDAY = 5, 6
MAX_RUN = 60  # days in a row without a working day: more is a mistake in the data


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """The working days of one place.

    Attributes:
        weekend: days of the week that do not count, Monday is 0.
        holidays: days that do not count beside these.
        known_until: the last day that the holidays were looked up for; later days are refused rather than guessed.
    """

    weekend: frozenset[int]
    holidays: frozenset[date]
    known_until: date

    def __post_init__(self) -> None:
        if not self.weekend < frozenset(range(7)):
            raise BadInput("a weekend is some of the days 0 (Monday) to 6 (Sunday), and not all")

    @classmethod
    def of(
        cls, holidays: Iterable[date], *, known_until: date, weekend: Iterable[int] = (SATURDAY, SUNDAY)
    ) -> WorkingDays:
        """From any collections of days."""
        return cls(frozenset(weekend), frozenset(holidays), known_until)

    def counts(self, day: date) -> bool:
        """Whether it is a working day.

        Raises:
            BadInput: nothing is known of that day.
        """
        if day > self.known_until:
            raise BadInput(
                f"holidays are known until {self.known_until:%Y-%m-%d} only", hint="add the holidays of later years"
            )
        return day.weekday() not in self.weekend and day not in self.holidays

    def on_or_after(self, day: date) -> date:
        """The day itself, or the next working day: how a period that would end on a holiday ends (Reg. 1182/71, Art. 3(4)).

        Raises:
            BadInput: nothing is known of a day on the way, or no working day comes.
        """
        for ahead in range(MAX_RUN):
            if self.counts(found := day + timedelta(days=ahead)):
                return found
        raise BadInput(f"no working day within {MAX_RUN} days")

    def after(self, day: date, count: int) -> date:
        """The ``count``-th working day after a day, which itself does not count.

        Raises:
            BadInput: fewer than one are asked for; otherwise as in ``on_or_after``.
        """
        if count < 1:
            raise BadInput("at least one working day")
        for _ in range(count):
            day = self.on_or_after(day + timedelta(days=1))
        return day
