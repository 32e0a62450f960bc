"""A world for the tests of plans: on SQLite alone, unless a file says otherwise."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.base.actors import local_person
from engine.base.clock import FixedClock
from engine.base.ids import PlanId
from engine.base.keys.local import LocalKeyring
from engine.base.state.context import Context
from engine.base.state.database import Database
from engine.base.state.opening import open_tenant
from tests.governance.change.world import Approver, People, World


@pytest.fixture
def state(_migrated_sqlite: Path, tmp_path: Path, keyring: LocalKeyring, clock: FixedClock) -> Iterator[Database]:
    """A state on SQLite, bound as ``database`` is."""
    path = tmp_path / "state" / "state.db"
    path.parent.mkdir(mode=0o700)
    shutil.copy(_migrated_sqlite, path)
    path.chmod(0o600)
    unbound = Database(f"sqlite:///{path}")
    with unbound.transaction() as session:
        tenant_id = open_tenant(session, "default", clock)
    with unbound.bound(Context(tenant_id, keyring, clock)).transaction() as session:
        actor = local_person(session)
    yield unbound.bound(Context(tenant_id, keyring, clock, actor.id))
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
