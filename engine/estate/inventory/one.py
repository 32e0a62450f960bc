"""One asset of the inventory in full, with its fields, objects and links, without loading the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.base.errors import NotFound
from engine.base.ids import AssetId, FieldId
from engine.base.state.context import context_of
from engine.base.state.tables import AssetRow, FieldRow, LinkRow, LotRow, ObjectRow, StoreRow
from engine.estate.inventory.load import (
    Rows,
    asset_view,
    changed_fields,
    finished_scans,
    grouped,
    main_entity,
    newest_by_store,
    newest_coverage,
    whole_at,
)
from engine.estate.inventory.verdicts import latest_verdicts
from engine.estate.inventory.view import AssetView

_TOGETHER = 500  # ids of one query


def load_asset(session: Session, asset_id: UUID) -> AssetView:
    """An asset as it stands now.

    Raises:
        NotFound: there is none in this tenant, or it is gone.
    """
    row = session.get(AssetRow, (context_of(session).tenant_id, asset_id))
    if row is None or row.gone_at is not None:
        raise NotFound("there is no such asset")
    rows = _rows(session, row)
    store = next(one.name for one in rows.stores if one.id == row.store_id)
    scan, before = rows.since.get(store, (None, False))
    return asset_view(rows, row, scan.started_at if scan is not None and before else None)


def _rows(session: Session, row: AssetRow) -> Rows:
    own = list(
        session.scalars(
            select(FieldRow).where(FieldRow.asset_id == row.id).order_by(FieldRow.first_seen_at, FieldRow.id)
        )
    )
    links = _links(session, [one.id for one in own])
    others = {one for link in links for one in (link.field_id, link.other_id)} - {one.id for one in own}
    fields = own + _some(session, FieldRow, others)
    assets = _some(session, AssetRow, {one.asset_id for one in fields} | {row.id})
    stores = list(session.scalars(select(StoreRow).order_by(StoreRow.name)))
    named, placed = {one.id: one.name for one in stores}, {one.id: one for one in assets}
    decided = latest_verdicts(session, [one.id for one in fields], "person")
    since = newest_by_store(finished_scans(session))
    lots = session.scalars(select(LotRow).where(LotRow.asset_id == row.id, LotRow.drawn.is_not(None)))
    return Rows(
        stores,
        grouped(assets, "store_id"),
        grouped(
            session.scalars(select(ObjectRow).where(ObjectRow.asset_id == row.id).order_by(ObjectRow.name)), "asset_id"
        ),
        grouped(fields, "asset_id"),
        newest_coverage(session, AssetId(row.id)),
        decided,
        changed_fields(session, [scan.id for scan, before in since.values() if before]),
        _by_field(links),
        {one.id: f"{named[placed[one.asset_id].store_id]}/{placed[one.asset_id].name}.{one.path}" for one in fields},
        {one.id: main_entity(decided.get(one.id), one) for one in fields},
        since,
        {one.id: one for one in lots},
        whole_at(session),
    )


def _links(session: Session, fields: Sequence[FieldId]) -> list[LinkRow]:
    found: dict[UUID, LinkRow] = {}
    for begin in range(0, len(fields), _TOGETHER):
        some = fields[begin : begin + _TOGETHER]
        query = select(LinkRow).where(or_(LinkRow.field_id.in_(some), LinkRow.other_id.in_(some)))
        found.update((one.id, one) for one in session.scalars(query))
    return sorted(found.values(), key=lambda one: (one.kind, -(one.least or 0.0), one.id))


def _by_field(links: Iterable[LinkRow]) -> dict[FieldId, list[LinkRow]]:
    out: dict[FieldId, list[LinkRow]] = {}
    for link in links:
        out.setdefault(link.field_id, []).append(link)
        out.setdefault(link.other_id, []).append(link)
    return out


def _some(session: Session, table: Any, ids: Iterable[UUID]) -> list[Any]:
    wanted = sorted(ids)
    found: list[Any] = []
    for begin in range(0, len(wanted), _TOGETHER):
        found += session.scalars(select(table).where(table.id.in_(wanted[begin : begin + _TOGETHER]))).all()
    return found
