"""Sweeps: asking for one from the page of plans, and a page for each that follows it from being asked for to its end."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import ValidationError
from starlette.responses import Response

from api.access.gate import requires
from api.access.reading import note_read
from api.console.plans import listed
from api.console.render import done, form, page
from api.routes.sweep_models import NewSweep, SweepLimits
from api.shell.house import House, InHouse
from engine.base.actors.principal import Principal
from engine.base.actors.roles import Scope
from engine.base.errors import BadInput, ConfigError, NotFound
from engine.base.settings import load_settings
from engine.base.work.view import living_workers
from retention.sweep import Wanted
from retention.sweeps import ask, cancel_sweep, check, find_sweep, parts_of

router = APIRouter(include_in_schema=False)
Reader = Annotated[Principal, Depends(requires(Scope.PLANS_READ))]
Follower = Annotated[Principal, Depends(requires(Scope.PLANS_READ, unattended=True))]
Writer = Annotated[Principal, Depends(requires(Scope.PLANS_WRITE))]
PARTS: Final = 50


@router.post("/plans/sweeps")
def ask_from_form(request: Request, house: InHouse, principal: Writer) -> Response:
    """Ask for a sweep from the form."""
    given = form(request)
    try:
        wanted = _wanted(given)
        databases = check(load_settings(house.settings.file), wanted)
        with house.acting(principal) as session:
            sweep_id = ask(session, wanted, databases)
    except ConfigError:
        raise
    except BadInput as exc:
        return listed(request, house, principal, error=exc, given=given)
    return done(f"/plans/sweeps/{sweep_id}", "sweep-asked")


@router.get("/plans/sweeps/{sweep_id}")
def sweep(request: Request, house: InHouse, principal: Reader, sweep_id: UUID) -> Response:
    """One sweep."""
    return _one(request, house, principal, sweep_id)


@router.get("/plans/sweeps/{sweep_id}/live")
def sweep_now(request: Request, house: InHouse, principal: Follower, sweep_id: UUID) -> Response:
    """The same page once more, for the script."""
    return _one(request, house, principal, sweep_id, noted=False)


@router.post("/plans/sweeps/{sweep_id}/cancel")
def cancel_from_form(request: Request, house: InHouse, principal: Writer, sweep_id: UUID) -> Response:
    """Let it make no further plan."""
    try:
        with house.acting(principal) as session:
            cancel_sweep(session, sweep_id)
    except NotFound:
        raise
    except BadInput as exc:
        return _one(request, house, principal, sweep_id, error=exc)
    return done(f"/plans/sweeps/{sweep_id}", "sweep-cancelled")


def _one(
    request: Request,
    house: House,
    principal: Principal,
    sweep_id: UUID,
    *,
    error: BadInput | None = None,
    noted: bool = True,
) -> Response:
    number = request.query_params.get("page", "1")
    place = max(1, int(number[:6])) if number.isdecimal() else 1
    with house.reading(principal) as session:
        found = find_sweep(session, sweep_id)
        parts = parts_of(session, found, PARTS, skip=(place - 1) * PARTS)
        works = bool(living_workers(session))
    if noted:
        note_read(house, request, principal, Scope.PLANS_READ, len(parts))
    return page(
        request,
        "sweep.html",
        status=200 if error is None else 422,
        sweep=found,
        parts=parts,
        rows=found.rows,
        kept=found.kept(),
        works=works,
        number=place,
        pages=max(1, -(-len(found.lines) // PARTS)),
        follows=found.live,
        cancels=principal.may(Scope.PLANS_WRITE) and found.job.state in ("queued", "running", "paused"),
        error=error,
    )


def _wanted(given: dict[str, str]) -> Wanted:
    limits = {name: given[name] for name in ("rows", "share", "shrink") if given.get(name)}
    try:
        stores = [given["store"]] if given.get("store") else []
        return NewSweep(stores=stores, limits=SweepLimits.model_validate(limits)).wanted()
    except ValidationError:
        raise BadInput(
            "the limits do not fit", hint="rows are a whole number, shares whole percentages from 0 to 100"
        ) from None
