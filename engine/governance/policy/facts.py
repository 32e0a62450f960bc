"""What is known of the estate, as far as policies ask: plain frozen facts, from which every decision follows.

Reading them from the state is :mod:`engine.governance.policy.reading`. What was not read, or not judged, says so: a field of
which nothing is known cannot be said not to hold what a rule looks for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal, Self

from classifiers.detector import Sensitivity
from engine.base.ids import AssetId, FieldId, StoreId


@dataclass(frozen=True, slots=True)
class EntityFact:
    """One thing that a field holds, by the verdict that counts.

    Attributes:
        entity, subtype: as the detector names it.
        category: of the taxonomy.
        sensitivity: of this entity.
        confidence: 0..1; 1 when a person decided.
    """

    entity: str
    subtype: str
    category: str
    sensitivity: Sensitivity
    confidence: float


@dataclass(frozen=True, slots=True)
class FieldFact:
    """A column, or a path in a document.

    Attributes:
        path: as the inventory names it; empty for whatever of an asset was not read.
        entities: the main one first; empty when nothing personal or confidential was recognised.
        unknown: why it may hold more than that, a sentence; empty when it was read, or a person decided.
        type: as declared, or empty.
        decided_by: whose verdict counts.
        id: of its row; None for what was not read.
    """

    path: str
    entities: tuple[EntityFact, ...] = ()
    unknown: str = ""
    type: str = ""
    decided_by: Literal["scan", "person"] = "scan"
    id: FieldId | None = None

    @property
    def sensitivity(self) -> Sensitivity:
        """The worst of what is known to be in it; internal when nothing is."""
        return max((one.sensitivity for one in self.entities), default=Sensitivity.INTERNAL)


@dataclass(frozen=True, slots=True)
class StoreFact:
    """A store as its owner declared it; what is empty was not declared.

    Attributes:
        failure: why it could not be listed when it was last tried, a stable word; or empty.
    """

    name: str
    kind: str = "sql"
    owner: str = ""
    jurisdiction: str = ""
    purposes: tuple[str, ...] = ()
    failure: str = ""
    id: StoreId | None = None


@dataclass(frozen=True, slots=True)
class KeyFact:
    """A declared foreign key: fields of one asset that refer to those of another one of the same store."""

    fields: tuple[str, ...]
    asset: str
    target_fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TagFacts:
    """Which tags the objects of an asset have: keys only, values are never read.

    Attributes:
        counts: objects by tag key.
        objects: how many there are.
        unknown: of how many the tags are not known.
    """

    counts: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    objects: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class AssetFact:
    """A table, or a set of like objects.

    Attributes:
        store: that holds it.
        name, kind, format: as the inventory names them.
        fields: what was read of it.
        primary_key: in order; empty when there is none; None when the store does not tell, as of files.
        foreign_keys: as declared.
        tags: of its objects; databases and folders have none.
        coverage: objects by state.
        unknown: why there may be more in it than its fields tell, a sentence; empty when all was read.
    """

    store: StoreFact
    name: str
    kind: str = "table"
    format: str = "sql"
    fields: tuple[FieldFact, ...] = ()
    primary_key: tuple[str, ...] | None = None
    foreign_keys: tuple[KeyFact, ...] = ()
    tags: TagFacts = field(default_factory=TagFacts)
    coverage: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    unknown: str = ""
    id: AssetId | None = None

    @property
    def place(self) -> str:
        """``store/asset``."""
        return f"{self.store.name}/{self.name}"

    @property
    def judged(self) -> tuple[FieldFact, ...]:
        """Its fields, and one more that stands for whatever was not read; at least one."""
        if self.unknown or not self.fields:
            return (*self.fields, FieldFact("", unknown=self.unknown))
        return self.fields

    def has(self, path: str) -> bool | None:
        """Whether it has a field of that name; None when that is not known."""
        if any(one.path == path for one in self.fields):
            return True
        return None if self.unknown else False


@dataclass(frozen=True, slots=True)
class Estate:
    """All that is decided about at once.

    Attributes:
        assets: in order of their places.
        stores: by name, also those without an asset.
    """

    assets: tuple[AssetFact, ...]
    stores: Mapping[str, StoreFact]
    _places: Mapping[tuple[str, str], AssetFact] = field(repr=False)
    _referring: Mapping[tuple[str, str], frozenset[str]] = field(repr=False)

    @classmethod
    def of(cls, assets: Iterable[AssetFact], stores: Iterable[StoreFact] = ()) -> Self:
        """From any collection of assets."""
        ordered = tuple(sorted(assets, key=lambda one: (one.store.name, one.name)))
        named = {one.name: one for one in (*stores, *(one.store for one in ordered))}
        places = {(one.store.name, one.name): one for one in ordered}
        referring: dict[tuple[str, str], set[str]] = defaultdict(set)
        for one in ordered:
            for key in one.foreign_keys:
                referring[one.store.name, key.asset].add(one.name)
        froze = {place: frozenset(names) for place, names in referring.items()}
        return cls(ordered, MappingProxyType(dict(sorted(named.items()))), places, froze)

    def asset(self, store: str, name: str) -> AssetFact | None:
        """The asset of that name, or None."""
        return self._places.get((store, name))

    def referring(self, store: str, name: str) -> frozenset[str]:
        """Assets of a store that have a declared foreign key to one of its assets; it may be among them itself."""
        return self._referring.get((store, name), frozenset())

    def reachable(self, start: AssetFact) -> Iterator[AssetFact]:
        """An asset, and those that it refers to over declared foreign keys, directly or through others."""
        seen, waiting = {start.name}, [start]
        while waiting:
            one = waiting.pop(0)
            yield one
            for key in one.foreign_keys:
                target = self.asset(start.store.name, key.asset)
                if target is not None and target.name not in seen:
                    seen.add(target.name)
                    waiting.append(target)
