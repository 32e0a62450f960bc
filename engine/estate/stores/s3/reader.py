"""One object of a bucket, opened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, BinaryIO

from engine.base.errors import StoreError
from engine.estate.formats.detect import Detection
from engine.estate.formats.format import Budget, Chunk, Cursor, Format, Source
from engine.estate.formats.registry import open_detected
from engine.estate.stores.blocks import CheckedBlocks


class S3Reader:
    """See ``Reader``. Every byte is of the content that was listed, so nothing needs to be compared between chunks.

    Attributes:
        facts: ``encryption`` (``none``, ``AES256``, ``aws:kms``, ...), ``kms`` (``yes`` or ``no``), ``storage_class``; and
            where the server tells: ``lock_mode``, ``lock_until``, ``legal_hold`` (``on`` or ``off``), ``tag_count``,
            ``tag_keys`` (a JSON list) or ``tag_problem``.
    """

    resumable = True

    total: int | None = None

    def __init__(self, raw: BinaryIO, detection: Detection, facts: Mapping[str, str]) -> None:
        self.facts = facts
        self._raw = raw
        self._detection = detection

    def chunks(self, start: Cursor | None, budget: Budget) -> Iterator[Chunk]:
        """See ``Reader.chunks``."""
        form, source = self._open()
        yield from _readable(form.chunks(source, start, budget))

    def sample(self, rows: int, budget: Budget) -> None:
        """See ``Reader.sample``: an object is read whole."""

    def blocks(self) -> CheckedBlocks | None:
        """See ``Reader.blocks``."""
        return CheckedBlocks.of(*self._open(), _readable)

    def _open(self) -> tuple[Format, Source]:
        try:
            return open_detected(self._raw, self._detection)
        except OSError as error:
            raise _unreadable(error) from None


def facts_of(headers: Mapping[str, Any]) -> dict[str, str]:
    """What the answer to a GET tells of the object's protection. No key's name is among it."""
    encryption = str(headers.get("ServerSideEncryption") or "none")
    kms = encryption.startswith("aws:kms") or bool(headers.get("SSEKMSKeyId"))
    found = {
        "encryption": encryption,
        "kms": "yes" if kms else "no",
        "storage_class": str(headers.get("StorageClass") or "STANDARD"),
    }
    if headers.get("ObjectLockMode"):
        found["lock_mode"] = str(headers["ObjectLockMode"])
    until = headers.get("ObjectLockRetainUntilDate")
    if isinstance(until, datetime):
        found["lock_until"] = until.astimezone(UTC).isoformat()
    if headers.get("ObjectLockLegalHoldStatus"):
        found["legal_hold"] = str(headers["ObjectLockLegalHoldStatus"]).lower()
    if headers.get("TagCount") is not None:
        found["tag_count"] = str(headers["TagCount"])
    return found


def _readable(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    try:
        yield from chunks
    except OSError as error:
        raise _unreadable(error) from None


def _unreadable(error: OSError) -> StoreError:
    return StoreError(f"The object cannot be read ({type(error).__name__}).", reason="store_error")
