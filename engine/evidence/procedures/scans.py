"""Scans: that they come often enough, end, add up, and that what they could not read is read later."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from engine.evidence.conclusions import Conclusion, Deviation, NoOccurrence, NotTested, concluded
from engine.evidence.controls.control import Control
from engine.evidence.period import gaps
from engine.evidence.procedures.procedure import Procedure
from engine.evidence.records import Facts, Record

STARTED, COMPLETED, COVERED = "scan.started", "scan.completed", "scan.asset_covered"
UNLISTED = "scan.store_unlisted"


def often_enough(facts: Facts, control: Control) -> Conclusion:
    """No stretch of the period longer than ``every_hours`` is without an event of the control's first type."""
    longest = control.hours("every_hours")
    ends = [one.at for one in facts.records(control.events[:1])]
    if not ends and facts.period.length <= longest:
        return NoOccurrence("None was due yet: the period is shorter than the interval.")
    return concluded(blind(ends, facts, longest), len(ends), "None happened.")


def blind(instants: Iterable[datetime], facts: Facts, longest: timedelta) -> list[Deviation]:
    """A deviation for each stretch of the period that is longer than allowed and without any of these instants."""
    return [
        Deviation(f"Nothing of the kind for {gap.length}, until {gap.end:%Y-%m-%d %H:%M} UTC.", at=gap.begin)
        for gap in gaps(instants, facts.period, longest)
    ]


def ended(facts: Facts, control: Control) -> Conclusion:
    """Each scan that began came to its end; one that is younger than ``grace_hours`` may still run."""
    done = {one.refs.get("scan") for one in facts.records([COMPLETED])}
    grace = facts.period.end - control.hours("grace_hours")
    found, checked = [], 0
    for one in facts.records([STARTED]):
        if one.refs.get("scan") in done:
            checked += 1
        elif one.at < grace:
            found.append(Deviation("A scan began and has no account of its end.", at=one.at, cited=(one.cited,)))
    return concluded(found, checked + len(found), "No scan began in the period.")


def adds_up(facts: Facts, _control: Control) -> Conclusion:
    """Of each scan, every object that was listed is accounted for, in exactly one state of coverage."""
    found, checked = [], 0
    for one in facts.records([COMPLETED]):
        checked += 1
        listed, accounted = one.number("listed"), one.number("accounted")
        states = sum(one.number(f"objects_{state}") for state in ("full", "sampled", "skipped", "failed"))
        if not listed == accounted == states:
            what = f"{listed:,.0f} objects were listed, {accounted:,.0f} accounted for, {states:,.0f} in a state."
            found.append(Deviation(what, at=one.at, cited=(one.cited,)))
        elif one.word("status") == "complete" and states != one.number("objects_full"):
            found.append(
                Deviation("A scan is called complete that did not read all in full.", at=one.at, cited=(one.cited,))
            )
    return concluded(found, checked, "No scan ended in the period.")


def failures_followed_up(facts: Facts, control: Control) -> Conclusion:
    """What could not be read was read later, within ``within_hours``; what failed more recently is not judged yet."""
    open_since: dict[str, Record] = {}
    checked = 0
    for one in facts.records([COVERED, UNLISTED]):
        key = one.refs.get("asset_ref") or one.refs.get("store_ref") or ""
        failed = one.type == UNLISTED or one.number("objects_failed") > 0
        checked += failed and key not in open_since
        if failed:
            open_since.setdefault(key, one)
        else:
            open_since.pop(key, None)
    _close_listed(facts, open_since)
    late = facts.period.end - control.hours("within_hours")
    found = [
        Deviation(f"{_what(one)} could not be read, and was not read since.", at=one.at, cited=(one.cited,))
        for one in open_since.values()
        if one.at < late
    ]
    recent = len(open_since) - len(found)
    if recent and checked == recent:
        return NotTested(f"What could not be read failed a short while ago, and is not judged yet: {recent:,}.")
    notes = [f"Could not be read a short while ago, and not judged yet: {recent:,}."] if recent else []
    return concluded(found, checked - recent, "Everything that was listed could be read.", notes)


def _close_listed(facts: Facts, open_since: dict[str, Record]) -> None:
    """A store is listed again when a later scan ended without any store that it could not list."""
    whole = [one.at for one in facts.records([COMPLETED]) if not one.number("stores_unlisted")]
    for key, one in list(open_since.items()):
        if one.type == UNLISTED and any(at > one.at for at in whole):
            del open_since[key]


def _what(one: Record) -> str:
    reason = one.word("reason").replace("_", " ")
    return f"{'A store' if one.type == UNLISTED else 'An asset'}{f' ({reason})' if reason else ''}"


PROCEDURES = (
    Procedure("often_enough", often_enough, {"every_hours": float}),
    Procedure("scans_ended", ended, {"grace_hours": float}),
    Procedure("coverage_adds_up", adds_up),
    Procedure("failures_followed_up", failures_followed_up, {"within_hours": float}),
)
