"""Files made to mislead: small ones that would need much memory or time, and signs that lie. Nothing may be lost silently."""

from __future__ import annotations

import bz2
import io
import json
import lzma
import zlib
from collections.abc import Callable
from typing import Any

import fastavro
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.errors import StoreError
from engine.estate.formats import avro, window
from engine.estate.formats.csv import unique_names
from engine.estate.formats.detect import Detection
from engine.estate.formats.dialect import Dialect
from engine.estate.formats.format import Budget, Trouble
from engine.estate.formats.nested import MAX_GRID
from engine.estate.formats.records import _most_keys
from engine.estate.formats.window import Window
from tests.contracts.format import cells_of, check_format
from tests.estate.formats.opening import chunks_of, columns, detected, opened
from tests.properties import tries

LINES, JSON, AVRO, PARQUET = Detection("jsonl"), Detection("json"), Detection("avro"), Detection("parquet")
RECORD = {"type": "record", "name": "r", "fields": [{"name": "e", "type": "string"}]}


def avro_of(rows: list[Any], schema: Any = None, **options: Any) -> bytes:
    out = io.BytesIO()
    fastavro.writer(out, schema or RECORD, rows, **options)
    return out.getvalue()


# JSON


@pytest.mark.parametrize(
    "text",
    [
        '{"email": "a@x.org", "email": "b@x.org", "x" : 1}',
        '{"email": "a@x.org", "email": "b@x.org", "x"\n\t:1}',
        '{"email": "a@x.org", "email": "b@x.org", "x\\\\": 1}',
        '{"email": "a@x.org", "email": "b@x.org", "x\\\\\\\\" : ":"}',
        '{"o": {"email": "a@x.org", "email": "b@x.org"}, "y": "\\":"}',
    ],
)
def test_equal_keys_are_seen_whatever_else_looks_like_a_key(text: str) -> None:
    for body, detection in (
        (text.replace("\n", " ") + "\n", LINES),
        (f"[{text}, {text}]", JSON),
        (f'{{"a": [{text}]}}', JSON),
    ):
        found = {value for _, value in cells_of(chunks_of(body.encode(), detection))}
        assert {"a@x.org", "b@x.org"} <= found, body


KEY = st.text(st.sampled_from(list('":\\ \t{}[],a')), max_size=4)


@settings(max_examples=tries(200), deadline=None)
@given(
    st.recursive(
        KEY | st.integers(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEY, inner, max_size=3)
    ),
    st.sampled_from([(",", ":"), (" , ", " : "), (",", "\n\t :"), (",", ": ")]),
)
def test_the_most_keys_are_never_too_few(value: object, separators: tuple[str, str]) -> None:
    def keys(one: object) -> int:
        if isinstance(one, dict):
            return len(one) + sum(map(keys, one.values()))
        return sum(map(keys, one)) if isinstance(one, list) else 0

    assert _most_keys(json.dumps(value, separators=separators).encode()) >= keys(value)


def test_the_most_keys_are_the_keys_of_ordinary_texts() -> None:
    """Else every record would be read the slow way."""
    record = {"a": "x:y", "b": {"c": '{"d":1}', "e": "at 10:00 : now"}, "f": [{"g": "http://x"}]}
    assert (
        _most_keys(json.dumps(record).encode()) == _most_keys(json.dumps(record, separators=(",", ":")).encode()) == 6
    )


@pytest.mark.timeout(60)
@pytest.mark.parametrize("detection", [LINES, JSON])
def test_a_record_with_thousands_of_unlike_objects_is_read(detection: Detection) -> None:
    """The keys are data, though no single object has many of them."""
    count = 5000
    assert count * count > MAX_GRID
    record = {"id": 7, "items": [{f"user{number}@x.org": number} for number in range(count)]}
    around = [{"id": 1}, record, {"id": 2}]
    body = b"".join(json.dumps(one).encode() + b"\n" for one in around)
    if detection is JSON:
        body = json.dumps(around).encode()
    chunks = check_format(opened(body, detection), budgets=(Budget(1), Budget(2)))
    found = cells_of(chunks)
    assert found["items[][].key", "user4999@x.org"] == 1
    assert sum(count for (path, _), count in found.items() if path == "items[][].value") == count
    assert [found["id", str(number)] for number in (1, 2, 7)] == [1, 1, 1]
    assert not any(chunk.troubles for chunk in chunks)


def test_many_keys_below_many_objects_stay_small() -> None:
    """Each level alone is allowed; all of them together are not."""
    lines = [{f"p{part}": {f"k{row // 2}_{part}_{n}": n for n in range(20)} for part in range(50)} for row in range(60)]
    body = b"".join(json.dumps(line).encode() + b"\n" for line in lines)
    chunks = chunks_of(body, LINES)
    assert sum(chunk.rows for chunk in chunks) == 60
    assert sum(cells_of(chunks).values()) == 60 * 50 * 20
    assert max(chunk.rows * chunk.batch.num_columns for chunk in chunks) < 2 * MAX_GRID


def test_digits_below_the_deepest_level_are_kept() -> None:
    body = b"[" * 70 + b"12345678901234567890123" + b"]" * 70 + b"\n"
    ((_, text),) = cells_of(chunks_of(body, LINES))
    assert "12345678901234567890123" in text


def test_a_window_drops_nothing_that_it_has_not_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A string that goes on behind an escape at the end of what was read skips one byte before it is there."""
    monkeypatch.setattr(window, "PIECE", 4)
    view = Window(io.BytesIO(b"abcdefgh"))
    assert view.peek(0, 4) == b"abcd"
    view.drop(5)
    assert view.peek(5, 3) == b"fgh"


# Delimited text


def test_a_hundred_thousand_equal_names() -> None:
    names = unique_names(["a"] * 100_000 + ["a.3", ""])
    assert len(set(names)) == len(names)
    assert names[:3] == ["a", "a.2", "a.3"]
    assert names[-2:] == ["a.3.2", "column100002"]


def test_short_rows_below_many_names_do_not_fill_memory() -> None:
    names = ",".join(f"c{number}" for number in range(20_000))
    body = f"{names}\n{names}\n{'1' + chr(10)}".encode() + b"1\n" * 3000
    chunks = chunks_of(body, Detection("csv", dialect=Dialect(",", header=True)))
    assert sum(chunk.rows for chunk in chunks) == 3002
    assert max(chunk.rows * chunk.batch.num_columns for chunk in chunks) <= MAX_GRID


@pytest.mark.parametrize("size", [2 << 20, 9 << 20])
def test_a_name_that_is_cut_is_counted_once(size: int) -> None:
    body = b"id,email," + b"z" * size + b"\n1,a@x.org,c\n2,b@x.org,d\n"
    detection = Detection("csv", dialect=Dialect(",", header=True))
    for budget in (Budget(), Budget(1)):
        chunks = chunks_of(body, detection, budget)
        assert [trouble for chunk in chunks for trouble in chunk.troubles] == [Trouble("cell_cut", 1, lost=True)]


@pytest.mark.parametrize(
    "first", ["ORCID", "ORC", "BZhang", "BZh9", "ID3", "PAR1", "GIF89a", "RIFF", "OggS", "fLaC", "Rar!"]
)
def test_a_table_that_begins_with_the_letters_of_another_format(first: str) -> None:
    body = f"{first},email,city\n" + "".join(f"{number},u{number}@x.org,Köln\n" for number in range(9))
    found = detected(body.encode(), "a.csv")
    assert (found.format, found.skip) == ("csv", "")
    assert columns(body.encode(), "a.csv")["email"][8] == "u8@x.org"


@pytest.mark.parametrize(
    "body",
    [
        bz2.compress(b"a,b\n"),
        bz2.compress(b""),
        b"ORC\x0a\x0b\x0a\x03\x00\x00\x00",
        b"Rar!\x1a\x07\x01\x00",
    ],
)
def test_what_is_another_format_is_still_skipped(body: bytes) -> None:
    assert detected(body, "a.csv").skip == "unsupported_format"


@pytest.mark.parametrize(
    "body", [b"GIF89a\x01\x00\x01\x00;", b"ID3\x03\x00\x00", b"OggS\x00\x02", b"RIFF\x24\x00\x00\x00WAVE"]
)
def test_pictures_and_sounds_are_still_skipped(body: bytes) -> None:
    assert detected(body, "a.csv").skip == "binary_file"


# Avro and Parquet


def packed_avro(codec: str, pack: Callable[[bytes], bytes], size: int) -> bytes:
    """One record of a long text, in a block made by hand: writing it with fastavro would take the memory."""
    whole = avro_of([], codec=codec)
    sync = whole[-16:]
    block = pack(zigzag(size) + b"x" * size)
    return whole + zigzag(1) + zigzag(len(block)) + block + sync


def zigzag(number: int) -> bytes:
    number, out = number << 1, bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


@pytest.mark.parametrize(("codec", "pack"), [("deflate", deflated), ("bzip2", bz2.compress), ("xz", lzma.compress)])
def test_a_block_that_unpacks_to_too_much_is_refused(
    codec: str, pack: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(avro, "MAX_BLOCK", 33 << 20)
    good, bad = packed_avro(codec, pack, 32 << 20), packed_avro(codec, pack, 34 << 20)
    assert sum(chunk.rows for chunk in chunks_of(good, AVRO)) == 1
    with pytest.raises(StoreError) as caught:
        chunks_of(bad, AVRO)
    assert caught.value.reason == "too_large"


def test_millions_of_records_without_bytes_come_in_chunks() -> None:
    whole = avro_of([], {"type": "record", "name": "r", "fields": []})
    body = whole + zigzag(300_000) + zigzag(0) + whole[-16:]
    chunks = chunks_of(body, AVRO)
    assert sum(chunk.rows for chunk in chunks) == 300_000
    assert max(chunk.rows for chunk in chunks) <= Budget().rows


def test_a_chunk_of_packed_blocks_is_as_large_as_they_are_unpacked() -> None:
    body = avro_of([{"e": "x" * 10_000}] * 2_000, codec="deflate", sync_interval=100_000)
    chunks = check_format(opened(body, AVRO), budgets=(Budget(1 << 16, 1 << 20), Budget(7)))
    assert sum(chunk.rows for chunk in chunks) == 2_000
    assert max(chunk.batch.nbytes for chunk in chunks) < 2 * Budget().bytes


def test_values_of_a_dictionary_that_fill_many_rows() -> None:
    """Four kilobytes of Parquet that are 120 MB of text."""
    column = pa.DictionaryArray.from_arrays(np.zeros(6_000, np.int32), pa.array(["x" * 20_000]))
    out = io.BytesIO()
    pq.write_table(pa.table({"a": column}), out, store_schema=False)
    rows = largest = 0
    with opened(out.getvalue(), PARQUET)() as (form, source):
        for chunk in form.chunks(source, None, Budget()):
            rows, largest = rows + chunk.rows, max(largest, chunk.batch.nbytes)
    assert rows == 6_000
    assert largest < 2 * Budget().bytes
    check_format(opened(out.getvalue(), PARQUET), budgets=(Budget(1 << 16, 8 << 20),))
