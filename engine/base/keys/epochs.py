"""Destroying keys for certain: what survives goes under a new epoch, then the old ones are destroyed at the root.

Order of effects, each durable before the next: new epoch at the root; survivors re-wrapped, batch by batch; under a lock
that lets no key be written, a last look that none is left behind; old epochs destroyed. A crash anywhere leaves every
surviving key readable, and running it again finishes.
"""

from __future__ import annotations

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from engine.base.errors import BadInput
from engine.base.keys import purposes, subjects
from engine.base.keys.keyring import Keyring, Wrapped
from engine.base.state.context import maybe_context
from engine.base.state.database import Database
from engine.base.state.tables.keys import PurposeKeyRow, SubjectKeyRow

BATCH = 500
"""Keys re-wrapped in one transaction, so that it stays below 20 ms on SQLite."""


def retire_epochs(database: Database, keyring: Keyring) -> int:
    """Wrap the surviving keys of all tenants under a new epoch and destroy every older one. The new epoch is returned.

    Afterwards no backup of the state, with or without one of its keys, brings a destroyed subject key back; only a copy of
    the keyring itself could.

    Args:
        database: not bound to a tenant: the root is common to all.
        keyring: whose epochs.

    Raises:
        BadInput: ``database`` is bound to a tenant.
        IntegrityViolated: a key does not unwrap; nothing is destroyed then.
    """
    if database.context is not None:
        raise BadInput("epochs are common to all tenants: this needs a database that is not bound to one")
    newest = keyring.rotate()
    while True:
        with database.transaction() as session:
            if rewrap(session, keyring, newest):
                continue
        with database.transaction() as session:
            if session.get_bind().dialect.name == "postgresql":
                session.execute(text("LOCK TABLE subject_key, purpose_key IN SHARE ROW EXCLUSIVE MODE"))
            if rewrap(session, keyring, newest):
                continue
            for epoch in range(1, newest):
                keyring.destroy(epoch)
            return newest


def rewrap(session: Session, keyring: Keyring, newest: int) -> int:
    """Wrap at most ``BATCH`` keys of each kind that are under an older epoch than ``newest`` anew. How many it were."""
    if maybe_context(session) is not None:
        raise BadInput("re-wrapping goes over all tenants: this needs a session that is not bound to one")
    done = 0
    for subject in session.scalars(select(SubjectKeyRow).where(SubjectKeyRow.epoch < newest).limit(BATCH)):
        if subject.epoch is not None and subject.wrapped is not None:
            place = subjects.key_place(subject.tenant_id, subject.id)
            wrapped = keyring.wrap(keyring.unwrap(Wrapped(subject.epoch, subject.wrapped), place), place)
            subject.epoch, subject.wrapped = wrapped.epoch, wrapped.blob
            done += 1
    for purpose in session.scalars(select(PurposeKeyRow).where(PurposeKeyRow.epoch < newest).limit(BATCH)):
        place = purposes.key_place(purpose.tenant_id, purpose.purpose, purpose.generation)
        wrapped = keyring.wrap(keyring.unwrap(Wrapped(purpose.epoch, purpose.wrapped), place), place)
        purpose.epoch, purpose.wrapped = wrapped.epoch, wrapped.blob
        done += 1
    return done
