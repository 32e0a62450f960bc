"""Plan: list every store, bring the inventory up to the listing, and open a coverage row for every object.

Listing runs outside any transaction; what it gives is written in batches by short ones. A plan that was interrupted is made
again: coverage rows are keyed by scan and object, so nothing is counted twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.base.errors import StoreError
from engine.base.ids import StoreId, new_id
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.outbox import record
from engine.base.state.tables import AssetRow, CoverageRow, ObjectRow, ScanRow, StoreRow
from engine.estate.scan.fence import Fence
from engine.estate.scan.progress import Progress
from engine.estate.stores.declared import DeclaredStore
from engine.estate.stores.store import AssetInfo, ObjectInfo
from engine.ledger.events.inventory import AssetAppeared, StoreAdded

BATCH = 100  # assets written in one transaction

Listing = dict[str, AssetInfo]
"""The assets of one store by name, as listed."""


def plan(database: Database, fence: Fence, stores: Iterable[DeclaredStore], progress: Progress) -> dict[str, Listing]:
    """List all stores; returns the listings by store name. A store that cannot be listed is noted with the reason."""
    listings: dict[str, Listing] = {}
    for declared in stores:
        progress.listing(declared.name)
        listings[declared.name] = _plan_store(database, fence, declared)
    with database.transaction() as session:
        scan = fence.scan(session)
        rows = select(func.count()).select_from(CoverageRow).where(CoverageRow.scan_id == scan.id)
        scan.listed = session.scalar(rows) or 0
        scan.planned_at = context_of(session).clock.now()
    return listings


def list_again(stores: Iterable[DeclaredStore], progress: Progress) -> dict[str, Listing]:
    """The listings for a scan that was planned before. Nothing is written: what is gone now shows when it is read."""
    listings: dict[str, Listing] = {}
    for declared in stores:
        progress.listing(declared.name)
        listing = listings.setdefault(declared.name, {})
        try:
            for batch in _batches(declared.store.assets()):
                listing.update((asset.name, asset) for asset in batch)
        except StoreError:
            continue
    return listings


def _plan_store(database: Database, fence: Fence, declared: DeclaredStore) -> Listing:
    with database.transaction() as session:
        fence.scan(session)
        store_id = _store_row(session, declared).id
    listing: Listing = {}
    failure = ""
    try:
        for batch in _batches(declared.store.assets()):
            listing.update((asset.name, asset) for asset in batch)
            with database.transaction() as session:
                _plan_assets(session, fence.scan(session), store_id, batch)
    except StoreError as exc:
        failure = exc.reason
    with database.transaction() as session:
        fence.scan(session)
        _store_row(session, declared).failure = failure
    return listing


def _batches(assets: Iterator[AssetInfo]) -> Iterator[list[AssetInfo]]:
    """Assets in batches; when listing fails, what came before is given first."""
    batch: list[AssetInfo] = []
    try:
        for asset in assets:
            batch.append(asset)
            if len(batch) == BATCH:
                yield batch
                batch = []
    except StoreError:
        yield batch
        raise
    yield batch


def _store_row(session: Session, declared: DeclaredStore) -> StoreRow:
    """The store's row, made or brought up to what is declared."""
    row = session.scalars(select(StoreRow).where(StoreRow.name == declared.name)).one_or_none()
    if row is None:
        row = _new_store(session, declared)
    row.kind = declared.store.kind
    row.owner = declared.owner
    row.jurisdiction = declared.jurisdiction
    row.purposes = list(declared.purposes)
    row.removed_at = None
    session.flush()
    return row


def _new_store(session: Session, declared: DeclaredStore) -> StoreRow:
    row = StoreRow(
        id=StoreId(new_id()),
        name=declared.name,
        kind=declared.store.kind,
        owner=declared.owner,
        jurisdiction=declared.jurisdiction,
        purposes=list(declared.purposes),
        failure="",
        first_seen_at=context_of(session).clock.now(),
    )
    session.add(row)
    session.flush()
    event = StoreAdded(
        store_ref=row.id,
        store=declared.name,
        kind=row.kind,
        owned=bool(declared.owner),
        purposed=bool(declared.purposes),
    )
    record(session, event)
    return row


def _plan_assets(session: Session, scan: ScanRow, store_id: StoreId, assets: list[AssetInfo]) -> None:
    names = [asset.name for asset in assets]
    query = select(AssetRow).where(AssetRow.store_id == store_id, AssetRow.name.in_(names))
    known = {row.name: row for row in session.scalars(query)}
    for asset in assets:
        row = known.get(asset.name) or _new_asset(session, store_id, asset)
        row.kind, row.format = asset.kind, asset.format
        row.last_seen_at, row.gone_at = scan.started_at, None
        for item in asset.objects:
            _plan_object(session, scan, row, asset, item)


def _new_asset(session: Session, store_id: StoreId, asset: AssetInfo) -> AssetRow:
    now = context_of(session).clock.now()
    row = AssetRow(
        store_id=store_id, name=asset.name, kind=asset.kind, format=asset.format, first_seen_at=now, last_seen_at=now
    )
    session.add(row)
    session.flush()
    record(session, AssetAppeared(asset_ref=row.id, asset=asset.name, kind=asset.kind, format=asset.format))
    return row


def _plan_object(session: Session, scan: ScanRow, asset_row: AssetRow, asset: AssetInfo, item: ObjectInfo) -> None:
    query = select(ObjectRow).where(ObjectRow.asset_id == asset_row.id, ObjectRow.name == item.name)
    row = session.scalars(query).one_or_none()
    if row is None:
        row = ObjectRow(asset_id=asset_row.id, name=item.name, version=item.version, last_seen_at=scan.started_at)
        session.add(row)
    row.bytes, row.version = item.bytes, item.version
    row.last_seen_at, row.gone_at = scan.started_at, None
    session.flush()
    if session.get(CoverageRow, (asset_row.tenant_id, scan.id, row.id)) is not None:
        return
    state, reason = (
        ("failed", asset.problem) if asset.problem else ("skipped", item.skip) if item.skip else ("pending", "")
    )
    session.add(
        CoverageRow(
            scan_id=scan.id,
            object_id=row.id,
            asset_id=asset_row.id,
            store_id=asset_row.store_id,
            state=state,
            reason=reason,
            detail="",
            rows=0,
            bytes=0,
            expected_rows=item.rows,
            troubles=[],
            version=item.version,
        )
    )
