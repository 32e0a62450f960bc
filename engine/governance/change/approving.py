"""Whether a plan is approved, asked before it runs and again at every batch; and taking a person's approval in.

Two kinds count: a signature over the root of this very plan, and, for plans that a schedule had made, a standing approval over
the same policies that names the store and allows as many rows. Neither counts from whoever made the plan.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from engine.base.actors.approvals import ApprovalNotInForce, PlanScope, StandingScope, read_approval
from engine.base.actors.approving import Approval, approvals_over, record_approval, standing_approval
from engine.base.errors import AccessRefused, BadInput, IntegrityViolated
from engine.base.ids import ApprovalId, PlanId
from engine.base.state.context import context_of
from engine.base.state.outbox import record
from engine.base.state.tables import PlanRow
from engine.governance.change.ending import CANCEL, give_up, has_unknown, throw_away
from engine.governance.change.errors import PlanNotReady
from engine.governance.change.kept import plan_of, require_root, whole_numbers
from engine.ledger.events.change import PlanApproved

_CAN_BE_APPROVED = ("made", "approved", "running", "stopped")


class Why(StrEnum):
    """Why a plan waits for a person."""

    NOT_APPROVED = "not_approved"
    """Nobody has approved it, and no standing approval is there."""
    APPROVAL_OVER = "approval_over"
    """What was given counts no more: it is over, its key was found compromised, or the signer may not approve any more."""
    OWN_PLAN = "own_plan"
    """Only who made it has signed."""
    BEYOND_STANDING = "beyond_standing"
    """It does more than the standing approval allows."""
    OTHER_STORE = "other_store"
    """The standing approval does not name its store."""
    SHRUNK = "shrunk"
    """Too many rows were left out: somebody has to look, and to approve it once more."""
    INTEGRITY = "integrity"
    """Something was not as it should be: the same."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """No approval counts now."""

    reason: Why


def approval_for(session: Session, row: PlanRow) -> Approval | Waiting:
    """The approval under which a plan may be done now; signature, key, signer, times and scope are all looked at anew.

    Raises:
        IntegrityViolated: a recorded approval was changed.
    """
    if row.root is None:
        return Waiting(Why.NOT_APPROVED)
    why: list[Why] = []
    for answer in (*_of_plan(session, row, row.root), *_standing(session, row)):
        if isinstance(answer, Approval):
            return answer
        why.append(answer.reason)
    if row.halted_at is not None:
        return Waiting(Why(row.halted))
    return Waiting(why[0] if why else Why.NOT_APPROVED)


def approve_plan(session: Session, plan_id: PlanId, signed: bytes) -> ApprovalId:
    """Take a person's signed approval of a plan in, and record that. The same bytes again change nothing.

    Args:
        session: of the transaction.
        plan_id: which plan.
        signed: as :func:`~engine.base.actors.approvals.sign_approval` made it.

    Raises:
        NotFound: there is no such plan.
        PlanNotReady: it is still being made, or has ended.
        BadInput: it is no signed approval.
        AccessRefused: it is for another plan (``other_plan``), its signature does not fit (``forged``), or it does not count; see
            ``record_approval``.
        ApprovalNotInForce: it is over, or begins later.
        IntegrityViolated: the plan is not what its root says.
    """
    row = plan_of(session, plan_id, lock=True)
    if row.state not in _CAN_BE_APPROVED or row.reason == CANCEL or row.expires_at <= context_of(session).clock.now():
        raise PlanNotReady("this plan cannot be approved: it is being made, has ended or is about to", reason=row.state)
    try:
        over = read_approval(signed)[0].over
    except IntegrityViolated as exc:
        raise BadInput(exc.message, hint="hand in what `reeve plan sign` printed, whole") from None
    if not isinstance(over, PlanScope) or over.root != row.root:
        raise AccessRefused("this approval is for another plan", reason="other_plan")
    require_root(session, row)
    try:
        approval_id = record_approval(session, signed, maker_id=row.made_by)
    except IntegrityViolated as exc:  # it came from outside: nothing of ours was changed
        raise AccessRefused(exc.message, reason="forged") from None
    found = approval_for(session, row)
    if isinstance(found, Approval) and row.state in ("made", "stopped"):
        note_approved(session, row, found)
    return approval_id


def note_approved(session: Session, row: PlanRow, found: Approval) -> None:
    """A plan that was made, or stopped, is approved: write that, and record it."""
    row.state, row.reason = "approved", ""
    row.approval_id, row.approved_at = found.id, context_of(session).clock.now()
    record(
        session,
        PlanApproved(
            plan=row.id,
            approval=found.id,
            approver=found.approver_id,
            maker=row.made_by,
            kind="plan" if isinstance(found.statement.over, PlanScope) else "standing",
            root=row.root or "",
            policies=row.policies,
            rows=sum(whole_numbers(row.rows)),
            expires_at=found.statement.expires_at,
        ),
    )


def cancel_plan(session: Session, plan_id: PlanId) -> None:
    """Let a plan not be done, or no further: what was done stays. Again: no change.

    It ends at once if it dealt with nothing. Else it ends once what it did was read again, for its certificate, and, where a
    batch is under way, once it is known what became of that; whoever runs the plan, or runs it again, sees to it.

    Raises:
        NotFound: there is no such plan.
        PlanNotReady: it has ended otherwise, or is about to.
    """
    row = plan_of(session, plan_id, lock=True)
    if row.state == "cancelled" or (row.state, row.reason) == ("verifying", CANCEL):
        return
    if row.state == "making":
        throw_away(session, row)
        return
    if row.state not in ("made", "approved", "running", "stopped"):
        raise PlanNotReady("this plan has ended, or is about to", reason=row.state)
    if has_unknown(session, plan_id):
        row.reason = CANCEL
        return
    give_up(session, row, "cancelled")


def _of_plan(session: Session, row: PlanRow, root: str) -> Iterator[Approval | Waiting]:
    for approval_id in reversed(approvals_over(session, root)):
        found = _counting(session, approval_id)
        if found is None:
            yield Waiting(Why.APPROVAL_OVER)
        elif not isinstance(found.statement.over, PlanScope) or found.statement.over.root != root:
            raise IntegrityViolated("an approval stands under another subject than it was given over")
        elif found.approver_id == row.made_by:
            yield Waiting(Why.OWN_PLAN)
        elif row.halted_at is not None and min(found.recorded_at, found.statement.given_at) <= row.halted_at:
            yield Waiting(Why(row.halted))
        else:
            yield found


def _standing(session: Session, row: PlanRow) -> Iterator[Approval | Waiting]:
    if not row.schedule or not row.policies or row.halted_at is not None:
        return
    rows = sum(whole_numbers(row.rows))
    for approval_id in reversed(approvals_over(session, row.policies)):
        found = _counting(session, approval_id)
        if found is None:
            yield Waiting(Why.APPROVAL_OVER)
            continue
        over = found.statement.over
        if not isinstance(over, StandingScope) or over.policies != row.policies:
            raise IntegrityViolated("an approval stands under another subject than it was given over")
        if found.approver_id == row.made_by:
            yield Waiting(Why.OWN_PLAN)
        elif row.store not in over.stores:
            yield Waiting(Why.OTHER_STORE)
        elif rows > over.limits.rows:
            yield Waiting(Why.BEYOND_STANDING)
        else:
            yield found


def _counting(session: Session, approval_id: ApprovalId) -> Approval | None:
    try:
        return standing_approval(session, approval_id)
    except (ApprovalNotInForce, AccessRefused):
        return None
