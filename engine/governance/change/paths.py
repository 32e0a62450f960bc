"""The ways over foreign keys from a table to one that it refers to, directly or not. Pure."""

from __future__ import annotations

from engine.estate.stores.schema import Reference, Shapes

Path = tuple[Reference, ...]


def paths(shapes: Shapes, asset: str, table: str) -> tuple[Path, ...]:
    """All shortest ways from an asset to another one, in a steady order; none if there is no way.

    Where there are several, as from an order to the account that pays and to the one that gets it, each counts: what is asked of
    the other table has to hold on all of them.
    """
    ways: dict[str, list[Path]] = {asset: [()]}
    seen = {asset}
    while ways and table not in ways:
        further: dict[str, list[Path]] = {}
        for place, found in ways.items():
            for reference in shapes.of(place):
                if reference.target not in seen:
                    further.setdefault(reference.target, []).extend((*path, reference) for path in found)
        ways = further
        seen |= ways.keys()
    return tuple(ways.get(table, ()))
