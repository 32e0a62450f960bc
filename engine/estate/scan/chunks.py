"""Record: each chunk commits with the merged sketches it leads to, so that none counts twice and none is lost.

The cursor behind the newest chunk is sealed under a key of the scan's own, because it may hold keys of rows. That key is
destroyed when the scan ends.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.orm import Session

from classifiers.sketch import Sketch
from classifiers.sketch_bytes import from_bytes, to_bytes
from engine.base.ids import AssetId, ObjectId, ScanId, StoreId
from engine.base.keys.sealed import SealExpired
from engine.base.keys.subjects import seal, subject_key, unseal
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.tables import ChunkRow, CoverageRow, SketchRow
from engine.estate.formats.cursor import cursor_from_bytes, cursor_to_bytes
from engine.estate.formats.format import Cursor
from engine.estate.scan.fence import Fence
from engine.estate.scan.gathered import Gathered

CURSOR_LIFE = timedelta(days=30)
"""An unfinished scan can be resumed that long; afterwards its objects are read anew."""


@dataclass(frozen=True, slots=True)
class Work:
    """One object that is still to be read, with its names."""

    store: str
    asset: str
    item: str
    store_id: StoreId
    asset_id: AssetId
    object_id: ObjectId
    version: str


@dataclass(slots=True)
class ObjectProgress:
    """How far one object is read: what its chunks so far add up to. ``cursor_lost``: it was left for too long to go on."""

    chunks: int = 0
    rows: int = 0
    bytes: int = 0
    cursor: Cursor | None = None
    cursor_lost: bool = False
    troubles: Counter[tuple[str, bool]] = field(default_factory=Counter)
    sketches: dict[str, Sketch] = field(default_factory=dict)
    stored: set[str] = field(default_factory=set)

    def take(self, gathered: Gathered, changed: Mapping[str, Sketch]) -> None:
        """Go on behind what was gathered, whose merged sketches are ``changed``."""
        self.sketches.update(changed)
        self.chunks += 1
        self.rows += gathered.rows
        self.bytes += gathered.bytes
        self.cursor = gathered.next
        self.troubles.update(gathered.troubles)

    def reset(self) -> None:
        """Back to the beginning."""
        self.chunks = self.rows = self.bytes = 0
        self.cursor = None
        self.cursor_lost = False
        self.troubles.clear()
        self.sketches.clear()
        self.stored.clear()


def load_progress(database: Database, scan_id: ScanId, work: Work) -> ObjectProgress:
    """What earlier runs of this scan recorded of an object."""
    with database.snapshot() as session:
        rows = select(func.count(), func.sum(ChunkRow.rows), func.sum(ChunkRow.bytes), func.max(ChunkRow.number))
        count, total, nbytes, newest = session.execute(rows.where(*_of(ChunkRow, scan_id, work))).one()
        progress = ObjectProgress(count, total or 0, nbytes or 0)
        if not count:
            return progress
        chunk = session.get_one(ChunkRow, (context_of(session).tenant_id, scan_id, work.object_id, newest))
        if chunk.cursor is not None:
            try:
                progress.cursor = cursor_from_bytes(unseal(session, chunk.cursor, _context(scan_id, work)))
            except SealExpired:
                progress.cursor_lost = True
        coverage = session.get_one(CoverageRow, (chunk.tenant_id, scan_id, work.object_id))
        for one in _listed(coverage.troubles):
            progress.troubles[str(one["kind"]), bool(one["lost"])] = int(str(one["count"]))
        for row in session.scalars(select(SketchRow).where(*_of(SketchRow, scan_id, work))):
            progress.sketches[row.path] = from_bytes(row.sketch)
            progress.stored.add(row.path)
    return progress


def record_chunk(
    database: Database,
    fence: Fence,
    work: Work,
    chunk: Gathered,
    progress: ObjectProgress,
    changed: Mapping[str, Sketch],
) -> None:
    """Commit what was gathered as one chunk.

    ``progress`` already includes it; ``changed`` are the merged sketches of the fields it touched.
    """
    encoded = {path: to_bytes(sketch) for path, sketch in changed.items()}
    with database.transaction() as session:
        scan = fence.scan(session)
        context = context_of(session)
        sealed = None
        if chunk.next is not None:
            key = subject_key(session, "scan", scan_key_label(scan.id))
            expires = context.clock.now() + CURSOR_LIFE
            sealed = seal(session, key, cursor_to_bytes(chunk.next), expires, _context(scan.id, work))
        before = session.get(ChunkRow, (context.tenant_id, scan.id, work.object_id, progress.chunks - 2))
        if before is not None:
            before.cursor = None
        session.add(
            ChunkRow(
                scan_id=scan.id,
                object_id=work.object_id,
                number=progress.chunks - 1,
                rows=chunk.rows,
                bytes=chunk.bytes,
                cursor=sealed,
                done_at=context.clock.now(),
            )
        )
        _store_sketches(session, scan.id, work, encoded, progress.stored)
        _note_coverage(session, scan.id, work, progress)


def start_over(database: Database, fence: Fence, work: Work, version: str) -> None:
    """Forget what was read of an object that cannot be read on from where it was left."""
    with database.transaction() as session:
        scan = fence.scan(session)
        for table in (ChunkRow, SketchRow):
            session.execute(delete(table).where(*_of(table, scan.id, work)))
        row = _note_coverage(session, scan.id, work, ObjectProgress())
        row.version = version


def record_outcome(
    database: Database, fence: Fence, work: Work, progress: ObjectProgress, state: str, reason: str, detail: str
) -> None:
    """Give the object its one final coverage state."""
    with database.transaction() as session:
        scan = fence.scan(session)
        row = _note_coverage(session, scan.id, work, progress)
        row.state, row.reason, row.detail = state, reason, detail
        for chunk in session.scalars(
            select(ChunkRow).where(*_of(ChunkRow, scan.id, work), ChunkRow.cursor.is_not(None))
        ):
            chunk.cursor = None


def _store_sketches(
    session: Session, scan_id: ScanId, work: Work, encoded: Mapping[str, bytes], stored: set[str]
) -> None:
    """Write sketches: those of fields met before replace what stands there. ``stored`` takes the new ones in."""
    key = {"tenant_id": context_of(session).tenant_id, "scan_id": scan_id, "object_id": work.object_id}
    rows = {path: {**key, "path": path, "sketch": data} for path, data in encoded.items()}
    new = [row for path, row in rows.items() if path not in stored]
    old = [row for path, row in rows.items() if path in stored]
    if new:
        session.execute(insert(SketchRow), new)
    if old:
        session.execute(update(SketchRow), old)
    stored.update(encoded)


def scan_key_label(scan_id: ScanId) -> str:
    """The label of the subject key under which a scan's cursors are sealed."""
    return f"scan/{scan_id}"


def _note_coverage(session: Session, scan_id: ScanId, work: Work, progress: ObjectProgress) -> CoverageRow:
    row = session.get_one(CoverageRow, (context_of(session).tenant_id, scan_id, work.object_id))
    row.rows, row.bytes = progress.rows, progress.bytes
    row.troubles = [
        {"kind": kind, "count": count, "lost": lost} for (kind, lost), count in sorted(progress.troubles.items())
    ]
    return row


def _of(table: type[ChunkRow | SketchRow], scan_id: ScanId, work: Work) -> tuple[ColumnElement[bool], ...]:
    return (table.scan_id == scan_id, table.object_id == work.object_id)


def _context(scan_id: ScanId, work: Work) -> str:
    """What the sealed cursor is bound to."""
    return f"chunk.cursor/{scan_id}/{work.object_id}"


def _listed(value: object) -> list[dict[str, object]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
