"""Scans: those of the past with their coverage, and asking for another one. A worker does what is asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as Of
from pydantic_core import PydanticCustomError
from sqlalchemy.orm import Session

from api.access.gate import requires
from api.access.reading import note_read
from api.shell.cursors import Cursor, Limit, Page, Paging
from api.shell.house import House, InHouse
from api.shell.idempotency import Done, DoOnce
from engine.base.actors.principal import Principal
from engine.base.actors.roles import Scope
from engine.base.errors import BadInput, NotFound
from engine.base.settings import load_settings
from engine.base.state.tables import JobId
from engine.base.work.view import JobView, find_job, list_jobs
from engine.estate.inventory.drift.fold import sentences
from engine.estate.inventory.history import PastScan, past_scan, past_scans
from engine.estate.inventory.read import ReadLine, scan_coverage
from engine.estate.inventory.view import rounded_bound
from engine.estate.scan.asked import Asked
from engine.estate.scan.work import SCAN, ask_for_scan, cancel

router = APIRouter(prefix="/v1", tags=["scans"])
Reader = Annotated[Principal, Depends(requires(Scope.SCANS_READ))]
Runner = Annotated[Principal, Depends(requires(Scope.SCANS_RUN))]


class Scan(BaseModel):
    """One scan, also one that runs or was given up."""

    id: UUID
    status: Annotated[str, Of(description="running, complete, complete_with_exceptions or abandoned")]
    stores: list[str]
    started_at: datetime
    ended_at: datetime | None
    rows: int
    bytes: int
    objects: Annotated[dict[str, int], Of(description="by coverage", examples=[{"full": 12, "failed": 1}])]
    pack: Annotated[str, Of(description="short hash of the detectors")]
    actor_id: UUID
    actor: Annotated[str | None, Of(description="null once the name was forgotten")]

    @classmethod
    def of(cls, one: PastScan) -> Self:
        """From the history."""
        return cls(**_scan(one))


class ScanInFull(Scan):
    """One scan with what it found changed."""

    changes: Annotated[list[str], Of(description="since the scan before, a sentence each, the most important first")]

    @classmethod
    def of(cls, one: PastScan) -> Self:
        """From the history."""
        return cls(**_scan(one), changes=list(sentences(one.drift)))


class Read(BaseModel):
    """What was read of one object."""

    object_id: UUID
    store: str
    asset: str
    object: str
    state: Annotated[str, Of(description="full, sampled, skipped, failed; pending while the scan runs")]
    reason: str
    detail: str
    rows: int
    bytes: int
    bound: float | None

    @classmethod
    def of(cls, line: ReadLine) -> Self:
        """From a line."""
        return cls(
            object_id=line.object_id,
            store=line.store,
            asset=line.asset,
            object=line.name,
            state=line.state,
            reason=line.reason,
            detail=line.detail,
            rows=line.rows,
            bytes=line.bytes,
            bound=rounded_bound(line.bound),
        )


class NewScan(BaseModel):
    """Which stores are read, and how much of them; by default what is new or changed in all of them."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"stores": ["crm"]}, {"full": True}, {"until_bound": 0.001}]}
    )

    stores: Annotated[list[Annotated[str, Of(min_length=1, max_length=64)]], Of(max_length=1000)] = []
    full: Annotated[bool, Of(description="also what has not changed")] = False
    sample: Annotated[int | None, Of(ge=1, description="rows of each asset")] = None
    until_bound: Annotated[float | None, Of(ge=0.000001, le=0.5, description="as many rows as exclude this share")] = (
        None
    )
    blocks: Annotated[bool, Of(description="whole blocks instead of rows")] = False

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.full + (self.sample is not None) + (self.until_bound is not None) > 1:
            raise PydanticCustomError("how_much", "at most one of three")
        if self.blocks and self.sample is None and self.until_bound is None:
            raise PydanticCustomError("blocks", "blocks of no sample")
        return self


class Job(BaseModel):
    """Work that was asked for."""

    id: UUID
    kind: str
    state: Annotated[str, Of(description="queued, running, paused, done, failed or cancelled")]
    requested: Annotated[str, Of(description="what was asked of it and is not done yet")]
    schedule: str | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    failure: Annotated[str, Of(description="the code of what went wrong, or empty")]

    @classmethod
    def of(cls, one: JobView) -> Self:
        """From a view."""
        return cls(
            id=one.id,
            kind=one.kind,
            state=one.state,
            requested=one.requested,
            schedule=one.schedule,
            created_at=one.created_at,
            started_at=one.started_at,
            ended_at=one.ended_at,
            failure=one.failure,
        )


class Jobs(BaseModel):
    """The newest jobs."""

    items: list[Job]
    total: int


@router.get("/scans")
def list_scans(
    principal: Reader, house: InHouse, request: Request, response: Response, limit: Limit = 100, cursor: Cursor = ""
) -> Page[Scan]:
    """Scans, newest first."""
    with house.reading(principal) as session:
        paging = Paging.of(session, request, limit, cursor)
        found = past_scans(session, limit + 1, after=paging.after)
        items, following = paging.page(session, [(one.scan_id, Scan.of(one)) for one in found], response)
    return Page(items=items, next=following)


@router.get("/scans/{scan_id}")
def show_scan(principal: Reader, house: InHouse, scan_id: UUID) -> ScanInFull:
    """One scan, with what it found changed."""
    with house.reading(principal) as session:
        return ScanInFull.of(past_scan(session, scan_id))


@router.get("/scans/{scan_id}/coverage")
def list_coverage(
    principal: Reader,
    house: InHouse,
    request: Request,
    response: Response,
    scan_id: UUID,
    state: Annotated[Literal["", "pending", "full", "sampled", "skipped", "failed"], Query()] = "",
    limit: Limit = 100,
    cursor: Cursor = "",
) -> Page[Read]:
    """What a scan read of each object; what was not read is unknown, not empty."""
    with house.reading(principal) as session:
        past_scan(session, scan_id)
        paging = Paging.of(session, request, limit, cursor)
        found = scan_coverage(session, scan_id, limit + 1, after=paging.after, state=state)
        items, following = paging.page(session, [(one.object_id, Read.of(one)) for one in found], response)
    note_read(house, request, principal, Scope.SCANS_READ, len(items))
    return Page(items=items, next=following)


@router.post("/scans", status_code=202, response_model=Job)
def queue_scan(principal: Runner, house: InHouse, do_once: DoOnce, body: NewScan) -> Response:
    """Ask for a scan; a worker takes it up. The answer is the job, to look at under ``Location``."""

    def deed(session: Session) -> Done:
        job = ask(house, session, body)
        return Done(Job.of(find_job(session, str(job))), 202, {"Location": f"/v1/jobs/{job}"})

    return do_once.run(principal, deed)


@router.get("/jobs")
def show_jobs(principal: Reader, house: InHouse, limit: Limit = 100) -> Jobs:
    """The newest jobs that scan."""
    with house.reading(principal) as session:
        total, found = list_jobs(session, limit, 0, (SCAN,))
    return Jobs(items=[Job.of(one) for one in found], total=total)


@router.get("/jobs/{job_id}")
def show_job(principal: Reader, house: InHouse, job_id: UUID) -> Job:
    """One job: how far it is."""
    with house.reading(principal) as session:
        return Job.of(find_job(session, str(job_id)))


@router.post("/jobs/{job_id}/cancel", response_model=Job)
def cancel_job(principal: Runner, do_once: DoOnce, job_id: UUID) -> Response:
    """Cancel a scan that was asked for: it does not start, or ends at the next point where it can. What it did stays."""

    def deed(session: Session) -> Done:
        cancel_scan(session, job_id)
        return Done(Job.of(find_job(session, str(job_id))), 200)

    return do_once.run(principal, deed)


def ask(house: House, session: Session, wanted: NewScan) -> JobId:
    """Ask for a scan by the configuration as it is now. For the console, too.

    Raises:
        BadInput: it names no store of that name.
        ConfigError: it is wrong by now.
    """
    known: Any = load_settings(house.settings.file).stores
    if any(name not in known for name in wanted.stores):
        raise BadInput(
            "one of the stores is not in the configuration", hint="GET /v1/stores lists those that were scanned"
        )
    asked = Asked(wanted.full, wanted.sample, wanted.until_bound, wanted.blocks)
    return ask_for_scan(session, tuple(wanted.stores), asked)


def cancel_scan(session: Session, job_id: UUID) -> None:
    """Cancel a job that scans, and no other. For the console, too.

    Raises:
        NotFound: there is no such job, or it is of another kind.
        BadInput: it has ended.
    """
    if find_job(session, str(job_id)).kind != SCAN:
        raise NotFound("there is no such job")
    cancel(session, JobId(job_id))


def _scan(one: PastScan) -> dict[str, Any]:
    return {
        "id": one.scan_id,
        "status": one.status,
        "stores": list(one.stores),
        "started_at": one.started_at,
        "ended_at": one.ended_at,
        "rows": one.rows,
        "bytes": one.bytes,
        "objects": dict(one.objects),
        "pack": one.pack,
        "actor_id": one.actor.id,
        "actor": one.actor.name,
    }
