"""Every POST under ``/v1`` is done once per ``Idempotency-Key``: draft-ietf-httpapi-idempotency-key-header.

Two steps. First the key is taken, in a transaction of its own, so that a second request under it learns that the first is worked
on (409). Then the deed, its events and the sealed answer commit together; so either all of it happened, and the answer is
given again as it was, or nothing did, and the key is free. An attempt that died leaves its key taken for ``STALE``; whoever
takes it over fences it off by another ``attempt``, without which it cannot commit.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Annotated, Any, Final, cast
from uuid import UUID

from fastapi import Depends, Header
from pydantic import BaseModel
from sqlalchemy import CursorResult, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from starlette.requests import Request
from starlette.responses import Response

from api.shell.house import House, InHouse
from api.shell.problems import Refused, refuse
from engine.base.actors.principal import Principal
from engine.base.errors import ReeveError
from engine.base.ids import new_id
from engine.base.keys.keyring import KeyDestroyed
from engine.base.keys.purposes import lookup_hash
from engine.base.keys.sealed import Sealed
from engine.base.keys.subjects import seal, subject_key, unseal
from engine.base.state.context import context_of
from engine.base.state.tables import IdempotencyRow

KEPT: Final = timedelta(hours=24)
STALE: Final = timedelta(seconds=60)  # after which an attempt is taken for dead
REPLAYED: Final = "Idempotent-Replayed"
HEADER: Final = "Idempotency-Key"
_QUOTED = re.compile(r'"([\x20-\x21\x23-\x5b\x5d-\x7e]{1,255})"')  # a string of RFC 8941 without escapes
_PLAIN = re.compile(r"[A-Za-z0-9._:-]{1,255}")  # what most clients send
_PRUNED = 100  # rows of the past in one transaction


@dataclass(frozen=True, slots=True)
class Done:
    """What a deed came to.

    Attributes:
        body: the answer's.
        status: of HTTP.
        headers: beside the usual, such as ``Location``.
    """

    body: BaseModel
    status: int = 201
    headers: Mapping[str, str] = field(default_factory=dict)


class Once:
    """Does what one request asks for once. Made by the dependency ``once``.

    Args:
        house: the server.
        request: a POST.
        key: as it was sent, checked.
    """

    def __init__(self, house: House, request: Request, key: str) -> None:
        self._house = house
        self._request = request
        self._key = key

    def run(self, principal: Principal, deed: Callable[[Session], Done]) -> Response:
        """Do the deed in a transaction in which that actor acts, and answer; or give the first answer again.

        Raises:
            Refused: the key was used for another request (422), or the first request is still worked on (409).
            ReeveError: what the deed raised; nothing was done then, and the key is free again.
        """
        attempt = new_id()
        with self._house.acting(principal) as session:
            before = self._reserve(session, principal, attempt)
        if before is not None:
            return _response(before, replayed=True)
        try:
            with self._house.acting(principal) as session:
                answer = _bytes(deed(session))
                self._keep(session, principal, attempt, answer)
        except BaseException:
            with contextlib.suppress(ReeveError):  # a state that is away frees the key by itself, after STALE
                self._release(principal, attempt)
            raise
        return _response(answer)

    def _reserve(self, session: Session, principal: Principal, attempt: UUID) -> bytes | None:
        """Take the key, or the answer that was given under it before."""
        now = context_of(session).clock.now()
        old = select(IdempotencyRow.key_hash).where(IdempotencyRow.expires_at <= now).limit(_PRUNED)
        session.execute(
            delete(IdempotencyRow).where(IdempotencyRow.key_hash.in_(old), IdempotencyRow.expires_at <= now)
        )
        key_hash, fingerprint = self._hashes(session)
        place = (context_of(session).tenant_id, principal.actor_id, key_hash)
        row = session.get(IdempotencyRow, place, with_for_update=True, populate_existing=True)
        if row is None:
            made = IdempotencyRow(
                actor_id=principal.actor_id,
                key_hash=key_hash,
                fingerprint=fingerprint,
                attempt=attempt,
                started_at=now,
                expires_at=now + KEPT,
                answer=None,
            )
            try:
                with session.begin_nested():
                    session.add(made)
            except IntegrityError:  # another request under the same key, this instant
                raise _running() from None
            return None
        if row.fingerprint != fingerprint:
            raise refuse(
                422,
                "idempotency_key_reused",
                "the key was sent with another request",
                hint="a new request has a new key",
            )
        if row.answer is not None:
            try:
                return unseal(session, row.answer, _place(principal, key_hash))
            except KeyDestroyed:  # all answers were forgotten: it was done, and is not done again
                raise refuse(409, "idempotency_key_running", "this was done; its answer is not kept any more") from None
        if now - row.started_at < STALE:
            raise _running()
        row.attempt, row.started_at = attempt, now
        return None

    def _keep(self, session: Session, principal: Principal, attempt: UUID, answer: bytes) -> None:
        """Write the answer beside the deed, if it is still this attempt's turn."""
        key_hash, _ = self._hashes(session)
        key_id = subject_key(session, "idempotency", "http/answers")
        expires_at = context_of(session).clock.now() + KEPT
        sealed: Sealed = seal(session, key_id, answer, expires_at, _place(principal, key_hash))
        written = session.execute(
            update(IdempotencyRow)
            .where(self._is_mine(principal, key_hash, attempt))
            .values(answer=sealed, expires_at=expires_at)
            .execution_options(synchronize_session=False)
        )
        if cast("CursorResult[Any]", written).rowcount != 1:
            raise _running()

    def _release(self, principal: Principal, attempt: UUID) -> None:
        """Nothing was done: the key is free."""
        with self._house.acting(principal) as session:
            key_hash, _ = self._hashes(session)
            session.execute(delete(IdempotencyRow).where(self._is_mine(principal, key_hash, attempt)))

    @staticmethod
    def _is_mine(principal: Principal, key_hash: bytes, attempt: UUID) -> Any:
        return (
            (IdempotencyRow.actor_id == principal.actor_id)
            & (IdempotencyRow.key_hash == key_hash)
            & (IdempotencyRow.attempt == attempt)
            & IdempotencyRow.answer.is_(None)
        )

    def _hashes(self, session: Session) -> tuple[bytes, bytes]:
        """Of the key, and of what was asked."""
        request = self._request
        told = hashlib.sha256()
        for part in (request.method, request.url.path, request.url.query, request.headers.get("content-type", "")):
            told.update(len(part).to_bytes(4, "big") + part.encode())
        told.update(request.state.body)
        key_hash = lookup_hash(session, "http/idempotency", self._key)
        return key_hash, lookup_hash(session, "http/fingerprint", told.hexdigest())


def once(
    request: Request,
    house: InHouse,
    idempotency_key: Annotated[
        str | None,
        Header(
            alias=HEADER,
            description="chosen by whoever asks, such as a UUID in quotes; kept for 24 hours",
            examples=['"8e03978e-40d5-43dd-bc93-6894a57f9324"'],
        ),
    ] = None,
) -> Once:
    """The dependency of every POST under ``/v1``."""
    if idempotency_key is None:
        raise refuse(
            400,
            "idempotency_key_missing",
            "a POST says by its key which request it is",
            hint=f'send `{HEADER}: "<UUID>"`',
        )
    quoted = _QUOTED.fullmatch(idempotency_key)
    if not quoted and not _PLAIN.fullmatch(idempotency_key):
        raise refuse(
            400,
            "idempotency_key_invalid",
            "the key is not one",
            hint="1 to 255 visible characters in quotes, such as a UUID",
        )
    return Once(house, request, quoted[1] if quoted else idempotency_key)


DoOnce = Annotated[Once, Depends(once)]
"""A parameter of a route."""


def _running() -> Refused:
    return refuse(
        409,
        "idempotency_key_running",
        "the first request under this key is still worked on",
        hint="ask again in a moment",
        headers={"Retry-After": "1"},
    )


def _bytes(done: Done) -> bytes:
    return json.dumps(
        {"status": done.status, "headers": dict(done.headers), "body": done.body.model_dump_json()}, ensure_ascii=True
    ).encode()


def _response(answer: bytes, *, replayed: bool = False) -> Response:
    told = json.loads(answer)
    headers = dict(told["headers"]) | ({REPLAYED: "true"} if replayed else {})
    return Response(told["body"], status_code=told["status"], headers=headers, media_type="application/json")


def _place(principal: Principal, key_hash: bytes) -> str:
    return f"idempotency/{principal.actor_id}/{key_hash.hex()}"
