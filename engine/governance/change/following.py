"""A plan as it runs: who runs it, how fast it goes, and how long the rest may take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.base.ids import PlanId
from engine.base.state.context import context_of
from engine.base.state.tables import LeaseRow, PlanBatchRow
from engine.base.work.view import JobView
from engine.governance.change.kept import outcome_of
from engine.governance.change.running import lease_name
from engine.governance.change.steering import run_of
from engine.governance.change.view import WholePlan, whole_plan

WINDOW = timedelta(seconds=60)
"""Over which the speed is measured."""


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast a plan goes.

    Attributes:
        rows_per_second: dealt with in the last minute, or since it began if that is shorter.
        seconds_left: until the last batch is done, if it goes on so; None while nothing is known. Reading again comes after that.
    """

    rows_per_second: float
    seconds_left: int | None


@dataclass(frozen=True, slots=True)
class Followed:
    """A plan as it runs.

    Attributes:
        whole: the plan.
        run: the job that runs it, or ran it last; None where none was asked for.
        held: a process has the right to run it just now: a worker with that job, or a command.
        speed: while it runs; None where that is not known.
    """

    whole: WholePlan
    run: JobView | None
    held: bool
    speed: Speed | None

    @property
    def live(self) -> bool:
        """Whether it changes by itself: a worker has it, or is about to."""
        if self.whole.plan.ended_at is not None:
            return False
        asked = self.run is not None and self.run.state in ("queued", "running")
        return self.whole.plan.state == "making" or self.held or asked

    @property
    def paused(self) -> bool:
        """Whether it stands still until somebody resumes it, or will after the batch that is under way."""
        run = self.run
        return (
            self.whole.plan.ended_at is None and run is not None and (run.state == "paused" or run.requested == "pause")
        )


def follow(session: Session, plan_id: UUID) -> Followed:
    """A plan as it is now.

    Raises:
        NotFound: there is none.
    """
    whole = whole_plan(session, plan_id)
    run = run_of(session, whole.plan.id)
    held = _held(session, whole.plan.id)
    return Followed(whole, run, held, _speed(session, whole) if held and whole.plan.state == "running" else None)


def _held(session: Session, plan_id: PlanId) -> bool:
    context = context_of(session)
    lease = session.get(LeaseRow, (context.tenant_id, lease_name(plan_id)))
    return lease is not None and lease.expires_at > context.clock.now()


def _speed(session: Session, whole: WholePlan) -> Speed | None:
    now = context_of(session).clock.now()
    since = max(now - WINDOW, _began(session, whole.plan.id) or now)
    seconds = (now - since).total_seconds()
    lately = select(PlanBatchRow.outcome).where(
        PlanBatchRow.plan_id == whole.plan.id, PlanBatchRow.state == "done", PlanBatchRow.ended_at >= since
    )
    outcomes = [outcome_of(one) for one in session.scalars(lately)]
    if seconds <= 0:
        return None
    left = sum(count for state, count in whole.progress.batches.items() if state in ("pending", "running"))
    rows = sum(sum(done) for done, _, _ in outcomes)
    return Speed(rows / seconds, round(left * seconds / len(outcomes)) if outcomes else None)


def _began(session: Session, plan_id: PlanId) -> datetime | None:
    return session.scalar(select(func.min(PlanBatchRow.began_at)).where(PlanBatchRow.plan_id == plan_id))
