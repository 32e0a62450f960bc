"""What the inventory held of assets at an instant: the verdicts that counted then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from engine.base.ids import AssetId, FieldId
from engine.base.state.tables import AssetRow, FieldRow, StoreRow, VerdictRow
from engine.estate.inventory.verdicts import entities_of, is_withdrawal
from retention.certificate.document import Before, Class


def classes_before(session: Session, store: str, assets: Sequence[str], at: datetime) -> tuple[Before, ...]:
    """What was known of these assets at an instant, in the order given."""
    query = select(AssetRow).join(StoreRow, StoreRow.id == AssetRow.store_id)
    rows = session.scalars(query.where(StoreRow.name == store, AssetRow.name.in_(assets))).all()
    known = {row.name: _classes(session, row.id, at) for row in rows}
    return tuple(_before(name, known.get(name)) for name in assets)


def _before(asset: str, classes: tuple[Class, ...] | None) -> Before:
    if classes is None:
        return Before(asset=asset, judged=False, sensitivity=None, classes=())
    worst = max((one.sensitivity for one in classes), key=_ORDER.index, default=None)
    return Before(asset=asset, judged=True, sensitivity=worst, classes=classes)


_ORDER = ("public", "internal", "confidential", "restricted")


def _classes(session: Session, asset_id: AssetId, at: datetime) -> tuple[Class, ...] | None:
    """What its fields held; None where nobody had scanned it by then."""
    there = or_(FieldRow.gone_at.is_(None), FieldRow.gone_at > at)
    fields = select(FieldRow.id, FieldRow.path).where(
        FieldRow.asset_id == asset_id, FieldRow.first_seen_at <= at, there
    )
    paths: dict[FieldId, str] = {row[0]: row[1] for row in session.execute(fields.order_by(FieldRow.path))}
    if not paths:
        return None
    query = (
        select(VerdictRow)
        .join(FieldRow, FieldRow.id == VerdictRow.field_id)
        .where(FieldRow.asset_id == asset_id, VerdictRow.decided_at <= at)
        .order_by(VerdictRow.decided_at, VerdictRow.id)
    )
    counting = _counting(session.scalars(query))
    return tuple(one for field_id, path in paths.items() for one in _of_field(path, counting.get(field_id)))


def _counting(verdicts: Iterable[VerdictRow]) -> dict[FieldId, VerdictRow]:
    """The newest verdict of each field, a person's before a scan's, unless it was taken back."""
    newest: dict[str, dict[FieldId, VerdictRow]] = {"scan": {}, "person": {}}
    for row in verdicts:
        newest[row.decided_by][row.field_id] = row
    persons = {field_id: row for field_id, row in newest["person"].items() if not is_withdrawal(row)}
    return newest["scan"] | persons


def _of_field(path: str, verdict: VerdictRow | None) -> list[Class]:
    if verdict is None:
        return []
    return [
        Class.model_validate(
            {
                "field": path,
                "entity": one.entity,
                "subtype": one.subtype,
                "category": one.category,
                "sensitivity": one.sensitivity.label,
                "decided_by": verdict.decided_by,
            }
        )
        for one in entities_of(verdict.entities)
    ]
