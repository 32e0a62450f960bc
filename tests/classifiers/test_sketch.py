"""Sketches: any grouping into chunks and any order of merging gives the same bytes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import reduce
from itertools import pairwise

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.matching.matcher import Matcher
from classifiers.sketches.hashing import HashKey
from classifiers.sketches.observe import observe
from classifiers.sketches.sketch import CHECKED_KEPT, VALUES_KEPT, Sketch, merge, registers_of
from classifiers.sketches.sketch_bytes import SketchError, from_bytes, to_bytes
from tests.classifiers.sample import PACK, make, number, with_check_digit
from tests.properties import tries

MATCHER = Matcher(PACK)
KEY = HashKey(bytes(range(16)), 1)

cells = st.one_of(
    st.none(),
    st.sampled_from(["", " ", "a@b.example", "2001-02-03", "123456789", "John Smith", "müller"]),
    st.integers(10**8, 10**9 - 1).map(str),
    st.text(max_size=12),
)


def sketch(values: Sequence[str | None], known: Sketch | None = None) -> Sketch:
    """The sketch of one column."""
    known_by_name = {"c": known} if known is not None else None
    return observe({"c": pa.array(list(values), pa.string())}, MATCHER, KEY, known_by_name)["c"]


@settings(max_examples=tries(60), deadline=None)
@given(st.lists(cells, max_size=80), st.lists(st.integers(0, 80), max_size=6), st.randoms(use_true_random=False))
def test_any_chunking_and_order_gives_the_same_bytes(
    values: list[str | None], cuts: list[int], rng: random.Random
) -> None:
    whole = to_bytes(sketch(values))
    edges = sorted({0, len(values), *(cut % (len(values) + 1) for cut in cuts)})
    parts = [sketch(values[low:high]) for low, high in pairwise(edges)]
    rng.shuffle(parts)
    merged = reduce(merge, parts, Sketch(epoch=KEY.epoch))
    assert to_bytes(merged) == whole


def test_large_columns_merge_to_the_same_bytes_in_any_order_and_with_what_is_known() -> None:
    values = make(6_000, number(9)) + make(3_000, lambda rng: f"user{rng.randrange(2_000)}@example.com")
    values += [with_check_digit(body) for body in make(500, number(8), seed=3)]
    random.Random(5).shuffle(values)
    whole = to_bytes(sketch(list(values)))
    parts = [list(values[begin : begin + 1_700]) for begin in range(0, len(values), 1_700)]
    backwards = reduce(merge, [sketch(part) for part in reversed(parts)])
    grown = sketch(parts[0])
    for part in parts[1:]:
        grown = merge(grown, sketch(part, known=grown))
    assert to_bytes(backwards) == whole
    assert to_bytes(grown) == whole
    assert len(grown.values.hashes) == VALUES_KEPT
    assert len(grown.hits[PACK[1].key].hashes) == CHECKED_KEPT


def test_distinct_is_exact_while_few_and_close_when_many() -> None:
    assert sketch(["a", "b", "a", None, ""]).distinct == 2
    many = sketch(list(map(str, range(50_000))))
    assert abs(many.distinct - 50_000) < 0.12 * 50_000


def test_counts_weigh_rows() -> None:
    found = sketch(["a@b.example"] * 5 + ["nothing", None, "", "  "])
    assert (found.rows, found.nulls, found.empty, found.filled) == (9, 1, 2, 6)
    assert found.hits[PACK[0].key].rows == 5
    assert found.hits[PACK[0].key].whole == 5
    assert found.shapes[min(found.shapes)].rows in {1, 5}


def test_a_rare_minority_of_another_shape_is_checked() -> None:
    odd = with_check_digit("12345678")
    values = [*make(3_000, lambda rng: f"note {rng.randrange(10**6)}"), odd]
    found = sketch(list(values))
    shapes = {one.text: one for one in found.shapes.values()}
    assert shapes["999999999"].passed == (PACK[1].key,)


def test_sketches_of_different_keys_do_not_merge() -> None:
    with pytest.raises(ValueError, match="epoch"):
        merge(Sketch(epoch=1), Sketch(epoch=2))


@given(st.lists(cells, max_size=40))
@settings(max_examples=tries(40), deadline=None)
def test_bytes_round_trip(values: list[str | None]) -> None:
    data = to_bytes(sketch(values))
    assert to_bytes(from_bytes(data)) == data


@given(st.data())
@settings(max_examples=tries(200), deadline=None)
def test_damaged_bytes_are_refused(data: st.DataObject) -> None:
    good = to_bytes(sketch(["a@b.example", "123456789", "x"]))
    place = data.draw(st.integers(0, len(good) - 1))
    how = data.draw(st.sampled_from(["cut", "longer"]))
    bad = good[:place] if how == "cut" else good + b"\0"
    with pytest.raises(SketchError):
        from_bytes(bad)


def test_no_value_is_in_the_bytes() -> None:
    data = to_bytes(sketch(["secret.person@example.com", "Gudrun Canary", "123456789"]))
    for part in (b"secret", b"Gudrun", b"Canary", b"123456789", b"example"):
        assert part not in data


def test_registers_count_leading_zeros() -> None:
    import numpy as np

    lowest = registers_of(np.array([0], np.uint64))
    assert lowest[0] == 54
    assert registers_of(np.array([(1 << 64) - 1], np.uint64))[-1] == 1
