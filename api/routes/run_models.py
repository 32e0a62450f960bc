"""What is told of a plan that runs: the job that runs it, and its speed."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import BaseModel
from pydantic import Field as Of

from engine.base.work.view import JobView
from engine.governance.change.following import Speed


class PlanRun(BaseModel):
    """The job that runs a plan, or ran it last."""

    job: UUID
    state: Annotated[str, Of(description="queued, running, paused, done, failed or cancelled")]
    requested: Annotated[str, Of(description="what was asked of it and is not done yet: pause or cancel; or empty")]
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    failure: Annotated[str, Of(description="the code of what went wrong, or empty")]

    @classmethod
    def of(cls, one: JobView | None) -> Self | None:
        """From a view."""
        if one is None:
            return None
        return cls(
            job=one.id,
            state=one.state,
            requested=one.requested,
            asked_at=one.created_at,
            started_at=one.started_at,
            ended_at=one.ended_at,
            failure=one.failure,
        )


class PlanSpeed(BaseModel):
    """How fast a plan goes."""

    rows_per_second: Annotated[float, Of(description="in the last minute")]
    seconds_left: Annotated[int | None, Of(description="until its last batch, if it goes on so; null while unknown")]

    @classmethod
    def of(cls, one: Speed | None) -> Self | None:
        """From a view."""
        return (
            None if one is None else cls(rows_per_second=round(one.rows_per_second, 1), seconds_left=one.seconds_left)
        )
