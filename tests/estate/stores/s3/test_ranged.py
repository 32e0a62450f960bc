"""A file that is read in ranges is the file."""

from __future__ import annotations

from collections.abc import Callable
from io import BufferedReader, BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.base.errors import StoreError
from engine.estate.stores.s3 import ranged
from engine.estate.stores.s3.ranged import RangedFile

DATA = b"".join(b"%d,some text\n" % row for row in range(3000))
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("read"), st.integers(-1, 9000)),
        st.tuples(st.just("readline"), st.integers(-1, 50)),
        st.tuples(st.just("seek"), st.integers(0, len(DATA) + 100)),
        st.tuples(st.just("end"), st.integers(0, 300)),
    ),
    max_size=20,
)


@pytest.fixture(autouse=True, scope="module")
def small_blocks() -> object:
    with pytest.MonkeyPatch.context() as patch:
        for name, size in (("SMALL", 64), ("LARGE", 1024), ("TAIL", 100)):
            patch.setattr(ranged, name, size)
        yield


def counting(asked: list[tuple[int, int]]) -> Callable[[int, int], bytes]:
    def read(start: int, length: int) -> bytes:
        assert length > 0
        assert start + length <= len(DATA)
        asked.append((start, length))
        return DATA[start : start + length]

    return read


@given(STEPS, st.integers(0, 500))
def test_it_reads_as_a_file_does(steps: list[tuple[str, int]], head: int) -> None:
    plain, far = BytesIO(DATA), BufferedReader(RangedFile(counting([]), len(DATA), DATA[:head]), 128)
    for step, number in steps:
        if step == "seek":
            assert far.seek(number) == plain.seek(number)
        elif step == "end":
            assert far.seek(-number, 2) == plain.seek(-number, 2)
        else:
            assert getattr(far, step)(number) == getattr(plain, step)(number)
        assert far.tell() == plain.tell()


def test_reading_straight_on_asks_for_ever_larger_blocks_and_nothing_twice() -> None:
    asked: list[tuple[int, int]] = []
    far = BufferedReader(RangedFile(counting(asked), len(DATA), DATA[:64]), 64)
    assert b"".join(iter(far.readline, b"")) == DATA
    assert [length for _, length in asked[:5]] == [128, 256, 512, 1024, 1024]
    assert all(length <= 1024 for _, length in asked)
    assert sum(length for _, length in asked) < len(DATA) + 100


def test_a_footer_is_asked_for_once() -> None:
    asked: list[tuple[int, int]] = []
    far = BufferedReader(RangedFile(counting(asked), len(DATA), b""), 16)
    for back in (4, 8, 50, 100):
        far.seek(-back, 2)
        far.read(4)
    assert asked == [(len(DATA) - 100, 100)]


def test_an_error_comes_through_and_leaves_no_half_block() -> None:
    failing = [True]

    def read(start: int, length: int) -> bytes:
        if failing[0]:
            raise StoreError("gone", reason="truncated")
        return DATA[start : start + length]

    far = BufferedReader(RangedFile(read, len(DATA), DATA[:64]), 64)
    far.seek(64)
    with pytest.raises(StoreError):
        far.read(10)
    failing[0] = False
    far.seek(64)
    assert far.read(10) == DATA[64:74]


def test_places_before_the_first_byte_are_refused() -> None:
    far = RangedFile(counting([]), len(DATA), b"")
    assert far.readable()
    with pytest.raises(ValueError, match="before the first byte"):
        far.seek(-1)
