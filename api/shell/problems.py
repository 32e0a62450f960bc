"""Every error is one shape: problem details (RFC 9457), with a stable code, a hint and the request's id.

::

    {"type": "urn:reeve:problem:not_found", "title": "Not found", "status": 404, "code": "not_found",
     "detail": "there is no such job", "hint": "...", "request_id": "0199..."}

Nothing of the request is repeated in it: neither a value, nor a key that was made up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse

from engine.base.errors import (
    AccessRefused,
    BadInput,
    ConfigError,
    DependencyFailed,
    IntegrityViolated,
    Interrupted,
    NotFound,
    ReeveError,
)

MEDIA_TYPE: Final = "application/problem+json"
RETRY_SECONDS: Final = 5  # after which something outside may have come back
_MOST_ERRORS = 20

TITLES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "not_found": "Not found",
        "method_not_allowed": "This is not done here",
        "bad_input": "Not possible as asked",
        "bad_request": "Not a request that can be read",
        "invalid": "Some of what was sent does not fit",
        "unauthenticated": "Who asks is not known",
        "forbidden": "Not allowed",
        "csrf": "The request may come from another site",
        "wrong_host": "Asked under a name that is not this server's",
        "too_large": "Too large",
        "too_slow": "Too slow",
        "too_many_requests": "Too many requests",
        "unsupported_media_type": "Not a form that is understood",
        "idempotency_key_missing": "An Idempotency-Key is needed",
        "idempotency_key_invalid": "Not an Idempotency-Key",
        "idempotency_key_reused": "This Idempotency-Key was used for another request",
        "idempotency_key_running": "The first request under this Idempotency-Key is still worked on",
        "policies_refused": "The policies cannot be read",
        "cursor_invalid": "Not a cursor of this list",
        "dependency_failed": "Something that is needed did not answer",
        "config": "The server's configuration is wrong",
        "integrity": "A record is not what it claims to be",
        "internal": "A fault of this server",
    }
)
"""Every code with its title; a class of error below one of these has that one's title."""

_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "missing": "this is needed",
        "extra_forbidden": "something here is not known",
        "string_type": "text belongs here",
        "string_too_short": "too short",
        "string_too_long": "too long",
        "string_pattern_mismatch": "not of the form that belongs here",
        "int_parsing": "a whole number belongs here",
        "int_type": "a whole number belongs here",
        "float_parsing": "a number belongs here",
        "float_type": "a number belongs here",
        "bool_parsing": "true or false belongs here",
        "bool_type": "true or false belongs here",
        "greater_than": "too small",
        "greater_than_equal": "too small",
        "less_than": "too large",
        "less_than_equal": "too large",
        "uuid_parsing": "an id belongs here",
        "uuid_type": "an id belongs here",
        "enum": "not one of the words that belong here",
        "literal_error": "not one of the words that belong here",
        "list_type": "a list belongs here",
        "too_long": "too many",
        "too_short": "too few",
        "json_invalid": "not JSON",
        "model_attributes_type": "an object belongs here",
        "dict_type": "an object belongs here",
        "datetime_parsing": "an instant belongs here, such as 2026-03-01T09:30:00Z",
        "datetime_from_date_parsing": "an instant belongs here, such as 2026-03-01T09:30:00Z",
        "timezone_aware": "an instant with its time zone belongs here",
    }
)


def _none() -> Mapping[str, str]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, as it is told.

    Attributes:
        status: of HTTP.
        code: stable; one of ``TITLES`` or the code of an error class.
        detail: a sentence.
        hint: what to do, or empty.
        headers: to send with it.
        errors: of a request's parts: ``{"pointer", "detail"}`` each.
    """

    status: int
    code: str
    detail: str
    hint: str = ""
    headers: Mapping[str, str] = field(default_factory=_none)
    errors: Sequence[Mapping[str, str]] = ()

    @property
    def title(self) -> str:
        """A few words for the kind of problem."""
        return TITLES.get(self.code) or HTTPStatus(self.status).phrase

    def document(self, request_id: str) -> dict[str, Any]:
        """The body."""
        body: dict[str, Any] = {
            "type": f"urn:reeve:problem:{self.code}",
            "title": self.title,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
        }
        if self.hint:
            body["hint"] = self.hint
        if self.errors:
            body["errors"] = [dict(one) for one in self.errors]
        return body | {"request_id": request_id}

    def response(self, request_id: str) -> JSONResponse:
        """As an answer of HTTP."""
        return JSONResponse(
            self.document(request_id), status_code=self.status, headers=dict(self.headers), media_type=MEDIA_TYPE
        )


class Refused(Exception):
    """Raised where only HTTP knows what is wrong; carries the problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def refuse(status: int, code: str, detail: str, *, hint: str = "", headers: Mapping[str, str] | None = None) -> Refused:
    """An error to raise."""
    return Refused(Problem(status, code, detail, hint, headers or _none()))


def problem_of(error: ReeveError) -> Problem:
    """An error of the engine as a problem. Its message and hint never hold a value (see engine.base.errors)."""
    match error:
        case NotFound():
            found = Problem(404, error.code, error.message, error.hint)
        case AccessRefused():
            found = Problem(403, "forbidden", error.message, error.hint)
        case ConfigError():  # its words are for whoever runs the server: they tell files and lines
            found = Problem(503, "config", "the server's configuration is wrong", "whoever runs the server sees why")
        case BadInput():
            found = Problem(422, error.code, error.message, error.hint)
        case DependencyFailed() | Interrupted():
            headers = {"Retry-After": str(RETRY_SECONDS)}
            found = Problem(503, "dependency_failed", "something that is needed did not answer", "try again", headers)
        case IntegrityViolated():
            found = Problem(500, error.code, error.message, error.hint)
        case _:
            found = internal()
    return found


def internal() -> Problem:
    """A fault of ours; what it is stands in the log under the request's id."""
    return Problem(500, "internal", "something went wrong here", "the server's log has more under the request id")


def of_status(status: int, headers: Mapping[str, str] | None = None) -> Problem:
    """What the framework itself refuses."""
    match status:
        case 404:
            return Problem(404, "not_found", "there is nothing at this address", "see /openapi.json for what there is")
        case 405:
            return Problem(405, "method_not_allowed", "this address knows other methods", headers=headers or _none())
        case _:
            return Problem(status, "bad_request", "the request cannot be read", headers=headers or _none())


def of_validation(errors: Sequence[Any]) -> Problem:
    """What of a request does not fit, by place and in our words: pydantic's may repeat what was sent."""
    found = []
    for one in errors[:_MOST_ERRORS]:
        place = tuple(one.get("loc", ()))
        kind = str(one.get("type", ""))
        if kind == "extra_forbidden":
            place = place[:-1]  # a key that was made up is a value, too
        if kind == "json_invalid":
            place = place[:1]
        pointer = "".join(f"/{part}" for part in place)
        found.append({"pointer": pointer, "detail": _WORDS.get(kind, "this does not belong here")})
    return Problem(422, "invalid", "some of what was sent does not fit", errors=found)


def request_id(request: Request) -> str:
    """The id that the shell gave it."""
    return str(request.state.request_id)
