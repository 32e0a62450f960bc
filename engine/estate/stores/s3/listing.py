"""A bucket's listing, page by page. Keys are never compared: not every server lists them in the order of their bytes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from engine.base.errors import StoreError
from engine.estate.stores.s3.client import Connection
from engine.estate.stores.s3.entries import ARCHIVES, Entry
from engine.estate.stores.s3.errors import code_of, status_of, store_error

PAGE = 1000
_NO_VERSIONS = frozenset({400, 404, 405, 501})  # what servers answer that do not know the question


@contextmanager
def asking() -> Iterator[None]:
    """What botocore raises leaves as StoreError, without its text.

    Raises:
        StoreError: by its code or class.
    """
    try:
        yield
    except (BotoCoreError, ClientError, ValueError) as error:
        raise store_error(error) from None


def is_versioned(connection: Connection) -> bool | None:
    """Whether the bucket has, or had, versions; None when the credential may not know.

    Raises:
        StoreError: the bucket does not exist or cannot be reached.
    """
    with asking():
        try:
            found = connection.client().get_bucket_versioning(Bucket=connection.bucket)
        except ClientError as error:
            if code_of(error) == "AccessDenied":
                return None
            if code_of(error) != "NoSuchBucket" and status_of(error) in _NO_VERSIONS:
                return False
            raise
        return "Status" in found


def current_pages(connection: Connection, prefix: str, page: int = PAGE) -> Iterator[list[Entry]]:
    """What each key gives now.

    Raises:
        StoreError: the listing cannot be asked for, or does not go on.
    """
    behind = {"ContinuationToken": "NextContinuationToken"}
    for found in _pages(connection, "list_objects_v2", prefix, page, behind):
        yield [_entry(item) for item in found.get("Contents", ())]


def version_pages(connection: Connection, prefix: str, page: int = PAGE) -> Iterator[list[Entry]]:
    """Every version and delete marker of each key.

    Raises:
        StoreError: the listing cannot be asked for, or does not go on.
    """
    behind = {"KeyMarker": "NextKeyMarker", "VersionIdMarker": "NextVersionIdMarker"}
    for found in _pages(connection, "list_object_versions", prefix, page, behind):
        versions = [_entry(item) for item in found.get("Versions", ())]
        yield versions + [_entry(item, marker=True) for item in found.get("DeleteMarkers", ())]


def _pages(
    connection: Connection, operation: str, prefix: str, page: int, behind: Mapping[str, str]
) -> Iterator[Mapping[str, Any]]:
    """Answers of a listing until there is no more; ``behind`` names what to ask with next, and where an answer says it."""
    where: dict[str, Any] = {}
    while True:
        with asking():
            found: Mapping[str, Any] = getattr(connection.client(), operation)(
                Bucket=connection.bucket,
                Prefix=prefix,
                MaxKeys=page,
                OptionalObjectAttributes=["RestoreStatus"],
                **where,
            )
        yield found
        if not found.get("IsTruncated"):
            return
        where = _next(where, {name: found.get(told) for name, told in behind.items()})


def _next(before: dict[str, Any], behind: Mapping[str, str | None]) -> dict[str, Any]:
    """Where the next page begins.

    Raises:
        StoreError: the server says that there is more, and not where; or it goes in a circle.
    """
    found = {name: text for name, text in behind.items() if text}
    if not found or found == before:
        raise StoreError("The bucket's server does not go on with its listing.", reason="store_error")
    return found


def _entry(item: Mapping[str, Any], *, marker: bool = False) -> Entry:
    storage_class = item.get("StorageClass") or "STANDARD"
    restore = item.get("RestoreStatus") or {}
    restored = isinstance(restore.get("RestoreExpiryDate"), datetime) and not restore.get("IsRestoreInProgress")
    return Entry(
        key=item["Key"],
        size=item.get("Size"),
        etag=str(item.get("ETag", "")).strip('"'),
        version_id=item.get("VersionId", ""),
        current=bool(item.get("IsLatest", True)),
        marker=marker,
        storage_class=storage_class,
        modified=item.get("LastModified"),
        archived=storage_class in ARCHIVES and not restored,
    )
