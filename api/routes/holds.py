"""Legal holds: what may not be destroyed, for which matter, and whether that is sure yet."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.orm import Session

from api.access.gate import requires
from api.access.reading import note_read
from api.routes.hold_models import Hold, HoldInFull, HoldQuery, NewHoldAsked, Release, Review
from api.shell.cursors import Page, Paging
from api.shell.house import House, InHouse
from api.shell.idempotency import Done, DoOnce
from engine.base.actors.principal import Principal
from engine.base.actors.roles import Scope
from engine.base.ids import HoldId
from engine.governance.holds.barrier import waited_for
from engine.governance.holds.ending import release_hold, review_hold
from engine.governance.holds.place import make_effective, place_hold
from engine.governance.holds.view import Filters, list_holds, show_hold

router = APIRouter(prefix="/v1", tags=["holds"])
Reader = Annotated[Principal, Depends(requires(Scope.HOLDS_READ))]
Writer = Annotated[Principal, Depends(requires(Scope.HOLDS_WRITE))]


@router.get("/holds")
def list_all_holds(
    principal: Reader,
    house: InHouse,
    request: Request,
    response: Response,
    asked: Annotated[HoldQuery, Query()],
) -> Page[Hold]:
    """Holds, newest first."""
    filters = Filters(asked.state, asked.store, overdue=asked.overdue)
    with house.reading(principal) as session:
        paging = Paging.of(session, request, asked.limit, asked.cursor)
        found = list_holds(session, asked.limit + 1, after=paging.after, filters=filters)
        items, following = paging.page(session, [(one.id, Hold.of(one)) for one in found], response)
    note_read(house, request, principal, Scope.HOLDS_READ, len(items))
    return Page(items=items, next=following)


@router.get("/holds/{hold_id}")
def show_one_hold(principal: Reader, house: InHouse, request: Request, hold_id: UUID) -> HoldInFull:
    """One hold; until it is effective, with the batches that it waits for."""
    with house.reading(principal) as session:
        found = in_full(session, hold_id)
    note_read(house, request, principal, Scope.HOLDS_READ, 1)
    return found


@router.post("/holds", status_code=201, response_model=HoldInFull)
def place_a_hold(principal: Writer, house: InHouse, do_once: DoOnce, body: NewHoldAsked) -> Response:
    """Place a hold: it counts at once. It is effective when the state says so; ask again under ``Location``."""

    def deed(session: Session) -> Done:
        hold_id = place_hold(session, body.new(session))
        return Done(in_full(session, hold_id), 201, {"Location": f"/v1/holds/{hold_id}"})

    answer = do_once.run(principal, deed)
    settle(house, principal)
    return answer


@router.post("/holds/{hold_id}/release", response_model=HoldInFull)
def release_a_hold(principal: Writer, do_once: DoOnce, hold_id: UUID, body: Release) -> Response:
    """End a hold. It takes a person, and another one than who placed it."""

    def deed(session: Session) -> Done:
        release_hold(session, HoldId(hold_id), body.reason)
        return Done(in_full(session, hold_id), 200)

    return do_once.run(principal, deed)


@router.post("/holds/{hold_id}/review", response_model=HoldInFull)
def review_a_hold(principal: Writer, do_once: DoOnce, hold_id: UUID, body: Review) -> Response:
    """Keep a hold until another day by which it is looked at again."""

    def deed(session: Session) -> Done:
        review_hold(session, HoldId(hold_id), body.review_at, body.note)
        return Done(in_full(session, hold_id), 200)

    return do_once.run(principal, deed)


def settle(house: House, principal: Principal) -> None:
    """Make holds effective that nothing is in the way of, once placing them is committed. For the console, too.

    What has to wait, a worker makes effective later.
    """
    with house.acting(principal) as session:
        make_effective(session)


def in_full(session: Session, hold_id: UUID) -> HoldInFull:
    """A hold with what it waits for."""
    found = show_hold(session, hold_id)
    return HoldInFull.with_batches(found, waited_for(session, found.id) if found.state == "placed" else [])
