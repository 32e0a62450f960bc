"""The filter of a chunk denies nothing that is in it, whatever is in it and in whatever order it comes."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from classifiers.sketches.distinct import distinct_columns
from classifiers.sketches.hashing import HashKey
from classifiers.sketches.membership import Membership
from classifiers.sketches.normal_forms import asked_hashes
from engine.estate.scan.membership import ChunkMembership

KEY = HashKey(bytes(range(16)), 3)
CELL = st.text(st.characters(exclude_categories=["Cs"]), max_size=30) | st.text("ab1 .-,@é", max_size=20)


def chunk(**columns: list[str]) -> ChunkMembership:
    arrays = {name: pa.array(values, pa.string()) for name, values in columns.items()}
    return ChunkMembership.of(distinct_columns(arrays), KEY)


def may_hold(membership: ChunkMembership, text: str) -> bool:
    held = Membership.from_bytes(membership.filter).may_hold(np.array([asked_hashes(text, KEY.secret)[0]], np.uint64))
    return bool(held[0])


@given(st.lists(CELL, max_size=20), st.lists(CELL, max_size=20), st.randoms(use_true_random=False))
def test_no_cell_of_a_chunk_is_ever_denied(one: list[str], other: list[str], random: object) -> None:
    built = chunk(one=one, other=other)
    for cell in [*one, *other]:
        try:
            assert may_hold(built, cell)
        except ValueError:
            continue
    random.shuffle(one)  # type: ignore[attr-defined]
    assert chunk(other=other, one=one * 2).filter == built.filter, "the same values give the same bytes"


def test_cells_that_are_no_text_are_counted() -> None:
    columns = distinct_columns({"raw": pa.array([b"\xff\xfe", b"abc", b"\xff\xfe", None, b""], pa.binary())})
    built = ChunkMembership.of(columns, KEY)
    assert (built.values, built.outside, built.key_generation) == (1, 2, 3)


def test_a_chunk_of_nothing() -> None:
    built = chunk()
    assert (built.values, built.outside) == (0, 0)
    assert not may_hold(built, "anyone")
