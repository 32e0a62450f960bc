"""Searching for one person reads only what can hold them, and never rules out what does."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import func, select, update

from engine.base.clock import FixedClock
from engine.base.errors import BadInput
from engine.base.state.database import Database
from engine.base.state.tables import LotRow, MembershipRow, PurposeKeyRow, StoreRow
from engine.estate.formats.format import Budget
from engine.estate.locate.chunks import Answer, CanHold, CannotHold, Extent, MustRead, may_hold
from engine.estate.scan import lots
from engine.estate.scan.asked import Asked
from engine.estate.scan.progress import Silent
from engine.estate.stores.declared import DeclaredStore
from engine.estate.stores.files import FilesStore
from engine.estate.stores.s3 import Access, S3Store
from engine.estate.stores.sql import SqlStore
from tests.estate.scan.estate import ALL, build, scanner
from tests.estate.scan.test_scan import StopAfter, Stopped
from tests.seaweed import SCANNER, Seaweed, bucket, seaweed  # noqa: F401 - fixtures

OBJECTS = 50
LOT = 5
BY_CHANCE = 3 * LOT  # objects in chunks that are false hits: more than that has a chance of 1 in 10,000
PERSON = ("gudrun.canary@estate.example", "+49 (170) 55 44 33-2", "KD-777123", "Canary, Gudrun")
WHAT_CHANGED = Asked()


@pytest.fixture(autouse=True)
def _small_lots(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lots, "LOT_OBJECTS", LOT)


def body(number: int, extra: str = "") -> bytes:
    """A few people of one object, and those in ``extra``."""
    lines = [
        f"KD-{number}{n:03},First{n} Last{number},p{number}x{n}@mail.example,+49 171 {number:03}{n:04},said yes to {n} offers"
        for n in range(40)
    ]
    return ("number,name,email,phone,note\n" + "\n".join([*lines, *([extra] if extra else [])]) + "\n").encode()


CANARY = "kd-777123,Gudrun Canary,Gudrun.Canary@ESTATE.example,+491705544332,said no"
IN_A_NOTE = (
    "KD-1,Someone Else,else@mail.example,+49 1,"
    '"call Gudrun Canary (KD-777123) at +49 170 5544332 or gudrun.canary@estate.example."'
)
HOLDING = {"part-0001.csv": CANARY, "part-0008.csv": IN_A_NOTE}


@pytest.fixture(params=["files", "s3"])
def lake(request: pytest.FixtureRequest, tmp_path: Path) -> Lake:
    """A folder, then a bucket, of fifty objects."""
    if request.param == "files":
        return Folder(tmp_path / "lake")
    return Bucket(request.getfixturevalue("seaweed"), request.getfixturevalue("bucket"))


class Lake:
    """Objects that can be put and scanned."""

    store: DeclaredStore

    def put(self, name: str, content: bytes) -> None:
        raise NotImplementedError

    def fill(self, objects: int = 10) -> None:
        """Objects of which two hold the person: one as a row, one in a note."""
        for number in range(objects):
            name = f"part-{number:04}.csv"
            self.put(name, body(number, HOLDING.get(name, "")))


class Folder(Lake):
    def __init__(self, path: Path) -> None:
        path.mkdir()
        self.path = path
        self.store = DeclaredStore(FilesStore("lake", path))

    def put(self, name: str, content: bytes) -> None:
        (self.path / name).write_bytes(content)


class Bucket(Lake):
    def __init__(self, server: Seaweed, name: str) -> None:
        self.client, self.name = server.client(), name
        access = Access(name, server.url, "us-east-1", SCANNER.access_key, SCANNER.secret_key)
        self.store = DeclaredStore(S3Store("lake", access))

    def put(self, name: str, content: bytes) -> None:
        self.client.put_object(Bucket=self.name, Key=name, Body=content)


def answers(database: Database, *values: str) -> dict[str, Answer]:
    return {answer.place.name: answer for answer in may_hold(database, values)}


def read(found: dict[str, Answer]) -> set[str]:
    return {name for name, answer in found.items() if not isinstance(answer, CannotHold)}


def test_one_person_in_two_of_fifty_objects(database: Database, lake: Lake) -> None:
    lake.fill(OBJECTS)
    scanner(database, [lake.store], gather=8).run()
    for value in PERSON:
        found = answers(database, value)
        assert all(isinstance(found[name], CanHold) for name in HOLDING), value
        assert len(found) == OBJECTS
        assert len(read(found)) <= 2 * LOT + BY_CHANCE
        extent = Extent.of(found.values())
        assert 2 * 41 <= extent.rows <= len(read(found)) * 41
        assert extent.bytes <= len(read(found)) * len(body(49, IN_A_NOTE))
        assert extent.unsized == 0
    assert len(read(answers(database, "nobody@estate.example", "+49 160 0000000"))) <= BY_CHANCE
    assert read(answers(database, *PERSON)) == {name for value in PERSON for name in read(answers(database, value))}


def test_a_replaced_object_must_be_read(database: Database, clock: FixedClock, lake: Lake) -> None:
    lake.fill()
    scanner(database, [lake.store]).run()
    clock.instant += timedelta(days=1)
    lake.put("part-0007.csv", body(7, CANARY))
    lake.put("part-9999.csv", body(99))
    with pytest.raises(Stopped):  # the listing is known, and what is new was not read to its end
        scanner(database, [lake.store], StopAfter(1), asked=WHAT_CHANGED).run()
    found = answers(database, PERSON[0])
    assert not isinstance(found["part-0007.csv"], CannotHold)
    assert isinstance(found["part-0001.csv"], CanHold)
    assert {one.reason for one in found.values() if isinstance(one, MustRead)} <= {"changed", "no_filter"}
    scanner(database, [lake.store], asked=WHAT_CHANGED).run()
    found = answers(database, PERSON[0])
    assert isinstance(found["part-0007.csv"], CanHold)
    assert not isinstance(found["part-9999.csv"], MustRead)


def test_what_was_listed_anew_and_not_read_yet_must_be_read(database: Database, clock: FixedClock, lake: Lake) -> None:
    lake.fill()
    scanner(database, [lake.store]).run()
    clock.instant += timedelta(days=1)
    lake.put("part-0007.csv", body(7, CANARY))

    class Listed(Silent):
        def reading(self, store: str, asset: str, name: str) -> None:
            raise Stopped

    with pytest.raises(Stopped):
        scanner(database, [lake.store], Listed(), asked=WHAT_CHANGED).run()
    found = answers(database, "nobody@estate.example")
    assert [one for one in found.values() if isinstance(one, MustRead)] == [
        MustRead(found["part-0007.csv"].place, "changed")
    ]


def test_nothing_is_ruled_out_without_proof(database: Database, tmp_path: Path) -> None:
    lake = Folder(tmp_path / "lake")
    lake.put("whole.csv", body(1))
    lake.put("broken.csv.gz", b"\x1f\x8b\x08" + bytes(40))
    lake.put("picture.png", b"\x89PNG\r\n\x1a\n" + bytes(200))
    pq.write_table(pa.table({"raw": pa.array([b"\xff\xfe\x00", b"abc"], pa.binary())}), lake.path / "raw.parquet")
    build(tmp_path / "other")
    shop = DeclaredStore(SqlStore("shop", f"sqlite:///{tmp_path / 'other' / 'shop.db'}"))
    scanner(database, [lake.store, shop]).run()
    found = answers(database, "nobody@estate.example")
    assert {name: getattr(answer, "reason", "") for name, answer in found.items()} == {
        "whole.csv": "",
        "broken.csv.gz": "not_read_in_full",
        "picture.png": "no_filter",
        "raw.parquet": "no_text",
        "customers": "no_filter",
        "orders": "no_filter",
    }


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"key_generation": 2}, "other_key"),
        ({"form_version": 0}, "other_forms"),
        ({"filter": b"\x01damaged"}, "damaged"),
        ({"filter": b""}, "damaged"),
    ],
)
def test_filters_that_say_nothing_now(
    database: Database, tmp_path: Path, values: dict[str, object], reason: str
) -> None:
    lake = Folder(tmp_path / "lake")
    lake.put("whole.csv", body(1))
    scanner(database, [lake.store]).run()
    with database.transaction() as session:
        session.execute(update(MembershipRow).values(**values))
    assert [getattr(answer, "reason", "") for answer in may_hold(database, ["nobody"])] == [reason]


def test_a_store_that_could_not_be_listed_is_not_ruled_out(database: Database, tmp_path: Path) -> None:
    lake = Folder(tmp_path / "lake")
    lake.put("whole.csv", body(1))
    scanner(database, [lake.store]).run()
    with database.transaction() as session:
        session.execute(update(StoreRow).values(failure="unreachable"))
    assert [getattr(answer, "reason", "") for answer in may_hold(database, ["nobody"])] == ["unlisted"]


def test_a_sample_rules_nothing_out(database: Database, tmp_path: Path) -> None:
    lake = Folder(tmp_path / "lake")
    lake.put("whole.csv", body(1))
    scanner(database, [lake.store], asked=Asked(sample=10)).run()
    assert [getattr(answer, "reason", "") for answer in may_hold(database, ["nobody"])] == ["no_filter"]


def test_filters_live_and_die_with_their_lot(database: Database, clock: FixedClock, tmp_path: Path) -> None:
    lake = Folder(tmp_path / "lake")
    for number in range(3):
        lake.put(f"{number}.csv", body(number))
    scanner(database, [lake.store]).run()
    for change in ("unchanged", "stopped", "read again", "gone"):
        clock.instant += timedelta(days=1)
        if change == "stopped":
            with pytest.raises(Stopped):
                scanner(database, [lake.store], StopAfter(1), asked=ALL).run()
            continue
        if change == "gone":
            (lake.path / "2.csv").unlink()
        scanner(database, [lake.store], asked=ALL if change == "read again" else WHAT_CHANGED).run()
        with database.snapshot() as session:
            kept = session.execute(select(MembershipRow.lot_id, MembershipRow.scan_id)).all()
            assert set(kept) == set(session.execute(select(LotRow.id, LotRow.read_by).where(LotRow.objects > 0)).all())
        assert isinstance(answers(database, "p1x3@mail.example")["1.csv"], CanHold)


def test_an_object_of_many_chunks_is_searched_in_those_that_hold_it(database: Database, tmp_path: Path) -> None:
    lake = Folder(tmp_path / "lake")
    rows = [{"id": n, "email": f"person{n}@mail.example", "note": f"came on day {n}"} for n in range(1_000)]
    lake.put("people.jsonl", b"".join(json.dumps(row).encode() + b"\n" for row in rows))
    scanner(database, [lake.store], gather=1, budget=Budget(rows=100)).run()
    with database.snapshot() as session:
        chunks = session.scalar(select(func.count()).select_from(MembershipRow)) or 0
        sizes = session.execute(select(MembershipRow.values, func.length(MembershipRow.filter))).all()
    assert chunks >= 10
    assert all(size <= max(20, 2 * values) for values, size in sizes)
    found = answers(database, "Person777@mail.example")["people.jsonl"]
    assert isinstance(found, CanHold)
    assert len(found.chunks) <= 3


@pytest.mark.parametrize("value", ["", " - ", "x" * 200, "\ud800"])
def test_what_cannot_be_searched_for_is_refused_without_repeating_it(database: Database, value: str) -> None:
    with pytest.raises(BadInput, match="letters or digits") as caught:
        may_hold(database, ["fine", value])
    assert not value.strip(" -") or value not in str(caught.value)


def test_the_key_is_of_its_own(database: Database, tmp_path: Path) -> None:
    lake = Folder(tmp_path / "lake")
    lake.put("whole.csv", body(1))
    scanner(database, [lake.store]).run()
    with database.snapshot() as session:
        assert {"sketch", "membership"} <= set(session.scalars(select(PurposeKeyRow.purpose)))
        kept = b"".join(session.scalars(select(MembershipRow.filter)))
    assert b"mail" not in kept
