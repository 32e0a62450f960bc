"""Where a log is published: a folder, or a bucket whose Object Lock keeps each checkpoint from us, too."""

from __future__ import annotations

import os
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from engine.base.errors import DependencyFailed
from engine.base.settings.ledger import TargetSettings
from engine.ledger.log.resources import MAX_RESOURCE, FolderResources

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client


class Target(Protocol):
    """Holds resources by path, below a prefix of its own."""

    def read(self, path: str) -> bytes | None:
        """What is there, or None.

        Raises:
            DependencyFailed: it cannot be reached or read.
        """
        ...

    def write(self, path: str, data: bytes) -> None:
        """Put bytes there, durable when this returns; whoever reads meanwhile sees the old or the new ones.

        Raises:
            DependencyFailed: it cannot be reached or written.
        """
        ...


class FolderTarget:
    """A folder. What is written is synchronised with the disk before it is renamed to its place."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._resources = FolderResources(folder)

    def read(self, path: str) -> bytes | None:
        """See :class:`Target`."""
        return self._resources.read([path])[0]

    def write(self, path: str, data: bytes) -> None:
        """See :class:`Target`."""
        place = self._folder / path
        mine = f".{os.getpid()}-{threading.get_ident()}.new"  # others may write the same at the same time
        unfinished = place.with_name(place.name + mine)
        try:
            _make_folder(place.parent)
            try:
                with unfinished.open("wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
                unfinished.replace(place)
            except OSError:
                unfinished.unlink(missing_ok=True)
                raise
            _sync_folder(place.parent)
        except OSError as exc:
            raise DependencyFailed(
                f"the ledger cannot be written to its folder ({type(exc).__name__}: {os.strerror(exc.errno or 0)})",
                hint="is there room, and is it writable? what is missing is written the next time",
            ) from None


class BucketTarget:
    """A bucket. Versions of ``checkpoint`` are kept by its versioning; with ``lock_days`` none of them can be deleted.

    Raises:
        DependencyFailed: boto3 finds no usable configuration.
    """

    def __init__(self, settings: TargetSettings) -> None:
        self._bucket = settings.bucket
        self._prefix = settings.prefix
        self._lock_days = settings.lock_days
        self._client = _client(settings)

    def read(self, path: str) -> bytes | None:
        """See :class:`Target`."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            found = self._client.get_object(Bucket=self._bucket, Key=self._prefix + path)
            return found["Body"].read(MAX_RESOURCE + 1)
        except ClientError as exc:
            code = str(exc.response.get("Error", {}).get("Code", ""))
            if code in ("NoSuchKey", "404"):
                return None
            raise _failed(code) from None
        except BotoCoreError as exc:
            raise _failed(type(exc).__name__) from None

    def write(self, path: str, data: bytes) -> None:
        """See :class:`Target`."""
        from botocore.exceptions import BotoCoreError, ClientError

        kind = "text/plain; charset=utf-8" if path.endswith("checkpoint") else "application/octet-stream"
        more: dict[str, Any] = {}
        if self._lock_days is not None and path.endswith("checkpoint"):
            until = datetime.now(UTC) + timedelta(days=self._lock_days)
            more = {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": until}
        try:
            self._client.put_object(Bucket=self._bucket, Key=self._prefix + path, Body=data, ContentType=kind, **more)
        except ClientError as exc:
            raise _failed(str(exc.response.get("Error", {}).get("Code", ""))) from None
        except BotoCoreError as exc:
            raise _failed(type(exc).__name__) from None


def target_of(settings: TargetSettings) -> Target:
    """The target that a configuration names."""
    return FolderTarget(settings.path) if settings.path is not None else BucketTarget(settings)


def _client(settings: TargetSettings) -> S3Client:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError

    try:
        return boto3.client(
            "s3",
            endpoint_url=settings.endpoint_url or None,
            region_name=settings.region or ("us-east-1" if settings.endpoint_url else None),
            aws_access_key_id=settings.access_key_id or None,
            aws_secret_access_key=settings.secret_access_key.get_secret_value() or None,
            config=Config(connect_timeout=10, read_timeout=60, retries={"max_attempts": 4, "mode": "standard"}),
        )
    except (BotoCoreError, ValueError) as exc:
        raise _failed(type(exc).__name__) from None


def _failed(code: str) -> DependencyFailed:
    return DependencyFailed(
        f"the bucket that the ledger is published to did not do its part ({code})",
        hint="may the credential under `ledger: publish:` put objects there? what is missing is written the next time",
    )


def _make_folder(folder: Path) -> None:
    """Make it with those above it, each durable in the one above: a checkpoint must not outlive what it is over."""
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
