"""What one key of a selector says of one thing: it fits, it does not, or that cannot be told.

A facet answers for many selectors at once. Its answer is two sets of them, as the bits of two integers: those that certainly fit
and those that may; what is in the second alone is unknown. And, or, and not on such pairs are Kleene's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from fnmatch import translate
from typing import NamedTuple

from classifiers.detector import Sensitivity
from engine.governance.policy.facts import AssetFact, EntityFact, FieldFact, StoreFact, TagFacts
from engine.governance.policy.model import Selector


class Fits(StrEnum):
    """Three truth values."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Sets(NamedTuple):
    """Selectors, as bits: which certainly fit, and which may (all of the former among them)."""

    certain: int
    possible: int

    def both(self, other: Sets) -> Sets:
        """Where this and the other one fit."""
        return Sets(self.certain & other.certain, self.possible & other.possible)

    def either(self, other: Sets) -> Sets:
        """Where this or the other one fits."""
        return Sets(self.certain | other.certain, self.possible | other.possible)

    def but(self, other: Sets) -> Sets:
        """Where this fits and the other one does not."""
        return Sets(self.certain & ~other.possible, self.possible & ~other.certain)


NONE = Sets(0, 0)


class Words:
    """Exact words, and for each the selectors that name it."""

    def __init__(self, lists: Sequence[Sequence[str]]) -> None:
        self.asked = 0
        self._masks: dict[str, int] = {}
        for place, words in enumerate(lists):
            self.asked |= bool(words) << place
            for word in words:
                self._masks[word] = self._masks.get(word, 0) | 1 << place

    def naming(self, words: Iterable[str]) -> int:
        """Selectors that name any of these."""
        found = 0
        for word in words:
            found |= self._masks.get(word, 0)
        return found

    def items(self) -> Iterable[tuple[str, int]]:
        """Each word with its selectors."""
        return self._masks.items()


class Globs:
    """Shell patterns, case-sensitive; what was asked once is remembered."""

    def __init__(self, lists: Sequence[Sequence[str]]) -> None:
        self._words = Words([[one for one in patterns if not _is_glob(one)] for patterns in lists])
        globs = Words([[one for one in patterns if _is_glob(one)] for patterns in lists])
        self.asked = self._words.asked | globs.asked
        self._patterns = [(re.compile(translate(pattern)), mask) for pattern, mask in globs.items()]
        self._known: dict[str, int] = {}

    def matching(self, text: str) -> int:
        """Selectors with a pattern that matches."""
        found = self._known.get(text)
        if found is None:
            found = self._words.naming((text,))
            for pattern, mask in self._patterns:
                if mask & ~found and pattern.match(text):
                    found |= mask
            self._known[text] = found
        return found


def _is_glob(text: str) -> bool:
    return any(char in text for char in "*?[")


_Kind = tuple[str, str, str]
"""Entity, subtype and category."""


class Facets:
    """All facets of some selectors.

    Attributes:
        all: every selector, as bits; those that are None fit nothing.
    """

    def __init__(self, selectors: Sequence[Selector | None]) -> None:
        def lists(of: Callable[[Selector], Sequence[str]]) -> list[Sequence[str]]:
            return [() if one is None else of(one) for one in selectors]

        self.all = sum(1 << place for place, one in enumerate(selectors) if one is not None)
        self._stores = Globs(lists(lambda one: one.stores))
        self._owners = Globs(lists(lambda one: one.owners))
        self._jurisdictions = Words(lists(lambda one: one.jurisdictions))
        self._purposes = Words(lists(lambda one: one.purposes))
        self._assets = Globs(lists(lambda one: one.assets))
        self._tags = Words(lists(lambda one: one.tags))
        self._fields = Globs(lists(lambda one: one.fields))
        self._entities = Words(lists(lambda one: one.entities))
        self._categories = Words(lists(lambda one: one.categories))
        self._levels = Words(lists(lambda one: one.sensitivities))
        self._free_of_fields = self.all & ~self._fields.asked
        self._free_of_entities = self.all & ~self._entities.asked
        self._free_of_categories = self.all & ~self._categories.asked
        asked = (self._fields, self._entities, self._categories, self._levels)
        self._about_fields = any(one.asked for one in asked)
        self._kinds: dict[_Kind, tuple[int, int]] = {}
        self._of_levels: dict[tuple[Sensitivity | None, bool], Sets] = {}

    def of_store(self, store: StoreFact) -> list[tuple[int, Sets]]:
        """By facet: who asks, and what is so. What was not declared is unknown to all who ask."""
        owners = self._owners.matching(store.owner) if store.owner else None
        jurisdictions = self._jurisdictions.naming((store.jurisdiction,)) if store.jurisdiction else None
        purposes = self._purposes.naming(store.purposes) if store.purposes else None
        return [
            _known(self._stores.asked, self._stores.matching(store.name)),
            _known(self._owners.asked, owners),
            _known(self._jurisdictions.asked, jurisdictions),
            _known(self._purposes.asked, purposes),
        ]

    def of_asset(self, asset: AssetFact) -> list[tuple[int, Sets]]:
        """As in ``of_store``, what is said of an asset itself."""
        return [
            _known(self._assets.asked, self._assets.matching(asset.name)),
            (self._tags.asked, self._tagged(asset.tags) if self._tags.asked else NONE),
        ]

    def of_field(self, field: FieldFact, so_far: Sets) -> Sets:
        """What is left of some selectors once a field's name and content were looked at.

        Whatever was not read may have any name. What was found is certain; what was not, only if all was read.
        """
        if not self._about_fields:
            return so_far
        certain, possible = so_far
        unknown = bool(field.unknown)
        if unknown and not field.path:
            certain &= self._free_of_fields
        else:
            named = self._fields.matching(field.path) | self._free_of_fields
            certain, possible = certain & named, possible & named
        if not possible:
            return NONE
        entities = categories = 0
        worst = None
        for one in field.entities:
            kind = (one.entity, one.subtype, one.category)
            masks = self._kinds.get(kind) or self._of_kind(kind)
            entities, categories = entities | masks[0], categories | masks[1]
            if worst is None or one.sensitivity > worst:
                worst = one.sensitivity
        level = self._of_levels.get((worst, unknown)) or self._of_level(field.entities, worst, unknown=unknown)
        certain &= (entities | self._free_of_entities) & (categories | self._free_of_categories) & level.certain
        possible &= level.possible
        if not unknown:
            possible &= (entities | self._free_of_entities) & (categories | self._free_of_categories)
        return Sets(certain, possible)

    def _of_kind(self, kind: _Kind) -> tuple[int, int]:
        """Selectors that name an entity, and those that name its category; there are few kinds, in millions of fields."""
        entity, subtype, category = kind
        masks = self._entities.naming((entity, f"{entity}/{subtype}")), self._categories.naming(_ancestors(category))
        self._kinds[kind] = masks
        return masks

    def _of_level(self, entities: Sequence[EntityFact], worst: Sensitivity | None, *, unknown: bool) -> Sets:
        """Selectors that are content with how sensitive a field is, or may be."""
        levels = possible_levels(entities, unknown=unknown)
        free = self.all & ~self._levels.asked
        named = self._levels.naming(one.label for one in levels)
        certain = named
        for one in levels:
            certain &= self._levels.naming((one.label,))
        found = self._of_levels[worst, unknown] = Sets(certain | free, named | free)
        return found

    def _tagged(self, tags: TagFacts) -> Sets:
        certain = possible = 0
        for key, mask in self._tags.items():
            count = tags.counts.get(key, 0)
            certain |= mask if count and count == tags.objects else 0
            possible |= mask if count or tags.unknown else 0
        return Sets(certain, possible)


def possible_levels(entities: Sequence[EntityFact], *, unknown: bool) -> Sequence[Sensitivity]:
    """Which sensitivities a field may have: what was not read can only make it worse than what was found."""
    found = max((one.sensitivity for one in entities), default=None)
    if not unknown:
        return (Sensitivity.INTERNAL if found is None else found,)
    return [level for level in Sensitivity if found is None or level >= found]


def _ancestors(category: str) -> list[str]:
    parts = category.split(".")
    return [".".join(parts[: count + 1]) for count in range(len(parts))]


def _known(asked: int, matching: int | None) -> tuple[int, Sets]:
    return asked, Sets(0, asked) if matching is None else Sets(matching, matching)
