"""Plain text and broken compression."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.errors import StoreError
from engine.estate.formats.detect import Detection
from engine.estate.formats.encoding import Encoding
from engine.estate.formats.format import MAX_CELL, Budget
from tests.contracts.format import check_format
from tests.estate.formats.opening import chunks_of, detected, opened
from tests.properties import tries

TEXT = Detection("text")


@settings(max_examples=tries(100), deadline=None)
@given(
    st.lists(st.sampled_from([b"a", b"b c", b"\n", b"\r\n", b"\r", b"\xff", "é\u2028".encode(), b"\0"]), max_size=40)
)
def test_any_text_comes_back(pieces: list[bytes]) -> None:
    body = b"".join(pieces)
    chunks = check_format(opened(body, TEXT))
    lines = [line for chunk in chunks for line in chunk.batch.column("line").to_pylist()]
    assert (
        lines
        == body.decode(errors="reeve-latin").replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n").split("\n")
        or not body
    )


def test_a_long_line_comes_in_pieces() -> None:
    body = b"start\n" + b"word " * MAX_CELL + b"\nend\n"
    chunks = check_format(opened(body, TEXT), budgets=(Budget(1),))
    lines = [str(line) for chunk in chunks for line in chunk.batch[0].to_pylist()]
    assert (lines[0], lines[-1]) == ("start", "end")
    assert "".join(lines[1:-1]) == "word " * MAX_CELL
    assert max(map(len, lines)) <= MAX_CELL


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-32-be"])
def test_half_a_character_at_the_end(codec: str) -> None:
    body = "line one\nline two\n".encode(codec) + b"x"
    chunks = check_format(opened(body, Detection("text", encoding=Encoding(codec))))
    assert chunks[0].batch[0].to_pylist()[:2] == ["line one", "line two"]
    assert {trouble.kind for trouble in chunks[0].troubles} == {"invalid_bytes"}


@pytest.mark.parametrize("name", ["a.csv.gz", "a.jsonl.gz", "a.txt.gz"])
@pytest.mark.parametrize("damage", ["truncated", "not_parseable"])
def test_broken_gzip_gives_what_came_before(name: str, damage: str) -> None:
    plain = b"".join(b'{"id": %d, "email": "user%d@x.org"}\n' % (number, number * 7919) for number in range(50_000))
    if "csv" in name:
        plain = plain.replace(b'{"id": ', b"").replace(b' "email": ', b"").replace(b"}", b"")
    body = gzip.compress(plain)
    half = len(body) // 2
    body = body[:half] if damage == "truncated" else body[:half] + b"\0\xff\0\xff" * 8 + body[half + 32 :]
    seen = 0
    with opened(body, detected(body, name))() as (form, source), pytest.raises(StoreError) as caught:  # noqa: PT012
        for chunk in form.chunks(source, None, Budget(1000)):
            assert chunk.next is not None
            seen += chunk.rows
    assert caught.value.reason == damage or (damage, caught.value.reason) == ("not_parseable", "truncated")
    assert seen > 15_000


def test_gzip_that_is_broken_from_the_start() -> None:
    body = gzip.compress(b"a,b\n1,2\n")[:12]
    with pytest.raises(StoreError) as caught:
        chunks_of(body, detected(body, "a.csv.gz"))
    assert caught.value.reason == "truncated"
