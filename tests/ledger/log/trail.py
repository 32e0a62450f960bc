"""Something to put into a ledger, and what must always hold of one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

from sqlalchemy import select

from engine.base.clock import Clock
from engine.base.ids import EventId
from engine.base.keys.local import LocalKeyring
from engine.base.settings.ledger import LedgerSettings
from engine.base.state.database import Database
from engine.base.state.events import Event, committed, event
from engine.base.state.outbox import record
from engine.base.state.tables import OutboxRow
from engine.ledger.log.ledger import Ledger
from engine.ledger.log.own import verify_own
from engine.ledger.log.verdicts import Verdict
from tests.states import bound, migrated

CANARY = "Canary Q. Person <canary@example.com>"


@event
class Noted(Event):
    """An event of the tests."""

    type: ClassVar[str] = "test.noted"

    number: int
    hidden: str = committed(default="")


def note_some(database: Database, count: int, first: int = 0, hidden: str = "") -> list[EventId]:
    """Record events with numbers from ``first`` on, in one transaction."""
    with database.transaction() as session:
        return [record(session, Noted(number=first + nth, hidden=hidden)) for nth in range(count)]


def ledger_of(database: Database, publish: Path | None = None, **more: object) -> Ledger:
    """A ledger, published to a folder if one is given."""
    targets = [] if publish is None else [{"path": publish}]
    return Ledger(database, LedgerSettings.model_validate({"publish": targets, **more}))


def ledger_at(database: Database, *targets: Mapping[str, object]) -> Ledger:
    """A ledger, published to all of these."""
    return Ledger(database, LedgerSettings.model_validate({"publish": list(targets)}))


def placed(database: Database) -> list[tuple[str, int]]:
    """Type and place of every entry, in order."""
    with database.snapshot() as session:
        query = (
            select(OutboxRow.type, OutboxRow.ledger_index)
            .where(OutboxRow.ledger_index.is_not(None))
            .order_by(OutboxRow.shard, OutboxRow.ledger_index)
        )
        return [(kind, index) for kind, index in session.execute(query) if index is not None]


def check_whole(database: Database, *, waiting: int = 0) -> int:
    """The ledger verifies, its places are dense, and so many events wait; gives the number of its entries."""
    report = verify_own(database)
    assert report.verdict is Verdict.INTACT, report.problems
    with database.snapshot() as session:
        assert len(session.scalars(select(OutboxRow.id).where(OutboxRow.drained_at.is_(None))).all()) == waiting
    return report.entries


def bound_state(path: Path, keyring: LocalKeyring, clock: Clock) -> Database:
    """A new SQLite state at that place, bound to a tenant and the person at the keyboard, as ``open_state`` would."""
    return bound(Database(f"sqlite:///{migrated(path)}"), keyring, clock)
