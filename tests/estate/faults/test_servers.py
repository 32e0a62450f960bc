"""Database servers that are away, die, come back, stand still or do not let us in: the rest of the estate is read all the same.

Whatever happened, the next scan ends with the sketches that an undisturbed one has, byte for byte.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.base.state.database import Database
from engine.estate.scan.close import ScanResult
from engine.estate.scan.progress import Progress
from engine.estate.stores.declared import DeclaredStore
from engine.estate.stores.sql import mysql, postgresql
from engine.estate.stores.sql.session import Limits
from tests.estate.faults.estate import AT_ONCE, LINES, ROWS, After, folder_store, plant_people, server_store
from tests.estate.scan.estate import SMALL, coverage, scanner, sketches
from tests.servers.server import Server

pytestmark = pytest.mark.parametrize("unbound_database", ["sqlite"], indirect=True)
TABLES = ("people", "quotes")  # in the order of reading
QUICK = Limits(statement_seconds=1, connect_seconds=2)


@pytest.fixture(params=["own_postgres", "own_mariadb"])
def server(request: pytest.FixtureRequest) -> Server:
    """A server of one's own with two tables."""
    started: Server = request.getfixturevalue(request.param)
    plant_people(started.url(), *TABLES)
    return started


@pytest.fixture
def estate(server: Server, tmp_path: Path) -> list[DeclaredStore]:
    """That server and a folder."""
    return [server_store(server.url(), QUICK), folder_store(tmp_path / "files")]


@pytest.fixture
def undisturbed(database: Database, estate: list[DeclaredStore]) -> dict[str, bytes]:
    """The sketches of a scan in which nothing goes wrong."""
    scan(database, estate)
    return sketches(database)


def scan(database: Database, estate: list[DeclaredStore], progress: Progress | None = None) -> ScanResult:
    budget = AT_ONCE if progress is None else SMALL
    return scanner(database, estate, progress, budget).run()


def check_next(database: Database, estate: list[DeclaredStore], undisturbed: dict[str, bytes]) -> None:
    """The next scan finds all well."""
    assert scan(database, estate).status == "complete"
    assert sketches(database) == undisturbed


def test_away_when_listed(
    database: Database, server: Server, estate: list[DeclaredStore], undisturbed: dict[str, bytes]
) -> None:
    server.kill()
    result = scan(database, estate)
    assert result.failed
    assert result.unlisted == {"crm": "unreachable"}
    assert coverage(database) == {"letters.csv": ("full", "", LINES)}
    server.start()
    check_next(database, estate, undisturbed)


def test_killed_in_the_middle_of_a_table(
    database: Database, server: Server, estate: list[DeclaredStore], undisturbed: dict[str, bytes]
) -> None:
    result = scan(database, estate, After("people", 1, server.kill))
    assert result.failed
    covered = coverage(database)
    state, reason, rows = covered["people"]
    assert (state, reason) == ("failed", "unreachable")
    assert 100 <= rows < ROWS, "what was read before stays, and of that no more than the reader was ahead"
    assert covered["quotes"] == ("failed", "unreachable", 0)
    assert covered["letters.csv"] == ("full", "", LINES)
    server.start()
    check_next(database, estate, undisturbed)


def test_restarted_in_the_middle_of_a_table(
    database: Database, server: Server, estate: list[DeclaredStore], undisturbed: dict[str, bytes]
) -> None:
    scan(database, estate, After("people", 1, server.restart))
    covered = coverage(database)
    assert covered["people"][:2] == ("failed", "unreachable")
    assert covered["quotes"] == ("full", "", ROWS)
    check_next(database, estate, undisturbed)


def test_it_stands_still_in_the_middle_of_a_table(
    database: Database,
    server: Server,
    estate: list[DeclaredStore],
    undisturbed: dict[str, bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The server's own limit on a statement does nothing then: ours ends the wait."""
    for module in (postgresql, mysql):
        monkeypatch.setattr(module, "GRACE", 0)
    scan(database, estate, After("people", 1, server.freeze))
    covered = coverage(database)
    assert covered["people"][:2] == ("failed", "timeout")
    assert covered["quotes"] == ("failed", "timeout", 0)
    assert covered["letters.csv"] == ("full", "", LINES)
    server.thaw()
    check_next(database, estate, undisturbed)
