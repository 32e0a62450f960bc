"""What can keep a batch from being done."""

from __future__ import annotations

from engine.base.errors import BadInput, DependencyFailed, StoreError
from engine.governance.holds.barrier import HoldPlaced

__all__ = [
    "ApprovalGone",
    "ClockSkewed",
    "HoldPlaced",
    "OutcomePending",
    "OutcomeUnknown",
    "PlanNotReady",
    "PlanTaken",
    "TooManyLeft",
]


class OutcomeUnknown(StoreError):
    """A store did not answer a commit: whether the batch was done is not known until it was read again."""

    code = "outcome_unknown"


class ApprovalGone(DependencyFailed):
    """The approval that a plan runs under stopped counting: what is under way is rolled back, and the plan stops."""

    code = "approval_gone"


class TooManyLeft(DependencyFailed):
    """More rows of a plan turned out to be left out than its limit allows: it stops for a person."""

    code = "too_many_left"


class ClockSkewed(DependencyFailed):
    """The clock of a store and ours are too far apart to tell what is due."""

    code = "clock_skewed"


class PlanTaken(DependencyFailed):
    """Another process runs this plan, or makes it anew."""

    code = "plan_taken"


class OutcomePending(DependencyFailed):
    """What became of a batch is not known, and the session that did it may still commit: try again after a while."""

    code = "outcome_pending"


class PlanNotReady(BadInput):
    """A plan is not in a state in which this can be done. ``reason`` is its state, a stable word."""

    code = "plan_not_ready"

    def __init__(self, message: str, *, reason: str, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.reason = reason
