"""Who a credential belongs to, and what it allows."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from api.access.gate import signed_in
from engine.base.actors.principal import Principal

router = APIRouter(prefix="/v1", tags=["me"])


class Me(BaseModel):
    """The actor behind the credential."""

    actor_id: UUID
    kind: Annotated[str, Field(description="`person`, `service` or `schedule`", examples=["service"])]
    name: Annotated[str | None, Field(description="null once it was forgotten", examples=["crm-sync"])]
    roles: Annotated[list[str], Field(examples=[["service"]])]
    scopes: Annotated[list[str], Field(description="what this credential allows", examples=[["inventory:read"]])]
    credential: Literal["api_key", "session"]


@router.get("/me")
def me(principal: Annotated[Principal, Depends(signed_in)]) -> Me:
    """Who this credential belongs to, and what it allows."""
    return Me(
        actor_id=principal.actor_id,
        kind=principal.kind.value,
        name=principal.name,
        roles=sorted(principal.roles),
        scopes=sorted(principal.scopes),
        credential=principal.credential,
    )
