"""Reads of what is classified are recorded before the answer leaves."""

from __future__ import annotations

from starlette.requests import Request

from api.access.refusals import pattern
from api.shell.house import House
from engine.base.actors.events import ClassifiedRead
from engine.base.actors.principal import Principal
from engine.base.actors.roles import Scope
from engine.base.state.outbox import record


def note_read(
    house: House, request: Request, principal: Principal, scope: Scope, rows: int, sensitivity: str = ""
) -> None:
    """Record that an actor was shown so many rows.

    Args:
        house: the server.
        request: which asked.
        principal: who asked.
        scope: under which scope.
        rows: how many are told of.
        sensitivity: the highest among them.
    """
    with house.acting(principal) as session:
        record(
            session,
            ClassifiedRead(
                route=pattern(request),
                scope=scope.value,
                rows=rows,
                sensitivity=sensitivity,
                request=str(request.state.request_id),
            ),
        )
