"""What is recorded of refusals: each of the first in a minute from one source, then only how many more there were."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from enum import StrEnum

from starlette.requests import Request

from api.shell.house import House
from engine.base.actors.events import RequestRefused
from engine.base.errors import ReeveError
from engine.base.ids import ActorId
from engine.base.keys.purposes import lookup_hash
from engine.base.state.outbox import record

_log = logging.getLogger("reeve.serve")


class Reason(StrEnum):
    """Why a request was refused, where the credential itself does not say."""

    MISSING = "missing"
    MALFORMED = "malformed"
    TWO_CREDENTIALS = "two_credentials"
    SCOPE = "scope"
    TOO_MANY = "too_many"
    CSRF = "csrf"


def note_refusal(
    house: House, request: Request, reason: str, *, actor_id: ActorId | None = None, scope: str = ""
) -> None:
    """Record a refusal, or count it. A state that cannot be written does not turn a refusal into anything else."""
    address = request.state.origin.address
    count = house.tally.count(address)
    if not count:
        return
    told = RequestRefused(
        actor=actor_id,
        reason=reason,
        scope=scope,
        route=pattern(request),
        method=request.method,
        count=count,
        request=str(request.state.request_id),
    )
    try:
        _record(house, told, address)
    except ReeveError as exc:
        _log.warning("a refusal could not be recorded (%s)", exc.code)


def tell_rest(house: House) -> None:
    """Record how many refusals were held back, when the server ends."""
    count = house.tally.rest()
    if count:
        _record(house, RequestRefused(reason="more", count=count), "")


def pattern(request: Request) -> str:
    """The route that was asked for, as a word: ``/v1/scans/:scan_id``."""
    path = getattr(request.scope.get("route"), "path", "")
    return re.sub(r"\{(\w+)(?::\w+)?\}", r":\1", path)


def _record(house: House, told: RequestRefused, address: str) -> None:
    with house.database.transaction() as session:
        source = lookup_hash(session, "http/source", address).hex()[:16] if address else ""
        record(session, replace(told, source=source))
