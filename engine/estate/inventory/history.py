"""What was held before: all verdicts of a field, and the scans of the past."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, undefer

from engine.base.actors import Actor
from engine.base.actors import get as actor_of
from engine.base.errors import NotFound
from engine.base.ids import ActorId, ScanId
from engine.base.state.context import context_of
from engine.base.state.tables import CoverageRow, ScanRow, VerdictRow
from engine.estate.inventory.decide import field_at
from engine.estate.inventory.drift.model import ScanDrift
from engine.estate.inventory.verdicts import VerdictEntity, entities_of, is_withdrawal

SHORT = 12  # digits of a hash that are shown


@dataclass(frozen=True, slots=True)
class PastVerdict:
    """One verdict of a field.

    Attributes:
        decided_at: when.
        decided_by: ``scan`` or ``person``.
        actor: the person, or who ran the scan.
        scan_id: the scan, or None.
        entities: what the field was held to be, the main one first; empty: nothing personal or confidential.
        withdrawn: it says nothing itself, but takes back what persons said before.
        confidence: 0..1; 0 of a withdrawal.
        reason: in the person's words; empty for a scan.
        pack: short hash of the detector pack; empty for a person.
        counts: it is the one that counts now.
    """

    decided_at: datetime
    decided_by: Literal["scan", "person"]
    actor: Actor
    scan_id: ScanId | None
    entities: tuple[VerdictEntity, ...]
    withdrawn: bool
    confidence: float
    reason: str
    pack: str
    counts: bool


@dataclass(frozen=True, slots=True)
class PastScan:
    """One scan, also one that runs or was given up.

    Attributes:
        scan_id: its row.
        status: ``running``, ``complete``, ``complete_with_exceptions`` or ``abandoned``.
        stores: names of those it covers.
        started_at, ended_at: when; ``ended_at`` is None while it runs.
        rows, bytes: that its coverage tells of, also those that had not changed and were not read again.
        objects: by coverage state; ``pending`` while it has not come to them.
        pack: short hash of the detector pack.
        actor: who ran it.
        drift: what changed since the scan before.
    """

    scan_id: ScanId
    status: str
    stores: tuple[str, ...]
    started_at: datetime
    ended_at: datetime | None
    rows: int
    bytes: int
    objects: Mapping[str, int]
    pack: str
    actor: Actor
    drift: ScanDrift


def verdict_history(session: Session, place: str) -> list[PastVerdict]:
    """All verdicts of the field at ``store/asset.field``, oldest first; also of one that is gone.

    Raises:
        NotFound: no such field.
    """
    item = field_at(session, place, gone=True)
    query = select(VerdictRow).where(VerdictRow.field_id == item.id).order_by(VerdictRow.decided_at, VerdictRow.id)
    rows = list(session.scalars(query))
    current = _counting(rows)
    actors = _Actors(session)
    return [
        PastVerdict(
            row.decided_at,
            "person" if row.decided_by == "person" else "scan",
            actors.get(row.actor_id),
            row.scan_id,
            () if is_withdrawal(row) else tuple(entities_of(row.entities)),
            is_withdrawal(row),
            row.confidence,
            row.reason,
            row.pack_hash[:SHORT],
            row is current,
        )
        for row in rows
    ]


def _counting(rows: Sequence[VerdictRow]) -> VerdictRow | None:
    """Of a field's verdicts, oldest first, the one that counts: the person's newest unless withdrawn, else the scan's."""
    newest = {row.decided_by: row for row in rows}
    person = newest.get("person")
    return newest.get("scan") if person is None or is_withdrawal(person) else person


def past_scans(session: Session, limit: int, skip: int = 0, *, after: UUID | None = None) -> list[PastScan]:
    """Scans, newest first; those that began before ``after``, if one is named.

    Raises:
        NotFound: there is no such scan.
    """
    order = (ScanRow.started_at.desc(), ScanRow.id.desc())
    query = select(ScanRow).order_by(*order).limit(limit).offset(skip)
    if after is not None:
        last = _scan(session, after)
        same = and_(ScanRow.started_at == last.started_at, ScanRow.id < last.id)
        query = query.where(or_(ScanRow.started_at < last.started_at, same))
    return _pasts(session, query)


def past_scan(session: Session, scan_id: UUID) -> PastScan:
    """One scan.

    Raises:
        NotFound: there is none in this tenant.
    """
    return _pasts(session, select(ScanRow).where(ScanRow.id == _scan(session, scan_id).id))[0]


def _scan(session: Session, scan_id: UUID) -> ScanRow:
    row = session.get(ScanRow, (context_of(session).tenant_id, scan_id))
    if row is None:
        raise NotFound("there is no such scan")
    return row


def _pasts(session: Session, query: Select[ScanRow]) -> list[PastScan]:
    scans = list(session.scalars(query.options(undefer(ScanRow.drift)).execution_options(populate_existing=True)))
    totals = _totals(session, [scan.id for scan in scans])
    actors = _Actors(session)
    return [_past(scan, totals.get(scan.id, _Totals()), actors.get(scan.actor_id)) for scan in scans]


def count_scans(session: Session) -> int:
    """How many scans there are in all."""
    return session.scalar(select(func.count()).select_from(ScanRow)) or 0


@dataclass(slots=True)
class _Totals:
    rows: int = 0
    bytes: int = 0
    objects: Counter[str] = field(default_factory=Counter)


def _totals(session: Session, scans: Sequence[ScanId]) -> dict[ScanId, _Totals]:
    """What the coverage of each scan adds up to."""
    query = (
        select(
            CoverageRow.scan_id,
            CoverageRow.state,
            func.count(),
            func.sum(CoverageRow.rows),
            func.sum(CoverageRow.bytes),
        )
        .where(CoverageRow.scan_id.in_(scans))
        .group_by(CoverageRow.scan_id, CoverageRow.state)
    )
    found: dict[ScanId, _Totals] = {}
    for scan_id, state, objects, rows, nbytes in session.execute(query):
        total = found.setdefault(scan_id, _Totals())
        total.rows += int(rows)
        total.bytes += int(nbytes)
        total.objects[state] = objects
    return found


def _past(scan: ScanRow, total: _Totals, actor: Actor) -> PastScan:
    return PastScan(
        scan.id,
        scan.status,
        _texts(scan.stores),
        scan.started_at,
        scan.ended_at,
        total.rows,
        total.bytes,
        dict(sorted(total.objects.items())),
        scan.pack_hash[:SHORT],
        actor,
        ScanDrift.from_json(scan.drift),
    )


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(map(str, value or ()))


class _Actors:
    """Actors by id, each unsealed once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[ActorId, Actor] = {}

    def get(self, actor_id: ActorId) -> Actor:
        if actor_id not in self._known:
            self._known[actor_id] = actor_of(self._session, actor_id)
        return self._known[actor_id]
