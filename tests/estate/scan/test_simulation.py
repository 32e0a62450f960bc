"""1,000 samples of every kind, seeded: whatever is just more frequent than the bound says is missed in at most one of twenty.

What is counted are runs that were misled: nothing was seen, and the bound says that less than there is can be left. Their number
may exceed 5 % of 1,000 by what chance gives 1,000 throws: 86, see ``most_misses``.
"""

from __future__ import annotations

import math
from uuid import UUID

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest

from classifiers.bounds import missed_bound, part_bound
from engine.base.ids import LotId, ObjectId, ScanId
from engine.estate.formats.format import Budget
from engine.estate.scan.asked import Asked
from engine.estate.scan.blocks import draw_blocks
from engine.estate.scan.fence import Claim
from engine.estate.scan.lot import Lot, Work
from engine.estate.scan.reservoir import Reservoir
from engine.estate.stores.sql import SqlStore
from tests.estate.scan.test_reservoir import most_misses
from tests.estate.stores.sql.planting import opened, values_of
from tests.estate.stores.sql.test_places import uneven  # noqa: F401 - a fixture
from tests.estate.stores.sql.test_sampling import numbered, run, server  # noqa: F401 - a fixture

RUNS = 1000


def numbers_of(reservoir: Reservoir) -> npt.NDArray[np.int64]:
    return np.concatenate([batch.column("n").to_numpy() for batch in reservoir.batches()])


def reservoir_of(rows: range, size: int, seed: int, stream: int = 0) -> Reservoir:
    found = Reservoir(size, seed, stream)
    found.add(pa.RecordBatch.from_pydict({"n": np.arange(rows.start, rows.stop)}), len(rows))
    return found


def test_samples_of_several_objects_merged() -> None:
    """Three objects of 6,000, 900 and 100 rows; what is looked for is in the last alone, or in the first."""
    parts = (range(6000), range(6000, 6900), range(6900, 7000))
    size, total = 150, 7000
    holding = math.floor(missed_bound(size, total) * total) + 1
    for places in (range(holding), range(total - holding, total)):
        misled = 0
        for seed in range(RUNS):
            reservoirs = [reservoir_of(rows, size, seed, stream) for stream, rows in enumerate(parts)]
            first, *others = reservoirs[seed % 3 :] + reservoirs[: seed % 3]
            for other in others:
                first.merge(other)
            misled += not np.isin(numbers_of(first), places).any()
        assert 20 <= misled <= most_misses(RUNS, 0.05)


@pytest.mark.parametrize(("prevalence", "total"), [(0.05, 4000), (0.01, 40_000)])
def test_drawing_until_a_prevalence_is_excluded(prevalence: float, total: int) -> None:
    """One row more than that share of them holds it: where nothing is seen, it was wrongly excluded."""
    size = Asked(until_bound=prevalence).drawn
    assert size is not None
    assert missed_bound(size, total) <= prevalence
    holding = range(100, 100 + math.floor(prevalence * total) + 1)
    misled = sum(not np.isin(numbers_of(reservoir_of(range(total), size, seed)), holding).any() for seed in range(RUNS))
    assert misled <= most_misses(RUNS, 0.05)


@pytest.mark.parametrize("filled", [3000, 400, 60])
def test_a_field_that_few_rows_have(filled: int) -> None:
    """Of 3,000 rows so many have a value; how many of these are drawn differs from run to run, and so does the bound."""
    total, size = 3000, 300
    for share in (0.02, 0.2, 0.6):
        holding = max(1, round(share * filled))
        misled = 0
        for seed in range(RUNS):
            numbers = numbers_of(reservoir_of(range(total), size, seed))
            showing = int((numbers < filled).sum())
            misled += not (numbers < holding).any() and part_bound(showing, size, total) < holding / filled
        assert misled <= most_misses(RUNS, 0.05), share


@pytest.mark.parametrize("asked", [Asked(sample=59, blocks=True), Asked(until_bound=0.05, blocks=True)])
def test_blocks(asked: Asked) -> None:
    """600 objects, neighbours alike."""
    total, misled = 600, 0
    works = [Work(ObjectId(UUID(int=n)), f"o{n}", 10, "v") for n in range(total)]
    for seed in range(RUNS):
        claim = Claim(ScanId(UUID(int=seed)), LotId(UUID(int=1 << 90)), "s", 1, 1)
        drawing = draw_blocks(Lot(claim, "s", "a", "objects", "csv", works), asked, lambda _: None)
        assert drawing is not None
        holding = works[300 : 300 + math.floor(drawing.sample.bound * total) + 1]
        misled += not any(map(drawing.reads, holding))
    assert 20 <= misled <= most_misses(RUNS, 0.05)


@pytest.mark.long
def test_samples_drawn_by_a_server(server: tuple[str, str]) -> None:  # noqa: F811
    """By the formula of each server, on the server. Its chance is its own, so no seed can be given. 2,000 rows, 59 drawn."""
    kind, url = server
    total, size = 2000, 59
    run(url, "CREATE TABLE t (id int PRIMARY KEY)", f"INSERT INTO t SELECT n FROM {numbered(kind, total)}")
    holding = set(range(700, 700 + math.floor(missed_bound(size, total) * total) + 1))
    misled = 0
    with opened(SqlStore("s", url), "t") as reader:
        for _ in range(RUNS):
            chunks = reader.sample(size, Budget())
            assert chunks is not None
            misled += holding.isdisjoint(values_of(chunks, "id"))
    assert 20 <= misled <= most_misses(RUNS, 0.05)


@pytest.mark.long
def test_samples_drawn_by_place(uneven: str) -> None:  # noqa: F811
    """Ten of 24,000 rows: 25.9 % cannot be excluded. Those that hold it stand on full pages, or on nearly empty ones."""
    total, size = 24_000, 10
    holding = math.floor(missed_bound(size) * total) + 1
    for places in (range(1, holding + 1), range(total - holding + 1, total + 1)):
        misled = 0
        with opened(SqlStore("s", uneven), "t") as reader:
            for _ in range(RUNS):
                chunks = reader.sample(size, Budget())
                assert chunks is not None
                misled += not any(number in places for number in values_of(chunks, "n"))
        assert 20 <= misled <= most_misses(RUNS, 0.05)
