"""Tables that are altered between two chunks: never complete when a column was missed, and read anew by the next scan."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from engine.base.state.database import Database
from engine.estate.scan.progress import Silent
from tests.estate.faults.estate import AT_ONCE, ROWS, After, driven, plant_people, server_store
from tests.estate.scan.estate import coverage, scanner, sketches
from tests.estate.scan.test_scan import StopAfter, Stopped
from tests.estate.stores.sql.planting import plant

pytestmark = pytest.mark.parametrize("unbound_database", ["sqlite"], indirect=True)

ALTERED = ("failed", "changed_while_read")
EVERYWHERE = {
    "column_added": ("ALTER TABLE {0} ADD COLUMN phone VARCHAR(20) DEFAULT '+49 30 901820'", ALTERED),
    "column_dropped": ("ALTER TABLE {0} DROP COLUMN age", ALTERED),
    "column_renamed": ("ALTER TABLE {0} RENAME COLUMN email TO contact", ALTERED),
    "dropped": ("DROP TABLE {0}", ("failed", "not_found")),
    "emptied": ("DELETE FROM {0}", ("full", "")),
    "renamed": ("ALTER TABLE {0} RENAME TO {0}_2", ("failed", "not_found")),
    "replaced": ("DROP TABLE {0}; CREATE TABLE {0} (id INTEGER PRIMARY KEY, other VARCHAR(9))", ALTERED),
}
POSTGRESQL = EVERYWHERE | {
    "key_retyped": ("ALTER TABLE {0} ALTER COLUMN id TYPE text", ALTERED),
    "retyped": ("ALTER TABLE {0} ALTER COLUMN age TYPE text", ALTERED),
    "truncated": ("TRUNCATE {0}", ("full", "")),
}
MARIADB = EVERYWHERE | {
    "key_retyped": ("ALTER TABLE {0} MODIFY id VARCHAR(20)", ALTERED),
    "retyped": ("ALTER TABLE {0} MODIFY age VARCHAR(20)", ALTERED),
    "truncated": ("TRUNCATE {0}", ("full", "")),
}
BACKENDS = {"sqlite": EVERYWHERE, "fresh_postgres": POSTGRESQL, "fresh_mariadb": MARIADB}

Changes = Mapping[str, tuple[str, tuple[str, str]]]


def place(request: pytest.FixtureRequest, backend: str, folder: Path) -> str:
    if backend == "sqlite":
        return f"sqlite:///{folder}/shop.db"
    return driven(str(request.getfixturevalue(backend)))


def alter(url: str, table: str, change: str) -> None:
    plant(url, *change.format(table).split("; "))


class Altering(Silent):
    """Alters each table when its first chunk is recorded."""

    def __init__(self, url: str, changes: Changes) -> None:
        self._hooks = [
            After(table, 1, lambda table=table, change=change: alter(url, table, change))  # type: ignore[misc]
            for table, (change, _) in changes.items()
        ]

    def reading(self, store: str, asset: str, name: str) -> None:
        for one in self._hooks:
            one.reading(store, asset, name)

    def advanced(self, rows: int, nbytes: int) -> None:
        for one in self._hooks:
            one.advanced(rows, nbytes)


@pytest.mark.parametrize("backend", BACKENDS)
def test_altered_in_the_middle(
    database: Database, request: pytest.FixtureRequest, backend: str, tmp_path: Path
) -> None:
    changes = BACKENDS[backend]
    url = place(request, backend, tmp_path)
    plant_people(url, *changes, "untouched")
    estate = [server_store(url)]
    result = scanner(database, estate, Altering(url, changes)).run()
    assert result.failed
    found = coverage(database)
    assert {table: found[table][:2] for table in changes} == {table: end for table, (_, end) in changes.items()}
    assert found["untouched"] == ("full", "", ROWS)
    assert all(rows >= 100 for _, _, rows in found.values()), "what was read before counts"
    assert max(found[name][2] for name in found if "emptied" in name or "truncated" in name) < ROWS
    assert scanner(database, estate, budget=AT_ONCE).run().status == "complete"
    assert len(sketches(database)) > 3 * len(changes)


@pytest.mark.parametrize(
    ("backend", "change"),
    [
        ("sqlite", "column_added"),
        ("sqlite", "column_renamed"),
        ("sqlite", "replaced"),
        ("fresh_postgres", "column_added"),
        ("fresh_mariadb", "column_added"),
    ],
)
def test_altered_while_the_scan_was_stopped(
    database: Database, request: pytest.FixtureRequest, backend: str, change: str, tmp_path: Path
) -> None:
    """A cursor into the table as it was is of no use: it is read from its beginning, with all its columns."""
    url = place(request, backend, tmp_path)
    plant_people(url, "people")
    estate = [server_store(url)]
    with pytest.raises(Stopped):
        scanner(database, estate, StopAfter(2)).run()
    alter(url, "people", EVERYWHERE[change][0])
    assert scanner(database, estate, budget=AT_ONCE).run().status == "complete"
    read = 0 if change == "replaced" else ROWS
    assert coverage(database) == {"people": ("full", "", read)}
    fields = {"column_added": "phone", "column_renamed": "contact", "replaced": "other"}
    assert f"people.{fields[change]}" in sketches(database)
