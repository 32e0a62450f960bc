"""What goes in and out of the routes of sweeps."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Of

from api.routes.run_models import PlanRun, PlanSpeed
from engine.governance.change.following import Followed
from engine.governance.change.plan import Limits
from retention.sweep import Wanted
from retention.sweeps import MOST_NAMES, Part, SweepView

_DEFAULT = Limits()
Names = Annotated[list[Annotated[str, Of(min_length=1, max_length=1024)]], Of(max_length=MOST_NAMES)]


class SweepLimits(BaseModel):
    """That each plan of the sweep keeps; whoever approves it signs them."""

    model_config = ConfigDict(extra="forbid")

    rows: Annotated[int, Of(ge=0, le=2**53 - 1, description="a plan of more rows is refused")] = _DEFAULT.rows
    share: Annotated[int, Of(ge=0, le=100, description="so is one over more of a table, in percent")] = _DEFAULT.share
    shrink: Annotated[
        int, Of(ge=0, le=100, description="it stops when more of its rows turn out to be left out, in percent")
    ] = _DEFAULT.shrink


class NewSweep(BaseModel):
    """What is to be swept; by default what all rules let go in all databases."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"stores": ["shop"], "limits": {"rows": 50000, "share": 10}}, {}]},
    )

    stores: Annotated[
        list[Annotated[str, Of(min_length=1, max_length=64)]],
        Of(max_length=MOST_NAMES, description="databases by name; empty for all"),
    ] = []
    assets: Annotated[Names, Of(description="only rows of these tables")] = []
    rules: Annotated[Names, Of(description="only by these rules")] = []
    limits: Annotated[SweepLimits, Of(description="rows, share and shrink of each plan; see the how-to")] = (
        SweepLimits()
    )

    def wanted(self) -> Wanted:
        """As the engine takes it."""
        limits = Limits(self.limits.rows, self.limits.share, self.limits.shrink)
        return Wanted(
            tuple(sorted(set(self.stores))), tuple(sorted(set(self.assets))), tuple(sorted(set(self.rules))), limits
        )


class SweepPlan(BaseModel):
    """A plan of a sweep, and how far it is. GET /v1/plans/{id} tells all of it."""

    id: UUID
    state: Annotated[str, Of(description="as of a plan")]
    reason: str
    waits: Annotated[str, Of(description="why no approval counts, where one is needed; or empty")]
    rows: int
    done: Annotated[int, Of(description="rows dealt with so far")]
    left: Annotated[dict[str, int], Of(description="roots that were left out while it ran, by reason")]
    kept: Annotated[dict[str, int], Of(description="rows that were due and are not in it, by reason")]
    batches: int
    batches_done: int
    verified: Annotated[int, Of(description="batches that were read again")]
    found: Annotated[int, Of(description="rows that were there again then")]
    run: PlanRun | None
    speed: Annotated[PlanSpeed | None, Of(description="while it runs")]

    @classmethod
    def of(cls, one: Followed) -> Self:
        """From a view."""
        plan, progress = one.whole.plan, one.whole.progress
        kept: dict[str, int] = {}
        for excluded in plan.header.excluded if plan.header else ():
            kept[excluded.reason.value] = kept.get(excluded.reason.value, 0) + excluded.rows
        return cls(
            id=plan.id,
            state="cancelling" if plan.cancelling else plan.state,
            reason=plan.reason,
            waits=one.whole.waits,
            rows=plan.total,
            done=sum(progress.done),
            left=dict(progress.left),
            kept=kept,
            batches=plan.batches,
            batches_done=progress.batches.get("done", 0),
            verified=progress.verified,
            found=progress.found,
            run=PlanRun.of(one.run),
            speed=PlanSpeed.of(one.speed),
        )


class SweepPart(BaseModel):
    """What a sweep came to for one table and rule."""

    result: Annotated[str, Of(description="planned, underway (it has a plan already), nothing_due or not_planned")]
    store: str
    asset: str | None
    rule: str | None
    kept: Annotated[dict[str, int], Of(description="rows that were due and are in no plan, by reason")]
    not_started: Annotated[int, Of(description="rows whose time has not begun")]
    reasons: Annotated[list[str], Of(description="why no plan could be made: a sentence each")]
    plan: SweepPlan | None

    @classmethod
    def of(cls, one: Part) -> Self:
        """From a view."""
        line = one.line
        return cls(
            result=line.result,
            store=line.store,
            asset=line.asset or None,
            rule=line.rule or None,
            kept=dict(line.kept),
            not_started=line.not_started,
            reasons=list(line.reasons),
            plan=None if one.followed is None else SweepPlan.of(one.followed),
        )


class Sweep(BaseModel):
    """A sweep that was asked for, and how far it is."""

    id: UUID
    state: Annotated[
        str,
        Of(
            description="queued, planning, paused, failed or cancelled before it was planned to its end; then waiting (for a "
            "person), running, done or complete_with_exceptions"
        ),
    ]
    failure: Annotated[str, Of(description="the code of what went wrong with planning, or empty")]
    stores: Annotated[list[str], Of(description="empty for all databases")]
    assets: Annotated[list[str], Of(description="empty for all")]
    rules: Annotated[list[str], Of(description="empty for all")]
    limits: SweepLimits
    schedule: Annotated[str, Of(description="that it runs for; empty when somebody asked")]
    asked_by: UUID
    asker: Annotated[str | None, Of(description="null once the name was forgotten")]
    asked_at: datetime
    planned_at: Annotated[datetime | None, Of(description="when planning ended, however it did")]
    rows: Annotated[
        dict[str, int],
        Of(
            description="planned; done so far; left: roots that were left out while it ran; kept: due, and in no plan",
            examples=[{"planned": 935, "done": 200, "left": 0, "kept": 2364}],
        ),
    ]
    kept: Annotated[dict[str, int], Of(description="rows that are due and in no plan, by reason")]
    plans: Annotated[dict[str, int], Of(description="how many of its plans are in which state")]
    results: Annotated[dict[str, int], Of(description="how many parts came to what")]
    omitted: Annotated[int, Of(description="parts without a plan that are counted, and not kept one by one")]

    @classmethod
    def of(cls, one: SweepView) -> Self:
        """From a view."""
        wanted, limits = one.wanted, one.wanted.limits
        return cls(
            id=one.job.id,
            state=one.state,
            failure=one.job.failure,
            stores=list(wanted.stores),
            assets=list(wanted.assets),
            rules=list(wanted.rules),
            limits=SweepLimits(rows=limits.rows, share=limits.share, shrink=limits.shrink),
            schedule=wanted.schedule,
            asked_by=one.actor.id,
            asker=one.actor.name,
            asked_at=one.job.created_at,
            planned_at=one.job.ended_at,
            rows=one.rows,
            kept=one.kept(),
            plans=dict(sorted(Counter(plan.state for plan in one.plans.values()).items())),
            results=dict(one.counts),
            omitted=one.omitted,
        )
