"""The inventory: stores, assets, objects, fields, what is known of them, and how they hang together."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.base.ids import ActorId, AssetId, FieldId, LinkId, ObjectId, ScanId, StoreId, VerdictId
from engine.base.state.canonical import JsonValue
from engine.base.state.tables.base import Base, TenantOwned, id_column, refers
from engine.base.state.types import CanonicalJson


class StoreRow(TenantOwned, Base):
    """A database or folder of the configuration.

    Attributes:
        failure: why it could not be listed when it was last tried, a reason of StoreError, or empty.
        removed_at: when it was found missing in the configuration.
    """

    __tablename__ = "store"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    id: Mapped[StoreId] = id_column()
    name: Mapped[str]
    kind: Mapped[str]
    owner: Mapped[str]
    jurisdiction: Mapped[str]
    purposes: Mapped[JsonValue] = mapped_column(CanonicalJson)
    failure: Mapped[str]
    first_seen_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class AssetRow(TenantOwned, Base):
    """A table, or a set of like objects. ``gone_at``: when a complete listing did not show it any more."""

    __tablename__ = "asset"
    __table_args__ = (UniqueConstraint("tenant_id", "store_id", "name"), refers("store_id", "store"))

    id: Mapped[AssetId] = id_column()
    store_id: Mapped[StoreId]
    name: Mapped[str]
    kind: Mapped[str]
    format: Mapped[str]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]


class ObjectRow(TenantOwned, Base):
    """One table, file or key of an asset, as the store listed it last."""

    __tablename__ = "object"
    __table_args__ = (UniqueConstraint("tenant_id", "asset_id", "name"), refers("asset_id", "asset"))

    id: Mapped[ObjectId] = id_column()
    asset_id: Mapped[AssetId]
    name: Mapped[str]
    bytes: Mapped[int | None]
    version: Mapped[str]
    last_seen_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]


class FieldRow(TenantOwned, Base):
    """A column or path with what the last reading of it gave.

    Attributes:
        rows, nulls, distinct: of that reading.
        examples: masked shapes, a list of strings; none where the domain is small.
        found: what that reading recognised, a list of objects with the attributes of EntityVerdict, the main one first.
        sketch: canonical bytes of the merged sketch (classifiers.sketch_bytes).
        scan_id: the scan that read it last.
    """

    __tablename__ = "field"
    __table_args__ = (
        UniqueConstraint("tenant_id", "asset_id", "path"),
        refers("asset_id", "asset"),
        refers("scan_id", "scan"),
    )

    id: Mapped[FieldId] = id_column()
    asset_id: Mapped[AssetId]
    path: Mapped[str]
    rows: Mapped[int]
    nulls: Mapped[int]
    distinct: Mapped[int]
    examples: Mapped[JsonValue] = mapped_column(CanonicalJson)
    found: Mapped[JsonValue] = mapped_column(CanonicalJson)
    sketch: Mapped[bytes] = mapped_column(deferred=True)
    scan_id: Mapped[ScanId]
    first_seen_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]


class VerdictRow(TenantOwned, Base):
    """What a field is, by a scan or a person. Rows are only ever added: the newest of each kind counts.

    A scan adds one when what it recognises differs from its verdict before, or the detector pack does.

    Attributes:
        decided_by: ``scan`` or ``person``; a person's verdict wins until a person changes it.
        entities: a list of ``{"entity", "subtype", "category", "sensitivity", "confidence"}``, the main entity first.
        confidence: 0..1.
        reason: a person's words, free of personal data (checked on entry); empty for a scan.
        pack_hash: of the detector pack; empty for a person.
    """

    __tablename__ = "verdict"
    __table_args__ = (
        Index(None, "tenant_id", "field_id", "decided_at"),
        CheckConstraint("decided_by IN ('scan', 'person')", name="decider_known"),
        refers("field_id", "field"),
        refers("actor_id", "actor"),
        refers("scan_id", "scan"),
    )

    id: Mapped[VerdictId] = id_column()
    field_id: Mapped[FieldId]
    decided_by: Mapped[str]
    actor_id: Mapped[ActorId]
    scan_id: Mapped[ScanId | None]
    entities: Mapped[JsonValue] = mapped_column(CanonicalJson)
    confidence: Mapped[float]
    reason: Mapped[str]
    pack_hash: Mapped[str]
    decided_at: Mapped[datetime]


class LinkRow(TenantOwned, Base):
    """Two fields that hold the same things.

    Attributes:
        kind: ``foreign_key`` (declared; from ``field_id`` to ``other_id``) or ``values`` (overlapping samples).
        overlap: estimated share of the smaller field's distinct values that the other one holds too, 0..1; 1 if declared.
    """

    __tablename__ = "link"
    __table_args__ = (
        UniqueConstraint("tenant_id", "field_id", "other_id", "kind"),
        CheckConstraint("kind IN ('foreign_key', 'values')", name="kind_known"),
        refers("field_id", "field"),
        refers("other_id", "field"),
        refers("scan_id", "scan"),
    )

    id: Mapped[LinkId] = id_column()
    field_id: Mapped[FieldId]
    other_id: Mapped[FieldId]
    kind: Mapped[str]
    overlap: Mapped[float]
    scan_id: Mapped[ScanId]
