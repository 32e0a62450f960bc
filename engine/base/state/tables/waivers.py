"""Waivers: accepted violations of rules."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped

from engine.base.ids import ActorId, WaiverId
from engine.base.state.tables.base import Base, TenantOwned, id_column, refers


class WaiverRow(TenantOwned, Base):
    """One accepted violation, from the request on. Once approved its scope and its expiry never change.

    Attributes:
        rule: whose violation is accepted, by name.
        store, asset, field: where, by name; empty for all.
        owner_id: who answers for it.
        reason: why; control: what is done instead. Free of personal data (checked on entry).
        asked_by, asked_at: who asked, and when.
        expires_at: from when on it does not count, whatever else stands here.
        approved_by, approved_at: another actor, and when; None while it waits, and then it does not count.
        ended_by, ended_at, end_reason: who withdrew or declined it, when and why; None and empty while it stands.
        expiry_noted_at: when its expiry was recorded.
    """

    __tablename__ = "waiver"
    __table_args__ = (
        CheckConstraint("approved_by IS NULL OR approved_by <> asked_by", name="two_actors"),
        CheckConstraint("(approved_by IS NULL) = (approved_at IS NULL)", name="approval_whole"),
        CheckConstraint("(ended_by IS NULL) = (ended_at IS NULL)", name="end_whole"),
        CheckConstraint("(field = '' OR asset <> '') AND (asset = '' OR store <> '')", name="scope_whole"),
        Index(None, "tenant_id", "expires_at"),
        refers("owner_id", "actor"),
        refers("asked_by", "actor"),
        refers("approved_by", "actor"),
        refers("ended_by", "actor"),
    )

    id: Mapped[WaiverId] = id_column()
    rule: Mapped[str]
    store: Mapped[str]
    asset: Mapped[str]
    field: Mapped[str]
    owner_id: Mapped[ActorId]
    reason: Mapped[str]
    control: Mapped[str]
    asked_by: Mapped[ActorId]
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    approved_by: Mapped[ActorId | None]
    approved_at: Mapped[datetime | None]
    ended_by: Mapped[ActorId | None]
    ended_at: Mapped[datetime | None]
    end_reason: Mapped[str]
    expiry_noted_at: Mapped[datetime | None]
