"""The OpenAPI document: FastAPI's, with how to show who one is, the scope of each route, and problems for errors."""

from __future__ import annotations

from typing import Any, Final

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from api.access.declared import declared
from api.shell.problems import MEDIA_TYPE, TITLES

DESCRIPTION: Final = """\
What Reeve knows of an estate, and what may be asked of it.

Show who you are with `Authorization: Bearer reeve_...`, an API key. Errors are problem details (RFC 9457) with a stable `code`.
Lists come in pages: follow `next`, or the `Link` header. Every POST takes an `Idempotency-Key`: sent again with the same key,
it is not done again, and the answer is the same.
"""

PROBLEM: Final[dict[str, Any]] = {
    "title": "Problem",
    "description": "An error, as RFC 9457 has it.",
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "request_id"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:reeve:problem:not_found"]},
        "title": {"type": "string", "examples": ["Not found"]},
        "status": {"type": "integer", "examples": [404]},
        "code": {"type": "string", "description": "stable", "examples": sorted(TITLES)},
        "detail": {"type": "string", "description": "a sentence; never a value of the request"},
        "hint": {"type": "string", "description": "what to do"},
        "errors": {
            "type": "array",
            "description": "where a request does not fit",
            "items": {
                "type": "object",
                "properties": {"pointer": {"type": "string"}, "detail": {"type": "string"}},
                "required": ["pointer", "detail"],
            },
        },
        "request_id": {"type": "string", "format": "uuid", "description": "as in X-Request-Id"},
    },
}
_SCHEMES: Final[dict[str, Any]] = {
    "apiKey": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "reeve_...",
        "description": "an API key; `reeve actor key` issues one",
    },
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "__Host-reeve",
        "description": "the console's session; unsafe methods also need `X-CSRF-Token`",
    },
}


def document(app: FastAPI) -> dict[str, Any]:
    """The document of all routes under ``/v1``; made once."""
    if app.openapi_schema is None:
        app.openapi_schema = _made(app)
    return app.openapi_schema


def _made(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(
        title=app.title, version=app.version, description=DESCRIPTION, routes=app.routes, openapi_version="3.1.0"
    )
    components = schema.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas["Problem"] = PROBLEM
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    components["securitySchemes"] = _SCHEMES
    for route in app.routes:
        if isinstance(route, APIRoute) and route.include_in_schema:
            for method in route.methods or ():
                _dress(schema["paths"][route.path_format][method.lower()], route)
    return schema


def _dress(operation: dict[str, Any], route: APIRoute) -> None:
    asked = declared(route)
    operation["operationId"] = route.name
    if asked.public:
        operation["security"] = []
        operation["x-reeve-public"] = asked.public
    else:
        operation["security"] = [{"apiKey": []}, {"session": []}]
        if asked.scope is not None:
            operation["x-reeve-scope"] = asked.scope.value
    responses = operation.setdefault("responses", {})
    responses.pop("422", None)
    responses["default"] = {
        "description": "a problem",
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
