"""Silence shows: rows that cannot come to be without an event are held against the events."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, update

from engine.base.clock import FixedClock
from engine.base.state.database import Database
from engine.base.state.tables import EvidenceRunRow, OutboxRow
from engine.evidence.collect import Asked, collect
from engine.ledger.log.reconcile import reconcile
from tests.evidence.world import World, completed, started


@pytest.fixture
def world(database: Database, clock: FixedClock) -> World:
    """A state with an actor, a scan that ended and a run of evidence."""
    world = World(database, clock)
    world.store()
    scan = started()
    world.tell(scan, completed(scan.scan))
    world.wait(days=2)
    collect(world.database, Asked("c1"))
    return world


def gaps(database: Database) -> list[tuple[str, int]]:
    with database.snapshot() as session:
        return [(gap.what, gap.count) for gap in reconcile(session).gaps]


@pytest.mark.parametrize(("kind", "event"), [("actor", "actor.registered"), ("evidence_run", "evidence.collected")])
def test_a_row_whose_event_is_gone_is_a_gap(world: World, kind: str, event: str) -> None:
    assert gaps(world.database) == []
    with world.database.transaction() as session:
        session.execute(update(OutboxRow).where(OutboxRow.type == event).values(type="test.another"))
    assert gaps(world.database) == [(f"rows of kind {kind} without an event {event}", 1)]


def test_a_run_of_evidence_that_was_cut_short_is_none(world: World) -> None:
    with world.database.transaction() as session:
        session.execute(delete(OutboxRow).where(OutboxRow.type == "evidence.collected"))
        session.execute(update(EvidenceRunRow).values(event_id=None))
    assert gaps(world.database) == []
