"""The inventory: stores, assets, fields, and what persons decide about them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import Annotated, BinaryIO, Final, Literal, cast
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.orm import Session
from starlette.responses import StreamingResponse

from api.access.gate import requires
from api.access.reading import note_read
from api.routes import inventory_models as models
from api.shell.cursors import Cursor, Limit, Page, Paging
from api.shell.house import InHouse
from api.shell.idempotency import Done, DoOnce
from classifiers.detector import Sensitivity
from classifiers.matching.matcher import Matcher
from engine.base.actors.principal import Principal
from engine.base.actors.roles import Scope
from engine.base.errors import BadInput
from engine.base.ids import VerdictId
from engine.base.state.outbox import record
from engine.estate.inventory.browse import (
    count_levels,
    field_line,
    find_assets,
    find_fields,
    find_stores,
    get_store,
)
from engine.estate.inventory.decide import Decision, decide, field_at, withdraw
from engine.estate.inventory.export import export
from engine.estate.inventory.history import verdict_history
from engine.estate.inventory.load import load_inventory
from engine.estate.inventory.one import load_asset
from engine.ledger.events.inventory import InventoryExported

router = APIRouter(prefix="/v1", tags=["inventory"])
IN_MEMORY: Final = 4 << 20  # bytes of an export that are kept in memory before it goes to disk
PIECE: Final = 256 << 10
MEDIA_TYPES: Final = {"json": "application/json", "csv": "text/csv; charset=utf-8", "html": "text/html; charset=utf-8"}
Reader = Annotated[Principal, Depends(requires(Scope.INVENTORY_READ))]
Writer = Annotated[Principal, Depends(requires(Scope.INVENTORY_WRITE))]


@router.get("/stores")
def list_stores(principal: Reader, house: InHouse, request: Request) -> models.Stores:
    """All stores of the configuration, by name, with their fields counted by sensitivity."""
    with house.reading(principal) as session:
        levels = count_levels(session)
        items = [models.Store.of(row, levels.get(row.id)) for row in find_stores(session)]
    worst = max((level for counted in levels.values() for level in counted), default=None)
    note_read(house, request, principal, Scope.INVENTORY_READ, len(items), worst.label if worst is not None else "")
    return models.Stores(items=items)


@router.get("/inventory/export", response_class=StreamingResponse)
def export_inventory(
    principal: Reader,
    house: InHouse,
    request: Request,
    form: Annotated[Literal["json", "csv", "html"], Query(alias="format", description="html is the report")] = "json",
) -> StreamingResponse:
    """The whole inventory as a file, as `reeve inventory export` writes it. That it was handed out is recorded, with its hash."""
    with house.reading(principal) as session:
        view = load_inventory(session)
    kept = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed when all of it was sent
    try:
        export(view, form, cast("BinaryIO", kept))
        digest = hashlib.sha256()
        for piece in _pieces(kept):
            digest.update(piece)
        rows = sum(1 for _ in view.fields())
        with house.acting(principal) as session:
            record(session, InventoryExported(format=form, rows=rows, sha256=digest.hexdigest()))
    except BaseException:
        kept.close()
        raise
    worst = max((item.sensitivity for _, _, item in view.fields()), default=None)
    note_read(house, request, principal, Scope.INVENTORY_READ, rows, worst.label if worst is not None else "")
    headers = {
        "Content-Disposition": f'attachment; filename="inventory.{form}"',
        "X-Content-SHA256": digest.hexdigest(),
    }
    return StreamingResponse(_sent(kept), media_type=MEDIA_TYPES[form], headers=headers)


def _sent(kept: SpooledTemporaryFile[bytes]) -> Iterator[bytes]:
    """Out of a file: no session of the state is held while a slow client takes it."""
    with kept:
        yield from _pieces(kept)


def _pieces(kept: SpooledTemporaryFile[bytes]) -> Iterator[bytes]:
    kept.seek(0)
    while piece := kept.read(PIECE):
        yield piece


@router.get("/assets")
def list_assets(
    principal: Reader,
    house: InHouse,
    request: Request,
    response: Response,
    store_id: UUID | None = None,
    limit: Limit = 100,
    cursor: Cursor = "",
) -> Page[models.Asset]:
    """Tables and sets of like objects, in the order in which they were first seen."""
    with house.reading(principal) as session:
        if store_id is not None:
            get_store(session, store_id)
        paging = Paging.of(session, request, limit, cursor)
        found = find_assets(session, limit + 1, store_id=store_id, after=paging.after)
        items, following = paging.page(session, [(one.id, models.Asset.of(one)) for one in found], response)
    note_read(house, request, principal, Scope.INVENTORY_READ, len(items), models.worst(items))
    return Page(items=items, next=following)


@router.get("/assets/{asset_id}")
def show_asset(principal: Reader, house: InHouse, request: Request, asset_id: UUID) -> models.AssetInFull:
    """One asset: what was read of its objects, and its fields with the evidence for what they are held to be."""
    with house.reading(principal) as session:
        view = load_asset(session, asset_id)
    note_read(house, request, principal, Scope.INVENTORY_READ, len(view.fields), view.sensitivity.label)
    return models.AssetInFull.from_view(asset_id, view)


@router.get("/fields")
def list_fields(
    principal: Reader,
    house: InHouse,
    request: Request,
    response: Response,
    asked: Annotated[models.FieldQuery, Query()],
) -> Page[models.Field]:
    """Columns, and paths in documents, in the order in which they were first seen."""
    with house.reading(principal) as session:
        paging = Paging.of(session, request, asked.limit, asked.cursor)
        found = ((one.id, models.Field.of(one)) for one in find_fields(session, asked.wanted(), paging.after))
        items, following = paging.page(session, found, response)
    note_read(house, request, principal, Scope.INVENTORY_READ, len(items), models.worst(items))
    return Page(items=items, next=following)


@router.get("/fields/{field_id}")
def show_field(principal: Reader, house: InHouse, request: Request, field_id: UUID) -> models.Field:
    """One field."""
    with house.reading(principal) as session:
        line = field_line(session, field_id)
    note_read(house, request, principal, Scope.INVENTORY_READ, 1, line.sensitivity.label)
    return models.Field.of(line)


@router.get("/fields/{field_id}/verdicts")
def list_verdicts(principal: Reader, house: InHouse, request: Request, field_id: UUID) -> models.Verdicts:
    """All verdicts of a field, oldest first; none was ever changed."""
    with house.reading(principal) as session:
        line = field_line(session, field_id)
        found = verdict_history(session, line.place)
    note_read(house, request, principal, Scope.INVENTORY_READ, len(found), line.sensitivity.label)
    return models.Verdicts(items=[models.Verdict.of(one) for one in found])


@router.post("/fields/{field_id}/verdicts", status_code=201, response_model=models.Decided)
def decide_field(
    principal: Writer, house: InHouse, do_once: DoOnce, field_id: UUID, body: models.NewVerdict
) -> Response:
    """Confirm or correct what a field is, or withdraw what persons decided. A verdict is added; scans do not change it."""
    with house.detectors.matcher() as matcher:

        def deed(session: Session) -> Done:
            return Done(models.Decided(id=decide_one(session, matcher, field_id, body)))

        return do_once.run(principal, deed)


def decide_one(session: Session, matcher: Matcher, field_id: UUID, wanted: models.NewVerdict) -> VerdictId:
    """Add a person's verdict; gives its id. For the console, too.

    Raises:
        NotFound: no such field.
        BadInput: see :func:`~engine.estate.inventory.decide.decide`.
    """
    place = field_line(session, field_id).place
    if field_at(session, place).id != field_id:
        raise BadInput("the field is gone; its history stays")
    if wanted.decision == "withdraw":
        return withdraw(session, matcher, place, wanted.reason)
    known = {one.key.upper() for one in matcher.detectors}
    if any(name.upper() not in known for name in wanted.entities):  # said here without repeating what was sent
        raise BadInput("one of the entities is not known", hint="`reeve detectors list` shows them")
    entities = None if wanted.decision == "confirm" else tuple(wanted.entities)
    level = Sensitivity[wanted.sensitivity.upper()] if wanted.sensitivity else None
    return decide(session, matcher, Decision(place, entities, level, wanted.reason))
