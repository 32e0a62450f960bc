"""Drift of files: declared types, and how much is kept."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import fastavro
import pyarrow as pa
import pytest

from engine.base.clock import FixedClock
from engine.base.state.database import Database
from engine.estate.inventory.drift.fold import sentences
from engine.estate.scan.asked import Asked
from engine.estate.stores.declared import DeclaredStore
from engine.estate.stores.files import FilesStore
from tests.estate.scan.drift.changing import declared_by, looked, people, told


def test_a_parquet_file_with_another_schema(database: Database, clock: FixedClock, folder: Path) -> None:
    files, path = DeclaredStore(FilesStore("files", folder)), folder / "people.parquet"
    people(path, nested=pa.array([[{"a": n}] for n in range(40)]))
    assert told(database, clock, files) == []
    assert declared_by(database) == {
        "people.parquet": "",
        "people.parquet.number": "int32",
        "people.parquet.email": "string",
        "people.parquet.nested[].a": "int64",
    }
    assert told(database, clock, files) == []
    people(path, pa.string(), when=pa.array(range(40), pa.timestamp("us", "UTC")))
    assert told(database, clock, files) == [
        "Type changed: files/people.parquet.number was int32, is string.",
        "New field without personal data: files/people.parquet.when.",
        "Gone: files/people.parquet.nested[].a.",
    ]
    path.write_text("number,email\n" + "".join(f"{n},zebra{n}@mail.example\n" for n in range(40)), encoding="utf-8")
    assert told(database, clock, files)[:2] == [
        "Type changed: files/people.parquet.email was string, is without a declared type.",
        "Type changed: files/people.parquet.number was string, is without a declared type.",
    ], "it is CSV now"
    assert told(database, clock, files) == []


def test_a_file_that_cannot_be_read_keeps_its_schema(database: Database, clock: FixedClock, folder: Path) -> None:
    files, path = DeclaredStore(FilesStore("files", folder)), folder / "people.parquet"
    people(path)
    looked(database, clock, files)
    whole = path.read_bytes()
    path.write_bytes(whole[:-9])
    assert told(database, clock, files) == []
    assert declared_by(database)["people.parquet.number"] == "int32"
    people(path, pa.int64())
    assert told(database, clock, files) == ["Type changed: files/people.parquet.number was int32, is int64."]


def test_a_sample_tells_types_too(database: Database, clock: FixedClock, folder: Path) -> None:
    files, path = DeclaredStore(FilesStore("files", folder)), folder / "people.parquet"
    people(path)
    looked(database, clock, files, asked=Asked(sample=5))
    assert declared_by(database)["people.parquet.number"] == "int32"
    people(path, pa.int64())
    changed = told(database, clock, files, asked=Asked(sample=5))
    assert changed == ["Type changed: files/people.parquet.number was int32, is int64."]


AVRO = {
    "type": "record",
    "name": "person",
    "fields": [
        {"name": "number", "type": ["null", "int"]},
        {"name": "born", "type": {"type": "int", "logicalType": "date"}},
        {"name": "mood", "type": {"type": "enum", "name": "moods", "symbols": ["zebra", "yak"]}},
        {"name": "amount", "type": {"type": "bytes", "logicalType": "decimal", "precision": 6, "scale": 2}},
        {"name": "either", "type": ["string", "long", {"type": "array", "items": "moods"}]},
        {"name": "scores", "type": {"type": "map", "values": "double"}},
    ],
}


def test_types_of_avro(database: Database, clock: FixedClock, folder: Path) -> None:
    files, path = DeclaredStore(FilesStore("files", folder)), folder / "people.avro"
    record = {"number": 1, "born": 9, "mood": "yak", "amount": Decimal("1.25"), "scores": {"a": 1.5}}
    with path.open("wb") as file:
        fastavro.writer(file, AVRO, [{**record, "either": either} for either in ("x", 5, ["yak"])])
    looked(database, clock, files)
    assert declared_by(database) == {
        "people.avro": "",
        "people.avro.number": "int",
        "people.avro.born": "int (date)",
        "people.avro.mood": "enum moods",
        "people.avro.amount": "decimal(6, 2)",
        "people.avro.either": "long | string",
        "people.avro.either[]": "enum moods",
        "people.avro.scores[].key": "",
        "people.avro.scores[].value": "double",
    }


def test_a_store_that_was_empty_has_drift_when_it_fills(database: Database, clock: FixedClock, tmp_path: Path) -> None:
    files = DeclaredStore(FilesStore("files", tmp_path / "files"))
    (tmp_path / "files").mkdir()
    assert told(database, clock, files) == []
    people(tmp_path / "files" / "people.parquet")
    assert told(database, clock, files)[0] == "New personal data: files/people.parquet.email holds EMAIL_ADDRESS."


def test_no_drift_is_kept_beyond_its_bound(
    database: Database, clock: FixedClock, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.estate.inventory.drift.model.MOST", 20)
    files = DeclaredStore(FilesStore("files", folder))
    (folder / "wide.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    looked(database, clock, files)
    names = [f"c{number:02}" for number in range(70)]
    (folder / "wide.csv").write_text(
        ",".join(["a", "b", *names]) + "\n" + ",".join(["1"] * 72) + "\n", encoding="utf-8"
    )
    drift = looked(database, clock, files)
    assert (len(drift), len(drift.items), drift.counts) == (70, 20, {"field_added": 70})
    assert sentences(drift) == [
        "70 new fields of files/wide.csv without personal data: c00, c01, c02, c03, c04 and 65 more."
    ]
