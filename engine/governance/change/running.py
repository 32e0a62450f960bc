"""The right to run a plan, and what is asked of it at each batch: lease, state, policies, approval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from engine.base.actors.approving import Approval
from engine.base.ids import PlanId
from engine.base.state.context import context_of
from engine.base.state.tables import PlanRow, WorkerId
from engine.base.work.leases import Lease, LeaseLost, Leases
from engine.governance.change.approving import Waiting, approval_for
from engine.governance.change.errors import ApprovalGone, PlanTaken
from engine.governance.change.kept import plan_of


@dataclass(frozen=True, slots=True)
class Right:
    """The right to run one plan, held until another process takes it over.

    Attributes:
        plan_id: which.
        lease: fences every write.
        worker_id: who has it.
        check: a further fence, of the job that runs it.
        policies: tells the hash of the policies as they are now.
    """

    plan_id: PlanId
    lease: Lease
    worker_id: WorkerId
    check: Callable[[Session], None]
    policies: Callable[[], str]

    def require_policies(self, approved: str) -> None:
        """Ask whether the policies are those that a plan follows from. Not in a transaction: it reads files.

        Args:
            approved: their hash, as the plan names it; empty where it follows from none.

        Raises:
            ApprovalGone: they are not any more.
        """
        if approved and self.policies() != approved:
            raise ApprovalGone("the policies were changed since the plan was made")

    def plan(self, session: Session) -> PlanRow:
        """The plan's row, locked, in a transaction that only the holder of this right can commit.

        Raises:
            LeaseLost: another has it now; or it ran out by this process's own clocks.
        """
        if not self.lease.still_held():
            raise LeaseLost(f"the lease {self.lease.name} ran out")
        self.check(session)
        self.lease.check(session)
        return plan_of(session, self.plan_id, lock=True)

    def approval(self, session: Session, row: PlanRow) -> Approval:
        """The approval that the plan may go on under.

        Raises:
            ApprovalGone: none counts, its time is over, or it was cancelled.
        """
        if row.state not in ("running", "approved") or row.reason:
            raise ApprovalGone("the plan was cancelled, or has ended")
        if row.expires_at <= context_of(session).clock.now():
            raise ApprovalGone("the plan is too old by now")
        found = approval_for(session, row)
        if isinstance(found, Waiting):
            raise ApprovalGone(f"no approval counts for this plan ({found.reason})")
        return found


def take(
    leases: Leases,
    plan_id: PlanId,
    worker_id: WorkerId,
    check: Callable[[Session], None],
    policies: Callable[[], str],
) -> Right:
    """Become the one who runs a plan. Release ``right.lease`` afterwards. See Right for what is asked for.

    Raises:
        PlanTaken: another process does, or did within the last half minute.
    """
    lease = leases.acquire(lease_name(plan_id))
    if lease is None:
        raise PlanTaken("another process runs this plan", hint="if it died, its right ends within half a minute")
    return Right(plan_id, lease, worker_id, check, policies)


def lease_name(plan_id: PlanId) -> str:
    """The name of the lease that a plan is run under."""
    return f"plan/{plan_id}"
