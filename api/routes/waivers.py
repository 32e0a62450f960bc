"""Waivers: asked for by one actor, approved by another, ended by themselves."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.orm import Session

from api.access.gate import requires
from api.access.reading import note_read
from api.routes import policies_models as models
from api.routes.policies import rules_of
from api.shell.cursors import Cursor, Limit, Page, Paging
from api.shell.house import House, InHouse
from api.shell.idempotency import Done, DoOnce
from classifiers.matching.matcher import Matcher
from engine.base.actors.principal import Principal
from engine.base.actors.roles import Scope
from engine.base.errors import NotFound
from engine.base.ids import ActorId, WaiverId
from engine.governance.policy.waivers import Asking, State, approve, ask, end, get_waiver, list_waivers

router = APIRouter(prefix="/v1", tags=["waivers"])
Reader = Annotated[Principal, Depends(requires(Scope.POLICIES_READ))]
Writer = Annotated[Principal, Depends(requires(Scope.WAIVERS_WRITE))]
Approver = Annotated[Principal, Depends(requires(Scope.WAIVERS_APPROVE))]


@router.get("/waivers")
def show_waivers(
    principal: Reader,
    house: InHouse,
    request: Request,
    response: Response,
    state: State | None = None,
    limit: Limit = 100,
    cursor: Cursor = "",
) -> Page[models.Waiver]:
    """Waivers, newest first."""
    with house.reading(principal) as session:
        paging = Paging.of(session, request, limit, cursor)
        found = list_waivers(session, limit + 1, after=paging.after, state=state)
        items, following = paging.page(session, [(one.id, models.Waiver.of(one)) for one in found], response)
    note_read(house, request, principal, Scope.POLICIES_READ, len(items))
    return Page(items=items, next=following)


@router.get("/waivers/{waiver_id}")
def show_waiver(principal: Reader, house: InHouse, waiver_id: UUID) -> models.Waiver:
    """One waiver."""
    with house.reading(principal) as session:
        return models.Waiver.of(get_waiver(session, waiver_id))


@router.post("/waivers", status_code=201, response_model=models.Waiver)
def ask_for_waiver(principal: Writer, house: InHouse, do_once: DoOnce, body: models.NewWaiver) -> Response:
    """Ask that a violation be accepted. It does not count before another actor approved it."""
    with house.detectors.matcher() as matcher:

        def deed(session: Session) -> Done:
            made = ask_one(house, session, matcher, principal, body)
            found = models.Waiver.of(get_waiver(session, made))
            return Done(found, 201, {"Location": f"/v1/waivers/{made}"})

        return do_once.run(principal, deed)


@router.post("/waivers/{waiver_id}/approve", response_model=models.Waiver)
def approve_waiver(principal: Approver, do_once: DoOnce, waiver_id: UUID) -> Response:
    """Accept a violation that another actor asked to be accepted."""

    def deed(session: Session) -> Done:
        approve(session, waiver_id)
        return Done(models.Waiver.of(get_waiver(session, waiver_id)), 200)

    return do_once.run(principal, deed)


@router.post("/waivers/{waiver_id}/end", response_model=models.Waiver)
def end_waiver(principal: Writer, house: InHouse, do_once: DoOnce, waiver_id: UUID, body: models.Ending) -> Response:
    """Decline a waiver that waits, or withdraw one that counts: the violation is open again."""
    with house.detectors.matcher() as matcher:

        def deed(session: Session) -> Done:
            end(session, matcher, waiver_id, body.reason)
            return Done(models.Waiver.of(get_waiver(session, waiver_id)), 200)

        return do_once.run(principal, deed)


def ask_one(house: House, session: Session, matcher: Matcher, principal: Principal, body: models.NewWaiver) -> WaiverId:
    """Ask for a waiver in a principal's name. For the console, too.

    Raises:
        NotFound: there is no such rule or owner.
        BadInput: what the waiver itself is refused for.
    """
    if all(one.name != body.rule for one in rules_of(house).rules):
        raise NotFound("there is no rule of that name in the policies")
    owner = principal.actor_id if body.owner_id is None else ActorId(body.owner_id)
    asking = Asking(
        body.rule, body.store, body.asset, body.field, owner, body.reason, body.control, body.expires_at
    )  # fmt: skip
    return ask(session, matcher, asking)
