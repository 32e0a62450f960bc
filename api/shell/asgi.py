"""The outermost layer, plain ASGI: ids, limits, headers, the log, and an answer whatever happens inside.

Order: request id -> name of the server -> limit of the address -> body (bounded in size and time) -> the application. The body
is read before the application sees the request, so a slow or endless one takes no thread and no connection of the state.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import Final

import anyio
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.shell.house import House
from api.shell.limits import Spent
from api.shell.origin import allowed_host, origin_of
from api.shell.problems import Problem
from engine.base.ids import new_id

LONGEST_BODY: Final = 1 << 20  # bytes of a request
BODY_SECONDS: Final = 20.0  # within which all of it is here
POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with `no-referrer` browsers send no Origin with forms, which we compare
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cache-Control": "no-store",
}
HSTS: Final = "max-age=31536000"

_access = logging.getLogger("reeve.access")
_log = logging.getLogger("reeve.serve")


class Shell:
    """Wraps the application.

    Args:
        app: what is wrapped.
        house: whose limits and names count.
        failed: makes the answer when something went wrong inside.
    """

    def __init__(self, app: ASGIApp, house: House, failed: Callable[[Request], Response]) -> None:
        self._app = app
        self._house = house
        self._failed = failed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection: only HTTP goes through; there are no web sockets here."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await self._app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun, number = time.monotonic(), str(new_id())
        origin = origin_of(scope, self._house.server.proxies())
        state = scope.setdefault("state", {})
        state.update(request_id=number, origin=origin, body=b"")
        spent = self._house.by_address.take(origin.address)
        sent = _Sent(send, self._house.secure, number, state)
        try:
            problem = self._refusal(origin.host, spent)
            if problem is None:
                body, problem = await _body(scope, receive)
                state["body"] = body
            if problem is not None:
                await problem.response(number)(scope, receive, sent)
            else:
                await self._app(scope, _again(state["body"], receive), sent)
        except ClientDisconnect:
            sent.status = sent.status or 499
        except Exception as exc:  # noqa: BLE001 - the outermost loop: an answer comes whatever happened
            _log.error("request %s failed: %s", number, _where(exc))
            if not sent.status:
                await self._failed(Request(scope))(scope, receive, sent)
        finally:
            route = scope.get("route")
            place = getattr(route, "path", "-")  # the pattern: what stands in its place may tell a name
            took = (time.monotonic() - begun) * 1000
            _access.info("%s %s %d %.0fms %s", scope["method"], place, sent.status or 500, took, number)

    def _refusal(self, host: str, spent: Spent) -> Problem | None:
        if not allowed_host(host, self._house.server):
            hint = "set `server: public_url:` to the address that browsers and services use"
            return Problem(421, "wrong_host", "the server does not answer to this name", hint)
        if not spent.allowed:
            return Problem(
                429, "too_many_requests", "too many requests from this address", headers=spent.headers("address")
            )
        return None


class _Sent:
    """Adds what every answer carries."""

    def __init__(self, send: Send, secure: bool, number: str, state: Mapping[str, object]) -> None:  # noqa: FBT001
        self._send = send
        self._secure = secure
        self._number = number
        self._state = state
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if self._secure:
                headers.setdefault("Strict-Transport-Security", HSTS)
            spent = self._state.get("spent")
            if isinstance(spent, Spent):
                for name, value in spent.headers("credential").items():
                    headers.setdefault(name, value)
            headers["X-Request-Id"] = self._number
        await self._send(message)


async def _body(scope: Scope, receive: Receive) -> tuple[bytes, Problem | None]:
    """All of the body, or why it is not taken."""
    told = Headers(scope=scope).get("content-length", "")
    large = Problem(413, "too_large", f"a request has at most {LONGEST_BODY:,} bytes")
    if told.isdecimal() and int(told[:20]) > LONGEST_BODY:
        return b"", large
    parts: list[bytes] = []
    size = 0
    with anyio.move_on_after(BODY_SECONDS) as limit:
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientDisconnect
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > LONGEST_BODY:
                return b"", large
            if not message.get("more_body", False):
                break
    if limit.cancelled_caught:
        return b"", Problem(408, "too_slow", f"the request was not here after {BODY_SECONDS:.0f} seconds")
    return b"".join(parts), None


def _again(body: bytes, receive: Receive) -> Receive:
    """Gives the body that was read, once, and then what comes after it."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _where(exc: BaseException) -> str:
    """Class and place of an error, without its text, which may hold values."""
    frame = exc.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f"{frame.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{frame.tb_lineno}" if frame is not None else "?"
    return f"{type(exc).__name__} at {place}"
