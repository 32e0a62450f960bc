"""Rules of the model from what the grammar made of a file. What comes here is right but for events, which any file may hold."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from engine.governance.policy.model import (
    Anonymise,
    Column,
    Delete,
    Disposal,
    Place,
    Retention,
    Rule,
    Selector,
    Source,
)

SELECTORS = {
    "category": "categories",
    "entity": "entities",
    "sensitivity": "sensitivities",
    "store": "stores",
    "asset": "assets",
    "field": "fields",
    "owner": "owners",
    "jurisdiction": "jurisdictions",
    "purpose": "purposes",
    "tag": "tags",
}
"""Keys of `select`, and what the model calls their values."""


def column(read: Mapping[str, str]) -> Column:
    """An event, or a column that `from` names."""
    return Column(read["column"], read.get("table", ""), read.get("store", ""))


def rule(name: str, read: Mapping[str, Any], events: Mapping[str, Column], zone: str, place: Place) -> Rule | None:
    """One rule; None where an event that it names is not there.

    Args:
        name: its own.
        read: what the grammar made of it.
        events: of all files.
        zone: of its file.
        place: where it stands.
    """
    require = read["require"]
    if not set(named_events(read)) <= events.keys():
        return None
    return Rule(
        name=name,
        title=read.get("title", ""),
        selector=_selector(read["select"]),
        retention=_retention(require.get("retention"), events),
        disposal=_disposal(require.get("disposal")),
        encryption=require.get("encryption", ()),
        owner=require.get("owner", False),
        labels=require.get("labels", ()),
        statutory=read.get("statutory", False),
        source=Source(**read["source"]) if "source" in read else None,
        place=place,
        zone=read.get("zone", zone),
    )


def named_events(read: Mapping[str, Any]) -> tuple[str, ...]:
    """The events that a rule counts from."""
    return tuple(one for one in read["require"].get("retention", {}).get("from", ()) if isinstance(one, str))


def _selector(read: str | Mapping[str, Any]) -> Selector:
    if isinstance(read, str):
        return Selector()
    named = {SELECTORS[key]: values for key, values in read.items() if key != "not"}
    return Selector(**named, excluded=_selector(read["not"]) if "not" in read else None)


def _retention(read: Mapping[str, Any] | None, events: Mapping[str, Column]) -> Retention | None:
    if read is None:
        return None
    beginnings = tuple(events[one] if isinstance(one, str) else column(one) for one in read["from"])
    return Retention(read.get("minimum"), read.get("maximum"), beginnings)


def _disposal(read: str | Mapping[str, Any] | None) -> Disposal | None:
    match read:
        case None:
            return None
        case str():
            return Delete()
        case {"anonymise": values}:
            return Anonymise(MappingProxyType(values))
        case _:
            return Delete(read["delete"].get("dependents", ()), read["delete"].get("detach", ()))
