"""Markings: where headers, footers and capitals have the words; not where prose has them. Phrases that speak of a person."""

from __future__ import annotations

import pytest

from classifiers.catalogue import catalogue, classifications, genetics, health, markings, special
from classifiers.matching.matcher import Matcher
from classifiers.texts import find
from tests.classifiers.pack import compiled

FAMILIES = (markings, classifications, special, health, genetics)
WANTED = {one.key for family in FAMILIES for one in family.DETECTORS}
MATCHER = Matcher([one for one in catalogue() if one.key in WANTED], compiled)

MARKED = {
    "Acme Ltd - Confidential\nThe plan": "CONFIDENTIALITY_MARKING",
    "[Confidential] Minutes": "CONFIDENTIALITY_MARKING",
    "Confidential | Page 2 of 9": "CONFIDENTIALITY_MARKING",
    "Classification: Confidential\n": "CONFIDENTIALITY_MARKING",
    "* RESTRICTED *": "CONFIDENTIALITY_MARKING",
    "This slide is CONFIDENTIAL.": "CONFIDENTIALITY_MARKING",
    "(for internal use only)": "CONFIDENTIALITY_MARKING",
    "Shared with you TLP:AMBER+STRICT.": "TLP_MARKING",
    "TOP SECRET//SI//NOFORN\n1. Summary": "CLASSIFICATION_MARKING",
    "*** SECRET ***\n": "CLASSIFICATION_MARKING",
    "She is HIV positive.": "MEDICAL_CONDITION",
    "He was diagnosed with type 2 diabetes.": "MEDICAL_CONDITION",
    "Anna is a practising Catholic.": "RELIGIOUS_BELIEF",
    "Paul ist Mitglied der SPD.": "POLITICAL_OPINION",
    "He has been a trade union member since 2004.": "TRADE_UNION_MEMBERSHIP",
    "He was convicted of tax evasion.": "CRIMINAL_RECORD",
    "Blood type: O+ (donor)": "BLOOD_TYPE",
}
PROSE = (
    "a confidential conversation between friends",
    "Confidential sources said that the talks were strictly confidential.",
    "Access is restricted to members. Restricted areas are marked.",
    "The internal market of the European Union and its member states.",
    "They kept the secret. The secret garden was top of the list.",
    "It is a Catholic school near the Jewish museum, and a Muslim country.",
    "The project suffers from a lack of funding.",
    "The blood pressure was measured, type and group were not.",
    "He was charged with the task of writing minutes.",
    "c. 1850 the union joined the party.",
)


@pytest.mark.parametrize("text", MARKED)
def test_is_marked(text: str) -> None:
    assert [one.entity for one in find(MATCHER, [text])[0]] == [MARKED[text]]


@pytest.mark.parametrize("text", PROSE)
def test_prose_is_not(text: str) -> None:
    assert find(MATCHER, [text])[0] == []
