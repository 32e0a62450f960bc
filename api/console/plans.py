"""Plans: what would be done, what stays and why, who approved it, and how far it is. Approving itself is done elsewhere.

A page of something that changes by itself has a copy at ``.../live``: the script asks for that, and takes over what is marked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from api.access.gate import requires
from api.access.reading import note_read
from api.console.render import done, form, page
from api.shell.house import House, InHouse
from engine.base.actors.principal import Principal
from engine.base.actors.roles import Scope
from engine.base.errors import BadInput, NotFound
from engine.base.ids import PlanId
from engine.base.settings import SqlStore, load_settings
from engine.base.work.view import living_workers
from engine.governance.change import estimating, steering
from engine.governance.change.approving import approve_plan
from engine.governance.change.closure import in_words
from engine.governance.change.following import Followed, follow
from engine.governance.change.plan import Limits
from engine.governance.change.view import count_plans, list_plans
from retention.sweeps import list_sweeps

router = APIRouter(include_in_schema=False)
Reader = Annotated[Principal, Depends(requires(Scope.PLANS_READ))]
Follower = Annotated[Principal, Depends(requires(Scope.PLANS_READ, unattended=True))]
Writer = Annotated[Principal, Depends(requires(Scope.PLANS_WRITE))]
Approver = Annotated[Principal, Depends(requires(Scope.PLANS_APPROVE))]
ROWS: Final = 25
SWEEPS: Final = 5
SHOWN: Final = (("open", "that have not ended"), ("waiting", "wait for a person"), ("all", "in all"))
_CAN_BE_CANCELLED: Final = ("making", "made", "approved", "running", "stopped")
_CAN_BE_APPROVED: Final = ("made", "approved", "running", "stopped")


@router.get("/plans")
def plans(request: Request, house: InHouse, principal: Reader) -> Response:
    """Plans, newest first: those that have not ended, unless others are asked for; and sweeps."""
    return listed(request, house, principal)


def listed(
    request: Request,
    house: House,
    principal: Principal,
    *,
    error: BadInput | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    """The page of plans; ``error``: why the form ``given`` does not fit."""
    asked, number = request.query_params.get("show", ""), request.query_params.get("page", "1")
    shown = asked if asked in dict(SHOWN) else "open"
    place = max(1, int(number[:6])) if number.isdecimal() else 1
    with house.reading(principal) as session:
        counts = {word: count_plans(session, _state(word)) for word, _ in SHOWN}
        found = list_plans(session, ROWS, skip=(place - 1) * ROWS, state=_state(shown))
        sweeps = list_sweeps(session, SWEEPS)
        works = bool(living_workers(session))
    note_read(house, request, principal, Scope.PLANS_READ, len(found))
    return page(
        request,
        "plans.html",
        status=200 if error is None else 422,
        plans=found,
        sweeps=sweeps,
        works=works,
        asks=principal.may(Scope.PLANS_WRITE),
        stores=_databases(house),
        limits=Limits(),
        error=error,
        given=given or {},
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


@router.get("/plans/{plan_id}/live")
def plan_now(request: Request, house: InHouse, principal: Follower, plan_id: UUID) -> Response:
    """The same page once more, for the script; that it was read is recorded when it is opened, not with every look."""
    return _one(request, house, principal, plan_id, noted=False)


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


@router.post("/plans/{plan_id}/run")
def run_from_form(request: Request, house: InHouse, principal: Writer, plan_id: UUID) -> Response:
    """Have a worker run it, or go on with it."""
    return _steered(request, house, principal, plan_id, steering.start, "plan-run")


@router.post("/plans/{plan_id}/pause")
def pause_from_form(request: Request, house: InHouse, principal: Writer, plan_id: UUID) -> Response:
    """Let it stand still after the batch that is under way."""
    return _steered(request, house, principal, plan_id, steering.pause, "plan-paused")


@router.post("/plans/{plan_id}/resume")
def resume_from_form(request: Request, house: InHouse, principal: Writer, plan_id: UUID) -> Response:
    """Let it go on."""
    return _steered(request, house, principal, plan_id, steering.resume, "plan-resumed")


@router.post("/plans/{plan_id}/cancel")
def cancel_from_form(request: Request, house: InHouse, principal: Writer, plan_id: UUID) -> Response:
    """Let it not be done, or no further."""
    return _steered(request, house, principal, plan_id, steering.cancel, "plan-cancelled")


def _steered(
    request: Request,
    house: House,
    principal: Principal,
    plan_id: UUID,
    deed: Callable[[Session, PlanId], object],
    said: str,
) -> Response:
    try:
        with house.acting(principal) as session:
            deed(session, PlanId(plan_id))
    except NotFound:
        raise
    except BadInput as exc:
        return _one(request, house, principal, plan_id, error=exc)
    return done(f"/plans/{plan_id}", said)


def _one(
    request: Request,
    house: House,
    principal: Principal,
    plan_id: UUID,
    *,
    error: BadInput | None = None,
    noted: bool = True,
) -> Response:
    with house.reading(principal) as session:
        followed = follow(session, plan_id)
        works = bool(living_workers(session))
    if noted:
        note_read(house, request, principal, Scope.PLANS_READ, 1)
    found, one, state = followed.whole, followed.whole.plan, followed.whole.plan.state
    steps = [] if one.header is None else list(zip(one.header.task.steps, one.rows, found.progress.done, strict=True))
    return page(
        request,
        "plan.html",
        status=200 if error is None else 422,
        plan=one,
        whole=found,
        header=one.header,
        estimates="" if one.header is None else estimating.in_words(one.header),
        mind=[in_words(warned.kind, warned.asset, warned.detail) for warned in one.header.warnings]
        if one.header
        else [],
        steps=steps,
        approves=principal.may(Scope.PLANS_APPROVE) and state in _CAN_BE_APPROVED,
        own=one.made_by.id == principal.actor_id,
        followed=followed,
        works=works,
        follows=followed.live or state == "approved",  # a worker takes up what is approved
        buttons=_buttons(followed) if principal.may(Scope.PLANS_WRITE) else [],
        cancels=principal.may(Scope.PLANS_WRITE) and state in _CAN_BE_CANCELLED and not one.cancelling,
        error=error,
    )


def _buttons(followed: Followed) -> list[tuple[str, str]]:
    """What can be asked of a plan as it is now, beside cancelling it: the deed and the words on its button."""
    whole, run = followed.whole, followed.run
    if whole.plan.ended_at is not None or whole.plan.state == "making":
        return []
    if run is not None and not run.ended:
        if run.requested == "cancel" or whole.plan.cancelling:
            return []
        return [("resume", "Go on")] if followed.paused else [("pause", "Pause")]
    may_run = whole.approval is not None or whole.plan.state == "verifying" or whole.plan.cancelling
    return [("run", "Run it")] if may_run and not followed.held else []


def _databases(house: House) -> list[str]:
    try:
        stores = load_settings(house.settings.file).stores
    except BadInput:  # it is being edited just now
        stores = house.settings.stores
    return sorted(name for name, store in stores.items() if isinstance(store, SqlStore))


def _state(word: str) -> str:
    return "" if word == "all" else word
