"""How the report shows drift: a line for each change, or for many that are alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from engine.estate.inventory.drift.fold import Fold, fold
from engine.estate.inventory.drift.model import DriftKind, ScanDrift
from engine.estate.inventory.report.words import entity_words

Tone = Literal["personal", "new", "gone", "altered"]
NOTHING: Final = "nothing recognised"
_WHAT: Final[Mapping[DriftKind, tuple[str, str, Tone]]] = {
    "field_added": ("new field", "new fields", "new"),
    "verdict_changed": ("changed verdict", "changed verdicts", "altered"),
    "type_changed": ("changed type", "changed types", "altered"),
    "primary_key_changed": ("changed primary key", "changed primary keys", "altered"),
    "foreign_key_changed": ("changed foreign keys", "changed foreign keys", "altered"),
    "asset_added": ("new asset", "new assets", "new"),
    "asset_removed": ("asset gone", "assets gone", "gone"),
    "field_removed": ("field gone", "fields gone", "gone"),
    "store_removed": ("store no longer configured", "stores no longer configured", "gone"),
}
_SCHEMA: Final = frozenset({"type_changed", "primary_key_changed", "foreign_key_changed"})


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One line.

    Attributes:
        names: what changed; more: how many others did alike.
        store, asset: where these are; empty where the name says it.
        what: in words, with their number; tone: how it is marked.
        before, now: entities in words; or, where ``mono``, as the schema writes them.
        note: what else there is to say.
    """

    names: tuple[str, ...]
    more: int
    store: str
    asset: str
    what: str
    tone: Tone
    before: tuple[str, ...]
    now: tuple[str, ...]
    mono: bool
    note: str


def change_lines(drift: ScanDrift) -> list[ChangeLine]:
    """All drift, most important first."""
    return [_line(one) for one in fold(drift)]


def _line(one: Fold) -> ChangeLine:
    what, many, tone = _WHAT[one.kind]
    personal = one.kind == "field_added" and bool(one.entities)
    before, now = _sides(one)
    words = f"{one.count:,} {many}" if one.count > 1 else what
    of_asset = one.asset if one.asset not in one.names or one.count > 1 else ""
    return ChangeLine(
        names=one.names,
        more=one.count - len(one.names),
        store=one.store if one.kind != "store_removed" else "",
        asset=of_asset,
        what=f"{words} with personal data" if personal else words,
        tone="personal" if personal else tone,
        before=before,
        now=now,
        mono=one.kind in _SCHEMA,
        note="by other detectors" if one.rejudged else "",
    )


def _sides(one: Fold) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What it was and what it is."""
    held = _entities(one.entities)
    if one.kind in ("field_added", "asset_added"):
        return (), held or one.now
    if one.kind in ("field_removed", "asset_removed", "store_removed"):
        return held or (NOTHING,), ("gone",)
    if one.kind == "verdict_changed":
        return _entities(one.was) or (NOTHING,), _entities(one.now) or (NOTHING,)
    none = ("none",) if one.kind != "type_changed" else ("not declared",)
    return one.was or none, one.now or none


def _entities(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(entity_words(name, "") for name in names)
