"""Opened files as plain bytes: gzip (RFC 1952) taken off, other encodings turned into UTF-8.

A file in UTF-8 passes through as it is, so its offsets are those of the file and ``seek`` costs nothing; bytes in it that
are not UTF-8 are left to ``encoding.decode``, which counts them.
"""

from __future__ import annotations

import zlib
from abc import ABC, abstractmethod
from typing import BinaryIO

from engine.base.errors import StoreError
from engine.estate.formats.encoding import Encoding, decoder
from engine.estate.formats.format import Source

_PIECE = 1 << 16  # bytes read at once from below
_PLAIN = 1 << 20  # bytes at most that a piece unpacks to at once
_GZIP = 31  # zlib's wbits for a gzip header and trailer, whose checksum it then verifies


class PlainSource:
    """A seekable file, from behind its byte order mark on."""

    def __init__(self, raw: BinaryIO, mark: int = 0) -> None:
        self._raw = raw
        self._mark = mark
        self._raw.seek(mark)

    def read(self, size: int = -1, /) -> bytes:
        """See ``Source.read``."""
        return self._raw.read(size)

    def readline(self, size: int = -1, /) -> bytes:
        """See ``Source.readline``."""
        return self._raw.readline(size)

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """See ``Source.seek``; every ``whence`` of a file is known."""
        return self._raw.seek(offset + self._mark if whence == 0 else offset, whence) - self._mark

    def tell(self) -> int:
        """See ``Source.tell``."""
        return self._raw.tell() - self._mark


class _Stream(ABC):
    """A source that is made piece by piece: seeking backwards starts again."""

    def __init__(self) -> None:
        self._buffer = b""
        self._used = 0  # bytes of the buffer that were given out
        self._base = 0  # offset of the buffer's first byte
        self._failure: StoreError | None = None

    @abstractmethod
    def _next(self) -> bytes:
        """The next piece; empty at the end.

        Raises:
            StoreError: nothing more can be read.
        """

    @abstractmethod
    def _restart(self) -> None: ...

    def _fill(self) -> bool:
        """Append a piece. An error waits until what came before it was given out."""
        if self._failure is None:
            try:
                piece = self._next()
            except StoreError as error:
                self._failure, piece = error, b""
            if piece:
                self._base += self._used
                self._buffer = self._buffer[self._used :] + piece
                self._used = 0
                return True
        if self._failure is not None and self._used == len(self._buffer):
            raise self._failure
        return False

    def read(self, size: int = -1, /) -> bytes:
        """See ``Source.read``."""
        while (size < 0 or len(self._buffer) - self._used < size) and self._fill():
            pass
        end = len(self._buffer) if size < 0 else self._used + size
        return self._give(end)

    def readline(self, size: int = -1, /) -> bytes:
        """See ``Source.readline``."""
        seen = 0
        while True:
            found = self._buffer.find(b"\n", self._used + seen)
            if found >= 0:
                end = found + 1
                break
            seen = len(self._buffer) - self._used
            if 0 <= size <= seen or not self._fill():
                end = len(self._buffer)
                break
        return self._give(end if size < 0 else min(end, self._used + size))

    def _give(self, end: int) -> bytes:
        data = self._buffer[self._used : end]
        self._used += len(data)
        return data

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """See ``Source.seek``; only from the beginning (0) is known."""
        if whence:
            message = "a stream has no known end"
            raise ValueError(message)
        if offset < self._base:
            self._buffer, self._used, self._base, self._failure = b"", 0, 0, None
            self._restart()
        self._used = min(max(0, offset - self._base), len(self._buffer))
        while self.tell() < offset and self._fill():
            self._used = min(offset - self._base, len(self._buffer))
        return self.tell()

    def tell(self) -> int:
        """See ``Source.tell``."""
        return self._base + self._used


class GunzipSource(_Stream):
    """The contents of a gzip file of one or more members; zero bytes behind the last are passed over.

    Memory stays bounded however well the file is packed. Raises StoreError with reason ``truncated`` or ``not_parseable``
    after everything before that was given.
    """

    def __init__(self, raw: BinaryIO) -> None:
        super().__init__()
        self._raw = raw
        self._restart()

    def _restart(self) -> None:
        self._raw.seek(0)
        self._packed = b""
        self._member = zlib.decompressobj(_GZIP)
        self._inside = False

    def _next(self) -> bytes:
        while True:
            packed = self._packed or self._raw.read(_PIECE)
            self._packed = b""
            if not packed and not self._inside:
                return b""
            if not self._inside:
                packed = packed.lstrip(b"\0")  # padding behind a member
                if not packed:
                    continue
                self._inside = True
            plain = self._unpack(packed)
            if plain:
                return plain
            if not packed and self._inside:
                raise StoreError("The gzip file ends before its end mark.", reason="truncated")

    def _unpack(self, packed: bytes) -> bytes:
        try:
            plain = self._member.decompress(packed, _PLAIN)
        except zlib.error as error:
            raise StoreError("The gzip data is damaged.", reason="not_parseable") from error
        if self._member.eof:
            self._packed = self._member.unused_data
            self._member = zlib.decompressobj(_GZIP)
            self._inside = False
        else:
            self._packed = self._member.unconsumed_tail
        return plain


class TranscodedSource(_Stream):
    """Text of another encoding as UTF-8; what does not fit that encoding becomes U+FFFD or a Latin character."""

    def __init__(self, below: Source, encoding: Encoding) -> None:
        super().__init__()
        self._below = below
        self._encoding = encoding
        self._restart()

    def _restart(self) -> None:
        self._below.seek(0)
        self._below.read(self._encoding.mark)
        self._decoder = decoder(self._encoding.codec)

    def _next(self) -> bytes:
        while True:
            piece = self._below.read(_PIECE)
            text = self._decoder.decode(piece, final=not piece)
            if text or not piece:
                return text.encode("utf-8", "replace")


class _Marked(_Stream):
    """UTF-8 behind a byte order mark in a stream that cannot be shifted otherwise."""

    def __init__(self, below: Source, mark: int) -> None:
        super().__init__()
        self._below = below
        self._mark = mark
        self._restart()

    def _restart(self) -> None:
        self._below.seek(0)
        self._below.read(self._mark)

    def _next(self) -> bytes:
        return self._below.read(_PIECE)


def open_source(raw: BinaryIO, *, packed: bool, encoding: Encoding) -> Source:
    """A file as the plain bytes that a format reads.

    Args:
        raw: the file, seekable, at any place.
        packed: it is gzip.
        encoding: of its text; ``Encoding()`` for formats that are no text.
    """
    if encoding.codec == "utf-8":
        if not packed:
            return PlainSource(raw, encoding.mark)
        return _Marked(GunzipSource(raw), encoding.mark) if encoding.mark else GunzipSource(raw)
    return TranscodedSource(GunzipSource(raw) if packed else PlainSource(raw), encoding)
