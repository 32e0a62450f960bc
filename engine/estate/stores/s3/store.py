"""A bucket as a store: like objects are one asset, and every object is read as it was listed, or not at all.

Only GET and LIST requests are made. See docs/decisions/0009 for what was chosen and what speaks against it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import BufferedReader, BytesIO
from typing import Any, BinaryIO, Literal

from engine.base.errors import NotRead, StoreError
from engine.estate.formats.detect import detect
from engine.estate.stores.s3.client import Access, Connection
from engine.estate.stores.s3.entries import Entry, hidden_versions, parts, version_parts
from engine.estate.stores.s3.inventory import inventory_pages
from engine.estate.stores.s3.listing import PAGE, asking, current_pages, is_versioned, version_pages
from engine.estate.stores.s3.naming import ALL_VERSIONS, named, shown_key
from engine.estate.stores.s3.ranged import BUFFER, RangedFile
from engine.estate.stores.s3.reader import S3Reader, facts_of
from engine.estate.stores.s3.transfer import WHOLE, Opened, Target, Transfer
from engine.estate.stores.store import AssetInfo, ObjectInfo


class S3Store:
    """The objects of a bucket.

    Args:
        name: of the store.
        access: to the bucket, with a credential that can read and list.
        prefix: of the keys that belong to the store; it is no part of the names of assets.
        versions: ``all`` reads noncurrent versions too; they are listed in any case.
        tags: whether the keys of tags are read with each object, which costs one request.
        inventory: an S3 Inventory to take in place of listing: the key of its ``manifest.json``, or ``s3://bucket/key``.
        page: keys asked for at once.
        whole: bytes up to which an object is read by one GET.
    """

    kind = "s3"

    def __init__(
        self,
        name: str,
        access: Access,
        *,
        prefix: str = "",
        versions: Literal["current", "all"] = "current",
        tags: bool = False,
        inventory: str = "",
        page: int = PAGE,
        whole: int = WHOLE,
    ) -> None:
        self.name = name
        self._connection = Connection(access)
        self._prefix = prefix
        self._all_versions = versions == "all"
        self._tags = tags
        self._inventory = inventory
        self._page = page
        self._whole = whole

    def assets(self) -> Iterator[AssetInfo]:
        """See ``Store.assets``: an asset comes in as many parts as pages of the listing have objects of it.

        Raises:
            StoreError: the bucket cannot be listed, or not to its end.
        """
        if self._inventory:
            pages = inventory_pages(self._connection, self._inventory, self._prefix, self._page)
            return self._parts(pages)
        return self._listed()

    @contextmanager
    def open(self, asset: AssetInfo, item: ObjectInfo) -> Iterator[S3Reader]:
        """See ``Store.open``.

        Raises:
            NotRead: its format is not read, or it lies in an archive.
            StoreError: with ``changed_while_read`` when the key has another content than it was listed with.
        """
        if item.skip or asset.name == ALL_VERSIONS:
            raise StoreError("This object is not read, as its listing says.", reason="store_error")
        target = self._target(item)
        transfer = Transfer(self._connection.client())
        opened = transfer.open(target, item.bytes, self._whole)
        with ExitStack() as stack:
            raw = stack.enter_context(_file(transfer, opened))
            detection = detect(raw, item.name, opened.size)
            if detection.skip:
                raise NotRead("The object is of no format that is read.", reason=detection.skip)
            facts = facts_of(opened.headers)
            if self._tags:
                facts |= self._tag_facts(opened.target)
            yield S3Reader(raw, detection, facts)

    def _listed(self) -> Iterator[AssetInfo]:
        versioned = is_versioned(self._connection)
        if versioned is False:
            yield from self._parts(current_pages(self._connection, self._prefix, self._page))
            return
        try:
            pages = version_pages(self._connection, self._prefix, self._page)
            first = next(pages, [])
        except StoreError as error:
            if error.reason != "permission_denied":
                raise
            yield from self._parts(current_pages(self._connection, self._prefix, self._page))
            yield hidden_versions(error.reason)
            return
        yield from self._parts(iter([first]))
        yield from self._parts(pages)

    def _parts(self, pages: Iterator[list[Entry]]) -> Iterator[AssetInfo]:
        for page in pages:
            yield from parts(page, self._prefix, all_versions=self._all_versions)

    def _target(self, item: ObjectInfo) -> Target:
        try:
            key, version_id = named(item.name)
        except (ValueError, OverflowError):
            raise StoreError("The object's name is not one of this store.", reason="not_found") from None
        etag, listed = version_parts(item.version)
        if (
            not version_id and listed != "null"
        ):  # the ETag alone holds a null version: asking for it needs another right
            version_id = listed
        return Target(self._connection.bucket, key, version_id, etag)

    def _tag_facts(self, target: Target) -> dict[str, str]:
        """The keys of an object's tags, never their values; or why they are not known."""
        version: dict[str, Any] = {"VersionId": target.version_id} if target.version_id else {}
        try:
            with asking():
                found = self._connection.client().get_object_tagging(Bucket=target.bucket, Key=target.key, **version)
        except StoreError as error:
            return {"tag_problem": error.reason}
        return {"tag_keys": json.dumps(sorted(shown_key(tag["Key"]) for tag in found["TagSet"]))}


def _file(transfer: Transfer, opened: Opened) -> BinaryIO:
    if len(opened.head) == opened.size:
        return BytesIO(opened.head)

    def read(start: int, length: int) -> bytes:
        return transfer.read(opened, start, length)

    return BufferedReader(RangedFile(read, opened.size, opened.head), BUFFER)
