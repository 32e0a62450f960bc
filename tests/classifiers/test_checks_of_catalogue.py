"""No check of the catalogue raises on what its patterns match: one that did would stop a scan."""

from __future__ import annotations

import random

import pytest

from classifiers.catalogue import catalogue
from classifiers.detector import Detector
from tests.classifiers.pack import Sampler
from tests.properties import tries

CHECKED = [detector for detector in catalogue() if detector.check is not None]


@pytest.mark.parametrize("detector", CHECKED, ids=lambda one: one.key)
def test_a_check_answers_for_whatever_matches(detector: Detector) -> None:
    rng = random.Random(detector.key)
    assert detector.check is not None
    for pattern in detector.patterns:
        rule, sampler = pattern.compiled(), Sampler(pattern.compiled())
        drawn = [value for value in (sampler.draw(rng) for _ in range(tries(40))) if rule.fullmatch(value)]
        assert len(detector.check(drawn)) == len(drawn)
