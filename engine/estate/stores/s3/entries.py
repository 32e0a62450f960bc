"""What a listing, or an inventory in its place, tells of each key, and how that becomes objects and assets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from engine.estate.stores.s3.grouping import UNKNOWN, asset_of, format_of
from engine.estate.stores.s3.naming import ALL_VERSIONS, object_name, shown_key
from engine.estate.stores.store import AssetInfo, ObjectInfo

KIND = "objects"
"""The ``kind`` of every asset of a bucket."""
ARCHIVES = frozenset({"GLACIER", "DEEP_ARCHIVE"})
"""Storage classes that give nothing before a restore. (GLACIER_IR reads at once.)"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One version of one key, or its delete marker.

    Attributes:
        key: as it is.
        size: in bytes, None where it is not told.
        etag: without quotes, or empty.
        version_id: empty where versions are not told; ``null`` for what was stored before there were any.
        current: it is what the key gives when no version is asked for.
        marker: a delete marker.
        storage_class: ``STANDARD`` where nothing is told.
        modified: when it was stored.
        archived: it lies in an archive, and no restored copy is there.
    """

    key: str
    size: int | None = None
    etag: str = ""
    version_id: str = ""
    current: bool = True
    marker: bool = False
    storage_class: str = "STANDARD"
    modified: datetime | None = None
    archived: bool = False


def parts(page: Iterable[Entry], prefix: str, *, all_versions: bool) -> Iterator[AssetInfo]:
    """The assets of some entries, each with its objects among them."""
    found: dict[str, list[ObjectInfo]] = {}
    for entry in page:
        name = shown_key(asset_of(entry.key.removeprefix(prefix) or "/"))
        found.setdefault(name, []).append(_object(entry, all_versions=all_versions))
    for name, objects in found.items():
        yield AssetInfo(name, KIND, format_of(name), tuple(objects))


def hidden_versions(reason: str) -> AssetInfo:
    """What stands in a listing for the versions that the credential may not list."""
    return AssetInfo(ALL_VERSIONS, KIND, UNKNOWN, (ObjectInfo(ALL_VERSIONS),), problem=reason)


def version_text(etag: str, size: int | None, version_id: str) -> str:
    """``ETAG SIZE VERSION``, a hyphen for what is not known; empty when nothing would show a change."""
    if not etag and not version_id:
        return ""
    return f"{etag or '-'} {'-' if size is None else size} {version_id or '-'}"


def version_parts(text: str) -> tuple[str, str]:
    """The ETag and the version's id of a ``version_text``, each empty when not known."""
    etag, _, version_id = text.rsplit(" ", 2) if text.count(" ") >= 2 else ("-", "-", "-")
    return "" if etag == "-" else etag, "" if version_id == "-" else version_id


def _object(entry: Entry, *, all_versions: bool) -> ObjectInfo:
    facts = {} if entry.marker else {"storage_class": entry.storage_class}
    if entry.modified is not None:
        facts["modified"] = entry.modified.astimezone(UTC).isoformat()
    plain = entry.current and not entry.marker
    return ObjectInfo(
        name=object_name(entry.key, "" if plain else entry.version_id or "null"),
        bytes=entry.size,
        version=version_text(entry.etag, entry.size, entry.version_id),
        skip=_skip(entry, all_versions=all_versions),
        facts=facts,
    )


def _skip(entry: Entry, *, all_versions: bool) -> str:
    skip = ""
    if entry.marker:
        skip = "delete_marker"
    elif not entry.current and not all_versions:
        skip = "noncurrent_version"
    elif entry.archived:
        skip = "archived"
    elif entry.size == 0 and entry.key.endswith("/"):
        skip = "folder_marker"
    return skip
