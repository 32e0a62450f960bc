"""What the server keeps of requests, so that one that is sent twice is done once."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from engine.base.ids import ActorId
from engine.base.keys.sealed import Sealed
from engine.base.state.tables.base import Base, TenantOwned, refers


class IdempotencyRow(TenantOwned, Base):
    """A request that was sent under an Idempotency-Key, by an actor. It is deleted when its time is over.

    Attributes:
        actor_id: who sent it: keys of different actors are different keys.
        key_hash: keyed hash of the key.
        fingerprint: keyed hash of method, address and body: the same key for another request is refused.
        attempt: whose turn it is; an attempt that was taken over by a later one cannot commit.
        started_at: when that began.
        expires_at: from when on the key may be used anew.
        answer: status, headers and body of the answer, sealed because a body may hold a key that was issued; None while the
            request is worked on. It is written in the transaction of the deed.
    """

    __tablename__ = "idempotency"
    __table_args__ = (Index(None, "tenant_id", "expires_at"), refers("actor_id", "actor"))

    actor_id: Mapped[ActorId] = mapped_column(primary_key=True)
    key_hash: Mapped[bytes] = mapped_column(primary_key=True)
    fingerprint: Mapped[bytes]
    attempt: Mapped[UUID]
    started_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answer: Mapped[Sealed | None]
