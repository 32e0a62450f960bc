"""A person confirms or corrects what a field is, or takes that back.

A decision stands until a person changes or withdraws it; scans say where they disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from classifiers.detector import Detector, Sensitivity
from classifiers.matching.matcher import Matcher
from classifiers.texts import find
from engine.base.errors import BadInput, NotFound
from engine.base.ids import FieldId, VerdictId, new_id
from engine.base.state.canonical import JsonValue
from engine.base.state.context import context_of
from engine.base.state.outbox import record
from engine.base.state.tables import AssetRow, FieldRow, StoreRow, VerdictRow
from engine.estate.inventory.verdicts import entities_of, latest_verdicts
from engine.ledger.events.inventory import VerdictDecided, VerdictWithdrawn

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
    row = field_at(session, decision.place)
    _check_reason(matcher, decision.reason)
    kind: Literal["confirm", "correct"] = "confirm" if decision.entities is None else "correct"
    found = _found(row)
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
    verdict = _append(session, row, list(entities), 1.0, decision.reason)
    record(
        session,
        VerdictDecided(
            field_ref=row.id,
            field=decision.place,
            decision=kind,
            entity=str(entities[0]["entity"]) if entities else "",
            entity_scan=str(found[0]["entity"]) if found else "",
            sensitivity=_worst(entities),
            reason=decision.reason.strip(),
        ),
    )
    return verdict


def withdraw(session: Session, matcher: Matcher, place: str, reason: str) -> VerdictId:
    """Take a person's decision back: what scans say counts again. Appends a verdict that says so.

    Args:
        session: bound to the actor who withdraws.
        matcher: looks for personal data in the reason.
        place: ``store/asset.field``.
        reason: why, without personal data.

    Raises:
        NotFound: no such field.
        BadInput: there is no decision to take back, no reason, or a reason that seems to contain personal data.
    """
    row = field_at(session, place)
    _check_reason(matcher, reason)
    before = latest_verdicts(session, [row.id], "person").get(row.id)
    if before is None:
        raise BadInput(
            "no person's decision stands for this field", hint="`reeve inventory history FIELD` shows them all"
        )
    old, found = entities_of(before.entities), _found(row)
    verdict = _append(session, row, None, 0.0, reason)
    record(
        session,
        VerdictWithdrawn(
            field_ref=row.id,
            field=place,
            entity_old=old[0].entity if old else "",
            entity=str(found[0]["entity"]) if found else "",
            sensitivity=_worst(found),
            reason=reason.strip(),
        ),
    )
    return verdict


def _append(
    session: Session, field: FieldRow, entities: list[JsonValue] | None, confidence: float, reason: str
) -> VerdictId:
    """Add a person's verdict; without entities it is a withdrawal."""
    context = context_of(session)
    verdict = VerdictRow(
        id=VerdictId(new_id()),
        field_id=FieldId(field.id),
        decided_by="person",
        actor_id=context.actor_id,
        scan_id=None,
        entities=entities,
        confidence=confidence,
        reason=reason.strip(),
        pack_hash="",
        decided_at=context.clock.now(),
    )
    session.add(verdict)
    session.flush()
    return verdict.id


def _found(field: FieldRow) -> list[dict[str, JsonValue]]:
    """What the last scan recognised, the main entity first."""
    return [dict(one) for one in field.found if isinstance(one, dict)] if isinstance(field.found, list) else []


def _worst(entities: list[dict[str, JsonValue]]) -> str:
    """The sensitivity of a field with these in it."""
    levels = (Sensitivity[str(one["sensitivity"]).upper()] for one in entities)
    return max(levels, default=Sensitivity.INTERNAL).label


def field_at(session: Session, place: str, *, gone: bool = False) -> FieldRow:
    """The field at ``store/asset.path``. Names may hold dots and slashes themselves, so the inventory is asked.

    Args:
        session: of the tenant.
        place: its name in full.
        gone: give one that is not there any more, too, where no present one has that name.

    Raises:
        NotFound: no such field.
        BadInput: two fields have that name, being of assets such as ``a`` and ``a.b``.
    """
    query = (
        select(FieldRow, StoreRow.name, AssetRow.name)
        .join(AssetRow, (AssetRow.tenant_id == FieldRow.tenant_id) & (AssetRow.id == FieldRow.asset_id))
        .join(StoreRow, (StoreRow.tenant_id == AssetRow.tenant_id) & (StoreRow.id == AssetRow.store_id))
        .where(FieldRow.path.in_(_tails(place)))
    )
    named = [row for row, store, asset in session.execute(query) if f"{store}/{asset}.{row.path}" == place]
    fields = [row for row in named if row.gone_at is None] or (named if gone else [])
    if len(fields) > 1:
        raise BadInput(f"{len(fields)} fields of different assets are named {place!r}")
    if not fields:
        raise NotFound(
            f"there is no field {place!r} in the inventory",
            hint="name it store/asset.field, as `reeve inventory list --all` shows it",
        )
    return fields[0]


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
