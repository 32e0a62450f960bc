"""Shops on each server, and a state that goes by the clock of this machine: a server's is compared with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest

from engine.base.clock import SystemClock
from engine.base.state.database import Database
from tests.conftest import _fresh
from tests.retention.faults.nursery import Nursery


@pytest.fixture
def state(database: Database) -> Database:
    assert database.context is not None
    return database.bound(replace(database.context, clock=SystemClock()))


@pytest.fixture
def fresh(request: pytest.FixtureRequest) -> Iterator[Callable[[str], str]]:
    """Makes an empty database on a server, by its name: its URL."""
    with ExitStack() as stack:

        def made(server: str) -> str:
            if server == "sqlite":
                path = request.getfixturevalue("tmp_path") / "shop.db"
                path.touch()
                return f"sqlite:///{path}"
            url = request.getfixturevalue("postgres_url" if server == "postgresql" else "mariadb_url")
            options = "TEMPLATE template0" if server == "postgresql" else "CHARACTER SET utf8mb4"
            return stack.enter_context(_fresh(url, options))

        yield made


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as nursery:
        yield nursery
