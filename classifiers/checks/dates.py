"""Whether there is such a day: dates in digits, with short names of months."""

from __future__ import annotations

import re

from classifiers.checks.sampled import real_date

_MONTHS = {name: place for place, name in enumerate("jan feb mar apr may jun jul aug sep oct nov dec".split(), 1)}


def calendar_date(value: str) -> bool:
    """Whether there is such a day, in any order of the parts that their separators allow.

    Parts in hyphens or slashes with the year last may begin with the day or the month, in dots they begin with the day. A year of
    two digits is one of this century. Where a year or a day is not written, the month alone must be one.
    """
    day = re.split(r"[Tt][0-9]{2}:", value, maxsplit=1)[0]
    words = re.findall(r"[^\W\d_]{3,}", day.lower())
    month = next((_MONTHS[word] for word in words if word in _MONTHS), 0)
    numbers = [int(digits) for digits in re.findall(r"[0-9]+", day)]
    if month:
        return _with_name(month, numbers, day_first=day[:1].isdigit())
    if len(numbers) != 3:
        return False
    first, second, third = numbers
    if first > 31:
        return real_date(first, second, third)
    year = third if third > 99 else 2000 + third
    return real_date(year, second, first) or ("." not in value and real_date(year, first, second))


def _with_name(month: int, numbers: list[int], *, day_first: bool) -> bool:
    """A day and a year, in this order; or one of the two, of which a year may be any."""
    if len(numbers) == 2:
        year = numbers[1]
        return real_date(year if year > 99 else 2000 + year, month, numbers[0])
    return len(numbers) == 1 and (not day_first or real_date(2000, month, numbers[0]))
