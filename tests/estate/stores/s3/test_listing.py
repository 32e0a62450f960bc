"""Listing: many pages, odd keys, versions, delete markers, and what may not be listed."""

from __future__ import annotations

import json
import tracemalloc
from collections import Counter
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from engine.base.errors import StoreError
from engine.estate.stores.s3 import Access, S3Store, listing
from engine.estate.stores.s3.client import Connection
from engine.estate.stores.s3.naming import ALL_VERSIONS
from tests.contracts.store import expected_cells
from tests.estate.stores.s3.planting import CSV, PEOPLE, Planted, cells, csv_of, fails, merged, objects
from tests.seaweed import SCANNER

ODD = [
    "a b+c.csv",
    "two\nlines.csv",
    "😀 emoji.csv",
    "%41.csv",
    "q&<>'\".csv",
    "a?versionId=3.csv",
    "\u202etxt.csv",
    "#hash;semi,comma.csv",
    "ünï/" + "d" * 200 + "/" + "é" * 100 + ".csv",
    "/".join(["x" * 203] * 5) + ".csv"[:4],
]

CONTROLS = ["a\x01b.csv"]  # the server of the tests spoils these in its tokens and in listings of versions


@pytest.mark.parametrize(("versions", "paged"), [(False, False), (False, True), (True, True)])
def test_odd_keys_are_listed_printably_and_read(
    planted: Planted,
    versioned: Planted,
    versions: bool,  # noqa: FBT001
    paged: bool,  # noqa: FBT001
) -> None:
    where = versioned if versions else planted
    keys = [*ODD, *CONTROLS[: not paged and not versions]]
    for key in keys:
        where.put(key)
    store = where.store(page=3 if paged else 1000)
    found = objects(store)
    assert len(found) == len(keys)
    for name, item in found.items():
        assert name.isprintable()
        assert cells(store, item) == expected_cells(PEOPLE)
    assert max(len(key.encode()) for key in ODD) == 1023


def test_keys_that_only_look_alike(moto_url: str) -> None:
    """The real server of the tests takes ``//`` for ``/`` and refuses ``..``; AWS does neither."""
    keys = ["a//b.csv", "a/b.csv", "/a/b.csv", "a/./b.csv", "a/../b.csv", "..", "a\\b.csv", "a/" * 511 + "xy"]
    access = moto(moto_url, "lookalikes")
    client = moto_client(moto_url)
    for number, key in enumerate(keys):
        client.put_object(Bucket="lookalikes", Key=key, Body=csv_of(PEOPLE[: number + 1]))
    store = S3Store("lake", access)
    found = objects(store)
    assert len(found) == len(keys)
    sizes = sorted(sum(cells(store, item).values()) for item in found.values())
    assert sizes == [2 * (number + 1) for number in range(len(keys))]


def moto_client(url: str) -> Any:
    return boto3.client(
        "s3",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="any",
        aws_secret_access_key="any",
        config=Config(s3={"addressing_style": "path"}),
    )


def moto(url: str, bucket: str) -> Access:
    moto_client(url).create_bucket(Bucket=bucket)
    return Access(bucket, endpoint_url=url, access_key_id="any", secret_access_key="any")


@pytest.mark.parametrize("page", [1, 7, 1000])
def test_many_pages(planted: Planted, page: int) -> None:
    for number in range(20):
        planted.put(f"a/part-{number:04}.csv")
        planted.put(f"b/{number}/x.json", b"{}")
    planted.put("c.csv")
    store = planted.store(page=page)
    found = merged(store)
    assert {name: len(items) for name, items in found.items()} == {"a/part-*.csv": 20, "b/*/x.json": 20, "c.csv": 1}
    assert len(objects(store)) == 41
    assert all(len(asset.objects) <= page for asset in store.assets())
    assert {asset.format for asset in store.assets()} == {"csv", "json"}


def test_a_prefix_is_no_part_of_assets(planted: Planted) -> None:
    for key in ("exports/a.csv", "exports/2024/b.csv", "exports/", "other/c.csv", "exports.csv"):
        planted.put(key, b"" if key.endswith("/") else CSV)
    found = merged(planted.store(prefix="exports/"))
    assert {name: [item.name for item in items] for name, items in found.items()} == {
        "a.csv": ["exports/a.csv"],
        "*/b.csv": ["exports/2024/b.csv"],
        "/": ["exports/"],
    }


def test_what_a_listing_tells(planted: Planted) -> None:
    etag = planted.put("people.csv")["ETag"].strip('"')
    (item,) = objects(planted.store()).values()
    assert (item.bytes, item.version) == (len(CSV), f"{etag} {len(CSV)} -")
    assert item.facts["storage_class"] == "STANDARD"
    assert item.facts["modified"].endswith("+00:00")
    planted.put("people.csv", CSV + b"x,y\n")
    (changed,) = objects(planted.store()).values()
    assert changed.version != item.version


def plant_versions(versioned: Planted) -> dict[str, str]:
    """``kept`` in two versions, ``gone`` deleted: the names of all four objects by their part."""
    first = versioned.put("kept 😀.csv", csv_of(PEOPLE[:5]))["VersionId"]
    versioned.put("kept 😀.csv", csv_of(PEOPLE[:7]))
    gone = versioned.put("gone.csv", csv_of(PEOPLE[:3]))["VersionId"]
    marker = versioned.admin.delete_object(Bucket=versioned.bucket, Key="gone.csv")["VersionId"]
    return {
        "current": "kept 😀.csv",
        "before": f"kept 😀.csv?versionId={first}",
        "gone": f"gone.csv?versionId={gone}",
        "marker": f"gone.csv?versionId={marker}",
    }


@pytest.mark.parametrize("page", [1, 2, 1000])
def test_versions_and_delete_markers_are_listed(versioned: Planted, page: int) -> None:
    names = plant_versions(versioned)
    found = objects(versioned.store(page=page))
    assert {name: item.skip for name, item in found.items()} == {
        names["current"]: "",
        names["before"]: "noncurrent_version",
        names["gone"]: "noncurrent_version",
        names["marker"]: "delete_marker",
    }
    assert sum(cells(versioned.store(), found[names["current"]]).values()) == 14


def test_all_versions_are_read_when_asked_for(versioned: Planted) -> None:
    names = plant_versions(versioned)
    store = versioned.store(versions="all")
    found = objects(store)
    read = {name: sum(cells(store, item).values()) for name, item in found.items() if not item.skip}
    assert read == {names["current"]: 14, names["before"]: 10, names["gone"]: 6}
    assert found[names["marker"]].skip == "delete_marker"


def test_a_version_that_was_listed_is_read_although_a_newer_one_came(versioned: Planted) -> None:
    versioned.put("a.csv", csv_of(PEOPLE[:5]))
    store = versioned.store()
    (item,) = objects(store).values()
    versioned.put("a.csv", csv_of(PEOPLE[:9]))
    assert sum(cells(store, item).values()) == 10


def test_a_version_that_is_gone(versioned: Planted) -> None:
    version = versioned.put("a.csv")["VersionId"]
    store = versioned.store()
    (item,) = objects(store).values()
    versioned.admin.delete_object(Bucket=versioned.bucket, Key="a.csv", VersionId=version)
    with fails("changed_while_read"):
        cells(store, item)


def test_versions_that_were_suspended(versioned: Planted) -> None:
    versioned.put("a.csv", csv_of(PEOPLE[:5]))
    versioned.admin.put_bucket_versioning(Bucket=versioned.bucket, VersioningConfiguration={"Status": "Suspended"})
    versioned.put("a.csv", csv_of(PEOPLE[:9]))
    found = objects(versioned.store())
    assert Counter(item.skip for item in found.values()) == {"": 1, "noncurrent_version": 1}
    assert sum(cells(versioned.store(), found["a.csv"]).values()) == 18


def deny(planted: Planted, *actions: str) -> None:
    """By the bucket's policy, to whom scans."""
    rule = {"Effect": "Deny", "Principal": {"AWS": "arn:aws:iam::000000000000:user/scanner"}, "Action": list(actions)}
    resource = {"Resource": [f"arn:aws:s3:::{planted.bucket}", f"arn:aws:s3:::{planted.bucket}/*"]}
    policy = {"Version": "2012-10-17", "Statement": [rule | resource]}
    planted.admin.put_bucket_policy(Bucket=planted.bucket, Policy=json.dumps(policy))


def test_whether_there_are_versions_may_not_be_known(versioned: Planted) -> None:
    plant_versions(versioned)
    deny(versioned, "s3:GetBucketVersioning")
    with pytest.raises(ClientError, match="AccessDenied"):
        versioned.server.client(SCANNER).get_bucket_versioning(Bucket=versioned.bucket)
    assert len(objects(versioned.store())) == 4


def test_versions_that_may_not_be_listed_are_a_gap(versioned: Planted) -> None:
    plant_versions(versioned)
    deny(versioned, "s3:GetBucketVersioning", "s3:ListBucketVersions")
    store = versioned.store()
    problems = {asset.name: asset.problem for asset in store.assets()}
    assert problems == {"kept 😀.csv": "", ALL_VERSIONS: "permission_denied"}
    (gap,) = [asset for asset in store.assets() if asset.problem]
    with pytest.raises(StoreError), store.open(gap, gap.objects[0]):
        pass


def test_a_listing_that_goes_in_a_circle_ends() -> None:
    assert listing._next({}, {"ContinuationToken": "a"}) == {"ContinuationToken": "a"}
    for behind in ({"ContinuationToken": "a"}, {"ContinuationToken": None}):
        with fails("store_error"):
            listing._next({"ContinuationToken": "a"}, behind)


def test_a_long_listing_streams(planted: Planted, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten thousand keys of one asset in the memory of a page."""
    pages = 10

    def fake(self: Connection) -> Any:
        class Client:
            def get_bucket_versioning(self, **_: Any) -> dict[str, Any]:
                return {}

            def list_objects_v2(self, ContinuationToken: str = "0", **_: Any) -> dict[str, Any]:  # noqa: N803
                at = int(ContinuationToken)
                items = [{"Key": f"a/part-{at:04}{n:04}.csv", "Size": 1, "ETag": f'"{at}{n}"'} for n in range(1000)]
                return {"Contents": items, "IsTruncated": at + 1 < pages, "NextContinuationToken": str(at + 1)}

        return Client()

    monkeypatch.setattr(Connection, "client", fake)
    tracemalloc.start()
    try:
        assert sum(len(asset.objects) for asset in planted.store().assets()) == 1000 * pages
        assert tracemalloc.get_traced_memory()[1] < 3 << 20
    finally:
        tracemalloc.stop()
