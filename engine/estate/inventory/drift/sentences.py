"""Drift in words, a sentence for each change."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from engine.estate.inventory.drift.model import Drift, DriftKind

ENTITIES: Final = 6  # of many, so many entities or foreign keys are told
NOTHING: Final = "nothing personal"


def sentence_of(one: Drift) -> str:
    """One change in words."""
    return _TOLD[one.kind](one)


def listed(names: Iterable[str], none: str) -> str:
    """Names, or what stands for none."""
    return ", ".join(names) or none


def some(names: Sequence[str]) -> str:
    """The first ``ENTITIES`` of some names."""
    more = f" and {len(names) - ENTITIES} more" if len(names) > ENTITIES else ""
    return ", ".join(names[:ENTITIES]) + more


def held(entities: Sequence[str]) -> str:
    """What was recognised in what is gone."""
    return f", which held {some(entities)}" if entities else ""


def types_told(types: Sequence[str]) -> str:
    """Declared types of a field."""
    return " | ".join(types) or "without a declared type"


def _field_added(one: Drift) -> str:
    if one.entities:
        return f"New personal data: {one.place} holds {', '.join(one.entities)}."
    return f"New field without personal data: {one.place}."


def verdict_told(one: Drift) -> str:
    """That a verdict changed, and why where that is known."""
    return "Verdict changed by other detectors" if one.rejudged else "Verdict changed"


def _was_is(one: Drift) -> str:
    return f"was {listed(one.was, NOTHING)}, is {listed(one.now, NOTHING)}"


def _foreign_keys(one: Drift) -> str:
    parts = [f"no longer {some(one.was)}"] if one.was else []
    parts += [f"now {some(one.now)}"] if one.now else []
    return f"Foreign keys changed: {one.place}: {'; '.join(parts)}."


_TOLD: Final[Mapping[DriftKind, Callable[[Drift], str]]] = {
    "field_added": _field_added,
    "verdict_changed": lambda one: f"{verdict_told(one)}: {one.place} {_was_is(one)}.",
    "type_changed": lambda one: f"Type changed: {one.place} was {types_told(one.was)}, is {types_told(one.now)}.",
    "primary_key_changed": lambda one: (
        f"Primary key changed: {one.place} had {listed(one.was, 'none')}, has {listed(one.now, 'none')}."
    ),
    "foreign_key_changed": _foreign_keys,
    "asset_added": lambda one: f"New {listed(one.now, 'asset')}: {one.place}.",
    "asset_removed": lambda one: f"Gone: {one.place}{held(one.entities)}.",
    "field_removed": lambda one: f"Gone: {one.place}{held(one.entities)}.",
    "store_removed": lambda one: f"Gone from the configuration: the store {one.place}{held(one.entities)}.",
}
