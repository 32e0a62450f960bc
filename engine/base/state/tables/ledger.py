"""The ledger: its shards, the hashes of its tree, its keys and what it signed. Entries themselves stand in ``outbox``."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.base.state.tables.base import Base, TenantOwned


class LedgerShardRow(TenantOwned, Base):
    """One log of the ledger, by default that of a year.

    Attributes:
        label: such as ``2026``; unique in the tenant.
        origin: its name in checkpoints, for the life of the log (C2SP tlog-checkpoint).
        size, root: of the tree, as of the last committed batch. They change by comparing and swapping only.
        grown_at: when that batch was committed; heartbeats are due from then on.
        opened_at: when it began.
        closed_at: when its last entry was written; nothing is appended afterwards.
        pruned_at: when its entries were deleted at the end of their retention; tiles and checkpoint stay.
    """

    __tablename__ = "ledger_shard"

    label: Mapped[str] = mapped_column(primary_key=True)
    origin: Mapped[str]
    size: Mapped[int]
    root: Mapped[bytes]
    grown_at: Mapped[datetime]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    pruned_at: Mapped[datetime | None]


def _of_shard() -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["tenant_id", "shard"], ["ledger_shard.tenant_id", "ledger_shard.label"])


class LedgerTileRow(TenantOwned, Base):
    """A tile of hashes (C2SP tlog-tiles). The last one of a level is replaced as it grows; what it was before is its beginning.

    Attributes:
        shard, level, tile: which.
        hashes: 32 to 8,192 bytes.
    """

    __tablename__ = "ledger_tile"
    __table_args__ = (_of_shard(),)

    shard: Mapped[str] = mapped_column(primary_key=True)
    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tile: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hashes: Mapped[bytes]


class LedgerKeyRow(TenantOwned, Base):
    """A key that signs a shard's checkpoints. The private half is kept by the keyring (:func:`keep_key`).

    Attributes:
        shard, key_id: which; the id is that of C2SP signed-note, 8 hexadecimal digits.
        vkey: the verifier key.
        added_at: when it began to sign.
        retired_at: when it ceased to; its private half is forgotten then.
    """

    __tablename__ = "ledger_key"
    __table_args__ = (_of_shard(),)

    shard: Mapped[str] = mapped_column(primary_key=True)
    key_id: Mapped[str] = mapped_column(primary_key=True)
    vkey: Mapped[str]
    added_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class LedgerCheckpointRow(TenantOwned, Base):
    """A checkpoint that was signed: it can never be unsaid.

    Attributes:
        shard, size: of which tree.
        note: the signed note, with cosignatures of witnesses as they came in.
        signed_at: by our clock.
        published_at: when every target and enough witnesses had it; None before.
        token: a time stamp (RFC 3161, DER) over the note's text, or None.
    """

    __tablename__ = "ledger_checkpoint"
    __table_args__ = (_of_shard(),)

    shard: Mapped[str] = mapped_column(primary_key=True)
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    note: Mapped[bytes]
    signed_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    token: Mapped[bytes | None]
