"""What became of each part of a sweep; and the same as JSON, for the command line and the job that keeps it, and read back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from engine.base.errors import IntegrityViolated
from engine.base.ids import PlanId
from engine.base.state.canonical import JsonValue

KEPT_LINES = 500
"""Of a sweep, so many results without a plan are kept one by one; all of them are counted, and all plans are kept."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan was made.

    Attributes:
        rows: by asset, in the order of its steps.
        excluded: rows that are due and stay, by reason.
        not_started: rows whose beginning has not come.
        refused: which of its limits it is beyond, or empty.
    """

    store: str
    asset: str
    rule: str
    plan_id: PlanId
    rows: dict[str, int]
    excluded: dict[str, int]
    not_started: int
    refused: str = ""


@dataclass(frozen=True, slots=True)
class NothingDue:
    """No row can go now.

    Attributes:
        excluded: rows that are due and stay, by reason.
        not_started: rows whose beginning has not come.
    """

    store: str
    asset: str
    rule: str
    excluded: dict[str, int]
    not_started: int


@dataclass(frozen=True, slots=True)
class Underway:
    """A plan for these rows was made before, and has not ended."""

    store: str
    asset: str
    rule: str
    plan_id: PlanId
    state: str


@dataclass(frozen=True, slots=True)
class NotPlanned:
    """Rows have a maximum, and no plan could be made. ``reasons``: sentences without their full stop."""

    store: str
    asset: str
    rule: str
    reasons: tuple[str, ...]


Result = Planned | NothingDue | Underway | NotPlanned


def word(one: Result) -> str:
    """``planned``, ``nothing_due``, ``underway`` or ``not_planned``."""
    match one:
        case Planned():
            return "planned"
        case NothingDue():
            return "nothing_due"
        case Underway():
            return "underway"
        case NotPlanned():
            return "not_planned"


def as_json(one: Result) -> dict[str, JsonValue]:
    """One result: names, counts, ids, and sentences of ours. No value of a row is in it."""
    common: dict[str, JsonValue] = {
        "result": word(one),
        "store": one.store,
        "asset": one.asset or None,
        "rule": one.rule or None,
    }
    match one:
        case Planned():
            told: dict[str, JsonValue] = {"rows": one.rows, "kept": one.excluded, "refused": one.refused or None}
            return {**common, "plan": str(one.plan_id), **told, "not_started": one.not_started}
        case NothingDue():
            return {**common, "kept": one.excluded, "not_started": one.not_started}
        case Underway():
            return {**common, "plan": str(one.plan_id), "state": one.state}
        case NotPlanned():
            return {**common, "reasons": list(one.reasons)}


@dataclass(frozen=True, slots=True)
class Line:
    """A result that was kept.

    Attributes:
        result: see ``word``.
        store, asset, rule: what it is of; empty where it is of no single one.
        plan_id: of ``planned`` and ``underway``.
        kept: rows that are due and stay, by reason; not_started: rows whose time has not begun.
        reasons: why no plan could be made.
    """

    result: str
    store: str
    asset: str
    rule: str
    plan_id: UUID | None = None
    kept: Mapping[str, int] = field(default_factory=dict)
    not_started: int = 0
    reasons: tuple[str, ...] = ()


def line_of(value: JsonValue) -> Line:
    """The reverse of ``as_json``, as far as it is needed.

    Raises:
        IntegrityViolated: it is nothing that was kept.
    """
    if not isinstance(value, dict) or value.get("result") not in ("planned", "nothing_due", "underway", "not_planned"):
        raise IntegrityViolated("what a sweep came to is not in a form that this version can read")
    plan, kept, reasons, later = (value.get(name) for name in ("plan", "kept", "reasons", "not_started"))
    return Line(
        result=str(value["result"]),
        store=str(value.get("store") or ""),
        asset=str(value.get("asset") or ""),
        rule=str(value.get("rule") or ""),
        plan_id=UUID(plan) if isinstance(plan, str) else None,
        kept={str(why): rows for why, rows in kept.items() if isinstance(rows, int)} if isinstance(kept, dict) else {},
        not_started=later if isinstance(later, int) else 0,
        reasons=tuple(map(str, reasons)) if isinstance(reasons, list) else (),
    )
