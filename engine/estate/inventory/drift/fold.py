"""Drift in as few lines as tell it: changes that are alike share one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.estate.inventory.drift.model import KINDS, PLAIN, Drift, DriftKind, ScanDrift
from engine.estate.inventory.drift.sentences import NOTHING, held, listed, sentence_of, some, types_told, verdict_told

ALIKE: Final = 3  # changes that are told one by one; more of them in one line
NAMED: Final = 5  # of many, so many names are told
MANY_WORDS: Final[Mapping[DriftKind, tuple[str, str]]] = {
    "field_added": ("new field", "new fields"),
    "field_removed": ("field is gone", "fields are gone"),
    "asset_added": ("new asset", "new assets"),
    "asset_removed": ("asset is gone", "assets are gone"),
    "verdict_changed": ("changed verdict", "changed verdicts"),
    "type_changed": ("changed type", "changed types"),
    "primary_key_changed": ("changed primary key", "changed primary keys"),
    "foreign_key_changed": ("asset with other foreign keys", "assets with other foreign keys"),
    "store_removed": ("store is gone from the configuration", "stores are gone from the configuration"),
}
"""How a number of changes of a kind reads."""


@dataclass(frozen=True, slots=True)
class Fold:
    """A change, or many that are alike, in one line.

    Attributes:
        kind, store, asset, was, now, entities, rejudged: as in Drift, of all of them; ``asset`` is empty where they are assets.
        names: of the fields or assets, the first ``NAMED`` of many.
        count: how many they are.
        sentence: in words.
    """

    kind: DriftKind
    store: str
    asset: str
    names: tuple[str, ...]
    count: int
    was: tuple[str, ...]
    now: tuple[str, ...]
    entities: tuple[str, ...]
    rejudged: bool
    sentence: str


def fold(drift: ScanDrift) -> list[Fold]:
    """All drift in as few lines as tell it, most important first."""
    groups: dict[tuple[object, ...], list[Drift]] = {}
    for one in drift.items:
        groups.setdefault(_likeness(one), []).append(one)
    more = {(one.rank, one.store, one.asset): one for one in drift.unlisted}
    lines: list[tuple[float, int, Fold]] = []
    for alike in groups.values():
        first = alike[0]
        also = more.pop((first.rank, first.store, first.asset), None) if first.rank in _BY_ASSET else None
        count = len(alike) + (also.count if also else 0)
        told = [_one(one) for one in alike] if count <= ALIKE else [_many(alike, count)]
        lines += [(first.rank, 0, line) for line in told]
    for left in more.values():
        where = f" in {left.store}/{left.asset}" if left.asset else f" in {left.store}" if left.store else ""
        words = f"{left.count:,} more: {MANY_WORDS[left.kind][left.count != 1]}{where}."
        line = Fold(left.kind, left.store, left.asset, (), left.count, (), (), (), rejudged=False, sentence=words)
        lines.append((left.rank, 1, line))
    return [line for *_, line in sorted(lines, key=lambda entry: entry[:2])]


def sentences(drift: ScanDrift) -> list[str]:
    """The lines of ``fold`` in words."""
    return [one.sentence for one in fold(drift)]


_BY_ASSET: Final = frozenset({float(KINDS.index("field_added")), PLAIN, float(KINDS.index("field_removed"))})
"""Ranks of which all changes of an asset share a line."""


def _likeness(one: Drift) -> tuple[object, ...]:
    """What changes have in common that share a line: fields of an asset that changed alike, or assets of a store."""
    if one.kind in ("asset_added", "asset_removed"):
        return one.rank, one.store, bool(one.entities)
    if one.kind in ("field_added", "field_removed"):
        return one.rank, one.store, one.asset
    if one.kind in ("verdict_changed", "type_changed"):
        return one.rank, one.store, one.asset, one.was, one.now, one.rejudged
    return one.rank, one.place


def _one(one: Drift) -> Fold:
    name = one.field or one.asset or one.store
    return Fold(
        one.kind,
        one.store,
        one.asset,
        (name,),
        1,
        one.was,
        one.now,
        one.entities,
        one.rejudged,
        sentence_of(one),
    )


def _many(alike: Sequence[Drift], count: int) -> Fold:
    first = alike[0]
    names = tuple(one.field or one.asset for one in alike[:NAMED])
    asset = first.asset if first.field else ""
    entities = tuple(dict.fromkeys(entity for one in alike for entity in one.entities))
    where = f"{first.store}/{asset}" if asset else first.store
    text = _TOLD_MANY[first.kind](first, count, where, entities)
    rest = f" and {count - len(names):,} more" if count > len(names) else ""
    same = (first.was, first.now) if first.kind in ("verdict_changed", "type_changed") else ((), ())
    return Fold(
        first.kind,
        first.store,
        asset,
        names,
        count,
        *same,
        entities,
        first.rejudged,
        f"{text}: {', '.join(names)}{rest}.",
    )


def _fields_added(_: Drift, count: int, where: str, entities: Sequence[str]) -> str:
    if entities:
        return f"New personal data: {count:,} new fields of {where} hold {some(entities)}"
    return f"{count:,} new fields of {where} without personal data"


def _were_are(one: Drift) -> str:
    return f"were {listed(one.was, NOTHING)}, are {listed(one.now, NOTHING)}"


_TOLD_MANY: Final[Mapping[DriftKind, Callable[[Drift, int, str, Sequence[str]], str]]] = {
    "field_added": _fields_added,
    "verdict_changed": lambda one, count, where, _: (
        f"{verdict_told(one)}: {count:,} fields of {where} {_were_are(one)}"
    ),
    "type_changed": lambda one, count, where, _: (
        f"Type changed: {count:,} fields of {where} were {types_told(one.was)}, are {types_told(one.now)}"
    ),
    "asset_added": lambda _, count, where, __: f"{count:,} new assets of {where}",
    "asset_removed": lambda _, count, where, entities: f"Gone: {count:,} assets of {where}{held(entities)}",
    "field_removed": lambda _, count, where, entities: f"Gone: {count:,} fields of {where}{held(entities)}",
}
