"""Who may do what: persons, services and schedules, their roles and keys."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from api.access.gate import requires
from api.console.asking import refused
from api.console.render import done, form, page
from api.routes.actors import NewActor, NewKey, grant_one, issue_one, register_one, revoke_one
from api.shell.house import House, InHouse
from engine.base.actors import ActorKind
from engine.base.actors.api_keys import list_api_keys
from engine.base.actors.granting import deactivate, list_actors, reactivate, view_actor, withdraw
from engine.base.actors.invitations import invite
from engine.base.actors.principal import Principal
from engine.base.actors.roles import SCOPES, Role, Scope, scopes_of
from engine.base.actors.totp import is_enrolled
from engine.base.errors import BadInput, NotFound
from engine.base.ids import ActorId

router = APIRouter(include_in_schema=False)
Reader = Annotated[Principal, Depends(requires(Scope.ACTORS_READ))]
Writer = Annotated[Principal, Depends(requires(Scope.ACTORS_WRITE))]
ROWS: Final = 100
DAYS: Final = (30, 90, 180, 366)
ROLE_WORDS: Final = {
    Role.PRIVACY_OFFICER: "keeps the inventory, decides what fields are, places and releases legal holds",
    Role.APPROVER: "approves plans with a key of their own",
    Role.SERVICE: "a program that asks for scans and reads the inventory",
    Role.AUDITOR: "reads everything that evidence is made of",
    Role.ADMINISTRATOR: "registers actors and grants roles; does not read what is classified",
}


@router.get("/actors")
def actors(request: Request, house: InHouse, principal: Reader) -> Response:
    """All of them, page by page."""
    return _list(request, house, principal)


@router.post("/actors")
def register_from_form(request: Request, house: InHouse, principal: Writer) -> Response:
    """Register one from the form."""
    given = form(request)
    try:
        wanted = new_actor(given)
        with house.acting(principal) as session:
            made = register_one(session, principal, wanted)
    except NotFound:
        raise
    except BadInput as exc:
        return _list(request, house, principal, error=exc, given=given)
    return done(f"/actors/{made}", "registered")


@router.get("/actors/{actor_id}")
def actor(request: Request, house: InHouse, principal: Reader, actor_id: UUID) -> Response:
    """One of them: roles and keys."""
    return _one(request, house, principal, actor_id)


@router.post("/actors/{actor_id}/roles")
def grant_from_form(request: Request, house: InHouse, principal: Writer, actor_id: UUID) -> Response:
    """Grant a role."""
    role = _role(form(request))
    return _do(
        request,
        house,
        principal,
        actor_id,
        lambda session: grant_one(session, principal, ActorId(actor_id), role),
        "granted",
    )


@router.post("/actors/{actor_id}/roles/withdraw")
def withdraw_from_form(request: Request, house: InHouse, principal: Writer, actor_id: UUID) -> Response:
    """Withdraw a role."""
    role = _role(form(request))
    return _do(
        request,
        house,
        principal,
        actor_id,
        lambda session: withdraw(session, ActorId(actor_id), role),
        "role-withdrawn",
    )


@router.post("/actors/{actor_id}/deactivate")
def deactivate_from_form(request: Request, house: InHouse, principal: Writer, actor_id: UUID) -> Response:
    """Let them act no more."""
    return _do(
        request, house, principal, actor_id, lambda session: deactivate(session, ActorId(actor_id)), "deactivated"
    )


@router.post("/actors/{actor_id}/reactivate")
def reactivate_from_form(request: Request, house: InHouse, principal: Writer, actor_id: UUID) -> Response:
    """Let them act again."""
    return _do(
        request, house, principal, actor_id, lambda session: reactivate(session, ActorId(actor_id)), "reactivated"
    )


@router.post("/actors/{actor_id}/invitation")
def invite_from_form(request: Request, house: InHouse, principal: Writer, actor_id: UUID) -> Response:
    """Make an invitation and show it, this once."""
    try:
        with house.acting(principal) as session:
            made = invite(session, ActorId(actor_id))
    except NotFound:
        raise
    except BadInput as exc:
        return _one(request, house, principal, actor_id, error=exc)
    address = f"{own_address(request, house)}/invitation#{made.token}"
    return _one(request, house, principal, actor_id, invitation=address, until=made.expires_at)


@router.post("/actors/{actor_id}/keys")
def issue_from_form(request: Request, house: InHouse, principal: Writer, actor_id: UUID) -> Response:
    """Issue a key and show it, this once."""
    return issue_and_show(request, house, principal, actor_id, _one)


@router.post("/actors/{actor_id}/keys/{key_id}/revoke")
def revoke_from_form(request: Request, house: InHouse, principal: Writer, actor_id: UUID, key_id: UUID) -> Response:
    """Revoke a key."""
    return _do(
        request, house, principal, actor_id, lambda session: revoke_one(session, principal, key_id), "key-revoked"
    )


def issue_and_show(
    request: Request, house: House, principal: Principal, actor_id: UUID, show: Callable[..., Response]
) -> Response:
    """Issue what the form asks for, and show the page with the key or with what does not fit."""
    given = form(request)
    try:
        wanted = _new_key(given, house)
        with house.acting(principal) as session:
            _, token = issue_one(session, principal, ActorId(actor_id), wanted)
    except NotFound:
        raise
    except BadInput as exc:
        return show(request, house, principal, actor_id, error=exc)
    return show(request, house, principal, actor_id, token=token)


def own_address(request: Request, house: House) -> str:
    """How browsers reach this server."""
    return house.server.public_url or str(request.state.origin.own)


def new_actor(given: dict[str, str]) -> NewActor:
    """What the form says.

    Raises:
        BadInput: it does not fit.
    """
    try:
        return NewActor(
            kind=ActorKind(given.get("kind", "")),
            name=given.get("name", ""),
            roles=[role for role in Role if given.get(f"role-{role.value}")],
        )
    except ValueError:
        raise BadInput("the form does not fit", hint="give a kind, and a name of 1 to 200 characters") from None


def _new_key(given: dict[str, str], house: House) -> NewKey:
    scopes = [scope for scope in Scope if given.get(f"scope-{scope.value}")]
    days = int(given.get("days", "90")) if given.get("days", "90").isdecimal() else 90
    if not scopes:
        raise BadInput("a key needs at least one scope", hint="choose what it may do")
    try:
        return NewKey(
            label=given.get("label", ""),
            scopes=scopes,
            expires_at=house.context.clock.now() + timedelta(days=min(days, max(DAYS))),
        )
    except ValueError:
        raise BadInput("a key needs a label", hint="say what it is for") from None


def _role(given: dict[str, str]) -> Role:
    try:
        return Role(given.get("role", ""))
    except ValueError:
        raise NotFound("there is no such role") from None


def _do(
    request: Request,
    house: House,
    principal: Principal,
    actor_id: UUID,
    deed: Callable[[Session], object],
    what: str,
) -> Response:
    error = refused(house, principal, deed)
    return (
        done(f"/actors/{actor_id}", what) if error is None else _one(request, house, principal, actor_id, error=error)
    )


def _list(
    request: Request,
    house: House,
    principal: Principal,
    *,
    error: BadInput | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    after = request.query_params.get("after", "")
    try:
        behind = ActorId(UUID(after)) if after else None
    except ValueError:
        behind = None
    with house.reading(principal) as session:
        found = list_actors(session, after=behind, limit=ROWS + 1)
    return page(
        request,
        "actors.html",
        status=200 if error is None else 422,
        actors=found[:ROWS],
        following=found[ROWS - 1].actor.id if len(found) > ROWS else None,
        writes=principal.may(Scope.ACTORS_WRITE),
        roles=ROLE_WORDS,
        kinds=list(ActorKind),
        error=error,
        given=given or {},
    )


def _one(
    request: Request,
    house: House,
    principal: Principal,
    actor_id: UUID,
    *,
    error: BadInput | None = None,
    token: str = "",
    invitation: str = "",
    until: datetime | None = None,
) -> Response:
    with house.reading(principal) as session:
        view = view_actor(session, ActorId(actor_id))
        keys = list_api_keys(session, ActorId(actor_id))
        enrolled = is_enrolled(session, ActorId(actor_id))
    service = view.actor.kind is ActorKind.SERVICE
    writes = principal.may(Scope.ACTORS_WRITE)
    return page(
        request,
        "actor.html",
        status=200 if error is None else 422,
        view=view,
        keys=keys[::-1],
        now=house.context.clock.now(),
        enrolled=enrolled,
        own=principal.actor_id == actor_id,
        writes=writes,
        issues=writes and service and view.deactivated_at is None,
        scopes=sorted(scopes_of(view.roles)),
        days=DAYS,
        roles=ROLE_WORDS,
        scopes_by_role=scope_words(),
        error=error,
        token=token,
        invitation=invitation,
        until=until,
    )


def scope_words() -> dict[str, Any]:
    """Scopes of each role, for whoever grants one."""
    return {role.value: sorted(scopes) for role, scopes in SCOPES.items()}
