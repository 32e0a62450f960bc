"""Who acts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from engine.base.ids import ActorId, SubjectKeyId
from engine.base.keys.sealed import Sealed
from engine.base.state.tables.base import Base, TenantOwned, id_column, refers


class ActorRow(TenantOwned, Base):
    """A person, service or schedule. The name is personal data: sealed under the actor's own key.

    Attributes:
        kind: ``person``, ``service`` or ``schedule``.
        name: sealed.
        name_hash: keyed hash of the name, to find the actor by it; unique with tenant and kind.
        subject_key_id: the key that the name is sealed under.
        deactivated_at: since when they may not act; None while they may.
    """

    __tablename__ = "actor"
    __table_args__ = (
        UniqueConstraint("tenant_id", "kind", "name_hash"),
        CheckConstraint("kind IN ('person', 'service', 'schedule')", name="kind_known"),
        refers("subject_key_id", "subject_key"),
    )

    id: Mapped[ActorId] = id_column()
    kind: Mapped[str]
    name: Mapped[Sealed]
    name_hash: Mapped[bytes]
    subject_key_id: Mapped[SubjectKeyId]
    created_at: Mapped[datetime]
    deactivated_at: Mapped[datetime | None]
