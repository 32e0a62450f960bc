"""Whether a row hangs on a row of another table, by the foreign keys that the store declares. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.estate.stores.store import AssetInfo, ForeignKey

Edges = Mapping[str, tuple[ForeignKey, ...]]


@dataclass(frozen=True, slots=True)
class Nowhere:
    """No foreign key leads there."""


@dataclass(frozen=True, slots=True)
class One:
    """There is one way.

    Attributes:
        hops: the tables on it with the foreign key that leads on, the first one of the asset itself; none where the asset is the
            one that is asked about.
        onward: keys of the table at its end by which that hangs on rows of itself: parents, whose parents are not looked at.
    """

    hops: tuple[tuple[str, ForeignKey], ...] = ()
    onward: tuple[ForeignKey, ...] = ()


@dataclass(frozen=True, slots=True)
class Several:
    """There is more than one way, one goes round, or into the dark. ``first``: keys of the asset that begin one."""

    first: tuple[ForeignKey, ...]


Way = Nowhere | One | Several


class Graph:
    """The tables of a store and their foreign keys.

    A table that is referred to and not listed, or whose keys could not be read, may refer to anything: a way into it is one of
    which it cannot be told where it leads.

    Args:
        assets: all that the store lists, by name.
    """

    def __init__(self, assets: Mapping[str, AssetInfo]) -> None:
        self._edges: Edges = {name: info.foreign_keys for name, info in assets.items() if not info.problem}
        self._dark = {key.target_asset for keys in self._edges.values() for key in keys} - self._edges.keys()

    def way(self, asset: str, target: str) -> Way:
        """How rows of an asset hang on rows of another one, or are rows of it themselves."""
        useful = self._leading_to(target)
        hops: list[tuple[str, ForeignKey]] = []
        here, first = asset, self._onwards(asset, useful)
        if here != target and not first:
            return Nowhere()
        while here != target:
            onwards = self._onwards(here, useful)
            if len(onwards) != 1 or here in {table for table, _ in hops}:
                return Several(first)
            hops.append((here, onwards[0]))
            here = onwards[0].target_asset
        if hops and target in self._dark:
            return Several(first)
        return One(tuple(hops), self._onwards(target, useful))

    def _onwards(self, asset: str, useful: set[str]) -> tuple[ForeignKey, ...]:
        return tuple(key for key in self._edges.get(asset, ()) if key.target_asset in useful)

    def _leading_to(self, target: str) -> set[str]:
        """The tables whose rows may hang on the target's, itself among them."""
        found = {target} | self._dark
        new = list(found)
        while new:
            there = new.pop()
            for name, keys in self._edges.items():
                if name not in found and any(key.target_asset == there for key in keys):
                    found.add(name)
                    new.append(name)
        return found
