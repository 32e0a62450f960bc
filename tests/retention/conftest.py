"""Databases of one's own on the three servers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.retention.databases import Tables, opened


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def tables(request: pytest.FixtureRequest, tmp_path: Path) -> Tables:
    """An empty database on each server."""
    if request.param == "sqlite":
        path = tmp_path / "shop.db"
        path.touch()
        return opened(f"sqlite:///{path}")
    name = "fresh_postgres" if request.param == "postgresql" else "fresh_mariadb"
    return opened(request.getfixturevalue(name))
