"""Verdicts as rows: which one counts, and how their entities are read back.

Rows are only ever added, so a person who takes a decision back adds one too: a person's verdict without ``entities`` (null; an
empty list says that there is nothing). It ends what persons said before, and the scan's verdict counts again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from classifiers.detector import Sensitivity
from engine.base.ids import FieldId
from engine.base.state.tables import VerdictRow

Decider = Literal["scan", "person"]
_TOGETHER = 500  # fields asked for in one query: SQLite bounds the parameters of a statement


@dataclass(frozen=True, slots=True)
class VerdictEntity:
    """One entity of a recorded verdict. See EntityView for the meaning of each attribute."""

    entity: str
    subtype: str
    category: str
    sensitivity: Sensitivity
    confidence: float


def entities_of(value: Any) -> list[VerdictEntity]:
    """The entities of a verdict row's ``entities``, the main one first."""
    return [
        VerdictEntity(
            str(one["entity"]),
            str(one["subtype"]),
            str(one["category"]),
            Sensitivity[str(one["sensitivity"]).upper()],
            float(one["confidence"]),
        )
        for one in value
    ]


def is_withdrawal(row: VerdictRow) -> bool:
    """Whether this verdict takes back what persons said before, instead of saying what the field is."""
    return row.entities is None


def latest_verdicts(session: Session, fields: Sequence[FieldId], decided_by: Decider) -> dict[FieldId, VerdictRow]:
    """The newest verdict of a scan, or of a person, for each field that has one which was not withdrawn."""
    out: dict[FieldId, VerdictRow] = {}
    for begin in range(0, len(fields), _TOGETHER):
        some = fields[begin : begin + _TOGETHER]
        place = func.row_number().over(
            partition_by=VerdictRow.field_id, order_by=(VerdictRow.decided_at.desc(), VerdictRow.id.desc())
        )
        ranked = (
            select(VerdictRow.id, place.label("place"))
            .where(VerdictRow.field_id.in_(some), VerdictRow.decided_by == decided_by)
            .subquery()
        )
        query = select(VerdictRow).join(ranked, VerdictRow.id == ranked.c.id).where(ranked.c.place == 1)
        out.update((row.field_id, row) for row in session.scalars(query) if not is_withdrawal(row))
    return out
