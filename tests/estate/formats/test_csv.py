"""Delimited text: any table comes back, whatever is wrong with the file nothing is swallowed."""

from __future__ import annotations

import csv
import io
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.estate.formats import csv as csv_format
from engine.estate.formats.detect import Detection
from engine.estate.formats.dialect import Dialect
from engine.estate.formats.format import MAX_CELL, Budget
from tests.contracts.format import cells_of, check_format
from tests.estate.formats.opening import chunks_of, columns, detected, opened, texts, troubles
from tests.properties import tries

CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["", '"', '""', ",", ";", "\n", "\r\n", "\r", "a,b", 'x"y', "\ufeffx", "NULL", "é", "\0"]
)
ODD_BYTES = st.lists(
    st.sampled_from(
        [b'"', b'""', b",", b"\n", b"\r\n", b"\r", b"a", b"bc,d", b"\xe9", "é".encode(), b" ", b"\0", b"x\ny\nz\n"]
    ),
    max_size=60,
).map(b"".join)


def of(delimiter: str = ",", *, header: bool = False, width: int = 3) -> Detection:
    return Detection("csv", dialect=Dialect(delimiter, header=header, width=width))


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    width = draw(st.integers(1, 5))
    return draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=12))


@settings(max_examples=tries(120), deadline=None)
@given(
    tables(),
    st.sampled_from(",;\t|"),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_any_table_comes_back(table: list[list[str]], delimiter: str, end: str, quoting: int) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(table)  # type: ignore[arg-type]
    detection = of(delimiter, width=len(table[0]))
    chunks = check_format(opened(out.getvalue().encode(), detection))
    got = [list(row.values()) for chunk in chunks for row in chunk.batch.to_pylist()]
    if quoting == csv.QUOTE_ALL or end == "\r\n":  # else the writer leaves a lone return unquoted
        assert got == table


@settings(max_examples=tries(80), deadline=None)
@given(ODD_BYTES, st.booleans())
def test_any_bytes_are_read_the_same_however_they_are_cut(body: bytes, header: bool) -> None:  # noqa: FBT001
    check_format(opened(body, of(header=header)))


@settings(max_examples=tries(120), deadline=None)
@given(ODD_BYTES)
def test_no_character_is_lost(body: bytes) -> None:
    kept = Counter("".join(texts(body, of())))
    given_ = Counter(body.replace(b"\xc3\xa9", b"\xe9").decode("latin-1"))
    for character in "abcdxyzé":
        assert kept[character] == given_[character]


def test_the_fast_way_reads_as_the_slow_one(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = random.Random(7)
    pieces = ["a", '"b,c"', '"d""e"', "", '""', "é", "1.5", '"x\ny"', '"p\r\nq"', " s ", 'm"n', '"o"p', "\0", "\ufeff"]
    rows = [",".join(rng.choices(pieces, weights=[90] * 10 + [1] * 4, k=4)) for _ in range(4000)]
    body = "\n".join(rows).encode() + b"\n"
    fast = [chunk.batch.to_pylist() for chunk in chunks_of(body, of(width=4))]
    monkeypatch.setattr(csv_format, "_read_fast", lambda *_: False)
    slow = [chunk.batch.to_pylist() for chunk in chunks_of(body, of(width=4))]
    assert fast == slow


def test_names_are_unique_and_never_empty() -> None:
    found = columns(b"email,email,,tags[]\na@x.org,b@x.org,1,2\n", "a.csv")
    assert list(found) == ["email", "email.2", "column3", '["tags[]"]']


def test_a_first_row_that_may_be_data_is_data() -> None:
    assert columns(b"Anna,Berlin\nBen,Paris\nCarl,Rome\n", "a.csv") == {
        "column1": ["Anna", "Ben", "Carl"],
        "column2": ["Berlin", "Paris", "Rome"],
    }
    assert columns(b"1,a@x.org\n2,b@x.org\n", "a.csv") == {"column1": ["1", "2"], "column2": ["a@x.org", "b@x.org"]}


@pytest.mark.parametrize(
    "header", [b"id,email", b"first_name,last_name", b"Vorname,Nachname", b"Customer Name,Telefon", b"ssn,dob"]
)
def test_a_header_is_seen(header: bytes) -> None:
    assert list(columns(header + b"\nAnna,Smith\nBen,Lee\n", "a.csv")) == header.decode().split(",")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    rows = [["id", "name", "note"], ["1", "Anna", "x"], ["2", "Ben", "1,5; y | z"], ["3", "Carl", "q"]]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    assert columns(out.getvalue().encode(), "a.csv")["note"] == ["x", "1,5; y | z", "q"]


def test_ragged_rows_are_counted_and_read_whole() -> None:
    body = b"id,name\n1,Anna\n2\n3,Carl,extra1,extra2\n4,Dora\n"
    found = columns(body, "a.csv")
    assert found["name"] == ["Anna", None, "Carl", "Dora"]
    assert found["extra[]"][2] == ["extra1", "extra2"]
    assert troubles(body, detected(body, "a.csv")) == {"ragged_row": 2}


def test_an_unclosed_quote_swallows_nothing() -> None:
    rows = [f"{number},name{number},x" for number in range(50_000)]
    rows[10] = '10,"name10,x'
    body = ("id,name,note\n" + "\n".join(rows) + "\n").encode()
    detection = detected(body, "a.csv")
    chunks = chunks_of(body, detection)
    assert sum(chunk.rows for chunk in chunks) == 50_000
    assert chunks[0].batch.column("name")[49_000 if chunks[0].rows > 49_000 else 1].as_py() is not None
    assert troubles(body, detection)["bad_quote"] == 1


def test_a_line_of_200_megabytes_needs_little_memory(tmp_path: Path) -> None:
    """Measured in another process: the peak is bounded by the cell limit and buffers, not by the cell."""
    path = tmp_path / "wide.csv"
    with path.open("wb") as out:
        out.write(b"id,note,email\n1,short,a@x.org\n2,")
        for _ in range(200):
            out.write(b"y" * (1 << 20))
        out.write(b",b@x.org\n3,end,c@x.org\n")
    code = f"""
from engine.estate.formats.format import Budget
from engine.estate.stores.files import FilesStore
from tests.peak import peak
store = FilesStore("s", {str(tmp_path)!r})
before = peak()
(asset,) = store.assets()
with store.open(asset, asset.objects[0]) as reader:
    chunks = list(reader.chunks(None, Budget()))
after = peak()
emails = [email for chunk in chunks for email in chunk.batch.column("email").to_pylist()]
notes = [len(note) for chunk in chunks for note in chunk.batch.column("note").to_pylist()]
cut = sum(t.count for chunk in chunks for t in chunk.troubles if t.kind == "cell_cut")
print(asset.format, emails, notes, cut, (after - before) >> 20)
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    shown, megabytes = ran.stdout.rsplit(maxsplit=1)
    assert shown == f"csv ['a@x.org', 'b@x.org', 'c@x.org'] [5, {MAX_CELL}, 3] 1"
    assert int(megabytes) < 100


@pytest.mark.parametrize("quoted", [True, False])
def test_a_long_row_is_read_to_its_end(quoted: bool) -> None:  # noqa: FBT001
    long = "é\n,x" * (5 << 20) if quoted else "é;x" * (5 << 20)
    cell = '"' + long.replace("\n", " ") + '"""q"' if quoted else long
    body = f'id,note,email\n1,{cell},a@x.org\n2,"y\nz",b@x.org\n'.encode()
    chunks = chunks_of(body, Detection("csv", dialect=Dialect(",", header=True)))
    emails, notes = (
        [cell for one in chunks for cell in one.batch.column(name).to_pylist()] for name in ("email", "note")
    )
    assert emails == ["a@x.org", "b@x.org"]
    assert notes[1] == "y\nz"
    assert len(str(notes[0]).encode()) in (MAX_CELL, MAX_CELL - 1)


def test_five_thousand_columns() -> None:
    names = [f"field_{number}" for number in range(5000)]
    body = "\n".join([",".join(names), *(",".join(f"{row}-{number}" for number in range(5000)) for row in range(20))])
    detection = detected(body.encode(), "wide.csv")
    chunks = check_format(opened(body.encode(), detection), budgets=(Budget(3),))
    assert chunks[0].batch.num_columns == 5000
    assert chunks[0].batch.column("field_4999")[19].as_py() == "19-4999"


def test_invalid_bytes_behind_a_clean_head_are_read() -> None:
    body = b"id,name\n" + b"1,Anna\n" * 50_000 + b"2,Jos\xe9\n" + b"3,Zo\xc3\xab\n"
    detection = detected(body, "a.csv")
    assert detection.encoding.codec == "utf-8"
    names = cells_of(chunks_of(body, detection))
    assert names["name", "José"] == 1
    assert names["name", "Zoë"] == 1
    assert troubles(body, detection) == {"invalid_bytes": 1}


def test_old_mac_lines() -> None:
    assert columns(b"id,email\r1,a@x.org\r2,b@x.org\r", "a.csv") == {"id": ["1", "2"], "email": ["a@x.org", "b@x.org"]}


def test_a_header_alone_and_an_empty_file() -> None:
    assert [chunk.rows for chunk in chunks_of(b"id,email\n", detected(b"id,email\n", "a.csv"))] == [0]
    assert [chunk.rows for chunk in chunks_of(b"", detected(b"", "a.csv"))] == [0]
