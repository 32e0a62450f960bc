"""Pages of lists: ``limit`` and an opaque ``cursor`` that only this tenant's server can have made.

A cursor holds the last id that was given, the list it is of and what that was filtered by, with an HMAC under a key of the
tenant: changed, made up, or taken to another list it is refused. A page begins behind that id, so what comes or goes meanwhile
neither repeats nor hides anything else.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Annotated, Final, Generic, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.shell.problems import refuse
from engine.base.keys.purposes import lookup_hash

MOST: Final = 1000
USUAL: Final = 100
_MAC = 16  # bytes
_LENGTH = 16 + 8 + _MAC  # id, hash of the list and its filters, mac

Item = TypeVar("Item")

Limit = Annotated[int, Query(ge=1, le=MOST, description="how many at most")]
Cursor = Annotated[str, Query(max_length=100, description="`next` of the page before; empty for the first")]


class Page(BaseModel, Generic[Item]):
    """One page of a list.

    Attributes:
        items: in the order of the list.
        next: the cursor of the page behind; None at the end.
    """

    items: list[Item]
    next: Annotated[str | None, Field(description="the cursor of the next page; null at the end")]


@dataclass(frozen=True, slots=True)
class Paging:
    """Of one request: what list, filtered how, from where, and how much.

    Attributes:
        request: whose URL the next page's follows.
        limit: items at most.
        after: the last id of the page before; None for the first.
    """

    request: Request
    limit: int
    after: UUID | None

    @classmethod
    def of(cls, session: Session, request: Request, limit: int, cursor: str) -> Paging:
        """What the request asks for.

        Raises:
            Refused: the cursor is not one of this list with these filters.
        """
        return cls(request, limit, _opened(session, _list_of(request), cursor) if cursor else None)

    def page(
        self, session: Session, found: Iterable[tuple[UUID, Item]], response: Response
    ) -> tuple[list[Item], str | None]:
        """The items of this page and the cursor of the next one, of which the header ``Link`` tells, too.

        Args:
            session: whose tenant's key signs.
            found: id and item from behind ``after`` on, as many as there are or one more than ``limit``.
            response: gets the header.
        """
        some: Sequence[tuple[UUID, Item]] = list(islice(found, self.limit + 1))
        items = [item for _, item in some[: self.limit]]
        if len(some) <= self.limit:
            return items, None
        cursor = _sealed(session, _list_of(self.request), some[self.limit - 1][0])
        query = urlencode([*_filters(self.request), ("limit", str(self.limit)), ("cursor", cursor)])
        response.headers["Link"] = f'<{self.request.url.path}?{query}>; rel="next"'
        return items, cursor


def _sealed(session: Session, which: bytes, last: UUID) -> str:
    body = last.bytes + which
    return base64.urlsafe_b64encode(body + _mac(session, body)).decode().rstrip("=")


def _opened(session: Session, which: bytes, cursor: str) -> UUID:
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    body = raw[:-_MAC]
    fits = len(raw) == _LENGTH and hmac.compare_digest(raw[-_MAC:], _mac(session, body)) and body[16:] == which
    if not fits or base64.urlsafe_b64encode(raw).decode().rstrip("=") != cursor:
        raise refuse(
            400, "cursor_invalid", "this is not a cursor of this list", hint="begin anew, with the same filters"
        )
    return UUID(bytes=body[:16])


def _mac(session: Session, body: bytes) -> bytes:
    return lookup_hash(session, "http/cursor", body.hex())[:_MAC]


def _list_of(request: Request) -> bytes:
    """The list and its filters, in 8 bytes."""
    told = urlencode(sorted(_filters(request)))
    return hashlib.sha256(f"{request.url.path}\0{told}".encode()).digest()[:8]


def _filters(request: Request) -> list[tuple[str, str]]:
    given: Mapping[str, str] = request.query_params
    return [(name, value) for name, value in given.items() if name not in ("limit", "cursor") and value]
