"""The deed and its record commit together (design, rule 4): events are written in the transaction of the deed itself.

The ledger's sequencer drains them later and gives them dense places. What waits is what has no place yet; it is never found by
a highest id, because transactions commit in another order than ids are given out.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Insert, Table, bindparam, insert, select, union_all
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
_EVENTS, _DISCLOSURES = cast("Table", OutboxRow.__table__), cast("Table", OutboxDisclosureRow.__table__)
_INSERT_EVENT = insert(_EVENTS)
_GIVEN = ("tenant_id", "id", "type", "version", "retention_class", "occurred_at", "payload", "payload_sha256")


@functools.cache
def _insert_disclosures(count: int, *, with_event: bool) -> Insert:
    """Write so many disclosures of one event, all or none: none where their key is gone; if wanted with the event itself.

    One statement looks at one state of the key, and a round trip takes as long as what it asks for.
    """
    columns = _DISCLOSURES.c
    common = {
        "tenant_id": bindparam("tenant_id", type_=columns.tenant_id.type),
        "event_id": bindparam("id", type_=columns.event_id.type),
        "subject_key_id": bindparam("key_id", type_=columns.subject_key_id.type),
        "expires_at": bindparam("expires_at", type_=columns.expires_at.type),
    }
    alive = whole(common["tenant_id"], common["subject_key_id"])
    rows = [
        select(
            *common.values(), *(bindparam(f"{name}_{nth}", type_=columns[name].type) for name in ("field", "sealed"))
        )
        for nth in range(count)
    ]
    statement = insert(_DISCLOSURES).from_select(
        [*common, "field", "sealed"], union_all(*(one.where(alive) for one in rows))
    )
    if with_event:
        event = {name: bindparam(name, type_=_EVENTS.c[name].type) for name in _GIVEN}
        statement = statement.add_cte(_INSERT_EVENT.values(event).cte("event"))
    return statement.execution_options(preserve_rowcount=True)


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
    row = {
        "tenant_id": context.tenant_id,
        "id": event_id,
        "type": event.type,
        "version": event.version,
        "retention_class": event.retention_class.value,
        "occurred_at": now,
        "payload": payload.data.decode(),
        "payload_sha256": hashlib.sha256(payload.data).digest(),
    }
    if not payload.disclosures:
        session.connection().execute(_INSERT_EVENT, row)
        return event_id
    hidden = _Hidden(payload.disclosures, now + timedelta(days=event.retention_class.days))
    if subject_key_id is not None:
        _write(session, row, hidden, Sealer(session, subject_key_id))
        return event_id
    label = f"disclosure/{event.retention_class}/{now.year}"
    kept = _write(session, row, hidden, Sealer.shared(session, "disclosure", label))
    while not kept:  # the key was destroyed, or its making rolled back, since this process read it
        Sealer.forget(session, label)
        kept = _write(session, row, hidden, Sealer.shared(session, "disclosure", label), event_is_there=True)
    return event_id


@dataclass(frozen=True, slots=True)
class _Hidden:
    """What opens the commitments of an event, and until when."""

    disclosures: Mapping[str, Disclosure]
    expires_at: datetime


def _write(
    session: Session, row: Mapping[str, Any], hidden: _Hidden, sealer: Sealer, *, event_is_there: bool = False
) -> bool:
    """Write an event and what opens its commitments; False where the latter was not, as the key that seals it is gone."""
    connection = session.connection()
    at_once = connection.dialect.name == "postgresql" and not event_is_there
    if not at_once and not event_is_there:
        connection.execute(_INSERT_EVENT, row)
    values = {"key_id": sealer.key_id, "expires_at": hidden.expires_at}
    for nth, (name, disclosure) in enumerate(hidden.disclosures.items()):
        values[f"field_{nth}"] = name
        values[f"sealed_{nth}"] = sealer.seal(disclosure.to_bytes(), hidden.expires_at, _place(row["id"], name))
    known = row if at_once else {name: row[name] for name in ("tenant_id", "id")}
    written = connection.execute(_insert_disclosures(len(hidden.disclosures), with_event=at_once), {**known, **values})
    return written.rowcount == len(hidden.disclosures)


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
