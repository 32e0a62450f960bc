"""Scans, and how far each has come: the chunk table is the truth of progress."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from engine.base.ids import ActorId, AssetId, LotId, ObjectId, ScanId, StoreId
from engine.base.keys.sealed import Sealed
from engine.base.state.canonical import JsonValue
from engine.base.state.tables.base import Base, TenantOwned, id_column, refers
from engine.base.state.tables.work import JobId, WorkerId
from engine.base.state.types import CanonicalJson


class ScanRow(TenantOwned, Base):
    """One scan of some stores.

    Attributes:
        status: ``running``, ``complete``, ``complete_with_exceptions``, or ``abandoned`` (given up for a new one).
        stores: names of the stores it covers, sorted.
        pack_hash, config_hash: what it judges by; an unfinished scan resumes only under the same.
        asked: what was asked for, such as ``{"sample": 10000}``; an unfinished scan resumes only under the same.
        hash_generation: of the key that its sketches are made with.
        worker_id: who runs it; epoch: counted up whenever another one takes over, and checked by every write, so that one who
            lost the scan writes nothing.
        job_id: the job that it is made for; None when a person runs it.
        listed: objects that the stores listed; equals the number of coverage rows when planning is done.
        planned_at: when planning was done; a scan without it plans anew.
        unlisted: stores that could not be listed, with the reason, an object; set when it ended.
        drift: what changed since the scan before, found when it ended (engine.estate.inventory.drift); None before.
    """

    __tablename__ = "scan"
    __table_args__ = (
        CheckConstraint("status IN ('running','complete','complete_with_exceptions','abandoned')", name="status_known"),
        Index(None, "tenant_id", "status"),
        refers("actor_id", "actor"),
        refers("worker_id", "worker"),
        refers("job_id", "job"),
    )

    id: Mapped[ScanId] = id_column()
    status: Mapped[str]
    stores: Mapped[JsonValue] = mapped_column(CanonicalJson)
    pack_hash: Mapped[str]
    config_hash: Mapped[str]
    asked: Mapped[JsonValue] = mapped_column(CanonicalJson)
    hash_generation: Mapped[int]
    actor_id: Mapped[ActorId]
    worker_id: Mapped[WorkerId] = mapped_column(Uuid())
    job_id: Mapped[JobId | None] = mapped_column(Uuid())
    epoch: Mapped[int]
    listed: Mapped[int]
    unlisted: Mapped[JsonValue] = mapped_column(CanonicalJson)
    drift: Mapped[JsonValue] = mapped_column(CanonicalJson, deferred=True)
    started_at: Mapped[datetime]
    planned_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class CoverageRow(TenantOwned, Base):
    """What one scan read of one object.

    Attributes:
        state: ``pending`` while the scan runs, then exactly one of ``full``, ``sampled``, ``skipped``, ``failed``.
        reason: a stable word: a rule for skipped, a reason of StoreError for failed; for full and sampled empty, or
            ``unchanged`` when an earlier scan read it and nothing has changed since; of tables with high water
            ``since_high_water`` and ``high_water_unusable``; of samples also ``not_drawn`` and
            ``long_rows``.
        detail: a sentence for people, without data; or empty.
        lot_id: in which it is read, or None when it is not.
        rows, bytes: read so far.
        expected_rows: the store's own estimate, for progress only.
        bound: with 95 % confidence at most this share of its own records holds something that was not seen: 0 for full; None for
            skipped and failed. What a sample says of all the objects that it was drawn from stands in LotRow.
        troubles: a list of ``{"kind", "count", "lost"}``: data that was read otherwise than it should.
        version: of the object when reading began.
    """

    __tablename__ = "coverage"
    __table_args__ = (
        CheckConstraint("state IN ('pending','full','sampled','skipped','failed')", name="state_known"),
        Index(None, "tenant_id", "scan_id", "state"),
        Index(None, "tenant_id", "scan_id", "lot_id"),
        Index(None, "tenant_id", "scan_id", "asset_id"),
        refers("scan_id", "scan"),
        refers("object_id", "object"),
        refers("lot_id", "lot"),
        refers("asset_id", "asset"),
        refers("store_id", "store"),
    )

    scan_id: Mapped[ScanId] = mapped_column(primary_key=True)
    object_id: Mapped[ObjectId] = mapped_column(primary_key=True)
    asset_id: Mapped[AssetId]
    store_id: Mapped[StoreId]
    lot_id: Mapped[LotId | None]
    state: Mapped[str]
    reason: Mapped[str]
    detail: Mapped[str]
    rows: Mapped[int]
    bytes: Mapped[int]
    expected_rows: Mapped[int | None]
    bound: Mapped[float | None]
    troubles: Mapped[JsonValue] = mapped_column(CanonicalJson)
    version: Mapped[str]


class ReadingRow(TenantOwned, Base):
    """One lot that a scan reads.

    Attributes:
        state: ``pending`` until all its objects have their coverage state, then ``done``.
        chunks: recorded so far.
        worker_id: who reads it, and has it as long as it lives; None while nobody does. epoch: counted up whenever another one
            begins to read it, and checked by every write.
        because: keys of detectors that are new or match otherwise (classifiers.identity), where they alone make it necessary to
            read what has not changed; else empty.
    """

    __tablename__ = "reading"
    __table_args__ = (
        CheckConstraint("state IN ('pending','done')", name="state_known"),
        Index(None, "tenant_id", "scan_id", "state"),
        refers("scan_id", "scan"),
        refers("lot_id", "lot"),
        refers("asset_id", "asset"),
        refers("worker_id", "worker"),
    )

    scan_id: Mapped[ScanId] = mapped_column(primary_key=True)
    lot_id: Mapped[LotId] = mapped_column(primary_key=True)
    asset_id: Mapped[AssetId]
    state: Mapped[str]
    chunks: Mapped[int]
    worker_id: Mapped[WorkerId | None] = mapped_column(Uuid())
    epoch: Mapped[int]
    because: Mapped[JsonValue] = mapped_column(CanonicalJson)


class ObservingRow(TenantOwned, Base):
    """What sketches were made with: the part of a detector pack that decides what they hold (classifiers.identity).

    Attributes:
        hash: over all parts, named by LotRow.
        parts: a hash for each detector that has patterns, by its key, and one for what all sketches are made with.
    """

    __tablename__ = "observing"

    hash: Mapped[str] = mapped_column(primary_key=True)
    parts: Mapped[JsonValue] = mapped_column(CanonicalJson)


class ChunkRow(TenantOwned, Base):
    """One chunk that was read, classified and merged: written in the transaction that stores the merged sketches.

    Attributes:
        number: counted from 0 without gaps.
        cursor: where the next chunk begins: the object and the place in it. Sealed because it may hold keys of rows; None
            behind the last chunk, and for all chunks but the newest.
    """

    __tablename__ = "chunk"
    __table_args__ = (refers("scan_id", "scan"), refers("lot_id", "lot"))

    scan_id: Mapped[ScanId] = mapped_column(primary_key=True)
    lot_id: Mapped[LotId] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rows: Mapped[int]
    bytes: Mapped[int]
    cursor: Mapped[Sealed | None]
    done_at: Mapped[datetime]


class SketchRow(TenantOwned, Base):
    """The sketch of one field of one lot over all chunks done so far. Those of a lot's last finished reading are kept.

    Attributes:
        type: declared type of the field in the objects of the lot, as these state it, see FieldRow; empty where they state none.
        showing: of a lot that was sampled, drawn rows or blocks that have a value in the field; else None.
    """

    __tablename__ = "sketch"
    __table_args__ = (refers("scan_id", "scan"), refers("lot_id", "lot"))

    scan_id: Mapped[ScanId] = mapped_column(primary_key=True)
    lot_id: Mapped[LotId] = mapped_column(primary_key=True)
    path: Mapped[str] = mapped_column(primary_key=True)
    sketch: Mapped[bytes]
    type: Mapped[str]
    showing: Mapped[int | None]


class HighWaterRow(TenantOwned, Base):
    """How far up a reading of a table goes in its high-water column. That of a lot's last finished reading is kept.

    Attributes:
        field: the column, as declared.
        shape: changes when columns or key of the table do; empty when there is no mark.
        marks: above which value and up to which one is read, sealed, for they are values of rows; None: all is read, because
            the column cannot serve.
        rows_before: rows that earlier readings account for, to whose sketches this one adds; None when this one reads all.
        whole_at: when the last reading of all began.
        note: why all is read although there was a mark or should be one, a sentence; or empty.
    """

    __tablename__ = "high_water"
    __table_args__ = (refers("scan_id", "scan"), refers("lot_id", "lot"))

    scan_id: Mapped[ScanId] = mapped_column(primary_key=True)
    lot_id: Mapped[LotId] = mapped_column(primary_key=True)
    field: Mapped[str]
    shape: Mapped[str]
    marks: Mapped[Sealed | None]
    rows_before: Mapped[int | None]
    whole_at: Mapped[datetime]
    note: Mapped[str]


class MembershipRow(TenantOwned, Base):
    """What one chunk of files or objects cannot hold: lives and dies with the sketches of its lot.

    Attributes:
        objects: whose rows are in it: a list of ``{"object", "version"}``. The version that was read, empty when not all of it
            could be or when that is not known; None where the object goes on in the next chunk, which tells it.
        key_generation: of the key that its hashes are made with; form_version: of the normal forms that are hashed.
        values: distinct values of its columns that are in it; outside: cells that are not, because they are no text.
        filter: canonical bytes (classifiers.sketches.membership).
    """

    __tablename__ = "membership"
    __table_args__ = (refers("scan_id", "scan"), refers("lot_id", "lot"))

    scan_id: Mapped[ScanId] = mapped_column(primary_key=True)
    lot_id: Mapped[LotId] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    objects: Mapped[JsonValue] = mapped_column(CanonicalJson)
    key_generation: Mapped[int]
    form_version: Mapped[int]
    values: Mapped[int]
    outside: Mapped[int]
    filter: Mapped[bytes]
