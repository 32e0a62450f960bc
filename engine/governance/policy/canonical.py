"""The canonical form of policies, and the hash that approvals are given over."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from engine.base.state.canonical import JsonValue, canonical
from engine.governance.policy.model import Anonymise, Column, Delete, Disposal, Policies, Retention, Rule, Selector

FORM = 1
"""Of the canonical form. Another form gives other hashes: standing approvals are asked for anew."""


def policies_of(rules: Sequence[Rule]) -> Policies:
    """Rules that are used together, with their hash. Their names must differ."""
    ordered = tuple(sorted(rules, key=lambda one: one.name))
    return Policies(ordered, hashlib.sha256(canonical_form(ordered)).hexdigest())


def canonical_form(rules: Sequence[Rule]) -> bytes:
    """What rules require, and nothing about how it is written: canonical JSON (RFC 8785).

    Lists are sorted where their order means nothing, durations have one spelling, and titles, sources and places are left out.
    So is the zone of a rule that counts no days.
    """
    return canonical({"form": FORM, "rules": {one.name: _rule(one) for one in rules}})


def _rule(one: Rule) -> JsonValue:
    kept: dict[str, JsonValue] = {
        "select": _selector(one.selector),
        "encryption": sorted(one.encryption),
        "owner": one.owner,
        "labels": sorted(one.labels),
    }
    if one.retention is not None:
        kept["retention"] = _retention(one.retention)
        kept["disposal"] = _disposal(one.disposal)
        kept["statutory"] = one.statutory
        kept["zone"] = one.zone
    return kept


def _selector(one: Selector) -> JsonValue:
    return {
        "categories": sorted(one.categories),
        "entities": sorted(one.entities),
        "sensitivities": sorted(one.sensitivities),
        "stores": sorted(one.stores),
        "assets": sorted(one.assets),
        "fields": sorted(one.fields),
        "owners": sorted(one.owners),
        "jurisdictions": sorted(one.jurisdictions),
        "purposes": sorted(one.purposes),
        "tags": sorted(one.tags),
        "excluded": None if one.excluded is None else _selector(one.excluded),
    }


def _retention(one: Retention) -> JsonValue:
    return {
        "minimum": None if one.minimum is None else str(one.minimum),
        "maximum": None if one.maximum is None else str(one.maximum),
        "beginnings": [_column(each) for each in sorted(one.beginnings, key=_order)],
    }


def _order(one: Column) -> tuple[str, str, str]:
    return one.store, one.table, one.column


def _column(one: Column) -> JsonValue:
    return {"store": one.store, "table": one.table, "column": one.column}


def _disposal(one: Disposal | None) -> JsonValue:
    match one:
        case None:
            return None
        case Delete():
            return {"delete": {"dependents": sorted(one.dependents), "detach": sorted(one.detach)}}
        case Anonymise():
            return {"anonymise": dict(one.values)}
