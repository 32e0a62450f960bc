"""What a sample says of each field: never more than the drawn rows that have a value in it can tell."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from classifiers.bounds import missed_bound, part_bound
from engine.base.state.database import Database
from engine.estate.inventory.export import export
from engine.estate.inventory.load import load_inventory
from engine.estate.inventory.view import AssetView
from engine.estate.scan.asked import Asked
from engine.estate.stores.declared import DeclaredStore
from engine.estate.stores.files import FilesStore
from engine.estate.stores.sql import SqlStore
from engine.estate.stores.store import Store
from tests.estate.scan.estate import scanner
from tests.estate.stores.sql.planting import plant_sqlite

ROWS, DRAWN = 4000, 300


def sampled(database: Database, store: Store, rows: int = DRAWN) -> AssetView:
    """The one asset of a store, sampled."""
    scanner(database, [DeclaredStore(store)], asked=Asked(sample=rows)).run()
    with database.snapshot() as session:
        (asset,) = (asset for one in load_inventory(session).stores for asset in one.assets)
    return asset


def exported(database: Database, form: str) -> str:
    stream = io.BytesIO()
    with database.snapshot() as session:
        export(load_inventory(session), form, stream)
    return stream.getvalue().decode()


def folder_with(tmp_path: Path, name: str, text: str) -> FilesStore:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / name).write_text(text, encoding="utf-8")
    return FilesStore("files", folder)


@pytest.fixture
def documents(tmp_path: Path) -> FilesStore:
    """Fields in all records, in one of ten, in lists, blank, and in the last tenth of the file alone."""
    lines = []
    for n in range(ROWS):
        record: dict[str, Any] = {"id": f"n{n}", "none": None, "blank": "  " if n % 2 else ""}
        if n % 10 == 0:
            record["person"] = {"mail": f"p{n}@mail.example"}
        record["tags"] = [{"name": "x"}] * 5 if n % 4 == 0 else []
        if n > ROWS * 9 // 10:
            record["late"] = f"+49 170 {n:07}"
        lines.append(json.dumps(record))
    return folder_with(tmp_path, "docs.jsonl", "\n".join(lines))


def test_each_field_has_the_bound_of_the_drawn_rows_with_a_value(database: Database, documents: FilesStore) -> None:
    asset = sampled(database, documents)
    fields = {one.path: one for one in asset.fields}
    assert asset.bound == missed_bound(DRAWN, ROWS)
    assert (fields["id"].drawn, fields["id"].bound) == (DRAWN, part_bound(DRAWN, DRAWN, ROWS))
    assert (fields["blank"].drawn, fields["blank"].bound) == (0, 1.0)
    assert "none" not in fields, "a path without any value is no field"
    for path, share in (("person.mail", 0.1), ("tags[].name", 0.25), ("late", 0.1)):
        drawn = fields[path].drawn
        assert drawn is not None
        assert share * DRAWN / 2 < drawn < share * DRAWN * 1.6, "rows, not the values in them"
        assert fields[path].bound == part_bound(drawn, DRAWN, ROWS) > asset.bound


def test_exports_carry_the_bound_of_the_field_and_of_the_asset(database: Database, documents: FilesStore) -> None:
    asset = sampled(database, documents)
    rows = {row["field"]: row for row in json.loads(exported(database, "json"))}
    for field in asset.fields:
        row = rows[field.path]
        assert field.bound is not None
        assert field.bound <= row["bound"] < field.bound + 2e-6, "rounded up"
        assert (row["drawn"], row["coverage"], row["rows_read"] > 0) == (field.drawn, "sampled", True)
        assert row["asset_bound"] == pytest.approx(asset.bound, abs=2e-6)
    table = {row["field"]: row for row in csv.DictReader(io.StringIO(exported(database, "csv"), newline=""))}
    assert {path: float(row["bound"]) for path, row in table.items()} == {
        path: row["bound"] for path, row in rows.items()
    }
    assert "with 95 % confidence at most 100 % of the rows with a value" in exported(database, "html")


def test_where_all_is_read_nothing_was_missed(database: Database, documents: FilesStore) -> None:
    asset = sampled(database, documents, ROWS)
    assert {(one.drawn, one.bound) for one in asset.fields} == {(None, 0.0)}
    assert (asset.bound, asset.coverage) == (0.0, "full")


def test_a_column_that_is_mostly_null(database: Database, tmp_path: Path) -> None:
    url = plant_sqlite(
        tmp_path / "a.db",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, rare TEXT, never TEXT)",
        ("INSERT INTO t VALUES (?, ?, NULL)", [(n, "x@mail.example" if n % 100 == 0 else None) for n in range(ROWS)]),
    )
    asset = sampled(database, SqlStore("shop", url))
    fields = {one.path: one for one in asset.fields}
    assert fields["id"].bound == part_bound(DRAWN, DRAWN, ROWS)
    assert fields["rare"].drawn == fields["rare"].rows - fields["rare"].nulls < 30
    assert fields["rare"].bound == part_bound(fields["rare"].drawn, DRAWN, ROWS)
    assert (fields["never"].drawn, fields["never"].bound) == (0, 1.0)


def test_keys_that_are_personal_data_are_values_and_no_names(database: Database, tmp_path: Path) -> None:
    """Also where a few records alone have them, which a sample may miss."""
    lines = [
        json.dumps({"id": n, "seen": {f"p{n}@mail.example": {"at": n}} if n % 9 == 0 else {}}) for n in range(ROWS)
    ]
    asset = sampled(database, folder_with(tmp_path, "seen.jsonl", "\n".join(lines)))
    fields = {one.path: one for one in asset.fields}
    assert set(fields) == {"id", "seen[].key", "seen[].value.at"}
    assert fields["seen[].key"].entities[0].entity == "EMAIL_ADDRESS"


def test_rows_so_long_that_fewer_are_drawn(database: Database, tmp_path: Path) -> None:
    """160 rows of 800 KB in a view, of which 150 are asked for: they are not kept in memory, and coverage says so."""
    long = "replace(hex(zeroblob(400000)), '0', 'x')"
    numbers = "WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 160) SELECT n"
    url = plant_sqlite(tmp_path / "a.db", f"CREATE VIEW v AS {numbers}, {long} AS x FROM s")
    asset = sampled(database, SqlStore("shop", url), 150)
    (item,) = asset.objects
    fields = {one.path: one for one in asset.fields}
    drawn = fields["n"].drawn
    assert drawn is not None
    assert 100 < drawn < 150
    assert (item.coverage, item.reason, item.rows) == ("sampled", "long_rows", 160)
    assert asset.bound == missed_bound(drawn, 160)
    assert item.detail.startswith(f"{drawn} rows drawn from 160 (not 150, because rows are long); with 95 % confidence")
    assert fields["x"].rows == drawn


def test_what_failed_leaves_no_bound_but_shows_what_was_drawn(database: Database, tmp_path: Path) -> None:
    """A file that breaks off: the rows before it are a sample, too, and count."""
    whole = "".join(json.dumps({"mail": f"p{n}@mail.example"}) + "," for n in range(ROWS))
    asset = sampled(database, folder_with(tmp_path, "broken.json", f'[{whole}{{"mail": '))
    (field,) = asset.fields
    assert (asset.coverage, asset.bound, field.bound, field.drawn) == ("failed", None, None, DRAWN)
    assert field.entities[0].entity == "EMAIL_ADDRESS"
