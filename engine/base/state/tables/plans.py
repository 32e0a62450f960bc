"""Plans: exact lists of what would be done to a store, and what became of each batch. Keys of rows stand here sealed only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.base.ids import ActorId, ApprovalId, BatchId, PlanId, SubjectKeyId
from engine.base.keys.sealed import Sealed
from engine.base.state.canonical import JsonValue
from engine.base.state.tables.base import Base, TenantOwned, id_column, refers
from engine.base.state.types import CanonicalJson


class PlanRow(TenantOwned, Base):
    """One plan.

    Attributes:
        state: ``making`` (nothing can be approved yet) -> ``made`` -> ``approved`` -> ``running`` -> ``verifying`` -> ``done`` or
            ``complete_with_exceptions``; ``stopped`` while a person has to look at it; ``refused``, ``cancelled``, ``expired``.
        reason: why it was refused or stopped, a stable word; or empty. ``cancel`` or ``expired`` while it is ``verifying``: it
            was given up, and ends so once what it did was read again.
        label: under which whoever makes it finds what an interrupted making left; or empty.
        store: by name.
        policies: hash of the policies that it follows from, or empty.
        schedule: that it was made for, or empty.
        root: over header and rows, hexadecimal; None while it is being made.
        document: its header, canonical JSON; None while it is being made.
        salt: with a key of the tenant, what the leaves of its rows are made with.
        key_id: of the subject key that seals its keys of rows; destroyed when it ends.
        made_by, made_at: who and when; expires_at: from then on it is neither approved nor run, and its key goes.
        rows: by step; batches: how many; left: roots that were left out so far.
        halted: why it stopped so that only an approval that is given afterwards lets it go on: ``shrunk`` (too many rows were
            left out) or ``integrity`` (something was not as it should be); empty if it never did. halted_at: when.
        accepted: roots left out until then, which that approval took in.
        approval_id: that it ran under last; approved_at: when that was found to count.
        epoch: of the lease that it runs under.
        ended_at: when it ended; result: counts, and the version of the store's server, then.
    """

    __tablename__ = "plan"
    __table_args__ = (
        CheckConstraint(
            "state IN ('making','made','approved','running','stopped','verifying','done','complete_with_exceptions',"
            "'refused','cancelled','expired')",
            name="state_known",
        ),
        CheckConstraint("state = 'making' OR state = 'cancelled' OR root IS NOT NULL", name="root_when_made"),
        Index(None, "tenant_id", "state"),
        Index(None, "tenant_id", "root"),
        Index(None, "tenant_id", "label"),
        refers("key_id", "subject_key"),
        refers("made_by", "actor"),
        refers("approval_id", "approval"),
    )

    id: Mapped[PlanId] = id_column()
    state: Mapped[str]
    reason: Mapped[str]
    label: Mapped[str]
    store: Mapped[str]
    policies: Mapped[str]
    schedule: Mapped[str]
    root: Mapped[str | None]
    document: Mapped[JsonValue] = mapped_column(CanonicalJson, nullable=True, deferred=True)
    salt: Mapped[bytes]
    key_id: Mapped[SubjectKeyId]
    made_by: Mapped[ActorId]
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    rows: Mapped[JsonValue] = mapped_column(CanonicalJson)
    batches: Mapped[int]
    left: Mapped[int]
    halted: Mapped[str]
    halted_at: Mapped[datetime | None]
    accepted: Mapped[int]
    approval_id: Mapped[ApprovalId | None]
    approved_at: Mapped[datetime | None]
    epoch: Mapped[int]
    ended_at: Mapped[datetime | None]
    result: Mapped[JsonValue] = mapped_column(CanonicalJson, nullable=True)


class PlanBatchRow(TenantOwned, Base):
    """Some roots of a plan with all that hangs on them: done in one transaction of the store, or not at all.

    Attributes:
        number: in its plan, from 0.
        rows: how many, by step; root: over their leaves.
        state: ``pending`` -> ``running`` (begun; nobody knows what became of it) -> ``done``; ``left`` when its plan ended first.
        epoch: of the lease that it was begun under; attempts: how often that was.
        open_id: of its registration with the barrier of holds; None while it is not open.
        server_session: the session of the store's server that does it; None as long as nothing can have been changed.
        committed_at: by the clock of the store.
        dealt: a bit for each row: whether it was dealt with; None before that is known of any.
        absent: the same for rows that were found dealt with after an outcome that nobody knew; None if that never was.
        outcome: counts; left_out: rows that were left out, with reasons: sealed.
        verified_at: when it was read again; found: rows that were dealt with and are as they were nonetheless.
    """

    __tablename__ = "plan_batch"
    __table_args__ = (
        CheckConstraint("state IN ('pending','running','done','left')", name="state_known"),
        Index(None, "tenant_id", "plan_id", "state"),
        refers("plan_id", "plan"),
    )

    plan_id: Mapped[PlanId] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rows: Mapped[JsonValue] = mapped_column(CanonicalJson)
    root: Mapped[bytes]
    state: Mapped[str]
    epoch: Mapped[int]
    attempts: Mapped[int]
    open_id: Mapped[BatchId | None]
    server_session: Mapped[str | None]
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    committed_at: Mapped[datetime | None]
    dealt: Mapped[bytes | None] = mapped_column(deferred=True)
    absent: Mapped[bytes | None] = mapped_column(deferred=True)
    outcome: Mapped[JsonValue] = mapped_column(CanonicalJson, nullable=True)
    left_out: Mapped[Sealed | None] = mapped_column(deferred=True)
    verified_at: Mapped[datetime | None]
    found: Mapped[int]


class PlanKeysRow(TenantOwned, Base):
    """Which rows a batch is about. They never change, and are large: so they stand apart from its row, which often does.

    Attributes:
        number: of the batch.
        leaves: 32 bytes of each row, which say nothing without the tenant's key.
        keys: of the rows, sealed.
    """

    __tablename__ = "plan_keys"
    __table_args__ = (refers("plan_id", "plan"),)

    plan_id: Mapped[PlanId] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    leaves: Mapped[bytes]
    keys: Mapped[Sealed]


class PlanExcludedRow(TenantOwned, Base):
    """Rows that are not in a plan although they were due, as they were found.

    Attributes:
        number: in its plan, from 0.
        rows: how many; keys: theirs, with reasons: sealed.
    """

    __tablename__ = "plan_excluded"
    __table_args__ = (refers("plan_id", "plan"),)

    plan_id: Mapped[PlanId] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    rows: Mapped[int]
    keys: Mapped[Sealed] = mapped_column(deferred=True)
