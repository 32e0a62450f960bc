"""The ledger: its checkpoint, and what was recorded."""

from __future__ import annotations

import base64
import json
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from api.access.gate import requires
from api.access.reading import note_read
from api.console.render import page
from api.routes.ledger import Label
from api.shell.house import InHouse
from engine.base.actors.principal import Principal
from engine.base.actors.roles import Scope
from engine.base.errors import NotFound
from engine.base.state.events import event_types
from engine.ledger.log.entries import count_waiting, entry_bytes, find_entries
from engine.ledger.log.keys import verifier_keys
from engine.ledger.log.resources import newest_checkpoint
from engine.ledger.log.shards import Shard, shards

router = APIRouter(include_in_schema=False)
Reader = Annotated[Principal, Depends(requires(Scope.LEDGER_READ))]
ROWS: Final = 50


@router.get("/ledger")
def ledger(request: Request, house: InHouse, principal: Reader) -> Response:
    """The newest checkpoint of a log, and its last entries."""
    with house.reading(principal) as session:
        known = shards(session)
        chosen = _chosen(known, request.query_params.get("log", ""))
        values: dict[str, Any] = {"shard": None} if chosen is None else _shown(session, chosen, request)
        waiting = count_waiting(session)
    return page(request, "ledger.html", logs=known[::-1], waiting=waiting, **values)


@router.get("/ledger/{label}/{index}")
def entry(
    request: Request, house: InHouse, principal: Reader, label: Label, index: Annotated[int, Path(ge=0, lt=1 << 62)]
) -> Response:
    """One entry as it stands in the log."""
    with house.reading(principal) as session:
        data = entry_bytes(session, label, index)
        size = next((one.size for one in shards(session) if one.label == label), 0)
    note_read(house, request, principal, Scope.LEDGER_READ, 1)
    told = json.loads(data)
    return page(request, "entry.html", label=label, index=index, size=size, entry=told, text=json.dumps(told, indent=2))


def _chosen(known: list[Shard], label: str) -> Shard | None:
    if not label:
        return known[-1] if known else None
    found = next((one for one in known if one.label == label), None)
    if found is None:
        raise NotFound("there is no such log")
    return found


def _shown(session: Session, shard: Shard, request: Request) -> dict[str, Any]:
    asked = request.query_params.get("before", "")
    before = min(int(asked[:15]), shard.size) if asked.isdecimal() else shard.size
    kind = request.query_params.get("type", "")[:100]
    kind = kind if kind in event_types() else ""
    note = newest_checkpoint(session, shard.label)
    entries = find_entries(session, shard.label, ROWS + 1, before=before, type_=kind)
    return {
        "shard": shard,
        "root": base64.b64encode(shard.root).decode(),
        "note": note.decode("utf-8", "replace") if note is not None else "",
        "keys": [str(key) for key in verifier_keys(session, shard.label)],
        "entries": entries[:ROWS],
        "older": entries[ROWS - 1].index if len(entries) > ROWS else None,
        "kind": kind,
    }
