"""What changed in the estate since the scan before, in sentences."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.base.state.tables import AssetRow, FieldRow, ScanRow, StoreRow, VerdictRow
from engine.estate.inventory.verdicts import entities_of

_FINISHED = ("complete", "complete_with_exceptions")


def drift_sentences(session: Session, scan: ScanRow) -> list[str]:
    """Changes that the scan found, most important first; none when it is the first one of its stores.

    Personal data in new places comes first, then changed verdicts, then what is new without any, then what is gone.
    """
    fields = _fields(session, scan)
    personal = [
        f"New personal data: {place} holds {', '.join(dict.fromkeys(one.entity for one in entities_of(row.found)))}."
        for place, row in fields
        if row.first_seen_at >= scan.started_at and row.found
    ]
    plain = sum(1 for _, row in fields if row.first_seen_at >= scan.started_at and not row.found)
    gone = [f"Gone: {place}." for place, row in fields if row.gone_at == scan.started_at]
    if plain:
        gone.insert(0, f"{plain} new field{'s' if plain > 1 else ''} without personal data.")
    return [*personal, *_changed(session, scan, {row.id: place for place, row in fields}), *gone]


def _judged_anew(session: Session, scan: ScanRow) -> set[object]:
    """Fields of which nothing was read and that other detectors judged."""
    query = (
        select(FieldRow.id)
        .join(AssetRow, (AssetRow.tenant_id == FieldRow.tenant_id) & (AssetRow.id == FieldRow.asset_id))
        .where(AssetRow.rejudged_by == scan.id)
    )
    return set(session.scalars(query))


def _fields(session: Session, scan: ScanRow) -> list[tuple[str, FieldRow]]:
    """Fields of stores that an earlier scan had read, with their names in full."""
    query = (
        select(StoreRow, AssetRow.name, FieldRow)
        .join(AssetRow, (AssetRow.tenant_id == FieldRow.tenant_id) & (AssetRow.id == FieldRow.asset_id))
        .join(StoreRow, (StoreRow.tenant_id == AssetRow.tenant_id) & (StoreRow.id == AssetRow.store_id))
        .where(StoreRow.name.in_(names_of(scan.stores)), StoreRow.first_seen_at < scan.started_at)
        .order_by(StoreRow.name, AssetRow.name, FieldRow.path)
    )
    earlier = _stores_scanned_before(session, scan)
    return [
        (f"{store.name}/{asset}.{row.path}", row)
        for store, asset, row in session.execute(query)
        if store.name in earlier
    ]


def _stores_scanned_before(session: Session, scan: ScanRow) -> set[str]:
    query = select(ScanRow.stores).where(ScanRow.started_at < scan.started_at, ScanRow.status.in_(_FINISHED))
    return {name for stores in session.scalars(query) for name in names_of(stores)}


def names_of(stores: Any) -> list[str]:
    """The names in the ``stores`` of a scan's row."""
    return [str(name) for name in stores]


def _changed(session: Session, scan: ScanRow, places: dict[object, str]) -> list[str]:
    """Fields that are something else than the scan before said."""
    query = (
        select(VerdictRow)
        .where(
            VerdictRow.decided_by == "scan",
            VerdictRow.field_id.in_(select(VerdictRow.field_id).where(VerdictRow.scan_id == scan.id)),
        )
        .order_by(VerdictRow.decided_at, VerdictRow.id)
    )
    history: dict[object, list[VerdictRow]] = {}
    for row in session.scalars(query):
        history.setdefault(row.field_id, []).append(row)
    anew = _judged_anew(session, scan)
    sentences = []
    for field, rows in history.items():
        if len(rows) < 2 or field not in places:
            continue
        old, new = (_named(row) for row in rows[-2:])
        if old != new:
            why = " by other detectors" if field in anew else ""
            sentences.append(f"Changed{why}: {places[field]} was {old}, is {new}.")
    return sorted(sentences)


def _named(row: VerdictRow) -> str:
    return ", ".join(dict.fromkeys(one.entity for one in entities_of(row.entities))) or "nothing personal"
