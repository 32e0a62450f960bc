"""Signing in and out."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from api.access.cookies import clear_cookie, cookie_of, set_cookie
from api.access.declared import public
from api.access.gate import PASSWORD_COST, charge, check_same_site, form_of, signed_in
from api.console.render import done, form, page
from api.shell.house import InHouse
from api.shell.problems import RETRY_SECONDS
from engine.base.actors.principal import Principal
from engine.base.actors.sessions import end_session
from engine.base.actors.sign_in import SignInDelayed, sign_in
from engine.base.errors import AccessRefused

router = APIRouter(include_in_schema=False)
OPEN = Depends(public("who signs in is not known yet"))


@router.get("/sign-in", dependencies=[OPEN])
def sign_in_page(request: Request) -> Response:
    """The form."""
    return page(request, "sign_in.html", next=safe_next(request.query_params.get("next", "/")), error="", name="")


@router.post("/sign-in", dependencies=[OPEN])
def sign_in_form(request: Request, house: InHouse) -> Response:
    """Begin a session under a token that nobody has seen before. Any session that the browser had is ended."""
    check_same_site(house, request)
    charge(house, request, PASSWORD_COST)
    given = form(request)
    name, code = given.get("name", ""), given.get("code", "").replace(" ", "")
    password = form_of(request).get("password", "")  # as it was typed, with blanks around it
    wanted = safe_next(given.get("next", "/"))
    error, status, wait = "", 200, 0
    made = None
    try:
        made = sign_in(house.database, name, password, code, address=request.state.origin.address)
    except SignInDelayed as exc:
        error, status, wait = (
            f"Too many tries failed. Try again in {exc.retry_after_s} seconds.",
            429,
            exc.retry_after_s,
        )
    except AccessRefused:
        error, status = "This name, password or code is not right.", 403
    if made is None:
        answer: Response = page(request, "sign_in.html", status=status, next=wanted, error=error, name=name[:200])
        if wait:
            answer.headers["Retry-After"] = str(max(wait, RETRY_SECONDS))
        return answer
    old = cookie_of(request, secure=house.secure)
    if old is not None:
        with house.database.transaction() as session:
            end_session(session, old)
    answer = RedirectResponse(wanted, 303)
    set_cookie(answer, made.token, secure=house.secure)
    return answer


@router.post("/sign-out")
def sign_out(request: Request, house: InHouse, principal: Annotated[Principal, Depends(signed_in)]) -> Response:
    """End the session, here and on the server."""
    token = cookie_of(request, secure=house.secure)
    with house.acting(principal) as session:
        end_session(session, token or "")
    answer = done("/sign-in", "signed-out")
    clear_cookie(answer, secure=house.secure)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


def safe_next(wanted: str) -> str:
    """A page of ours to go on to, or the first one: never another site, whatever a link says."""
    plain = wanted if wanted.startswith("/") and not wanted.startswith(("//", "/\\", "/sign-")) else "/"
    return plain if plain.isprintable() and plain.isascii() and "\\" not in plain else quote("/")
