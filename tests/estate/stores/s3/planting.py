"""Known data in a bucket, and the store under test on it."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pytest

from engine.base.errors import StoreError
from engine.estate.formats.format import Budget
from engine.estate.stores.s3 import Access, S3Store
from engine.estate.stores.store import AssetInfo, ObjectInfo
from tests.contracts.format import Cell, cells_of
from tests.seaweed import SCANNER, Identity, Seaweed

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client

PEOPLE: list[dict[str, object]] = [{"id": str(number), "email": f"user{number}@example.org"} for number in range(30)]
LINES = b"".join(json.dumps(row).encode() + b"\n" for row in PEOPLE)


def csv_of(rows: list[dict[str, object]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


CSV = csv_of(PEOPLE)


def many(rows: int) -> list[dict[str, object]]:
    return [{"id": str(number), "email": f"user{number * 7919}@example.org"} for number in range(rows)]


@dataclass(frozen=True)
class Planted:
    """A bucket of the server."""

    server: Seaweed
    bucket: str

    @cached_property
    def admin(self) -> S3Client:
        return self.server.client()

    def put(self, key: str, body: bytes = CSV, **more: Any) -> Mapping[str, Any]:
        return dict(self.admin.put_object(Bucket=self.bucket, Key=key, Body=body, **more))

    def access(self, who: Identity = SCANNER, **more: Any) -> Access:
        more.setdefault("endpoint_url", self.server.url)
        return Access(self.bucket, access_key_id=who.access_key, secret_access_key=who.secret_key, **more)

    def store(self, **more: Any) -> S3Store:
        """As the scanner sees it, who may only read and list."""
        return S3Store("lake", more.pop("access", None) or self.access(), **more)


def objects(store: S3Store) -> dict[str, ObjectInfo]:
    """All objects of a store by name; none comes twice."""
    found = [item for asset in store.assets() for item in asset.objects]
    assert len({item.name for item in found}) == len(found)
    return {item.name: item for item in found}


def merged(store: S3Store) -> dict[str, list[ObjectInfo]]:
    """Assets by name with all their objects, whichever part they came in."""
    found: dict[str, list[ObjectInfo]] = {}
    for asset in store.assets():
        found.setdefault(asset.name, []).extend(asset.objects)
    return found


def asset_with(item: ObjectInfo) -> AssetInfo:
    return AssetInfo("any", "objects", "csv", (item,))


def cells(store: S3Store, item: ObjectInfo) -> Counter[Cell]:
    with store.open(asset_with(item), item) as reader:
        return cells_of(reader.chunks(None, Budget()))


def facts(store: S3Store, item: ObjectInfo) -> Mapping[str, str]:
    with store.open(asset_with(item), item) as reader:
        return reader.facts


@contextmanager
def fails(reason: str) -> Iterator[pytest.ExceptionInfo[StoreError]]:
    with pytest.raises(StoreError) as caught:
        yield caught
    assert caught.value.reason == reason
