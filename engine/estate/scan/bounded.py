"""What a sample says and what it may have missed: of a lot, and of each field.

A field need not have a value in every row: many are null in most, and a path of documents may be in few of them. So its bound is
of the rows that have a value in it, and rests on those of them that were drawn. It is never better than that of all rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from classifiers.bounds import missed_bound, part_bound
from engine.base.ids import AssetId, LotId, ObjectId
from engine.base.state.database import Database
from engine.base.state.tables import CoverageRow, LotRow, ObjectRow, SketchRow
from engine.estate.scan.fence import Claim

Unit = Literal["row", "object", "row_group"]
TOGETHER = 500  # objects in one statement: SQLite bounds the parameters


@dataclass(frozen=True, slots=True)
class Sample:
    """What was drawn of a lot.

    Attributes:
        drawn: rows or blocks; total: of all its objects, that they were drawn from.
        showing: by field, those drawn that have a value in it.
        asked: how many were asked for.
        unit: what was drawn; blocks are read whole.
    """

    drawn: int
    total: int | None
    showing: Mapping[str, int]
    asked: int
    unit: Unit = "row"

    @property
    def bound(self) -> float:
        """With 95 % confidence at most this share of the rows or blocks of all objects together holds anything unseen."""
        return missed_bound(self.drawn, self.total)


@dataclass(frozen=True, slots=True)
class FieldBound:
    """What was drawn of a field; see FieldRow."""

    drawn: int | None = None
    bound: float = 0.0


def note_sample(session: Session, claim: Claim, row: LotRow, sample: Sample | None) -> None:
    """Write into a lot and its sketches what was drawn of it; None: it was read in full."""
    row.asked, row.drawn, row.drawn_from, row.bound, row.unit = None, None, None, None, "row"
    if sample is None:
        return
    row.asked, row.drawn, row.drawn_from = sample.asked, sample.drawn, sample.total
    row.bound, row.unit = sample.bound, sample.unit
    if not sample.showing:
        return
    key = {"tenant_id": row.tenant_id, "scan_id": claim.scan_id, "lot_id": claim.lot_id}
    query = select(SketchRow.path).where(SketchRow.scan_id == claim.scan_id, SketchRow.lot_id == claim.lot_id)
    kept = sample.showing.keys() & set(session.scalars(query))  # a field of documents has only so many inside it
    if kept:
        rows = [key | {"path": path, "showing": sample.showing[path]} for path in sorted(kept)]
        session.execute(update(SketchRow), rows)


def note_not_drawn(database: Database, claim: Claim, ids: Sequence[ObjectId]) -> None:
    """Account for objects of which nothing was drawn, a few at a time."""
    for begin in range(0, len(ids), TOGETHER):
        some = ids[begin : begin + TOGETHER]
        with database.transaction() as session:
            claim.reading(session)
            covered = update(CoverageRow).where(CoverageRow.scan_id == claim.scan_id, CoverageRow.object_id.in_(some))
            session.execute(covered.values(state="sampled", reason="not_drawn", bound=1.0))
            objects = update(ObjectRow).where(ObjectRow.id.in_(some))
            session.execute(objects.values(read_version=ObjectRow.version))  # unchanged as long as it stays so


class FieldBounds:
    """The bounds of an asset's fields, by the last finished reading of each of its lots.

    Lots may have been sampled apart from one another. If too large a share of all rows with a value in a field held something
    unseen, so it would in some lot, whose sample would have shown it. So the worst of the lots counts; and one that showed no
    value of the field at all excludes nothing.
    """

    def __init__(self, session: Session, asset_id: AssetId) -> None:
        lots = select(LotRow.id, LotRow.drawn, LotRow.drawn_from).where(
            LotRow.asset_id == asset_id, LotRow.read_by.is_not(None), LotRow.drawn.is_not(None)
        )
        self._sampled = {lot_id: (drawn or 0, total) for lot_id, drawn, total in session.execute(lots)}
        self._showing: dict[str, dict[LotId, int]] = defaultdict(dict)
        query = (
            select(SketchRow.path, SketchRow.lot_id, SketchRow.showing)
            .join(LotRow, (LotRow.tenant_id == SketchRow.tenant_id) & (LotRow.id == SketchRow.lot_id))
            .where(LotRow.asset_id == asset_id, LotRow.read_by == SketchRow.scan_id, SketchRow.showing.is_not(None))
        )
        for path, lot_id, showing in session.execute(query):
            self._showing[path][lot_id] = showing or 0

    def of(self, path: str) -> FieldBound:
        """The bound of one field."""
        if not self._sampled:
            return FieldBound()
        showing = self._showing.get(path, {})
        bounds = (part_bound(showing.get(lot_id, 0), drawn, total) for lot_id, (drawn, total) in self._sampled.items())
        return FieldBound(sum(showing.values()), max(bounds))
