"""Dates in text: whatever Presidio's recognizer finds of days that exist, and none that do not."""

from __future__ import annotations

import random
import re
from itertools import product

import pytest
from presidio_analyzer.predefined_recognizers import DateRecognizer

from classifiers.catalogue import catalogue
from classifiers.catalogue.dates import DATE
from classifiers.checks.dates import calendar_date
from classifiers.matching.matcher import Matcher
from classifiers.texts import find
from tests.classifiers.pack import Sampler, compiled

MATCHER = Matcher([one for one in catalogue() if one.entity == "DATE_TIME"], compiled)
THEIRS = DateRecognizer()
CERTAIN = [pattern for pattern in DateRecognizer.PATTERNS if pattern.score >= 0.5]


def _spans(text: str) -> set[tuple[int, int]]:
    return {(one.start, one.end) for one in find(MATCHER, [text])[0] if one.entity == "DATE_TIME"}


@pytest.mark.parametrize("pattern", CERTAIN, ids=lambda one: one.name)
def test_every_real_date_that_presidio_finds_is_found_there(pattern: object) -> None:
    rng = random.Random(11)
    regex = re.compile(pattern.regex, re.IGNORECASE)  # type: ignore[attr-defined]
    sampler = Sampler(regex)
    missed = []
    for _ in range(300):
        day = sampler.draw(rng)
        if not (day.isascii() and calendar_date(day)):
            continue
        before, after = rng.choice(["on ", "(", "am ", "\n", "date: "]), rng.choice([".", ")", " or later", "\n", ","])
        text = f"{before}{day}{after}"
        span = (len(before), len(before) + len(day))
        theirs = {(one.start, one.end) for one in THEIRS.analyze(text, ["DATE_TIME"])}
        if span in theirs and span not in _spans(text):
            missed.append(text)
    assert missed == []


def test_days_that_do_not_exist_are_not_found_though_presidio_finds_them() -> None:
    for text in ("2023-02-30", "31/04/2021", "30.02.2020", "31-APR-2020", "4/31/2020"):
        assert THEIRS.analyze(text, ["DATE_TIME"])
        assert _spans(text) == set()


def test_parts_of_longer_numbers_are_no_dates() -> None:
    for text in ("10.1.1.20", "1/2/2020/3", "12-05-2020-4411", "v2.10.20.1"):
        assert _spans(text) == set()


def test_a_birth_stays_a_birth() -> None:
    assert [one.subtype for one in find(MATCHER, ["Date of birth: 1980-01-02"])[0]] == ["DATE_OF_BIRTH"]


def test_each_day_of_a_year_exists_once() -> None:
    days = [f"{month:02d}/{day:02d}/2023" for month, day in product(range(13, 33), range(13, 33))]
    assert not any(DATE.check(days)) if DATE.check is not None else False
    assert (
        sum(calendar_date(f"2023-{month:02d}-{day:02d}") for month, day in product(range(1, 13), range(1, 32))) == 365
    )
