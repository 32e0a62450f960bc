"""Answers that are asked for again and again: with an ETag, so that what has not changed is not sent again (RFC 9110, 8.8.3)."""

from __future__ import annotations

import hashlib

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response


def tagged(request: Request, body: BaseModel) -> Response:
    """The answer, or 304 without a body where whoever asks has it already, as ``If-None-Match`` says."""
    text = body.model_dump_json().encode()
    tag = f'"{hashlib.sha256(text).hexdigest()[:32]}"'
    headers = {"ETag": tag}
    if _has(request.headers.get("if-none-match", ""), tag):
        return Response(status_code=304, headers=headers)
    return Response(text, media_type="application/json", headers=headers)


def _has(given: str, tag: str) -> bool:
    """Whether a list of tags names this one; weak ones count, since bytes that differ have other tags here."""
    known = {one.strip().removeprefix("W/") for one in given.split(",")}
    return tag in known or given.strip() == "*"
