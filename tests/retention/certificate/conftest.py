"""A world of plans whose certificates are issued."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.base.actors import local_person
from engine.base.clock import FixedClock
from engine.base.keys.local import LocalKeyring
from engine.base.state.context import Context
from engine.base.state.database import Database
from engine.base.state.opening import open_tenant
from tests.governance.change.world import Approver, People, World
from tests.retention.certificate.issued import Certified


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
def certified(state: Database, clock: FixedClock, tmp_path: Path) -> Certified:
    """Seven people with two notes each, and who may approve that they go."""
    people = People(tmp_path / "shop.db")
    people.fill(7)
    world = World(state, people)
    return Certified(world, Approver.join(state), clock)
