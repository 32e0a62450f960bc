"""What one scan read, object by object."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.base.ids import ObjectId
from engine.base.state.tables import AssetRow, CoverageRow, ObjectRow, StoreRow


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One object in the coverage of a scan; attributes as in :class:`~engine.base.state.tables.scans.CoverageRow`."""

    object_id: ObjectId
    store: str
    asset: str
    name: str
    state: str
    reason: str
    detail: str
    rows: int
    bytes: int
    bound: float | None


def scan_coverage(
    session: Session, scan_id: UUID, limit: int, *, after: UUID | None = None, state: str = ""
) -> list[ReadLine]:
    """Objects of a scan in the order of their ids, from behind ``after`` on; of one state only, if it is named."""
    query = (
        select(CoverageRow, StoreRow.name, AssetRow.name, ObjectRow.name)
        .join(ObjectRow, (ObjectRow.tenant_id == CoverageRow.tenant_id) & (ObjectRow.id == CoverageRow.object_id))
        .join(AssetRow, (AssetRow.tenant_id == CoverageRow.tenant_id) & (AssetRow.id == CoverageRow.asset_id))
        .join(StoreRow, (StoreRow.tenant_id == CoverageRow.tenant_id) & (StoreRow.id == CoverageRow.store_id))
        .where(CoverageRow.scan_id == scan_id)
        .order_by(CoverageRow.object_id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(CoverageRow.object_id > after)
    if state:
        query = query.where(CoverageRow.state == state)
    return [
        ReadLine(row.object_id, store, asset, name, row.state, row.reason, row.detail, row.rows, row.bytes, row.bound)
        for row, store, asset, name in session.execute(query)
    ]
