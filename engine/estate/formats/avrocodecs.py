"""Codecs of Avro blocks that fastavro undoes only with further libraries: undone here by pyarrow, which has them.

The file is shown to fastavro as one without codec: a header of its own, then each block unpacked. Blocks are fetched one at a
time, so the place in the file behind a block is known when it was read.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable, Mapping
from typing import Any, Literal

import fastavro
import pyarrow as pa

from engine.base.errors import StoreError
from engine.estate.formats.format import Source

MARK = 16  # bytes of the mark behind the header and each block
_CHECKSUM = 4  # bytes behind a block of snappy


def is_known(codec: str) -> bool:
    """Whether blocks of this codec can be undone here, by the pyarrow that is installed."""
    return codec in _UNPACK and pa.Codec.is_available(_PYARROW[codec])


class Unpacked:
    """A file whose blocks are unpacked as they are read. For fastavro it has no codec.

    Args:
        source: at the beginning of a block.
        schema: of its records.
        mark: that stands behind each block.
        codec: of its blocks.
        most: bytes of a block, as stored and as unpacked.
    """

    def __init__(self, source: Source, schema: Any, mark: bytes, codec: str, most: int) -> None:
        self._source = source
        self._mark = mark
        self._unpack = _UNPACK[codec]
        self._most = most
        header = io.BytesIO()
        fastavro.writer(header, schema, [], sync_marker=mark)
        self._left = io.BytesIO(header.getvalue())

    def read(self, size: int) -> bytes:
        """So many bytes, fewer at the end of a block only, none at the end of the file."""
        data = self._left.read(size)
        if data or not size:
            return data
        self._left = io.BytesIO(self._block())
        return self._left.read(size)

    def tell(self) -> int:
        """Means nothing here; the place in the file is that of the source."""
        return 0

    def _block(self) -> bytes:
        """The next block as it would stand without codec; empty at the end of the file."""
        first = self._source.read(1)
        if not first:
            return b""
        records = _long(self._source, first)
        size = _long(self._source, self._source.read(1))
        if size < 0 or records < 0:
            raise StoreError("The Avro file is damaged.", reason="not_parseable")
        if size > self._most:
            raise _too_large()
        packed = self._source.read(size)
        mark = self._source.read(MARK)
        if len(packed) < size or len(mark) < MARK:
            raise _truncated()
        if mark != self._mark:
            raise StoreError("The Avro file is damaged.", reason="not_parseable")
        plain = self._unpack(packed, self._most)
        return _written(records) + _written(len(plain)) + plain + mark


def _snappy(packed: bytes, most: int) -> bytes:
    """A block of snappy begins with the size of what it unpacks to, and a checksum stands behind it."""
    body, checksum = packed[:-_CHECKSUM], packed[-_CHECKSUM:]
    size = _varint(body)
    if size > most:
        raise _too_large()
    plain: bytes = pa.Codec("snappy").decompress(body, size, asbytes=True)
    if zlib.crc32(plain).to_bytes(_CHECKSUM, "big") != checksum:
        raise StoreError("The checksum of an Avro block is wrong.", reason="not_parseable")
    return plain


def _zstandard(packed: bytes, most: int) -> bytes:
    with pa.CompressedInputStream(pa.BufferReader(packed), "zstd") as stream:
        plain = stream.read(most + 1)
    if len(plain) > most:
        raise _too_large()
    return plain


_UNPACK: Mapping[str, Callable[[bytes, int], bytes]] = {"snappy": _snappy, "zstandard": _zstandard}
_PYARROW: Mapping[str, Literal["snappy", "zstd"]] = {"snappy": "snappy", "zstandard": "zstd"}


def _truncated() -> StoreError:
    """Not an EOFError, which fastavro would take for the end of the file."""
    return StoreError("The Avro file ends in the middle of a block.", reason="truncated")


def _too_large() -> StoreError:
    return StoreError("An Avro block is larger than 256 MB.", reason="too_large")


def _varint(body: bytes) -> int:
    value = shift = 0
    for byte in body[:10]:
        value |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            return value
    raise StoreError("The Avro file is damaged.", reason="not_parseable")


def _long(source: Source, first: bytes) -> int:
    """A number as Avro writes it (zigzag), whose first byte was read."""
    body = first
    while body and body[-1] & 0x80:
        following = source.read(1)
        if not following or len(body) >= 10:
            raise _truncated()
        body += following
    if not body:
        raise _truncated()
    value = _varint(body)
    return (value >> 1) ^ -(value & 1)


def _written(value: int) -> bytes:
    value <<= 1
    found = bytearray()
    while value > 0x7F:
        found.append((value & 0x7F) | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)
