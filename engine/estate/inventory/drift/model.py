"""One thing that changed since the scan before, and all that a scan found changed. Names and types only, never a value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from engine.base.state.canonical import JsonValue
from engine.estate.inventory.drift.sentences import sentence_of

DriftKind = Literal[
    "field_added",
    "verdict_changed",
    "type_changed",
    "primary_key_changed",
    "foreign_key_changed",
    "asset_added",
    "asset_removed",
    "field_removed",
    "store_removed",
]
KINDS: Final[tuple[DriftKind, ...]] = get_args(DriftKind)
PLAIN = KINDS.index("asset_added") + 0.5
"""The rank of new fields without personal data: behind new assets."""

MOST: Final = 500
"""Of each kind so many are kept one by one, and of as many assets the number of the others."""


@dataclass(frozen=True, slots=True)
class Drift:
    """One thing that changed since the scan before.

    Attributes:
        kind: what happened. ``field_added`` with entities is personal or confidential data in a new place.
        store, asset, field: where; ``asset`` and ``field`` are empty where it is about a whole store or asset.
        was, now: before and after: entities of a verdict (none: nothing recognised), declared types of a field (several where its
            objects differ), fields of a primary key; of foreign keys those that are gone and those that are new. Of what was
            added or removed: its type or kind, on one side only.
        entities: what was recognised in what was added or removed, the main one first.
        rejudged: of a changed verdict: nothing was read, other detectors than before say so.
    """

    kind: DriftKind
    store: str
    asset: str = ""
    field: str = ""
    was: tuple[str, ...] = ()
    now: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    rejudged: bool = False

    @property
    def personal(self) -> bool:
        """Whether something was recognised in what was added or removed."""
        return bool(self.entities)

    @property
    def rank(self) -> float:
        """Its importance: the lower, the more."""
        return PLAIN if self.kind == "field_added" and not self.entities else KINDS.index(self.kind)

    @property
    def place(self) -> str:
        """Where: ``store/asset.field``, as far as it goes."""
        asset = f"{self.store}/{self.asset}" if self.asset else self.store
        return f"{asset}.{self.field}" if self.field else asset

    @property
    def sentence(self) -> str:
        """In words."""
        return sentence_of(self)

    def as_json(self) -> dict[str, JsonValue]:
        """For the state and for machines."""
        return {
            "kind": self.kind,
            "store": self.store,
            "asset": self.asset,
            "field": self.field,
            "was": list(self.was),
            "now": list(self.now),
            "entities": list(self.entities),
            "rejudged": self.rejudged,
        }

    @classmethod
    def from_json(cls, value: Any) -> Drift:
        """From the state."""
        told = (tuple(value["was"]), tuple(value["now"]), tuple(value["entities"]))
        return cls(value["kind"], value["store"], value["asset"], value["field"], *told, rejudged=value["rejudged"])


@dataclass(frozen=True, slots=True)
class Unlisted:
    """Changes that are counted and not kept one by one, because there are more than ``MOST`` of their kind.

    Attributes:
        kind: of them all; personal: as in Drift.
        store, asset: where; both empty for those of further assets together.
    """

    kind: DriftKind
    personal: bool
    store: str
    asset: str
    count: int

    @property
    def rank(self) -> float:
        """As in Drift."""
        return PLAIN if self.kind == "field_added" and not self.personal else KINDS.index(self.kind)

    def as_json(self) -> dict[str, JsonValue]:
        """For the state and for machines."""
        return {
            "kind": self.kind,
            "personal": self.personal,
            "store": self.store,
            "asset": self.asset,
            "count": self.count,
        }


@dataclass(frozen=True, slots=True)
class ScanDrift:
    """All that a scan found changed, most important first.

    Attributes:
        items: one by one, at most ``MOST`` of each kind.
        unlisted: how many more there are.
    """

    items: tuple[Drift, ...] = ()
    unlisted: tuple[Unlisted, ...] = ()

    def __len__(self) -> int:
        """How many changes there are in all."""
        return len(self.items) + sum(one.count for one in self.unlisted)

    @property
    def counts(self) -> dict[str, int]:
        """Changes by kind, in order of importance."""
        found: Counter[str] = Counter(one.kind for one in self.items)
        for one in self.unlisted:
            found[one.kind] += one.count
        return {kind: found[kind] for kind in KINDS if found[kind]}

    def of_stores(self, names: Collection[str]) -> ScanDrift:
        """The part that is about some stores."""
        return ScanDrift(
            tuple(one for one in self.items if one.store in names),
            tuple(one for one in self.unlisted if one.store in names or not one.store),
        )

    @classmethod
    def merged(cls, parts: Iterable[ScanDrift]) -> ScanDrift:
        """That of several scans together."""
        found = list(parts)
        return cls(
            tuple(sorted((one for part in found for one in part.items), key=lambda one: (one.rank, _by_place(one)))),
            tuple(one for part in found for one in part.unlisted),
        )

    def as_json(self) -> JsonValue:
        """For the state."""
        return {
            "items": [one.as_json() for one in self.items],
            "unlisted": [one.as_json() for one in self.unlisted],
        }

    @classmethod
    def from_json(cls, value: Any) -> ScanDrift:
        """From the state; empty from None, before a scan has ended."""
        if not value:
            return cls()
        return cls(tuple(map(Drift.from_json, value["items"])), tuple(Unlisted(**one) for one in value["unlisted"]))


@dataclass(slots=True)
class Collector:
    """Takes drift in as it is found, in the order of places, and holds no more than is kept."""

    _items: dict[float, list[Drift]] = field(default_factory=dict)
    _more: dict[float, Counter[tuple[DriftKind, bool, str, str]]] = field(default_factory=dict)

    def take(self, found: Iterable[Drift]) -> None:
        """Keep these, or count them."""
        for one in found:
            kept = self._items.setdefault(one.rank, [])
            if len(kept) < MOST:
                kept.append(one)
                continue
            more = self._more.setdefault(one.rank, Counter())
            key = (one.kind, one.personal, one.store, one.asset)
            more[key if key in more or len(more) < MOST else (one.kind, one.personal, "", "")] += 1

    def drift(self) -> ScanDrift:
        """All of it, most important first."""
        return ScanDrift(
            tuple(one for rank in sorted(self._items) for one in sorted(self._items[rank], key=_by_place)),
            tuple(self._unlisted()),
        )

    def _unlisted(self) -> Iterator[Unlisted]:
        for rank in sorted(self._more):
            for (kind, personal, store, asset), count in self._more[rank].items():
                yield Unlisted(kind, personal, store, asset, count)


def _by_place(one: Drift) -> tuple[str, str, str]:
    return one.store, one.asset, one.field
