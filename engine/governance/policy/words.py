"""The words that policies may use of others: categories of the taxonomy, and entities of detectors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from classifiers.catalogue import catalogue
from classifiers.detector import Detector, Sensitivity
from classifiers.taxonomy import DATA_CATEGORIES

SENSITIVITIES = tuple(one.label for one in Sensitivity)
ENCRYPTION = ("at_rest", "field")
"""What may have to protect a thing: all that the store writes to its disks, or the value itself before the store gets it."""
LABELS = ("purpose", "jurisdiction")
"""What may have to be declared of a store."""


@dataclass(frozen=True, slots=True)
class Words:
    """What can be selected.

    Attributes:
        categories: keys of the taxonomy, sorted.
        entities: names, and ``ENTITY/SUBTYPE``, sorted.
    """

    categories: tuple[str, ...]
    entities: tuple[str, ...]


@cache
def shipped_words() -> Words:
    """Those that Reeve brings."""
    return words_with(())


def words_with(own: Iterable[Detector]) -> Words:
    """Those that Reeve brings, with the entities of users' own detectors."""
    names = {name for one in (*catalogue(), *own) for name in (one.entity, one.key)}
    return Words(tuple(sorted(DATA_CATEGORIES)), tuple(sorted(names)))
