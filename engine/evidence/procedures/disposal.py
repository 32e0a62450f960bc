"""Disposal: what was deleted was approved by another, read again, and certified; and clocks of copies run to their end."""

from __future__ import annotations

from datetime import datetime, timedelta

from engine.evidence.conclusions import Conclusion, Deviation, concluded
from engine.evidence.controls.control import Control
from engine.evidence.procedures.procedure import Procedure
from engine.evidence.records import Facts, Record

APPROVED, BEGUN, ENDED = "plan.approved", "plan.batch_begun", "plan.ended"
ISSUED, CLOSED = "certificate.issued", "certificate.closed"


def certified_in_time(facts: Facts, control: Control) -> Conclusion:
    """Each plan that ended and dealt with rows has a certificate, ``grace_hours`` after its end at the latest.

    Also one that was given up midway. The certificate is of the same root, and certifies as many rows as were dealt with and not
    found again.
    """
    grace = control.hours("grace_hours")
    issued = {one.refs.get("plan"): one for one in facts.history([ISSUED])}
    found, checked, young = [], 0, 0
    for one in facts.records([ENDED]):
        rows = _dealt_with(one) - int(one.number("found"))
        if rows <= 0:
            continue
        certificate = issued.get(one.refs.get("plan"))
        if certificate is None and one.at + grace > facts.period.end:
            young += 1
            continue
        checked += 1
        found += _uncertified(one, certificate, rows, grace)
    notes = (f"Plans that ended too short before the end of the period to be judged: {young:,}.",)
    return concluded(found, checked, "No plan dealt with rows in the period.", notes if young else ())


def _uncertified(ended: Record, certificate: Record | None, rows: int, grace: timedelta) -> list[Deviation]:
    if certificate is None:
        return [Deviation("A plan was carried out and has no certificate.", at=ended.at, cited=(ended.cited,))]
    cited = (ended.cited, certificate.cited)
    if certificate.at > ended.at + grace:
        return [Deviation("A plan was certified late.", at=ended.at, cited=cited)]
    if (certificate.word("root"), certificate.number("certified")) != (ended.word("root"), rows):
        return [
            Deviation("A certificate says something else than the end of its plan.", at=certificate.at, cited=cited)
        ]
    return []


def approved_by_another(facts: Facts, _control: Control) -> Conclusion:
    """Each plan of which a batch was begun in the period had been approved before that, and not by its maker."""
    approvals: dict[str | None, list[Record]] = {}
    for one in facts.history([APPROVED]):
        approvals.setdefault(one.refs.get("plan"), []).append(one)
    found, plans = [], dict[str | None, Record]()
    for one in facts.records([BEGUN]):
        plans.setdefault(one.refs.get("plan"), one)
    for plan, first in plans.items():
        before = [one for one in approvals.get(plan, []) if one.at <= first.at]
        own = [one for one in before if one.refs.get("approver") == one.refs.get("maker")]
        if not before:
            found.append(Deviation("A plan was carried out that nobody approved.", at=first.at, cited=(first.cited,)))
        elif own:
            cited = (first.cited, own[0].cited)
            found.append(Deviation("A plan was approved by who made it.", at=own[0].at, cited=cited))
    return concluded(found, len(plans), "No plan was carried out in the period.")


def read_again(facts: Facts, _control: Control) -> Conclusion:
    """Of each plan that ended in the period and dealt with rows, each batch that was done was read again, and nothing was found.

    A plan that was cancelled or expired midway is one of them.
    """
    found, checked = [], 0
    for one in facts.records([ENDED]):
        if _dealt_with(one) == 0:
            continue
        checked += 1
        unread, again = int(one.number("batches_done") - one.number("batches_verified")), int(one.number("found"))
        if unread > 0:
            what = f"A plan ended as {one.word('outcome')}, and {unread:,} batches of it were not read again."
            found.append(Deviation(what, at=one.at, cited=(one.cited,)))
        elif again:
            what = f"{again:,} rows that had been dealt with were there when they were read again."
            found.append(Deviation(what, at=one.at, cited=(one.cited,)))
        elif one.word("outcome") == "done" and one.number("roots_left"):
            found.append(Deviation("A plan that left rows out ended as done.", at=one.at, cited=(one.cited,)))
    return concluded(found, checked, "No plan dealt with rows in the period.")


def clocks_run_out(facts: Facts, control: Control) -> Conclusion:
    """Each certificate whose last copy ended in the period was closed within ``grace_hours``, and none was closed before."""
    grace, period = control.hours("grace_hours"), facts.period
    closed = {one.refs.get("certificate"): one for one in facts.history([CLOSED])}
    found, checked, unknown = [], 0, 0
    for one in facts.history([ISSUED]):
        end, closing = one.instant("copies_end_at"), closed.get(one.refs.get("certificate"))
        unknown += end is None
        if closing is not None and closing.at >= period.begin and (end is None or closing.at < end):
            cited = (one.cited, closing.cited)
            found.append(Deviation("A certificate was closed while a copy remained.", at=closing.at, cited=cited))
            checked += 1
        elif end is not None and period.begin <= end and end + grace <= period.end:
            checked += 1
            found += _overdue(one, closing, end + grace)
    notes = (f"Certificates that stay open, as nobody knows when a copy ends: {unknown:,}.",)
    return concluded(found, checked, "No copy was to have ended in the period.", notes if unknown else ())


def _overdue(issued: Record, closing: Record | None, until: datetime) -> list[Deviation]:
    if closing is not None and closing.at <= until:
        return []
    cited = (issued.cited,) if closing is None else (issued.cited, closing.cited)
    return [Deviation("A certificate was not closed when the last copy had ended.", at=until, cited=cited)]


def _dealt_with(one: Record) -> int:
    done = one.attributes.get("done")
    return sum(rows for rows in done if isinstance(rows, int)) if isinstance(done, list) else 0


PROCEDURES = (
    Procedure("certified_in_time", certified_in_time, {"grace_hours": float}),
    Procedure("approved_by_another", approved_by_another),
    Procedure("read_again", read_again),
    Procedure("clocks_run_out", clocks_run_out, {"grace_hours": float}),
)
