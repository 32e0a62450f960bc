"""Reading when things go wrong: busy servers, broken answers, objects that change, credentials that do not suffice."""

from __future__ import annotations

import gzip
import io
import threading
from collections.abc import Callable
from itertools import pairwise

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.base.errors import NotRead, StoreError
from engine.estate.formats.format import Budget
from engine.estate.stores.s3 import Access, S3Store
from engine.estate.stores.store import ObjectInfo, Reader
from tests.contracts.format import cells_of
from tests.contracts.store import expected_cells
from tests.estate.stores.s3.planting import (
    CSV,
    PEOPLE,
    Planted,
    asset_with,
    cells,
    csv_of,
    fails,
    many,
    objects,
)
from tests.estate.stores.s3.proxy import BUSY, CLOSE, STALL, Proxy
from tests.seaweed import ADMIN, NOBODY, SCANNER, STRANGER, Identity

ROWS = many(40_000)
LARGE = csv_of(ROWS)
HUGE = b"id,email\n" + b"".join(b"%08d,user%08d@example.org\n" % (row, row) for row in range(250_000))


def through(planted: Planted, proxy: Proxy, *, whole: int = 8 << 20, timeout: float = 10, attempts: int = 2) -> S3Store:
    access = planted.access(endpoint_url=proxy.url, read_timeout=timeout, attempts=attempts)
    return planted.store(access=access, whole=whole)


@pytest.mark.parametrize("whole", [1, 8 << 20])
@pytest.mark.parametrize("faults", [(BUSY,), (CLOSE,), (1000, 700, 0), (STALL,)])
def test_what_breaks_off_is_read_on(planted: Planted, proxy: Proxy, whole: int, faults: tuple[str | int, ...]) -> None:
    planted.put("people.csv", LARGE)
    store = through(planted, proxy, whole=whole, timeout=1 if STALL in faults else 10)
    (item,) = objects(store).values()
    proxy.faults.extend(faults)
    assert cells(store, item) == expected_cells(ROWS)
    assert not proxy.faults


def test_it_goes_on_from_where_it_stopped(planted: Planted, proxy: Proxy) -> None:
    planted.put("people.csv", LARGE)
    store = through(planted, proxy)
    (item,) = objects(store).values()
    proxy.seen.clear()
    proxy.faults.extend([1000, 700])
    assert cells(store, item) == expected_cells(ROWS)
    end = len(LARGE) - 1
    assert [asked for _, asked in proxy.seen] == ["", f"bytes=1000-{end}", f"bytes=1700-{end}"]


@pytest.mark.parametrize(
    ("fault", "reason"), [(10, "truncated"), (STALL, "timeout"), (BUSY, "unreachable"), (CLOSE, "unreachable")]
)
def test_what_breaks_off_every_time_fails(planted: Planted, proxy: Proxy, fault: str | int, reason: str) -> None:
    planted.put("people.csv")
    store = through(planted, proxy, timeout=0.2, attempts=1)
    (item,) = objects(store).values()
    proxy.always = fault
    with fails(reason):
        cells(store, item)
    if fault in (BUSY, CLOSE):
        with fails(reason):
            list(store.assets())


def test_what_was_read_before_it_broke_off_stays(planted: Planted, proxy: Proxy) -> None:
    planted.put("people.csv", HUGE)
    store = through(planted, proxy, whole=1, attempts=1)
    (item,) = objects(store).values()
    rows = 0
    with store.open(asset_with(item), item) as reader:
        chunks = reader.chunks(None, Budget(1000))
        rows += next(chunks).rows
        proxy.always = 0
        with fails("truncated"):
            for chunk in chunks:
                rows += chunk.rows
    assert 1000 <= rows < 250_000


def test_a_checksum_that_does_not_fit(planted: Planted, proxy: Proxy) -> None:
    planted.put("people.csv", CSV, ChecksumAlgorithm="SHA256")
    store = through(planted, proxy)
    (item,) = objects(store).values()
    proxy.faults.append("corrupt")
    assert cells(store, item) == expected_cells(PEOPLE)
    proxy.always = "corrupt"
    with fails("store_error") as caught:
        cells(store, item)
    assert "checksum" in str(caught.value)


def test_a_server_that_is_not_there(planted: Planted, proxy: Proxy) -> None:
    with Proxy(planted.server.port) as gone:
        url = gone.url
    store = planted.store(access=planted.access(endpoint_url=url, attempts=1))
    with fails("unreachable"):
        list(store.assets())
    with fails("unreachable"), store.open(asset_with(ObjectInfo("x")), ObjectInfo("x")):
        pass


@pytest.mark.parametrize("who", [NOBODY, STRANGER, Identity(SCANNER.access_key, "quite-wrong-secret")])
def test_credentials_that_do_not_suffice(planted: Planted, who: Identity) -> None:
    planted.put("people.csv")
    store = planted.store(access=planted.access(who))
    with fails("permission_denied") as listing:
        list(store.assets())
    with fails("permission_denied") as reading:
        cells(store, ObjectInfo("people.csv"))
    for error in (listing.value, reading.value):
        shown = f"{error} {error.hint} {error!r}"
        assert who.secret_key not in shown
        assert who.access_key not in shown
    assert who.secret_key not in repr(planted.access(who))


def test_no_credential_at_all(planted: Planted) -> None:
    with fails("permission_denied"):
        list(S3Store("lake", Access(planted.bucket, endpoint_url=planted.server.url)).assets())


def test_a_profile_that_does_not_exist(planted: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    with fails("store_error"):
        list(S3Store("lake", Access(planted.bucket, endpoint_url=planted.server.url)).assets())


def test_no_such_bucket(planted: Planted) -> None:
    access = Planted(planted.server, "reeve-no-such-bucket").access(ADMIN)
    with fails("not_found"):
        list(S3Store("lake", access).assets())


def replace(planted: Planted, key: str) -> None:
    planted.put(key, LARGE.replace(b"user", b"USER"))


def shorten(planted: Planted, key: str) -> None:
    planted.put(key, LARGE[:1000])


def delete(planted: Planted, key: str) -> None:
    planted.admin.delete_object(Bucket=planted.bucket, Key=key)


@pytest.mark.parametrize("change", [replace, shorten, delete])
@pytest.mark.parametrize("kind", ["csv", "csv.gz", "parquet"])
def test_changed_between_two_ranges(planted: Planted, change: Callable[[Planted, str], None], kind: str) -> None:
    key = f"people.{kind}"
    body = HUGE
    if kind == "csv.gz":
        body = gzip.compress(HUGE, 0)
    elif kind == "parquet":
        out = io.BytesIO()
        pq.write_table(pa.Table.from_pylist(ROWS), out, row_group_size=5_000, compression="none", use_dictionary=False)
        body = out.getvalue()
    planted.put(key, body)
    store = planted.store(whole=1)
    (item,) = objects(store).values()
    with store.open(asset_with(item), item) as reader:
        chunks = reader.chunks(None, Budget(500))
        next(chunks)
        change(planted, key)
        with fails("changed_while_read"):
            list(chunks)


@pytest.mark.parametrize(
    ("change", "reason"), [(replace, "changed_while_read"), (shorten, "changed_while_read"), (delete, "not_found")]
)
@pytest.mark.parametrize("whole", [1, 8 << 20])
def test_changed_between_listing_and_opening(
    planted: Planted, change: Callable[[Planted, str], None], reason: str, whole: int
) -> None:
    planted.put("people.csv", LARGE)
    store = planted.store(whole=whole)
    (item,) = objects(store).values()
    change(planted, "people.csv")
    with fails(reason):
        cells(store, item)


def test_a_size_that_is_not_the_listed_one(planted: Planted) -> None:
    planted.put("people.csv")
    with fails("changed_while_read"):
        cells(planted.store(), ObjectInfo("people.csv", bytes=7))


def test_an_object_of_unknown_size(planted: Planted) -> None:
    planted.put("people.csv")
    planted.put("empty.csv", b"")
    assert cells(planted.store(), ObjectInfo("people.csv")) == expected_cells(PEOPLE)
    assert not cells(planted.store(), ObjectInfo("empty.csv"))


@pytest.mark.parametrize(
    ("body", "skip"),
    [(b"\x89PNG\r\n\x1a\n" + bytes(64), "binary_file"), (b"PK\x03\x04" + bytes(64), "unsupported_format")],
)
def test_what_is_no_format_of_ours_is_skipped(planted: Planted, body: bytes, skip: str) -> None:
    planted.put("people.csv", body)
    (item,) = objects(planted.store()).values()
    with pytest.raises(NotRead) as caught:
        cells(planted.store(), item)
    assert caught.value.reason == skip


def test_what_is_listed_as_skipped_is_not_opened(planted: Planted) -> None:
    with fails("store_error"):
        cells(planted.store(), ObjectInfo("x", skip="delete_marker"))


def test_large_objects_are_read_in_few_requests_and_little_memory(planted: Planted, proxy: Proxy) -> None:
    body = HUGE + HUGE[9:] * 3
    planted.put("large.csv", body)
    store = through(planted, proxy)
    (item,) = objects(store).values()
    proxy.seen.clear()
    with store.open(asset_with(item), item) as reader:
        assert sum(chunk.rows for chunk in reader.chunks(None, Budget())) == 1_000_000
    spans = [tuple(map(int, asked.removeprefix("bytes=").split("-"))) for _, asked in proxy.seen]
    assert len(spans) <= 15
    assert all(end - start < 8 << 20 for start, end in spans)
    assert sum(end - start + 1 for start, end in spans) < len(body) + (1 << 20)


def test_one_store_serves_many_threads(planted: Planted) -> None:
    for number in range(8):
        planted.put(f"folder{number}/people.csv", csv_of(ROWS[: 100 * (number + 1)]))
    store = planted.store(whole=1)
    found: dict[str, int] = {}

    def read(item: ObjectInfo) -> None:
        found[item.name] = sum(cells(store, item).values())

    threads = [threading.Thread(target=read, args=(item,)) for item in objects(store).values()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sizes = [found[f"folder{number}/people.csv"] for number in range(8)]
    assert all(right - left == 200 for left, right in pairwise(sizes))


def test_chunks_can_be_taken_up_by_another_reader(planted: Planted) -> None:
    planted.put("people.csv", LARGE)
    store = planted.store(whole=1)
    (item,) = objects(store).values()
    with store.open(asset_with(item), item) as reader:
        first = next(reader.chunks(None, Budget(1000)))
        drawing: Reader = reader
        assert drawing.sample(5, Budget()) is None
    with store.open(asset_with(item), item) as reader:
        rest = list(reader.chunks(first.next, Budget(1000)))
    assert cells_of([first, *rest]) == expected_cells(ROWS)


def test_damaged_objects_are_told_as_such(planted: Planted) -> None:
    planted.put("people.parquet", b"PAR1" + bytes(1000))
    (item,) = objects(planted.store()).values()
    with pytest.raises(StoreError) as caught:
        cells(planted.store(), item)
    assert caught.value.reason == "truncated"
