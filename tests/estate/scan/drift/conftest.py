"""A database and a folder to change."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.estate.scan.drift.changing import TABLES
from tests.estate.stores.sql.planting import plant


@pytest.fixture(params=["postgresql", "mariadb", "sqlite"])
def server(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with ``TABLES``."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/shop.db"
    else:
        url = request.getfixturevalue({"postgresql": "fresh_postgres", "mariadb": "fresh_mariadb"}[request.param])
    plant(url, *TABLES)
    return str(url)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder."""
    place = tmp_path / "files"
    place.mkdir()
    return place
