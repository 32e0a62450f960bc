"""High water: of a table whose new rows come in at the top of one column, only what is above the last mark is read.

What is read is merged into the sketches of the reading before, as if it were its next chunk; so both count together or, when
this reading does not come to its end, the one before still does. The stretch is written down before anything is read, so that
whoever goes on with the reading reads the same rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from classifiers.sketches.sketch import Sketch
from classifiers.sketches.sketch_bytes import from_bytes
from engine.base.errors import NotRead, StoreError
from engine.base.keys.keyring import KeyDestroyed
from engine.base.keys.sealed import SealExpired
from engine.base.state.canonical import JsonValue
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.tables import CoverageRow, HighWaterRow, LotRow, SketchRow
from engine.estate.scan.chunks import LotProgress
from engine.estate.scan.gathered import Outcome
from engine.estate.scan.lot import Lot
from engine.estate.scan.lots import Terms
from engine.estate.scan.marks import Since, is_old, opened_marks, sealed_marks, since
from engine.estate.scan.rejudging import unseen_since
from engine.estate.stores.high_water import Mark, MarkedReader, Marking, Stretch, Unmarked
from engine.estate.stores.store import Reader, Store


@dataclass(frozen=True, slots=True)
class _Base:
    """The reading before, to which this one can add."""

    mark: Mark
    whole_at: datetime
    bytes: int
    troubles: JsonValue
    sketches: Mapping[str, Sketch] = field(default_factory=dict)


def marked(
    database: Database, terms: Terms, store: Store, lot: Lot, done: LotProgress, look: Callable[[ExitStack], Reader]
) -> Lot:
    """The lot with the rows of it that are read; the sketches that these are merged into are in ``done`` then.

    Nothing changes for what is no table with a declared column, nor for a sample. ``look`` opens the table.

    Raises:
        ScanTaken: another worker reads it now.
    """
    column = store.high_water.get(lot.asset) if isinstance(store, Marking) else None
    if column is None or terms.asked.drawn is not None or all(work.done for work in lot.objects):
        return lot
    if done.chunks:
        return replace(lot, since=_resumed(database, lot))
    with database.snapshot() as session:
        base = _base(session, lot, terms, column)
    stretch, note = None, ""
    try:
        with ExitStack() as stack:
            reader = look(stack)
            if isinstance(reader, MarkedReader):
                stretch = reader.stretch(column, None if base is None else base.mark)
                note = stretch.why
    except Unmarked as exc:
        note = str(exc)
    except (NotRead, StoreError):  # reading it will tell
        return lot
    if base is None or stretch is None or stretch.low is None:
        base = None
    else:
        done.sketches.update(base.sketches)
    return replace(lot, since=_begun(database, lot, column, stretch, note, base))


def keep_to(reader: Reader, lot: Lot) -> Outcome:
    """Have a reader give the rows that are to be read. Gives the outcome when it has come to its end.

    Raises:
        StoreError: the table has other columns by now.
    """
    if lot.since is None:
        return Outcome("full", bound=0.0)
    if lot.since.stretch is not None and isinstance(reader, MarkedReader):
        reader.keep_to(lot.since.stretch)
    return Outcome("full", lot.since.reason, lot.since.detail, bound=0.0)


def _base(session: Session, lot: Lot, terms: Terms, column: str) -> _Base | None:
    """The last finished reading, if it read all that it was to read, up to a mark that is not too old."""
    claim, tenant = lot.claim, context_of(session).tenant_id
    row = session.get_one(LotRow, (tenant, claim.lot_id))
    if terms.asked.full or row.read_by is None or row.accounted_by is None:
        return None
    if row.hash_generation != terms.hash_generation or unseen_since(session, terms.observing)[row.observing_hash]:
        return None
    marks = session.get(HighWaterRow, (tenant, row.read_by, claim.lot_id))
    covered = session.get_one(CoverageRow, (tenant, row.accounted_by, lot.objects[0].id))
    if marks is None or marks.field != column or covered.state != "full" or is_old(session, marks):
        return None
    try:
        high = opened_marks(session, marks).get("high")
    except (SealExpired, KeyDestroyed):
        return None
    if high is None:
        return None
    kept = select(SketchRow).where(SketchRow.scan_id == row.read_by, SketchRow.lot_id == claim.lot_id)
    return _Base(
        Mark(column, marks.shape, high, covered.rows),
        marks.whole_at,
        covered.bytes,
        covered.troubles,
        {one.path: from_bytes(one.sketch).seen_by(terms.observing.parts) for one in session.scalars(kept)},
    )


def _begun(database: Database, lot: Lot, column: str, stretch: Stretch | None, note: str, base: _Base | None) -> Since:
    """Write down what will be read, and let coverage begin with what is known."""
    claim = lot.claim
    with database.transaction() as session:
        claim.reading(session)
        mine = (HighWaterRow.scan_id == claim.scan_id, HighWaterRow.lot_id == claim.lot_id)
        session.execute(delete(HighWaterRow).where(*mine))
        whole_at = context_of(session).clock.now() if base is None else base.whole_at
        row = HighWaterRow(
            scan_id=claim.scan_id,
            lot_id=claim.lot_id,
            field=column,
            shape="" if stretch is None else stretch.shape,
            marks=None if stretch is None else sealed_marks(session, claim.scan_id, claim.lot_id, stretch, whole_at),
            rows_before=None if base is None else base.mark.rows,
            whole_at=whole_at,
            note=note,
        )
        session.add(row)
        covered = session.get_one(CoverageRow, (context_of(session).tenant_id, claim.scan_id, lot.objects[0].id))
        covered.rows = 0 if base is None else base.mark.rows
        covered.bytes = 0 if base is None else base.bytes
        covered.troubles = [] if base is None else base.troubles
        return since(row, stretch)


def _resumed(database: Database, lot: Lot) -> Since | None:
    """What the reading that is gone on with was begun with."""
    with database.snapshot() as session:
        claim = lot.claim
        row = session.get(HighWaterRow, (context_of(session).tenant_id, claim.scan_id, claim.lot_id))
        if row is None:
            return None
        marks = opened_marks(session, row)
        stretch = Stretch(row.field, row.shape, marks["low"], marks["high"]) if marks else None
        return since(row, stretch)
