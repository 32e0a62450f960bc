"""Tenants: whose estate it is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from engine.base.ids import TenantId, new_id
from engine.base.state.tables.base import Base


class Tenant(Base):
    """One organisation with an estate of its own. Everything else belongs to one of these.

    Attributes:
        name: as ``tenant`` in reeve.yaml; unique.
    """

    __tablename__ = "tenant"

    id: Mapped[TenantId] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
