"""Numbers that people type in small letters are found as those in capitals are, where words nearby speak for them."""

from __future__ import annotations

import random

import pytest

from classifiers.catalogue import catalogue
from classifiers.rules.cases import either_case
from classifiers.texts import find
from tests.classifiers.pack import Sampler, whole_matcher


@pytest.mark.parametrize(
    ("text", "entity"),
    [
        ("national insurance: ab123456c", "UK_NINO"),
        ("ni number ab 12 34 56 c", "UK_NINO"),
        ("my postcode is sw1a 1aa", "UK_POSTCODE"),
        ("pan: abcpe1234f", "IN_PAN"),
        ("ust-idnr. de136695976", "DE_VAT_ID"),
        ("personalausweis: l01x00t47", "DE_ID_CARD"),
        ("handelsregister: hrb 12345", "DE_HANDELSREGISTER"),
        ("nric: s1234567d", "SG_NRIC_FIN"),
        ("dni 12345678z", "ES_NIF"),
        ("nie x1234567l", "ES_NIE"),
        ("dea bb1388568", "MEDICAL_LICENSE"),
        ("mbi 1eg4-te5-mk73", "US_MBI"),
        ("postal code k1a 0b1", "CA_POSTAL_CODE"),
    ],
)
def test_small_letters_are_found_with_a_word(text: str, entity: str) -> None:
    assert entity in {one.entity for one in find(whole_matcher(), [text])[0]}


def test_small_letters_alone_prove_nothing() -> None:
    texts = ["commit ab123456c", "see sku x1234567a", "l01x00t47", "key 1eg4te5mk73 set", "de136695975"]
    assert [[one.entity for one in found] for found in find(whole_matcher(), texts)] == [[], [], [], [], []]


def test_a_pattern_in_small_letters_matches_what_the_other_does_in_small_letters() -> None:
    rng = random.Random(4)
    twins = [one for one in catalogue() if one.patterns and either_case(one.patterns[0])[-1] in one.patterns[1:]]
    assert len(twins) >= 14
    for detector in twins:
        half = len(detector.patterns) // 2
        for large, small in zip(detector.patterns[:half], detector.patterns[half:], strict=True):
            sampler, rule, other = Sampler(large.compiled()), large.compiled(), small.compiled()
            drawn = [one for one in (sampler.draw(rng) for _ in range(200)) if rule.fullmatch(one)]
            assert drawn
            assert [one for one in drawn if not other.fullmatch(one.lower())] == []
