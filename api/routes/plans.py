"""Plans: what would be done to a store, whether it may be, and how far it is. Who approves signs elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.orm import Session

from api.access.gate import requires
from api.access.reading import note_read
from api.routes.plan_models import Plan, PlanInFull, PlanTree, SignedApproval
from api.shell.cursors import Cursor, Limit, Page, Paging
from api.shell.etags import tagged
from api.shell.house import InHouse
from api.shell.idempotency import Done, DoOnce
from engine.base.actors.principal import Principal
from engine.base.actors.roles import Scope
from engine.base.ids import PlanId
from engine.governance.change import steering
from engine.governance.change.approving import approve_plan
from engine.governance.change.following import follow
from engine.governance.change.kept import tree_of
from engine.governance.change.view import list_plans

router = APIRouter(prefix="/v1", tags=["plans"])
Reader = Annotated[Principal, Depends(requires(Scope.PLANS_READ))]
Writer = Annotated[Principal, Depends(requires(Scope.PLANS_WRITE))]
Approver = Annotated[Principal, Depends(requires(Scope.PLANS_APPROVE))]
State = Annotated[
    str, Query(max_length=40, description="one state; `open` for those that have not ended, `waiting` for a person")
]


@router.get("/plans")
def list_all_plans(
    principal: Reader,
    house: InHouse,
    request: Request,
    response: Response,
    state: State = "",
    limit: Limit = 100,
    cursor: Cursor = "",
) -> Page[Plan]:
    """Plans, newest first."""
    with house.reading(principal) as session:
        paging = Paging.of(session, request, limit, cursor)
        found = list_plans(session, limit + 1, after=paging.after, state=state)
        items, following = paging.page(session, [(one.id, Plan.of(one)) for one in found], response)
    note_read(house, request, principal, Scope.PLANS_READ, len(items))
    return Page(items=items, next=following)


@router.get("/plans/{plan_id}", response_model=PlanInFull)
def show_one_plan(principal: Reader, house: InHouse, request: Request, plan_id: UUID) -> Response:
    """One plan: steps, what is left out and why, what remains elsewhere, its approval and its progress.

    Ask again with ``If-None-Match`` to follow one that runs.
    """
    with house.reading(principal) as session:
        answer = tagged(request, in_full(session, plan_id))
    if answer.status_code == 200:
        note_read(house, request, principal, Scope.PLANS_READ, 1)
    return answer


@router.get("/plans/{plan_id}/tree")
def show_tree(principal: Reader, house: InHouse, request: Request, plan_id: UUID) -> PlanTree:
    """What the root of a plan is over, for `reeve plan sign` on the approver's own machine."""
    with house.reading(principal) as session:
        found = PlanTree.model_validate(tree_of(session, PlanId(plan_id)))
    note_read(house, request, principal, Scope.PLANS_READ, 1)
    return found


@router.post("/plans/{plan_id}/approval", response_model=PlanInFull)
def approve_a_plan(principal: Approver, do_once: DoOnce, plan_id: UUID, body: SignedApproval) -> Response:
    """Take a signed approval in. It is signed with the approver's own key, which no server has."""

    def deed(session: Session) -> Done:
        approve_plan(session, PlanId(plan_id), body.signed.encode())
        return Done(in_full(session, plan_id), 200)

    return do_once.run(principal, deed)


@router.post("/plans/{plan_id}/run", status_code=202, response_model=PlanInFull)
def run_a_plan(principal: Writer, do_once: DoOnce, plan_id: UUID) -> Response:
    """Have a worker run an approved plan, or go on with one that was broken off. Workers also do so by themselves.

    Where a run of it has not ended, there is no other one.
    """

    def deed(session: Session) -> Done:
        steering.start(session, PlanId(plan_id))
        return Done(in_full(session, plan_id), 202)

    return do_once.run(principal, deed)


@router.post("/plans/{plan_id}/pause", response_model=PlanInFull)
def pause_a_plan(principal: Writer, do_once: DoOnce, plan_id: UUID) -> Response:
    """Let a plan stand still after the batch that is under way, until it is resumed."""
    return do_once.run(principal, _steered(plan_id, steering.pause))


@router.post("/plans/{plan_id}/resume", response_model=PlanInFull)
def resume_a_plan(principal: Writer, do_once: DoOnce, plan_id: UUID) -> Response:
    """Let a paused plan go on."""
    return do_once.run(principal, _steered(plan_id, steering.resume))


@router.post("/plans/{plan_id}/cancel", response_model=PlanInFull)
def cancel_a_plan(principal: Writer, do_once: DoOnce, plan_id: UUID) -> Response:
    """Let a plan not be done, or no further. What was done stays."""
    return do_once.run(principal, _steered(plan_id, steering.cancel))


def in_full(session: Session, plan_id: UUID) -> PlanInFull:
    """A plan with its progress."""
    return PlanInFull.with_all(follow(session, plan_id))


def _steered(plan_id: UUID, deed: Callable[[Session, PlanId], None]) -> Callable[[Session], Done]:
    def steer(session: Session) -> Done:
        deed(session, PlanId(plan_id))
        session.flush()
        return Done(in_full(session, plan_id), 200)

    return steer
