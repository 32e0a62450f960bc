"""Judge an asset once all its objects are read: fields, verdicts and coverage go into the inventory together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from classifiers.columns.verdicts import EntityVerdict, Verdict
from classifiers.identity import Observing
from classifiers.sketches.sketch import Sketch, merge
from classifiers.sketches.sketch_bytes import from_bytes, to_bytes
from engine.base.ids import AssetId, ScanId
from engine.base.state.canonical import JsonValue
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.outbox import record
from engine.base.state.tables import AssetRow, CoverageRow, FieldRow, LotRow, ScanRow, SketchRow, StoreRow, VerdictRow
from engine.estate.detectors.pack import Judged, Pack
from engine.estate.inventory.verdicts import entities_of, latest_verdicts
from engine.estate.inventory.view import COVERAGE_ORDER
from engine.estate.scan.bounded import FieldBound, FieldBounds
from engine.estate.scan.fence import Fence
from engine.estate.scan.schema import declared_types
from engine.ledger.events.inventory import FieldsAppeared, FieldsGone, VerdictChanged
from engine.ledger.events.scan import AssetCovered

EXAMPLES = 3  # masked shapes kept of a field


def judge_asset(database: Database, fence: Fence, pack: Pack, asset_id: AssetId) -> None:
    """Give verdicts on all fields of an asset and record them with its coverage, whether any of it was read or not."""
    with database.snapshot() as session:
        asset = session.get_one(AssetRow, (context_of(session).tenant_id, asset_id))
        store = session.get_one(StoreRow, (asset.tenant_id, asset.store_id)).name
        coverage = _coverage(session, fence.scan_id, asset_id)
        sketches, bounds = _merged(session, asset_id, pack.observing), FieldBounds(session, asset_id)
    judged_fields = pack.asset(f"{store}/{asset.name}", asset.name, sketches)
    verdicts = {path: one.verdict for path, one in judged_fields.items()}
    encoded = {path: to_bytes(sketch) for path, sketch in sketches.items()}
    with database.transaction() as session:
        scan = fence.scan(session)
        fields = _field_rows(session, asset_id)
        _note_new(session, asset, fields, verdicts)
        latest = latest_verdicts(session, [row.id for row in fields.values()], "scan")
        types = declared_types(session, asset_id, fields, [row.state for row in coverage])
        for path, sketch in sketches.items():
            row = fields.get(path) or _new_field(session, scan, asset_id, path, types.get(path, ""))
            _fill(row, scan, sketch, encoded[path], judged_fields[path], bounds.of(path))
            _judge(session, scan, f"{store}/{asset.name}", row, verdicts[path], latest.get(row.id))
        if all(row.state == "full" for row in coverage):  # what was not read in full may still hold them
            gone = [row for path, row in fields.items() if path not in sketches and row.gone_at is None]
            _note_gone(session, scan, asset, gone)
        _record_coverage(session, scan, asset, store, coverage)
        judged = session.get_one(AssetRow, (scan.tenant_id, asset_id))
        if judged.unjudged_by is None:
            judged.rejudged_by = scan.id
        judged.unjudged_by, judged.judged_with = None, pack.hash


def cover_unchanged(database: Database, fence: Fence, asset_id: AssetId) -> None:
    """Record the coverage of an asset of which nothing had to be read; its verdicts stand."""
    with database.transaction() as session:
        scan = fence.scan(session)
        asset = session.get_one(AssetRow, (scan.tenant_id, asset_id))
        store = session.get_one(StoreRow, (asset.tenant_id, asset.store_id)).name
        coverage = _coverage(session, scan.id, asset_id)
        fields = update(FieldRow).where(FieldRow.asset_id == asset_id, FieldRow.gone_at.is_(None))
        session.execute(fields.values(last_seen_at=scan.started_at))
        _record_coverage(session, scan, asset, store, coverage)


class _Covered(NamedTuple):
    """Of a row of coverage, what counts here: there may be very many."""

    state: str
    reason: str
    rows: int
    bytes: int


def _coverage(session: Session, scan_id: ScanId, asset_id: AssetId) -> list[_Covered]:
    columns = (CoverageRow.state, CoverageRow.reason, CoverageRow.rows, CoverageRow.bytes)
    query = select(*columns).where(CoverageRow.scan_id == scan_id, CoverageRow.asset_id == asset_id)
    return [_Covered(*row) for row in session.execute(query)]


def _merged(session: Session, asset_id: AssetId, observing: Observing) -> dict[str, Sketch]:
    """The asset's sketches: those of its lots merged, each as its last finished reading left them.

    What detectors saw that are gone since is left out: the same as if it were read now.
    """
    query = (
        select(SketchRow.path, SketchRow.sketch)
        .join(
            LotRow,
            (LotRow.tenant_id == SketchRow.tenant_id)
            & (LotRow.id == SketchRow.lot_id)
            & (LotRow.read_by == SketchRow.scan_id),
        )
        .where(LotRow.asset_id == asset_id)
        .order_by(SketchRow.lot_id)
    )
    merged: dict[str, Sketch] = {}
    for path, data in session.execute(query):
        sketch = from_bytes(data).seen_by(observing.parts)
        merged[path] = merge(merged[path], sketch) if path in merged else sketch
    return merged


def _field_rows(session: Session, asset_id: AssetId) -> dict[str, FieldRow]:
    return {row.path: row for row in session.scalars(select(FieldRow).where(FieldRow.asset_id == asset_id))}


def _new_field(session: Session, scan: ScanRow, asset_id: AssetId, path: str, kind: str) -> FieldRow:
    row = FieldRow(
        asset_id=asset_id,
        path=path,
        type=kind,
        rows=0,
        nulls=0,
        distinct=0,
        drawn=None,
        bound=0.0,
        examples=[],
        found=[],
        excluded=[],
        sketch=b"",
        scan_id=scan.id,
        first_seen_at=context_of(session).clock.now(),
        appeared_at=scan.started_at,
        last_seen_at=scan.started_at,
    )
    session.add(row)
    session.flush()
    return row


def _fill(row: FieldRow, scan: ScanRow, sketch: Sketch, encoded: bytes, judged: Judged, bound: FieldBound) -> None:
    """What this reading gave, in place of what the one before did."""
    verdict = judged.verdict
    row.rows, row.nulls, row.distinct = sketch.rows, sketch.nulls + sketch.empty, sketch.distinct
    row.drawn, row.bound = bound.drawn, bound.bound
    row.examples = [] if verdict.small_domain else list(_examples(sketch))
    row.found = [_described(one) for one in verdict.entities]
    row.excluded = [one._asdict() for one in judged.excluded]
    row.sketch, row.scan_id = encoded, scan.id
    if row.gone_at is not None:
        row.appeared_at = scan.started_at
    row.last_seen_at, row.gone_at = scan.started_at, None


def _examples(sketch: Sketch) -> tuple[str, ...]:
    """The most frequent shapes: what cells look like, without a letter or digit of them."""
    frequent = sorted(sketch.shapes.values(), key=lambda shape: (-shape.rows, shape.text))
    return tuple(shape.text for shape in frequent[:EXAMPLES])


def _described(one: EntityVerdict) -> dict[str, JsonValue]:
    return {
        "entity": one.entity,
        "subtype": one.subtype,
        "category": one.category,
        "sensitivity": one.sensitivity.label,
        "confidence": one.confidence,
        "share": one.share,
        "matches": one.matches,
        "checked": one.checked,
        "reason": one.reason,
    }


def _judge(
    session: Session, scan: ScanRow, place: str, row: FieldRow, verdict: Verdict, before: VerdictRow | None
) -> None:
    """Append a verdict when it says something else than the one before, or another pack says it."""
    entities: list[JsonValue] = [
        {name: described[name] for name in ("entity", "subtype", "category", "sensitivity", "confidence")}
        for described in map(_described, verdict.entities)
    ]
    meaning = [(one.entity, one.subtype) for one in verdict.entities]
    old = entities_of(before.entities) if before is not None else []
    same = before is not None and [(one.entity, one.subtype) for one in old] == meaning
    if before is not None and same and before.pack_hash == scan.pack_hash:
        return
    context = context_of(session)
    session.add(
        VerdictRow(
            field_id=row.id,
            decided_by="scan",
            actor_id=context.actor_id,
            scan_id=scan.id,
            entities=entities,
            confidence=verdict.confidence,
            reason="",
            pack_hash=scan.pack_hash,
            decided_at=context.clock.now(),
        )
    )
    if same or (before is None and not meaning):
        return
    main = verdict.entities[0] if verdict.entities else None
    record(
        session,
        VerdictChanged(
            field_ref=row.id,
            field=f"{place}.{row.path}",
            entity_old=old[0].entity if old else "",
            entity_new=main.entity if main else "",
            category=main.category if main else "",
            sensitivity=verdict.sensitivity.label,
            confidence=round(verdict.confidence, 2),
            pack_hash=scan.pack_hash,
        ),
    )


def _note_new(
    session: Session, asset: AssetRow, known: Mapping[str, FieldRow], verdicts: Mapping[str, Verdict]
) -> None:
    """Which fields came, or came back."""
    new = sorted(path for path in verdicts if path not in known or known[path].gone_at is not None)
    if new:
        personal = sum(bool(verdicts[path].entities) for path in new)
        record(
            session,
            FieldsAppeared(
                asset_ref=asset.id, asset=asset.name, fields=len(new), personal_fields=personal, names=tuple(new)
            ),
        )


def _note_gone(session: Session, scan: ScanRow, asset: AssetRow, gone: Sequence[FieldRow]) -> None:
    if not gone:
        return
    for row in gone:
        row.gone_at = scan.started_at
    names = tuple(sorted(row.path for row in gone))
    personal = sum(bool(row.found) for row in gone)
    record(
        session,
        FieldsGone(asset_ref=asset.id, asset=asset.name, fields=len(gone), personal_fields=personal, names=names),
    )


def _record_coverage(
    session: Session, scan: ScanRow, asset: AssetRow, store: str, coverage: Sequence[_Covered]
) -> None:
    states = [row.state for row in coverage]
    worst = max(coverage, key=lambda row: COVERAGE_ORDER.index(row.state))
    record(
        session,
        AssetCovered(
            scan=scan.id,
            asset_ref=asset.id,
            asset=asset.name,
            store=store,
            state=worst.state,  # type: ignore[arg-type]
            reason=worst.reason,
            objects_full=states.count("full"),
            objects_skipped=states.count("skipped"),
            objects_failed=states.count("failed"),
            rows=sum(row.rows for row in coverage),
            bytes=sum(row.bytes for row in coverage),
        ),
    )
