"""Plans as jobs: one worker runs a plan, and it can be paused, resumed and cancelled; what a dead one left another takes up."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.base.errors import StoreError
from engine.base.ids import PlanId
from engine.base.state.canonical import JsonValue
from engine.base.state.context import context_of
from engine.base.state.tables import JobId, JobRow, PlanRow
from engine.base.work.jobs import ENDED, submit
from engine.base.work.leases import LeaseLost
from engine.base.work.running import Job, JobDeferred, JobStopped, Stop, Work
from engine.governance.change.applying import Applier
from engine.governance.change.approving import cancel_plan
from engine.governance.change.batches import Hands
from engine.governance.change.errors import OutcomePending, PlanNotReady, PlanTaken
from engine.governance.change.kept import plan_of

CHANGE = "change"
"""The kind of these jobs."""
AGAIN_SECONDS = 10.0
"""How long a plan waits for another process, for a session that may still commit, or for a store that does not answer."""
TRY_AGAIN = timedelta(minutes=5)
"""How long after a run that failed it is tried once more to read again what a plan did."""
_PASSING = frozenset({"unreachable", "timeout"})


def ask_for_run(session: Session, plan_id: PlanId, *, asked: bool = False) -> JobId:
    """Ask for a plan to be run, or to be gone on with; the job of it that has not ended, if there is one.

    Args:
        session: of the transaction.
        plan_id: which plan.
        asked: a person asks for it now. Otherwise a plan that a schedule made keeps to the quiet hours of that.

    Raises:
        NotFound: there is no such plan.
    """
    row = plan_of(session, plan_id)
    runs = session.scalars(select(JobRow).where(JobRow.key.startswith(f"{CHANGE}/{plan_id}/"))).all()
    for one in runs:
        if one.state not in ENDED:
            return one.id
    schedule = None if asked else row.schedule or None
    return submit(session, CHANGE, {"plan": str(plan_id)}, key=f"{CHANGE}/{plan_id}/{len(runs)}", schedule=schedule)


@dataclass(frozen=True, slots=True)
class ChangeWork:
    """The function of these jobs.

    Attributes:
        hands: opens what it takes to change a store, by its name, for as long as a plan runs.
        policies: begins to tell the hash of the policies as they are now, for one run; see Applier.
        between: called between batches.
    """

    hands: Callable[[str], AbstractContextManager[Hands]]
    policies: Callable[[], Callable[[], str]]
    between: Callable[[], None] = lambda: None

    def kinds(self) -> dict[str, Work]:
        """By the name of the kind."""
        return {CHANGE: self.run}

    def run(self, job: Job) -> JsonValue:
        """Run a plan as far as it may go; returns its state, and why it stands still."""
        plan_id = PlanId(UUID(str(job.arguments["plan"])))
        with job.database.snapshot() as session:
            store = plan_of(session, plan_id).store

        def stop_point() -> None:
            job.stop_point()
            self.between()

        try:
            with self.hands(store) as hands:
                applier = Applier(
                    job.database,
                    job.leases,
                    job.worker_id,
                    hands,
                    policies=self.policies(),
                    check=job.check,
                    stop_point=stop_point,
                )
                ran = applier.run(plan_id)
        except JobStopped as exc:
            if exc.stop is Stop.CANCEL:
                _give_up(job, plan_id)
            raise
        except (PlanTaken, OutcomePending, LeaseLost):
            job.stop_point()  # lost, rather than waiting, if another worker runs this job
            raise JobDeferred(AGAIN_SECONDS) from None
        except StoreError as exc:
            if exc.reason not in _PASSING:
                raise
            job.stop_point()
            raise JobDeferred(AGAIN_SECONDS) from None
        return {"plan": str(plan_id), "state": ran.state, "reason": ran.reason}


def give_up_cancelled_plans(session: Session) -> None:
    """End plans whose job was cancelled before it ran. A chore of the leader."""
    cancelled = select(JobRow.arguments).where(JobRow.kind == CHANGE, JobRow.state == "cancelled")
    open_plans = select(PlanRow.id).where(PlanRow.state.in_(("made", "approved", "running", "stopped")))
    waiting = {str(one) for one in session.scalars(open_plans)}
    if not waiting:
        return
    for arguments in session.scalars(cancelled):
        plan = arguments.get("plan") if isinstance(arguments, dict) else None
        if isinstance(plan, str) and plan in waiting:
            cancel_plan(session, PlanId(UUID(plan)))


def read_again(session: Session) -> None:
    """Have plans read again of which nothing else is left to do, so that they end and are certified. A chore of the leader.

    Whether they were given up, or did all that they were to. A run that failed is asked for again after ``TRY_AGAIN``; one that
    was cancelled, at once: what was done is read again in any case.
    """
    waiting = select(PlanRow.id).where(PlanRow.state == "verifying")
    before = context_of(session).clock.now() - TRY_AGAIN
    for plan_id in session.scalars(waiting).all():
        runs = select(JobRow.state, JobRow.ended_at).where(JobRow.key.startswith(f"{CHANGE}/{plan_id}/"))
        ended = session.execute(runs).all()
        if all(state == "cancelled" or (at is not None and at <= before) for state, at in ended):
            ask_for_run(session, plan_id)


def _give_up(job: Job, plan_id: PlanId) -> None:
    with job.database.transaction() as session:
        job.check(session)
        with contextlib.suppress(PlanNotReady):  # it has ended, or all of it was done and is being read again
            cancel_plan(session, plan_id)
