"""A world for the tests of plans: on SQLite alone, unless a file says otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.base.clock import FixedClock
from engine.base.ids import PlanId
from engine.base.keys.local import LocalKeyring
from engine.base.state.database import Database
from tests.governance.change.world import Approver, People, World
from tests.states import bound, migrated


@pytest.fixture
def state(tmp_path: Path, keyring: LocalKeyring, clock: FixedClock) -> Iterator[Database]:
    """A state on SQLite, bound as ``database`` is."""
    unbound = Database(f"sqlite:///{migrated(tmp_path / 'state' / 'state.db')}")
    yield bound(unbound, keyring, clock)
    unbound.close()


@pytest.fixture
def world(state: Database, tmp_path: Path) -> World:
    """Seven people with two notes each."""
    people = People(tmp_path / "shop.db")
    people.fill(7)
    return World(state, people)


@pytest.fixture
def approver(world: World) -> Approver:
    """Who may approve what the tests plan."""
    return Approver.join(world.database)


@pytest.fixture
def plan_id(world: World, approver: Approver) -> PlanId:
    """An approved plan of three batches: all people."""
    made = world.plan()
    approver.approve(made)
    return made
