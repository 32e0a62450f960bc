"""Samples of rows that come by: uniform, the same however they come, and what the bounds promise of them."""

from __future__ import annotations

import math
import random
import subprocess
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.bounds import missed_bound, rows_needed
from engine.estate.scan import reservoir as room
from engine.estate.scan.reservoir import Reservoir

FALSE_ALARM = 1e-6  # of each statistical check, were it drawn anew

Part = tuple[pa.RecordBatch, int]

ORDINARY = pa.RecordBatch.from_pydict({"id": list(range(100)), "a": [str(n) for n in range(100)], "b": [None] * 100})
NUMBERS = pa.RecordBatch.from_pydict({"id": list(range(100, 200)), "a": list(range(100)), "c[]": [["x"], []] * 50})
OTHERS = pa.RecordBatch.from_pydict(
    {
        "c[]": list(range(100)),
        "a": [date(2020, 1, 1)] * 100,
        "id": list(range(200, 300)),
        "b": [n / 2 for n in range(100)],
    }
)
BARE: pa.RecordBatch = pa.RecordBatch.from_arrays([], names=[])
MIXED: Sequence[Part] = ((ORDINARY, 100), (NUMBERS, 100), (BARE, 50), (OTHERS, 100))


def chi_square_limit(freedom: int) -> float:
    """What a chi-square of so many degrees exceeds with FALSE_ALARM, by Wilson and Hilferty (1931)."""
    spread = 2 / (9 * freedom)
    return freedom * (1 - spread + 4.7534 * math.sqrt(spread)) ** 3


def chi_square(counts: Sequence[int], expected: float) -> float:
    return sum((count - expected) ** 2 for count in counts) / expected


def numbered(rows: int) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict({"n": np.arange(rows)})


def cut(parts: Iterable[Part], cuts: Iterable[int]) -> list[Part]:
    """The same rows, cut elsewhere: at these rows of each part."""
    found: list[Part] = []
    for batch, rows in parts:
        ends = sorted({min(one, rows) for one in cuts} | {0, rows})
        found += [(batch.slice(begin, end - begin), end - begin) for begin, end in pairwise(ends)]
    return found


def sampled(parts: Iterable[Part], size: int, seed: int = 0, stream: int = 0) -> Reservoir:
    reservoir = Reservoir(size, seed, stream)
    for batch, rows in parts:
        reservoir.add(batch, rows)
    return reservoir


def shown(reservoir: Reservoir) -> tuple[pa.Schema | None, list[dict[str, Any]]]:
    batches = list(reservoir.batches())
    table = pa.Table.from_batches(batches) if batches else None
    return (None, []) if table is None else (table.schema, table.to_pylist())


def numbers(reservoir: Reservoir) -> list[int]:
    found: list[Any] = [number for batch in reservoir.batches() for number in batch.column("n").to_pylist()]
    return found


def test_fewer_rows_than_asked_for_come_back_as_they_were() -> None:
    reservoir = sampled(cut([(ORDINARY, 100)], [7, 50]), 1000)
    assert pa.Table.from_batches(list(reservoir.batches())).drop_columns("b").to_pylist() == (
        ORDINARY.select(["id", "a"]).to_pylist()
    )
    assert (reservoir.seen, reservoir.rows) == (100, 100)


def test_no_rows() -> None:
    reservoir = sampled([(ORDINARY.slice(0, 0), 0)], 5)
    assert (reservoir.seen, reservoir.rows, list(reservoir.batches())) == (0, 0, [])


@given(st.integers(1, 400), st.integers(0, 2**64), st.lists(st.integers(0, 100), max_size=8))
def test_where_chunks_are_cut_does_not_matter(size: int, seed: int, cuts: list[int]) -> None:
    assert shown(sampled(cut(MIXED, cuts), size, seed)) == shown(sampled(MIXED, size, seed))


@given(st.integers(1, 400), st.permutations([0, 1, 2]), st.lists(st.integers(0, 100), max_size=4))
def test_the_order_of_merging_does_not_matter(size: int, order: list[int], cuts: list[int]) -> None:
    def merged(order: Sequence[int], cuts: Sequence[int]) -> Reservoir:
        parts = [sampled(cut(MIXED[: place + 1], cuts), size, 7, stream=place) for place in order]
        for other in parts[1:]:
            parts[0].merge(other)
        return parts[0]

    found, expected = merged(order, cuts), merged([0, 1, 2], [])
    assert shown(found) == shown(expected)
    assert (found.seen, found.rows) == (550, min(550, size))


def test_columns_that_come_later_or_change_type() -> None:
    schema, rows = shown(sampled(MIXED, 1000))
    assert schema is not None
    assert {one.name: one.type for one in schema} == {
        "id": pa.int64(),
        "a": pa.string(),
        "b": pa.float64(),
        "c[]": pa.list_(pa.string()),
    }
    assert [rows[place] for place in (1, 101, 201, 251)] == [
        {"id": 1, "a": "1", "b": None, "c[]": None},
        {"id": 101, "a": "1", "b": None, "c[]": []},
        {"id": None, "a": None, "b": None, "c[]": None},
        {"id": 201, "a": "2020-01-01", "b": 0.5, "c[]": ["1"]},
    ]


def test_only_rows_without_columns() -> None:
    reservoir = sampled([(BARE, 100), (BARE, 1000)], 50)
    assert (reservoir.seen, reservoir.rows, list(reservoir.batches())) == (1100, 50, [])


def test_many_small_chunks_with_other_columns_each() -> None:
    parts = [(pa.RecordBatch.from_pydict({"n": [n], f"c{n % 300}": ["x"]}), 1) for n in range(3000)]
    reservoir = sampled(parts, 1000)
    found = numbers(reservoir)
    assert len(found) == 1000
    assert found == sorted(found) == numbers(sampled([(numbered(3000), 3000)], 1000))


def test_memory_holds_the_sample_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = 2000
    reservoir = Reservoir(rows, 1)
    long = "x" * 1000
    for begin in range(0, 200_000, 10_000):
        reservoir.add(pa.RecordBatch.from_pydict({"n": np.arange(begin, begin + 10_000), "x": [long] * 10_000}), 10_000)
        assert reservoir.bytes < (rows + rows // 4 + room.SLACK) * 1100
    monkeypatch.setattr(room, "CHUNK_BYTES", 1 << 20)
    assert [batch.num_rows for batch in reservoir.batches()] == [1000, 1000]


def test_text_beyond_what_one_arrow_column_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pieces are not joined beyond a limit; the limit is small here."""
    monkeypatch.setattr(room, "JOINED_BYTES", 1000)
    parts = cut([(numbered(5000), 5000)], range(0, 5000, 10))
    reservoir = sampled(parts, 700)
    assert numbers(reservoir) == numbers(sampled([(numbered(5000), 5000)], 700))
    assert len(reservoir._pieces) > 3


@pytest.mark.parametrize(("size", "rows", "seeds"), [(10, 40, 2000), (1, 20, 4000), (39, 40, 4000)])
def test_every_row_is_as_likely(size: int, rows: int, seeds: int) -> None:
    """Chi-square, with FALSE_ALARM; and neighbours are drawn together as often as they should, roughly. Seeds are fixed."""
    batch = numbered(rows)
    taken = np.zeros((seeds, rows), int)
    for seed in range(seeds):
        taken[seed, numbers(sampled(cut([(batch, rows)], [rows // 3]), size, seed))] = 1
    share = size / rows
    # counts without replacement spread less than a Poisson variable, by a known factor
    factor = (rows - 1) / (rows * (1 - share))
    assert factor * chi_square(taken.sum(0).tolist(), seeds * share) < chi_square_limit(rows - 1)
    pairs = int((taken[:, 1:] & taken[:, :-1]).sum())
    expected = seeds * (rows - 1) * share * (size - 1) / (rows - 1)
    assert abs(pairs - expected) < 5 * math.sqrt(3 * expected) + 1


def test_streams_and_seeds_draw_apart() -> None:
    drawn = [
        set(numbers(sampled([(numbered(10_000), 10_000)], 1000, seed, stream)))
        for seed, stream in ((1, 0), (1, 1), (2, 0))
    ]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert 50 < len(drawn[one] & drawn[other]) < 150  # 100 +- 9 by chance


def test_streams_are_represented_by_their_rows() -> None:
    """Objects of 900, 90 and 10 rows, merged: 10 draws of 100 rows each. 300 seeds; within 5 standard deviations."""
    found = [0, 0, 0]
    for seed in range(300):
        parts = [sampled([(numbered(rows), rows)], 100, seed, stream) for stream, rows in enumerate((900, 90, 10))]
        parts[0].merge(parts[1])
        parts[0].merge(parts[2])
        for stream in range(3):
            found[stream] += sum(int((piece.streams == stream).sum()) for piece in _compacted(parts[0]))
    assert sum(found) == 30_000
    assert abs(found[1] - 2700) < 5 * math.sqrt(2700)
    assert abs(found[2] - 300) < 5 * math.sqrt(300)


def _compacted(reservoir: Reservoir) -> Sequence[Any]:
    reservoir._compact()
    return reservoir._pieces


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one row"):
        Reservoir(0, 0)
    with pytest.raises(ValueError, match="as many rows"):
        Reservoir(1, 0).add(ORDINARY, 7)
    for other in (Reservoir(2, 0, 1), Reservoir(1, 1, 1), Reservoir(1, 0, 0)):
        with pytest.raises(ValueError, match="one size"):
            Reservoir(1, 0, 0).merge(other)


def most_misses(runs: int, risk: float) -> int:
    """What the number of misses exceeds with less than FALSE_ALARM, were the risk of each run just ``risk``."""
    beyond, misses = 0.0, runs
    while beyond + (term := math.comb(runs, misses) * risk**misses * (1 - risk) ** (runs - misses)) < FALSE_ALARM:
        beyond += term
        misses -= 1
    return misses


@pytest.mark.parametrize("planted", ["together", "apart", "at the end", "by chance"])
def test_what_is_just_above_the_bound_is_missed_in_one_of_twenty_samples(planted: str) -> None:
    """1,000 samples of 299 of 20,000 rows, in four chunks. At most 5 % miss what one row more holds than the bound says.

    The tolerance is that of 1,000 throws: 86 misses, which 5 % exceed with FALSE_ALARM. Fewer than 20 would say that the bound
    is needlessly loose.
    """
    total, sample, runs = 20_000, rows_needed(0.01), 1000
    holding = round(missed_bound(sample, total) * total) + 1
    places = {
        "together": range(5000, 5000 + holding),
        "apart": range(0, holding * (total // holding), total // holding),
        "at the end": range(total - holding, total),
        "by chance": random.Random(5).sample(range(total), holding),
    }[planted]
    held = np.full(total, "nothing", dtype=object)
    held[list(places)] = "jane@example.org"
    batch = pa.RecordBatch.from_pydict({"text": pa.array(held, pa.string())})
    chunks = cut([(batch, total)], range(0, total, total // 4))
    missed = 0
    for seed in range(runs):
        texts = [text for found in sampled(chunks, sample, seed).batches() for text in found.column("text").to_pylist()]
        assert len(texts) == sample
        missed += "jane@example.org" not in texts
    assert most_misses(runs, 0.05) == 86
    assert 20 <= missed <= 86


def long_rows(lengths: Sequence[int]) -> Part:
    cells = ["x" * length for length in lengths]
    lists = [[cell[: len(cell) // 2], None] if cell else None for cell in cells]
    return pa.RecordBatch.from_pydict({"n": np.arange(len(lengths)), "x": cells, "l[]": lists}), len(lengths)


def bounded(parts: Iterable[Part], most_bytes: int, seed: int, size: int = 1000) -> Reservoir:
    reservoir = Reservoir(size, seed, most_bytes=most_bytes)
    for batch, rows in parts:
        reservoir.add(batch, rows)
    return reservoir


@given(
    st.lists(st.sampled_from([0, 1, 50, 3000]), min_size=1, max_size=300),
    st.integers(1, 40_000),
    st.integers(0, 2**32),
    st.lists(st.integers(0, 300), max_size=6),
)
def test_where_bytes_do_not_fit_a_smaller_sample_is_drawn(
    lengths: list[int], most_bytes: int, seed: int, cuts: list[int]
) -> None:
    """Just the sample that would have been drawn had so few been asked for, wherever chunks are cut; one more would not fit."""
    part = long_rows(lengths)
    found = bounded(cut([part], cuts), most_bytes, seed)
    assert 1 <= found.rows <= len(lengths)
    assert numbers(found) == numbers(sampled([part], found.rows, seed))
    assert found.rows == 1 or found.bytes <= most_bytes
    if found.rows < len(lengths):
        assert sampled([part], found.rows + 1, seed).bytes > most_bytes


def test_a_sample_cut_short_by_what_it_looks_for_keeps_its_bound() -> None:
    """Rows that hold something are the long ones, so that it is they who end the sample; 1,000 seeds, as above."""
    total, runs, misled = 4000, 1000, 0
    lengths = [0] * total
    for place in range(0, total, 100):
        lengths[place] = 60_000
    part = long_rows(lengths)
    for seed in range(runs):
        found = bounded([part], 100_000, seed)
        texts = [cell for batch in found.batches() for cell in batch.column("x").to_pylist()]
        misled += not any(texts) and missed_bound(found.rows, total) < 0.01
    assert misled <= most_misses(runs, 0.05)


WIDE = """
import pyarrow as pa
from engine.estate.scan.reservoir import Reservoir
from tests.peak import peak
before = peak()
reservoir = Reservoir(10_000, 1)
for chunk in range({0}):
    {1}
kept = rows = 0
for batch in reservoir.batches():
    rows += batch.num_rows
    assert batch.nbytes < 64 << 20
print(rows, (peak() - before) >> 20)
"""
LONG = "reservoir.add(pa.RecordBatch.from_pydict({'x': [str(chunk * 16 + n) * 200_000 for n in range(16)]}), 16)"
SPARSE = (
    "reservoir.add(pa.RecordBatch.from_pydict({f'c{chunk * 50 + n}': ['x'] + [None] * 99 for n in range(50)}), 100)"
)


@pytest.mark.parametrize(
    ("chunks", "adding", "rows"), [(60, LONG, range(50, 200)), (200, SPARSE, range(10_000, 10_001))]
)
def test_whatever_the_rows_are_memory_is_bounded(chunks: int, adding: str, rows: range) -> None:
    """960 rows of about 800 KB each, and 20,000 rows with 10,000 columns between them."""
    done = subprocess.run(
        [sys.executable, "-c", WIDE.format(chunks, adding)], capture_output=True, text=True, check=True
    )
    found, megabytes = map(int, done.stdout.split())
    assert found in rows
    assert megabytes < 350
