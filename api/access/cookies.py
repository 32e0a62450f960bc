"""The session's cookie: for this server only, never readable by a script, and over https never sent without."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

SECURE_NAME: Final = "__Host-reeve"  # browsers take it only from https, without a domain and for the whole path
PLAIN_NAME: Final = "reeve"  # on loopback, where there is no https
_LONGEST = 512  # characters


def cookie_name(*, secure: bool) -> str:
    """The cookie's name."""
    return SECURE_NAME if secure else PLAIN_NAME


def cookie_of(request: Request, *, secure: bool) -> str | None:
    """The session's token that a browser sent, or None."""
    token = request.cookies.get(cookie_name(secure=secure))
    return token if token and len(token) <= _LONGEST and token.isascii() else None


def set_cookie(response: Response, token: str, *, secure: bool) -> None:
    """Give a browser a session; it forgets it when it is closed, and the server ends it in its own time."""
    response.set_cookie(cookie_name(secure=secure), token, path="/", secure=secure, httponly=True, samesite="lax")


def clear_cookie(response: Response, *, secure: bool) -> None:
    """Take it away."""
    response.delete_cookie(cookie_name(secure=secure), path="/", secure=secure, httponly=True, samesite="lax")
