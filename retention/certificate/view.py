"""Certificates as people and programs look at them: the document, checked against its hash, and what became of it since."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, undefer

from engine.base.actors import Actor, get
from engine.base.errors import BadInput, IntegrityViolated, NotFound
from engine.base.ids import ActorId, CertificateId, EventId, PlanId
from engine.base.state.by_end import find_by_end
from engine.base.state.context import context_of
from engine.base.state.tables import CertificateRow, OutboxRow
from retention.certificate.document import Certificate

STATES = ("open", "closed")
State = Literal["open", "closed"]


@dataclass(frozen=True, slots=True)
class Entry:
    """The event that recorded something, as far as it is still kept.

    Attributes:
        event_id: of the event.
        shard, index: its place in the ledger; None while it waits for one.
        sha256: of its bytes, hexadecimal; empty when it is not kept any more.
    """

    event_id: EventId
    shard: str | None
    index: int | None
    sha256: str

    @property
    def place(self) -> str | None:
        """Shard and index in words: ``2026/17``."""
        return None if self.shard is None or self.index is None else f"{self.shard}/{self.index}"


@dataclass(frozen=True, slots=True)
class CertificateLine:
    """A certificate in a list. Attributes as in :class:`~engine.base.state.tables.CertificateRow`."""

    id: CertificateId
    plan_id: PlanId
    store: str
    level: str
    rows: int
    sha256: str
    issued_at: datetime
    copies_end_at: datetime | None
    closed_at: datetime | None

    @property
    def state(self) -> State:
        """``open`` until the last copy has ended and that was recorded."""
        return "open" if self.closed_at is None else "closed"


@dataclass(frozen=True, slots=True)
class CertificateView:
    """A certificate in full.

    Attributes:
        line: as in a list.
        data: the document's bytes; document: these, read.
        issued, closed: the events; the second is None while it is open.
        people: actors that the document names, by id, as far as they are known.
    """

    line: CertificateLine
    data: bytes
    document: Certificate
    issued: Entry
    closed: Entry | None
    people: Mapping[UUID, Actor]


def list_certificates(
    session: Session, limit: int, *, after: UUID | None = None, skip: int = 0, state: str = ""
) -> list[CertificateLine]:
    """Certificates, the newest first.

    Args:
        session: any.
        limit: at most so many.
        after: those behind this one.
        skip: leave out so many first.
        state: ``open``, ``closed``, or empty for all.

    Raises:
        BadInput: there is no such state.
    """
    query = _filtered(select(CertificateRow), state).order_by(CertificateRow.id.desc()).limit(limit).offset(skip)
    if after is not None:
        query = query.where(CertificateRow.id < after)
    return [_line(row) for row in session.scalars(query)]


def count_certificates(session: Session, state: str = "") -> int:
    """How many there are."""
    return session.scalar(_filtered(select(func.count()).select_from(CertificateRow), state)) or 0


def find_certificate(session: Session, name: str) -> CertificateId:
    """A certificate by its id, by its plan's, or by the end of either.

    Raises:
        NotFound: there is none.
        BadInput: several end so.
    """
    known = select(CertificateRow.id, CertificateRow.plan_id)
    return CertificateId(find_by_end(session, known, name, what="certificate", listing="reeve certificate list"))


def show_certificate(session: Session, certificate_id: UUID) -> CertificateView:
    """A certificate by its id.

    Raises:
        NotFound: there is none.
        IntegrityViolated: its document is not what was recorded.
    """
    query = select(CertificateRow).where(CertificateRow.id == certificate_id)
    row = session.scalar(query.options(undefer(CertificateRow.document)).execution_options(populate_existing=True))
    if row is None:
        raise NotFound("there is no such certificate", hint="`reeve certificate list`")
    made = Certificate.from_bytes(row.document)
    issued = _entry(session, row.event_id)
    if hashlib.sha256(row.document).hexdigest() != row.sha256 or (made.certificate, made.plan.plan) != (
        row.id,
        row.plan_id,
    ):
        raise IntegrityViolated("a certificate is not what was recorded: it was changed")
    return CertificateView(
        _line(row),
        row.document,
        made,
        issued,
        None if row.closed_event_id is None else _entry(session, row.closed_event_id),
        _people(session, made),
    )


def _filtered(query: Select[Any], state: str) -> Select[Any]:
    if state == "":
        return query
    if state not in STATES:
        raise BadInput("there is no such state of a certificate", hint=f"one of {', '.join(STATES)}")
    return query.where(CertificateRow.closed_at.is_(None) if state == "open" else CertificateRow.closed_at.is_not(None))


def _line(row: CertificateRow) -> CertificateLine:
    return CertificateLine(
        row.id,
        row.plan_id,
        row.store,
        row.level,
        row.rows,
        row.sha256,
        row.issued_at,
        row.copies_end_at,
        row.closed_at,
    )


def _entry(session: Session, event_id: EventId) -> Entry:
    row = session.get(OutboxRow, (context_of(session).tenant_id, event_id))
    if row is None:
        return Entry(event_id, None, None, "")
    return Entry(event_id, row.shard, row.ledger_index, row.payload_sha256.hex())


def _people(session: Session, made: Certificate) -> Mapping[UUID, Actor]:
    named = {made.plan.maker, made.validation.approver, made.performer.actor}
    people: dict[UUID, Actor] = {}
    for one in named:
        if one is not None:
            try:
                people[one] = get(session, ActorId(one))
            except NotFound:
                continue
    return MappingProxyType(people)
