"""Which format a file is: the content decides, the name only where it does not."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import zipfile

import fastavro
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.contracts.format import check_format
from tests.estate.formats.opening import chunks_of, columns, detected, opened
from tests.properties import tries

ROWS = [{"id": number, "email": f"user{number}@example.org", "city": "Köln"} for number in range(20)]
CSV = b"id,email,city\n" + b"".join(f"{row['id']},{row['email']},{row['city']}\n".encode() for row in ROWS)
JSON = json.dumps(ROWS, indent=1).encode()
LINES = b"".join(json.dumps(row).encode() + b"\n" for row in ROWS)
LOG = b"".join(
    f"2024-01-01 00:00:{row['id']:02d},123 INFO user {row['email']} from {row['city']}\n".encode() for row in ROWS
)


def parquet() -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(ROWS), out)
    return out.getvalue()


def avro() -> bytes:
    out = io.BytesIO()
    fields = [{"name": "id", "type": "long"}, {"name": "email", "type": "string"}, {"name": "city", "type": "string"}]
    fastavro.writer(out, {"type": "record", "name": "r", "fields": fields}, ROWS)
    return out.getvalue()


BODIES = {"csv": CSV, "json": JSON, "jsonl": LINES, "text": LOG, "parquet": parquet(), "avro": avro()}


@pytest.mark.parametrize("kind", BODIES)
@pytest.mark.parametrize(
    "name", ["a", "a.dat", "a.json", "a.jsonl", "a.txt", "a.parquet", "a.avro", "A.CSV.bak", "x/a.pdf"]
)
def test_a_wrong_extension_does_not_mislead(kind: str, name: str) -> None:
    assert detected(BODIES[kind], name).format == kind


@pytest.mark.parametrize("kind", ["csv", "json", "jsonl", "text", "avro"])
def test_gzip_is_taken_off(kind: str) -> None:
    body = gzip.compress(BODIES[kind])
    found = detected(body, f"a.{kind}.gz")
    assert (found.format, found.packed) == (kind, True)
    assert sum(chunk.rows for chunk in check_format(opened(body, found))) == 20


def test_gzip_members_follow_each_other() -> None:
    body = gzip.compress(CSV[:300]) + gzip.compress(CSV[300:]) + b"\0" * 512
    assert columns(body, "a.csv.gz") == columns(CSV, "a.csv")


@pytest.mark.parametrize(
    "codec", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be", "latin-1", "cp1252"]
)
@pytest.mark.parametrize("packed", [False, True])
def test_encodings(codec: str, packed: bool) -> None:  # noqa: FBT001
    plain = CSV.decode().encode(codec)
    body = gzip.compress(plain) if packed else plain
    found = detected(body, "a.csv")
    assert found.format == "csv"
    chunks = check_format(opened(body, found))
    assert chunks[0].batch.column("city").to_pylist() == ["Köln"] * 20
    assert not chunks[0].troubles


@pytest.mark.parametrize(
    ("codec", "words"),
    [
        ("cp1251", "Мария Иванова живёт на улице Ленина в Москве и работает учителем в школе"),
        ("shift_jis", "山田太郎は東京都に住んでいる会社員です。電話番号は次のとおりです。"),
        ("gb18030", "张伟住在北京市朝阳区,他是一名教师,电话号码如下"),
        ("cp1252", "François Lefèvre habite à Orléans près de la forêt où il a été élevé"),
    ],
)
def test_other_encodings_are_guessed(codec: str, words: str) -> None:
    body = f"id;name;note\n1;{words};x\n2;{words};y\n".encode(codec)
    assert columns(body, "a.csv")["name"] == [words, words]


@pytest.mark.parametrize(
    ("body", "skip"),
    [
        (bz2.compress(CSV), "unsupported_format"),
        (lzma.compress(CSV), "unsupported_format"),
        (gzip.compress(gzip.compress(CSV)), "unsupported_format"),
        (gzip.compress(parquet()), "unsupported_format"),
        (b"%PDF-1.7 x", "unsupported_format"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "binary_file"),
        (bytes(range(256)) * 8, "binary_file"),
        (bytes(5000), "binary_file"),
    ],
)
def test_what_is_not_read_says_why(body: bytes, skip: str) -> None:
    assert detected(body, "a.csv").skip == skip


def test_a_zip_file_is_not_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("a.csv", CSV)
    assert detected(out.getvalue(), "a.xlsx").skip == "unsupported_format"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.csv", "csv"),
        ("a.json", "json"),
        ("a.ndjson.gz", "jsonl"),
        ("a.parquet", "parquet"),
        ("a.avro", "avro"),
        ("a", "text"),
    ],
)
def test_an_empty_file_is_of_its_name_and_has_no_rows(name: str, kind: str) -> None:
    found = detected(b"", name)
    assert (found.format, found.skip) == (kind, "")
    (chunk,) = chunks_of(b"", found)
    assert (chunk.rows, chunk.next) == (0, None)
    packed = detected(gzip.compress(b""), name)
    assert [chunk.rows for chunk in chunks_of(gzip.compress(b""), packed)] == [0]


def test_prose_and_logs_are_text() -> None:
    prose = "Dear Anna,\nthank you, and regards,\nBen\n\nPS: call me, please, at noon.\n"
    assert detected(prose.encode(), "a.txt").format == "text"
    assert detected(b"[2024-01-01 00:00:00] ERROR {x}\n" * 9, "a").format == "text"
    assert detected(b"\n".join([b"just one line"] * 5), "a.txt").format == "text"


def test_lines_with_a_broken_first_line_are_still_lines() -> None:
    assert detected(b'{"a": \n' + LINES, "a.jsonl").format == "jsonl"
    assert detected(b"oops\n" + LINES, "a.jsonl").format == "jsonl"


@settings(max_examples=tries(200), deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.json", "a.jsonl", "a.txt", "a.gz", "a.parquet"]))
def test_any_bytes_are_of_some_format(body: bytes, name: str) -> None:
    found = detected(body, name)
    assert found.format
    assert found.skip in {"", "binary_file", "unsupported_format"}
