"""SOC 2 evidence: criteria, controls, what their tests came to, and a Type I report. Not an audit opinion."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel
from pydantic import Field as Of
from sqlalchemy.orm import Session

from api.access.gate import requires
from api.access.reading import note_read
from api.routes.scans import Job
from api.shell.house import House, InHouse
from api.shell.idempotency import Done, DoOnce
from engine.base.actors.principal import Principal
from engine.base.actors.roles import Scope
from engine.base.state.context import context_of
from engine.base.state.outbox import record
from engine.base.work.jobs import submit
from engine.base.work.view import find_job
from engine.evidence.controls.library import library
from engine.evidence.criteria import criteria
from engine.evidence.report.made import Made, make_type_one
from engine.evidence.view import ItemView, RunLine, RunView, find_run, list_runs
from engine.evidence.work import EVIDENCE

router = APIRouter(prefix="/v1/evidence", tags=["evidence"])
Reader = Annotated[Principal, Depends(requires(Scope.EVIDENCE_READ))]
Runner = Annotated[Principal, Depends(requires(Scope.EVIDENCE_RUN))]
ReportForm = Literal["html", "json"]


class Criterion(BaseModel):
    """One of the 61 Trust Services Criteria (2017), in our own words."""

    id: Annotated[str, Of(examples=["CC6.1"])]
    cls: Annotated[str, Of(alias="class", description="AUTO, IMPORT or ATTEST")]
    title: str


class Control(BaseModel):
    """What is done so that criteria hold."""

    id: str
    title: str
    objective: str
    criteria: Annotated[list[str], Of(description="that it carries")]
    supports: Annotated[list[str], Of(description="that it adds to")]
    owner: Annotated[str, Of(description="the role that answers for it")]


class Run(BaseModel):
    """One collection of evidence."""

    id: UUID
    period_from: datetime
    period_to: datetime
    collected_at: datetime
    schedule: str | None
    conclusions: Annotated[dict[str, int], Of(examples=[{"effective": 15, "deviations": 2}])]

    @classmethod
    def of(cls, one: RunLine) -> Run:
        """From a line."""
        return cls(
            id=one.id,
            period_from=one.period.begin,
            period_to=one.period.end,
            collected_at=one.collected_at,
            schedule=one.schedule,
            conclusions=dict(one.counts),
        )


class Runs(BaseModel):
    """Runs, the newest first."""

    items: list[Run]
    total: int


class Item(BaseModel):
    """What the test of one control came to, with its place in the ledger."""

    control: str
    conclusion: Annotated[str, Of(description="effective, deviations, not_tested or no_occurrence")]
    deviations: int
    document: dict[str, Any]
    sha256: str
    place: Annotated[str | None, Of(description="shard and index of its event in the ledger", examples=["2026/181"])]

    @classmethod
    def of(cls, one: ItemView) -> Item:
        """From a view."""
        return cls(
            control=one.control,
            conclusion=one.conclusion,
            deviations=one.deviations,
            document=dict(one.document),
            sha256=one.sha256,
            place=one.entry.place,
        )


class RunInFull(BaseModel):
    """One run with all its items."""

    id: UUID
    collected_at: datetime
    code_version: str
    config_hash: str
    library_hash: str
    records: int
    items: list[Item]

    @classmethod
    def of(cls, one: RunView) -> RunInFull:
        """From a view."""
        return cls(
            id=one.id,
            collected_at=one.collected_at,
            code_version=one.code_version,
            config_hash=one.config_hash,
            library_hash=one.library_hash,
            records=one.records,
            items=[Item.of(item) for item in one.items],
        )


@router.get("/criteria")
def list_criteria(_principal: Reader) -> list[Criterion]:
    """The criteria, with what can carry each: our records (AUTO), other systems (IMPORT), documents (ATTEST)."""
    return [Criterion.model_validate({"id": one.id, "class": one.cls.value, "title": one.title}) for one in criteria()]


@router.get("/controls")
def list_controls(_principal: Reader) -> list[Control]:
    """The library of controls."""
    return [
        Control(
            id=one.id,
            title=one.title,
            objective=one.objective,
            criteria=list(one.criteria),
            supports=list(one.supports),
            owner=str(one.owner),
        )
        for one in library()
    ]


@router.get("/runs")
def show_runs(
    principal: Reader,
    house: InHouse,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    skip: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
) -> Runs:
    """Collections of evidence, the newest first."""
    with house.reading(principal) as session:
        total, found = list_runs(session, limit, skip)
    return Runs(items=[Run.of(one) for one in found], total=total)


@router.get("/runs/{run_id}")
def show_run(principal: Reader, house: InHouse, request: Request, run_id: UUID) -> RunInFull:
    """One run, each item checked against what was recorded of it."""
    with house.reading(principal) as session:
        found = find_run(session, run_id.hex)
    note_read(house, request, principal, Scope.EVIDENCE_READ, len(found.items))
    return RunInFull.of(found)


@router.post("/runs", status_code=202, response_model=Job)
def ask_for_run(principal: Runner, do_once: DoOnce) -> Response:
    """Ask for a test of all controls; a worker does it. The answer is the job."""

    def deed(session: Session) -> Done:
        job = submit(session, EVIDENCE, {})
        return Done(Job.of(find_job(session, str(job))), 202, {"Location": f"/v1/jobs/{job}"})

    return do_once.run(principal, deed)


@router.get("/type-1-report")
def type_one_report(
    principal: Reader, house: InHouse, form: Annotated[ReportForm, Query(alias="format")] = "html"
) -> Response:
    """A Type I report from the newest evidence: the design of controls, gaps, readiness. That it was made is an entry."""
    made = report_of(house, principal, form)
    return Response(
        made.data, media_type="text/html" if form == "html" else "application/json", headers=handed_out(form)
    )


def handed_out(form: ReportForm) -> dict[str, str]:
    """Headers of a report: a file to keep, not a page of the console."""
    return {"Content-Disposition": f'attachment; filename="type-1-report.{form}"'}


def report_of(house: House, principal: Principal, form: ReportForm) -> Made:
    """Make a report and record that, in the principal's name."""
    with house.reading(principal) as session:
        made = make_type_one(session, form, context_of(session).clock.now())
    with house.acting(principal) as session:
        record(session, made.event)
    return made
