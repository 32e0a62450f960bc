"""From what policies decide about an asset to what a plan is asked for, or to why no plan can be made.

Pure. Only :class:`~engine.governance.policy.decisions.Expires` leads to a task, and only where everything that goes with a row
was decided too: a dependent table of which nothing is known keeps the whole plan from being made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.estate.stores.schema import Shapes
from engine.governance.change.closure import Remark, preview
from engine.governance.change.effect import Action, Step, Task, Term
from engine.governance.policy.decide import Decider
from engine.governance.policy.decisions import (
    Contradiction,
    Expires,
    KeptForEver,
    NoRule,
    NothingAsked,
    RetentionDecision,
    Unknown,
    Waived,
)
from engine.governance.policy.facts import AssetFact, Estate
from engine.governance.policy.limits import Limit
from engine.governance.policy.model import Delete


@dataclass(frozen=True, slots=True)
class Ready:
    """A plan can be made.

    Attributes:
        asset: whose rows are looked at.
        rule: whose maximum it is.
        rules: of which the plan follows: that one, and those whose minima it keeps.
        task: what is to be done.
        warnings: what should be known before.
    """

    asset: str
    rule: str
    rules: tuple[str, ...]
    task: Task
    warnings: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """Rows have a maximum, and no plan can be made. ``reasons``: sentences without their full stop, at least one."""

    asset: str
    rule: str
    reasons: tuple[str, ...]


Prepared = Ready | Refused


def prepare(asset: AssetFact, estate: Estate, decider: Decider, shapes: Shapes) -> Iterator[Prepared]:
    """What plans the rows of an asset ask for: one for each maximum that counts; none where no rule lets them go.

    Args:
        asset: of a database.
        estate: that it belongs to.
        decider: by all policies and the waivers in force.
        shapes: of the store, as it is now.
    """
    decision = decider.retention(asset)
    match decision:
        case Expires():
            for maximum in decision.maxima:
                yield _prepared(asset, estate, decider, shapes, decision, maximum)
        case Contradiction() | Unknown():
            for rule in decision.rules:
                yield Refused(asset.name, rule, (decision.reason,))
        case KeptForEver() | Waived() | NoRule() | NothingAsked():
            return


def _prepared(
    asset: AssetFact,
    estate: Estate,
    decider: Decider,
    shapes: Shapes,
    decision: Expires,
    maximum: Limit,
) -> Prepared:
    elsewhere = [one for one in maximum.beginnings if one.store]
    if elsewhere:
        return Refused(
            asset.name, maximum.rule, ("its time is counted from another store, which no foreign key reaches",)
        )
    found = preview(shapes, asset.name, maximum.disposal or Delete())
    if found.refusals:
        return Refused(asset.name, maximum.rule, tuple(map(str, found.refusals)))
    minima = {asset.name: decision.minima}
    for name in _deleted(found.steps, asset.name):
        dependent = estate.asset(asset.store.name, name)
        if dependent is None:
            return Refused(
                asset.name, maximum.rule, (f"{name}, which goes with it, is not in the inventory: scan first",)
            )
        kept = _minima(name, decider.retention(dependent))
        if isinstance(kept, str):
            return Refused(asset.name, maximum.rule, (kept,))
        minima[name] = kept
    terms = {name: tuple(map(_term, limits)) for name, limits in minima.items() if limits}
    rules = sorted({maximum.rule, *(one.rule for limits in minima.values() for one in limits)})
    task = Task(asset.store.name, found.steps, _term(maximum), terms)
    return Ready(asset.name, maximum.rule, tuple(rules), task, found.warnings)


def _deleted(steps: tuple[Step, ...], root: str) -> list[str]:
    """Other tables whose rows go."""
    return sorted({step.asset for step in steps if step.action is Action.DELETE and step.asset != root})


def _minima(name: str, decision: RetentionDecision) -> tuple[Limit, ...] | str:
    """What has to be over of rows that go with others; or why that cannot be told."""
    match decision:
        case Expires() | KeptForEver():
            return decision.minima
        case NoRule() | NothingAsked():
            return ()
        case Waived():
            return f"{name}, which goes with it, stays by a waiver"
        case Contradiction() | Unknown():
            return f"{name}, which goes with it, cannot be decided: {decision.reason}"


def _term(limit: Limit) -> Term:
    return Term(limit.duration, limit.beginnings, limit.zone, limit.rule)
