"""Keys of a whole tenant, one for each purpose, so that a value hashed for one purpose says nothing in another."""

from __future__ import annotations

import contextlib
import hmac
import os
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from sqlalchemy import bindparam, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.base.errors import NotFound
from engine.base.keys.keyring import Wrapped
from engine.base.keys.subjects import surviving
from engine.base.state.context import context_of
from engine.base.state.tables.keys import PurposeKeyRow


class Purpose(StrEnum):
    """What a tenant's key is for."""

    SKETCH = "sketch"
    """Keyed hashes of values in column sketches: SipHash, 16 bytes."""
    MEMBERSHIP = "membership"
    """Keyed hashes of normal forms in membership filters: SipHash, 16 bytes."""
    PSEUDONYM = "pseudonym"
    """References in events to actors and objects: HMAC-SHA-256, 32 bytes."""
    LOOKUP = "lookup"
    """Keyed hashes by which a sealed value is found again: HMAC-SHA-256, 32 bytes."""
    HOLD = "hold"
    """Keyed hashes of identifiers and of keys of rows under a legal hold: SipHash and HMAC-SHA-256, 16 bytes."""

    @property
    def size(self) -> int:
        """Length of the key in bytes."""
        return 16 if self in (Purpose.SKETCH, Purpose.MEMBERSHIP, Purpose.HOLD) else 32


@dataclass(frozen=True, slots=True)
class PurposeKey:
    """A tenant's key for a purpose. ``generation`` goes with whatever is made with it: only like compares with like."""

    purpose: Purpose
    generation: int
    key: bytes = field(repr=False)


# A statement of Core, made once: every event needs a key, and the ORM's way to one row takes longer than all the rest of it.
_KEYS = PurposeKeyRow.__table__.c
_NEWEST = (
    select(_KEYS.generation, _KEYS.epoch, _KEYS.wrapped)
    .where(_KEYS.tenant_id == bindparam("tenant"), _KEYS.purpose == bindparam("purpose"))
    .order_by(_KEYS.generation.desc())
    .limit(1)
)
_MADE = "reeve.purpose_key_made"


def purpose_key(session: Session, purpose: Purpose) -> PurposeKey:
    """The newest key of the tenant for a purpose, made on first use.

    Raises:
        KeyDestroyed, IntegrityViolated: the keyring cannot unwrap it.
    """
    known = context_of(session)
    wanted = {"tenant": known.tenant_id, "purpose": purpose.value}
    found = session.connection().execute(_NEWEST, wanted).one_or_none()
    if found is None:
        # another transaction may make it meanwhile
        with contextlib.suppress(IntegrityError), session.begin_nested():
            _keep(session, purpose.value, os.urandom(purpose.size))
        session.info[_MADE] = True
        found = session.connection().execute(_NEWEST, wanted).one()
    place = key_place(known.tenant_id, purpose.value, found.generation)
    return PurposeKey(purpose, found.generation, known.keyring.unwrap(Wrapped(found.epoch, found.wrapped), place))


def pseudonym_key(session: Session) -> bytes:
    """The tenant's key for references in events, read and unwrapped once for each process: every event needs it.

    Raises:
        KeyDestroyed, IntegrityViolated: the keyring cannot unwrap it.
    """
    kept = context_of(session).kept
    key: bytes | None = kept.get(Purpose.PSEUDONYM)
    if key is None:
        key = purpose_key(session, Purpose.PSEUDONYM).key
        if not session.info.get(_MADE):  # what was made in this transaction may yet be rolled back
            kept[Purpose.PSEUDONYM] = key
    return key


def lookup_hash(session: Session, what: str, value: str) -> bytes:
    """A keyed hash to find a sealed value by, 32 bytes. ``what`` keeps equal values of different kinds apart."""
    key = purpose_key(session, Purpose.LOOKUP)
    return hmac.digest(key.key, f"reeve/v1/lookup/{what}\0{value}".encode(), "sha256")


def keep_key(session: Session, name: str, key: bytes) -> None:
    """Keep a key that was made elsewhere, wrapped, under a name of its own such as ``ledger/2026/1a2b3c4d``.

    Raises:
        IntegrityError: there is one of that name.
    """
    _keep(session, name, key)


def kept_key(session: Session, name: str) -> bytes:
    """The key that :func:`keep_key` kept.

    Raises:
        NotFound: there is none of that name.
        KeyDestroyed, IntegrityViolated: the keyring cannot unwrap it.
    """
    known = context_of(session)
    row = session.get(PurposeKeyRow, (known.tenant_id, name, 1))
    if row is None:
        raise NotFound(f"there is no key {name} in this state")
    return known.keyring.unwrap(Wrapped(row.epoch, row.wrapped), key_place(known.tenant_id, name, 1))


def forget_key(session: Session, name: str) -> None:
    """Take the wrapped key out of the state. As with subjects' keys, copies of the state hold it until its epoch is destroyed."""
    session.execute(delete(PurposeKeyRow).where(PurposeKeyRow.purpose == name))


def key_place(tenant_id: UUID, purpose: str, generation: int) -> bytes:
    """The context that a purpose key is wrapped with."""
    return b"purpose" + tenant_id.bytes + f"{purpose}/{generation}".encode()


def _keep(session: Session, name: str, key: bytes) -> None:
    known = context_of(session)
    place = key_place(known.tenant_id, name, 1)
    wrapped = known.keyring.wrap(key, place)
    row = PurposeKeyRow(
        purpose=name, generation=1, epoch=wrapped.epoch, wrapped=wrapped.blob, created_at=known.clock.now()
    )
    session.add(row)
    session.flush()
    still = surviving(known.keyring, key, wrapped, place)
    if still != wrapped:
        row.epoch, row.wrapped = still.epoch, still.blob
        session.flush()
