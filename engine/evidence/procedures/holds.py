"""Legal holds: reviewed in time, effective soon, and released with a reason by another than who placed them."""

from __future__ import annotations

from datetime import datetime

from engine.evidence.conclusions import Cited, Conclusion, Deviation, concluded
from engine.evidence.controls.control import Control
from engine.evidence.procedures.procedure import Procedure
from engine.evidence.records import Facts, Record

PLACED, EFFECTIVE, REVIEWED, RELEASED = "hold.placed", "hold.effective", "hold.reviewed", "hold.released"
NONE = "No legal hold was in force in the period."


def holds_reviewed(facts: Facts, _control: Control) -> Conclusion:
    """No date of review that lies in the period, or was still open in it, passed before the hold was reviewed or released."""
    found: list[Deviation] = []
    checked = 0
    for events in _by_hold(facts, (PLACED, REVIEWED, RELEASED)).values():
        in_force = False
        for one, after in zip(events, [*events[1:], None], strict=True):
            due = one.instant("review_at")
            until = facts.period.end if after is None else after.at
            if due is None or until < facts.period.begin:  # it was released, or all of this lies before the period
                continue
            in_force = True
            if due < until:
                found.append(_late(due, one, after))
        checked += in_force
    return concluded(found, checked, NONE)


def holds_effective(facts: Facts, control: Control) -> Conclusion:
    """Each hold that was placed, and not released meanwhile, was effective within ``within_hours``; later ones are not judged."""
    within = control.hours("within_hours")
    found: list[Deviation] = []
    recent = checked = 0
    for events in _by_hold(facts, (PLACED, EFFECTIVE, RELEASED)).values():
        placed = events[0]
        after = events[1] if len(events) > 1 else None
        if placed.type != PLACED or (after is not None and after.at < facts.period.begin):
            continue
        until = facts.period.end if after is None else after.at
        if until - placed.at > within:
            what = (
                "A hold was not effective in time." if after is None else "A hold became effective, or ended, too late."
            )
            found.append(Deviation(what, at=placed.at, cited=_cited(placed, after)))
        elif after is None:
            recent += 1
            continue
        checked += 1
    notes = [f"Placed just before the end, and not effective by then: {recent:,}."] if recent else []
    return concluded(found, checked, "No hold became effective in the period.", notes)


def holds_released(facts: Facts, _control: Control) -> Conclusion:
    """Each release has a reason, and was made by another than who placed the hold."""
    found, checked = [], 0
    for one in facts.records([RELEASED]):
        checked += 1
        if not one.attributes.get("reasoned"):
            found.append(Deviation("A hold was released without a reason.", at=one.at, cited=(one.cited,)))
        if one.actor == one.refs.get("placer"):
            found.append(Deviation("Somebody released a hold that they had placed.", at=one.at, cited=(one.cited,)))
    return concluded(found, checked, "No hold was released in the period.")


def _by_hold(facts: Facts, types: tuple[str, ...]) -> dict[str | None, list[Record]]:
    """The events of each hold until the end of the period, in order."""
    found: dict[str | None, list[Record]] = {}
    for one in facts.history(types):
        found.setdefault(one.refs.get("hold"), []).append(one)
    return found


def _late(due: datetime, before: Record, after: Record | None) -> Deviation:
    what = "A hold was due for its review, and nobody looked at it."
    if after is not None:
        what = "A hold was reviewed or released after the day that was set for it."
    return Deviation(what, at=due, cited=_cited(before, after))


def _cited(one: Record, after: Record | None) -> tuple[Cited, ...]:
    return (one.cited,) if after is None else (one.cited, after.cited)


PROCEDURES = (
    Procedure("holds_reviewed", holds_reviewed),
    Procedure("holds_effective", holds_effective, {"within_hours": float}),
    Procedure("holds_released", holds_released),
)
