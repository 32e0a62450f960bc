"""The inventory: stores, assets, objects, fields, what is known of them, and how they hang together."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.base.ids import ActorId, AssetId, FieldId, LinkId, LotId, ObjectId, ScanId, StoreId, VerdictId
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
    """A table, or a set of like objects.

    Attributes:
        foreign_keys: as the store declared them when a scan last ended: a list of ``{"fields", "asset", "target_fields"}``.
        primary_key: as declared then, a list of fields in order, empty when there is none; None while the store never told.
        declared: what was declared since then, taken over when a scan ends: an object with ``types`` (by field) and, where the
            listing told them, ``primary_key`` and ``foreign_keys``; None when nothing waits.
        unjudged_by: the scan that read some of it, or found some gone, and has not given verdicts yet; None when all did.
        judged_with: hash of the detector pack that gave its verdicts; empty before the first.
        rejudged_by: the scan that last gave verdicts with another pack to what had not changed, without reading any of it.
        appeared_at: beginning of the scan since which it has been there: that which first saw it, or saw it again.
        gone_at: when a complete listing did not show it any more.
    """

    __tablename__ = "asset"
    __table_args__ = (
        UniqueConstraint("tenant_id", "store_id", "name"),
        refers("store_id", "store"),
        refers("unjudged_by", "scan"),
        refers("rejudged_by", "scan"),
    )

    id: Mapped[AssetId] = id_column()
    store_id: Mapped[StoreId]
    name: Mapped[str]
    kind: Mapped[str]
    format: Mapped[str]
    foreign_keys: Mapped[JsonValue] = mapped_column(CanonicalJson)
    primary_key: Mapped[JsonValue] = mapped_column(CanonicalJson)
    declared: Mapped[JsonValue] = mapped_column(CanonicalJson, deferred=True)
    unjudged_by: Mapped[ScanId | None]
    judged_with: Mapped[str]
    rejudged_by: Mapped[ScanId | None]
    first_seen_at: Mapped[datetime]
    appeared_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]


class ObjectRow(TenantOwned, Base):
    """One table, file or key of an asset, as the store listed it last, and as it was read last.

    Attributes:
        version: as listed; empty where the store cannot tell.
        facts: what listing and opening it told beside that, such as ``storage_class`` and ``encryption``.
        lot_id: with which others it is read and recorded, or None while it never was.
        read_version: the version that was read last, empty when that is not known or nothing was read.
    """

    __tablename__ = "object"
    __table_args__ = (
        UniqueConstraint("tenant_id", "asset_id", "name"),
        Index(None, "tenant_id", "lot_id"),
        refers("asset_id", "asset"),
        refers("lot_id", "lot"),
    )

    id: Mapped[ObjectId] = id_column()
    asset_id: Mapped[AssetId]
    name: Mapped[str]
    bytes: Mapped[int | None]
    version: Mapped[str]
    facts: Mapped[JsonValue] = mapped_column(CanonicalJson)
    lot_id: Mapped[LotId | None]
    read_version: Mapped[str]
    last_seen_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]


class LotRow(TenantOwned, Base):
    """Objects of one asset that are read one after the other and recorded together: a table, a large file, or many small ones.

    What its last finished reading gave is kept (sketches, chunks), so that it need not be read again while its objects stay
    the same.

    Attributes:
        objects: how many belong to it; 0 when it was given up.
        read_by: the scan whose reading counts, or None while none has finished.
        accounted_by: the newest scan whose coverage rows tell of it: that one, or a later one that found nothing changed.
        asked: rows or blocks that a sample was asked for, of which fewer may have been drawn; None when all was read.
        drawn, drawn_from: rows or blocks that were drawn where that reading was of a sample, and from how many, if that is known;
            None when it was of all.
        bound: with 95 % confidence at most this share of the rows or blocks of all its objects together holds something that was
            not seen; None when all was read.
        unit: what was drawn: ``row``, or a block that was read whole: ``object`` or ``row_group``.
        rows: rows that it stands for.
        observing_hash, hash_generation: what its sketches were made with, see ObservingRow, and under which key.
    """

    __tablename__ = "lot"
    __table_args__ = (
        Index(None, "tenant_id", "asset_id"),
        refers("asset_id", "asset"),
        refers("read_by", "scan"),
        refers("accounted_by", "scan"),
    )

    id: Mapped[LotId] = id_column()
    asset_id: Mapped[AssetId]
    objects: Mapped[int]
    read_by: Mapped[ScanId | None]
    accounted_by: Mapped[ScanId | None]
    asked: Mapped[int | None]
    drawn: Mapped[int | None]
    drawn_from: Mapped[int | None]
    bound: Mapped[float | None]
    unit: Mapped[str]
    rows: Mapped[int]
    observing_hash: Mapped[str]
    hash_generation: Mapped[int]


class FieldRow(TenantOwned, Base):
    """A column or path with what the last reading of it gave.

    Attributes:
        type: its declared type when a scan last ended, as the store or its files state it; several, where objects differ, joined
            by `` | ``; empty where none is declared.
        rows, nulls, distinct: of that reading.
        examples: masked shapes, a list of strings; none where the domain is small.
        drawn: of rows or blocks that were drawn, how many have a value in it; None when all were read.
        bound: with 95 % confidence at most this share of the rows (or blocks) with a value in it holds something that was not
            seen, as far as its objects could be read; 0 when all were.
        found: what that reading recognised, a list of objects with the attributes of EntityVerdict, the main one first.
        excluded: what users' exclusions took from it, a list of objects with the attributes of Excluded.
        sketch: canonical bytes of the merged sketch (classifiers.sketches.sketch_bytes).
        scan_id: the scan that gave it a verdict last.
        appeared_at: beginning of the scan since which it has been there: that which first saw it, or saw it again.
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
    type: Mapped[str]
    rows: Mapped[int]
    nulls: Mapped[int]
    distinct: Mapped[int]
    drawn: Mapped[int | None]
    bound: Mapped[float]
    examples: Mapped[JsonValue] = mapped_column(CanonicalJson)
    found: Mapped[JsonValue] = mapped_column(CanonicalJson)
    excluded: Mapped[JsonValue] = mapped_column(CanonicalJson)
    sketch: Mapped[bytes] = mapped_column(deferred=True)
    scan_id: Mapped[ScanId]
    first_seen_at: Mapped[datetime]
    appeared_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]


class VerdictRow(TenantOwned, Base):
    """What a field is, by a scan or a person. Rows are only ever added: the newest of each kind counts.

    A scan adds one when what it recognises differs from its verdict before, or the detector pack does.

    Attributes:
        decided_by: ``scan`` or ``person``; a person's verdict wins until a person changes it.
        entities: a list of ``{"entity", "subtype", "category", "sensitivity", "confidence"}``, the main entity first; None when a
            person takes the verdict before back.
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
        kind: ``foreign_key`` (declared; from ``field_id`` to ``other_id``) or ``values`` (overlapping samples; from the field
            of which more is in the other one).
        overlap: estimated share of the distinct values of ``field_id`` that ``other_id`` holds too, 0..1; 1 if declared.
        least: with 95 % confidence the share is at least that; back: estimated share the other way round; None if declared.
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
    least: Mapped[float | None]
    back: Mapped[float | None]
    scan_id: Mapped[ScanId]
