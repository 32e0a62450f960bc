"""What goes in and out of the routes of plans."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Of

from api.routes.run_models import PlanRun, PlanSpeed
from engine.base.actors.approvals import MAX_BYTES
from engine.governance.change.following import Followed
from engine.governance.change.plan import Header
from engine.governance.change.view import PlanView


class Plan(BaseModel):
    """An exact list of what would be done to a store."""

    id: UUID
    state: Annotated[
        str,
        Of(
            description="making, made, approved, running, stopped, verifying; then done, complete_with_exceptions, refused, "
            "cancelled or expired"
        ),
    ]
    reason: Annotated[str, Of(description="why it was refused, stands still or waits, a stable word; or empty")]
    store: str
    schedule: Annotated[str, Of(description="that it was made for; empty when somebody asked")]
    root: Annotated[str | None, Of(description="over header and rows, 64 hex: what an approval is over")]
    made_by: UUID
    maker: Annotated[str | None, Of(description="null once the name was forgotten")]
    made_at: datetime
    expires_at: datetime
    rows: Annotated[int, Of(description="in all, over all steps")]
    batches: int
    ended_at: datetime | None

    @classmethod
    def of(cls, one: PlanView) -> Self:
        """From a view."""
        return cls(**_fields(one))


class PlanStep(BaseModel):
    """The rows of one asset in a plan."""

    asset: str
    action: Annotated[str, Of(description="delete, detach or anonymise")]
    rows: int
    of: Annotated[int | None, Of(description="rows of the asset, as far as known")]
    done: Annotated[int, Of(description="dealt with so far")]


class Kept(BaseModel):
    """Rows that were due and are not in the plan."""

    reason: str
    detail: Annotated[str, Of(description="the rule, hold or asset that keeps them; or empty")]
    rows: int


class Remaining(BaseModel):
    """A copy that remains elsewhere."""

    kind: str
    lasts: Annotated[
        str | None, Of(description="ISO 8601 duration from when the last row has gone; null where nobody knows")
    ]


class PlanWarning(BaseModel):
    """What the plan cannot see through."""

    kind: str
    asset: str
    detail: str


class PlanLimits(BaseModel):
    """How much the plan may do."""

    rows: int
    share: Annotated[int, Of(description="of the rows of any table, in percent")]
    shrink: Annotated[int, Of(description="of the planned roots that may be left out before it stops, in percent")]


class PlanApproval(BaseModel):
    """The approval that counts now, or that it ran under once it has ended."""

    approver_id: UUID
    approver: str | None
    kind: Annotated[str, Of(description="plan or standing")]
    given_at: datetime
    expires_at: datetime


class PlanProgress(BaseModel):
    """How far it is."""

    batches: Annotated[dict[str, int], Of(description="by state")]
    left: Annotated[dict[str, int], Of(description="roots that were left out, by reason")]
    resolved: Annotated[int, Of(description="rows whose outcome was looked up after a process died")]
    verified: Annotated[int, Of(description="batches that were read again")]
    found: Annotated[int, Of(description="rows that were there again then")]


class PlanInFull(Plan):
    """A plan with all that an approver has to know."""

    policies: str
    rules: list[str]
    now: Annotated[datetime | None, Of(description="at which rows were due; null while it is made")]
    steps: list[PlanStep]
    excluded: list[Kept]
    warnings: list[PlanWarning]
    copies: list[Remaining]
    limits: PlanLimits | None
    seconds: Annotated[int | None, Of(description="of work, about, as fast as plans of its store before; or null")]
    bytes: Annotated[int | None, Of(description="that its rows take up, about, with their indexes; or null")]
    progress: PlanProgress
    run: PlanRun | None
    speed: Annotated[PlanSpeed | None, Of(description="while it runs")]
    approval: PlanApproval | None
    waits: Annotated[str, Of(description="why no approval counts, where one is needed; or empty")]
    document: Annotated[Any, Of(description="its header as it is hashed; null while it is made")]

    @classmethod
    def with_all(cls, followed: Followed) -> Self:
        """From a view."""
        one = followed.whole
        header, progress = one.plan.header, one.progress
        return cls(
            **_fields(one.plan),
            **_from_header(header, progress.done),
            progress=PlanProgress(
                batches=dict(progress.batches),
                left=dict(progress.left),
                resolved=progress.resolved,
                verified=progress.verified,
                found=progress.found,
            ),
            run=PlanRun.of(followed.run),
            speed=PlanSpeed.of(followed.speed),
            approval=None
            if one.approval is None
            else PlanApproval(
                approver_id=one.approval.approver.id,
                approver=one.approval.approver.name,
                kind=one.approval.kind,
                given_at=one.approval.given_at,
                expires_at=one.approval.expires_at,
            ),
            waits=one.waits,
        )


class TreeBatch(BaseModel):
    """A batch as the plan's root is over it."""

    rows: Annotated[list[int], Of(description="by step")]
    root: Annotated[str, Of(description="over the leaves of its rows, 64 hex")]


class PlanTree(BaseModel):
    """What the root of a plan is over: whoever has it can compute the root anew."""

    document: Annotated[Any, Of(description="the header")]
    batches: list[TreeBatch]
    root: str


class SignedApproval(BaseModel):
    """A signed approval of a plan, as `reeve plan sign` prints it."""

    model_config = ConfigDict(extra="forbid")

    signed: Annotated[str, Of(min_length=1, max_length=MAX_BYTES, description="the signed bytes: canonical JSON")]


def _fields(one: PlanView) -> dict[str, Any]:
    return {
        "id": one.id,
        "state": "cancelling" if one.cancelling else one.state,
        "reason": one.reason,
        "store": one.store,
        "schedule": one.schedule,
        "root": one.root,
        "made_by": one.made_by.id,
        "maker": one.made_by.name,
        "made_at": one.made_at,
        "expires_at": one.expires_at,
        "rows": one.total,
        "batches": one.batches,
        "ended_at": one.ended_at,
    }


def _from_header(header: Header | None, done: tuple[int, ...]) -> dict[str, Any]:
    if header is None:
        empty: dict[str, Any] = {name: [] for name in ("rules", "steps", "excluded", "warnings", "copies")}
        nothing = dict.fromkeys(("now", "limits", "seconds", "bytes", "document"))
        return {**empty, **nothing, "policies": ""}
    steps = zip(header.task.steps, header.rows, done, strict=True)
    limits = header.limits
    return {
        "policies": header.policies,
        "rules": list(header.rules),
        "now": header.now,
        "steps": [
            PlanStep(asset=step.asset, action=step.action, rows=rows, of=header.tables.get(step.asset), done=so_far)
            for step, rows, so_far in steps
        ],
        "excluded": [Kept(reason=x.reason, detail=x.detail, rows=x.rows) for x in header.excluded],
        "warnings": [PlanWarning(kind=x.kind, asset=x.asset, detail=x.detail) for x in header.warnings],
        "copies": [Remaining(kind=x.kind, lasts=None if x.lasts is None else str(x.lasts)) for x in header.copies],
        "limits": PlanLimits(rows=limits.rows, share=limits.share, shrink=limits.shrink),
        "seconds": header.seconds,
        "bytes": header.volume,
        "document": header.as_json(),
    }
