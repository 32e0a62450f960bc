"""Certificates of disposal: the record of what a plan did to a store, kept as the bytes that were hashed and recorded."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.base.ids import CertificateId, EventId, PlanId
from engine.base.state.tables.base import Base, TenantOwned, id_column, refers


class CertificateRow(TenantOwned, Base):
    """The certificate of one plan. The document never changes; a certificate is open until the last copy has ended.

    Attributes:
        plan_id: the plan, which has one certificate at most.
        store: by name, to find it by.
        level: of the method, a stable word.
        rows: that are certified: dealt with, and not there again when they were read again.
        document: canonical JSON, UTF-8; holds no key and no value of a row.
        sha256: of the document, hexadecimal; the event holds it, too.
        issued_at: when.
        copies_end_at: when the last copy that remains elsewhere will have ended; None where nobody knows: it stays open.
        closed_at: when that was over and was recorded; None while it is open.
        event_id: its ``certificate.issued``; closed_event_id: its ``certificate.closed``. Not references, as events go when their
            retention ends.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("tenant_id", "plan_id"),
        CheckConstraint("(closed_at IS NULL) = (closed_event_id IS NULL)", name="closed_with_event"),
        CheckConstraint(
            "closed_at IS NULL OR (copies_end_at IS NOT NULL AND copies_end_at <= closed_at)", name="closed_when_over"
        ),
        Index(None, "tenant_id", "closed_at", "copies_end_at"),
        refers("plan_id", "plan"),
    )

    id: Mapped[CertificateId] = id_column()
    plan_id: Mapped[PlanId]
    store: Mapped[str]
    level: Mapped[str]
    rows: Mapped[int]
    document: Mapped[bytes] = mapped_column(deferred=True)
    sha256: Mapped[str]
    issued_at: Mapped[datetime]
    copies_end_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    event_id: Mapped[EventId]
    closed_event_id: Mapped[EventId | None]
