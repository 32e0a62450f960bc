"""Whether the server lives, and whether it can work."""

from __future__ import annotations

from importlib.metadata import version
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from api.access.declared import public
from api.shell.house import InHouse
from engine.base.errors import ReeveError

router = APIRouter(prefix="/v1/health", tags=["health"])
LIVE = Depends(public("load balancers ask it, and it tells nothing but that the process answers"))
READY = Depends(public("load balancers ask it, and it tells nothing but whether the state answers"))


class Live(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class Ready(BaseModel):
    """Whether requests can be served."""

    status: Literal["ok", "unavailable"]
    state: Annotated[
        Literal["ok", "unavailable"], Field(description="whether the state answers and is of this version")
    ]
    version: Annotated[str, Field(description="of Reeve", examples=["0.1.0"])]


@router.get("/live", dependencies=[LIVE])
def live() -> Live:
    """Whether the process answers."""
    return Live()


@router.get("/ready", dependencies=[READY], responses={503: {"model": Ready}})
def ready(house: InHouse, response: Response) -> Ready:
    """Whether requests can be served: 503 while the state does not answer."""
    try:
        house.database.check()
    except ReeveError:
        response.status_code = 503
        return Ready(status="unavailable", state="unavailable", version=version("reeve"))
    return Ready(status="ok", state="ok", version=version("reeve"))
