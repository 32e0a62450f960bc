"""Scanning again: what has not changed is not read, what has is, and nothing is believed unchanged that cannot be seen."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine.base.clock import FixedClock
from engine.base.state.database import Database
from engine.base.state.tables import AssetRow, ChunkRow, LotRow, SketchRow, VerdictRow
from engine.estate.inventory.load import load_inventory
from engine.estate.scan.asked import Asked
from engine.estate.scan.progress import Silent
from engine.estate.stores.declared import DeclaredStore
from engine.estate.stores.files import FilesStore
from tests.estate.scan.estate import coverage, scanner, sketches

WHAT_CHANGED = Asked()


class Counting(Silent):
    """Notes which objects are opened."""

    def __init__(self) -> None:
        self.opened: list[str] = []

    def reading(self, store: str, asset: str, name: str) -> None:
        self.opened.append(name)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = tmp_path / "files"
    files.mkdir()
    for number in range(3):
        lines = "".join(f"{n},person{n * number}@mail.example\n" for n in range(150))
        (files / f"list{number}.csv").write_text(f"number,email\n{lines}", encoding="utf-8")
    (files / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    return files


def scan(database: Database, folder: Path, asked: Asked = WHAT_CHANGED) -> list[str]:
    """Scan; returns the objects that were opened."""
    progress = Counting()
    scanner(database, [DeclaredStore(FilesStore("files", folder))], progress, asked=asked).run()
    return progress.opened


def test_what_did_not_change_is_not_read_again(database: Database, clock: FixedClock, folder: Path) -> None:
    assert len(scan(database, folder)) == 3
    first, rows = sketches(database), coverage(database)
    for _ in range(2):
        clock.instant += timedelta(days=1)
        assert scan(database, folder) == []
    assert sketches(database) == first
    assert coverage(database) == {
        name: (state, "unchanged" if state == "full" else reason, count)
        for name, (state, reason, count) in rows.items()
    }
    with database.snapshot() as session:
        assert session.scalar(select(func.count()).select_from(VerdictRow)) == 6
        view = load_inventory(session)
    assert {asset.bound for store in view.stores for asset in store.assets} == {0.0, None}
    assert scan(database, folder, Asked(full=True)) != []


def test_only_what_changed_is_read_again(database: Database, clock: FixedClock, folder: Path) -> None:
    scan(database, folder)
    first = sketches(database)
    clock.instant += timedelta(days=1)
    (folder / "list1.csv").write_text("number,email\n1,new@mail.example\n", encoding="utf-8")
    (folder / "list2.csv").unlink()
    (folder / "list9.csv").write_text("number,email\n1,other@mail.example\n", encoding="utf-8")
    assert scan(database, folder) == ["list1.csv", "list9.csv"]
    second = sketches(database)
    assert second["list0.csv.email"] == first["list0.csv.email"]
    assert second["list1.csv.email"] != first["list1.csv.email"]
    assert coverage(database)["list1.csv"] == ("full", "", 1)
    assert "list2.csv" not in coverage(database)
    clock.instant += timedelta(days=1)
    assert scan(database, folder) == []


def test_the_same_verdicts_as_by_reading_everything(database: Database, clock: FixedClock, folder: Path) -> None:
    scan(database, folder)
    clock.instant += timedelta(days=1)
    (folder / "list1.csv").write_text("number,email\n1,new@mail.example\n", encoding="utf-8")
    scan(database, folder)
    some = sketches(database)
    clock.instant += timedelta(days=1)
    scan(database, folder, Asked(full=True))
    assert sketches(database) == some


def test_what_could_not_be_read_is_tried_again(database: Database, clock: FixedClock, folder: Path) -> None:
    whole = (folder / "list0.csv").read_bytes()
    (folder / "list0.csv").write_bytes(whole[:800] + b"\xff" * 4 + b'"' + whole[800:])
    (folder / "broken.csv.gz").write_bytes(b"\x1f\x8b\x08" + bytes(40))
    scan(database, folder)
    assert coverage(database)["broken.csv.gz"][0] == "failed"
    clock.instant += timedelta(days=1)
    assert "broken.csv.gz" in scan(database, folder)


def test_a_stopped_second_scan_forgets_nothing(database: Database, clock: FixedClock, folder: Path) -> None:
    class Ends(Silent):
        def advanced(self, rows: int, nbytes: int) -> None:
            raise KeyboardInterrupt

    scan(database, folder)
    clock.instant += timedelta(days=1)
    for number in (0, 1):
        path = folder / f"list{number}.csv"
        path.write_text(path.read_text(encoding="utf-8") + "7,late@mail.example\n", encoding="utf-8")
    declared = [DeclaredStore(FilesStore("files", folder))]
    with pytest.raises(KeyboardInterrupt):
        scanner(database, declared, Ends(), asked=WHAT_CHANGED).run()
    scan(database, folder)
    stopped = sketches(database)
    clock.instant += timedelta(days=1)
    scan(database, folder, Asked(full=True))
    assert sketches(database) == stopped


def test_what_a_scan_that_was_given_up_had_read_is_read_again(
    database: Database, clock: FixedClock, folder: Path
) -> None:
    """Of a lot that was not read to its end nothing is kept, so its objects do not count as read."""

    class Ends(Silent):
        def advanced(self, rows: int, nbytes: int) -> None:
            raise KeyboardInterrupt

    scan(database, folder)
    clock.instant += timedelta(days=1)
    (folder / "list1.csv").write_text("number,email\n1,new@mail.example\n", encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        scanner(database, [DeclaredStore(FilesStore("files", folder))], Ends(), asked=WHAT_CHANGED).run()
    scanner(database, [DeclaredStore(FilesStore("files", folder))], asked=WHAT_CHANGED).run(restart=True)
    assert coverage(database)["list1.csv"] == ("full", "", 1)
    assert scan(database, folder) == []


def test_a_planning_that_was_interrupted_forgets_nothing(database: Database, clock: FixedClock, folder: Path) -> None:
    """What it had taken over already stays so when it is planned again."""

    class Ends(Silent):
        def listing(self, store: str) -> None:
            if store == "later":
                raise KeyboardInterrupt

    later = folder.parent / "later"
    later.mkdir()
    both = [DeclaredStore(FilesStore("files", folder)), DeclaredStore(FilesStore("later", later))]
    scanner(database, both, asked=WHAT_CHANGED).run()
    kept = sketches(database)
    clock.instant += timedelta(days=1)
    with pytest.raises(KeyboardInterrupt):
        scanner(database, both, Ends(), asked=WHAT_CHANGED).run()
    assert scanner(database, both, asked=WHAT_CHANGED).run().unchanged == 3
    assert sketches(database) == kept
    clock.instant += timedelta(days=1)
    result = scanner(database, both, asked=WHAT_CHANGED).run()
    assert (result.unchanged, len(result.drift)) == (3, 0)


def test_rows_of_lots_that_were_given_up_are_gone(database: Database, clock: FixedClock, folder: Path) -> None:
    scan(database, folder)
    clock.instant += timedelta(days=1)
    (folder / "list2.csv").unlink()
    scan(database, folder)
    with database.snapshot() as session:
        kept = set(session.scalars(select(SketchRow.lot_id)))
        assert set(session.scalars(select(ChunkRow.lot_id))) == kept
        lots = session.execute(select(LotRow.id, AssetRow.gone_at).join(AssetRow, AssetRow.id == LotRow.asset_id)).all()
    assert kept == {lot for lot, gone in lots if gone is None}


def test_a_sample_is_told_as_one_and_is_bounded(database: Database, clock: FixedClock, folder: Path) -> None:
    scan(database, folder, Asked(sample=50))
    assert coverage(database)["list1.csv"] == ("sampled", "", 150)
    with database.snapshot() as session:
        view = load_inventory(session)
    assert {field.rows for _, _, field in view.fields()} == {50}
    assert [asset.bound for _, asset, _ in view.fields()] == [pytest.approx(0.048, abs=0.002)] * 6
    assert not view.complete
    clock.instant += timedelta(days=1)
    assert scan(database, folder, Asked(sample=50)) == []
    assert len(scan(database, folder, Asked(sample=80))) == 3, "more was asked for than was drawn"
    assert len(scan(database, folder)) == 3, "all was asked for"
    assert scan(database, folder, Asked(sample=80)) == [], "all is more than a sample"


def test_a_sample_as_large_as_the_whole_is_the_whole(database: Database, folder: Path) -> None:
    scan(database, folder, Asked(sample=150))
    assert coverage(database)["list1.csv"] == ("full", "", 150)


def test_until_bound_draws_what_it_takes(database: Database, folder: Path) -> None:
    scan(database, folder, Asked(until_bound=0.05))
    with database.snapshot() as session:
        view = load_inventory(session)
    bounds = [asset.bound for _, asset, _ in view.fields()]
    assert all(bound is not None and 0 < bound <= 0.05 for bound in bounds)
