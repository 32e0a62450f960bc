"""Read the inventory from state, once, into the plain values that every export is made of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from classifiers.detector import Sensitivity
from engine.base.ids import AssetId, FieldId, LotId, ObjectId, ScanId, StoreId
from engine.base.state.context import context_of
from engine.base.state.tables import (
    AssetRow,
    CoverageRow,
    FieldRow,
    HighWaterRow,
    LinkRow,
    LotRow,
    ObjectRow,
    ScanRow,
    StoreRow,
    Tenant,
    VerdictRow,
)
from engine.estate.inventory.drift.model import ScanDrift
from engine.estate.inventory.verdicts import VerdictEntity, entities_of, latest_verdicts
from engine.estate.inventory.view import (
    AssetView,
    EntityView,
    ExcludedView,
    FieldView,
    InventoryView,
    LinkView,
    ObjectView,
    StoreView,
    bound_words,
)

LINKS_SHOWN = 10
UNITS = {"row": "rows", "object": "objects", "row_group": "row groups"}
FINISHED = ("complete", "complete_with_exceptions")


def load_inventory(session: Session) -> InventoryView:
    """The inventory of the session's tenant as it stands now."""
    context = context_of(session)
    tenant = session.get_one(Tenant, context.tenant_id)
    scans = finished_scans(session)
    rows = Rows.read(session, scans)
    newest = scans[0] if scans else None
    stores = tuple(_store(rows, row) for row in rows.stores if row.removed_at is None)
    return InventoryView(
        tenant=tenant.name,
        made_at=context.clock.now(),
        scanned_at=newest.ended_at if newest else None,
        complete=bool(stores) and all(_is_complete(store) for store in stores),
        pack=newest.pack_hash[:12] if newest else "",
        stores=stores,
        drift=_drift(rows.since, newest),
    )


def _drift(since: Mapping[str, tuple[ScanRow, bool]], newest: ScanRow | None) -> ScanDrift:
    """What the newest scan of each store found changed, and which stores the newest of all found gone."""
    stores: dict[ScanId, set[str]] = defaultdict(set)
    scans = {scan.id: scan for scan, _ in since.values()}
    for name, (scan, _) in since.items():
        stores[scan.id].add(name)
    if newest is not None and newest.id in stores:
        stores[newest.id] |= {one.store for one in ScanDrift.from_json(newest.drift).items if not one.asset}
    return ScanDrift.merged(
        ScanDrift.from_json(scans[number].drift).of_stores(names) for number, names in stores.items()
    )


def _is_complete(store: StoreView) -> bool:
    return not store.failure and all(item.coverage == "full" for asset in store.assets for item in asset.objects)


def finished_scans(session: Session) -> list[ScanRow]:
    """Scans that ended, newest first."""
    query = select(ScanRow).where(ScanRow.status.in_(FINISHED)).order_by(ScanRow.started_at.desc())
    return list(session.scalars(query))


@dataclass(frozen=True, slots=True)
class Rows:
    """Everything, by what it belongs to."""

    stores: Sequence[StoreRow]
    assets: Mapping[StoreId, Sequence[AssetRow]]
    objects: Mapping[AssetId, Sequence[ObjectRow]]
    fields: Mapping[AssetId, Sequence[FieldRow]]
    coverage: Mapping[ObjectId, CoverageRow]
    decided: Mapping[FieldId, VerdictRow]
    changed: frozenset[FieldId]
    links: Mapping[FieldId, Sequence[LinkRow]]
    places: dict[FieldId, str]
    entities: Mapping[FieldId, str]
    since: Mapping[str, tuple[ScanRow, bool]] = field(default_factory=dict)
    lots: Mapping[LotId | None, LotRow] = field(default_factory=dict)
    whole_at: Mapping[LotId, datetime] = field(default_factory=dict)

    @classmethod
    def read(cls, session: Session, scans: Sequence[ScanRow]) -> Rows:
        """All of the tenant's; ``scans`` are those that finished, newest first."""
        stores = list(session.scalars(select(StoreRow).order_by(StoreRow.name)))
        assets = grouped(session.scalars(select(AssetRow).order_by(AssetRow.name)), "store_id")
        fields = grouped(session.scalars(select(FieldRow).order_by(FieldRow.first_seen_at, FieldRow.id)), "asset_id")
        since = newest_by_store(scans)
        places = {
            row.id: f"{store.name}/{asset.name}.{row.path}"
            for store in stores
            for asset in assets.get(store.id, ())
            for row in fields.get(asset.id, ())
        }
        decided = latest_verdicts(session, list(places), "person")
        return cls(
            stores,
            assets,
            grouped(session.scalars(select(ObjectRow).order_by(ObjectRow.name)), "asset_id"),
            fields,
            newest_coverage(session),
            decided,
            changed_fields(session, [scan.id for scan, before in since.values() if before]),
            _links(session),
            places,
            {row.id: main_entity(decided.get(row.id), row) for some in fields.values() for row in some},
            since,
            {row.id: row for row in session.scalars(select(LotRow).where(LotRow.drawn.is_not(None)))},
            whole_at(session),
        )


def whole_at(session: Session) -> dict[LotId, datetime]:
    """When tables with high water were last read whole."""
    marks = (HighWaterRow.tenant_id == LotRow.tenant_id) & (HighWaterRow.lot_id == LotRow.id)
    query = select(LotRow.id, HighWaterRow.whole_at).join(HighWaterRow, marks)
    rows = session.execute(query.where(HighWaterRow.scan_id == LotRow.read_by))
    return {row.id: row.whole_at for row in rows}


def grouped(rows: Any, attribute: str) -> dict[Any, list[Any]]:
    """Rows by one of their attributes."""
    out: dict[Any, list[Any]] = defaultdict(list)
    for row in rows:
        out[getattr(row, attribute)].append(row)
    return out


def newest_by_store(scans: Sequence[ScanRow]) -> dict[str, tuple[ScanRow, bool]]:
    """For each store the newest finished scan that covered it, and whether there was one before."""
    out: dict[str, tuple[ScanRow, bool]] = {}
    for scan in scans:
        for name in map(str, _list(scan.stores)):
            out[name] = (out[name][0], True) if name in out else (scan, False)
    return out


def newest_coverage(session: Session, asset_id: AssetId | None = None) -> dict[ObjectId, CoverageRow]:
    """The newest coverage of each object by a finished scan; of one asset's objects only, if one is named."""
    place = func.row_number().over(partition_by=CoverageRow.object_id, order_by=ScanRow.started_at.desc())
    ranked = (
        select(CoverageRow.scan_id, CoverageRow.object_id, place.label("place"))
        .join(ScanRow, (ScanRow.tenant_id == CoverageRow.tenant_id) & (ScanRow.id == CoverageRow.scan_id))
        .where(ScanRow.status.in_(FINISHED), *([] if asset_id is None else [CoverageRow.asset_id == asset_id]))
        .subquery()
    )
    query = select(CoverageRow).join(
        ranked, (CoverageRow.scan_id == ranked.c.scan_id) & (CoverageRow.object_id == ranked.c.object_id)
    )
    return {row.object_id: row for row in session.scalars(query.where(ranked.c.place == 1))}


def changed_fields(session: Session, scans: Sequence[ScanId]) -> frozenset[FieldId]:
    """Fields on which one of these scans appended a verdict."""
    query = select(VerdictRow.field_id).where(VerdictRow.scan_id.in_(scans), VerdictRow.decided_by == "scan")
    return frozenset(session.scalars(query))


def _links(session: Session) -> dict[FieldId, list[LinkRow]]:
    out: dict[FieldId, list[LinkRow]] = defaultdict(list)
    for row in session.scalars(select(LinkRow).order_by(LinkRow.kind, LinkRow.least.desc(), LinkRow.id)):
        out[row.field_id].append(row)
        out[row.other_id].append(row)
    return out


def _store(rows: Rows, row: StoreRow) -> StoreView:
    scan, before = rows.since.get(row.name, (None, False))
    since = scan.started_at if scan is not None and before else None
    assets = [asset for asset in rows.assets.get(row.id, ()) if asset.gone_at is None]
    return StoreView(
        row.name,
        row.kind,
        row.owner,
        row.jurisdiction,
        tuple(str(one) for one in _list(row.purposes)),
        tuple(asset_view(rows, asset, since) for asset in assets),
        row.failure,
    )


def asset_view(rows: Rows, row: AssetRow, since: datetime | None) -> AssetView:
    """An asset; ``since`` is when the newest scan of its store began, if there was one before."""
    objects = [item for item in rows.objects.get(row.id, ()) if item.gone_at is None]
    fields = [one for one in rows.fields.get(row.id, ()) if one.gone_at is None or one.gone_at == since]
    shown = tuple(_object(rows, rows.coverage.get(item.id), item) for item in objects)
    known = all(one.bound is not None for one in shown)
    numbers = {covered.lot_id for item in objects if (covered := rows.coverage.get(item.id)) is not None}
    lots = [rows.lots[one] for one in numbers if one in rows.lots]
    return AssetView(
        row.name,
        row.kind,
        row.format,
        shown,
        tuple(_field(rows, one, since, known=known) for one in fields),
        "new" if since is not None and row.appeared_at >= since else "",
        tuple(sorted(lot.bound for lot in lots if lot.bound is not None)),
        " and ".join(sorted({UNITS[lot.unit] for lot in lots})),
        tuple(map(str, _list(row.primary_key))),
    )


def _object(rows: Rows, coverage: CoverageRow | None, item: ObjectRow) -> ObjectView:
    if coverage is None or coverage.state == "pending":
        return ObjectView(item.name, "failed", "not_scanned", "no finished scan has read it", 0, item.bytes)
    return ObjectView(
        item.name,
        coverage.state,  # type: ignore[arg-type]
        coverage.reason,
        coverage.detail or _detail(coverage, rows.lots.get(coverage.lot_id)),
        coverage.rows,
        item.bytes,
        coverage.bound,
        rows.whole_at.get(coverage.lot_id) if coverage.lot_id is not None else None,
    )


def _detail(coverage: CoverageRow, lot: LotRow | None) -> str:
    parts = [f"{one['count']} x {str(one['kind']).replace('_', ' ')}" for one in _list(coverage.troubles)]
    if coverage.state == "sampled" and lot is not None and lot.drawn is not None and lot.bound is not None:
        whole = "an unknown number" if lot.drawn_from is None else f"{lot.drawn_from:,}"
        where = f" of {lot.objects:,} objects together" if lot.objects > 1 and lot.unit != "object" else ""
        parts.insert(0, f"{lot.drawn:,} {UNITS[lot.unit]} drawn from {whole}{where}")
        if lot.asked is not None and lot.drawn < lot.asked:
            parts[0] += f" (not {lot.asked:,}, because rows are long)"
        parts.insert(1, f"with 95 % confidence at most {bound_words(lot.bound)} of these hold anything unseen")
    return "; ".join(parts)


def _field(rows: Rows, row: FieldRow, since: datetime | None, *, known: bool) -> FieldView:
    found = tuple(_entity(one) for one in _list(row.found))
    decided = rows.decided.get(row.id)
    entities = found if decided is None else _decided(decided, found, row)
    return FieldView(
        row.path,
        entities,
        row.rows,
        row.nulls,
        min(row.distinct, row.rows - row.nulls),
        tuple(str(one) for one in _list(row.examples)),
        _disagreement(decided, found),
        tuple(_linked(rows, row.id)),
        _change(rows, row, since),
        decided.reason if decided is not None else "",
        row.drawn,
        row.bound if known else None,
        row.type,
        tuple(ExcludedView(**one) for one in _list(row.excluded)),
    )


def _change(rows: Rows, row: FieldRow, since: datetime | None) -> str:
    if since is None:
        return ""
    if row.gone_at is not None:
        return "gone"
    return "new" if row.appeared_at >= since else "changed" if row.id in rows.changed else ""


def _entity(one: Any) -> EntityView:
    return EntityView(
        str(one["entity"]),
        str(one["subtype"]),
        str(one["category"]),
        Sensitivity[str(one["sensitivity"]).upper()],
        float(one["confidence"]),
        float(one["share"]),
        int(one["matches"]),
        int(one["checked"]),
        "scan",
        str(one["reason"]),
    )


def _decided(decided: VerdictRow, found: Sequence[EntityView], row: FieldRow) -> tuple[EntityView, ...]:
    """What a person decided, with the counts of the last scan where it found the same."""
    counts = {(one.entity, one.subtype): one for one in found}
    return tuple(
        _from_person(one, counts.get((one.entity, one.subtype)), row, decided.reason)
        for one in entities_of(decided.entities)
    )


def _from_person(one: VerdictEntity, same: EntityView | None, row: FieldRow, reason: str) -> EntityView:
    return EntityView(
        one.entity,
        one.subtype,
        one.category,
        one.sensitivity,
        1.0,
        same.share if same else 1.0,
        same.matches if same else row.rows - row.nulls,
        same.checked if same else 0,
        "person",
        f"decided by a person: {reason}",
    )


def _disagreement(decided: VerdictRow | None, found: Sequence[EntityView]) -> str:
    if decided is None:
        return ""
    person = {(one.entity, one.subtype) for one in entities_of(decided.entities)}
    scan = {(one.entity, one.subtype) for one in found}
    if person == scan:
        return ""
    names = ", ".join(sorted({entity for entity, _ in scan})) or "nothing personal"
    return f"the last scan would say: {names}"


def _linked(rows: Rows, field_id: FieldId) -> list[LinkView]:
    found: dict[str, LinkView] = {}
    for link in rows.links.get(field_id, ()):
        mine = link.field_id == field_id
        other = link.other_id if mine else link.field_id
        if other in rows.places:
            share, back = (link.overlap, link.back) if mine else (link.back, link.overlap)
            same = rows.entities[field_id] == rows.entities[other]
            view = LinkView(rows.places[other], link.kind == "foreign_key", share, back, link.least, same)
            found.setdefault(view.place, view)
    return list(found.values())[:LINKS_SHOWN]


def main_entity(decided: VerdictRow | None, row: FieldRow) -> str:
    """What the field is, by a person or else by the last scan; empty when nothing was recognised."""
    entities = [str(one["entity"]) for one in _list(row.found)]
    if decided is not None:
        entities = [one.entity for one in entities_of(decided.entities)]
    return entities[0] if entities else ""


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []
