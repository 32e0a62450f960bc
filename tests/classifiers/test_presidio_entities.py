"""Every entity that a rule recognizer of Presidio supports has a detector of ours under the same name."""

from __future__ import annotations

import inspect
from collections.abc import Callable

import pytest
from presidio_analyzer import PatternRecognizer, predefined_recognizers

from classifiers.catalogue import catalogue

RECOGNIZERS = [
    one
    for _, one in inspect.getmembers(predefined_recognizers, inspect.isclass)
    if issubclass(one, PatternRecognizer) and one is not PatternRecognizer
]
OURS = {detector.entity for detector in catalogue()}


def test_there_are_recognizers_to_compare_with() -> None:
    assert len(RECOGNIZERS) >= 70


@pytest.mark.parametrize("recognizer", RECOGNIZERS, ids=lambda one: one.__name__)
def test_its_entities_are_ours(recognizer: Callable[[], PatternRecognizer]) -> None:
    assert set(recognizer().supported_entities) <= OURS
