"""Workers and jobs: deaths are found, what they left goes on, failures are looked into, and somebody is there to work."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from engine.base.state.tables import JobRow, ScheduleRow, WorkerRow
from engine.evidence.conclusions import Conclusion, Deviation, NoOccurrence, NotTested, concluded
from engine.evidence.controls.control import Control
from engine.evidence.period import Period, uncovered
from engine.evidence.procedures.procedure import Procedure
from engine.evidence.records import Facts, Record

DEAD, STARTED, STOPPED = "work.worker_found_dead", "work.worker_started", "work.worker_stopped"
FAILED, RESUMED = "work.job_failed", "work.job_resumed"
_ENDED = ("done", "failed", "cancelled")


def deaths_found(facts: Facts, control: Control) -> Conclusion:
    """Dead workers were found within ``within_hours``, and none of their jobs is left with them."""
    found, checked = [], 0
    for one in facts.records([DEAD]):
        checked += 1
        silent = timedelta(seconds=one.number("silent_s"))
        if silent > control.hours("within_hours"):
            found.append(
                Deviation(f"A worker was dead for {silent} before that was found.", at=one.at, cited=(one.cited,))
            )
    left = (
        select(JobRow.kind, JobRow.started_at)
        .join(WorkerRow, (WorkerRow.tenant_id == JobRow.tenant_id) & (WorkerRow.id == JobRow.worker_id))
        .where(JobRow.state == "running", WorkerRow.ending == "dead", WorkerRow.stopped_at < facts.period.end)
    )
    for kind, at in facts.session.execute(left):
        found.append(Deviation(f"A job of kind {kind} is left with a worker that died.", at=at))
    return concluded(found, checked, "No worker was found dead in the period.")


def failures_followed_up(facts: Facts, control: Control) -> Conclusion:
    """After each failed job, it went on again, or the next one of its kind was done, within ``within_hours``."""
    within = control.hours("within_hours")
    later = Period(facts.period.begin, max(facts.now, facts.period.end))
    resumed = [(one.refs.get("job"), one.at) for one in facts.records([RESUMED], later)]
    done = select(JobRow.kind, JobRow.ended_at).where(JobRow.state == "done", JobRow.ended_at >= facts.period.begin)
    ends = [(kind, at) for kind, at in facts.session.execute(done) if at is not None]
    found, recent, checked = [], 0, 0
    for one in facts.records([FAILED]):
        checked += 1
        until = one.at + within
        again = any(job == one.refs.get("job") and one.at <= at <= until for job, at in resumed)
        next_done = any(kind == one.word("kind") and one.at <= at <= until for kind, at in ends)
        if again or next_done:
            continue
        if until > facts.now:
            recent += 1
            continue
        what = f"A job of kind {one.word('kind')} failed ({one.word('failure')}), and nothing followed."
        found.append(Deviation(what, at=one.at, cited=(one.cited,)))
    if recent and checked == recent:
        return NotTested(f"What failed did so a short while ago, and is not judged yet: {recent:,}.")
    notes = [f"Failed a short while ago, and not judged yet: {recent:,}."] if recent else []
    return concluded(found, checked - recent, "No job failed in the period.", notes)


def somebody_works(facts: Facts, control: Control) -> Conclusion:
    """While a schedule is enabled, no stretch longer than ``longest_hours`` is without a worker."""
    enabled = facts.session.scalar(select(ScheduleRow.id).where(ScheduleRow.enabled).limit(1))
    if enabled is None:
        return NoOccurrence("No schedule is enabled, so no worker was needed.")
    first = min(
        (one.at for one in facts.history(["work.schedule_changed"]) if one.word("change") == "added"),
        default=facts.period.begin,
    )
    period = facts.period.since(first)
    blind = [gap for gap in uncovered(_lives(facts), period) if gap.length > control.hours("longest_hours")]
    found = [
        Deviation(f"No worker lived for {gap.length}, until {gap.end:%Y-%m-%d %H:%M} UTC.", at=gap.begin)
        for gap in blind
    ]
    return concluded(found, 1, "")


def _lives(facts: Facts) -> list[Period]:
    """When workers lived: from their start until they stopped or fell silent."""
    begun: dict[str | None, Record] = {}
    lives: list[Period] = []
    for one in facts.history([STARTED, STOPPED, DEAD]):
        worker = one.refs.get("worker")
        if one.type == STARTED:
            begun[worker] = one
        elif worker in begun:
            start = begun.pop(worker).at
            silent = timedelta(seconds=one.number("silent_s")) if one.type == DEAD else timedelta(0)
            lives.append(Period(start, max(start, one.at - silent)))
    return [*lives, *(Period(one.at, facts.period.end) for one in begun.values())]


def jobs_end(facts: Facts, control: Control) -> Conclusion:
    """No job has waited or run for longer than ``longest_hours``; those that somebody paused are noted."""
    late = facts.period.end - control.hours("longest_hours")
    found, paused, checked = [], 0, 0
    query = select(JobRow).where(JobRow.created_at < facts.period.end).order_by(JobRow.created_at)
    for row in facts.session.scalars(query):
        if row.state in _ENDED and (row.ended_at is None or row.ended_at < facts.period.begin):
            continue
        checked += 1
        if row.state == "paused":
            paused += 1
        elif row.state not in _ENDED and row.created_at < late:
            found.append(Deviation(f"A job of kind {row.kind} is {row.state} for too long.", at=row.created_at))
    notes = (f"{paused:,} paused.",) if paused else ()
    return concluded(found, checked, "There was no job in the period.", notes)


PROCEDURES = (
    Procedure("deaths_found", deaths_found, {"within_hours": float}),
    Procedure("job_failures_followed_up", failures_followed_up, {"within_hours": float}),
    Procedure("somebody_works", somebody_works, {"longest_hours": float}, needs_state=True),
    Procedure("jobs_end", jobs_end, {"longest_hours": float}, needs_state=True),
)
