"""Subject keys, and sealing under them: what one key seals is forgotten when that key is destroyed.

A subject is whoever the sealed values are about or belong to: an actor, later a data subject, or a shared lot of values that
expire together, which is then found by a label. A subject key is 32 random bytes, wrapped by the keyring, kept in state.
"""

from __future__ import annotations

import os
from datetime import datetime
from typing import Self
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.base.errors import NotFound
from engine.base.ids import SubjectKeyId, new_id
from engine.base.keys.keyring import KEY_BYTES, KeyDestroyed, Keyring, Wrapped
from engine.base.keys.sealed import Sealed, SealExpired
from engine.base.state.context import Context, context_of
from engine.base.state.tables.keys import SubjectKeyRow


def make_subject_key(session: Session, kind: str) -> SubjectKeyId:
    """A new subject key. ``kind`` is a stable word for what it seals."""
    return _make(session, kind, None)


def subject_key(session: Session, kind: str, label: str) -> SubjectKeyId:
    """The subject key of that label, made if there is none; after it was destroyed, a new one."""
    query = select(SubjectKeyRow.id).where(SubjectKeyRow.label == label)
    found = session.scalar(query)
    if found is not None:
        return found
    try:
        with session.begin_nested():
            return _make(session, kind, label)
    except IntegrityError:  # another transaction made it meanwhile
        return session.scalars(query).one()


def destroy_subject_key(session: Session, key_id: SubjectKeyId) -> None:
    """Forget a subject key: all that is sealed under it is noise once this transaction commits. Again: no change.

    Copies of the state made before still hold the wrapped key, until :func:`engine.base.keys.epochs.retire_epochs` has
    destroyed the epoch it was wrapped under.

    Raises:
        NotFound: there is no such key.
    """
    row = _row(session, key_id)
    if row.destroyed_at is None:
        row.destroyed_at = context_of(session).clock.now()
        row.wrapped = row.epoch = row.label = None
        session.flush()


class Sealer:
    """Seals several values under one subject's key, ``key_id``, which is unwrapped once.

    Raises:
        NotFound: there is no such key.
        KeyDestroyed: it was destroyed.
    """

    def __init__(self, session: Session, key_id: SubjectKeyId) -> None:
        self._known = context_of(session)
        self.key_id = key_id
        self._key = _key(session, key_id)

    @classmethod
    def shared(cls, session: Session, kind: str, label: str) -> Self:
        """One for the key that :func:`subject_key` gives, read and unwrapped once for each process.

        Another process may destroy that key at any time, so write what it seals with a statement that looks whether the key is
        there (:func:`whole`), and call :meth:`forget` when it is not.
        """
        known = context_of(session)
        found: Self | None = known.kept.get(_kept_as(label))
        if found is None:
            found = cls(session, subject_key(session, kind, label))
            known.kept[_kept_as(label)] = found
        return found

    @staticmethod
    def forget(session: Session, label: str) -> None:
        """Look the key of that label up again next time."""
        context_of(session).kept.pop(_kept_as(label), None)

    def seal(self, plaintext: bytes, expires_at: datetime, context: str) -> Sealed:
        """As :func:`seal`."""
        return Sealed.make(self._key, self.key_id, plaintext, expires_at, _place(self._known, context))


def seal(session: Session, key_id: SubjectKeyId, plaintext: bytes, expires_at: datetime, context: str) -> Sealed:
    """Seal under a subject's key.

    Args:
        session: carries tenant and keyring.
        key_id: whose key.
        plaintext: what nobody else shall read.
        expires_at: aware; from then on ``unseal`` refuses.
        context: where it will stand, such as ``actor.name/<id>``: it opens nowhere else, nor for another tenant.

    Raises:
        NotFound: there is no such key.
        KeyDestroyed: it was destroyed.
    """
    return Sealer(session, key_id).seal(plaintext, expires_at, context)


def unseal(session: Session, sealed: Sealed, context: str) -> bytes:
    """What was sealed.

    Raises:
        SealExpired: its time is over.
        KeyDestroyed: the subject was forgotten.
        IntegrityViolated: changed, moved from another place or tenant, or a key that is not this state's.
    """
    known = context_of(session)
    if known.clock.now() >= sealed.expires_at:
        raise SealExpired("this value was kept until its expiry and may not be read any more")
    return sealed.open(_key(session, sealed.subject_key_id), _place(known, context))


def whole(tenant_id: ColumnElement[UUID], key_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """The condition that there is this subject key, and that it was not destroyed, for statements of Core."""
    keys = SubjectKeyRow.__table__.c
    return exists().where(keys.tenant_id == tenant_id, keys.id == key_id, keys.destroyed_at.is_(None))


def key_place(tenant_id: UUID, key_id: UUID) -> bytes:
    """The context that a subject key is wrapped with."""
    return b"subject" + tenant_id.bytes + key_id.bytes


def _make(session: Session, kind: str, label: str | None) -> SubjectKeyId:
    known = context_of(session)
    key_id = SubjectKeyId(new_id())
    key = os.urandom(KEY_BYTES)
    place = key_place(known.tenant_id, key_id)
    wrapped = known.keyring.wrap(key, place)
    row = SubjectKeyRow(
        id=key_id, kind=kind, label=label, epoch=wrapped.epoch, wrapped=wrapped.blob, created_at=known.clock.now()
    )
    session.add(row)
    session.flush()
    still = surviving(known.keyring, key, wrapped, place)
    if still != wrapped:
        row.epoch, row.wrapped = still.epoch, still.blob
        session.flush()
    return key_id


def surviving(keyring: Keyring, key: bytes, wrapped: Wrapped, place: bytes) -> Wrapped:
    """``wrapped``, or ``key`` wrapped anew if the epoch was destroyed between wrapping and writing the row.

    From the write on, ``retire_epochs`` waits for this transaction, so asking once is enough.
    """
    try:
        keyring.unwrap(wrapped, place)
    except KeyDestroyed:
        return keyring.wrap(key, place)
    return wrapped


def _key(session: Session, key_id: SubjectKeyId) -> bytes:
    row = _row(session, key_id)
    if row.wrapped is None or row.epoch is None:
        raise KeyDestroyed("the subject's key was destroyed: what was sealed under it cannot be read again")
    known = context_of(session)
    return known.keyring.unwrap(Wrapped(row.epoch, row.wrapped), key_place(known.tenant_id, key_id))


def _row(session: Session, key_id: SubjectKeyId) -> SubjectKeyRow:
    row = session.get(SubjectKeyRow, (context_of(session).tenant_id, key_id))
    if row is None:
        raise NotFound("there is no such subject key in this state")
    return row


def _kept_as(label: str) -> str:
    return f"sealer/{label}"


def _place(known: Context, context: str) -> bytes:
    return b"sealed" + known.tenant_id.bytes + context.encode()
