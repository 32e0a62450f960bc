"""Evidence: what the tests of controls came to, where the criteria stand, and the report to take along."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from api.access.gate import requires
from api.access.reading import note_read
from api.console.render import done, page
from api.routes.evidence import ReportForm, handed_out, report_of
from api.shell.house import InHouse
from engine.base.actors.principal import Principal
from engine.base.actors.roles import Scope
from engine.base.errors import NotFound
from engine.base.state.context import context_of
from engine.base.work.jobs import submit
from engine.base.work.view import list_jobs, living_workers
from engine.evidence.readiness import READINESS_WORDS
from engine.evidence.report.model import type_one
from engine.evidence.view import list_runs, run_at
from engine.evidence.work import EVIDENCE

router = APIRouter(include_in_schema=False)
Reader = Annotated[Principal, Depends(requires(Scope.EVIDENCE_READ))]
Runner = Annotated[Principal, Depends(requires(Scope.EVIDENCE_RUN))]
RUNS: Final = 10


@router.get("/evidence")
def evidence(request: Request, house: InHouse, principal: Reader) -> Response:
    """The newest run, criteria that have gaps, and runs before."""
    with house.reading(principal) as session:
        total, runs = list_runs(session, RUNS)
        _, jobs = list_jobs(session, 20, 0, (EVIDENCE,))
        works = bool(living_workers(session))
        values = _newest(session)
    note_read(house, request, principal, Scope.EVIDENCE_READ, len(values.get("items", ())))
    return page(
        request,
        "evidence.html",
        total=total,
        runs=runs,
        asked=any(not one.ended for one in jobs),
        works=works,
        may_run=principal.may(Scope.EVIDENCE_RUN),
        **values,
    )


@router.post("/evidence")
def ask_for_run(house: InHouse, principal: Runner) -> Response:
    """Ask for a test of all controls."""
    with house.acting(principal) as session:
        submit(session, EVIDENCE, {})
    return done("/evidence", "evidence-asked")


@router.get("/evidence/report.{form}")
def report(house: InHouse, principal: Reader, form: ReportForm) -> Response:
    """The Type I report as a file."""
    made = report_of(house, principal, form)
    return Response(
        made.data, media_type="text/html" if form == "html" else "application/json", headers=handed_out(form)
    )


def _newest(session: Session) -> dict[str, Any]:
    now = context_of(session).clock.now()
    try:
        told = type_one(run_at(session, None), now, now)
    except NotFound:
        return {"run": None, "items": ()}
    return {
        "run": told.run,
        "items": [(item, told.word(item)) for item in told.run.items],
        "standings": [(word.value, count) for word, count in told.totals.items()],
        "gaps": told.gaps,
        "readiness_words": {word.value: words for word, words in READINESS_WORDS.items()},
        "outcome_classes": {"effective": "complete", "deviations": "failed", "not_tested": "paused"},
    }
