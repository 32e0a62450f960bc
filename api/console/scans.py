"""Scans: what was read, when, by whom; and asking for another one."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import ValidationError
from starlette.responses import Response

from api.access.gate import requires
from api.access.reading import note_read
from api.console.asking import page_asked
from api.console.render import done, form, page
from api.routes.scans import NewScan, ask, cancel_scan
from api.shell.house import House, InHouse
from engine.base.actors.principal import Principal
from engine.base.actors.roles import Scope
from engine.base.errors import BadInput
from engine.base.settings import load_settings
from engine.base.work.view import list_jobs, living_workers
from engine.estate.inventory.drift.fold import sentences
from engine.estate.inventory.history import count_scans, past_scan, past_scans
from engine.estate.inventory.read import scan_coverage
from engine.estate.scan.work import SCAN

router = APIRouter(include_in_schema=False)
Reader = Annotated[Principal, Depends(requires(Scope.SCANS_READ))]
Runner = Annotated[Principal, Depends(requires(Scope.SCANS_RUN))]
ROWS: Final = 25
OBJECTS: Final = 200
STATES: Final = ("failed", "skipped", "sampled", "full", "pending")


@router.get("/scans")
def scans(request: Request, house: InHouse, principal: Reader) -> Response:
    """Scans, newest first, and jobs that are not done."""
    return _list(request, house, principal)


@router.post("/scans")
def ask_for_one(request: Request, house: InHouse, principal: Runner) -> Response:
    """Ask for a scan from the form."""
    given = form(request)
    try:
        wanted = _wanted(given)
        with house.acting(principal) as session:
            ask(house, session, wanted)
    except BadInput as exc:
        return _list(request, house, principal, error=exc, given=given)
    return done("/scans", "scan-asked")


@router.post("/scans/jobs/{job_id}/cancel")
def cancel_one(house: InHouse, principal: Runner, job_id: UUID) -> Response:
    """Cancel a job that scans."""
    with house.acting(principal) as session:
        cancel_scan(session, job_id)
    return done("/scans", "cancelled")


@router.get("/scans/{scan_id}")
def scan(request: Request, house: InHouse, principal: Reader, scan_id: UUID) -> Response:
    """One scan: what it read of each object, and what it found changed."""
    state = request.query_params.get("state", "")
    with house.reading(principal) as session:
        one = past_scan(session, scan_id)
        shown = state if state in STATES else next((word for word in STATES if one.objects.get(word)), "")
        objects = scan_coverage(session, scan_id, OBJECTS + 1, state=shown)
    note_read(house, request, principal, Scope.SCANS_READ, len(objects))
    return page(
        request,
        "scan.html",
        scan=one,
        shown=shown,
        objects=objects[:OBJECTS],
        more=len(objects) > OBJECTS,
        states=[word for word in STATES if one.objects.get(word)],
        changes=list(sentences(one.drift)),
    )


def _list(
    request: Request,
    house: House,
    principal: Principal,
    *,
    error: BadInput | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    place = page_asked(request)
    with house.reading(principal) as session:
        total = count_scans(session)
        found = past_scans(session, ROWS, (place - 1) * ROWS)
        _, jobs = list_jobs(session, 50, 0, (SCAN,))
        works = bool(living_workers(session))
    return page(
        request,
        "scans.html",
        status=200 if error is None else 422,
        scans=found,
        total=total,
        number=place,
        pages=max(1, -(-total // ROWS)),
        jobs=[one for one in jobs if not one.ended],
        works=works,
        runs=principal.may(Scope.SCANS_RUN),
        stores=_stores(house),
        error=error,
        given=given or {},
    )


def _stores(house: House) -> list[str]:
    try:
        return sorted(load_settings(house.settings.file).stores)
    except BadInput:  # it is being edited just now
        return sorted(house.settings.stores)


def _wanted(given: dict[str, str]) -> NewScan:
    how = given.get("how", "changed")
    try:
        return NewScan(
            stores=[given["store"]] if given.get("store") else [],
            full=how == "full",
            sample=int(given.get("rows", "")) if how == "sample" else None,
        )
    except (ValidationError, ValueError):
        raise BadInput("a sample needs a number of rows", hint="give a whole number above 0") from None
