"""Documents in cells: their values are fields of their own, the same however the rows were cut, and the cell stays as it is."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.sketches.distinct import Column, distinct_columns, joined_columns
from classifiers.sketches.documents import MOST_PATHS, rows_inside, with_documents
from engine.base.state.database import Database
from engine.estate.formats.detect import Detection
from engine.estate.formats.format import Budget
from engine.estate.inventory.load import load_inventory
from engine.estate.inventory.view import FieldView
from engine.estate.scan.asked import Asked
from engine.estate.stores.declared import DeclaredStore
from engine.estate.stores.files import FilesStore
from engine.estate.stores.sql import SqlStore
from engine.estate.stores.store import Store
from tests.estate.formats.opening import chunks_of
from tests.estate.scan.estate import scanner, sketches
from tests.properties import tries

NAMES = ("Ann Lee", "Ben Ito", "Carla Diaz", "Dev Rao")
PEOPLE = [
    {
        "name": NAMES[n % 4],
        "emails": [{"address": f"zoe{n}@mail.example", "main": True}, {"address": f"z{n}@work.example"}],
        "card": "4111 1111 1111 1111" if n % 10 == 0 else None,
        "seen": 100 + n,
    }
    for n in range(120)
]
INSIDE = {"profile.name", "profile.emails[].address", "profile.emails[].main", "profile.card", "profile.seen"}


def fields(database: Database, store: Store, asked: Asked | None = None, rows: int = 50) -> dict[str, FieldView]:
    """The fields of the one asset of a store, by path, once it is scanned."""
    scanner(database, [DeclaredStore(store)], budget=Budget(rows=rows), asked=asked or Asked(full=True)).run()
    with database.snapshot() as session:
        (asset,) = (asset for one in load_inventory(session).stores for asset in one.assets)
    return {one.path: one for one in asset.fields}


def entities(one: FieldView) -> list[str]:
    return [found.entity for found in one.entities]


def planted(url: str, kind: str) -> SqlStore:
    """A table with a document in each of its rows but two."""
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    cast = "CAST(:profile AS JSONB)" if kind == "jsonb" else ":profile"
    with engine.begin() as connection:
        connection.execute(sa.text(f"CREATE TABLE people (id INTEGER PRIMARY KEY, profile {kind})"))
        told = [json.dumps(one) for one in PEOPLE] + [None, None]
        rows = [{"id": n, "profile": profile} for n, profile in enumerate(told)]
        connection.execute(sa.text(f"INSERT INTO people VALUES (:id, {cast})"), rows)
    engine.dispose()
    return SqlStore("shop", url)


@pytest.fixture(params=["sqlite", "postgresql", "mariadb", "csv", "parquet"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """The same people wherever a cell can hold a document."""
    if request.param == "sqlite":
        return planted(f"sqlite:///{tmp_path}/shop.db", "TEXT")
    if request.param == "postgresql":
        return planted(request.getfixturevalue("fresh_postgres"), "jsonb")
    if request.param == "mariadb":
        return planted(request.getfixturevalue("fresh_mariadb"), "JSON")
    told = [json.dumps(one) for one in PEOPLE] + ["", ""]
    folder = tmp_path / "files"
    folder.mkdir()
    if request.param == "csv":
        out = io.StringIO()
        csv.writer(out).writerows([("id", "profile"), *enumerate(told)])
        (folder / "people.csv").write_text(out.getvalue(), encoding="utf-8")
    else:
        pq.write_table(pa.table({"id": range(len(told)), "profile": told}), folder / "people.parquet")
    return FilesStore("files", folder)


ONE_STATE = pytest.mark.parametrize("unbound_database", ["sqlite"], indirect=True)


@ONE_STATE
def test_what_is_inside_is_found_in_every_store(database: Database, store: Store) -> None:
    found = fields(database, store)
    assert found.keys() == {"id", "profile", *INSIDE}
    assert entities(found["profile.emails[].address"]) == ["EMAIL_ADDRESS"]
    assert entities(found["profile.card"]) == ["CREDIT_CARD"]
    assert entities(found["profile.seen"]) == []
    assert "EMAIL_ADDRESS" in entities(found["profile"]), "the cell is still read as a whole"


@ONE_STATE
@pytest.mark.parametrize("rows", [1, 7, 1000])
def test_however_rows_are_cut_the_sketches_are_the_same(database: Database, tmp_path: Path, rows: int) -> None:
    shop = planted(f"sqlite:///{tmp_path}/shop.db", "TEXT")
    fields(database, shop)
    whole = sketches(database)
    assert fields(database, shop, rows=rows).keys() == {"id", "profile", *INSIDE}
    assert sketches(database) == whole


@ONE_STATE
def test_a_sample_says_in_how_many_of_its_rows_there_is_a_value(database: Database, tmp_path: Path) -> None:
    found = fields(database, planted(f"sqlite:///{tmp_path}/shop.db", "TEXT"), Asked(sample=60))
    outer, address, card = (found[path] for path in ("profile", "profile.emails[].address", "profile.card"))
    assert outer.drawn == address.drawn
    assert 0 < (card.drawn or 0) < (outer.drawn or 0)
    bounds = [one.bound or 0.0 for one in (outer, address, card)]
    assert bounds == sorted(bounds)
    assert bounds[1] < bounds[2] < 1


def apart(*cells: str | None) -> dict[str, Column]:
    return with_documents(distinct_columns({"p": pa.array(cells, pa.string())}))


def values(columns: dict[str, Column]) -> dict[str, dict[str, int]]:
    """Rows of each distinct value, by path."""
    return {
        path: dict(zip(column.texts(), column.rows.tolist(), strict=True))
        for path, column in columns.items()
        if len(column.array)
    }


words = st.text("abcdefg é.", min_size=1, max_size=6).filter(str.strip)
leaves = st.none() | st.booleans() | st.integers(-(10**6), 10**6) | words
trees = st.recursive(
    leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3), max_leaves=8
)
documents = st.lists(st.dictionaries(words, trees, min_size=1, max_size=4), min_size=1, max_size=8)


@settings(max_examples=tries(150), deadline=None)
@given(documents)
def test_a_document_in_a_cell_is_read_as_one_in_a_file(some: list[dict[str, Any]]) -> None:
    body = "".join(json.dumps({"p": one}) + "\n" for one in some).encode()
    batches = [chunk.batch for chunk in chunks_of(body, Detection("jsonl"))]
    columns = [distinct_columns(dict(zip(one.schema.names, one.columns, strict=True))) for one in batches]
    inside = values(apart(*map(json.dumps, some)))
    inside.pop("p")
    assert inside == values(joined_columns(columns))


@settings(max_examples=tries(100), deadline=None)
@given(documents, st.integers(0, 8), st.data())
def test_the_parts_of_a_column_add_up(some: list[dict[str, Any]], cut: int, data: st.DataObject) -> None:
    cells = data.draw(st.permutations([*map(json.dumps, some), None, "", "text", json.dumps(some[0])]))
    whole = apart(*cells)
    parts = joined_columns([apart(*cells[:cut]), apart(*cells[cut:])])
    assert values(parts) == values(whole)
    assert {path: one.seen for path, one in parts.items()} == {path: one.seen for path, one in whole.items()}


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "[1]",
            '["a@b.example"]',
            "{}",
            "[]",
            "[{}]",
            "{a,b}",
            "[REDACTED]",
            '{"a": 1} and more',
            '{"a": 1',
            "{",
            "[",
            "null",
        ),
        *('{"a":' * 100_000 + "1" + "}" * 100_000, "[" * 100_000 + "{}" + "]" * 100_000),
    ],
)
def test_what_is_no_document_is_text(cell: str) -> None:
    assert apart(cell).keys() == {"p"}


@pytest.mark.parametrize(
    ("cell", "inside"),
    [
        ('{"a": 1, "a": "x@y.example"}', {"p.a": {"1": 1, "x@y.example": 1}}),
        ('[{"a": 1}, 2, {"a": 1}]', {"p[].a": {"1": 2}, "p[]": {"2": 1}}),
        ('{"a": "\\ud800", "b": "\\u0000"}', {"p.a": {"?": 1}, "p.b": {"\x00": 1}}),
        ('{"a": 1e999999, "b": NaN, "c": 1.50}', {"p.a": {"1e999999": 1}, "p.b": {"NaN": 1}, "p.c": {"1.50": 1}}),
        ('{"a": ' + "9" * 5000 + "}", {"p.a": {"9" * 5000: 1}}),
        ('{"x@y.example": {"n": 1}}', {"p[].key": {"x@y.example": 1}, "p[].value.n": {"1": 1}}),
        ('  {"a.b": {"": " x "}}\n', {'p["a.b"][""]': {"x": 1}}),
    ],
)
def test_odd_documents(cell: str, inside: dict[str, dict[str, int]]) -> None:
    found = values(apart(cell))
    found.pop("p")
    assert found == inside


def test_only_so_many_fields_come_of_one_and_those_that_are_known_go_on() -> None:
    cells = [json.dumps({f"name {n}": "x", "last": "y"}) for n in range(3 * MOST_PATHS)]
    array = pa.array(cells)
    found = with_documents(distinct_columns({"p": array}))
    assert len(found) == 1 + MOST_PATHS
    assert "p.last" in found
    assert len(rows_inside("p", array)) == MOST_PATHS
    again = with_documents(distinct_columns({"p": pa.array(cells[-5:])}), found)
    assert again.keys() == {"p", "p.last"}
