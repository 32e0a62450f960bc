"""What stores and files declare of the schema of their assets: kept while a scan runs, and taken over when it ends.

What was declared waits in ``AssetRow.declared``; the inventory keeps what the scan before knew until the scan ends. So the drift
of a scan is that since the last one that ended, however many were given up in between.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, undefer

from engine.base.ids import AssetId
from engine.base.state.canonical import JsonValue
from engine.base.state.context import context_of
from engine.base.state.outbox import record
from engine.base.state.tables import AssetRow, FieldRow, LotRow, ScanRow, SketchRow, StoreRow
from engine.estate.formats.types import join_into, types_in
from engine.estate.inventory.drift.model import Drift
from engine.estate.stores.store import AssetInfo, ForeignKey
from engine.ledger.events.inventory import SchemaChanged

TOGETHER = 100  # assets whose fields are in memory at once


def declare(row: AssetRow, asset: AssetInfo) -> None:
    """Keep what a listing says of an asset's schema; nothing where it says nothing, or could not look at the asset."""
    if asset.types is None or asset.problem:
        return
    row.declared = {
        "types": dict(asset.types),
        "primary_key": list(asset.primary_key),
        "foreign_keys": [_described(key) for key in asset.foreign_keys],
    }


def _described(key: ForeignKey) -> JsonValue:
    return {"fields": list(key.fields), "asset": key.target_asset, "target_fields": list(key.target_fields)}


def foreign_keys_of(kept: JsonValue, declared: JsonValue) -> list[Any]:
    """The newest foreign keys of an asset, from its row's ``foreign_keys`` and ``declared``."""
    newest = declared.get("foreign_keys", kept) if isinstance(declared, dict) else kept
    return list(newest) if isinstance(newest, list) else []


def declared_types(
    session: Session, asset_id: AssetId, fields: Mapping[str, FieldRow], states: Sequence[str]
) -> Mapping[str, str]:
    """Declared type of each field of an asset that was read: as it was listed, else as its objects state them.

    Where objects disagree, their types are joined. Where not all of them were read in full, by their coverage ``states``, a type
    that was known before stays among them: what was not read may still have it. What objects state waits in the row until the
    scan ends.
    """
    asset = session.get_one(AssetRow, (context_of(session).tenant_id, asset_id), options=[undefer(AssetRow.declared)])
    if isinstance(asset.declared, dict) and "primary_key" in asset.declared:
        return _types(asset.declared)
    types = _stated(session, asset_id)
    if any(state != "full" for state in states):
        known = {path: row.type for path, row in fields.items() if row.type and row.gone_at is None}
        if len(states) > 1:
            join_into(types, known)
        elif states[0] != "sampled":  # a single object tells of a field for certain, if it came to it
            types = known | types
    if any(types.values()) or any(row.type for row in fields.values()):
        asset.declared = {"types": dict(types)}
    return types


def _stated(session: Session, asset_id: AssetId) -> dict[str, str]:
    """What the objects of an asset state of each field they have, as the last finished reading of each lot saw it."""
    lots = (LotRow.tenant_id == SketchRow.tenant_id) & (LotRow.id == SketchRow.lot_id)
    query = select(SketchRow.path, SketchRow.type).join(LotRow, lots & (LotRow.read_by == SketchRow.scan_id))
    types: dict[str, str] = {}
    for path, kind in session.execute(query.where(LotRow.asset_id == asset_id)):
        join_into(types, {path: kind})
    return types


def _types(declared: Mapping[str, JsonValue]) -> dict[str, str]:
    types = declared.get("types")
    return {path: str(kind) for path, kind in types.items()} if isinstance(types, dict) else {}


def take_over(session: Session, scan: ScanRow, since: Mapping[str, datetime]) -> Iterator[Drift]:
    """Put what was declared in the place of what was known, and tell what is otherwise.

    Args:
        session: of the transaction that ends the scan.
        scan: which ends.
        since: when the scan before began, by name of the stores that can be compared with it.
    """
    query = (
        select(AssetRow.id)
        .join(StoreRow, (StoreRow.tenant_id == AssetRow.tenant_id) & (StoreRow.id == AssetRow.store_id))
        .where(AssetRow.last_seen_at == scan.started_at, AssetRow.gone_at.is_(None), AssetRow.declared.is_not(None))
        .order_by(StoreRow.name, AssetRow.name)
    )
    assets = session.scalars(query).all()
    for begin in range(0, len(assets), TOGETHER):
        yield from _take_over_some(session, assets[begin : begin + TOGETHER], since)


def _take_over_some(session: Session, ids: Sequence[AssetId], since: Mapping[str, datetime]) -> Iterator[Drift]:
    query = (
        select(StoreRow.name, AssetRow)
        .join(StoreRow, (StoreRow.tenant_id == AssetRow.tenant_id) & (StoreRow.id == AssetRow.store_id))
        .where(AssetRow.id.in_(ids))
        .options(undefer(AssetRow.declared))
        .order_by(StoreRow.name, AssetRow.name)
    )
    assets = session.execute(query).all()
    fields = _fields(session, ids)
    for store, asset in assets:
        declared = asset.declared if isinstance(asset.declared, dict) else {}
        others = _other_types(fields.get(asset.id, ()), _types(declared))
        if store in since and asset.appeared_at <= since[store]:
            changes = [*_keys_changed(store, asset, declared), *_types_changed(store, asset, others, since[store])]
            if changes:
                record(session, _event(store, asset, changes))
            yield from changes
        if "primary_key" in declared:
            asset.primary_key, asset.foreign_keys = declared["primary_key"], declared["foreign_keys"]
        asset.declared = None
        if others:
            rows = [{"tenant_id": asset.tenant_id, "id": row.id, "type": kind} for row, kind in others]
            session.execute(update(FieldRow), rows)
    session.flush()
    for _, asset in assets:
        session.expunge(asset)


def _fields(session: Session, ids: Sequence[AssetId]) -> dict[AssetId, list[Any]]:
    """Id, path, type and ``appeared_at`` of the fields of some assets, in the order of their paths."""
    columns = (FieldRow.id, FieldRow.path, FieldRow.type, FieldRow.appeared_at, FieldRow.asset_id)
    query = select(*columns).where(FieldRow.asset_id.in_(ids), FieldRow.gone_at.is_(None))
    fields: dict[AssetId, list[Any]] = {}
    for row in session.execute(query.order_by(FieldRow.path)):
        fields.setdefault(row.asset_id, []).append(row)
    return fields


def _other_types(fields: Sequence[Any], types: Mapping[str, str]) -> list[tuple[Any, str]]:
    """Fields that are declared otherwise now. One of which nothing is declared any more keeps its type until it is gone."""
    now = ((row, types.get(row.path, row.type)) for row in fields)
    return [(row, kind) for row, kind in now if kind != row.type]


def _types_changed(store: str, asset: AssetRow, others: Sequence[tuple[Any, str]], since: datetime) -> Iterator[Drift]:
    """Of the fields that are not new."""
    for row, kind in others:
        if row.appeared_at <= since:
            yield Drift("type_changed", store, asset.name, row.path, types_in(row.type), types_in(kind))


def _event(store: str, asset: AssetRow, changes: Sequence[Drift]) -> SchemaChanged:
    fields = tuple(one.field for one in changes if one.kind == "type_changed")
    return SchemaChanged(
        asset_ref=asset.id,
        asset=asset.name,
        store=store,
        types=len(fields),
        primary_key=any(one.kind == "primary_key_changed" for one in changes),
        foreign_keys=sum(len(one.was) + len(one.now) for one in changes if one.kind == "foreign_key_changed"),
        names=fields,
    )


def _keys_changed(store: str, asset: AssetRow, declared: Mapping[str, Any]) -> Iterator[Drift]:
    """Nothing of an asset whose keys were never told before."""
    if "primary_key" not in declared or not isinstance(asset.primary_key, list):
        return
    was, now = tuple(map(str, asset.primary_key)), tuple(map(str, declared["primary_key"]))
    if was != now:
        yield Drift("primary_key_changed", store, asset.name, "", was, now)
    before, after = _written(asset.foreign_keys), _written(declared["foreign_keys"])
    if before != after:
        kept = before & after
        yield Drift(
            "foreign_key_changed", store, asset.name, "", tuple(sorted(before - kept)), tuple(sorted(after - kept))
        )


def _written(keys: Any) -> set[str]:
    """Foreign keys in words: ``customer_id -> customers.id``, ``(x, y) -> two.(x, y)``."""
    return {
        f"{_columns(key['fields'])} -> {key['asset']}.{_columns(key['target_fields'])}"
        for key in (keys if isinstance(keys, list) else ())
    }


def _columns(names: Sequence[str]) -> str:
    return str(names[0]) if len(names) == 1 else f"({', '.join(map(str, names))})"
