"""Events that were recorded with their deed and wait to be drained into the ledger, and what their commitments hide."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from engine.base.ids import EventId, SubjectKeyId
from engine.base.keys.sealed import Sealed
from engine.base.state.tables.base import Base, TenantOwned, id_column, refers


def _partial(name: str, *columns: str, where: str, unique: bool = False) -> Index:
    """An index of some rows only, on both databases: a small one costs a writer less."""
    condition = text(where)
    return Index(name, *columns, unique=unique, sqlite_where=condition, postgresql_where=condition)


class OutboxRow(TenantOwned, Base):
    """One event, exactly as it will stand in the ledger.

    What waits is what has ``drained_at`` NULL. Ids are never compared with a highest one seen: transactions commit in
    another order than their ids were made in.

    Attributes:
        type, version: of the event, such as ``scan.completed``, 1.
        retention_class: how long its disclosures and, by shard, the ledger keep it.
        occurred_at: when the deed was done.
        payload: canonical JSON (RFC 8785).
        payload_sha256: of the payload's UTF-8 bytes.
        drained_at, shard, ledger_index: set together when the sequencer gave it its place: in which shard of the ledger, and
            where in it.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint(
            "(drained_at IS NULL) = (ledger_index IS NULL) AND (drained_at IS NULL) = (shard IS NULL)",
            name="drained_with_place",
        ),
        _partial(
            "ix_outbox_placed", "tenant_id", "shard", "ledger_index", where="ledger_index IS NOT NULL", unique=True
        ),
        _partial("ix_outbox_waiting", "tenant_id", "occurred_at", "id", where="drained_at IS NULL"),
        Index(None, "tenant_id", "type", "occurred_at"),
    )

    id: Mapped[EventId] = id_column()
    type: Mapped[str]
    version: Mapped[int]
    retention_class: Mapped[str]
    occurred_at: Mapped[datetime]
    payload: Mapped[str]
    payload_sha256: Mapped[bytes]
    drained_at: Mapped[datetime | None]
    shard: Mapped[str | None]
    ledger_index: Mapped[int | None]


class OutboxDisclosureRow(TenantOwned, Base):
    """Value and salt of one committed field, sealed: what an auditor may be shown, and what an erasure takes away.

    Attributes:
        event_id, field: which field of which event.
        sealed: canonical JSON ``{"salt": hex, "value": ...}``; it carries its own expiry.
        subject_key_id: the key that it is sealed under, to find what belongs to one subject.
        expires_at: as in ``sealed``, to find what is due for removal.
    """

    __tablename__ = "outbox_disclosure"
    __table_args__ = (
        Index(None, "tenant_id", "expires_at"),
        Index(None, "tenant_id", "subject_key_id"),
        refers("event_id", "outbox"),
    )

    event_id: Mapped[EventId] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[Sealed]
    subject_key_id: Mapped[SubjectKeyId]
    expires_at: Mapped[datetime]
