"""Actors, their roles and their API keys.

Two rules beside the scopes (CC5.1, CC6.3): nobody gives themselves a role, and a person's key is issued by that person alone;
administrators issue keys for services.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict
from pydantic import Field as Of
from sqlalchemy.orm import Session

from api.access.gate import requires, signed_in
from api.shell.cursors import Cursor, Limit, Page, Paging
from api.shell.house import InHouse
from api.shell.idempotency import Done, DoOnce
from engine.base.actors import ActorKind, register
from engine.base.actors.api_keys import ApiKeyView, issue_api_key, list_api_keys, revoke_api_key
from engine.base.actors.granting import ActorView, deactivate, grant, list_actors, reactivate, view_actor, withdraw
from engine.base.actors.invitations import invite
from engine.base.actors.principal import Principal
from engine.base.actors.roles import Role, Scope
from engine.base.errors import AccessRefused, NotFound
from engine.base.ids import ActorId, ApiKeyId
from engine.base.state.context import context_of
from engine.base.state.tables import ApiKeyRow

router = APIRouter(prefix="/v1", tags=["actors"])
Reader = Annotated[Principal, Depends(requires(Scope.ACTORS_READ))]
Writer = Annotated[Principal, Depends(requires(Scope.ACTORS_WRITE))]
SomeKind = Annotated[ActorKind, Of(description="person, service or schedule", examples=["service"])]


class Actor(BaseModel):
    """Who acts."""

    id: UUID
    kind: SomeKind
    name: Annotated[str | None, Of(description="null once it was forgotten", examples=["crm-sync"])]
    roles: Annotated[list[Role], Of(examples=[["service"]])]
    created_at: datetime
    deactivated_at: datetime | None

    @classmethod
    def of(cls, view: ActorView) -> Self:
        """From a view."""
        return cls(
            id=view.actor.id,
            kind=view.actor.kind,
            name=view.actor.name,
            roles=sorted(view.roles),
            created_at=view.created_at,
            deactivated_at=view.deactivated_at,
        )


class NewActor(BaseModel):
    """Who is registered, with which roles."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"kind": "service", "name": "crm-sync", "roles": ["service"]}]}
    )

    kind: SomeKind
    name: Annotated[str, Of(min_length=1, max_length=200)]
    roles: Annotated[list[Role], Of(max_length=10)] = []


class NewRole(BaseModel):
    """A role to be granted."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"role": "auditor"}]})

    role: Role


class Key(BaseModel):
    """An API key, without the key."""

    id: UUID
    actor_id: UUID
    label: str | None
    scopes: list[Scope]
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None

    @classmethod
    def of(cls, view: ApiKeyView) -> Self:
        """From a view."""
        return cls(
            id=view.id,
            actor_id=view.actor_id,
            label=view.label,
            scopes=sorted(view.scopes),
            created_at=view.created_at,
            expires_at=view.expires_at,
            revoked_at=view.revoked_at,
            last_used_at=view.last_used_at,
        )


class Keys(BaseModel):
    """All keys that an actor ever had, oldest first."""

    items: list[Key]


class NewKey(BaseModel):
    """What a key is for, what it allows, and how long."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"label": "nightly sync", "scopes": ["inventory:read"], "expires_at": "2026-12-31T00:00:00Z"}]
        },
    )

    label: Annotated[str, Of(min_length=1, max_length=200)]
    scopes: Annotated[list[Scope], Of(min_length=1, max_length=50)]
    expires_at: Annotated[AwareDatetime, Of(description="within a year")]


class Issued(BaseModel):
    """A key that was made just now."""

    id: UUID
    token: Annotated[str, Of(description="the key itself: told this once", examples=["reeve_..."])]


class Invited(BaseModel):
    """What a person sets their password with."""

    token: Annotated[str, Of(description="told this once")]
    expires_at: datetime


@router.get("/actors")
def show_actors(
    principal: Reader, house: InHouse, request: Request, response: Response, limit: Limit = 100, cursor: Cursor = ""
) -> Page[Actor]:
    """Persons, services and schedules, in the order in which they were registered."""
    with house.reading(principal) as session:
        paging = Paging.of(session, request, limit, cursor)
        after = None if paging.after is None else ActorId(paging.after)
        found = list_actors(session, after=after, limit=limit + 1)
        items, following = paging.page(session, [(one.actor.id, Actor.of(one)) for one in found], response)
    return Page(items=items, next=following)


@router.get("/actors/{actor_id}")
def show_actor(principal: Reader, house: InHouse, actor_id: UUID) -> Actor:
    """One actor."""
    with house.reading(principal) as session:
        return Actor.of(view_actor(session, ActorId(actor_id)))


@router.post("/actors", status_code=201, response_model=Actor)
def register_actor(principal: Writer, do_once: DoOnce, body: NewActor) -> Response:
    """Register a person, service or schedule, and grant them roles."""

    def deed(session: Session) -> Done:
        made = register_one(session, principal, body)
        return Done(Actor.of(view_actor(session, made)), 201, {"Location": f"/v1/actors/{made}"})

    return do_once.run(principal, deed)


@router.post("/actors/{actor_id}/roles", response_model=Actor)
def grant_role(principal: Writer, do_once: DoOnce, actor_id: UUID, body: NewRole) -> Response:
    """Grant a role; not to oneself."""

    def deed(session: Session) -> Done:
        grant_one(session, principal, ActorId(actor_id), body.role)
        return Done(Actor.of(view_actor(session, ActorId(actor_id))), 200)

    return do_once.run(principal, deed)


@router.delete("/actors/{actor_id}/roles/{role}")
def withdraw_role(principal: Writer, house: InHouse, actor_id: UUID, role: Role) -> Actor:
    """Withdraw a role; sessions and keys lose what it allowed at once."""
    with house.acting(principal) as session:
        withdraw(session, ActorId(actor_id), role)
        return Actor.of(view_actor(session, ActorId(actor_id)))


@router.post("/actors/{actor_id}/deactivate", response_model=Actor)
def deactivate_actor(principal: Writer, do_once: DoOnce, actor_id: UUID) -> Response:
    """Let an actor act no more: their sessions and keys end."""

    def deed(session: Session) -> Done:
        deactivate(session, ActorId(actor_id))
        return Done(Actor.of(view_actor(session, ActorId(actor_id))), 200)

    return do_once.run(principal, deed)


@router.post("/actors/{actor_id}/reactivate", response_model=Actor)
def reactivate_actor(principal: Writer, do_once: DoOnce, actor_id: UUID) -> Response:
    """Let an actor act again; keys that ended stay so."""

    def deed(session: Session) -> Done:
        reactivate(session, ActorId(actor_id))
        return Done(Actor.of(view_actor(session, ActorId(actor_id))), 200)

    return do_once.run(principal, deed)


@router.post("/actors/{actor_id}/invitation", status_code=201, response_model=Invited)
def invite_person(principal: Writer, do_once: DoOnce, actor_id: UUID) -> Response:
    """Invite a person to set their password; an earlier invitation is void. The token is told this once."""

    def deed(session: Session) -> Done:
        made = invite(session, ActorId(actor_id))
        return Done(Invited(token=made.token, expires_at=made.expires_at))

    return do_once.run(principal, deed)


@router.get("/actors/{actor_id}/keys")
def list_keys(principal: Reader, house: InHouse, actor_id: UUID) -> Keys:
    """All keys that an actor ever had."""
    with house.reading(principal) as session:
        view_actor(session, ActorId(actor_id))
        return Keys(items=[Key.of(one) for one in list_api_keys(session, ActorId(actor_id))])


@router.post("/actors/{actor_id}/keys", status_code=201, response_model=Issued)
def issue_key(
    principal: Annotated[Principal, Depends(signed_in)], do_once: DoOnce, actor_id: UUID, body: NewKey
) -> Response:
    """Issue an API key: a person for themselves, an administrator for services. The key is told this once.

    It never allows more than whoever issues it for themselves may with the credential at hand.
    """

    def deed(session: Session) -> Done:
        made = issue_one(session, principal, ActorId(actor_id), body)
        return Done(Issued(id=made[0], token=made[1]))

    return do_once.run(principal, deed)


@router.delete("/keys/{key_id}", status_code=204)
def revoke_key(principal: Annotated[Principal, Depends(signed_in)], house: InHouse, key_id: UUID) -> Response:
    """Revoke a key, at once and for good: one's own, or as an administrator anyone's."""
    with house.acting(principal) as session:
        revoke_one(session, principal, key_id)
    return Response(status_code=204)


def register_one(session: Session, principal: Principal, wanted: NewActor) -> ActorId:
    """Register an actor with roles. For the console, too."""
    made = register(session, wanted.kind, wanted.name).id
    for role in wanted.roles:
        grant_one(session, principal, made, role)
    return made


def grant_one(session: Session, principal: Principal, actor_id: ActorId, role: Role) -> None:
    """Grant a role to another actor. For the console, too.

    Raises:
        AccessRefused: it is for oneself.
    """
    if principal.actor_id == actor_id:
        raise AccessRefused("nobody grants roles to themselves", reason="own_role", hint="ask another administrator")
    grant(session, actor_id, role)


def issue_one(session: Session, principal: Principal, actor_id: ActorId, wanted: NewKey) -> tuple[ApiKeyId, str]:
    """Issue a key; gives its id and the key itself. For the console, too.

    Raises:
        AccessRefused: it is for another person; or for oneself, with more than this credential allows.
        NotFound: there is no such actor.
    """
    if principal.actor_id == actor_id:
        if not frozenset(wanted.scopes) <= principal.scopes:
            raise AccessRefused("this credential does not allow so much", reason="scope", hint="ask for fewer scopes")
    elif not principal.may(Scope.ACTORS_WRITE):
        raise NotFound("there is no such actor")
    elif view_actor(session, actor_id).actor.kind is ActorKind.PERSON:
        raise AccessRefused("a person's key is issued by that person", reason="own_key", hint="under `My account`")
    made = issue_api_key(session, actor_id, label=wanted.label, scopes=wanted.scopes, expires_at=wanted.expires_at)
    return made.id, made.token


def revoke_one(session: Session, principal: Principal, key_id: UUID) -> None:
    """Revoke a key. For the console, too.

    Raises:
        NotFound: there is no such key, or it is another's and they may not.
    """
    row = session.get(ApiKeyRow, (context_of(session).tenant_id, key_id))
    if row is None or (row.actor_id != principal.actor_id and not principal.may(Scope.ACTORS_WRITE)):
        raise NotFound("there is no such API key")
    revoke_api_key(session, ApiKeyId(key_id))
