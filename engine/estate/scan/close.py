"""Close the books of a scan: what is gone, what hangs together, what changed, and whether the totals add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.base.errors import IntegrityViolated
from engine.base.ids import ScanId
from engine.base.keys.subjects import destroy_subject_key, subject_key
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.outbox import record
from engine.base.state.tables import (
    AssetRow,
    CoverageRow,
    FieldRow,
    HighWaterRow,
    LotRow,
    ObjectRow,
    ReadingRow,
    ScanRow,
    StoreRow,
)
from engine.estate.inventory.drift.found import drift_of, scans_before
from engine.estate.inventory.drift.model import ScanDrift
from engine.estate.scan.chunks import scan_key_label
from engine.estate.scan.fence import Fence
from engine.estate.scan.linking import find_links, write_links
from engine.estate.scan.lots import give_up
from engine.estate.scan.rejudging import Rejudged, rejudged
from engine.estate.scan.schema import take_over
from engine.estate.stores.declared import DeclaredStore
from engine.estate.stores.high_water import Marking
from engine.ledger.events.inventory import AssetGone, StoreRemoved
from engine.ledger.events.scan import ScanCompleted, StoreUnlisted


@dataclass(frozen=True, slots=True)
class ScanResult:
    """How a scan ended.

    Attributes:
        stores: names of those it covered.
        status: ``complete`` when every listed object was read in full; else ``complete_with_exceptions``.
        objects: by coverage state.
        unlisted: stores that could not be listed, with the reason.
        unchanged: of these, objects that had not changed since they were read.
        notes: about the configuration, a sentence each: columns of high water that belong to no table.
        rows, bytes: that the inventory rests on; rows_read: of these, read by this scan.
        seconds: from beginning to end, interruptions included.
        rejudged: what it did because its detectors are others than before.
        drift: what changed since the scan before.
    """

    scan_id: ScanId
    stores: tuple[str, ...]
    status: str
    objects: Mapping[str, int]
    unlisted: Mapping[str, str]
    unchanged: int
    rows: int
    rows_read: int
    bytes: int
    seconds: float
    rejudged: Rejudged
    drift: ScanDrift
    notes: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Something that should have been read was not."""
        return bool(self.objects.get("failed") or self.unlisted)


def close(
    database: Database,
    fence: Fence,
    stores: Sequence[DeclaredStore],
    configured: frozenset[str],
) -> ScanResult:
    """End a scan whose objects all have a coverage state.

    Raises:
        IntegrityViolated: the coverage does not add up to what was listed.
    """
    links = find_links(database)
    with database.transaction() as session:
        scan = fence.scan(session)
        rows = {row.name: row for row in session.scalars(select(StoreRow))}
        scanned = [rows[declared_store.name] for declared_store in stores]
        for store in scanned:
            if store.failure:
                record(
                    session,
                    StoreUnlisted(scan=scan.id, store_ref=store.id, store=store.name, reason=store.failure),
                )
            else:
                _note_gone(session, scan, store)
        for store in rows.values():
            if store.name not in configured and store.removed_at is None:
                _note_removed(session, scan, store)
        write_links(session, scan, links)
        scan.unlisted = {store.name: store.failure for store in scanned if store.failure}
        since = scans_before(session, scan)
        scan.drift = drift_of(session, scan, since, take_over(session, scan, since)).as_json()
        scan.ended_at = context_of(session).clock.now()
        result = replace(_result(session, scan, scanned), notes=tuple(_notes(session, scan, stores)))
        scan.status = result.status
        destroy_subject_key(session, subject_key(session, "scan", scan_key_label(scan.id)))
        record(session, _completed(scan, result))
    return result


def result_of(session: Session, scan_id: ScanId) -> ScanResult:
    """How a scan ended, from its records."""
    scan = session.get_one(ScanRow, (context_of(session).tenant_id, scan_id))
    names = scan.stores if isinstance(scan.stores, list) else []
    rows = session.scalars(select(StoreRow).where(StoreRow.name.in_(names)).order_by(StoreRow.name))
    return _result(session, scan, list(rows))


def _result(session: Session, scan: ScanRow, stores: Sequence[StoreRow]) -> ScanResult:
    coverage = session.execute(
        select(CoverageRow.state, CoverageRow.reason, CoverageRow.rows, CoverageRow.bytes).where(
            CoverageRow.scan_id == scan.id
        )
    ).all()
    states = Counter(row.state for row in coverage)
    if states["pending"] or len(coverage) != scan.listed:
        raise IntegrityViolated(
            f"coverage does not add up: {scan.listed} objects listed, {len(coverage) - states['pending']} accounted for"
        )
    unlisted = {name: str(reason) for name, reason in scan.unlisted.items()} if isinstance(scan.unlisted, dict) else {}
    whole = states["full"] == len(coverage) and not unlisted
    return ScanResult(
        scan.id,
        tuple(store.name for store in stores),
        "complete" if whole else "complete_with_exceptions",
        dict(states),
        unlisted,
        sum(row.reason == "unchanged" for row in coverage),
        sum(row.rows for row in coverage),
        _rows_read(session, scan.id),
        sum(row.bytes for row in coverage),
        ((scan.ended_at or context_of(session).clock.now()) - scan.started_at).total_seconds(),
        rejudged(session, scan),
        ScanDrift.from_json(scan.drift),
    )


def _rows_read(session: Session, scan_id: ScanId) -> int:
    """Rows that this scan read itself: those of its readings, without what these add to."""
    read = select(ReadingRow.lot_id).where(ReadingRow.scan_id == scan_id)
    rows = select(func.sum(CoverageRow.rows)).where(CoverageRow.scan_id == scan_id, CoverageRow.lot_id.in_(read))
    before = select(func.sum(HighWaterRow.rows_before)).where(HighWaterRow.scan_id == scan_id)
    return int(session.scalar(rows) or 0) - int(session.scalar(before) or 0)


def _notes(session: Session, scan: ScanRow, stores: Sequence[DeclaredStore]) -> Iterator[str]:
    for declared in stores:
        wanted = declared.store.high_water if isinstance(declared.store, Marking) else {}
        listed = (
            select(AssetRow.name)
            .join(StoreRow, (StoreRow.tenant_id == AssetRow.tenant_id) & (StoreRow.id == AssetRow.store_id))
            .where(StoreRow.name == declared.name, AssetRow.last_seen_at == scan.started_at)
        )
        for name in sorted(set(wanted) - set(session.scalars(listed))) if wanted else ():
            yield f"{declared.name}: `high_water` names {name}, which is no table there (`reeve inventory list --all`)"


def _completed(scan: ScanRow, result: ScanResult) -> ScanCompleted:
    return ScanCompleted(
        scan=scan.id,
        status=result.status,  # type: ignore[arg-type]
        listed=scan.listed,
        accounted=sum(result.objects.values()),
        objects_full=result.objects.get("full", 0),
        objects_sampled=result.objects.get("sampled", 0),
        objects_skipped=result.objects.get("skipped", 0),
        objects_failed=result.objects.get("failed", 0),
        stores_unlisted=len(result.unlisted),
        rows=result.rows,
        bytes=result.bytes,
        duration_s=round(result.seconds, 3),
        pack_hash=scan.pack_hash,
        assets_rejudged=result.rejudged.assets,
        fields_rejudged=result.rejudged.fields,
        assets_read_again=result.rejudged.read_assets,
        fields_read_again=len(result.rejudged.read_fields),
    )


def _note_gone(session: Session, scan: ScanRow, store: StoreRow) -> None:
    """What the complete listing of a store did not show any more."""
    gone = select(AssetRow).where(
        AssetRow.store_id == store.id, AssetRow.last_seen_at < scan.started_at, AssetRow.gone_at.is_(None)
    )
    for asset in session.scalars(gone):
        asset.gone_at = scan.started_at
        for lot in session.scalars(select(LotRow).where(LotRow.asset_id == asset.id, LotRow.objects > 0)):
            give_up(session, lot)
        fields = list(
            session.scalars(select(FieldRow).where(FieldRow.asset_id == asset.id, FieldRow.gone_at.is_(None)))
        )
        for field in fields:
            field.gone_at = scan.started_at
        record(
            session,
            AssetGone(
                asset_ref=asset.id,
                asset=asset.name,
                store=store.name,
                kind=asset.kind,
                personal_fields=sum(bool(field.found) for field in fields),
            ),
        )
    objects = (
        select(ObjectRow)
        .join(AssetRow, (AssetRow.tenant_id == ObjectRow.tenant_id) & (AssetRow.id == ObjectRow.asset_id))
        .where(AssetRow.store_id == store.id, ObjectRow.last_seen_at < scan.started_at, ObjectRow.gone_at.is_(None))
    )
    for item in session.scalars(objects):
        item.gone_at = scan.started_at


def _note_removed(session: Session, scan: ScanRow, store: StoreRow) -> None:
    """A store that the configuration does not name any more. What was found in it stays known."""
    store.removed_at = scan.started_at
    held = (
        select(FieldRow.found)
        .join(AssetRow, (AssetRow.tenant_id == FieldRow.tenant_id) & (AssetRow.id == FieldRow.asset_id))
        .where(AssetRow.store_id == store.id, FieldRow.gone_at.is_(None))
    )
    personal = sum(bool(found) for found in session.scalars(held))
    record(session, StoreRemoved(store_ref=store.id, store=store.name, kind=store.kind, personal_fields=personal))
