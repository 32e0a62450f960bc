"""Policies written back as YAML: one file that says the same as all they were read from, events put in where they are named."""

from __future__ import annotations

from typing import Any

import yaml

from engine.governance.policy.building import SELECTORS
from engine.governance.policy.grammar import VERSION
from engine.governance.policy.model import (
    Anonymise,
    Column,
    Delete,
    Disposal,
    Policies,
    Retention,
    Rule,
    Selector,
    Source,
)

_WIDTH = 110


def formatted(policies: Policies) -> str:
    """The text of one policy file: what it is read as equals ``policies``, but for places.

    Comments, titles of files and names of events are not in it. Policies without rules have no file: that gives an empty text.
    """
    if not policies.rules:
        return ""
    zones = {one.zone for one in policies.rules}
    shared = zones.pop() if len(zones) == 1 else "UTC"
    document: dict[str, Any] = {"version": int(VERSION)}
    if shared != "UTC":
        document["zone"] = shared
    document["rules"] = {one.name: _rule(one, shared) for one in policies.rules}
    return yaml.dump(document, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=_WIDTH)


class _Plain(yaml.SafeDumper):
    """Writes no aliases: what stands twice is written twice."""

    def ignore_aliases(self, _data: object) -> bool:
        """Everything."""
        return True


def _rule(one: Rule, zone: str) -> dict[str, Any]:
    required = {
        "retention": _retention(one.retention),
        "disposal": _disposal(one.disposal),
        "encryption": _some(one.encryption),
        "owner": one.owner,
        "labels": _some(one.labels),
    }
    written = {
        "title": one.title,
        "select": _selector(one.selector) or "all",
        "require": {key: value for key, value in required.items() if value},
        "statutory": one.statutory,
        "source": _source(one.source),
        "zone": "" if one.zone == zone else one.zone,
    }
    return {key: value for key, value in written.items() if value}


def _selector(one: Selector) -> dict[str, Any]:
    written: dict[str, Any] = {key: _some(getattr(one, name)) for key, name in SELECTORS.items() if getattr(one, name)}
    if one.excluded is not None:
        written["not"] = _selector(one.excluded)
    return written


def _some(values: tuple[Any, ...]) -> Any:
    return values[0] if len(values) == 1 else list(values)


def _retention(one: Retention | None) -> dict[str, Any]:
    if one is None:
        return {}
    periods = {"minimum": one.minimum, "maximum": one.maximum}
    return {
        **{key: str(period) for key, period in periods.items() if period is not None},
        "from": _some(tuple(map(_column, one.beginnings))),
    }


def _column(one: Column) -> dict[str, str]:
    written = {"store": one.store, "table": one.table, "column": one.column}
    return {key: value for key, value in written.items() if value}


def _disposal(one: Disposal | None) -> Any:
    match one:
        case None:
            return None
        case Anonymise():
            return {"anonymise": dict(one.values)}
        case Delete():
            named = {"dependents": _some(one.dependents), "detach": _some(one.detach)}
            return (
                {"delete": {key: value for key, value in named.items() if value}} if any(named.values()) else "delete"
            )


def _source(one: Source | None) -> dict[str, str]:
    if one is None:
        return {}
    written = {"title": one.title, "url": one.url, "version": one.version}
    return {key: value for key, value in written.items() if value}
