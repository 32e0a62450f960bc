"""Wrapped keys. Nothing here opens without the keyring."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.base.ids import SubjectKeyId
from engine.base.state.tables.base import Base, TenantOwned, id_column


class SubjectKeyRow(TenantOwned, Base):
    """A key that seals what belongs to one subject, so that destroying it forgets the subject.

    Attributes:
        kind: what it seals for, a stable word (``actor``, ``disclosure``, ``scan``).
        label: set on a key that is found by name instead of by id; unique, freed when the key is destroyed.
        epoch, wrapped: the key as the keyring gave it out; None once it is destroyed.
        destroyed_at: when it was destroyed.
    """

    __tablename__ = "subject_key"
    __table_args__ = (
        UniqueConstraint("tenant_id", "label"),
        CheckConstraint(
            "(destroyed_at IS NULL AND wrapped IS NOT NULL AND epoch IS NOT NULL)"
            " OR (destroyed_at IS NOT NULL AND wrapped IS NULL AND epoch IS NULL AND label IS NULL)",
            name="whole_or_destroyed",
        ),
        Index(None, "epoch"),
    )

    id: Mapped[SubjectKeyId] = id_column()
    kind: Mapped[str]
    label: Mapped[str | None]
    epoch: Mapped[int | None]
    wrapped: Mapped[bytes | None]
    created_at: Mapped[datetime]
    destroyed_at: Mapped[datetime | None]


class PurposeKeyRow(TenantOwned, Base):
    """A key of the whole tenant for one purpose, such as keyed hashes in sketches.

    Attributes:
        purpose: one of :class:`engine.base.keys.purposes.Purpose`.
        generation: counted from 1; what was made with one generation is comparable only with itself.
        epoch, wrapped: the key as the keyring gave it out.
    """

    __tablename__ = "purpose_key"
    __table_args__ = (Index(None, "epoch"),)

    purpose: Mapped[str] = mapped_column(primary_key=True)
    generation: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    epoch: Mapped[int]
    wrapped: Mapped[bytes]
    created_at: Mapped[datetime]
