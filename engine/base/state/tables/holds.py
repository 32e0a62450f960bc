"""Legal holds: what may not be destroyed, and the batches of destruction that are open."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from engine.base.ids import ActorId, BatchId, HoldId, HoldScopeId, SubjectKeyId
from engine.base.keys.sealed import Sealed
from engine.base.state.canonical import JsonValue
from engine.base.state.tables.base import Base, TenantOwned, id_column, refers
from engine.base.state.types import CanonicalJson


class HoldRow(TenantOwned, Base):
    """A legal hold. What was written of it in words may name people: it is sealed under the hold's own key.

    Attributes:
        matter: the case that it is for, sealed; matter_hash: keyed, to find its holds by.
        reason: why, sealed.
        subject_key_id: the key of these texts.
        owner_id: who answers for it.
        state: ``placed`` -> ``effective`` -> ``released``; it counts from ``placed`` on, and is sure from ``effective`` on.
        review_at: by when somebody has to look whether it is still needed.
        reviewed_at: when that was last done; None before.
        placed_at, placed_by: when and by whom.
        effective_at: when no batch was open any more that had begun without knowing of it; None before.
        released_at, released_by, release_reason: when, by whom and why (sealed) it ended; None before.
    """

    __tablename__ = "hold"
    __table_args__ = (
        CheckConstraint("state IN ('placed', 'effective', 'released')", name="state_known"),
        CheckConstraint(
            "(state = 'released') = (released_at IS NOT NULL) AND (state = 'released') = (released_by IS NOT NULL)"
            " AND (state = 'released') = (release_reason IS NOT NULL)",
            name="released_with_reason",
        ),
        CheckConstraint("state <> 'effective' OR effective_at IS NOT NULL", name="effective_with_time"),
        Index(None, "tenant_id", "state"),
        Index(None, "tenant_id", "matter_hash"),
        refers("subject_key_id", "subject_key"),
        refers("owner_id", "actor"),
        refers("placed_by", "actor"),
        refers("released_by", "actor"),
    )

    id: Mapped[HoldId] = id_column()
    matter: Mapped[Sealed]
    matter_hash: Mapped[bytes]
    reason: Mapped[Sealed]
    subject_key_id: Mapped[SubjectKeyId]
    owner_id: Mapped[ActorId]
    state: Mapped[str]
    review_at: Mapped[datetime]
    reviewed_at: Mapped[datetime | None]
    placed_at: Mapped[datetime]
    placed_by: Mapped[ActorId]
    effective_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    released_by: Mapped[ActorId | None]
    release_reason: Mapped[Sealed | None]


class HoldScopeRow(TenantOwned, Base):
    """One thing that a hold covers. Never changed.

    Attributes:
        hold_id: the hold.
        number: in its hold, counted from 0.
        kind: ``store``, ``asset``, ``rows`` or ``subject``.
        store, asset: names; the asset is empty for a whole store.
        columns: a list: the key of the rows, or the one field of the subject's identifier; empty for the first two kinds.
        identifiers: how many are held, as they were given.
        gate: number of the store's gate that it was placed under: batches opened under a smaller one did not know of it.
        key_generation, form_version: what its identifiers were hashed with; others do not compare.
    """

    __tablename__ = "hold_scope"
    __table_args__ = (
        CheckConstraint("kind IN ('store', 'asset', 'rows', 'subject')", name="kind_known"),
        CheckConstraint("(kind = 'store') = (asset = '')", name="asset_where_it_has_one"),
        Index(None, "tenant_id", "hold_id"),
        Index(None, "tenant_id", "store"),
        refers("hold_id", "hold"),
    )

    id: Mapped[HoldScopeId] = id_column()
    hold_id: Mapped[HoldId]
    number: Mapped[int]
    kind: Mapped[str]
    store: Mapped[str]
    asset: Mapped[str]
    columns: Mapped[JsonValue] = mapped_column(CanonicalJson)
    identifiers: Mapped[int]
    gate: Mapped[int]
    key_generation: Mapped[int]
    form_version: Mapped[int]


class HoldIdentifierRow(TenantOwned, Base):
    """An identifier or key of a row that is held, as a keyed hash of its normal form; one has several where it can be written so.

    Attributes:
        scope_id: what it belongs to.
        digest: of a row's key HMAC-SHA-256, 32 bytes; of an identifier SipHash of its whole form and of its words, 8 bytes each.
    """

    __tablename__ = "hold_identifier"
    __table_args__ = (refers("scope_id", "hold_scope"),)

    scope_id: Mapped[HoldScopeId] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(primary_key=True)


class HoldGateRow(TenantOwned, Base):
    """A store as holds and batches meet at it: whoever opens a batch, places or releases a hold locks its row.

    Attributes:
        store: by name.
        number: counted up with each hold that is placed or released there.
    """

    __tablename__ = "hold_gate"

    store: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int]


class OpenBatchRow(TenantOwned, Base):
    """A batch of a plan, registered before it acts. While it is open, a hold that it did not know of is not effective.

    Attributes:
        plan: its id; no reference, as what is to be known of a batch must not hang on a plan's row.
        number: in its plan, counted from 0.
        store: by name; assets: a list of names: all whose rows it may change.
        gate: number of the store's gate when it was opened.
        worker: who does it; epoch: of the right under which they do.
        session: by which session of the store's server, as the effect told; empty before it began, or where none tells.
        closed_at, outcome: when it was known what became of it, and what, a stable word; empty before.
        verified: it was not closed by who opened it, but by who verified its outcome.
    """

    __tablename__ = "open_batch"
    __table_args__ = (
        CheckConstraint("(closed_at IS NULL) = (outcome = '')", name="closed_with_outcome"),
        Index(None, "tenant_id", "store", "closed_at"),
        Index(None, "tenant_id", "plan", "number"),
    )

    id: Mapped[BatchId] = id_column()
    plan: Mapped[UUID] = mapped_column(Uuid())
    number: Mapped[int]
    store: Mapped[str]
    assets: Mapped[JsonValue] = mapped_column(CanonicalJson)
    gate: Mapped[int]
    worker: Mapped[UUID] = mapped_column(Uuid())
    epoch: Mapped[int]
    session: Mapped[str]
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str]
    verified: Mapped[bool]
