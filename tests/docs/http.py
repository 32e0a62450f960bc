"""The reference page of the HTTP API, made from its OpenAPI document."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from api.app import bare_app
from api.openapi import document
from api.shell.problems import TITLES

Schema = Mapping[str, Any]
INTRODUCTION = """\
`reeve serve` serves it; the same, for machines, stands at `/openapi.json` (OpenAPI 3.1). How to begin:
[Serve the API and the console](../how-to/serve-the-api.md).

- **Who asks.** `Authorization: Bearer reeve_...`, an API key; or, from a page of the console, the session's cookie, with
  `X-CSRF-Token` where something is changed. A request with both is refused.
- **Errors** are problem details (RFC 9457, `application/problem+json`): `type`, `title`, `status`, a stable `code`, `detail`,
  `hint`, `request_id`, and `errors` with a `pointer` each where parts of a request do not fit. None repeats what was sent.
- **Lists** come in pages of `limit` (1 to 1,000; 100 by default) items. `next` is the `cursor` of the page behind, and the header
  `Link` has its address. A cursor belongs to one list with its filters. What comes or goes meanwhile neither repeats nor hides
  others.
- **Every POST** takes an `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): 1 to 255 visible characters in quotes; a
  plain word such as a UUID is taken as well. The same request under the same key is done once, for 24 hours; the answer comes
  again with `Idempotent-Replayed: true`. Another request under that key: 422. The first is still worked on: 409. A request that
  was refused did nothing, and its key is free.
- **What is asked for again and again** (a plan, a sweep) has an `ETag`: with `If-None-Match` the answer is 304 where nothing
  changed.
- **Limits.** `RateLimit` and `RateLimit-Policy` say what is left of a credential's minute; beyond it 429 with `Retry-After`. A
  request has at most 1 MiB, and is here within 20 seconds.
- **`X-Request-Id`** (UUIDv7) is in every answer, in the server's log, and in the events of access.

Reads of the inventory, of coverage and of the ledger's entries are recorded, as are refusals."""
PROBLEMS = (
    "Codes and what they mean. Those of the engine's own errors stand in "
    "[Exit codes, errors and coverage reasons](exit-codes-and-errors.md)."
)


def http_api() -> Iterator[str]:
    """The parts of the page."""
    told = document(bare_app())
    yield INTRODUCTION
    by_tag: dict[str, list[str]] = {}
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            by_tag.setdefault(operation["tags"][0], []).append(_operation(told, path, method.upper(), operation))
    for tag, parts in by_tag.items():
        yield f"## {tag}"
        yield from parts
    yield "## Problems"
    yield PROBLEMS
    yield _table(("code", "title"), [(f"`{code}`", title) for code, title in sorted(TITLES.items())])


def _operation(told: Schema, path: str, method: str, operation: Schema) -> str:
    parts = [f"### {method} {path}", operation["description"].strip()]
    scope = operation.get("x-reeve-scope")
    if "x-reeve-public" in operation:
        parts.append(f"Public: {operation['x-reeve-public']}.")
    else:
        parts.append(f"Scope: `{scope}`." if scope else "For every actor, about themselves.")
    rows = [_parameter(one) for one in operation.get("parameters", []) if one["in"] != "header"]
    if rows:
        parts.append(_table(("parameter", "in", "meaning"), rows))
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    if body:
        schema = _resolved(told, body)
        parts += ["Body:", _fields(told, schema, marked=True)]
        for example in schema.get("examples", [])[:1]:
            parts.append(f"```json\n{json.dumps(example, indent=2)}\n```")
    for status, response in operation["responses"].items():
        answer = response.get("content", {}).get("application/json", {}).get("schema")
        if answer and status.startswith("2"):
            schema = _resolved(told, answer)
            parts += [f"Answer {status}:", _fields(told, schema)] if schema.get("properties") else []
    return "\n\n".join(part for part in parts if part)


def _parameter(one: Schema) -> tuple[str, str, str]:
    needed = ", needed" if one.get("required") else ""
    meaning = one.get("description") or one["schema"].get("description", "")
    kind = _kind({}, one["schema"])
    return f"`{one['name']}`", f"{one['in']}{needed}", f"{kind}{f'; {meaning}' if meaning else ''}"


def _fields(told: Schema, schema: Schema, *, marked: bool = False) -> str:
    needed = set(schema.get("required", ())) if marked else set()
    rows = []
    for name, field in schema.get("properties", {}).items():
        meaning = field.get("description", "")
        rows.append(
            (
                f"`{name}`" + (" (needed)" if name in needed else ""),
                _kind(told, field),
                meaning,
            )
        )
        inner = _resolved(told, field.get("items", {})) if field.get("type") == "array" else {}
        rows += [
            (f"`{name}[].{deep}`", _kind(told, one), one.get("description", ""))
            for deep, one in inner.get("properties", {}).items()
        ]
    return _table(("field", "type", "meaning"), rows)


def _kind(told: Schema, schema: Schema) -> str:
    """A schema in a few words."""
    if "anyOf" in schema:
        return " or ".join(_kind(told, one) for one in schema["anyOf"])
    if "$ref" in schema:
        target = _resolved(told, schema) if told else {}
        return _kind(told, target) if "enum" in target else "object"
    if "enum" in schema:
        return "one of " + ", ".join(f"`{one}`" for one in schema["enum"] if one)
    if schema.get("type") == "array":
        return f"list of {_kind(told, schema['items'])}" if told else "list"
    known = {"uuid": "id", "date-time": "instant"}
    return str(known.get(schema.get("format", ""), schema.get("type", "any")))


def _resolved(told: Schema, schema: Schema) -> Schema:
    reference = schema.get("$ref", "")
    found: Schema = told["components"]["schemas"][reference.rpartition("/")[2]] if reference else schema
    return found


def _table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    from tests.docs.generate import table

    return table(header, rows)
