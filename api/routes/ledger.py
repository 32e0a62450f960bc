"""The ledger: which logs there are, what stands in them, and their resources as C2SP tlog-tiles serves them.

``/v1/ledger/logs/2026`` is the prefix of a log: below it stand ``checkpoint``, ``tile/...`` and ``tile/entries/...``. Checkpoint
and hash tiles are open to everybody, so that witnesses and verifiers by others can follow the log: they hold hashes and a
signature. Entries tell what was done, and need a scope.
"""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from pydantic import BaseModel
from pydantic import Field as Of

from api.access.declared import public
from api.access.gate import requires
from api.access.reading import note_read
from api.shell.cursors import Cursor, Limit, Page, Paging
from api.shell.house import House, InHouse
from api.shell.problems import refuse
from engine.base.actors.principal import Principal
from engine.base.actors.roles import Scope
from engine.ledger.log.entries import count_waiting, entry_bytes, find_entries
from engine.ledger.log.keys import verifier_keys
from engine.ledger.log.resources import CHECKPOINT, DatabaseResources
from engine.ledger.log.shards import shards
from engine.ledger.tree.tiles import Tile

router = APIRouter(prefix="/v1/ledger", tags=["ledger"])
Reader = Annotated[Principal, Depends(requires(Scope.LEDGER_READ))]
OPEN = Depends(public("hashes and a signature: witnesses and verifiers by others follow the log by them"))
Label = Annotated[str, Path(pattern=r"^[A-Za-z0-9_.-]{1,64}$", description="of the log, its year", examples=["2026"])]
FOR_EVER: Final = "max-age=31536000, immutable"  # a tile of a width never changes
SOON: Final = "public, max-age=5"


class Log(BaseModel):
    """A shard of the ledger: one log, that of a year."""

    label: Annotated[str, Of(examples=["2026"])]
    origin: Annotated[str, Of(description="its name in checkpoints")]
    size: int
    root: Annotated[str, Of(description="of the tree, base64")]
    closed: bool
    pruned: bool
    keys: Annotated[list[str], Of(description="verifier keys (C2SP signed-note), also of those that sign no more")]


class Logs(BaseModel):
    """All logs, the oldest first, and how many events wait for their place."""

    items: list[Log]
    waiting: int


class Entry(BaseModel):
    """An entry's place and kind: nothing of what it commits to."""

    id: UUID
    shard: str
    index: int
    type: Annotated[str, Of(examples=["scan.completed"])]
    version: int
    occurred_at: datetime


@router.get("/logs")
def list_logs(principal: Reader, house: InHouse) -> Logs:
    """Which logs there are, with the keys that their checkpoints verify by."""
    with house.reading(principal) as session:
        items = [
            Log(
                label=one.label,
                origin=one.origin,
                size=one.size,
                root=base64.b64encode(one.root).decode(),
                closed=one.closed,
                pruned=one.pruned,
                keys=[str(key) for key in verifier_keys(session, one.label)],
            )
            for one in shards(session)
        ]
        return Logs(items=items, waiting=count_waiting(session))


@router.get("/logs/{label}/events")
def list_events(
    principal: Reader,
    house: InHouse,
    request: Request,
    response: Response,
    label: Label,
    kind: Annotated[
        str,
        Query(
            alias="type",
            max_length=100,
            pattern=r"^[a-z_.]*$",
            description="only this type",
            examples=["scan.completed"],
        ),
    ] = "",
    limit: Limit = 100,
    cursor: Cursor = "",
) -> Page[Entry]:
    """Entries of a log in order: place, time and type."""
    with house.reading(principal) as session:
        paging = Paging.of(session, request, limit, cursor)
        found = find_entries(session, label, limit + 1, after=paging.after, type_=kind)
        lines = [
            Entry(
                id=one.id,
                shard=one.shard,
                index=one.index,
                type=one.type,
                version=one.version,
                occurred_at=one.occurred_at,
            )
            for one in found
        ]
        items, following = paging.page(session, [(one.id, one) for one in lines], response)
    return Page(items=items, next=following)


@router.get("/logs/{label}/events/{index}")
def show_event(
    principal: Reader, house: InHouse, request: Request, label: Label, index: Annotated[int, Path(ge=0, lt=1 << 62)]
) -> Response:
    """One entry, byte for byte as it is hashed into the log."""
    with house.reading(principal) as session:
        data = entry_bytes(session, label, index)
    note_read(house, request, principal, Scope.LEDGER_READ, 1)
    return Response(data, media_type="application/json")


@router.get("/logs/{label}/checkpoint", dependencies=[OPEN])
def checkpoint(house: InHouse, label: Label) -> Response:
    """The newest checkpoint (C2SP tlog-checkpoint)."""
    return Response(_read(house, label, CHECKPOINT), media_type="text/plain", headers={"Cache-Control": SOON})


@router.get("/logs/{label}/tile/entries/{path:path}")
def entry_bundle(principal: Reader, house: InHouse, request: Request, label: Label, path: str) -> Response:
    """A bundle of entries (C2SP tlog-tiles)."""
    data = _read(house, label, f"tile/entries/{path}")
    note_read(house, request, principal, Scope.LEDGER_READ, 256)
    return Response(data, media_type="application/octet-stream", headers={"Cache-Control": f"private, {FOR_EVER}"})


@router.get("/logs/{label}/tile/{path:path}", dependencies=[OPEN])
def hash_tile(house: InHouse, label: Label, path: str) -> Response:
    """A tile of hashes (C2SP tlog-tiles)."""
    tile = Tile.parse(f"tile/{path}")
    if tile is None or tile.level is None:  # entries are asked for above, with a scope
        raise _nothing()
    data = _read(house, label, tile.path)
    return Response(data, media_type="application/octet-stream", headers={"Cache-Control": f"public, {FOR_EVER}"})


def _read(house: House, label: str, path: str) -> bytes:
    (data,) = DatabaseResources(house.database, label).read([path])
    if data is None:
        raise _nothing()
    return data


def _nothing() -> Exception:
    return refuse(404, "not_found", "the log has no such resource", hint="the checkpoint says how large it is")
