"""The marks of high water in the state: how far up a table was read, and since when.

They are values of rows, so they are sealed, under a key of the lot's own that is destroyed when the lot is given up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from engine.base.ids import AssetId, LotId, ScanId
from engine.base.keys.sealed import Sealed
from engine.base.keys.subjects import destroy_subject_key, seal, subject_key, unseal
from engine.base.state.context import context_of
from engine.base.state.tables import HighWaterRow, LotRow
from engine.estate.formats.cursor import cursor_from_bytes, cursor_to_bytes
from engine.estate.stores.high_water import Stretch

WHOLE_AFTER = timedelta(days=30)
"""A table is read whole again by itself that long after it last was, for rows that changed in place are not seen otherwise."""

KEPT = WHOLE_AFTER + timedelta(days=31)
"""How long marks can be opened: a reading that began on the last day can be resumed as long as its cursor can be read."""

SINCE = "since_high_water"
UNUSABLE = "high_water_unusable"


@dataclass(frozen=True, slots=True)
class Since:
    """Which rows of a table are read.

    Attributes:
        stretch: None: all, because the column cannot serve.
        reason, detail: for coverage.
    """

    stretch: Stretch | None
    reason: str
    detail: str


def since(row: HighWaterRow, stretch: Stretch | None) -> Since:
    """What coverage says of a reading."""
    if stretch is None:
        return Since(None, UNUSABLE, f"read whole, for high water is of no use: {row.note}")
    if row.rows_before is None:
        return Since(stretch, "", f"read whole: {row.note}" if row.note else "")
    day = f"{row.whole_at:%Y-%m-%d %H:%M} UTC"
    return Since(stretch, SINCE, f"last read whole on {day}; since then only rows above the highest value read before")


def sealed_marks(session: Session, scan_id: ScanId, lot_id: LotId, stretch: Stretch, whole_at: datetime) -> Sealed:
    """Both ends of a stretch, sealed."""
    key = subject_key(session, "high_water", _label(lot_id))
    marks = cursor_to_bytes({"low": stretch.low, "high": stretch.high})
    return seal(session, key, marks, whole_at + KEPT, _place(scan_id, lot_id))


def opened_marks(session: Session, row: HighWaterRow) -> Mapping[str, object]:
    """Both ends of a stretch, ``low`` and ``high``; nothing when the row has none.

    Raises:
        SealExpired, KeyDestroyed: they are forgotten.
    """
    if row.marks is None:
        return {}
    return cursor_from_bytes(unseal(session, row.marks, _place(row.scan_id, row.lot_id)))


def due_lots(session: Session, asset_id: AssetId) -> set[LotId]:
    """Lots of an asset that were added to by their mark, and last read whole too long ago."""
    query = (
        select(LotRow.id)
        .join(
            HighWaterRow,
            (HighWaterRow.tenant_id == LotRow.tenant_id)
            & (HighWaterRow.lot_id == LotRow.id)
            & (HighWaterRow.scan_id == LotRow.read_by),
        )
        .where(LotRow.asset_id == asset_id, HighWaterRow.rows_before.is_not(None))
        .where(HighWaterRow.whole_at <= context_of(session).clock.now() - WHOLE_AFTER)
    )
    return set(session.scalars(query))


def is_old(session: Session, row: HighWaterRow) -> bool:
    """Whether the table must be read whole again."""
    return context_of(session).clock.now() >= row.whole_at + WHOLE_AFTER


def forget_marks(session: Session, lot_id: LotId) -> None:
    """Of a lot that is given up."""
    if session.scalars(select(HighWaterRow.lot_id).where(HighWaterRow.lot_id == lot_id).limit(1)).first() is not None:
        session.execute(delete(HighWaterRow).where(HighWaterRow.lot_id == lot_id))
        destroy_subject_key(session, subject_key(session, "high_water", _label(lot_id)))


def _label(lot_id: LotId) -> str:
    return f"high-water/{lot_id}"


def _place(scan_id: ScanId, lot_id: LotId) -> str:
    return f"high_water.marks/{scan_id}/{lot_id}"
