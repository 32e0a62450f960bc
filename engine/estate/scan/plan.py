"""Plan: list every store, bring the inventory up to the listing, and open a coverage row for every object.

Listing runs outside any transaction; what it gives is written in batches by short ones, and no store's listing is held as a
whole. A plan that was interrupted is made again: coverage rows are keyed by scan and object, so nothing is counted twice.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from engine.base.errors import StoreError
from engine.base.ids import AssetId, ObjectId, StoreId, new_id
from engine.base.state.canonical import JsonValue
from engine.base.state.context import context_of
from engine.base.state.outbox import record
from engine.base.state.tables import AssetRow, CoverageRow, ObjectRow, ScanRow, StoreRow
from engine.estate.scan.ahead import ReadAhead
from engine.estate.scan.fence import Fence
from engine.estate.scan.lots import plan_lots
from engine.estate.scan.read import Bench
from engine.estate.scan.schema import declare
from engine.estate.stores.declared import DeclaredStore
from engine.estate.stores.store import AssetInfo, ObjectInfo
from engine.ledger.events.inventory import AssetAppeared, StoreAdded

WAIT = 0.5  # seconds between two looks whether a connection to a store is free
BATCH = 500  # objects written in one transaction
AHEAD = 2_000  # objects that are listed while those before are written
_Place = tuple[AssetId, str]
"""An object by its asset and its name."""


def plan(bench: Bench, fence: Fence, stores: Iterable[DeclaredStore]) -> None:
    """List all stores and decide what is read. A store that cannot be listed is noted with the reason."""
    database = bench.database
    for declared in stores:
        bench.progress.listing(declared.name)
        while not bench.seats.take(declared.name):
            bench.stop_point()
            time.sleep(WAIT)
        store_id = _plan_store(bench, fence, declared)
        plan_lots(database, fence, store_id, bench.terms)
    with database.transaction() as session:
        scan = fence.scan(session)
        rows = select(func.count()).select_from(CoverageRow).where(CoverageRow.scan_id == scan.id)
        scan.listed = session.scalar(rows) or 0
        scan.planned_at = context_of(session).clock.now()


def _plan_store(bench: Bench, fence: Fence, declared: DeclaredStore) -> StoreId:
    database = bench.database
    with database.transaction() as session:
        fence.scan(session)
        store_id = _store_row(session, declared).id
    failure = ""
    with closing(ReadAhead(declared.store.assets(), lambda asset: len(asset.objects), AHEAD)) as assets:
        try:
            for batch in _batches(iter(assets)):
                bench.stop_point()
                with database.transaction() as session:
                    _plan_assets(session, fence.scan(session), store_id, batch)
        except StoreError as exc:
            failure = exc.reason
    with database.transaction() as session:
        fence.scan(session)
        _store_row(session, declared).failure = failure
    return store_id


def _batches(assets: Iterator[AssetInfo]) -> Iterator[list[AssetInfo]]:
    """Assets in batches of about as many objects; when listing fails, what came before is given first."""
    batch: list[AssetInfo] = []
    size = 0
    try:
        for asset in assets:
            for part in _parts(asset):
                batch.append(part)
                size += max(1, len(part.objects))
                if size >= BATCH:
                    yield batch
                    batch, size = [], 0
    except StoreError:
        yield batch
        raise
    yield batch


def _parts(asset: AssetInfo) -> Iterator[AssetInfo]:
    if len(asset.objects) <= BATCH:
        yield asset
        return
    for begin in range(0, len(asset.objects), BATCH):
        yield replace(asset, objects=asset.objects[begin : begin + BATCH])


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
    rows = _asset_rows(session, scan, store_id, assets)
    items = {(rows[asset.name].id, item.name): (asset, item) for asset in assets for item in asset.objects}
    objects = _note_objects(session, scan, {place: item for place, (_, item) in items.items()})
    covered = select(CoverageRow.object_id).where(
        CoverageRow.scan_id == scan.id, CoverageRow.object_id.in_(objects.values())
    )
    done = set(session.scalars(covered))
    new = [
        _coverage_row(scan, rows[asset.name], objects[place], asset, item)
        for place, (asset, item) in items.items()
        if objects[place] not in done
    ]
    if new:
        session.execute(insert(CoverageRow), new)


def _asset_rows(session: Session, scan: ScanRow, store_id: StoreId, assets: list[AssetInfo]) -> dict[str, AssetRow]:
    """Their rows by name, made or brought up to the listing."""
    query = select(AssetRow).where(AssetRow.store_id == store_id, AssetRow.name.in_({asset.name for asset in assets}))
    known = {row.name: row for row in session.scalars(query)}
    for asset in assets:
        row = known.get(asset.name)
        if row is None:
            row = known[asset.name] = _new_asset(session, scan, store_id, asset)
        row.kind, row.format = asset.kind, asset.format
        declare(row, asset)
        if row.gone_at is not None:
            row.appeared_at = scan.started_at
        row.last_seen_at, row.gone_at = scan.started_at, None
    session.flush()
    return known


def _new_asset(session: Session, scan: ScanRow, store_id: StoreId, asset: AssetInfo) -> AssetRow:
    now = context_of(session).clock.now()
    row = AssetRow(
        id=AssetId(new_id()),
        store_id=store_id,
        name=asset.name,
        kind=asset.kind,
        format=asset.format,
        foreign_keys=[],
        primary_key=None,
        declared=None,
        unjudged_by=None,
        judged_with="",
        rejudged_by=None,
        first_seen_at=now,
        appeared_at=scan.started_at,
        last_seen_at=now,
    )
    session.add(row)
    session.flush()
    record(session, AssetAppeared(asset_ref=row.id, asset=asset.name, kind=asset.kind, format=asset.format))
    return row


def _note_objects(session: Session, scan: ScanRow, items: Mapping[_Place, ObjectInfo]) -> dict[_Place, ObjectId]:
    """Objects as they are listed now; gives their ids. Most are known and the same as before, and there may be very many."""
    query = select(
        ObjectRow.asset_id, ObjectRow.name, ObjectRow.id, ObjectRow.bytes, ObjectRow.version, ObjectRow.facts
    ).where(
        ObjectRow.asset_id.in_({asset_id for asset_id, _ in items}), ObjectRow.name.in_({name for _, name in items})
    )
    known = {(row.asset_id, row.name): row for row in session.execute(query)}
    seen = {"tenant_id": scan.tenant_id, "last_seen_at": scan.started_at}
    ids: dict[_Place, ObjectId] = {}
    new, changed = [], []
    for place, item in items.items():
        row = known.get(place)
        ids[place] = ObjectId(new_id()) if row is None else row.id
        told = {"bytes": item.bytes, "version": item.version}
        if row is None:
            named = {"id": ids[place], "asset_id": place[0], "name": place[1], "lot_id": None, "gone_at": None}
            new.append({**seen, **named, **told, "facts": dict(item.facts), "read_version": ""})
        elif (row.bytes, row.version) != (item.bytes, item.version) or not _holds(row.facts, item.facts):
            changed.append(
                {"tenant_id": scan.tenant_id, "id": ids[place], **told, "facts": {**_facts(row.facts), **item.facts}}
            )
    if new:
        session.execute(insert(ObjectRow), new)
    if changed:
        session.execute(update(ObjectRow), changed)
    still = update(ObjectRow).where(ObjectRow.id.in_(ids.values())).execution_options(synchronize_session=False)
    session.execute(still.values(last_seen_at=scan.started_at, gone_at=None))
    return ids


def _holds(facts: JsonValue, told: Mapping[str, str]) -> bool:
    known = _facts(facts)
    return all(known.get(name) == value for name, value in told.items())


def _facts(value: JsonValue) -> dict[str, JsonValue]:
    return dict(value) if isinstance(value, dict) else {}


def _coverage_row(
    scan: ScanRow, asset_row: AssetRow, object_id: ObjectId, asset: AssetInfo, item: ObjectInfo
) -> dict[str, object]:
    state, reason = (
        ("failed", asset.problem) if asset.problem else ("skipped", item.skip) if item.skip else ("pending", "")
    )
    return {
        "tenant_id": scan.tenant_id,
        "scan_id": scan.id,
        "object_id": object_id,
        "asset_id": asset_row.id,
        "store_id": asset_row.store_id,
        "lot_id": None,
        "state": state,
        "reason": reason,
        "detail": "",
        "rows": 0,
        "bytes": 0,
        "expected_rows": item.rows,
        "bound": None,
        "troubles": [],
        "version": item.version,
    }
