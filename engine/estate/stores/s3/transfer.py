"""Bytes of one object, by GET: all of them, or a range, and always of the content that was listed (If-Match).

What breaks off is asked for again from where it stopped. The checksum of an object that is read whole is verified where the
server has one (botocore does it); ranges have none, and are held to the ETag and to their length.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    FlexibleChecksumError,
    IncompleteReadError,
    ReadTimeoutError,
    ResponseStreamingError,
)
from urllib3.exceptions import HTTPError

from engine.base.errors import StoreError
from engine.estate.stores.s3.errors import code_of, store_error

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client

HEAD = 1 << 16  # bytes asked for first of an object that is not read whole
WHOLE = 8 << 20  # bytes up to which an object is read whole by its first GET
RETRIES = 4  # answers of one request that may break off
_PIECE = 1 << 20  # bytes taken from a connection at once
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
_BROKEN = (ResponseStreamingError, IncompleteReadError, FlexibleChecksumError, ReadTimeoutError, HTTPError, OSError)


@dataclass(frozen=True, slots=True)
class Target:
    """One content of one key. ``version_id`` and ``etag``: empty for whatever is there."""

    bucket: str
    key: str
    version_id: str = ""
    etag: str = ""


@dataclass(frozen=True, slots=True)
class Opened:
    """What the first GET gave.

    Attributes:
        target: with the ETag of the answer, which all further reading is held to.
        size: of the object.
        head: its first bytes; all of them when it was read whole.
        headers: the answer of boto3 without its body.
    """

    target: Target
    size: int
    head: bytes
    headers: Mapping[str, Any]


class Transfer:
    """Reads objects through a client.

    Args:
        client: of boto3; used from any thread.
    """

    def __init__(self, client: S3Client) -> None:
        self._client = client

    def open(self, target: Target, size: int | None, whole: int = WHOLE) -> Opened:
        """The first GET: of all when the object is listed with at most ``whole`` bytes, else of its head.

        Raises:
            StoreError: also ``changed_while_read`` when it has another size than it was listed with.
        """
        try:
            answer = self._first(target, whole=size is not None and size <= whole)
        except (BotoCoreError, ClientError, ValueError) as error:
            raise store_error(error) from None
        span = _RANGE.fullmatch(answer.get("ContentRange", ""))
        total = int(span[3]) if span else int(answer["ContentLength"])
        wanted = int(span[2]) + 1 if span else total if total <= whole else HEAD
        pinned = Target(target.bucket, target.key, target.version_id, target.etag or answer.get("ETag", "").strip('"'))
        with closing(answer.pop("Body")) as body:
            if size is not None and total != size:
                raise StoreError("The object has another size than it was listed with.", reason="changed_while_read")
            head = self._filled(pinned, body, 0, min(wanted, total))
        return Opened(pinned, total, head, answer)

    def read(self, opened: Opened, start: int, length: int) -> bytes:
        """Exactly so many bytes from ``start`` on, which must lie within the object.

        Raises:
            StoreError: ``truncated`` or ``timeout`` when the answer breaks off again and again.
        """
        return self._filled(opened.target, self._range(opened.target, start, start + length), start, length)

    def _first(self, target: Target, *, whole: bool) -> dict[str, Any]:
        if whole:
            return self._get(target, ChecksumMode="ENABLED")
        try:
            return self._get(target, Range=f"bytes=0-{HEAD - 1}")
        except ClientError as error:
            if code_of(error) != "InvalidRange":
                raise
            return self._get(target)  # of an object without bytes there is no range

    def _filled(self, target: Target, body: Any, start: int, length: int) -> bytes:
        """So many bytes: from an answer, and from further ones where it breaks off."""
        found = bytearray()
        for _ in range(RETRIES + 1):
            failure = _drained(body, found, length)
            if len(found) == length and failure is None:
                return bytes(found)
            if isinstance(failure, FlexibleChecksumError):
                found.clear()
                body = self._again(target, ChecksumMode="ENABLED")["Body"]
            else:
                body = self._range(target, start + len(found), start + length)
        body.close()
        raise _broken(failure)

    def _range(self, target: Target, start: int, end: int) -> Any:
        if start >= end:
            return _Nothing()
        answer = self._again(target, Range=f"bytes={start}-{end - 1}")
        span = _RANGE.fullmatch(answer.get("ContentRange", ""))
        if span is None or int(span[1]) != start:
            answer["Body"].close()
            raise StoreError("The bucket's server does not give ranges of objects.", reason="store_error")
        return answer["Body"]

    def _again(self, target: Target, **more: str) -> dict[str, Any]:
        try:
            return self._get(target, **more)
        except (BotoCoreError, ClientError, ValueError) as error:
            problem = store_error(error)
            if problem.reason == "not_found":  # it was there a moment ago
                problem = StoreError("The object was deleted while it was read.", reason="changed_while_read")
            raise problem from None

    def _get(self, target: Target, **more: str) -> dict[str, Any]:
        if target.version_id:
            more["VersionId"] = target.version_id
        if target.etag:
            more["IfMatch"] = f'"{target.etag}"'
        ask: Callable[..., Any] = self._client.get_object
        answer: dict[str, Any] = ask(Bucket=target.bucket, Key=target.key, **more)
        return answer


class _Nothing:
    """The body of a range of no bytes."""

    def read(self, _size: int) -> bytes:
        return b""

    def close(self) -> None:
        """Nothing is open."""


def _drained(body: Any, found: bytearray, length: int) -> Exception | None:
    """Append what an answer gives, up to ``length`` in all; what broke it off, if anything did."""
    with closing(body):
        try:
            while len(found) < length:
                piece = body.read(min(_PIECE, length - len(found)))
                if not piece:
                    return None
                found += piece
            body.read(1)  # its end: only there a checksum is compared
        except _BROKEN as error:
            return error
    return None


def _broken(failure: Exception | None) -> StoreError:
    if isinstance(failure, ReadTimeoutError):
        return StoreError("The bucket's server stopped in the middle of an object.", reason="timeout")
    if isinstance(failure, FlexibleChecksumError):
        return StoreError("The object does not fit the checksum that the store has for it.", reason="store_error")
    return StoreError("The bucket's server broke off in the middle of an object.", reason="truncated")
