"""A person confirms or corrects what a field is. That stands until a person changes it; scans say where they disagree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from classifiers.detector import Detector, Sensitivity
from classifiers.matcher import Matcher
from classifiers.texts import find
from engine.base.errors import BadInput, NotFound
from engine.base.ids import FieldId, VerdictId, new_id
from engine.base.state.canonical import JsonValue
from engine.base.state.context import context_of
from engine.base.state.outbox import record
from engine.base.state.tables import AssetRow, FieldRow, StoreRow, VerdictRow
from engine.ledger.events.inventory import VerdictDecided

LONGEST_REASON = 1_000  # characters


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person says about a field.

    Attributes:
        place: ``store/asset.field``.
        entities: what it is, as ``ENTITY`` or ``ENTITY/SUBTYPE``, the main one first; empty: nothing personal. None: what
            the scan said, confirmed.
        sensitivity: set by hand, or None for that of the entities.
        reason: why, without personal data.
    """

    place: str
    entities: tuple[str, ...] | None
    sensitivity: Sensitivity | None
    reason: str


def decide(session: Session, matcher: Matcher, decision: Decision) -> VerdictId:
    """Append a person's verdict.

    Raises:
        NotFound: no such field.
        BadInput: an unknown entity, no reason, or a reason that seems to contain personal data.
    """
    row = _field(session, decision.place)
    _check_reason(matcher, decision.reason)
    kind: Literal["confirm", "correct"] = "confirm" if decision.entities is None else "correct"
    found = [one for one in row.found if isinstance(one, dict)] if isinstance(row.found, list) else []
    if decision.entities is None:
        entities: list[dict[str, JsonValue]] = [
            {name: one[name] for name in ("entity", "subtype", "category", "sensitivity")} for one in found
        ]
    else:
        entities = [_described(matcher.detectors, name) for name in decision.entities]
    for one in entities:
        one["confidence"] = 1.0
        if decision.sensitivity is not None:
            one["sensitivity"] = decision.sensitivity.label
    context = context_of(session)
    verdict = VerdictRow(
        id=VerdictId(new_id()),
        field_id=FieldId(row.id),
        decided_by="person",
        actor_id=context.actor_id,
        scan_id=None,
        entities=list(entities),
        confidence=1.0,
        reason=decision.reason.strip(),
        pack_hash="",
        decided_at=context.clock.now(),
    )
    session.add(verdict)
    session.flush()
    worst = max((Sensitivity[str(one["sensitivity"]).upper()] for one in entities), default=Sensitivity.INTERNAL)
    record(
        session,
        VerdictDecided(
            field_ref=row.id,
            field=decision.place,
            decision=kind,
            entity=str(entities[0]["entity"]) if entities else "",
            entity_scan=str(found[0]["entity"]) if found else "",
            sensitivity=worst.label,
            reason=decision.reason.strip(),
        ),
    )
    return verdict.id


def _field(session: Session, place: str) -> FieldRow:
    """The field at ``store/asset.path``. Names may hold dots and slashes themselves, so the inventory is asked."""
    query = (
        select(FieldRow, StoreRow.name, AssetRow.name)
        .join(AssetRow, (AssetRow.tenant_id == FieldRow.tenant_id) & (AssetRow.id == FieldRow.asset_id))
        .join(StoreRow, (StoreRow.tenant_id == AssetRow.tenant_id) & (StoreRow.id == AssetRow.store_id))
        .where(FieldRow.path.in_(_tails(place)), FieldRow.gone_at.is_(None))
    )
    for row, store, asset in session.execute(query):
        if f"{store}/{asset}.{row.path}" == place:
            return row
    raise NotFound(
        f"there is no field {place!r} in the inventory", hint="name it store/asset.field; see `reeve inventory`"
    )


def _tails(place: str) -> list[str]:
    """Every way in which the end of a place may be the path of the field."""
    return [place[index + 1 :] for index, char in enumerate(place) if char == "."]


def _check_reason(matcher: Matcher, reason: str) -> None:
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise BadInput(f"a decision needs a reason of 1 to {LONGEST_REASON} characters", hint="--reason '...'")
    found = sorted({finding.entity for finding in find(matcher, [reason])[0]})
    if found:
        raise BadInput(
            f"the reason seems to contain personal data ({', '.join(found)}); decisions are kept for years",
            hint="say why without naming a person or a value",
        )


def _described(detectors: tuple[Detector, ...], name: str) -> dict[str, JsonValue]:
    entity, _, subtype = name.upper().partition("/")
    for detector in detectors:
        if detector.entity == entity and detector.subtype == subtype:
            return {
                "entity": entity,
                "subtype": subtype,
                "category": detector.category,
                "sensitivity": detector.sensitivity.label,
            }
    known = sorted({detector.entity for detector in detectors})
    raise BadInput(f"there is no entity {name!r}", hint="known: " + ", ".join(known))
