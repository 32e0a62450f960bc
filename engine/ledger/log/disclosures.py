"""What commitments hide: shown for chosen fields, erased with a subject's key, expired with its class."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import delete, distinct, func, select, tuple_
from sqlalchemy.orm import Session

from engine.base.errors import BadInput
from engine.base.ids import EventId, SubjectKeyId
from engine.base.keys.keyring import KeyDestroyed
from engine.base.keys.sealed import SealExpired
from engine.base.keys.subjects import destroy_subject_key
from engine.base.state.canonical import JsonValue
from engine.base.state.commitments import Disclosure
from engine.base.state.context import context_of
from engine.base.state.outbox import disclose, record
from engine.base.state.tables import OutboxDisclosureRow, OutboxRow, SubjectKeyRow
from engine.ledger.events.ledger import Disclosed, DisclosuresExpired, Redacted

EXPIRED_AT_ONCE = 500


def disclosable(session: Session, event_id: EventId) -> list[str]:
    """The fields of an event that can still be shown."""
    return sorted(
        session.scalars(select(OutboxDisclosureRow.field).where(OutboxDisclosureRow.event_id == event_id)).all()
    )


def disclose_fields(session: Session, event_id: EventId, fields: Sequence[str], reason: str) -> dict[str, Disclosure]:
    """Show values and salts of chosen fields of an event, and record that, in one transaction.

    Raises:
        BadInput: no reason was given.
        NotFound, KeyDestroyed, SealExpired, IntegrityViolated: as :func:`~engine.base.state.outbox.disclose`.
    """
    if not reason.strip():
        raise BadInput("a disclosure needs a reason", hint="say why, for whoever reads the ledger later")
    shown = {field: disclose(session, event_id, field) for field in fields}
    record(session, Disclosed(entry_ref=event_id, fields=tuple(sorted(shown)), reason=reason))
    return shown


def all_disclosures(session: Session, label: str) -> Iterator[JsonValue]:
    """Everything of a shard that can still be shown, in the form of an export."""
    rows = session.execute(
        select(OutboxRow.id, OutboxRow.ledger_index, OutboxDisclosureRow.field)
        .join(OutboxDisclosureRow, OutboxDisclosureRow.event_id == OutboxRow.id)
        .where(OutboxRow.shard == label)
        .order_by(OutboxRow.ledger_index, OutboxDisclosureRow.field)
    ).all()
    for event_id, index, field in rows:
        try:
            shown = disclose(session, event_id, field)
        except (KeyDestroyed, SealExpired):
            continue
        yield {"shard": label, "index": index, "field": field, "salt": shown.salt.hex(), "value": shown.value}


def redact(session: Session, key_id: SubjectKeyId, basis: str) -> int:
    """Erase all that is sealed under a subject's key in the trail, with the key, and record that; returns how many values.

    The entries and every proof of them stay as they are. Copies of the state made before hold the wrapped key until its epoch
    is destroyed (:func:`engine.base.keys.epochs.retire_epochs`).

    Args:
        session: of a transaction.
        key_id: whose key.
        basis: the legal basis, a stable word such as ``gdpr.17``.
    """
    mine = OutboxDisclosureRow.subject_key_id == key_id
    entries, fields = session.execute(
        select(func.count(distinct(OutboxDisclosureRow.event_id)), func.count()).where(mine)
    ).one()
    session.execute(delete(OutboxDisclosureRow).where(mine))
    destroy_subject_key(session, key_id)
    record(session, Redacted(key_ref=key_id, entries=entries, fields=fields, basis=basis))
    return int(fields)


def expire(session: Session) -> int:
    """Erase some values whose time is over, and shared keys that nothing is sealed under any more; returns how many values.

    Call it until it returns 0: each call is one short transaction's work.
    """
    now = context_of(session).clock.now()
    due = session.execute(
        select(OutboxDisclosureRow.event_id, OutboxDisclosureRow.field, OutboxDisclosureRow.subject_key_id)
        .where(OutboxDisclosureRow.expires_at <= now)
        .limit(EXPIRED_AT_ONCE)
    ).all()
    if not due:
        return 0
    place = tuple_(OutboxDisclosureRow.event_id, OutboxDisclosureRow.field)
    session.execute(delete(OutboxDisclosureRow).where(place.in_([(event_id, field) for event_id, field, _key in due])))
    unused = [key for key in {key for _event, _field, key in due} if _is_unused(session, key)]
    for key in unused:
        destroy_subject_key(session, key)
    record(session, DisclosuresExpired(fields=len(due), keys=len(unused)))
    return len(due)


def _is_unused(session: Session, key_id: SubjectKeyId) -> bool:
    """Whether a key that events of one class and year share seals nothing any more. A subject's own key is not ours to end."""
    row = session.get(SubjectKeyRow, (context_of(session).tenant_id, key_id))
    if row is None or row.kind != "disclosure" or row.destroyed_at is not None:
        return False
    left = select(OutboxDisclosureRow.field).where(OutboxDisclosureRow.subject_key_id == key_id).limit(1)
    return session.scalar(left) is None


def count(session: Session) -> int:
    """How many values are kept."""
    return session.scalars(select(func.count()).select_from(OutboxDisclosureRow)).one()
