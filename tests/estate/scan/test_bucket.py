"""Scanning buckets: many small objects are read and recorded together, and one that changes costs its lot only."""

from __future__ import annotations

import gzip
import io
from datetime import timedelta

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import func, select

from classifiers.bounds import missed_bound, part_bound
from engine.base.clock import FixedClock
from engine.base.state.database import Database
from engine.base.state.tables import ChunkRow, LotRow, ObjectRow, ReadingRow
from engine.estate.inventory.drift.fold import sentences
from engine.estate.inventory.load import load_inventory
from engine.estate.inventory.view import AssetView
from engine.estate.scan import lots
from engine.estate.scan.asked import Asked
from engine.estate.scan.progress import Silent
from engine.estate.stores.declared import DeclaredStore
from engine.estate.stores.s3 import Access, S3Store
from tests.estate.scan.estate import coverage, scanner, sketches
from tests.estate.scan.test_scan import StopAfter, Stopped
from tests.seaweed import SCANNER, Seaweed, bucket, seaweed  # noqa: F401 - fixtures

OBJECTS = 60
WHAT_CHANGED = Asked()


@pytest.fixture(autouse=True)
def _small_lots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lots, "LOT_OBJECTS", 25)


def body(number: int, rows: int = 20) -> bytes:
    return ("number,email\n" + "".join(f"{n},p{n * number}@mail.example\n" for n in range(rows))).encode()


@pytest.fixture
def lake(seaweed: Seaweed, bucket: str) -> DeclaredStore:  # noqa: F811
    """A bucket of partitioned CSV files, a few packed ones and a picture."""
    client = seaweed.client()
    for number in range(OBJECTS):
        client.put_object(Bucket=bucket, Key=f"people/dt=2026-01-{number:04}/part-0001.csv", Body=body(number))
    for number in range(3):
        client.put_object(Bucket=bucket, Key=f"packed/{number:04}.csv.gz", Body=gzip.compress(body(number)))
    client.put_object(Bucket=bucket, Key="logo.png", Body=b"\x89PNG\r\n\x1a\n" + bytes(100))
    access = Access(bucket, seaweed.url, "us-east-1", SCANNER.access_key, SCANNER.secret_key)
    return DeclaredStore(S3Store("lake", access))


class Opened(Silent):
    def __init__(self) -> None:
        self.names: list[str] = []

    def reading(self, store: str, asset: str, name: str) -> None:
        self.names.append(name)


def scan(database: Database, lake: DeclaredStore, asked: Asked = WHAT_CHANGED) -> list[str]:
    """Scan; the objects that were opened."""
    opened = Opened()
    scanner(database, [lake], opened, gather=8, asked=asked).run()
    return opened.names


def test_like_objects_are_one_asset_read_in_lots(database: Database, lake: DeclaredStore) -> None:
    assert len(scan(database, lake)) == OBJECTS + 4
    found = coverage(database)
    assert len(found) == OBJECTS + 4
    assert {state for name, (state, _, _) in found.items() if name != "logo.png"} == {"full"}
    assert found["logo.png"][:2] == ("skipped", "binary_file")
    assert "people/dt=*/part-*.csv.email" in sketches(database)
    with database.snapshot() as session:
        sizes = session.scalars(select(LotRow.objects).order_by(LotRow.objects)).all()
        assert sizes == [1, 3, 10, 25, 25]
        assert session.scalar(select(func.count()).select_from(ChunkRow)) == 5, "small objects are recorded together"
        facts = session.scalars(select(ObjectRow.facts).where(ObjectRow.name == "packed/0001.csv.gz")).one()
    assert isinstance(facts, dict)
    assert {"storage_class", "encryption"} <= set(facts)


def test_an_object_that_changed_costs_its_lot_only(
    database: Database,
    clock: FixedClock,
    lake: DeclaredStore,
    seaweed: Seaweed,  # noqa: F811
    bucket: str,  # noqa: F811
) -> None:
    scan(database, lake)
    clock.instant += timedelta(days=1)
    assert scan(database, lake) == []
    clock.instant += timedelta(days=1)
    client = seaweed.client()
    client.put_object(Bucket=bucket, Key="people/dt=2026-01-0003/part-0001.csv", Body=body(777))
    client.put_object(Bucket=bucket, Key="people/dt=2026-01-9999/part-0001.csv", Body=body(999))
    assert len(scan(database, lake)) == 26, "the lot of the one that changed, and the new one"
    some = sketches(database)
    clock.instant += timedelta(days=1)
    client.delete_object(Bucket=bucket, Key="people/dt=2026-01-0030/part-0001.csv")
    assert len(scan(database, lake)) == 24, "what is left of the lot that lost one"
    less = sketches(database)
    assert less != some
    clock.instant += timedelta(days=1)
    scan(database, lake, Asked(full=True))
    assert sketches(database) == less


@pytest.mark.parametrize("chunks", [1, 2, 3])
def test_a_stopped_scan_of_lots_counts_nothing_twice(
    database: Database, clock: FixedClock, lake: DeclaredStore, chunks: int
) -> None:
    scan(database, lake)
    undisturbed, rows = sketches(database), coverage(database)
    clock.instant += timedelta(days=1)
    everything = Asked(full=True)
    with pytest.raises(Stopped):
        scanner(database, [lake], StopAfter(chunks), asked=everything).run()
    scanner(database, [lake], asked=everything).run()
    assert sketches(database) == undisturbed
    assert coverage(database) == rows
    with database.snapshot() as session:
        assert set(session.scalars(select(ReadingRow.state))) == {"done"}


def test_a_sample_of_a_bucket_is_drawn_from_all_its_objects(database: Database, lake: DeclaredStore) -> None:
    scan(database, lake, Asked(sample=300))
    found = coverage(database)
    assert found["people/dt=2026-01-0003/part-0001.csv"] == ("sampled", "", 20)
    assert found["packed/0001.csv.gz"] == ("full", "", 20), "fewer rows than were asked for are all read"
    asset = _people(database)
    assert asset.bound == missed_bound(300, 20 * OBJECTS), "of the rows of all objects together"
    assert {one.detail.partition(";")[0] for one in asset.objects} == {
        "300 rows drawn from 1,200 of 60 objects together"
    }
    own = [one.bound for one in asset.objects]
    assert len(set(own)) > 3, "of an object's own rows, by those of them that were drawn"
    assert set(own) <= {missed_bound(drawn, 20) for drawn in range(21)}


def test_a_field_of_some_objects_only(
    database: Database,
    clock: FixedClock,
    lake: DeclaredStore,
    seaweed: Seaweed,  # noqa: F811
    bucket: str,  # noqa: F811
) -> None:
    """Three of 63 objects have one column more, and so few drawn rows that its bound is a loose one."""
    for number in range(3):
        text = "number,email,phone\n" + "1,a@mail.example,+49 30 901820\n" * 20
        seaweed.client().put_object(
            Bucket=bucket, Key=f"people/dt=2027-01-{number:04}/part-0001.csv", Body=text.encode()
        )
    scan(database, lake, Asked(sample=300))
    fields = {field.path: field for field in _people(database).fields}
    drawn = fields["phone"].drawn
    assert drawn is not None
    assert 1 < drawn < 40
    assert (fields["email"].drawn, fields["phone"].bound) == (300, part_bound(drawn, 300, 20 * (OBJECTS + 3)))

    clock.instant += timedelta(days=1)
    seaweed.client().put_object(Bucket=bucket, Key="people/dt=2028-01-0000/part-0001.csv", Body=body(1, 400))
    assert len(scan(database, lake, Asked(sample=300))) == 1
    fields = {field.path: field for field in _people(database).fields}
    assert fields["phone"].bound == 1.0, "a second sample, drawn apart, showed none at all"
    assert fields["email"].drawn == 600
    assert _people(database).bound == missed_bound(300, 20 * (OBJECTS + 3)), "the worse of the two"


def test_whole_objects_are_drawn_and_the_others_left_unread(
    database: Database,
    clock: FixedClock,
    lake: DeclaredStore,
    seaweed: Seaweed,  # noqa: F811
    bucket: str,  # noqa: F811
) -> None:
    twenty = Asked(sample=20, blocks=True)
    opened = scan(database, lake, twenty)
    assert sum(name.startswith("people") for name in opened) == 20
    states = [found for name, found in coverage(database).items() if name.startswith("people")]
    assert sorted(states) == [("full", "", 20)] * 20 + [("sampled", "not_drawn", 0)] * 40
    asset = _people(database)
    assert (asset.coverage, asset.bound, asset.drawn_by) == ("sampled", missed_bound(20, OBJECTS), "objects")
    assert {field.path: field.drawn for field in asset.fields} == {"number": 20, "email": 20}
    assert {one.detail for one in asset.objects if one.reason} == {
        "20 objects drawn from 60; with 95 % confidence at most 10 % of these hold anything unseen"
    }
    assert {one.bound for one in asset.objects} == {0.0, 1.0}

    clock.instant += timedelta(days=1)
    assert scan(database, lake, twenty) == [], "nothing has changed, of what was left unread either"
    assert _people(database).bound == asset.bound
    clock.instant += timedelta(days=1)
    unread = next(one.name for one in asset.objects if one.reason)
    seaweed.client().put_object(Bucket=bucket, Key=unread, Body=body(9))
    assert len(scan(database, lake, twenty)) == 20, "all are drawn anew"
    clock.instant += timedelta(days=1)
    assert sum(name.startswith("people") for name in scan(database, lake, Asked(sample=20))) == OBJECTS


def test_a_block_sample_that_was_stopped_draws_the_same_again(
    database: Database, clock: FixedClock, lake: DeclaredStore
) -> None:
    twenty = Asked(sample=20, blocks=True)
    with pytest.raises(Stopped):
        scanner(database, [lake], StopAfter(2), asked=twenty).run()
    scanner(database, [lake], asked=twenty).run()
    states = [found for name, found in coverage(database).items() if name.startswith("people")]
    assert sorted(states) == [("full", "", 20)] * 20 + [("sampled", "not_drawn", 0)] * 40
    assert {field.rows for field in _people(database).fields} == {400}


def _people(database: Database) -> AssetView:
    with database.snapshot() as session:
        return next(
            one for store in load_inventory(session).stores for one in store.assets if one.name.startswith("people")
        )


def parquet(number: pa.DataType, rows: int = 20) -> bytes:
    stream = io.BytesIO()
    pq.write_table(pa.table({"number": pa.array(range(rows), pa.int32()).cast(number)}), stream)
    return stream.getvalue()


def test_objects_that_disagree_have_all_their_types(
    database: Database,
    clock: FixedClock,
    seaweed: Seaweed,  # noqa: F811
    bucket: str,  # noqa: F811
) -> None:
    client = seaweed.client()

    def put(number: int, body: bytes) -> None:
        client.put_object(Bucket=bucket, Key=f"facts/dt=2026-01-{number:04}/part-0001.parquet", Body=body)

    def drift() -> list[str]:
        clock.instant += timedelta(days=1)
        access = Access(bucket, seaweed.url, "us-east-1", SCANNER.access_key, SCANNER.secret_key)
        return sentences(scanner(database, [DeclaredStore(S3Store("lake", access))], asked=WHAT_CHANGED).run().drift)

    def kind() -> list[str]:
        with database.snapshot() as session:
            return [field.type for _, _, field in load_inventory(session).fields()]

    name = "lake/facts/dt=*/part-*.parquet.number"
    for number in range(60):
        put(number, parquet(pa.int32()))
    assert drift() == []
    assert kind() == ["int32"]
    put(3, parquet(pa.string()))
    put(60, parquet(pa.float64()))
    assert drift() == [f"Type changed: {name} was int32, is double | int32 | string."]
    assert drift() == []
    put(60, parquet(pa.float64())[:-9])
    put(3, parquet(pa.int32()))
    assert drift() == [], "what is in the one that cannot be read is not known"
    assert kind() == ["double | int32 | string"]
    client.delete_object(Bucket=bucket, Key="facts/dt=2026-01-0060/part-0001.parquet")
    assert drift() == [f"Type changed: {name} was double | int32 | string, is int32."]
    assert drift() == []
