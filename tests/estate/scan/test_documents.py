"""Documents in cells: their values are fields of their own, the same however the rows were cut, and the cell stays as it is."""

from __future__ import annotations

import csv
import io
import json
import random
from datetime import timedelta
from pathlib import Path
from time import process_time
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.sketches.distinct import Column, distinct_columns, joined_columns
from classifiers.sketches.documents import LONGEST_PATH, MOST_NAMES, MOST_PATHS, rows_showing, with_documents
from engine.base.clock import FixedClock
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
from tests.estate.scan.test_scan import StopAfter, Stopped
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


def execute(url: str, statement: str) -> None:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


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
    found = fields(database, planted(f"sqlite:///{tmp_path}/shop.db", "TEXT"), Asked(sample=100))
    outer, address, card = (found[path] for path in ("profile", "profile.emails[].address", "profile.card"))
    assert outer.drawn == address.drawn
    assert 0 < (card.drawn or 0) < (outer.drawn or 0)
    bounds = [one.bound or 0.0 for one in (outer, address, card)]
    assert bounds == sorted(bounds)
    assert bounds[1] < bounds[2] < 1


@ONE_STATE
@pytest.mark.parametrize(("rows", "gather", "stop"), [(7, 1, 9), (50, 8, 1), (1000, 8, 0)])
def test_keys_that_go_on_to_be_others_however_a_scan_is_cut_and_stopped(
    database: Database, tmp_path: Path, rows: int, gather: int, stop: int
) -> None:
    url = f"sqlite:///{tmp_path}/shop.db"
    execute(url, "CREATE TABLE people (id INTEGER PRIMARY KEY, p TEXT)")
    told = [json.dumps({"by": {f"ann{chr(97 + n % 26)}{chr(97 + n // 52)}": {"n": n % 9}}}) for n in range(500)]
    cells = ", ".join(f"('{one}')" for one in told)
    execute(url, f"INSERT INTO people (p) VALUES {cells}")
    declared = [DeclaredStore(SqlStore("shop", url))]
    scanner(database, declared, budget=Budget(rows=100)).run()
    whole = sketches(database)
    assert len(whole) == 2 + MOST_NAMES + 2
    if stop:
        with pytest.raises(Stopped):
            scanner(database, declared, StopAfter(stop), Budget(rows=rows), gather=gather).run()
    scanner(database, declared, budget=Budget(rows=rows), gather=gather).run()
    assert sketches(database) == whole


@ONE_STATE
@pytest.mark.parametrize("chunks", [1, 2, 3])
def test_a_stopped_scan_goes_on_inside_of_documents(database: Database, tmp_path: Path, chunks: int) -> None:
    shop = planted(f"sqlite:///{tmp_path}/shop.db", "TEXT")
    whole = fields(database, shop)
    undisturbed = sketches(database)
    with pytest.raises(Stopped):
        scanner(database, [DeclaredStore(shop)], StopAfter(chunks), budget=Budget(rows=40)).run()
    assert fields(database, shop, rows=40).keys() == whole.keys()
    assert sketches(database) == undisturbed


@ONE_STATE
def test_what_a_sample_does_not_show_is_not_gone_and_what_a_reading_does_not_is(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/shop.db"
    shop = planted(url, "TEXT")
    execute(url, """UPDATE people SET profile = '{"rare": 1}' WHERE id = 50""")
    assert "profile.rare" in fields(database, shop)
    execute(url, """UPDATE people SET profile = '{"name": 1}' WHERE id = 50""")
    clock.instant += timedelta(days=1)
    assert fields(database, shop, Asked(sample=60))["profile.rare"].change != "gone"
    clock.instant += timedelta(days=1)
    assert [path for path, one in fields(database, shop).items() if one.change == "gone"] == ["profile.rare"]


@ONE_STATE
def test_what_is_inside_is_linked_with_a_column(database: Database, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/shop.db"
    shop = planted(url, "TEXT")
    execute(url, "CREATE TABLE logins (id INTEGER PRIMARY KEY, email TEXT)")
    execute(url, "INSERT INTO logins (email) SELECT profile ->> '$.emails[0].address' FROM people WHERE id < 120")
    scanner(database, [DeclaredStore(shop)]).run()
    with database.snapshot() as session:
        found = {f"{asset.name}.{one.path}": one for _, asset, one in load_inventory(session).fields()}
    assert "shop/people.profile.emails[].address" in [link.place for link in found["logins.email"].links]


@ONE_STATE
def test_a_sample_of_lists_and_of_columns_with_one_path(database: Database, tmp_path: Path) -> None:
    """Rows are counted, not documents: a row of a list may hold many, and two columns may have a value at one path."""
    told = [
        [json.dumps({"name": f"a{n}"}), json.dumps({"name": "b"}), json.dumps({"name": f"a{n}"})] for n in range(90)
    ]
    columns = {"tags": told, "profile": [one[0] for one in told], "profile.name": ["x", *[None] * 89]}
    folder = tmp_path / "files"
    folder.mkdir()
    pq.write_table(pa.table(columns), folder / "people.parquet")
    found = fields(database, FilesStore("files", folder), Asked(sample=40))
    assert {path: found[path].drawn for path in ("tags[].name", "profile.name")} == {
        "tags[].name": 40,
        "profile.name": 40,
    }


@pytest.mark.parametrize("array", [pa.array([[b"\xff", b' {"a": 1}', b'{"a": 2}'], [], None, [b'{"a": 1}']])])
def test_rows_of_lists_with_what_is_no_text(array: pa.Array[Any]) -> None:
    assert rows_showing(pa.record_batch({"p[]": array})) == {"p[]": 2, "p[].a": 2}


def test_keys_that_are_too_long_to_be_names(database: Database, tmp_path: Path) -> None:
    """The state could not keep such a path."""
    letters = random.Random(3)
    keys = ["".join(chr(letters.randrange(0x4E00, 0x9000)) for _ in range(3000)) for _ in range(3)]
    cells = [json.dumps({key: "x@y.example", "b": 1, "c": {"d": 2}}, ensure_ascii=False) for key in keys]
    body = "\n".join(["id;p", *(f"{n};{cell}" for n, cell in enumerate(cells))])
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "people.csv").write_text(body, encoding="utf-8")
    found = fields(database, FilesStore("files", folder))
    assert found.keys() == {"id", "p", "p.b", "p.c.d", "p[].key", "p[].value"}
    assert entities(found["p[].value"]) == ["EMAIL_ADDRESS"]
    assert entities(found["p"]) == ["EMAIL_ADDRESS"]


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


def test_an_object_of_many_objects_is_a_map_as_in_a_file() -> None:
    words = [f"name{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(150)]
    assert apart(json.dumps({"by": {word: {"age": 1} for word in words}})).keys() == {
        "p",
        "p.by[].key",
        "p.by[].value.age",
    }


def test_paths_stay_short_however_deep_and_long_the_keys() -> None:
    cell = json.dumps({"k": 1, "x" * 300: {"y" * 150: 1, "y" * 300: [1] * 9, "z": 2}, "l": 2})
    found, long = apart(cell), f"p.{'x' * 300}"
    assert found.keys() == {"p", "p.k", "p.l"} | {
        f"{long}{one}" for one in (f".{'y' * 150}", ".z", "[].key", "[].value[]")
    }
    assert max(map(len, found)) <= LONGEST_PATH


def test_columns_without_documents_cost_nothing_however_many_there_are() -> None:
    columns = distinct_columns({f"c{n}": pa.array([f"v{n}"]) for n in range(4000)})
    begun = process_time()
    assert with_documents(columns, columns) == columns
    assert process_time() - begun < 1


def test_only_so_many_fields_come_of_one_and_those_that_are_known_go_on() -> None:
    names = [f"name {n}" for n in range(MOST_NAMES - 1)]
    cells = [json.dumps({name: {f"{name} {n}": n for n in range(8)}, "last": "y"}) for name in names]
    array = pa.array(cells)
    found = with_documents(distinct_columns({"p": array}))
    assert len(found) == 1 + MOST_PATHS
    assert "p.last" in found
    assert len(rows_showing(pa.record_batch({"p": array}))) == 1 + MOST_PATHS
    again = with_documents(distinct_columns({"p": pa.array(cells[-5:])}), found)
    assert again.keys() == {"p", "p.last"}


def test_keys_that_go_on_to_be_others_are_data_from_a_hundred_on() -> None:
    """However the cells are cut: people that scores are kept for, say, of whom a cell by itself tells nothing."""
    keys = [f"anna{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(600)]
    cells = [json.dumps({"scores": {key: n, "total": n}}) for n, key in enumerate(keys)]
    whole = apart(*cells)
    assert len(whole) == 1 + MOST_NAMES + 2
    assert set(whole["p.scores[].key"].texts()) == set(keys[MOST_NAMES - 1 :])
    parts: list[dict[str, Column]] = []
    for begin in range(0, 600, 37):
        column = distinct_columns({"p": pa.array(cells[begin : begin + 37])})
        parts.append(with_documents(column, [path for part in parts for path in part]))
    assert values(joined_columns(parts)) == values(whole)
