"""Our copy of the taxonomy is Fides' own, and every detector speaks it."""

from __future__ import annotations

from importlib.metadata import version

from fideslang.default_taxonomy import DEFAULT_TAXONOMY

from classifiers.catalogue import catalogue
from classifiers.taxonomy import DATA_CATEGORIES, VERSION, within


def test_the_categories_are_those_of_fideslang() -> None:
    assert DEFAULT_TAXONOMY.data_category is not None
    assert {one.fides_key for one in DEFAULT_TAXONOMY.data_category} == DATA_CATEGORIES
    assert version("fideslang") == VERSION


def test_every_detector_has_a_category_of_the_taxonomy() -> None:
    assert {one.category for one in catalogue()} <= DATA_CATEGORIES


def test_categories_are_compared_by_segment() -> None:
    assert within("user.contact.email", "user.contact")
    assert within("user.contact", "user.contact")
    assert not within("user.name.first", "user.na")
    assert not within("user.contact", "user.contact.email")
