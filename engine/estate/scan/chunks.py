"""Record: each chunk commits with the merged sketches it leads to, so that none counts twice and none is lost.

The cursor behind the newest chunk is sealed under a key of the scan's own, because it may hold keys of rows. That key is
destroyed when the scan ends.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from classifiers.sketches.sketch import Sketch
from classifiers.sketches.sketch_bytes import from_bytes, to_bytes
from engine.base.ids import ObjectId, ScanId
from engine.base.keys.sealed import SealExpired
from engine.base.keys.subjects import seal, subject_key, unseal
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.tables import (
    AssetRow,
    ChunkRow,
    CoverageRow,
    HighWaterRow,
    LotRow,
    MembershipRow,
    ObjectRow,
    ReadingRow,
    SketchRow,
    StoreRow,
)
from engine.estate.formats.cursor import cursor_from_bytes, cursor_to_bytes
from engine.estate.formats.format import Cursor
from engine.estate.formats.types import join_into
from engine.estate.scan.bounded import Sample, note_sample
from engine.estate.scan.fence import Claim
from engine.estate.scan.gathered import Account, Gathered, Outcome
from engine.estate.scan.lot import Lot, Work
from engine.estate.scan.lots import Terms
from engine.estate.scan.membership import ChunkMembership

CURSOR_LIFE = timedelta(days=30)
"""An unfinished scan can be resumed that long; afterwards its objects are read anew."""


@dataclass(slots=True)
class LotProgress:
    """How far a lot is read: what its chunks so far add up to.

    Attributes:
        current: the object that is under way, and the cursor in it.
        cursor_lost: it was left for too long to go on.
        stored: fields whose sketch is in the state already.
        types: declared types of fields by path, as the objects state them.
    """

    chunks: int = 0
    current: tuple[ObjectId, Cursor] | None = None
    cursor_lost: bool = False
    sketches: dict[str, Sketch] = field(default_factory=dict)
    stored: set[str] = field(default_factory=set)
    types: dict[str, str] = field(default_factory=dict)

    def reset(self) -> None:
        """Back to the beginning."""
        self.chunks, self.current, self.cursor_lost = 0, None, False
        self.sketches.clear()
        self.stored.clear()
        self.types.clear()


def load_lot(database: Database, claim: Claim) -> Lot:
    """The lot behind a claim."""
    with database.snapshot() as session:
        tenant = context_of(session).tenant_id
        reading = session.get_one(ReadingRow, (tenant, claim.scan_id, claim.lot_id))
        asset = session.get_one(AssetRow, (tenant, reading.asset_id))
        store = session.get_one(StoreRow, (tenant, asset.store_id))
        query = (
            select(ObjectRow, CoverageRow)
            .join(CoverageRow, (CoverageRow.tenant_id == ObjectRow.tenant_id) & (CoverageRow.object_id == ObjectRow.id))
            .where(CoverageRow.scan_id == claim.scan_id, CoverageRow.lot_id == claim.lot_id)
            .order_by(ObjectRow.id)
        )
        objects = [
            Work(item.id, item.name, item.bytes, covered.version, covered.state != "pending")
            for item, covered in session.execute(query)
        ]
        return Lot(claim, store.name, asset.name, asset.kind, asset.format, objects)


def load_progress(database: Database, claim: Claim) -> LotProgress:
    """What was recorded of a lot by whoever read it in this scan before."""
    with database.snapshot() as session:
        tenant = context_of(session).tenant_id
        reading = session.get_one(ReadingRow, (tenant, claim.scan_id, claim.lot_id))
        progress = LotProgress(reading.chunks)
        if not reading.chunks:
            return progress
        chunk = session.get_one(ChunkRow, (tenant, claim.scan_id, claim.lot_id, reading.chunks - 1))
        if chunk.cursor is not None:
            try:
                cursor = dict(cursor_from_bytes(unseal(session, chunk.cursor, _context(claim))))
            except SealExpired:
                progress.cursor_lost = True
            else:
                progress.current = (ObjectId(UUID(str(cursor.pop(_OBJECT)))), cursor)
        for row in session.scalars(select(SketchRow).where(*_of(SketchRow, claim))):
            progress.sketches[row.path] = from_bytes(row.sketch)
            join_into(progress.types, {row.path: row.type} if row.type else {})
            progress.stored.add(row.path)
    return progress


def record_chunk(
    database: Database,
    lot: Lot,
    gathered: Gathered,
    progress: LotProgress,
    changed: Mapping[str, Sketch],
    membership: ChunkMembership | None = None,
) -> dict[ObjectId, Outcome]:
    """Commit what was gathered as one chunk, and take it into ``progress``; ``changed`` are the merged sketches it led to.

    ``membership`` is the filter over its values, where one is kept.

    Returns:
        How each object that came to its end is accounted for.
    """
    encoded = {path: to_bytes(sketch) for path, sketch in changed.items()}
    claim = lot.claim
    join_into(progress.types, gathered.types)
    with database.transaction() as session:
        reading = claim.reading(session)
        context = context_of(session)
        before = session.get(ChunkRow, (context.tenant_id, claim.scan_id, claim.lot_id, progress.chunks - 1))
        if before is not None:
            before.cursor = None
        session.add(
            ChunkRow(
                scan_id=claim.scan_id,
                lot_id=claim.lot_id,
                number=progress.chunks,
                rows=gathered.rows,
                bytes=gathered.bytes,
                cursor=_sealed(session, claim, gathered.current),
                done_at=context.clock.now(),
            )
        )
        reading.chunks = progress.chunks + 1
        _store_sketches(session, claim, encoded, progress)
        outcomes = _note_accounts(session, claim, gathered.accounts)
        if membership is not None:
            session.add(membership.row(claim, progress.chunks, gathered.accounts, outcomes))
    progress.sketches.update(changed)
    progress.stored.update(encoded)
    progress.chunks += 1
    progress.current = gathered.current
    return outcomes


def start_over(database: Database, lot: Lot) -> None:
    """Forget what was read of a lot that cannot be read on from where it was left."""
    with database.transaction() as session:
        reading = lot.claim.reading(session)
        reading.chunks = 0
        for table in (ChunkRow, SketchRow, HighWaterRow, MembershipRow):
            session.execute(delete(table).where(*_of(table, lot.claim)))
        rows = select(CoverageRow).where(
            CoverageRow.scan_id == lot.claim.scan_id, CoverageRow.lot_id == lot.claim.lot_id
        )
        for row in session.scalars(rows):
            row.state, row.reason, row.detail, row.bound = "pending", "", "", None
            row.rows = row.bytes = 0
            row.troubles = []


def finish(database: Database, lot: Lot, terms: Terms, sample: Sample | None) -> None:
    """All objects of the lot have their state: from now on this reading counts, and the one before is forgotten."""
    claim = lot.claim
    with database.transaction() as session:
        reading = claim.reading(session)
        reading.state, reading.worker_id = "done", None
        row = session.get_one(LotRow, (reading.tenant_id, claim.lot_id))
        row.read_by = row.accounted_by = claim.scan_id
        note_sample(session, claim, row, sample)
        read = select(CoverageRow.rows).where(CoverageRow.scan_id == claim.scan_id, CoverageRow.lot_id == claim.lot_id)
        row.rows = sum(session.scalars(read))
        row.observing_hash, row.hash_generation = terms.observing.hash, terms.hash_generation
        for table in (ChunkRow, SketchRow, HighWaterRow, MembershipRow):
            session.execute(delete(table).where(table.lot_id == claim.lot_id, table.scan_id != claim.scan_id))


def scan_key_label(scan_id: ScanId) -> str:
    """The label of the subject key under which a scan's cursors are sealed."""
    return f"scan/{scan_id}"


_OBJECT = "object"


def _sealed(session: Session, claim: Claim, current: tuple[ObjectId, Cursor] | None) -> Any:
    if current is None:
        return None
    key = subject_key(session, "scan", scan_key_label(claim.scan_id))
    expires = context_of(session).clock.now() + CURSOR_LIFE
    item, cursor = current
    return seal(session, key, cursor_to_bytes({**cursor, _OBJECT: str(item)}), expires, _context(claim))


def _store_sketches(session: Session, claim: Claim, encoded: Mapping[str, bytes], progress: LotProgress) -> None:
    """Write sketches: those of fields met before replace what stands there."""
    key = {"tenant_id": context_of(session).tenant_id, "scan_id": claim.scan_id, "lot_id": claim.lot_id}
    rows = {
        path: {**key, "path": path, "sketch": data, "type": progress.types.get(path, "")}
        for path, data in encoded.items()
    }
    new = [row for path, row in rows.items() if path not in progress.stored]
    old = [row for path, row in rows.items() if path in progress.stored]
    if new:
        session.execute(insert(SketchRow), new)
    if old:
        session.execute(update(SketchRow), old)


def _note_accounts(session: Session, claim: Claim, accounts: Mapping[ObjectId, Account]) -> dict[ObjectId, Outcome]:
    outcomes: dict[ObjectId, Outcome] = {}
    query = (  # all that is left of the lot at once: small objects come by the hundred
        select(CoverageRow, ObjectRow)
        .join(ObjectRow, (ObjectRow.tenant_id == CoverageRow.tenant_id) & (ObjectRow.id == CoverageRow.object_id))
        .where(CoverageRow.scan_id == claim.scan_id, CoverageRow.lot_id == claim.lot_id, CoverageRow.state == "pending")
    )
    rows = {covered.object_id: (covered, item) for covered, item in session.execute(query)}
    for object_id, account in accounts.items():
        row, item = rows[object_id]
        row.rows += account.rows
        row.bytes += account.bytes
        troubles = account.troubles + _troubles(row)
        row.troubles = [
            {"kind": kind, "count": count, "lost": lost} for (kind, lost), count in sorted(troubles.items())
        ]
        if account.outcome is not None:
            outcomes[object_id] = outcome = _settled(account.outcome, troubles)
            row.state, row.reason, row.detail, row.bound = outcome.state, outcome.reason, outcome.detail, outcome.bound
            _note_object(item, outcome)
    return outcomes


def _note_object(row: ObjectRow, outcome: Outcome) -> None:
    row.read_version = outcome.version if outcome.state in ("full", "sampled", "skipped") else ""
    if outcome.facts:
        known = row.facts if isinstance(row.facts, dict) else {}
        row.facts = {**known, **outcome.facts}


def _settled(outcome: Outcome, troubles: Mapping[tuple[str, bool], int]) -> Outcome:
    """What was read to its end is covered only if nothing in it was lost."""
    lost = sorted((kind, count) for (kind, gone), count in troubles.items() if gone and count)
    if not lost or outcome.state not in ("full", "sampled"):
        return outcome
    reason = "cells_cut" if [kind for kind, _ in lost] == ["cell_cut"] else "records_lost"
    detail = "; ".join(f"{count} x {kind.replace('_', ' ')}" for kind, count in lost)
    return Outcome("failed", reason, detail, facts=outcome.facts)


def _troubles(row: CoverageRow) -> Counter[tuple[str, bool]]:
    found = row.troubles if isinstance(row.troubles, list) else []
    return Counter(
        {(str(one["kind"]), bool(one["lost"])): int(str(one["count"])) for one in found if isinstance(one, dict)}
    )


def _of(table: type[ChunkRow | SketchRow | HighWaterRow | MembershipRow], claim: Claim) -> tuple[Any, ...]:
    return (table.scan_id == claim.scan_id, table.lot_id == claim.lot_id)


def _context(claim: Claim) -> str:
    """What the sealed cursor is bound to."""
    return f"chunk.cursor/{claim.scan_id}/{claim.lot_id}"
