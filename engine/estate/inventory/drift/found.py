"""Find what changed in the estate since the scan before.

*Before* is, for each store, the newest scan that ended and covered it, provided that any scan so far could list it: of a store
that is read for the first time nothing is drift. A scan that was given up is none: what it saw first is told by the next one
that ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from engine.base.state.tables import AssetRow, FieldRow, ScanRow, StoreRow, VerdictRow
from engine.estate.inventory.drift.model import Collector, Drift, ScanDrift
from engine.estate.inventory.verdicts import entities_of

_FINISHED = ("complete", "complete_with_exceptions")
_READ = 500  # rows fetched at once

Since = Mapping[str, datetime]
"""When the scan before began, by name of the stores that had one."""


def scans_before(session: Session, scan: ScanRow) -> dict[str, datetime]:
    """When the scan before a scan began, by name of the stores that can be compared with it; of all stores ever scanned."""
    query = select(ScanRow.stores, ScanRow.unlisted, ScanRow.started_at).where(
        ScanRow.started_at < scan.started_at, ScanRow.status.in_(_FINISHED)
    )
    newest: dict[str, datetime] = {}
    listed: set[str] = set()
    for stores, unlisted, started_at in session.execute(query.order_by(ScanRow.started_at)):
        newest |= dict.fromkeys(names_of(stores), started_at)
        listed |= set(names_of(stores)) - set(names_of(unlisted))
    return {name: started_at for name, started_at in newest.items() if name in listed}


def names_of(stores: Any) -> list[str]:
    """The names in ``stores`` or ``unlisted`` of a scan's row."""
    return [str(name) for name in stores or ()]


def drift_of(session: Session, scan: ScanRow, since: Since, schema: Iterable[Drift]) -> ScanDrift:
    """What a scan found changed, when all else of it is recorded.

    Args:
        session: of the transaction that ends it.
        scan: which ends.
        since: from ``scans_before``.
        schema: what stores and files declare otherwise than before.
    """
    covered = {name: started_at for name, started_at in since.items() if name in names_of(scan.stores)}
    collector = Collector()
    collector.take(schema)
    if covered:
        for found in (_added, _verdicts, _assets_added, _assets_removed, _removed):
            collector.take(found(session, covered))
    collector.take(_stores_removed(session, scan, since))
    return collector.drift()


def _rows(session: Session, query: Select[Any]) -> Iterator[Any]:
    return iter(session.execute(query.execution_options(yield_per=_READ)))


def _of_fields(since: Since, *columns: Any) -> Select[Any]:
    """Fields of these stores, in the order of their places; see ``_of_assets``."""
    joined = (FieldRow.tenant_id == AssetRow.tenant_id) & (FieldRow.asset_id == AssetRow.id)
    return _of_assets(since, *columns).join(FieldRow, joined).order_by(FieldRow.path)


def _of_assets(since: Since, *columns: Any) -> Select[Any]:
    """Assets of these stores: name of the store, name of the asset, ``columns``."""
    joined = (AssetRow.tenant_id == StoreRow.tenant_id) & (AssetRow.store_id == StoreRow.id)
    query = select(StoreRow.name, AssetRow.name, *columns).select_from(StoreRow).join(AssetRow, joined)
    return query.where(StoreRow.name.in_(since)).order_by(StoreRow.name, AssetRow.name)


def _added(session: Session, since: Since) -> Iterator[Drift]:
    """New fields; without personal data only those of assets that are not new themselves."""
    columns = (AssetRow.appeared_at, FieldRow.path, FieldRow.type, FieldRow.found, FieldRow.appeared_at)
    query = _of_fields(since, *columns).where(FieldRow.appeared_at > min(since.values()), FieldRow.gone_at.is_(None))
    for store, asset, asset_since, path, kind, found, field_since in _rows(session, query):
        entities = _entities(found)
        if field_since > since[store] and (entities or asset_since <= since[store]):
            yield Drift("field_added", store, asset, path, now=_text(kind), entities=entities)


def _removed(session: Session, since: Since) -> Iterator[Drift]:
    """Fields that are gone from assets that are not."""
    columns = (FieldRow.path, FieldRow.type, FieldRow.found, FieldRow.appeared_at, FieldRow.gone_at)
    query = _of_fields(since, *columns).where(FieldRow.gone_at > min(since.values()), AssetRow.gone_at.is_(None))
    for store, asset, path, kind, found, appeared_at, gone_at in _rows(session, query):
        if appeared_at <= since[store] < gone_at:
            yield Drift("field_removed", store, asset, path, was=_text(kind), entities=_entities(found))


def _assets_added(session: Session, since: Since) -> Iterator[Drift]:
    query = _of_assets(since, AssetRow.id, AssetRow.kind, AssetRow.appeared_at).where(
        AssetRow.appeared_at > min(since.values()), AssetRow.gone_at.is_(None)
    )
    for store, asset, asset_id, kind, appeared_at in session.execute(query).all():
        if appeared_at > since[store]:
            present = and_(FieldRow.asset_id == asset_id, FieldRow.gone_at.is_(None))
            yield Drift("asset_added", store, asset, now=_text(kind), entities=_all_entities(session, present))


def _assets_removed(session: Session, since: Since) -> Iterator[Drift]:
    query = _of_assets(since, AssetRow.id, AssetRow.kind, AssetRow.appeared_at, AssetRow.gone_at).where(
        AssetRow.gone_at > min(since.values())
    )
    for store, asset, asset_id, kind, appeared_at, gone_at in session.execute(query).all():
        if appeared_at <= since[store] < gone_at:
            last = and_(FieldRow.asset_id == asset_id, FieldRow.gone_at == gone_at)
            yield Drift("asset_removed", store, asset, was=_text(kind), entities=_all_entities(session, last))


def _stores_removed(session: Session, scan: ScanRow, since: Since) -> Iterator[Drift]:
    query = select(StoreRow.id, StoreRow.name, StoreRow.kind).where(StoreRow.removed_at == scan.started_at)
    for store_id, name, kind in session.execute(query.order_by(StoreRow.name)).all():
        if name in since:
            assets = select(AssetRow.id).where(AssetRow.store_id == store_id, AssetRow.gone_at.is_(None))
            held = and_(FieldRow.asset_id.in_(assets), FieldRow.gone_at.is_(None))
            yield Drift("store_removed", name, was=_text(kind), entities=_all_entities(session, held))


def _verdicts(session: Session, since: Since) -> Iterator[Drift]:
    """Fields that are something else than the scan before said."""
    newer = select(ScanRow.id).where(ScanRow.started_at > min(since.values()))
    judged = select(VerdictRow.field_id).where(VerdictRow.scan_id.in_(newer), VerdictRow.decided_by == "scan")
    columns = (FieldRow.path, FieldRow.id, FieldRow.appeared_at, AssetRow.id, VerdictRow.entities, ScanRow.started_at)
    query = (
        _of_fields(since, *columns)
        .join(VerdictRow, (VerdictRow.tenant_id == FieldRow.tenant_id) & (VerdictRow.field_id == FieldRow.id))
        .join(ScanRow, (ScanRow.tenant_id == VerdictRow.tenant_id) & (ScanRow.id == VerdictRow.scan_id))
        .where(FieldRow.id.in_(judged), FieldRow.gone_at.is_(None), VerdictRow.decided_by == "scan")
        .order_by(FieldRow.id, VerdictRow.decided_at, VerdictRow.id)
    )
    anew = set(
        session.scalars(select(AssetRow.id).where(AssetRow.rejudged_by.in_(newer)))
    )  # without reading any of them
    for _, rows in groupby(_rows(session, query), key=lambda row: row[3]):
        before: Any = None
        for newest in rows:
            before = newest if newest.started_at <= since[newest[0]] else before
        store, asset, path, _id, appeared_at, asset_id, found, _ = newest
        if before is None or appeared_at > since[store]:
            continue
        was, now = _entities(before.entities), _entities(found)
        if was != now:
            yield Drift("verdict_changed", store, asset, path, was=was, now=now, rejudged=asset_id in anew)


def _all_entities(session: Session, which: Any) -> tuple[str, ...]:
    """What was recognised in some fields, each entity once, in order."""
    found = session.scalars(select(FieldRow.found).where(which).execution_options(yield_per=_READ))
    return tuple(sorted({entity for one in found for entity in _entities(one)}))


def _entities(found: Any) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.entity for one in entities_of(found)))


def _text(kind: str) -> tuple[str, ...]:
    return (kind,) if kind else ()
