"""The ledger: events get their place soon, silence shows, books agree, and the whole is verified.

The events are told by their types and attributes alone: ``ledger.heartbeat`` (size, waiting), ``ledger.reconciled`` (checked,
exceptions, outbox, entries, business_rows) and ``ledger.verified`` (entries, verdict).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from engine.base.state.tables import OutboxRow
from engine.evidence.conclusions import Conclusion, Deviation, NoOccurrence, NotTested, concluded
from engine.evidence.controls.control import Control
from engine.evidence.procedures.own import every_type, everything
from engine.evidence.procedures.procedure import Procedure
from engine.evidence.procedures.scans import blind
from engine.evidence.records import Facts, in_period

RECONCILED, VERIFIED = "ledger.reconciled", "ledger.verified"
NO_LEDGER = "No event was ever given a place in the ledger."


def sequenced_in_time(facts: Facts, control: Control) -> Conclusion:
    """Each event of the period got its place within ``within_hours``; what is younger than that may wait."""
    within = control.hours("within_hours")
    if facts.session.scalar(select(OutboxRow.id).where(OutboxRow.ledger_index.is_not(None)).limit(1)) is None:
        return NotTested(NO_LEDGER)
    late, waiting, checked = 0, 0, 0
    longest, since = timedelta(0), None
    rows = select(OutboxRow.occurred_at, OutboxRow.drained_at).where(*in_period(facts.period))
    for at, drained in facts.session.execute(rows.execution_options(yield_per=1000)):
        took = (drained or facts.now) - at
        if drained is None and took <= within:
            continue
        checked += 1
        if took > within:
            late, waiting, longest = late + (drained is not None), waiting + (drained is None), max(longest, took)
            since = min(since or at, at)
    return concluded(_lateness(late, waiting, longest, since), checked, "No event was due for its place.")


def _lateness(late: int, waiting: int, longest: timedelta, since: datetime | None) -> list[Deviation]:
    told = [
        f"{late:,} events got their place late, the latest after {longest}." if late else "",
        f"{waiting:,} events still wait for theirs, for up to {longest}." if waiting else "",
    ]
    return [Deviation(one, at=since) for one in told if one]


def never_silent(facts: Facts, control: Control) -> Conclusion:
    """No stretch longer than ``every_hours`` is without anything in the ledger: when nothing happens, a heartbeat says so."""
    beats = sum(1 for _ in facts.records(control.events))
    if not beats:
        return NotTested("There is no heartbeat in the period, so silence would not show.")
    longest = control.hours("every_hours")
    quiet, before = [], facts.period.begin
    types = every_type(facts)
    for one in facts.records(types):
        if one.at - before > longest:
            quiet.append(Deviation(f"Nothing was recorded for {one.at - before}.", at=before, cited=(one.cited,)))
        before = one.at
    if facts.period.end - before > longest:
        quiet.append(Deviation(f"Nothing was recorded for {facts.period.end - before}.", at=before))
    return concluded(quiet, beats, "")


def books_agree(facts: Facts, control: Control) -> Conclusion:
    """Outbox, entries and business rows were reconciled every ``every_hours``, and each time without an exception."""
    found, ends = [], []
    for one in facts.records([RECONCILED]):
        ends.append(one.at)
        if one.number("exceptions"):
            what = f"A reconciliation had {one.number('exceptions'):,.0f} exceptions."
            found.append(Deviation(what, at=one.at, cited=(one.cited,)))
    found += blind(ends, facts, control.hours("every_hours"))
    return concluded(found, len(ends), "There was no reconciliation in the period, and none was due yet.")


def verified(facts: Facts, control: Control) -> Conclusion:
    """The ledger was verified every ``every_hours``, and each time with the verdict ``verdict``."""
    found, ends = [], []
    for one in facts.records([VERIFIED]):
        ends.append(one.at)
        if one.word("verdict") != control.word("verdict"):
            what = f"A verification of the ledger ended with the verdict {one.word('verdict') or 'unknown'}."
            found.append(Deviation(what, at=one.at, cited=(one.cited,)))
    found += blind(ends, facts, control.hours("every_hours"))
    return concluded(found, len(ends), "The ledger was not verified in the period, and that was not due yet.")


def places_dense(facts: Facts, _control: Control) -> Conclusion:
    """Places in the ledger are dense over the period: none is missing between the first and the last of its events."""
    low, high, count = facts.session.execute(
        select(
            func.min(OutboxRow.ledger_index), func.max(OutboxRow.ledger_index), func.count(OutboxRow.ledger_index)
        ).where(*in_period(facts.period))
    ).one()
    if not count:
        return NoOccurrence("No event of the period has a place in the ledger yet.")
    missing = facts.missing_places
    found = [Deviation(f"Of the places {low:,} to {high:,}, {missing:,} have no event.")] if missing else []
    return concluded(found, int(count), "")


PROCEDURES = (
    Procedure("sequenced_in_time", sequenced_in_time, {"within_hours": float}, everything),
    Procedure("never_silent", never_silent, {"every_hours": float}),
    Procedure("books_agree", books_agree, {"every_hours": float}),
    Procedure("ledger_verified", verified, {"verdict": str, "every_hours": float}),
    Procedure("places_dense", places_dense, population=everything),
)
