"""Parquet and Avro: nested columns come flat, damage is named, memory stays bounded."""

from __future__ import annotations

import io
import json
import random
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

import fastavro
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from fastavro.read import HEADER_SCHEMA
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.errors import NotRead, StoreError
from engine.estate.formats import avro
from engine.estate.formats.detect import Detection
from engine.estate.formats.format import MAX_CELL, Budget
from tests.contracts.format import cell_text, cells_of, check_format
from tests.estate.formats.opening import chunks_of, columns, opened, troubles
from tests.properties import tries

PARQUET, AVRO = Detection("parquet"), Detection("avro")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=6)
INNER = st.fixed_dictionaries(
    {"x": st.none() | st.integers(-(2**40), 2**40), "y": st.none() | st.lists(TEXT, max_size=3)}
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.integers(-(2**63), 2**63 - 1),
            "name": st.none() | TEXT,
            "inner": st.none() | INNER,
            "items": st.none() | st.lists(st.none() | INNER, max_size=3),
            "grid": st.lists(st.lists(st.integers(0, 9), max_size=2), max_size=2),
        }
    ),
    max_size=25,
)
INNER_TYPE: pa.DataType = pa.struct([pa.field("x", pa.int64()), pa.field("y", pa.list_(pa.string()))])
FIELDS: list[pa.Field[Any]] = [
    pa.field("id", pa.int64()),
    pa.field("name", pa.string()),
    pa.field("inner", INNER_TYPE),
    pa.field("items", pa.list_(INNER_TYPE)),
    pa.field("grid", pa.list_(pa.list_(pa.int64()))),
]
SCHEMA = pa.schema(FIELDS)
AVRO_INNER = {
    "type": "record",
    "name": "inner",
    "fields": [
        {"name": "x", "type": ["null", "long"]},
        {"name": "y", "type": ["null", {"type": "array", "items": "string"}]},
    ],
}
AVRO_SCHEMA = {
    "type": "record",
    "name": "row",
    "fields": [
        {"name": "id", "type": "long"},
        {"name": "name", "type": ["null", "string"]},
        {"name": "inner", "type": ["null", AVRO_INNER]},
        {"name": "items", "type": ["null", {"type": "array", "items": ["null", "inner"]}]},
        {"name": "grid", "type": {"type": "array", "items": {"type": "array", "items": "long"}}},
    ],
}


def leaves(value: object, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item, f"{path}[]")
    elif value is not None:
        yield path, cell_text(value)


def parquet_bytes(table: pa.Table, **options: Any) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, **options)
    return out.getvalue()


def avro_bytes(schema: Any, rows: list[Any], codec: str = "null", **options: Any) -> bytes:
    out = io.BytesIO()
    fastavro.writer(out, schema, rows, codec="null" if codec in PACKED else codec, **options)
    return packed_avro(out.getvalue(), codec) if codec in PACKED else out.getvalue()


def _snappy(plain: bytes) -> bytes:
    return pa.Codec("snappy").compress(plain, asbytes=True) + zlib.crc32(plain).to_bytes(4, "big")


def _zstandard(plain: bytes) -> bytes:
    return pa.Codec("zstd").compress(plain, asbytes=True)


PACKED: Mapping[str, Callable[[bytes], bytes]] = {"snappy": _snappy, "zstandard": _zstandard, "lz4": bytes}
"""What fastavro itself does not write here."""


def packed_avro(plain: bytes, codec: str) -> bytes:
    """An Avro file without codec as one with it."""
    blocks: Any = fastavro.block_reader(io.BytesIO(plain))
    meta = {"avro.codec": codec.encode(), "avro.schema": json.dumps(AVRO_SCHEMA).encode()}
    out = io.BytesIO()
    fastavro.schemaless_writer(out, HEADER_SCHEMA, {"magic": b"Obj\x01", "meta": meta, "sync": b"m" * 16})
    for block in blocks:
        fastavro.schemaless_writer(out, "long", block.num_records)
        fastavro.schemaless_writer(out, "bytes", PACKED[codec](block.bytes_.getvalue()))
        out.write(b"m" * 16)
    return out.getvalue()


@settings(max_examples=tries(60), deadline=None)
@given(ROWS, st.integers(1, 10))
def test_any_parquet_comes_back(rows: list[dict[str, Any]], group: int) -> None:
    body = parquet_bytes(pa.Table.from_pylist(rows, SCHEMA), row_group_size=group)
    chunks = check_format(opened(body, PARQUET))
    assert cells_of(chunks) == Counter(cell for row in rows for cell in leaves(row, ""))
    assert sum(chunk.rows for chunk in chunks) == len(rows)


@settings(max_examples=tries(60), deadline=None)
@given(ROWS, st.sampled_from(["null", "deflate", "bzip2", "xz", "snappy", "zstandard"]), st.integers(1, 200))
def test_any_avro_comes_back(rows: list[dict[str, Any]], codec: str, sync: int) -> None:
    body = avro_bytes(AVRO_SCHEMA, rows, codec=codec, sync_interval=sync)
    chunks = check_format(opened(body, AVRO))
    assert cells_of(chunks) == Counter(cell for row in rows for cell in leaves(row, ""))
    assert sum(chunk.rows for chunk in chunks) == len(rows)


def test_parquet_types() -> None:
    table = pa.table(
        {
            "day": pa.array([date(1990, 1, 2)]),
            "at": pa.array([datetime(2024, 1, 1, tzinfo=UTC)], pa.timestamp("us", "UTC")),
            "money": pa.array([Decimal("1.50")]),
            "kind": pa.array(["a"]).dictionary_encode(),
            "blob": pa.array([b"x"]),
            "fixed": pa.array([b"ab"], pa.binary(2)),
            "clock": pa.array([time(1, 2, 3)]),
            "half": pa.array([1.5], pa.float16()),
            "map": pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int64())),
            "none": pa.nulls(1),
            "a.b": pa.array(["dot"]),
        }
    )
    found = columns(parquet_bytes(table), "a.parquet")
    assert found == {
        "day": [date(1990, 1, 2)],
        "at": [datetime(2024, 1, 1, tzinfo=UTC)],
        "money": [Decimal("1.50")],
        "kind": ["a"],
        "blob": [b"x"],
        "fixed": [b"ab"],
        "clock": ["01:02:03"],
        "half": [1.5],
        "map[].key": [["k"]],
        "map[].value": [[1]],
        '["a.b"]': ["dot"],
    }


def test_avro_types() -> None:
    kinds = {
        "day": {"type": "int", "logicalType": "date"},
        "at": {"type": "long", "logicalType": "timestamp-micros"},
        "key": {"type": "string", "logicalType": "uuid"},
        "map": {"type": "map", "values": "string"},
        "kind": {"type": "enum", "name": "kind", "symbols": ["A", "B"]},
        "either": ["long", "string"],
    }
    schema = {"type": "record", "name": "r", "fields": [{"name": name, "type": kind} for name, kind in kinds.items()]}
    key = UUID("12345678-1234-5678-1234-567812345678")
    rows = [
        {
            "day": date(1990, 1, 2),
            "at": datetime(2024, 1, 1, tzinfo=UTC),
            "key": key,
            "map": {"a@x.org": "v"},
            "kind": "A",
            "either": 1,
        },
        {
            "day": date(1990, 1, 3),
            "at": datetime(2024, 1, 2, tzinfo=UTC),
            "key": key,
            "map": {},
            "kind": "B",
            "either": "x",
        },
    ]
    found = columns(avro_bytes(schema, rows), "a.avro")
    assert found["map[].key"] == [["a@x.org"], []]
    assert found["day"] == [date(1990, 1, 2), date(1990, 1, 3)]
    assert found["key"] == [str(key), str(key)]
    assert found["either"] == ["1", "x"]
    assert found["kind"] == ["A", "B"]


def test_avro_of_scalars() -> None:
    assert columns(avro_bytes("string", ["a@x.org", "b@x.org"]), "a.avro") == {"$": ["a@x.org", "b@x.org"]}


@pytest.mark.parametrize("kept", [8, 0.5, 0.9, -1])
def test_a_truncated_parquet_file(kept: float) -> None:
    body = parquet_bytes(pa.table({"email": [f"user{number}@x.org" for number in range(1000)]}))
    cut = body[: int(len(body) * kept) if 0 < kept < 1 else int(kept)]
    with pytest.raises(StoreError) as caught:
        chunks_of(cut, PARQUET)
    assert caught.value.reason == "truncated"


@pytest.mark.parametrize("kept", [0.3, 0.6, 0.95])
def test_a_truncated_avro_file_gives_what_came_before(kept: float) -> None:
    rows = [{"email": f"user{number}@x.org"} for number in range(5000)]
    schema = {"type": "record", "name": "r", "fields": [{"name": "email", "type": "string"}]}
    body = avro_bytes(schema, rows, sync_interval=500)
    seen = 0
    with opened(body[: int(len(body) * kept)], AVRO)() as (form, source), pytest.raises(StoreError) as caught:  # noqa: PT012
        for chunk in form.chunks(source, None, Budget(7)):
            assert chunk.next is not None
            seen += chunk.rows
    assert caught.value.reason in {"truncated", "not_parseable"}
    assert seen > 5000 * kept * 0.8


@pytest.mark.parametrize("detection", [PARQUET, AVRO])
def test_damage_is_named_and_never_quoted(detection: Detection) -> None:
    rng = random.Random(5)
    rows = [{"email": f"planted{number}@x.org"} for number in range(300)]
    schema = {"type": "record", "name": "r", "fields": [{"name": "email", "type": "string"}]}
    whole = parquet_bytes(pa.Table.from_pylist(rows)) if detection is PARQUET else avro_bytes(schema, rows)
    failed = 0
    for _ in range(60):
        body = bytearray(whole)
        for place in rng.sample(range(4, len(body) - 8), 20):
            body[place] = rng.randrange(256)
        try:
            chunks_of(bytes(body), detection)
        except StoreError as error:
            failed += error.reason in {"truncated", "not_parseable", "too_large"}
            assert "planted" not in str(error)  # noqa: PT017
    assert failed


def test_five_thousand_parquet_columns() -> None:
    body = parquet_bytes(pa.table({f"field_{number}": ["x", "y"] for number in range(5000)}))
    (chunk,) = chunks_of(body, PARQUET)
    assert chunk.batch.num_columns == 5000


def test_long_cells_are_cut() -> None:
    body = parquet_bytes(pa.table({"note": ["é" * MAX_CELL, "short"], "list": [["x" * (MAX_CELL + 1)], []]}))
    (chunk,) = chunks_of(body, PARQUET)
    assert len(chunk.batch.column("note")[0].as_py().encode()) == MAX_CELL
    assert troubles(body, PARQUET) == {"cell_cut": 2}


def test_a_large_row_group_comes_in_pieces() -> None:
    body = parquet_bytes(
        pa.table({"note": ["x" * 100 + str(number) for number in range(50_000)]}), use_dictionary=False
    )
    chunks = chunks_of(body, PARQUET, Budget(bytes=100_000))
    assert len(chunks) > 20
    assert max(chunk.batch.nbytes for chunk in chunks) < 200_000


ROW = {"id": 1, "name": "n", "inner": None, "items": None, "grid": [[1]]}


def test_an_unknown_codec_is_skipped_with_its_reason() -> None:
    with pytest.raises(NotRead) as caught:
        chunks_of(avro_bytes(AVRO_SCHEMA, [ROW], codec="lz4"), AVRO)
    assert caught.value.reason == "unsupported_codec"


@pytest.mark.parametrize("codec", ["snappy", "zstandard"])
def test_damaged_blocks_are_told(codec: str) -> None:
    body = avro_bytes(AVRO_SCHEMA, [ROW] * 500, codec=codec)
    start = body.index(b"m" * 16) + 20
    broken = {
        "not_parseable": [body[:start] + bytes([body[start] ^ 0x55]) + body[start + 1 :], body[:-1] + b"x"],
        "truncated": [body[:-1], body[:-17], body[:start]],
    }
    for reason, bodies in broken.items():
        for one in bodies:
            with pytest.raises(StoreError) as caught:
                chunks_of(one, AVRO)
            assert caught.value.reason == reason


def test_a_block_that_unpacks_to_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(avro, "MAX_BLOCK", 20_000)
    for codec in ("snappy", "zstandard", "deflate"):
        body = avro_bytes(AVRO_SCHEMA, [ROW | {"name": "x" * 50_000}], codec=codec)
        with pytest.raises(StoreError) as caught:
            chunks_of(body, AVRO)
        assert caught.value.reason == "too_large", codec
