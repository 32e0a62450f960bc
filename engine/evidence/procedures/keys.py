"""Keys: the keyring is there and opens what it guards, and what is sealed goes when it is due."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from engine.base.errors import ReeveError
from engine.base.keys import purposes, subjects
from engine.base.keys.keyring import Wrapped
from engine.base.state.canonical import JsonValue
from engine.base.state.context import context_of
from engine.base.state.tables import OutboxDisclosureRow, PurposeKeyRow, SubjectKeyRow
from engine.evidence.conclusions import Conclusion, Deviation, concluded
from engine.evidence.controls.control import Control
from engine.evidence.population import Population, captured
from engine.evidence.procedures.procedure import Procedure
from engine.evidence.records import Facts

CREATED = "keyring.created"


def keyring_opens(facts: Facts, _control: Control) -> Conclusion:
    """The keyring's beginning is on record, and of each epoch in use it opens a key that is wrapped under it."""
    found = []
    if facts.first(CREATED) is None:
        found.append(Deviation("No event says when the keyring began."))
    keyring, checked = context_of(facts.session).keyring, 0
    for wrapped, place in _one_of_each_epoch(facts):
        checked += 1
        try:
            keyring.unwrap(wrapped, place)
        except ReeveError as exc:
            found.append(Deviation(f"A key of epoch {wrapped.epoch} does not open ({exc.code})."))
    return concluded(found, checked, "There is no key.")


def _one_of_each_epoch(facts: Facts) -> Iterator[tuple[Wrapped, bytes]]:
    tenant = context_of(facts.session).tenant_id
    for row in facts.session.scalars(select(PurposeKeyRow)):
        yield Wrapped(row.epoch, row.wrapped), purposes.key_place(tenant, row.purpose, row.generation)
    for epoch in _epochs(facts):
        query = select(SubjectKeyRow).where(SubjectKeyRow.epoch == epoch).order_by(SubjectKeyRow.id.desc()).limit(1)
        for key in facts.session.scalars(query):
            if key.wrapped is not None:
                yield Wrapped(epoch, key.wrapped), subjects.key_place(tenant, key.id)


def _epochs(facts: Facts) -> list[int]:
    query = select(SubjectKeyRow.epoch).where(SubjectKeyRow.epoch.is_not(None)).distinct()
    return sorted(epoch for epoch in facts.session.scalars(query) if epoch is not None)


def _keys(facts: Facts, _control: Control) -> Population:
    query = select(SubjectKeyRow.epoch, func.count()).where(SubjectKeyRow.epoch.is_not(None))
    rows: list[JsonValue] = [
        {"epoch": epoch, "subject_keys": count}
        for epoch, count in facts.session.execute(query.group_by(SubjectKeyRow.epoch).order_by(SubjectKeyRow.epoch))
    ]
    rows += [
        {"epoch": row.epoch, "purpose": row.purpose, "generation": row.generation}
        for row in facts.session.scalars(
            select(PurposeKeyRow).order_by(PurposeKeyRow.purpose, PurposeKeyRow.generation)
        )
    ]
    return captured("keys of the tenant, counted by epoch", rows)


def sealed_goes_when_due(facts: Facts, control: Control) -> Conclusion:
    """Nothing that is sealed with an event is kept for longer than ``grace_hours`` after it was due."""
    due = facts.period.end - control.hours("grace_hours")
    table = select(func.count(), func.min(OutboxDisclosureRow.expires_at)).select_from(OutboxDisclosureRow)
    kept, _ = facts.session.execute(table).one()
    over, since = facts.session.execute(table.where(OutboxDisclosureRow.expires_at < due)).one()
    found = [Deviation(f"{over:,} sealed values are kept although they were due.", at=since)] if over else []
    return concluded(found, int(kept), "Nothing is sealed.")


def _sealed(facts: Facts, _control: Control) -> Population:
    query = select(OutboxDisclosureRow.expires_at, func.count()).group_by(OutboxDisclosureRow.expires_at)
    ordered = facts.session.execute(query.order_by(OutboxDisclosureRow.expires_at).execution_options(yield_per=1000))
    rows: Iterator[JsonValue] = ({"due": at.isoformat(), "values": count} for at, count in ordered)
    return captured("sealed values, counted by when they are due", rows)


PROCEDURES = (
    Procedure("keyring_opens", keyring_opens, population=_keys, needs_state=True),
    Procedure("sealed_goes_when_due", sealed_goes_when_due, {"grace_hours": float}, _sealed, needs_state=True),
)
