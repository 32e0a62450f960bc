"""Having a plan run, pausing, resuming and cancelling it: what people and programs ask for, over the job that runs it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from engine.base.ids import PlanId
from engine.base.state.outbox import record
from engine.base.state.tables import JobId
from engine.base.work.jobs import locked, request_cancel, request_pause, request_resume
from engine.base.work.view import JobView, newest_job
from engine.governance.change.approving import Waiting, approval_for, cancel_plan
from engine.governance.change.ending import CANCEL
from engine.governance.change.errors import PlanNotReady
from engine.governance.change.kept import plan_of
from engine.governance.change.work import CHANGE, ask_for_run
from engine.ledger.events.change import PlanSteered


def run_of(session: Session, plan_id: PlanId) -> JobView | None:
    """The job that runs a plan, or ran it last; None where none was asked for."""
    return newest_job(session, f"{CHANGE}/{plan_id}/")


def start(session: Session, plan_id: PlanId) -> JobId:
    """Have an approved plan run, or gone on with; the job of it that has not ended, if there is one.

    Raises:
        NotFound: there is no such plan.
        PlanNotReady: it is being made, has ended, or no approval counts for it.
    """
    row = plan_of(session, plan_id, lock=True)
    if row.state == "making":
        raise PlanNotReady("this plan is still being made", reason=row.state)
    if row.ended_at is not None:
        raise PlanNotReady("this plan has ended", reason=row.state, hint="plan anew for what is due now")
    if row.state != "verifying" and row.reason != CANCEL:  # these two end, and need nobody for it
        found = approval_for(session, row)
        if isinstance(found, Waiting):
            raise PlanNotReady(
                f"this plan waits for a person ({found.reason.replace('_', ' ')})",
                reason=row.state,
                hint="another person than who made it approves it",
            )
    before = run_of(session, plan_id)
    if before is not None and not before.ended:
        return before.id
    record(session, PlanSteered(plan=row.id, deed="run"))
    return ask_for_run(session, plan_id, asked=True)


def pause(session: Session, plan_id: PlanId) -> None:
    """Let a plan stand still after the batch that is under way. Again: no change.

    Raises:
        NotFound: there is no such plan.
        PlanNotReady: nothing runs it, or is about to.
    """
    run = _open_run(session, plan_id)
    if run.state != "paused" and run.requested != "pause":
        request_pause(session, run.id)


def resume(session: Session, plan_id: PlanId) -> None:
    """Let a paused plan go on. Nothing happens to one that is not paused.

    Raises:
        NotFound: there is no such plan.
        PlanNotReady: nothing runs it, or is about to.
    """
    run = _open_run(session, plan_id)
    if run.state == "paused" or run.requested:
        request_resume(session, run.id)


def cancel(session: Session, plan_id: PlanId) -> None:
    """Let a plan not be done, or no further: see :func:`~engine.governance.change.approving.cancel_plan`. Again: no change.

    Where it is not known what became of a batch, somebody has to find out before the plan can end: its job goes on for that,
    also one that was paused, or another is asked for.

    Raises:
        NotFound: there is no such plan.
        PlanNotReady: it has ended otherwise, or is about to.
    """
    run = run_of(session, plan_id)
    if run is not None and not run.ended:
        locked(
            session, run.id
        )  # before the plan, as whoever runs it does: in the other order each would wait for the other
    row = plan_of(session, plan_id, lock=True)
    if row.state == "cancelled" or (row.ended_at is None and row.reason == CANCEL):
        return
    cancel_plan(session, plan_id)
    session.flush()
    record(session, PlanSteered(plan=row.id, deed="cancel"))
    run = run_of(session, plan_id)
    if row.ended_at is None:
        if run is None or run.ended:
            ask_for_run(session, plan_id, asked=True)
        elif run.requested != "cancel":
            request_resume(session, run.id)
    elif run is not None and run.state in ("queued", "paused"):
        request_cancel(session, run.id)


def _open_run(session: Session, plan_id: PlanId) -> JobView:
    row = plan_of(session, plan_id)
    run = run_of(session, plan_id)
    if row.ended_at is not None or run is None or run.ended or run.requested == "cancel":
        raise PlanNotReady("nothing runs this plan", reason=row.state, hint="what is approved can be run")
    return run
