"""What actors may do, and how they show who they are. No table here holds a secret: hashes of random ones, the rest sealed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.base.ids import ActorId, ApiKeyId, ApprovalId, ApproverKeyId, SessionId
from engine.base.keys.sealed import Sealed
from engine.base.state.canonical import JsonValue
from engine.base.state.tables.base import Base, TenantOwned, id_column, refers
from engine.base.state.types import CanonicalJson


class ActorRoleRow(TenantOwned, Base):
    """A role that an actor has now; who gave it and took it stands in the ledger.

    Attributes:
        role: one of :class:`engine.base.actors.roles.Role`.
    """

    __tablename__ = "actor_role"
    __table_args__ = (Index(None, "tenant_id", "role"), refers("actor_id", "actor"))

    actor_id: Mapped[ActorId] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    granted_at: Mapped[datetime]


class ApiKeyRow(TenantOwned, Base):
    """A key with which a program asks in the name of an actor.

    Attributes:
        label: what it is for, in a person's words: sealed under the actor's key.
        token_sha256: of the whole token. It has 256 random bits, so a fast hash is enough: there is nothing to guess.
        scopes: a list of words, in order.
        expires_at: from then on it is refused.
        revoked_at: when it was taken back.
        last_used_at: to the last few minutes.
    """

    __tablename__ = "api_key"
    __table_args__ = (Index(None, "tenant_id", "actor_id"), refers("actor_id", "actor"))

    id: Mapped[ApiKeyId] = id_column()
    actor_id: Mapped[ActorId]
    label: Mapped[Sealed]
    token_sha256: Mapped[bytes]
    scopes: Mapped[JsonValue] = mapped_column(CanonicalJson)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]


class SessionRow(TenantOwned, Base):
    """A person who signed in.

    Attributes:
        token_sha256: of the token in their browser: 256 random bits.
        factor: what they showed beside the password: ``totp``, ``recovery``, or ``none``.
        last_used_at: to the last minute.
        expires_at: when it ends whatever is done.
        ended_at: when it was ended before that.
    """

    __tablename__ = "session"
    __table_args__ = (
        UniqueConstraint("tenant_id", "token_sha256"),
        Index(None, "tenant_id", "actor_id"),
        CheckConstraint("factor IN ('none', 'totp', 'recovery')", name="factor_known"),
        refers("actor_id", "actor"),
    )

    id: Mapped[SessionId] = id_column()
    actor_id: Mapped[ActorId]
    token_sha256: Mapped[bytes]
    factor: Mapped[str]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class PasswordRow(TenantOwned, Base):
    """A person's password, as Argon2id made of it, and that sealed: a copy of the state alone gives nothing to try against."""

    __tablename__ = "password"
    __table_args__ = (refers("actor_id", "actor"),)

    actor_id: Mapped[ActorId] = mapped_column(primary_key=True)
    hashed: Mapped[Sealed]
    set_at: Mapped[datetime]


class InvitationRow(TenantOwned, Base):
    """A token with which a person sets their password, once.

    Attributes:
        token_sha256: of 256 random bits.
        expires_at: from then on it is refused.
    """

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("tenant_id", "token_sha256"), refers("actor_id", "actor"))

    actor_id: Mapped[ActorId] = mapped_column(primary_key=True)
    token_sha256: Mapped[bytes]
    expires_at: Mapped[datetime]


class TotpRow(TenantOwned, Base):
    """A person's second factor.

    Attributes:
        secret: sealed; None before the first enrolment is confirmed.
        pending: a secret that no code has confirmed yet: sealed.
        confirmed_at: when ``secret`` was.
        last_step: the highest time step (30 s since 1970) of which a code was taken: each counts once.
    """

    __tablename__ = "totp"
    __table_args__ = (
        CheckConstraint("(secret IS NULL) = (confirmed_at IS NULL)", name="confirmed_with_secret"),
        refers("actor_id", "actor"),
    )

    actor_id: Mapped[ActorId] = mapped_column(primary_key=True)
    secret: Mapped[Sealed | None]
    pending: Mapped[Sealed | None]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int]


class RecoveryCodeRow(TenantOwned, Base):
    """A code that stands in for the second factor, once.

    Attributes:
        code_hash: keyed hash of 80 random bits.
        used_at: when it was taken.
    """

    __tablename__ = "recovery_code"
    __table_args__ = (refers("actor_id", "actor"),)

    actor_id: Mapped[ActorId] = mapped_column(primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
    used_at: Mapped[datetime | None]


class AttemptRow(TenantOwned, Base):
    """Tries to sign in that failed, or have not succeeded yet, by whom or from where.

    Attributes:
        key: keyed hash of a name, an address, or both together; nothing tells a name that exists from one that does not.
        failures: in a row.
        turned_away: tries since the last one that was looked at, refused because they came too soon.
        last_at: when the last one was looked at.
        known: whether this name signed in from this address before: such a pair is counted apart.
    """

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index(None, "tenant_id", "last_at"),)

    key: Mapped[bytes] = mapped_column(primary_key=True)
    failures: Mapped[int]
    turned_away: Mapped[int]
    last_at: Mapped[datetime]
    known: Mapped[bool]


class ApproverKeyRow(TenantOwned, Base):
    """The public half of a key with which a person signs approvals. The private half never comes here.

    Attributes:
        public_key: Ed25519, 32 bytes.
        fingerprint: SHA-256 of it, hexadecimal: what approvals name it by; unique.
        valid_from, valid_until: approvals are given between the two.
        retired_at: no approval given from then on counts.
        compromised: none given before counts either.
    """

    __tablename__ = "approver_key"
    __table_args__ = (
        UniqueConstraint("tenant_id", "fingerprint"),
        Index(None, "tenant_id", "actor_id"),
        CheckConstraint("NOT compromised OR retired_at IS NOT NULL", name="compromised_is_retired"),
        refers("actor_id", "actor"),
    )

    id: Mapped[ApproverKeyId] = id_column()
    actor_id: Mapped[ActorId]
    public_key: Mapped[bytes]
    fingerprint: Mapped[str]
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    compromised: Mapped[bool]


class ApprovalRow(TenantOwned, Base):
    """A signed approval, exactly as it was handed in.

    Attributes:
        approver_key_id: whose signature it bears.
        kind: ``plan`` or ``standing``.
        over: the plan's root, or the hash of the policies, hexadecimal.
        signed: the bytes that anyone can check.
        signed_sha256: of these; unique.
        given_at, expires_at: as the statement says.
        recorded_at: when it came here.
    """

    __tablename__ = "approval"
    __table_args__ = (
        UniqueConstraint("tenant_id", "signed_sha256"),
        Index(None, "tenant_id", "over"),
        CheckConstraint("kind IN ('plan', 'standing')", name="kind_known"),
        refers("approver_key_id", "approver_key"),
    )

    id: Mapped[ApprovalId] = id_column()
    approver_key_id: Mapped[ApproverKeyId]
    kind: Mapped[str]
    over: Mapped[str]
    signed: Mapped[bytes]
    signed_sha256: Mapped[bytes]
    given_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
