"""Where a person who was invited sets their password. The token stands behind the ``#``, which browsers send to nobody."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.access.declared import public
from api.access.gate import PASSWORD_COST, charge, check_same_site, form_of
from api.console.render import done, new_password, page
from api.shell.house import InHouse
from engine.base.actors.invitations import accept_invitation
from engine.base.errors import AccessRefused, BadInput

router = APIRouter(include_in_schema=False)
OPEN = Depends(public("who was invited cannot sign in yet; the invitation is what they show"))


@router.get("/invitation", dependencies=[OPEN])
def invitation(request: Request) -> Response:
    """The form."""
    return page(request, "invitation.html", error=None, token="")


@router.post("/invitation", dependencies=[OPEN])
def accept(request: Request, house: InHouse) -> Response:
    """Set the password; the invitation is used up then."""
    check_same_site(house, request)
    charge(house, request, PASSWORD_COST)
    given = form_of(request)
    token = given.get("token", "").strip()
    try:
        accept_invitation(house.database, token, new_password(given))
    except AccessRefused:
        error = BadInput("this invitation does not count", hint="ask an administrator for a new one")
        return page(request, "invitation.html", status=403, error=error, token="")
    except BadInput as exc:
        return page(request, "invitation.html", status=422, error=exc, token=token)
    return done("/sign-in", "password-set")
