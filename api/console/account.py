"""My account: password, second factor, my keys."""

from __future__ import annotations

import base64
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.access.cookies import set_cookie
from api.access.gate import form_of, signed_in
from api.console.actors import DAYS, issue_and_show
from api.console.render import done, new_password, page
from api.routes.actors import revoke_one
from api.shell.house import House, InHouse
from engine.base.actors.api_keys import list_api_keys
from engine.base.actors.passwords import set_password
from engine.base.actors.principal import Principal
from engine.base.actors.sessions import Factor, begin_session, end_session
from engine.base.actors.sign_in import SignInDelayed, sign_in
from engine.base.actors.totp import TotpEnrolment, begin_totp, confirm_totp, is_enrolled, recovery_codes_left
from engine.base.errors import AccessRefused, BadInput
from engine.base.ids import ActorId

router = APIRouter(include_in_schema=False)
Myself = Annotated[Principal, Depends(signed_in)]


@router.get("/account")
def account(request: Request, house: InHouse, principal: Myself) -> Response:
    """What I may do, and how I sign in."""
    return _page(request, house, principal, principal.actor_id)


@router.post("/account/password")
def change_password(request: Request, house: InHouse, principal: Myself) -> Response:
    """Change the password, with the one before and, where there is one, a code. All sessions end; a new one begins."""
    given = form_of(request)
    try:
        fresh = new_password(given)
        _prove(request, house, principal, given)
        set_password(house.own(principal), principal.actor_id, fresh, how="console")
        with house.acting(principal) as session:
            factor: Factor = "totp" if is_enrolled(session, principal.actor_id) else "none"
            made = begin_session(session, principal.actor_id, factor)
    except BadInput as exc:
        return _page(request, house, principal, principal.actor_id, error=exc)
    answer = done("/account", "password-changed")
    set_cookie(answer, made.token, secure=house.secure)
    return answer


@router.post("/account/code")
def begin_code(request: Request, house: InHouse, principal: Myself) -> Response:
    """Show the secret of a new second factor, after the password was given again."""
    try:
        _prove(request, house, principal, form_of(request))
        with house.acting(principal) as session:
            made = begin_totp(session, principal.actor_id)
    except BadInput as exc:
        return _page(request, house, principal, principal.actor_id, error=exc)
    return _page(request, house, principal, principal.actor_id, enrolment=made)


@router.post("/account/code/confirm")
def confirm_code(request: Request, house: InHouse, principal: Myself) -> Response:
    """Put it in force, by a code of it; gives recovery codes, this once."""
    try:
        with house.acting(principal) as session:
            codes = confirm_totp(session, principal.actor_id, form_of(request).get("code", ""))
    except BadInput as exc:
        return _page(request, house, principal, principal.actor_id, error=exc)
    return _page(request, house, principal, principal.actor_id, codes=codes)


@router.post("/account/keys")
def issue_key(request: Request, house: InHouse, principal: Myself) -> Response:
    """Issue a key for oneself and show it, this once."""
    return issue_and_show(request, house, principal, principal.actor_id, _page)


@router.post("/account/keys/{key_id}/revoke")
def revoke_key(house: InHouse, principal: Myself, key_id: UUID) -> Response:
    """Revoke one of one's keys."""
    with house.acting(principal) as session:
        revoke_one(session, principal, key_id)
    return done("/account", "key-revoked")


def _prove(request: Request, house: House, principal: Principal, given: dict[str, str]) -> None:
    """Make sure that it is them who sit there: by the same door, with the same patience, as signing in.

    Raises:
        BadInput: it is not.
    """
    password, code = given.get("password", ""), given.get("code", "").replace(" ", "")
    try:
        made = sign_in(house.database, principal.name or "", password, code, address=request.state.origin.address)
    except AccessRefused as exc:
        hint = exc.hint if isinstance(exc, SignInDelayed) else "give the present password, and a code if you have one"
        raise BadInput("this password or code is not right", hint=hint) from None
    with house.acting(principal) as session:
        end_session(session, made.token)


def _page(
    request: Request,
    house: House,
    principal: Principal,
    actor_id: UUID,
    *,
    error: BadInput | None = None,
    token: str = "",
    enrolment: TotpEnrolment | None = None,
    codes: tuple[str, ...] = (),
) -> Response:
    with house.reading(principal) as session:
        keys = list_api_keys(session, ActorId(actor_id))
        enrolled = is_enrolled(session, ActorId(actor_id))
        left = recovery_codes_left(session, ActorId(actor_id))
    return page(
        request,
        "account.html",
        status=200 if error is None else 422,
        keys=keys[::-1],
        now=house.context.clock.now(),
        enrolled=enrolled,
        left=left,
        scopes=sorted(principal.scopes),
        days=DAYS,
        error=error,
        token=token,
        picture=None if enrolment is None else base64.b64encode(enrolment.svg.encode()).decode(),
        uri="" if enrolment is None else enrolment.uri,
        codes=codes,
    )
