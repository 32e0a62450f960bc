"""The deed and its record commit together (design, rule 4): events are written in the transaction of the deed itself.

The ledger's sequencer drains them later and gives them dense places. What waits is what has no place yet; it is never found by
a highest id, because transactions commit in another order than ids are given out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from sqlalchemy import Table, bindparam, insert, select
from sqlalchemy.orm import Session

from engine.base.errors import BadInput, IntegrityViolated, NotFound
from engine.base.ids import ActorId, EventId, SubjectKeyId, new_id
from engine.base.keys.purposes import pseudonym_key
from engine.base.keys.subjects import Sealer, unseal, whole
from engine.base.state.commitments import Disclosure, check_commitment
from engine.base.state.context import context_of
from engine.base.state.events import Event, make_payload, reference_hash
from engine.base.state.tables.outbox import OutboxDisclosureRow, OutboxRow

# Statements of Core, made once: for two rows the ORM's unit of work takes longer than the database.
_INSERT_EVENT = insert(cast("Table", OutboxRow.__table__))
_DISCLOSURES = cast("Table", OutboxDisclosureRow.__table__)
_GIVEN = {column.name: bindparam(column.name, type_=column.type) for column in _DISCLOSURES.c}
_INSERT_DISCLOSURES = (
    insert(_DISCLOSURES)
    .from_select(list(_GIVEN), select(*_GIVEN.values()).where(whole(_GIVEN["tenant_id"], _GIVEN["subject_key_id"])))
    .execution_options(preserve_rowcount=True)
)


def record(
    session: Session, event: Event, *, actor_id: ActorId | None = None, subject_key_id: SubjectKeyId | None = None
) -> EventId:
    """Write an event in the caller's transaction: it exists exactly if the deed does.

    Args:
        session: of the deed, bound to a tenant.
        event: what was done.
        actor_id: who did it, where that is not the session's actor.
        subject_key_id: whose key seals the committed values; by default one that events of the same retention class and year
            share, so that it can be destroyed when all of them are due.

    Raises:
        BadInput: nobody acts; or the event holds what it may not (see :func:`~engine.base.state.events.make_payload`).
    """
    context = context_of(session)
    actor = actor_id or context.actor_id
    if actor is None:
        raise BadInput("every act has an actor, and this session has none")
    now = context.clock.now()
    payload = make_payload(
        event,
        tenant_id=context.tenant_id,
        actor_id=actor,
        occurred_at=now,
        pseudonym_key=pseudonym_key(session),
    )
    event_id = EventId(new_id())
    connection = session.connection()
    connection.execute(
        _INSERT_EVENT,
        {
            "tenant_id": context.tenant_id,
            "id": event_id,
            "type": event.type,
            "version": event.version,
            "retention_class": event.retention_class.value,
            "occurred_at": now,
            "payload": payload.data.decode(),
            "payload_sha256": hashlib.sha256(payload.data).digest(),
        },
    )
    if payload.disclosures:
        expires_at = now + timedelta(days=event.retention_class.days)
        if subject_key_id is not None:
            _keep_sealed(session, event_id, payload.disclosures, expires_at, Sealer(session, subject_key_id))
        else:
            _keep_shared(session, event_id, payload.disclosures, expires_at, f"{event.retention_class}/{now.year}")
    return event_id


def _keep_shared(
    session: Session, event_id: EventId, disclosures: Mapping[str, Disclosure], expires_at: datetime, lot: str
) -> None:
    """Seal under the key that is shared by the events of a retention class and year."""
    label = f"disclosure/{lot}"
    while not _keep_sealed(session, event_id, disclosures, expires_at, Sealer.shared(session, "disclosure", label)):
        Sealer.forget(session, label)  # it was destroyed, or its making rolled back, since this process read it


def _keep_sealed(
    session: Session, event_id: EventId, disclosures: Mapping[str, Disclosure], expires_at: datetime, sealer: Sealer
) -> bool:
    """Write what opens the commitments of an event; False, and nothing, where the key that seals it is gone."""
    tenant_id = context_of(session).tenant_id
    rows = [
        {
            "tenant_id": tenant_id,
            "event_id": event_id,
            "field": name,
            "sealed": sealer.seal(disclosure.to_bytes(), expires_at, _place(event_id, name)),
            "subject_key_id": sealer.key_id,
            "expires_at": expires_at,
        }
        for name, disclosure in disclosures.items()
    ]
    connection = session.connection()
    # the driver sends a list of one in its slower way, and most events have one such field
    kept = connection.execute(_INSERT_DISCLOSURES, rows if len(rows) > 1 else rows[0]).rowcount
    if 0 < kept < len(rows):  # it went in between
        mine = _DISCLOSURES.c
        connection.execute(_DISCLOSURES.delete().where(mine.tenant_id == tenant_id, mine.event_id == event_id))
    return kept == len(rows)


def disclose(session: Session, event_id: EventId, field: str) -> Disclosure:
    """Value and salt of a committed field, checked against the event's commitment.

    Raises:
        NotFound: no such event or field, or its disclosure was erased.
        SealExpired, KeyDestroyed: it cannot be read any more.
        IntegrityViolated: it does not fit the commitment, or the event's bytes were changed.
    """
    tenant_id = context_of(session).tenant_id
    kept = session.get(OutboxDisclosureRow, (tenant_id, event_id, field))
    row = session.get(OutboxRow, (tenant_id, event_id))
    if kept is None or row is None:
        raise NotFound("there is nothing to disclose: no such event or field, or it was erased")
    disclosure = Disclosure.from_bytes(unseal(session, kept.sealed, _place(event_id, field)))
    if not check_commitment(payload_bytes(row), field, disclosure):
        raise IntegrityViolated(f"what is kept of field {field} is not what the event committed to")
    return disclosure


def payload_bytes(row: OutboxRow) -> bytes:
    """The bytes for the ledger, checked against their hash.

    Raises:
        IntegrityViolated: they were changed after they were recorded.
    """
    data = row.payload.encode()
    if hashlib.sha256(data).digest() != row.payload_sha256:
        raise IntegrityViolated("a recorded event was changed after it was written")
    return data


def reference_of(session: Session, kind: str, identifier: UUID) -> str:
    """The hash by which this tenant's events refer to a row: to find the events of an object or actor."""
    return reference_hash(pseudonym_key(session), kind, identifier)


def _place(event_id: EventId, field: str) -> str:
    """Where a disclosure stands, so that it opens nowhere else."""
    return f"outbox_disclosure/{event_id}/{field}"
