"""Policies: waivers have two actors and an end, and the end is noticed."""

from __future__ import annotations

from engine.evidence.conclusions import Conclusion, Deviation, concluded
from engine.evidence.controls.control import Control
from engine.evidence.procedures.procedure import Procedure
from engine.evidence.records import Facts, Record

APPROVED, ENDED, EXPIRED = "waiver.approved", "waiver.ended", "waiver.expired"


def waivers_given_by_another(facts: Facts, control: Control) -> Conclusion:
    """Each waiver was approved by another actor than who asked, and ends within ``longest_hours`` of being asked for."""
    longest = control.hours("longest_hours")
    found, checked = [], 0
    for one in facts.records([APPROVED]):
        checked += 1
        asked, ends = one.instant("asked_at"), one.instant("expires_at")
        if one.refs.get("requester") in (None, one.actor):
            what = "Somebody accepted a violation that they had asked to be accepted."
            found.append(Deviation(what, at=one.at, cited=(one.cited,)))
        elif asked is None or ends is None or ends - asked > longest:
            found.append(Deviation("A violation was accepted for too long.", at=one.at, cited=(one.cited,)))
    return concluded(found, checked, "No violation was accepted in the period.")


def waivers_end(facts: Facts, control: Control) -> Conclusion:
    """Each approved waiver whose end came in the period, and that nobody ended before, is on record as expired in time."""
    within = control.hours("within_hours")
    given: dict[str | None, Record] = {}
    over: dict[str | None, Record] = {}
    for one in facts.history([APPROVED, ENDED, EXPIRED]):
        (given if one.type == APPROVED else over).setdefault(one.refs.get("waiver"), one)
    found, checked = [], 0
    for waiver, one in given.items():
        ends, last = one.instant("expires_at"), over.get(waiver)
        if (
            ends is None
            or not facts.period.covers(ends)
            or (last is not None and last.type == ENDED and last.at < ends)
        ):
            continue
        late = ends + within
        if last is None and late >= facts.period.end:
            continue  # there is time yet
        checked += 1
        if last is None or last.at > late:
            cited = (one.cited,) if last is None else (one.cited, last.cited)
            found.append(Deviation("A waiver ran out, and that was not noticed in time.", at=ends, cited=cited))
    return concluded(found, checked, "No waiver ran out in the period.")


PROCEDURES = (
    Procedure("waivers_given_by_another", waivers_given_by_another, {"longest_hours": float}),
    Procedure("waivers_end", waivers_end, {"within_hours": float}),
)
