"""Runs of evidence as they are shown: plain values, read from the state once, with each item checked against its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.base.errors import IntegrityViolated, NotFound
from engine.base.ids import EventId
from engine.base.state.by_end import find_by_end
from engine.base.state.canonical import canonical
from engine.base.state.context import context_of
from engine.base.state.tables import EvidenceItemRow, EvidenceRunId, EvidenceRunRow, OutboxRow
from engine.evidence.period import Period
from engine.evidence.records import place_of

_WHOLE = EvidenceRunRow.event_id.is_not(None)


@dataclass(frozen=True, slots=True)
class Entry:
    """The event that recorded something, as far as it is still kept.

    Attributes:
        place: in the ledger: shard and index, ``2026/17``; None while it waits for one.
        sha256: of its bytes, hexadecimal; empty when it is not kept any more.
    """

    place: str | None
    sha256: str


@dataclass(frozen=True, slots=True)
class ItemView:
    """What the test of one control came to.

    Attributes:
        control: its id.
        conclusion: one of ``engine.evidence.conclusions.WORDS``.
        deviations: how many, beyond those that are listed.
        document: the control, its population and its result, as in ``Tested.document``.
        sha256: of the document.
        expires_at: see the table.
        entry: its event.
    """

    control: str
    conclusion: str
    deviations: int
    document: Mapping[str, Any]
    sha256: str
    expires_at: datetime
    entry: Entry

    @property
    def result(self) -> Mapping[str, Any]:
        """See ``engine.evidence.conclusions.as_json``."""
        found: Mapping[str, Any] = self.document["result"]
        return found

    @property
    def population(self) -> Mapping[str, Any]:
        """See ``Population.as_json``."""
        found: Mapping[str, Any] = self.document["population"]
        return found

    @property
    def about(self) -> Mapping[str, Any]:
        """The control as it was tested."""
        found: Mapping[str, Any] = self.document["control"]
        return found


@dataclass(frozen=True, slots=True)
class RunView:
    """One collection of evidence. Attributes as in the table; ``items`` in the order of the library."""

    id: EvidenceRunId
    period: Period
    collected_at: datetime
    code_version: str
    config_hash: str
    library_hash: str
    schedule: str | None
    records: int
    description: Mapping[str, Any]
    entry: Entry
    items: Sequence[ItemView]


@dataclass(frozen=True, slots=True)
class RunLine:
    """A run in a list: how many controls came to what."""

    id: EvidenceRunId
    period: Period
    collected_at: datetime
    schedule: str | None
    counts: Mapping[str, int]


def list_runs(session: Session, limit: int = 20, skip: int = 0) -> tuple[int, list[RunLine]]:
    """How many runs there are, and a page of them, the newest first."""
    total = session.scalar(select(func.count()).select_from(EvidenceRunRow).where(_WHOLE)) or 0
    ordered = (
        select(EvidenceRunRow).where(_WHOLE).order_by(EvidenceRunRow.collected_at.desc(), EvidenceRunRow.id.desc())
    )
    rows = list(session.scalars(ordered.limit(limit).offset(skip)))
    counts: dict[UUID, dict[str, int]] = {row.id: {} for row in rows}
    grouped = select(EvidenceItemRow.run_id, EvidenceItemRow.conclusion, func.count()).where(
        EvidenceItemRow.run_id.in_(counts)
    )
    for run_id, word, count in session.execute(grouped.group_by(EvidenceItemRow.run_id, EvidenceItemRow.conclusion)):
        counts[run_id][word] = count
    lines = [RunLine(row.id, _period(row), row.collected_at, row.schedule, counts[row.id]) for row in rows]
    return total, lines


def find_run(session: Session, name: str) -> RunView:
    """The run with that id, or the only one whose id ends so; the newest for an empty name.

    Raises:
        NotFound, BadInput: there is none, or more than one.
        IntegrityViolated: an item is not what was recorded.
    """
    if not name:
        return run_at(session, None)
    known = select(EvidenceRunRow.id).where(_WHOLE)
    found = find_by_end(session, known, name, what="run", listing="reeve evidence show --list")
    return _view(session, session.get_one(EvidenceRunRow, (context_of(session).tenant_id, found)))


def run_at(session: Session, until: datetime | None) -> RunView:
    """The newest run whose period ends no later than an instant; the newest of all for None.

    Raises:
        NotFound: there is none.
        IntegrityViolated: an item is not what was recorded.
    """
    query = (
        select(EvidenceRunRow)
        .where(_WHOLE)
        .order_by(EvidenceRunRow.period_to.desc(), EvidenceRunRow.collected_at.desc(), EvidenceRunRow.id.desc())
    )
    if until is not None:
        query = query.where(EvidenceRunRow.period_to <= until)
    row = session.scalars(query.limit(1)).one_or_none()
    if row is None:
        raise NotFound("no evidence was collected until then", hint="`reeve evidence run`")
    return _view(session, row)


def _period(row: EvidenceRunRow) -> Period:
    return Period(row.period_from, row.period_to)


def _view(session: Session, row: EvidenceRunRow) -> RunView:
    digest = hashlib.sha256(canonical(row.description)).hexdigest()
    if not _said(session, row.event_id, f'"description_sha256":"{digest}"'):
        raise IntegrityViolated("the description of the system is not what was recorded")
    items = session.scalars(
        select(EvidenceItemRow).where(EvidenceItemRow.run_id == row.id).order_by(EvidenceItemRow.id)
    )
    return RunView(
        id=row.id,
        period=_period(row),
        collected_at=row.collected_at,
        code_version=row.code_version,
        config_hash=row.config_hash,
        library_hash=row.library_hash,
        schedule=row.schedule,
        records=row.records,
        description=row.description if isinstance(row.description, dict) else {},
        entry=_entry(session, row.event_id),
        items=[_item(session, one) for one in items],
    )


def _item(session: Session, row: EvidenceItemRow) -> ItemView:
    document = row.document if isinstance(row.document, dict) else {}
    entry = _entry(session, row.event_id)
    digest = hashlib.sha256(canonical(document)).hexdigest()
    words = (f'"item_sha256":"{digest}"', f'"conclusion":"{row.conclusion}"')
    if digest != row.sha256 or not _said(session, row.event_id, *words):
        raise IntegrityViolated(f"the evidence of control {row.control} is not what was recorded")
    return ItemView(row.control, row.conclusion, row.deviations, document, row.sha256, row.expires_at, entry)


def _said(session: Session, event_id: EventId | None, *words: str) -> bool:
    """Whether an event, if it is still kept, says all of these words."""
    payload = session.scalar(select(OutboxRow.payload).where(OutboxRow.id == event_id))
    return payload is None or all(word in payload for word in words)


def _entry(session: Session, event_id: EventId | None) -> Entry:
    row = session.scalar(select(OutboxRow).where(OutboxRow.id == event_id))
    return Entry(None, "") if row is None else Entry(place_of(row.shard, row.ledger_index), row.payload_sha256.hex())
