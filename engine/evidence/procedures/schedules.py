"""Schedules: what was due against what ran, whoever declared it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from engine.base.state.tables import JobRow, ScheduleRow
from engine.base.work.schedules import declared_of
from engine.evidence.conclusions import Conclusion, Deviation, NotTested, concluded
from engine.evidence.controls.control import Control
from engine.evidence.period import Runs, compare, due_times
from engine.evidence.procedures.procedure import Procedure
from engine.evidence.records import Facts, Record

FIRED = "work.schedule_fired"
CHANGED = "work.schedule_changed"


@dataclass(frozen=True, slots=True)
class _Schedule:
    """One schedule in a period: since when its times hold, what it fired by due time, and its runs."""

    name: str
    since: datetime
    fired: dict[datetime, Record]
    runs: Runs


def on_schedule(facts: Facts, control: Control) -> Conclusion:
    """Each due time of each enabled schedule of a kind had its run, and the run came to its end.

    Parameters: ``kind`` of the work; ``late_hours``: later than that is noted as late; ``grace_hours``: runs that were due or
    began so shortly before the end of the period are not judged yet.
    """
    kind, grace = control.word("kind"), facts.period.end - control.hours("grace_hours")
    rows = facts.session.scalars(select(ScheduleRow).where(ScheduleRow.kind == kind, ScheduleRow.enabled))
    schedules = [_schedule(facts, row, control) for row in rows.all()]
    if not schedules:
        return NotTested(f"No schedule of kind {kind} is enabled, so no run was expected.", tuple(_ended(facts, kind)))
    found: list[Deviation] = []
    notes: list[str] = []
    checked = 0
    for one in schedules:
        checked += one.runs.expected
        found += [Deviation("A run was due and never began.", one.name, due) for due in one.runs.missing]
        found += _unfinished(facts, one, grace)
        if one.since > facts.period.begin:
            notes.append(
                f"{one.name}: its times were declared {one.since:%Y-%m-%d %H:%M} UTC; before that they are not known."
            )
        if one.runs.late:
            notes.append(f"{one.name}: {len(one.runs.late):,} late, by at most {max(one.runs.late.values())}.")
    return concluded(found, checked, "No run was due in the period.", [*notes, *_ended(facts, kind)])


def _ended(facts: Facts, kind: str) -> Iterator[str]:
    """Schedules that ended in the period: what they missed before that cannot be told, and must not be forgotten."""
    latest = {one.word("schedule"): one for one in facts.records([CHANGED]) if one.word("kind") == kind}
    for name, one in sorted(latest.items()):
        if one.word("change") == "removed" or not one.attributes.get("enabled"):
            yield f"{name}: ended {one.at:%Y-%m-%d %H:%M} UTC; what it missed before that is not told."


def _schedule(facts: Facts, row: ScheduleRow, control: Control) -> _Schedule:
    """Expected against actual, since its times were declared last."""
    changes = (one for one in facts.history([CHANGED]) if one.word("schedule") == row.name)
    since = max((one.at for one in changes), default=facts.period.begin)
    fired: dict[datetime, Record] = {}
    lateness: dict[datetime, timedelta] = {}
    for one in facts.records([FIRED]):
        due = one.instant("expected_at")
        if one.word("schedule") == row.name and due is not None:
            fired[due], lateness[due] = one, timedelta(seconds=one.number("late_s"))
    declared = declared_of(row)
    period = facts.period.since(since).until(facts.period.end - control.hours("grace_hours"))
    expected = due_times(declared.cron, declared.zone, period)
    return _Schedule(row.name, since, fired, compare(expected, lateness, control.hours("late_hours")))


def _unfinished(facts: Facts, one: _Schedule, grace: datetime) -> Iterator[Deviation]:
    """Runs that began and did not come to a good end; the row of a job says how it ended."""
    jobs = select(JobRow).where(JobRow.schedule == one.name, JobRow.expected_at >= facts.period.begin)
    ended = {row.expected_at: row for row in facts.session.scalars(jobs)}
    for due, fired in one.fired.items():
        job = ended.get(due)
        if job is None:
            yield Deviation("A run is on record whose job is not.", one.name, due, (fired.cited,))
        elif job.ended_at is None or job.ended_at >= facts.period.end:
            if fired.at < grace:
                yield Deviation("A run began and did not end.", one.name, due, (fired.cited,))
        elif job.state != "done":
            yield Deviation(f"A run ended as {job.state}.", one.name, due, (fired.cited,))


def schedules_recorded(facts: Facts, _control: Control) -> Conclusion:
    """What is declared now of each schedule is what was recorded of it last: nobody changed a frequency without a trace."""
    latest = {one.word("schedule"): one for one in facts.history([CHANGED])}
    found, checked = [], 0
    for row in facts.session.scalars(select(ScheduleRow).order_by(ScheduleRow.name)):
        checked += 1
        last = latest.get(row.name)
        if last is None or last.word("change") == "removed":
            found.append(Deviation("A schedule exists that no event declared.", row.name))
        elif last.word("definition_hash") != declared_of(row).definition_hash:
            found.append(
                Deviation("A schedule is another one than was recorded last.", row.name, last.at, (last.cited,))
            )
    return concluded(found, checked, "There is no schedule.")


PROCEDURES = (
    Procedure("on_schedule", on_schedule, {"kind": str, "late_hours": float, "grace_hours": float}, needs_state=True),
    Procedure("schedules_recorded", schedules_recorded, needs_state=True),
)
