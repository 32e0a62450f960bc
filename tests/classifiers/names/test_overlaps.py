"""Names beside rules in texts: what is validated or has a form of its own comes first."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.catalogue import catalogue
from classifiers.detector import Finding
from classifiers.matching.matcher import Matcher
from classifiers.names.reader import NameReader
from classifiers.texts import find
from tests.classifiers.names.gazetteer import Gazetteer
from tests.properties import tries

words = st.sampled_from(
    [
        "Anna Smith",
        "Müller",
        "Berlin",
        "zoe@Berlin.de",
        "https://Leeds.example/Zoë",
        "536-90-4399",
        "met",
        "in",
        "ssn",
        ",",
        "\u200b",
        "😀",
    ]
)


@cache
def matcher() -> Matcher:
    return Matcher([one for one in catalogue() if one.key in {"EMAIL_ADDRESS", "URL", "US_SSN"}])


def found(text: str, entities: frozenset[str] | None = None, threshold: float = 0.5) -> list[tuple[str, str]]:
    spans = find(matcher(), [text], entities, threshold, names=NameReader(Gazetteer()))[0]
    return [(one.entity, text[one.start : one.end]) for one in spans]


def test_names_stand_beside_what_rules_find() -> None:
    text = "Grüße 😀 von Anna Smith aus Berlin an b@c.example.com"
    assert found(text) == [("PERSON", "Anna Smith"), ("LOCATION", "Berlin"), ("EMAIL_ADDRESS", "b@c.example.com")]


@pytest.mark.parametrize("text", ["mail to Berlin@example.com", "see https://www.example.com/Berlin/Zoë now"])
def test_a_name_inside_an_address_is_no_finding_of_its_own(text: str) -> None:
    assert {entity for entity, _ in found(text)} <= {"EMAIL_ADDRESS", "URL"}


def test_of_a_name_that_laps_over_an_address_the_rest_stays() -> None:
    class Greedy(Gazetteer):
        def find(self, texts: Sequence[str]) -> list[list[Finding]]:
            return [[Finding("PERSON", "", 6, len(text) - 4, 0.9)] for text in texts]

    text = "mail: Anna Smith: anna@example.com now"
    spans = find(matcher(), [text], names=Greedy())[0]
    assert [text[one.start : one.end] for one in spans] == ["Anna Smith", "anna@example.com"]


def test_only_what_is_wanted_and_likely_enough() -> None:
    text = "we met Anna Smith in Berlin"
    assert found(text, frozenset({"LOCATION"})) == [("LOCATION", "Berlin")]
    assert found(text, frozenset({"EMAIL_ADDRESS"})) == []
    assert found(text, threshold=0.95) == []


@settings(max_examples=tries(100), deadline=None)
@given(st.lists(words, max_size=12))
def test_findings_are_ordered_apart_and_inside_the_text(parts: list[str]) -> None:
    text = " ".join(parts)
    spans = find(matcher(), [text], names=NameReader(Gazetteer()))[0]
    assert all(0 <= one.start < one.end <= len(text) for one in spans)
    assert all(one.end <= following.start for one, following in pairwise(spans))
