"""A world of plans whose certificates are issued."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.base.clock import FixedClock
from engine.base.state.database import Database
from tests.governance.change.conftest import state  # noqa: F401 - a fixture
from tests.governance.change.world import Approver, People, World
from tests.retention.certificate.issued import Certified


@pytest.fixture
def certified(state: Database, clock: FixedClock, tmp_path: Path) -> Certified:  # noqa: F811 - pytest gives it
    """Seven people with two notes each, and who may approve that they go."""
    people = People(tmp_path / "shop.db")
    people.fill(7)
    world = World(state, people)
    return Certified(world, Approver.join(state), clock)
