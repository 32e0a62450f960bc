"""Decisions for machines: the same documents on the command line and over HTTP."""

from __future__ import annotations

from datetime import datetime

from engine.base.state.canonical import JsonValue
from engine.base.state.events import timestamp
from engine.governance.policy.ageing import Ageing
from engine.governance.policy.decisions import (
    Contradiction,
    Decided,
    Expires,
    FieldDecision,
    KeptForEver,
    NoRule,
    RequirementDecision,
    RetentionDecision,
    Unknown,
    Waived,
)
from engine.governance.policy.limits import Limit, Lost, spelled
from engine.governance.policy.model import Anonymise, Delete, Disposal
from engine.governance.policy.violations import Violation

Document = dict[str, JsonValue]


def limit_document(one: Limit) -> Document:
    """A minimum or maximum."""
    told: Document = {
        "rule": one.rule,
        "duration": str(one.duration),
        "from": [spelled(column) for column in one.beginnings],
        "zone": one.zone,
    }
    if one.disposal is not None:
        return {**told, "disposal": disposal_document(one.disposal)}
    return {**told, "statutory": one.statutory, "certain": one.certain}


def disposal_document(one: Disposal) -> Document:
    """What happens to rows."""
    match one:
        case Delete():
            return {"delete": {"dependents": list(one.dependents), "detach": list(one.detach)}}
        case Anonymise():
            return {"anonymise": dict(one.values)}


def _lost(found: tuple[Lost, ...]) -> list[JsonValue]:
    return [{"rule": one.rule, "kind": one.kind, "what": one.limit.words, "why": one.why} for one in found]


def retention_document(one: RetentionDecision) -> Document:
    """How long rows are kept."""
    told: Document = {"decision": one.word, "reason": one.reason}
    match one:
        case Expires() | Waived() | Contradiction():
            told["maxima"] = [limit_document(limit) for limit in one.maxima]
            told["minima"] = [limit_document(limit) for limit in one.minima]
        case KeptForEver() | Unknown():
            told["minima"] = [limit_document(limit) for limit in one.minima]
        case _:
            pass
    match one:
        case Expires():
            told |= {"lost": _lost(one.lost), "notes": list(one.notes)}
        case Waived():
            told |= {"lost": _lost(one.lost), "waivers": list(map(str, one.waivers))}
        case KeptForEver():
            told["lost"] = _lost(one.lost)
        case Contradiction() | Unknown():
            told["rules"] = list(one.rules)
        case NoRule():
            told["categories"] = list(one.categories)
        case _:
            pass
    return told


def requirement_document(one: RequirementDecision) -> Document:
    """Whether something that is required is there."""
    return {"asked": str(one.asked), "decision": one.word, "rules": list(one.rules), "reason": one.reason}


def field_document(path: str, one: FieldDecision) -> Document:
    """Whether a rule is about a field; an empty path is whatever was not read."""
    rules = list(getattr(one, "rules", ()))
    return {"field": path or None, "decision": one.word, "rules": rules, "reason": one.reason}


def decided_document(one: Decided, *, fields: bool = True) -> Document:
    """All decisions about an asset."""
    told: Document = {
        "store": one.asset.store.name,
        "asset": one.asset.name,
        "unknown": one.asset.unknown or None,
        "retention": retention_document(one.retention),
        "requirements": [requirement_document(requirement) for requirement in one.requirements],
    }
    if fields:
        told["fields"] = [field_document(field.path, field.decision) for field in one.fields]
    return told


def ageing_document(one: Ageing) -> Document:
    """How long rows wait."""
    look = one.look
    return {
        "id": str(one.id),
        "store": look.store,
        "asset": look.asset,
        "rule": look.rule,
        "days": one.days,
        "overdue": look.overdue,
        "unknown": look.unknown,
        "kept": look.excused,
        "not_started": look.not_started,
        "as_of": _instant(look.looked_at),
        "overdue_since": _instant(look.since),
        "not_started_since": _instant(look.not_started_since),
        "unchecked": one.unchecked or None,
    }


def violation_document(one: Violation) -> Document:
    """A violation."""
    return {
        "id": str(one.id),
        "kind": one.kind.value,
        "store": one.store,
        "asset": one.asset or None,
        "field": one.field or None,
        "rules": list(one.rules),
        "asked": one.asked or None,
        "reason": one.reason,
        "assets": one.assets,
        "waivers": list(map(str, one.waivers)),
        "rows": one.rows,
        "as_of": _instant(one.as_of),
        "since": _instant(one.since),
    }


def _instant(at: datetime | None) -> str | None:
    return None if at is None else timestamp(at)
