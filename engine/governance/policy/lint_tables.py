"""Whether what rules say of tables and columns can be done: clocks that can start, dependents that refer, keys that name rows."""

from __future__ import annotations

from collections.abc import Iterator

from engine.governance.policy.facts import AssetFact, Estate
from engine.governance.policy.limits import Limit, spelled
from engine.governance.policy.model import Column, Delete


def clock_problem(column: Column, asset: AssetFact, estate: Estate) -> str:
    """Why what a time is counted from can never be found for the rows of an asset; empty if it can, or if that is not known."""
    if column.store and column.store != asset.store.name:
        return f"{spelled(column)} is in another store than {asset.place}"
    if column.table in ("", asset.name):
        return "" if asset.has(column.column) is not False else f"{asset.place} has no {column.column}"
    return _elsewhere(column, asset, estate)


def _elsewhere(column: Column, asset: AssetFact, estate: Estate) -> str:
    """The same, of a column of another table of the store."""
    table = estate.asset(asset.store.name, column.table)
    if table is None:
        return f"there is no {column.table} in {asset.store.name}"
    if table.has(column.column) is False:
        return f"{table.place} has no {column.column}"
    reached = list(estate.reachable(asset))
    told = all(one.kind != "table" or one.primary_key is not None for one in reached)  # the store tells of its keys
    if told and all(one.name != table.name for one in reached):
        return f"{asset.place} does not refer to {column.table} over foreign keys"
    return ""


def tables_of(limit: Limit, asset: AssetFact, estate: Estate) -> Iterator[tuple[str, str]]:
    """What is wrong with the tables that a maximum speaks of: the kind of finding and a sentence."""
    if asset.kind != "table":
        yield "not_swept", "rows go from tables alone so far: nothing removes those of files, objects and views"
    elif asset.primary_key == ():
        yield "no_primary_key", "its rows cannot be named one by one: the table has no primary key"
    if not isinstance(limit.disposal, Delete):
        return
    named = {*limit.disposal.dependents, *limit.disposal.detach}
    for name in sorted(named):
        if estate.asset(asset.store.name, name) is None:
            yield "dependent_missing", f"there is no table {name} in {asset.store.name}"
    linked = _linked(limit.disposal, asset, estate)
    known = {name: found for name in sorted(named) if (found := estate.asset(asset.store.name, name)) is not None}
    for name, table in known.items():
        if name not in linked and table.primary_key is not None:
            yield "dependent_not_linked", f"{name} does not refer to {asset.name} over foreign keys"
        if name in limit.disposal.dependents and table.primary_key == ():
            yield "no_primary_key", f"rows of {name} cannot be named one by one: the table has no primary key"
    going = {asset.name, *(name for name in limit.disposal.dependents if name in linked)}
    for name in sorted(_referring(going, asset, estate) - named - {asset.name}):
        yield "reference_not_named", f"{name} refers to rows that go, and the rule does not name it: those rows stay"


def _linked(disposal: Delete, asset: AssetFact, estate: Estate) -> set[str]:
    """Tables of a disposal that refer to the root, or to a dependent that does."""
    going, found = {asset.name}, set[str]()
    while more := _referring(going, asset, estate) & {*disposal.dependents, *disposal.detach} - found:
        found |= more
        going |= more & {*disposal.dependents}
    return found


def _referring(names: set[str], asset: AssetFact, estate: Estate) -> set[str]:
    """Assets of the same store with a foreign key to one of these."""
    return {one for name in names for one in estate.referring(asset.store.name, name)}
