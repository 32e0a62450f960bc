"""Buckets whose server is busy or breaks off, and whose objects go, change or are locked under a scan."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import select

from engine.base.state.database import Database
from engine.base.state.tables import ObjectRow
from engine.estate.formats.format import Budget
from engine.estate.scan.progress import Progress
from engine.estate.stores.declared import DeclaredStore
from engine.estate.stores.s3 import Access, S3Store
from tests.estate.faults.estate import AT_ONCE, WhenOpening
from tests.estate.scan.estate import coverage, scanner, sketches
from tests.estate.stores.s3.planting import CSV, PEOPLE, Planted, csv_of, many
from tests.estate.stores.s3.proxy import BUSY, CLOSE, STALL, Proxy
from tests.estate.stores.s3.test_listing import moto, moto_client
from tests.moto_server import moto_url  # noqa: F401 - a fixture
from tests.seaweed import Seaweed, seaweed  # noqa: F401 - fixtures

pytestmark = pytest.mark.parametrize("unbound_database", ["sqlite"], indirect=True)
KEYS = ("a/people.csv", "b/people.csv", "c/people.csv")  # assets of their own, so that each has its fields
ROWS = 100_000
LARGE = b"id,email\n" + b"".join(b"%08d,user%08d@example.org\n" % (row, row) for row in range(ROWS))


@pytest.fixture
def planted(seaweed: Seaweed) -> Planted:  # noqa: F811
    """A bucket of three objects."""
    found = Planted(seaweed, seaweed.make_bucket())
    for place, key in enumerate(KEYS):
        found.put(key, csv_of(many(100 + place)))
    return found


@pytest.fixture
def proxy(seaweed: Seaweed) -> Iterator[Proxy]:  # noqa: F811
    """A way to the server on which things go wrong."""
    with Proxy(seaweed.port) as running:
        yield running


def through(planted: Planted, proxy: Proxy, attempts: int = 3) -> DeclaredStore:
    access = planted.access(endpoint_url=proxy.url, read_timeout=1, attempts=attempts)
    return DeclaredStore(planted.store(access=access))


def scan(database: Database, lake: DeclaredStore, progress: Progress | None = None) -> str:
    return scanner(database, [lake], progress, AT_ONCE).run().status


def test_what_passes_changes_nothing(database: Database, planted: Planted, proxy: Proxy) -> None:
    lake = through(planted, proxy)
    assert scan(database, lake) == "complete"
    undisturbed = sketches(database)
    proxy.faults.extend([BUSY, "", 100, "", BUSY, 100, CLOSE, STALL, "", 10])
    assert scan(database, lake) == "complete"
    assert not proxy.faults
    assert sketches(database) == undisturbed


@pytest.mark.parametrize(
    ("fault", "reason"), [(BUSY, "unreachable"), (CLOSE, "unreachable"), (100, "truncated"), (STALL, "timeout")]
)
def test_one_object_that_does_not_come(
    database: Database, planted: Planted, proxy: Proxy, fault: str | int, reason: str
) -> None:
    lake = through(planted, proxy, attempts=1)
    scan(database, lake)
    undisturbed = sketches(database)

    def break_off(name: str) -> None:
        proxy.always = fault if name == KEYS[1] else ""

    assert scan(database, lake, WhenOpening(KEYS, break_off)) == "complete_with_exceptions"
    covered = coverage(database)
    assert covered[KEYS[1]][:2] == ("failed", reason)
    assert [covered[key] for key in (KEYS[0], KEYS[2])] == [("full", "", 100), ("full", "", 102)]
    assert scan(database, lake) == "complete"
    assert sketches(database) == undisturbed


def test_the_server_is_away(database: Database, planted: Planted, proxy: Proxy) -> None:
    lake = through(planted, proxy, attempts=1)
    proxy.always = CLOSE
    result = scanner(database, [lake], budget=AT_ONCE).run()
    assert result.unlisted == {"lake": "unreachable"}
    proxy.always = ""
    assert scan(database, lake) == "complete"


def deleted(planted: Planted) -> None:
    planted.admin.delete_object(Bucket=planted.bucket, Key=KEYS[1])


def replaced(planted: Planted) -> None:
    planted.put(KEYS[1], CSV)


@pytest.mark.parametrize(
    ("change", "end"), [(deleted, ("failed", "not_found", 0)), (replaced, ("full", "", len(PEOPLE)))]
)
def test_it_changes_before_it_is_opened(
    database: Database, planted: Planted, change: Callable[[Planted], None], end: tuple[str, str, int]
) -> None:
    lake = DeclaredStore(planted.store())
    scan(database, lake, WhenOpening(KEYS[1:2], lambda _: change(planted)))
    assert coverage(database) == {KEYS[0]: ("full", "", 100), KEYS[1]: end, KEYS[2]: ("full", "", 102)}
    assert scan(database, lake) == "complete"


@pytest.mark.parametrize("change", [deleted, replaced])
def test_it_changes_between_two_ranges(database: Database, planted: Planted, change: Callable[[Planted], None]) -> None:
    planted.put(KEYS[1], LARGE)
    lake = DeclaredStore(planted.store(whole=1))

    class Changing(WhenOpening):
        opened = False

        def reading(self, store: str, asset: str, name: str) -> None:
            Changing.opened = name == KEYS[1]

        def advanced(self, rows: int, nbytes: int) -> None:
            if Changing.opened and rows:
                Changing.opened = False
                change(planted)

    scanner(database, [lake], Changing((), lambda _: None), Budget(rows=10_000)).run()
    covered = coverage(database)
    assert covered[KEYS[1]][:2] == ("failed", "changed_while_read")
    assert 0 < covered[KEYS[1]][2] < ROWS
    assert covered[KEYS[2]] == ("full", "", 102)
    assert scan(database, lake) == "complete"


def test_it_is_locked_before_it_is_opened(database: Database, seaweed: Seaweed) -> None:  # noqa: F811
    """A lock keeps an object from being changed, not from being read."""
    locked = Planted(seaweed, seaweed.make_bucket(locked=True))
    for key in KEYS:
        locked.put(key)

    def lock(name: str) -> None:
        locked.admin.put_object_legal_hold(Bucket=locked.bucket, Key=name, LegalHold={"Status": "ON"})

    assert scan(database, DeclaredStore(locked.store()), WhenOpening(KEYS[1:2], lock)) == "complete"
    with database.snapshot() as session:
        facts = {row.name: row.facts for row in session.scalars(select(ObjectRow))}
    assert {name: "legal_hold" in str(one) for name, one in facts.items()} == {name: name == KEYS[1] for name in KEYS}


ODD = ["a//b.csv", "a/b.csv", "/a/b.csv", "a/../b.csv", "..", "two words.csv", "😀.csv", "é" * 510 + ".csv"]


def test_odd_keys(database: Database, moto_url: str) -> None:  # noqa: F811
    """On moto: the real server of the tests takes ``//`` for ``/`` and refuses ``..``."""
    access: Access = moto(moto_url, "odd-keys")
    client = moto_client(moto_url)
    for place, key in enumerate(ODD):
        client.put_object(Bucket="odd-keys", Key=key, Body=csv_of(PEOPLE[: place + 1]))
    assert max(len(key.encode()) for key in ODD) == 1024
    lake = DeclaredStore(S3Store("lake", access))
    assert scan(database, lake) == "complete"
    assert sorted(coverage(database).values()) == [("full", "", place + 1) for place in range(len(ODD))]
    first = sketches(database)
    assert scan(database, lake) == "complete"
    assert sketches(database) == first
