"""Databases of one's own on the three servers: made once for a file of tests, and emptied for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import _fresh
from tests.retention.databases import Tables, emptied, opened


@pytest.fixture(scope="module")
def own_postgres(postgres_url: str) -> Iterator[Tables]:
    with _fresh(postgres_url, "TEMPLATE template0") as url:
        yield opened(url)


@pytest.fixture(scope="module")
def own_mariadb(mariadb_url: str) -> Iterator[Tables]:
    with _fresh(mariadb_url, "CHARACTER SET utf8mb4") as url:
        yield opened(url)


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def tables(request: pytest.FixtureRequest, tmp_path: Path) -> Tables:
    """An empty database on each server."""
    if request.param == "sqlite":
        path = tmp_path / "shop.db"
        path.touch()
        return opened(f"sqlite:///{path}")
    found: Tables = request.getfixturevalue("own_postgres" if request.param == "postgresql" else "own_mariadb")
    emptied(found)
    return found
