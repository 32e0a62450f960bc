"""Sweeps: asking for plans of what is over its time, and following them to their end. A worker makes and runs them."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from api.access.gate import requires
from api.access.reading import note_read
from api.routes.sweep_models import NewSweep, Sweep, SweepPart
from api.shell.cursors import Cursor, Limit, Page, Paging
from api.shell.etags import tagged
from api.shell.house import House, InHouse
from api.shell.idempotency import Done, DoOnce
from engine.base.actors.principal import Principal
from engine.base.actors.roles import Scope
from engine.base.errors import ReeveError
from engine.base.settings import load_settings
from retention.sweeps import ask, cancel_sweep, check, find_sweep, list_sweeps, parts_of

router = APIRouter(prefix="/v1", tags=["sweeps"])
Reader = Annotated[Principal, Depends(requires(Scope.PLANS_READ))]
Writer = Annotated[Principal, Depends(requires(Scope.PLANS_WRITE))]


@router.get("/sweeps")
def list_all_sweeps(
    principal: Reader, house: InHouse, request: Request, response: Response, limit: Limit = 100, cursor: Cursor = ""
) -> Page[Sweep]:
    """Sweeps that somebody asked for, or a schedule, newest first."""
    with house.reading(principal) as session:
        paging = Paging.of(session, request, limit, cursor)
        found = list_sweeps(session, limit + 1, after=paging.after)
        items, following = paging.page(session, [(one.job.id, Sweep.of(one)) for one in found], response)
    note_read(house, request, principal, Scope.PLANS_READ, len(items))
    return Page(items=items, next=following)


@router.post("/sweeps", status_code=202, response_model=Sweep)
def ask_for_a_sweep(principal: Writer, house: InHouse, do_once: DoOnce, body: NewSweep) -> Response:
    """Ask for plans of all rows that are over their maximum; a worker makes them, one for each table and rule.

    Nothing is changed by it: each plan waits for the approval of another person than who asked. Follow it under ``Location``.
    """
    wanted, found = body.wanted(), _checked(house, body)

    def deed(session: Session) -> Done:
        if isinstance(found, ReeveError):
            raise found
        sweep_id = ask(session, wanted, found)
        told = Sweep.of(find_sweep(session, sweep_id))
        return Done(told, 202, {"Location": f"/v1/sweeps/{sweep_id}"})

    return do_once.run(principal, deed)


@router.get("/sweeps/{sweep_id}", response_model=Sweep)
def show_a_sweep(principal: Reader, house: InHouse, request: Request, sweep_id: UUID) -> Response:
    """How far a sweep is: what was planned, what is done, what was left out and why. Ask again with ``If-None-Match``."""
    with house.reading(principal) as session:
        found = Sweep.of(find_sweep(session, sweep_id))
    answer = tagged(request, found)
    if answer.status_code == 200:
        note_read(house, request, principal, Scope.PLANS_READ, 1)
    return answer


@router.get("/sweeps/{sweep_id}/parts")
def list_parts(
    principal: Reader,
    house: InHouse,
    request: Request,
    response: Response,
    sweep_id: UUID,
    limit: Limit = 100,
    cursor: Cursor = "",
) -> Page[SweepPart]:
    """What a sweep came to for each table and rule, with the plan and how far that is. Empty until it was planned to its end."""
    with house.reading(principal) as session:
        paging = Paging.of(session, request, limit, cursor)
        skip = 0 if paging.after is None else paging.after.int
        found = parts_of(session, find_sweep(session, sweep_id), limit + 1, skip=skip)
        numbered = [(UUID(int=number), SweepPart.of(one)) for number, one in enumerate(found, skip + 1)]
        items, following = paging.page(session, numbered, response)
    note_read(house, request, principal, Scope.PLANS_READ, len(items))
    return Page(items=items, next=following)


@router.post("/sweeps/{sweep_id}/cancel", response_model=Sweep)
def cancel_a_sweep(principal: Writer, do_once: DoOnce, sweep_id: UUID) -> Response:
    """Let a sweep make no further plan. What it made stays: each plan is cancelled by itself."""

    def deed(session: Session) -> Done:
        cancel_sweep(session, sweep_id)
        session.flush()
        return Done(Sweep.of(find_sweep(session, sweep_id)), 200)

    return do_once.run(principal, deed)


def _checked(house: House, body: NewSweep) -> tuple[str, ...] | ReeveError:
    """What the configuration says to it; an error is raised in the deed, so that what was done before is answered as it was."""
    try:
        return check(load_settings(house.settings.file), body.wanted())
    except ReeveError as exc:
        return exc
