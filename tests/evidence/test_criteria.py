"""The criteria: exactly those that there are, each with its class."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from engine.base.errors import ConfigError
from engine.base.settings.yaml import read_yaml
from engine.evidence.criteria import CATEGORIES, SERIES, CriterionClass, criteria, read_criteria

COUNTS = {
    "CC1": 5, "CC2": 3, "CC3": 4, "CC4": 2, "CC5": 3, "CC6": 8, "CC7": 5, "CC8": 1, "CC9": 2, "A1": 3, "PI1": 5, "C1": 2,
    "P1": 1, "P2": 1, "P3": 2, "P4": 3, "P5": 2, "P6": 7, "P7": 1, "P8": 1,
}  # fmt: skip
AUTO = """CC2.1 CC4.1 CC4.2 CC5.3 CC6.1 CC6.3 CC6.5 CC6.7 A1.1 A1.2 A1.3 PI1.2 PI1.3 PI1.5 C1.1 C1.2 P3.1 P4.1 P4.2 P4.3 P5.1
P5.2 P6.2 P6.7 P7.1 P8.1""".split()
ATTEST = "CC1.1 CC1.2 CC1.3 CC1.5 CC2.3 CC3.1 CC3.3 CC5.1 CC6.4 CC9.1 PI1.1 P1.1 P6.5".split()


def test_they_are_exactly_the_61_in_order() -> None:
    assert [one.id for one in criteria()] == [
        f"{name}.{n}" for name, most in COUNTS.items() for n in range(1, most + 1)
    ]
    assert len(criteria()) == 61
    assert list(COUNTS) == list(CATEGORIES)
    assert {one.series for one in criteria()} == set(SERIES)


def test_classes_are_exactly_26_22_and_13() -> None:
    assert Counter(one.cls.value for one in criteria()) == {"AUTO": 26, "IMPORT": 22, "ATTEST": 13}
    assert [one.id for one in criteria() if one.cls is CriterionClass.AUTO] == AUTO
    assert [one.id for one in criteria() if one.cls is CriterionClass.ATTEST] == ATTEST


def test_each_says_what_it_is_and_why_in_words_of_its_own() -> None:
    for one in criteria():
        assert 15 < len(one.title) < 120
        assert one.why.endswith(".")
        assert not one.input.endswith(".")
    assert len({one.title for one in criteria()}) == 61


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("criteria:\n  CC1.1: {title: a, class: AUTO, why: b, input: c, frequency: daily, more: d}\n", 2),
        ("criteria:\n  CC1.1:\n    title: a\n    class: MANUAL\n    why: b\n    input: c\n    frequency: daily\n", 4),
        ("criteria:\n  CC1.1:\n    title: a\n    class: AUTO\n    why: b\n    input: c\n    frequency: hourly\n", 7),
        ("criteria:\n  CC1.1: {class: AUTO, why: b, input: c, frequency: daily}\n", 2),
        ("criteria:\n  PP1.1: {title: a, class: AUTO, why: b, input: c, frequency: daily}\n", 2),
        ("criteria: []\n", 1),
        ("more: {}\n", 1),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(text: str, line: int, tmp_path: Path) -> None:
    path = tmp_path / "criteria.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError) as refused:
        read_criteria(read_yaml(path))
    assert (refused.value.file, refused.value.line) == (str(path), line)
