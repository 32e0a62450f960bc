"""An S3 Inventory in place of a listing, for buckets that are too large to be listed each time.

Its ``manifest.json`` names data files in CSV (gzip) or Parquet, each with its MD5. A data file is fetched into an unnamed
temporary file and compared with that sum before anything in it counts. What changed since the inventory was made shows when
an object is opened: its ETag is another one then.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO, cast
from urllib.parse import unquote_plus

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from engine.base.errors import StoreError
from engine.estate.stores.s3.client import Connection
from engine.estate.stores.s3.entries import ARCHIVES, Entry
from engine.estate.stores.s3.transfer import Opened, Target, Transfer

MAX_MANIFEST = 16 << 20  # bytes: some 80,000 data files
_STEP = 8 << 20  # bytes of a data file asked for at once
_TIERS = frozenset({"ARCHIVE", "DEEP_ARCHIVE"})  # of INTELLIGENT_TIERING
_TRUE = "true"
_COLUMNS = {  # of CSV, as its manifest writes them: the names in Parquet
    "Bucket": "bucket",
    "Key": "key",
    "VersionId": "version_id",
    "IsLatest": "is_latest",
    "IsDeleteMarker": "is_delete_marker",
    "Size": "size",
    "LastModifiedDate": "last_modified_date",
    "ETag": "e_tag",
    "StorageClass": "storage_class",
    "IntelligentTieringAccessTier": "intelligent_tiering_access_tier",
}


class _File(BaseModel):
    key: str = Field(min_length=1)
    size: int = Field(ge=0)
    md5: str = Field(alias="MD5checksum", pattern=r"^[0-9a-fA-F]{32}$")


class _Manifest(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    source: str = Field(alias="sourceBucket")
    form: str = Field(alias="fileFormat")
    schema_text: str = Field(alias="fileSchema")
    files: list[_File]


@dataclass(frozen=True, slots=True)
class _Place:
    bucket: str
    key: str


def inventory_pages(connection: Connection, manifest: str, prefix: str, page: int) -> Iterator[list[Entry]]:
    """What the inventory tells of the keys below ``prefix``.

    Args:
        connection: to the bucket that the inventory is of.
        manifest: the key of its ``manifest.json`` in that bucket, or ``s3://bucket/key``.
        prefix: of keys.
        page: entries given at once.

    Raises:
        StoreError: it is not there, is of another bucket, in ORC, damaged, or a data file is not the one that it names.
    """
    place = _place(manifest, connection.bucket)
    transfer = Transfer(connection.client())
    known = _manifest(transfer, place, connection.bucket)
    rows = _csv_rows if known.form == "CSV" else _parquet_rows
    for one in known.files:
        with _fetched(transfer, place.bucket, one) as file:
            entries = (_entry(row) for row in rows(file, known.schema_text))
            yield from _pages((entry for entry in entries if entry.key.startswith(prefix)), page)


def _place(manifest: str, bucket: str) -> _Place:
    if manifest.startswith("s3://"):
        bucket, _, key = manifest.removeprefix("s3://").partition("/")
        return _Place(bucket, key)
    return _Place(bucket, manifest)


def _manifest(transfer: Transfer, place: _Place, bucket: str) -> _Manifest:
    opened = transfer.open(Target(place.bucket, place.key), None)
    if opened.size > MAX_MANIFEST:
        raise StoreError("The manifest of the inventory is larger than 16 MiB.", reason="too_large")
    try:
        known = _Manifest.model_validate_json(b"".join(_bytes(transfer, opened)))
    except ValidationError:
        raise StoreError(
            "The inventory's manifest is not one.", reason="not_parseable", hint="`inventory` names a manifest.json"
        ) from None
    if known.source != bucket:
        raise StoreError("The inventory is of another bucket.", reason="not_parseable", hint="check `inventory`")
    if known.form not in ("CSV", "Parquet"):
        raise StoreError(
            "The inventory is in a format that is not read.",
            reason="not_parseable",
            hint="set the inventory's output format to CSV or Parquet; ORC is not read",
        )
    return known


def _bytes(transfer: Transfer, opened: Opened) -> Iterator[bytes]:
    yield opened.head
    for start in range(len(opened.head), opened.size, _STEP):
        yield transfer.read(opened, start, min(_STEP, opened.size - start))


@contextmanager
def _fetched(transfer: Transfer, bucket: str, one: _File) -> Iterator[BinaryIO]:
    """A data file on disk, without a name, after its sum was compared."""
    opened = transfer.open(Target(bucket, one.key), one.size)
    digest = hashlib.md5(usedforsecurity=False)
    with TemporaryFile() as file:
        for piece in _bytes(transfer, opened):
            digest.update(piece)
            file.write(piece)
        if digest.hexdigest() != one.md5.lower():
            raise StoreError(
                "A data file of the inventory does not fit the sum in its manifest.", reason="changed_while_read"
            )
        file.seek(0)
        try:
            yield cast("BinaryIO", file)
        except (csv.Error, pa.ArrowException, zlib.error, EOFError, OSError, KeyError, ValueError):
            raise StoreError("A data file of the inventory is damaged.", reason="not_parseable") from None


def _csv_rows(file: IO[bytes], schema: str) -> Iterator[Mapping[str, Any]]:
    """Rows of a CSV file: it has no header, and its keys are written as in a URL."""
    names = [_COLUMNS.get(name.strip(), "") for name in schema.split(",")]
    with gzip.open(file, "rt", encoding="utf-8", newline="") as text:
        for cells in csv.reader(text, strict=True):
            row: dict[str, Any] = dict(zip(names, cells, strict=True))
            row["key"] = unquote_plus(row["key"], errors="strict")
            yield row


def _parquet_rows(file: IO[bytes], _schema: str) -> Iterator[Mapping[str, Any]]:
    with pq.ParquetFile(file) as table:
        known = [name for name in table.schema_arrow.names if name in _COLUMNS.values()]
        for batch in table.iter_batches(batch_size=10_000, columns=known):
            yield from batch.to_pylist()


def _entry(row: Mapping[str, Any]) -> Entry:
    """An entry from either format: text, or values of Arrow; empty or absent where the inventory was made without it."""
    size, storage_class = row.get("size"), str(row.get("storage_class") or "STANDARD")
    tier = row.get("intelligent_tiering_access_tier")
    marker = _is_true(row.get("is_delete_marker"))
    return Entry(
        key=row["key"],
        size=None if marker or size in (None, "") else int(cast("Any", size)),
        etag=str(row.get("e_tag") or "").strip('"'),
        version_id=str(row.get("version_id") or ""),
        current=row.get("is_latest") in (None, "") or _is_true(row["is_latest"]),
        marker=marker,
        storage_class=storage_class,
        modified=_time(row.get("last_modified_date")),
        archived=storage_class in ARCHIVES or tier in _TIERS,
    )


def _is_true(value: object) -> bool:
    return value is True or (isinstance(value, str) and value.lower() == _TRUE)


def _time(value: object) -> datetime | None:
    if isinstance(value, str) and value:
        value = datetime.fromisoformat(value)
    elif isinstance(value, int):
        value = datetime.fromtimestamp(value / 1000, UTC)
    if not isinstance(value, datetime):
        return None
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _pages(entries: Iterable[Entry], size: int) -> Iterator[list[Entry]]:
    page: list[Entry] = []
    for entry in entries:
        page.append(entry)
        if len(page) >= size:
            yield page
            page = []
    if page:
        yield page
