"""What opening an object tells of its protection, and objects that cannot be read because of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from engine.base.errors import NotRead
from engine.estate.stores.s3 import S3Store
from engine.estate.stores.s3.errors import store_error
from tests.contracts.store import expected_cells
from tests.estate.stores.s3.planting import CSV, PEOPLE, Planted, cells, facts, fails, objects
from tests.estate.stores.s3.test_listing import moto, moto_client
from tests.seaweed import Seaweed


def test_encryption(planted: Planted) -> None:
    planted.put("plain.csv")
    planted.put("s3.csv", ServerSideEncryption="AES256")
    planted.put("kms.csv", ServerSideEncryption="aws:kms", SSEKMSKeyId="the-key-of-payroll")
    store = planted.store()
    found = {name: facts(store, item) for name, item in objects(store).items()}
    assert {name: (one["encryption"], one["kms"]) for name, one in found.items()} == {
        "plain.csv": ("none", "no"),
        "s3.csv": ("AES256", "no"),
        "kms.csv": ("aws:kms", "yes"),
    }
    assert "payroll" not in repr(found)
    assert all(cells(planted.store(whole=1), item) == expected_cells(PEOPLE) for item in objects(store).values())


def test_a_key_of_the_customer(planted: Planted) -> None:
    planted.put("a.csv", SSECustomerAlgorithm="AES256", SSECustomerKey=bytes(32))
    for whole in (1, 8 << 20):
        store = planted.store(whole=whole)
        (item,) = objects(store).values()
        with fails("encrypted"):
            cells(store, item)


def test_object_lock(seaweed: Seaweed) -> None:
    locked = Planted(seaweed, seaweed.make_bucket(locked=True))
    until = datetime(2031, 1, 2, 3, 4, 5, tzinfo=UTC)
    locked.put("a.csv", ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=until, ObjectLockLegalHoldStatus="ON")
    locked.put("b.csv")
    store = locked.store()
    found = {name: facts(store, item) for name, item in objects(store).items()}
    one = found["a.csv"]
    assert (one["lock_mode"], one["lock_until"], one["legal_hold"]) == ("GOVERNANCE", until.isoformat(), "on")
    assert not {"lock_mode", "lock_until"} & set(found["b.csv"])


def test_tags(planted: Planted) -> None:
    planted.put("a.csv", Tagging="retention=7y&owner=canary-value")
    (item,) = objects(planted.store()).values()
    plain = facts(planted.store(), item)
    assert plain["tag_count"] == "2"
    assert "tag_keys" not in plain
    tagged = facts(planted.store(tags=True), item)
    assert json.loads(tagged["tag_keys"]) == ["owner", "retention"]
    assert "canary" not in repr(tagged)


@pytest.mark.parametrize("storage", ["GLACIER", "DEEP_ARCHIVE", "GLACIER_IR", "STANDARD_IA"])
def test_archives(moto_url: str, storage: str) -> None:
    bucket = f"archive-{storage.lower().replace('_', '-')}"
    store = S3Store("lake", moto(moto_url, bucket))
    moto_client(moto_url).put_object(Bucket=bucket, Key="a.csv", Body=CSV, StorageClass=storage)
    (item,) = objects(store).values()
    assert item.facts["storage_class"] == storage
    if storage in ("GLACIER", "DEEP_ARCHIVE"):
        assert item.skip == "archived"
        (unknown,) = [type(item)(item.name, item.bytes, version=item.version)]
        with pytest.raises(NotRead) as caught:
            cells(store, unknown)
        assert caught.value.reason == "archived"
    else:
        assert cells(store, item) == expected_cells(PEOPLE)


def test_no_text_of_a_server_is_passed_on() -> None:
    from botocore.exceptions import ClientError

    answer = {"Error": {"Code": "Canary 4711!", "Message": "canary"}, "ResponseMetadata": {"HTTPStatusCode": 400}}
    error = store_error(ClientError(answer, "GetObject"))  # type: ignore[arg-type]
    assert (error.reason, "anary" in f"{error}{error.hint}") == ("store_error", False)
    assert store_error(ValueError("canary")).reason == "store_error"
