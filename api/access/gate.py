"""The gate that every route but the public ones goes through: ``principal: Annotated[Principal, Depends(requires(Scope.X))]``.

A request shows who it is from in one of two ways:

- ``Authorization: Bearer reeve_...``: an API key; counts under ``/v1`` only;
- a session's cookie: counts everywhere. An unsafe method then also needs the session's CSRF token, as the header
  ``X-CSRF-Token`` or as the field ``csrf`` of a form, and must not come from a page of another origin.

A request with both is refused: which of the two counts must not depend on who reads it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final
from urllib.parse import parse_qs
from uuid import UUID

from starlette.requests import Request

from api.access.cookies import cookie_of
from api.access.declared import MARK, Declared
from api.access.refusals import Reason, note_refusal
from api.shell.house import House, house_of
from api.shell.origin import Origin
from api.shell.problems import Refused, refuse
from engine.base.actors.api_keys import check_api_key, note_key_use
from engine.base.actors.principal import Principal
from engine.base.actors.roles import Scope
from engine.base.actors.sessions import check_csrf, check_session, note_session_use
from engine.base.errors import AccessRefused
from engine.base.ids import ActorId

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
API: Final = "/v1"
CSRF_FIELD: Final = "csrf"
CSRF_HEADER: Final = "X-CSRF-Token"
LONGEST_CREDENTIAL: Final = 512  # characters
FAILED_COST: Final = 5.0  # requests that a refused credential costs its address
PASSWORD_COST: Final = 20.0  # requests that hashing a password costs it: memory and a tenth of a second

Gate = Callable[[Request], Principal]


@cache
def requires(scope: Scope, *, unattended: bool = False) -> Gate:
    """The dependency of a route that asks for a scope; gives who acts.

    It refuses with 401 who did not show who they are, with 403 who may not, and with 429 who asks too much.

    Args:
        scope: that is needed.
        unattended: pages ask for it by themselves while nobody is there, so it does not keep a session from ending.
    """

    def gate(request: Request) -> Principal:
        principal = _admit(request, unattended=unattended)
        if not principal.may(scope):
            house = house_of(request)
            note_refusal(house, request, Reason.SCOPE, actor_id=principal.actor_id, scope=scope.value)
            raise refuse(
                403, "forbidden", "this credential may not do that", hint=f"it needs the scope `{scope}`; ask for it"
            )
        return principal

    setattr(gate, MARK, Declared(scope=scope))
    return gate


def signed_in(request: Request) -> Principal:
    """The dependency of a route that any actor may call about themselves."""
    return _admit(request)


setattr(signed_in, MARK, Declared(known=True))


def _admit(request: Request, *, unattended: bool = False) -> Principal:
    """Who acts, checked once a request."""
    house = house_of(request)
    header, cookie = request.headers.get("authorization"), cookie_of(request, secure=house.secure)
    under_api = request.url.path.startswith(f"{API}/")
    if header is not None and cookie is not None and under_api:
        raise _unknown(house, request, Reason.TWO_CREDENTIALS, "the request has both a key and a cookie")
    if header is not None and under_api:
        principal = _by_key(house, request, header)
    elif cookie is not None:
        principal = _by_session(house, request, cookie, unattended=unattended)
    else:
        raise _unknown(house, request, Reason.MISSING, "the request does not say who it is from")
    spent = house.by_credential.take(str(principal.credential_id))
    request.state.spent = spent
    if not spent.allowed:
        note_refusal(house, request, Reason.TOO_MANY, actor_id=principal.actor_id)
        headers = spent.headers("credential")
        raise refuse(429, "too_many_requests", "too many requests with this credential", headers=headers)
    request.state.principal = principal
    return principal


def _by_key(house: House, request: Request, header: str) -> Principal:
    kind, _, token = header.partition(" ")
    token = token.strip()
    if kind.lower() != "bearer" or not token or len(token) > LONGEST_CREDENTIAL or not token.isascii():
        raise _unknown(house, request, Reason.MALFORMED, "the header Authorization holds no API key")
    try:
        with house.database.snapshot() as session:
            principal = check_api_key(session, token, note=False)
        if principal.use_due:
            with house.database.transaction() as session:
                note_key_use(session, principal)
    except AccessRefused as exc:
        raise _unknown(house, request, exc.reason, "the API key is not one that counts", exc.actor_id) from None
    return principal


def _by_session(house: House, request: Request, token: str, *, unattended: bool) -> Principal:
    try:
        with house.database.snapshot() as session:
            principal = check_session(session, token, note=False)
    except AccessRefused as exc:
        raise _unknown(house, request, exc.reason, "the session is over", exc.actor_id) from None
    if request.method not in SAFE:
        check_same_site(house, request)
        try:
            check_csrf(token, _given_csrf(request))
        except AccessRefused:
            note_refusal(house, request, Reason.CSRF, actor_id=principal.actor_id)
            raise _foreign() from None
    if principal.use_due and not unattended:
        with house.database.transaction() as session:
            note_session_use(session, principal)
    return principal


def check_same_site(house: House, request: Request) -> None:
    """Refuse an unsafe request that a page of another origin made. Every browser of today sends one of the two headers."""
    origin: Origin = request.state.origin
    told, site = request.headers.get("origin"), request.headers.get("sec-fetch-site")
    own = {origin.own, house.server.public_url} - {""}
    if (told is not None and told not in own) or (site is not None and site != "same-origin"):
        note_refusal(house, request, Reason.CSRF)
        raise _foreign()
    if told is None and site is None:
        note_refusal(house, request, Reason.CSRF)
        raise _foreign()


def charge(house: House, request: Request, cost: float) -> None:
    """Let what costs much, and needs no credential, count for more of what an address may ask.

    Raises:
        Refused: it has asked too much.
    """
    spent = house.by_address.take(request.state.origin.address, cost)
    if not spent.allowed:
        note_refusal(house, request, Reason.TOO_MANY)
        headers = spent.headers("address")
        raise refuse(429, "too_many_requests", "too many requests from this address", headers=headers)


def form_of(request: Request) -> dict[str, str]:
    """The fields of a form, the last of a name; empty if the body is none."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        return {}
    try:
        text = request.state.body.decode("utf-8")
        return {name: values[-1] for name, values in parse_qs(text, keep_blank_values=True, max_num_fields=200).items()}
    except ValueError:
        return {}


def _given_csrf(request: Request) -> str:
    return request.headers.get(CSRF_HEADER) or form_of(request).get(CSRF_FIELD, "")


def _foreign() -> Refused:
    return refuse(403, "csrf", "the request may come from another site", hint="load the page anew and try again")


def _unknown(house: House, request: Request, reason: str, detail: str, actor_id: UUID | None = None) -> Refused:
    note_refusal(house, request, reason, actor_id=None if actor_id is None else ActorId(actor_id))
    if reason != Reason.MISSING:
        house.by_address.take(request.state.origin.address, FAILED_COST)
    return refuse(
        401,
        "unauthenticated",
        detail,
        hint="send `Authorization: Bearer reeve_...` with an API key, or sign in",
        headers={"WWW-Authenticate": 'Bearer realm="reeve"'},
    )
