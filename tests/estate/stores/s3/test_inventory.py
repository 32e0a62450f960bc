"""An S3 Inventory gives the objects that a listing gives."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from typing import Any
from urllib.parse import quote, quote_plus

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.contracts.store import expected_cells
from tests.estate.stores.s3.planting import CSV, PEOPLE, Planted, cells, fails, merged, objects
from tests.estate.stores.s3.test_listing import ODD, plant_versions

COLUMNS = {
    "Bucket": "bucket", "Key": "key", "VersionId": "version_id", "IsLatest": "is_latest",
    "IsDeleteMarker": "is_delete_marker", "Size": "size", "LastModifiedDate": "last_modified_date", "ETag": "e_tag",
    "StorageClass": "storage_class", "IntelligentTieringAccessTier": "intelligent_tiering_access_tier",
}  # fmt: skip
TYPES: dict[str, pa.DataType] = {
    "size": pa.int64(),
    "is_latest": pa.bool_(),
    "is_delete_marker": pa.bool_(),
    "last_modified_date": pa.timestamp("ms"),
}


def rows_of(planted: Planted, prefix: str = "") -> list[dict[str, Any]]:
    """What Amazon would write about the bucket, as it is now."""
    found = planted.admin.list_object_versions(Bucket=planted.bucket, Prefix=prefix)
    rows: list[dict[str, Any]] = []
    for item, marker in [(one, False) for one in found.get("Versions", ())] + [
        (one, True) for one in found.get("DeleteMarkers", ())
    ]:
        one: Any = item
        null = one["VersionId"] == "null"
        rows.append(
            {
                "Bucket": planted.bucket,
                "Key": one["Key"],
                "VersionId": None if null else one["VersionId"],
                "IsLatest": one["IsLatest"],
                "IsDeleteMarker": marker,
                "Size": one.get("Size"),
                "LastModifiedDate": one["LastModified"],
                "ETag": one.get("ETag", "").strip('"') or None,
                "StorageClass": one.get("StorageClass"),
                "IntelligentTieringAccessTier": None,
            }
        )
    return rows


def csv_file(rows: list[dict[str, Any]], *, plus: bool = True) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n")
    for row in rows:
        shown = dict(row, Key=(quote_plus if plus else quote)(row["Key"], safe="/"))
        shown["LastModifiedDate"] = row["LastModifiedDate"].strftime("%Y-%m-%dT%H:%M:%S.000Z")
        writer.writerow(
            ["" if one is None else str(one).lower() if isinstance(one, bool) else one for one in shown.values()]
        )
    return gzip.compress(text.getvalue().encode())


def parquet_file(rows: list[dict[str, Any]]) -> bytes:
    schema = pa.schema([(name, TYPES.get(name, pa.string())) for name in COLUMNS.values()])
    out = io.BytesIO()
    named = [{COLUMNS[name]: value for name, value in row.items()} for row in rows]
    for row in named:
        row["last_modified_date"] = row["last_modified_date"].replace(tzinfo=None)
    pq.write_table(pa.Table.from_pylist(named, schema=schema), out)
    return out.getvalue()


def write(planted: Planted, form: str, bodies: list[bytes], **more: Any) -> str:
    """Data files and their manifest; gives its key."""
    files = []
    for number, body in enumerate(bodies):
        key = f"inventory/data/{number}.{form}"
        planted.put(key, body)
        files.append({"key": key, "size": len(body), "MD5checksum": hashlib.md5(body).hexdigest()})  # noqa: S324
    manifest = {
        "sourceBucket": planted.bucket,
        "destinationBucket": f"arn:aws:s3:::{planted.bucket}",
        "version": "2016-11-30",
        "fileFormat": form,
        "fileSchema": ", ".join(COLUMNS) if form == "CSV" else "message s3.inventory { ... }",
        "files": files,
        **more,
    }
    planted.put("inventory/manifest.json", json.dumps(manifest).encode())
    return "inventory/manifest.json"


def described(planted: Planted, **more: Any) -> dict[str, Any]:
    return {
        name: (item.bytes, item.version.rsplit(" ", 1)[0], item.skip, dict(item.facts), asset)
        for asset, items in merged(planted.store(**more)).items()
        for item in items
        for name in [item.name]
        if not item.name.startswith("inventory/")
    }


@pytest.mark.parametrize("form", ["CSV", "Parquet"])
@pytest.mark.parametrize("versions", [False, True])
def test_it_gives_what_a_listing_gives(
    planted: Planted,
    versioned: Planted,
    form: str,
    versions: bool,  # noqa: FBT001
) -> None:
    where = versioned if versions else planted
    for key in ODD:
        where.put(key)
    where.put("folder/", b"")
    if versions:
        plant_versions(where)
    rows = rows_of(where)
    make = csv_file if form == "CSV" else parquet_file
    manifest = write(where, form, [make(rows[:4]), make(rows[4:]), make([])])
    listed = described(where)
    assert described(where, inventory=manifest) == listed
    assert described(where, inventory=f"s3://{where.bucket}/{manifest}", page=2) == listed
    store = where.store(inventory=manifest)
    readable = [item for item in objects(store).values() if not item.skip]
    assert len(readable) == len(ODD) + versions
    assert all(cells(store, item) == expected_cells(PEOPLE) for item in readable if "kept" not in item.name)


def test_blanks_in_keys_however_they_are_written(planted: Planted) -> None:
    planted.put("a b+c%.csv")
    rows = rows_of(planted)
    for plus in (True, False):
        store = planted.store(inventory=write(planted, "CSV", [csv_file(rows, plus=plus)]))
        assert list(objects(store)) == ["a b+c%.csv"]


def test_a_prefix_holds(planted: Planted) -> None:
    planted.put("x/a.csv")
    planted.put("y/a.csv")
    manifest = write(planted, "Parquet", [parquet_file(rows_of(planted))])
    assert list(merged(planted.store(inventory=manifest, prefix="x/"))) == ["a.csv"]


def test_what_changed_since_it_was_made_is_not_read(planted: Planted) -> None:
    planted.put("a.csv")
    store = planted.store(inventory=write(planted, "CSV", [csv_file(rows_of(planted))]))
    planted.put("a.csv", CSV + b"x,y\n")
    (item,) = objects(store).values()
    with fails("changed_while_read"):
        cells(store, item)


def test_archives_are_known_without_asking(planted: Planted) -> None:
    planted.put("a.csv")
    (row,) = rows_of(planted)
    tiered = dict(row, Key="b.csv", StorageClass="INTELLIGENT_TIERING", IntelligentTieringAccessTier="ARCHIVE")
    rows = [
        dict(row, StorageClass="GLACIER"),
        tiered,
        dict(tiered, Key="c.csv", IntelligentTieringAccessTier="FREQUENT"),
    ]
    found = objects(planted.store(inventory=write(planted, "CSV", [csv_file(rows)])))
    assert {name: item.skip for name, item in found.items()} == {"a.csv": "archived", "b.csv": "archived", "c.csv": ""}


def test_only_the_columns_that_it_was_made_with(planted: Planted) -> None:
    planted.put("a.csv")
    body = gzip.compress(f'"{planted.bucket}","a.csv"\n'.encode())
    store = planted.store(inventory=write(planted, "CSV", [body], fileSchema="Bucket, Key"))
    (item,) = objects(store).values()
    assert (item.bytes, item.version, item.skip) == (None, "", "")
    assert cells(store, item) == expected_cells(PEOPLE)


@pytest.mark.parametrize(
    ("more", "reason", "text"),
    [
        ({"fileFormat": "ORC"}, "not_parseable", "ORC is not read"),
        ({"sourceBucket": "another"}, "not_parseable", "another bucket"),
        ({"files": "none"}, "not_parseable", "manifest.json"),
        ({"files": [{"key": "gone", "size": 1, "MD5checksum": "0" * 32}]}, "not_found", ""),
        ({"fileSchema": "Bucket, Key"}, "not_parseable", "damaged"),
        ({"fileFormat": "Parquet"}, "not_parseable", "damaged"),
    ],
)
def test_what_is_no_inventory_of_this_bucket(planted: Planted, more: dict[str, Any], reason: str, text: str) -> None:
    planted.put("a.csv")
    manifest = write(planted, "CSV", [csv_file(rows_of(planted))], **more)
    with fails(reason) as caught:
        list(planted.store(inventory=manifest).assets())
    assert text in f"{caught.value} {caught.value.hint}"


def test_a_data_file_that_is_another_one(planted: Planted) -> None:
    planted.put("a.csv")
    body = csv_file(rows_of(planted))
    manifest = write(planted, "CSV", [body])
    planted.put("inventory/data/0.CSV", body[:-1] + b"\1")
    with fails("changed_while_read"):
        list(planted.store(inventory=manifest).assets())


def test_no_manifest(planted: Planted) -> None:
    with fails("not_found"):
        list(planted.store(inventory="nothing.json").assets())
    planted.put("manifest.json", b"{")
    with fails("not_parseable"):
        list(planted.store(inventory="manifest.json").assets())
