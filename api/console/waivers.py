"""Waivers: asking for one, approving what another asked for, ending one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import ValidationError
from starlette.responses import Response

from api.access.gate import requires
from api.access.reading import note_read
from api.console.render import done, form, page
from api.routes.policies import rules_of
from api.routes.policies_models import NewWaiver
from api.routes.waivers import ask_one
from api.shell.house import House, InHouse
from engine.base.actors.principal import Principal
from engine.base.actors.roles import Scope
from engine.base.errors import BadInput, ConfigError
from engine.governance.policy.waivers import State, approve, end, list_waivers

router = APIRouter(include_in_schema=False)
Reader = Annotated[Principal, Depends(requires(Scope.POLICIES_READ))]
Writer = Annotated[Principal, Depends(requires(Scope.WAIVERS_WRITE))]
Approver = Annotated[Principal, Depends(requires(Scope.WAIVERS_APPROVE))]
ROWS: Final = 50
HOME: Final = "/policies/waivers"
CLASSES: Final = {"asked": "queued", "in_force": "complete", "expired": "paused", "ended": ""}


@router.get(HOME)
def waivers(request: Request, house: InHouse, principal: Reader) -> Response:
    """Waivers, newest first, and a form to ask for one."""
    given = {name: request.query_params.get(name, "")[:1024] for name in ("rule", "store", "asset", "field")}
    return _list(request, house, principal, given=given)


@router.post(HOME)
def ask(request: Request, house: InHouse, principal: Writer) -> Response:
    """Ask for one from the form."""
    given = form(request)
    try:
        wanted = _wanted(given)
        with house.detectors.matcher() as matcher, house.acting(principal) as session:
            ask_one(house, session, matcher, principal, wanted)
    except BadInput as exc:
        return _list(request, house, principal, error=exc, given=given)
    return done(HOME, "waiver-asked")


@router.post(f"{HOME}/{{waiver_id}}/approve")
def accept(request: Request, house: InHouse, principal: Approver, waiver_id: UUID) -> Response:
    """Accept what another asked for."""
    try:
        with house.acting(principal) as session:
            approve(session, waiver_id)
    except BadInput as exc:
        return _list(request, house, principal, error=exc)
    return done(HOME, "waiver-approved")


@router.post(f"{HOME}/{{waiver_id}}/end")
def take_back(request: Request, house: InHouse, principal: Writer, waiver_id: UUID) -> Response:
    """Decline one that waits, or withdraw one that counts."""
    try:
        with house.detectors.matcher() as matcher, house.acting(principal) as session:
            end(session, matcher, waiver_id, form(request).get("reason", ""))
    except BadInput as exc:
        return _list(request, house, principal, error=exc)
    return done(HOME, "waiver-ended")


def _list(
    request: Request,
    house: House,
    principal: Principal,
    *,
    error: BadInput | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    word, after = (request.query_params.get(name, "") for name in ("state", "after"))
    state = State(word) if word in [one.value for one in State] else None
    with house.reading(principal) as session:
        found = list_waivers(session, ROWS + 1, after=_id(after), state=state)
        now = house.context.clock.now()
    note_read(house, request, principal, Scope.POLICIES_READ, min(len(found), ROWS))
    return page(
        request,
        "waivers.html",
        status=200 if error is None else 422,
        waivers=found[:ROWS],
        following=found[ROWS - 1].id if len(found) > ROWS else None,
        states=[one.value for one in State],
        state=state.value if state is not None else "",
        classes=CLASSES,
        rules=_rules(house),
        asks=principal.may(Scope.WAIVERS_WRITE),
        approves=principal.may(Scope.WAIVERS_APPROVE),
        me=principal.actor_id,
        first_day=(now + timedelta(days=1)).date(),
        last_day=(now + timedelta(days=364)).date(),
        error=error,
        given=given or {},
    )


def _rules(house: House) -> list[str]:
    """The names to choose from; none while a file is being edited: waivers are shown all the same."""
    try:
        return [one.name for one in rules_of(house).rules]
    except ConfigError:
        return []


def _id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _wanted(given: dict[str, str]) -> NewWaiver:
    """What the form asks for; its day is the last on which the waiver counts, in UTC."""
    try:
        last = datetime.strptime(given.get("until", ""), "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise BadInput("a waiver needs a last day", hint="choose one within a year") from None
    words = {name: given.get(name, "") for name in ("rule", "store", "asset", "field", "reason", "control")}
    try:
        return NewWaiver.model_validate({**words, "expires_at": last + timedelta(days=1)})
    except (ValidationError, OverflowError):
        raise BadInput(
            "a waiver needs a rule, a reason and what is done instead", hint="each of at most 1,000 characters"
        ) from None
