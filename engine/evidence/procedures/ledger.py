"""The ledger: events get their place soon, silence shows, books agree, and the whole is verified.

Which shards there are and what they hold is told by the events of ``engine.ledger.events.ledger``; nothing here asks the log.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import func, select

from engine.base.state.tables import OutboxRow
from engine.evidence.conclusions import Conclusion, Deviation, NotTested, concluded
from engine.evidence.controls.control import Control
from engine.evidence.procedures.own import everything
from engine.evidence.procedures.procedure import Procedure
from engine.evidence.procedures.scans import blind
from engine.evidence.records import Facts, in_period

OPENED, RECONCILED, VERIFIED = "ledger.shard_opened", "ledger.reconciled", "ledger.verified"
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


def _with_ledger(facts: Facts) -> Facts | None:
    """The facts since the ledger began, or None while there is none."""
    began = facts.first(OPENED)
    return None if began is None else replace(facts, period=facts.period.since(began.at))


def never_silent(facts: Facts, control: Control) -> Conclusion:
    """Since the ledger began, no stretch longer than ``every_hours`` is without anything on record, be it a heartbeat."""
    since = _with_ledger(facts)
    if since is None:
        return NotTested(NO_LEDGER)
    query = select(OutboxRow.occurred_at).where(*in_period(since.period)).order_by(OutboxRow.occurred_at)
    marks = list(facts.session.scalars(query))
    return concluded(blind(marks, since, control.hours("every_hours")), len(marks), "The ledger began only now.")


def books_agree(facts: Facts, control: Control) -> Conclusion:
    """Outbox, entries and business rows were reconciled every ``every_hours``, and each time without an exception."""
    since = _with_ledger(facts)
    if since is None:
        return NotTested(NO_LEDGER)
    found, ends = [], []
    for one in facts.records([RECONCILED]):
        ends.append(one.at)
        if one.number("exceptions"):
            what = f"A reconciliation had {one.number('exceptions'):,.0f} exceptions."
            found.append(Deviation(what, at=one.at, cited=(one.cited,)))
    found += blind(ends, since, control.hours("every_hours"))
    return concluded(found, len(ends), "There was no reconciliation in the period, and none was due yet.")


def verified(facts: Facts, control: Control) -> Conclusion:
    """The ledger was verified every ``every_hours``, and each time with the verdict ``verdict``."""
    since = _with_ledger(facts)
    if since is None:
        return NotTested(NO_LEDGER)
    found, ends = [], []
    for one in facts.records([VERIFIED]):
        ends.append(one.at)
        if one.word("verdict") != control.word("verdict"):
            what = f"A verification of the ledger ended with the verdict {one.word('verdict') or 'unknown'}."
            found.append(Deviation(what, at=one.at, cited=(one.cited,)))
    found += blind(ends, since, control.hours("every_hours"))
    return concluded(found, len(ends), "The ledger was not verified in the period, and that was not due yet.")


def places_dense(facts: Facts, _control: Control) -> Conclusion:
    """Places in the ledger are dense over the period: in no shard is one missing between the first and the last of its events."""
    placed = select(func.count()).select_from(OutboxRow).where(OutboxRow.shard.is_not(None), *in_period(facts.period))
    count = facts.session.scalar(placed) or 0
    missing = facts.missing_places
    found = [Deviation(f"Places of the period that have no event: {missing:,}.")] if missing else []
    return concluded(found, count, "No event of the period has a place in the ledger yet.")


PROCEDURES = (
    Procedure("sequenced_in_time", sequenced_in_time, {"within_hours": float}, everything),
    Procedure("never_silent", never_silent, {"every_hours": float}),
    Procedure("books_agree", books_agree, {"every_hours": float}),
    Procedure("ledger_verified", verified, {"verdict": str, "every_hours": float}),
    Procedure("places_dense", places_dense, population=everything),
)
