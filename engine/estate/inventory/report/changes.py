"""How the report shows drift: a line for each change, or for many that are alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from engine.estate.formats.types import SEPARATOR
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
_OF_FIELDS: Final = frozenset({"field_added", "verdict_changed", "type_changed", "field_removed"})


@dataclass(frozen=True, slots=True)
class Side:
    """How something was, or is.

    Attributes:
        texts: in words; or, where ``mono``, as the schema writes it; between: what stands between two of them.
        none: what is said when there are no texts.
    """

    texts: tuple[str, ...] = ()
    none: str = "\N{EN DASH}"
    mono: bool = False
    between: str = ", "


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One line.

    Attributes:
        names: what changed; more: how many others did alike.
        store, asset: where these are; empty where the name says it.
        what: in words, with their number; tone: how it is marked.
        before, now: what was and what is.
        note: what else there is to say.
    """

    names: tuple[str, ...]
    more: int
    store: str
    asset: str
    what: str
    tone: Tone
    before: Side
    now: Side
    note: str


def change_lines(drift: ScanDrift) -> list[ChangeLine]:
    """All drift, most important first."""
    return [_line(one) for one in fold(drift)]


def _line(one: Fold) -> ChangeLine:
    what, many, tone = _WHAT[one.kind]
    personal = one.kind == "field_added" and bool(one.entities)
    before, now = _sides(one)
    words = f"{one.count:,} {many}" if one.count > 1 else what
    return ChangeLine(
        names=one.names,
        more=one.count - len(one.names),
        store=one.store if one.kind != "store_removed" else "",
        asset=one.asset if one.kind in _OF_FIELDS else "",
        what=f"{words} with personal data" if personal else words,
        tone="personal" if personal else tone,
        before=before,
        now=now,
        note="by other detectors" if one.rejudged else "",
    )


def _sides(one: Fold) -> tuple[Side, Side]:
    match one.kind:
        case "field_added" | "asset_added":
            return Side(), _entities(one.entities)
        case "field_removed" | "asset_removed" | "store_removed":
            return _entities(one.entities), Side(none="gone")
        case "verdict_changed":
            return _entities(one.was), _entities(one.now)
        case "type_changed":
            return _types(one.was), _types(one.now)
        case "primary_key_changed" | "foreign_key_changed":
            return Side(one.was, "none", mono=True), Side(one.now, "none", mono=True)


def _entities(names: tuple[str, ...]) -> Side:
    return Side(tuple(entity_words(name, "") for name in names), NOTHING)


def _types(declared: tuple[str, ...]) -> Side:
    return Side(declared, "not declared", mono=True, between=SEPARATOR)
