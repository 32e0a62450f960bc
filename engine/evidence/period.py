"""Periods, and the arithmetic of what should have happened in one against what did. Pure.

An event that was due and came late is late; one that did not come is absent. A period is half open: its end is outside.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from engine.base.errors import BadInput
from engine.base.work.cron import next_run

MOST_RUNS = 100_000
"""Due times that are computed of one schedule and period: every minute for ten weeks."""


@dataclass(frozen=True, slots=True)
class Period:
    """From ``begin`` until before ``end``, aware instants.

    Raises:
        BadInput: the end lies before the beginning.
    """

    begin: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.end < self.begin:
            raise BadInput("a period ends before it begins")

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.end - self.begin

    def covers(self, instant: datetime) -> bool:
        """Whether an instant is within."""
        return self.begin <= instant < self.end

    def since(self, begin: datetime) -> Period:
        """The part of it from an instant on."""
        return Period(min(max(self.begin, begin), self.end), self.end)

    def until(self, end: datetime) -> Period:
        """The part of it before an instant."""
        return Period(self.begin, max(min(self.end, end), self.begin))


def due_times(cron: str, zone: str, period: Period) -> list[datetime]:
    """When a schedule was due in a period, in order.

    Raises:
        BadInput: the schedule is none, or is due more than ``MOST_RUNS`` times.
    """
    found: list[datetime] = []
    last = period.begin - timedelta(microseconds=1)
    while (due := next_run(cron, zone, last)) is not None and due < period.end:
        found.append(due)
        last = due
        if len(found) > MOST_RUNS:
            raise BadInput("a schedule is due too often for its runs to be counted in this period")
    return found


@dataclass(frozen=True, slots=True)
class Runs:
    """Expected runs against actual ones.

    Attributes:
        expected: how many were due.
        late: due times of those that began later than allowed, with how late.
        missing: due times of those that never began.
    """

    expected: int
    late: Mapping[datetime, timedelta]
    missing: tuple[datetime, ...]

    @property
    def made(self) -> int:
        """How many were made, in time or late."""
        return self.expected - len(self.missing)


def compare(expected: Iterable[datetime], actual: Mapping[datetime, timedelta], allowed: timedelta) -> Runs:
    """Hold runs against when they were due.

    Args:
        expected: due times.
        actual: the due time of each run that began, and how late it began.
        allowed: a run later than that is late.
    """
    due = sorted(set(expected))
    late = {when: actual[when] for when in due if when in actual and actual[when] > allowed}
    return Runs(len(due), late, tuple(when for when in due if when not in actual))


def gaps(instants: Iterable[datetime], period: Period, longest: timedelta) -> list[Period]:
    """Stretches of a period without any of these instants, as far as they are longer than allowed, in order.

    The beginning and the end of the period bound the first and the last stretch; instants outside the period count as on its
    border, so that one just before it does not leave a gap of its own.
    """
    marks = [period.begin, *sorted(one for one in instants if period.covers(one)), period.end]
    return [Period(begin, end) for begin, end in pairwise(marks) if end - begin > longest]


def uncovered(covered: Sequence[Period], period: Period) -> list[Period]:
    """The parts of a period that none of these stretches covers, in order. Nothing of them overlaps, and none is empty."""
    left: list[Period] = []
    reached = period.begin
    for one in sorted(covered, key=lambda one: one.begin):
        if one.end <= max(reached, one.begin):
            continue
        if one.begin > reached and reached < period.end:
            left.append(Period(reached, min(one.begin, period.end)))
        reached = max(reached, one.end)
    if reached < period.end:
        left.append(Period(reached, period.end))
    return left
