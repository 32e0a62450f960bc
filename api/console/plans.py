"""Plans: what would be done, what stays and why, who approved it, and how far it is. Approving itself is done elsewhere."""

from __future__ import annotations

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.access.gate import requires
from api.access.reading import note_read
from api.console.render import done, form, page
from api.shell.house import House, InHouse
from engine.base.actors.principal import Principal
from engine.base.actors.roles import Scope
from engine.base.errors import BadInput, NotFound
from engine.base.ids import PlanId
from engine.governance.change.approving import approve_plan, cancel_plan
from engine.governance.change.closure import in_words
from engine.governance.change.view import count_plans, list_plans, whole_plan

router = APIRouter(include_in_schema=False)
Reader = Annotated[Principal, Depends(requires(Scope.PLANS_READ))]
Writer = Annotated[Principal, Depends(requires(Scope.PLANS_WRITE))]
Approver = Annotated[Principal, Depends(requires(Scope.PLANS_APPROVE))]
ROWS: Final = 25
SHOWN: Final = (("open", "that have not ended"), ("waiting", "wait for a person"), ("all", "in all"))
_CAN_BE_CANCELLED: Final = ("making", "made", "approved", "running", "stopped")
_CAN_BE_APPROVED: Final = ("made", "approved", "running", "stopped")


@router.get("/plans")
def plans(request: Request, house: InHouse, principal: Reader) -> Response:
    """Plans, newest first: those that have not ended, unless others are asked for."""
    asked, number = request.query_params.get("show", ""), request.query_params.get("page", "1")
    shown = asked if asked in dict(SHOWN) else "open"
    place = max(1, int(number[:6])) if number.isdecimal() else 1
    with house.reading(principal) as session:
        counts = {word: count_plans(session, _state(word)) for word, _ in SHOWN}
        found = list_plans(session, ROWS, skip=(place - 1) * ROWS, state=_state(shown))
    note_read(house, request, principal, Scope.PLANS_READ, len(found))
    return page(
        request,
        "plans.html",
        plans=found,
        counts=counts,
        tabs=SHOWN,
        shown=shown,
        number=place,
        pages=max(1, -(-counts[shown] // ROWS)),
    )


@router.get("/plans/{plan_id}")
def plan(request: Request, house: InHouse, principal: Reader, plan_id: UUID) -> Response:
    """One plan."""
    return _one(request, house, principal, plan_id)


@router.post("/plans/{plan_id}/approval")
def approve_from_form(request: Request, house: InHouse, principal: Approver, plan_id: UUID) -> Response:
    """Take in what `reeve plan sign` printed on the approver's machine."""
    signed = form(request).get("signed", "").strip().encode()
    try:
        with house.acting(principal) as session:
            approve_plan(session, PlanId(plan_id), signed)
    except NotFound:
        raise
    except BadInput as exc:
        return _one(request, house, principal, plan_id, error=exc)
    return done(f"/plans/{plan_id}", "plan-approved")


@router.post("/plans/{plan_id}/cancel")
def cancel_from_form(request: Request, house: InHouse, principal: Writer, plan_id: UUID) -> Response:
    """Let it not be done, or no further."""
    try:
        with house.acting(principal) as session:
            cancel_plan(session, PlanId(plan_id))
    except NotFound:
        raise
    except BadInput as exc:
        return _one(request, house, principal, plan_id, error=exc)
    return done(f"/plans/{plan_id}", "plan-cancelled")


def _one(
    request: Request,
    house: House,
    principal: Principal,
    plan_id: UUID,
    *,
    error: BadInput | None = None,
) -> Response:
    with house.reading(principal) as session:
        found = whole_plan(session, plan_id)
    note_read(house, request, principal, Scope.PLANS_READ, 1)
    one, state = found.plan, found.plan.state
    steps = [] if one.header is None else list(zip(one.header.task.steps, one.rows, found.progress.done, strict=True))
    return page(
        request,
        "plan.html",
        status=200 if error is None else 422,
        plan=one,
        whole=found,
        header=one.header,
        mind=[in_words(warned.kind, warned.asset, warned.detail) for warned in one.header.warnings]
        if one.header
        else [],
        steps=steps,
        approves=principal.may(Scope.PLANS_APPROVE) and state in _CAN_BE_APPROVED,
        own=one.made_by.id == principal.actor_id,
        cancels=principal.may(Scope.PLANS_WRITE) and state in _CAN_BE_CANCELLED and not one.cancelling,
        error=error,
    )


def _state(word: str) -> str:
    return "" if word == "all" else word
