"""Samples of whole blocks: nothing else is read, and what is said is said of blocks."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from classifiers.bounds import missed_bound, part_bound
from engine.base.clock import FixedClock
from engine.base.ids import LotId, ObjectId, ScanId
from engine.base.state.database import Database
from engine.estate.inventory.load import load_inventory
from engine.estate.inventory.view import AssetView
from engine.estate.scan.asked import Asked
from engine.estate.scan.blocks import draw_blocks
from engine.estate.scan.fence import Claim
from engine.estate.scan.lot import Lot, Work
from engine.estate.stores.declared import DeclaredStore
from engine.estate.stores.files import FilesStore
from tests.estate.scan.estate import coverage, scanner
from tests.estate.scan.test_reservoir import most_misses

GROUPS, GROUP_ROWS = 80, 50


def lot_of(objects: int, form: str = "csv", seed: int = 0) -> Lot:
    claim = Claim(ScanId(UUID(int=seed)), LotId(UUID(int=1 << 90)), "s", 1, 1)
    works = [Work(ObjectId(UUID(int=n)), f"o{n}", 10, "v") for n in range(objects)]
    return Lot(claim, "s", "a", "objects", form, works)


def drawn(lot: Lot, asked: Asked) -> set[int] | None:
    drawing = draw_blocks(lot, asked, lambda work: work.id.int % 7)
    return None if drawing is None else {work.id.int for work in lot.objects if drawing.reads(work)}


def test_what_more_blocks_hold_than_the_bound_says_is_missed_in_one_of_twenty_samples() -> None:
    """1,000 samples of 59 of 400 objects; those that hold something stand together. See test_reservoir for the tolerance."""
    total, runs = 400, 1000
    holding = set(range(100, 100 + round(missed_bound(59, total) * total) + 1))
    samples = [drawn(lot_of(total, seed=seed), Asked(sample=59, blocks=True)) for seed in range(runs)]
    missed = sum(not (found or set()) & holding for found in samples)
    assert all(found is not None and len(found) == 59 for found in samples)
    assert 15 <= missed <= most_misses(runs, 0.05)
    counts = np.bincount([one for found in samples for one in found or ()], minlength=total)
    assert abs(counts - runs * 59 / total).max() < 6 * (runs * 59 / total) ** 0.5


def test_how_many_blocks_are_drawn_and_when_none_are() -> None:
    assert drawn(lot_of(5000), Asked(sample=299, blocks=True)) == drawn(lot_of(5000), Asked(sample=299, blocks=True))
    found = drawn(lot_of(5000), Asked(until_bound=0.01, blocks=True))
    assert found is not None
    assert missed_bound(len(found), 5000) <= 0.01 < missed_bound(len(found) - 1, 5000), "no more than it takes"
    for lot, asked in (
        (lot_of(5000), Asked(sample=299)),
        (lot_of(299), Asked(sample=299, blocks=True)),
        (lot_of(20, "parquet"), Asked(sample=299, blocks=True)),
    ):
        assert drawn(lot, asked) is None
    drawing = draw_blocks(lot_of(20, "parquet"), Asked(sample=50, blocks=True), lambda _: 100)
    assert drawing is not None
    assert (drawing.sample.unit, drawing.sample.drawn, drawing.sample.total) == ("row_group", 50, 2000)


@pytest.fixture
def lake(tmp_path: Path) -> DeclaredStore:
    """A Parquet file of many row groups, of which each fourth has addresses, and a small one of two."""
    folder = tmp_path / "lake"
    folder.mkdir()
    _write(folder / "large.parquet", GROUPS)
    _write(folder / "small.parquet", 2)
    return DeclaredStore(FilesStore("lake", folder))


def _write(path: Path, groups: int) -> None:
    schema = pa.table({"id": [0], "mail": ["x"]}).schema
    with pq.ParquetWriter(path, schema) as writer:
        for group in range(groups):
            ids = list(range(group * GROUP_ROWS, (group + 1) * GROUP_ROWS))
            mails = [f"p{n}@mail.example" if group % 4 == 0 else None for n in ids]
            writer.write_table(pa.table({"id": ids, "mail": mails}, schema=schema), row_group_size=GROUP_ROWS)


def assets(database: Database) -> dict[str, AssetView]:
    with database.snapshot() as session:
        (store,) = load_inventory(session).stores
    return {asset.name: asset for asset in store.assets}


def test_only_row_groups_that_were_drawn_are_read(database: Database, clock: FixedClock, lake: DeclaredStore) -> None:
    result = scanner(database, [lake], asked=Asked(sample=20, blocks=True)).run()
    assert coverage(database)["large.parquet"] == ("sampled", "", 20 * GROUP_ROWS)
    assert coverage(database)["small.parquet"] == ("sampled", "", 2 * GROUP_ROWS)
    assert result.rows_read == 22 * GROUP_ROWS
    large = assets(database)["large.parquet"]
    fields = {field.path: field for field in large.fields}
    assert (large.bound, large.drawn_by) == (missed_bound(20, GROUPS), "row groups")
    assert (fields["id"].drawn, fields["id"].rows) == (20, 20 * GROUP_ROWS)
    mail = fields["mail"]
    assert mail.drawn == (mail.rows - mail.nulls) // GROUP_ROWS, "row groups with a value, not rows"
    assert mail.bound == part_bound(mail.drawn, 20, GROUPS)
    assert large.objects[0].detail.startswith("20 row groups drawn from 80;")
    small = assets(database)["small.parquet"]
    assert (small.bound, small.drawn_by) == (missed_bound(20, 2 * GROUP_ROWS), "rows"), "too few to leave one out"

    scans = [Asked(sample=20, blocks=True), Asked(sample=25, blocks=True), Asked(sample=20)]
    for asked, read in zip(scans, (0, 27 * GROUP_ROWS, GROUPS * GROUP_ROWS), strict=True):
        clock.instant += timedelta(days=1)
        assert scanner(database, [lake], asked=asked).run().rows_read == read, asked
    assert assets(database)["large.parquet"].drawn_by == "rows"


def test_a_file_that_is_damaged_fails_as_it_always_does(
    database: Database, lake: DeclaredStore, tmp_path: Path
) -> None:
    path = tmp_path / "lake" / "large.parquet"
    body = bytearray(path.read_bytes())
    body[4:-2000] = bytes(len(body) - 2004)
    path.write_bytes(bytes(body))
    (tmp_path / "lake" / "small.parquet").write_bytes(b"PAR1PAR1")
    scanner(database, [lake], asked=Asked(sample=20, blocks=True)).run()
    assert {name: found[0] for name, found in coverage(database).items()} == {
        "large.parquet": "failed",
        "small.parquet": "failed",
    }
