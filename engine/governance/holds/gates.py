"""The gates of stores, at which holds and batches meet: see :mod:`engine.governance.holds.barrier`."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.base.state.context import context_of
from engine.base.state.tables import HoldGateRow


def lock_gate(session: Session, store: str) -> HoldGateRow:
    """The gate of a store, locked until the transaction ends."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    new = {"tenant_id": context_of(session).tenant_id, "store": store, "number": 0}
    session.execute(insert(HoldGateRow).values(new).on_conflict_do_nothing())
    query = select(HoldGateRow).where(HoldGateRow.store == store).with_for_update()
    return session.scalars(query.execution_options(populate_existing=True)).one()


def pass_gates(session: Session, stores: Iterable[str]) -> dict[str, int]:
    """Lock the gates of some stores, in one order for all who do, and count them up; their new numbers."""
    numbers = {}
    for store in sorted(set(stores)):
        gate = lock_gate(session, store)
        gate.number += 1
        numbers[store] = gate.number
    session.flush()
    return numbers
