"""Events of change: that a plan was made, by whom it was approved, and what became of each batch of it.

For everything destructive the intent stands in the ledger before the deed: ``plan.batch_begun`` is recorded before a store is
touched, ``plan.batch_done`` with what it came to. A beginning without an end is an outcome that has to be looked into.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from engine.base.ids import ActorId, ApprovalId, LookId, PlanId
from engine.base.state.events import Event, RetentionClass, committed, event, reference
from engine.base.state.tables.work import JobId

PlanOutcome = Literal["done", "complete_with_exceptions", "cancelled", "expired"]


@event
class Looked(Event):
    """Rows of an asset that are over the maximum of a rule were looked for, as a sweep does when it plans.

    Serves P4.2 (how many rows are kept longer than they may be, and for how many
    nothing has begun that would end it, and since when), C1.2 and CC5.3 (policies are carried out).

    Attributes:
        look: its row, the same for each look at this asset by this rule; plan: that was made, or None.
        looked: nobody could look if false.
        overdue: roots that are over and that no hold, minimum or waiver keeps; overdue_before: that were left of the look before.
        unknown: roots of which it could not be told; excused: that a hold, a minimum or a waiver keeps.
        since: when such were first found, none of the looks between having found that all had gone; None if there are none.
        not_started: roots whose beginning had not come; not_started_since: when such were first found, in the same way.
        policies: hash.
        store, asset, rule: their names.
    """

    type: ClassVar[str] = "plan.looked"
    retention_class: ClassVar[RetentionClass] = RetentionClass.DISPOSAL

    look: LookId = reference("look")
    plan: PlanId | None = reference("plan")
    looked: bool
    overdue: int
    overdue_before: int
    unknown: int
    excused: int
    since: datetime | None
    not_started: int
    not_started_since: datetime | None
    policies: str
    store: str = committed()
    asset: str = committed()
    rule: str = committed()


@event
class PlansAsked(Event):
    """A person or a service asked for plans over databases; a worker makes them in that actor's name.

    Serves CC8.1 and CC5.1 (who asked for a disposal, who may so not approve it), and C1.2.

    Attributes:
        job: that makes them.
        limit_rows, limit_share, limit_shrink: that each is to keep: rows, and two percentages.
        rules: these alone; empty for all.
        stores, assets: these alone, by name; empty for all.
    """

    type: ClassVar[str] = "plan.asked"
    retention_class: ClassVar[RetentionClass] = RetentionClass.DISPOSAL

    job: JobId = reference("job")
    limit_rows: int
    limit_share: int
    limit_shrink: int
    rules: tuple[str, ...]
    stores: tuple[str, ...] = committed()
    assets: tuple[str, ...] = committed()


@event
class PlanSteered(Event):
    """Somebody asked for an approved plan to be run, or for a plan not to be done, or no further.

    Serves CC8.1 and CC7.4 (who had a disposal begin or end). What came of it has entries of its own.

    Attributes:
        plan: its row.
        deed: ``run`` or ``cancel``.
    """

    type: ClassVar[str] = "plan.steered"
    retention_class: ClassVar[RetentionClass] = RetentionClass.DISPOSAL

    plan: PlanId = reference("plan")
    deed: Literal["run", "cancel"]


@event
class PlanMade(Event):
    """An exact list of what would be done to a store was made.

    Serves C1.2, P4.3 and CC8.1 (disposal is planned, with what it rests on) and CC5.1 (limits are set before).

    Attributes:
        plan: its row; maker: who made it.
        root: over its header and all of its rows, hexadecimal.
        policies: hash of the policies that it follows from, or empty.
        schedule: that it was made for, or empty.
        rows: by step; batches: how many.
        excluded: rows that were due and are not in it.
        limit_rows, limit_share, limit_shrink: that it keeps: rows, and two percentages.
        expires_at: from then on it is not done.
        store: its name.
    """

    type: ClassVar[str] = "plan.made"
    retention_class: ClassVar[RetentionClass] = RetentionClass.DISPOSAL

    plan: PlanId = reference("plan")
    maker: ActorId = reference("actor")
    root: str
    policies: str
    schedule: str
    rows: tuple[int, ...]
    batches: int
    excluded: int
    limit_rows: int
    limit_share: int
    limit_shrink: int
    expires_at: datetime
    store: str = committed()


@event
class PlanApproved(Event):
    """A plan was found to be approved: by a person for itself, or by a standing approval.

    Serves CC8.1, CC5.1 (another than its maker approved it) and C1.2.

    Attributes:
        plan: its row; approval: the signed approval, see ``actor.approval_given``.
        approver: who signed; maker: who made the plan, never the same.
        kind: ``plan`` or ``standing``.
        root: of the plan; policies: hash.
        rows: in all.
        expires_at: until when the approval counts.
    """

    type: ClassVar[str] = "plan.approved"
    retention_class: ClassVar[RetentionClass] = RetentionClass.DISPOSAL

    plan: PlanId = reference("plan")
    approval: ApprovalId = reference("approval")
    approver: ActorId = reference("actor")
    maker: ActorId = reference("actor")
    kind: Literal["plan", "standing"]
    root: str
    policies: str
    rows: int
    expires_at: datetime


@event
class PlanRefused(Event):
    """A plan will not be done.

    Serves CC5.1 and CC8.1 (limits and approvals are enforced).

    Attributes:
        plan: its row.
        root: of the plan.
        reason: ``rows``, ``share`` or ``share_unknown`` (beyond its limits), ``policy_changed``.
        rows: in all.
    """

    type: ClassVar[str] = "plan.refused"
    retention_class: ClassVar[RetentionClass] = RetentionClass.DISPOSAL

    plan: PlanId = reference("plan")
    root: str
    reason: str
    rows: int


@event
class PlanStopped(Event):
    """A plan that ran stands still until a person has looked at it.

    Serves CC7.2, CC7.4 (what is not as expected is stopped and handled) and CC5.1.

    Attributes:
        plan: its row.
        root: of the plan.
        reason: ``shrunk`` (more rows were left out than its limit allows), ``integrity`` (a batch or its account was not as it
            should be), ``policy_changed``, or why no approval counts any more.
        roots, left: planned, and left out so far.
        batches_done, batches: how far it came.
    """

    type: ClassVar[str] = "plan.stopped"
    retention_class: ClassVar[RetentionClass] = RetentionClass.DISPOSAL

    plan: PlanId = reference("plan")
    root: str
    reason: str
    roots: int
    left: int
    batches_done: int
    batches: int


@event
class BatchBegun(Event):
    """A batch is about to be done: recorded before the store is touched.

    Serves C1.2 and PI1.3 (each deed has its intent), CC6.1 (only the holder of the lease acts).

    Attributes:
        plan: its row; approval: that counts now.
        batch: its number.
        batch_root: over its rows, hexadecimal; rows: by step.
        epoch: of the lease that it is done under; attempt: counted from 1.
    """

    type: ClassVar[str] = "plan.batch_begun"
    retention_class: ClassVar[RetentionClass] = RetentionClass.DISPOSAL

    plan: PlanId = reference("plan")
    approval: ApprovalId = reference("approval")
    batch: int
    batch_root: str
    rows: tuple[int, ...]
    epoch: int
    attempt: int


@event
class BatchDone(Event):
    """It is known what a batch came to.

    Serves C1.2, P4.3 (what was disposed of, and what was not, and why) and PI1.3 (planned against dealt with).

    Attributes:
        plan: its row.
        batch: its number; epoch: of the lease.
        done: rows by step that were dealt with; done_root: over their leaves, hexadecimal.
        roots_left: roots that were left out; reasons, left: why, and how many each.
        resolved: rows of ``done`` whose outcome was not known at first and that were found dealt with when read again.
        committed_at: by the clock of the store; None when nothing was changed, or nobody knows when.
    """

    type: ClassVar[str] = "plan.batch_done"
    retention_class: ClassVar[RetentionClass] = RetentionClass.DISPOSAL

    plan: PlanId = reference("plan")
    batch: int
    epoch: int
    done: tuple[int, ...]
    done_root: str
    roots_left: int
    reasons: tuple[str, ...]
    left: tuple[int, ...]
    resolved: int
    committed_at: datetime | None


@event
class PlanEnded(Event):
    """A plan has ended.

    Serves C1.2, P4.3 and PI1.3: ``done`` only where every planned row was dealt with, and a re-read by other code found none of
    them as it was.

    Attributes:
        plan: its row; root: of the plan.
        outcome: see above; ``complete_with_exceptions`` when rows were left out, or were found again.
        rows: planned, by step; done: dealt with, by step.
        roots_left: roots that were left out; found: rows found again when it was verified.
        batches, batches_done, batches_verified: how many.
        policies: hash.
    """

    type: ClassVar[str] = "plan.ended"
    retention_class: ClassVar[RetentionClass] = RetentionClass.DISPOSAL

    plan: PlanId = reference("plan")
    root: str
    outcome: PlanOutcome
    rows: tuple[int, ...]
    done: tuple[int, ...]
    roots_left: int
    found: int
    batches: int
    batches_done: int
    batches_verified: int
    policies: str
