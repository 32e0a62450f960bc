"""A filter that tells which values a set cannot hold: a blocked Bloom filter over keyed hashes.

It has 12 bits and 6 places for each hash (Bloom 1970): 1.5 bytes, and 0.4 % false hits. The upper half of a hash names its
block (Putze, Sanders and Singler, "Cache-, hash- and space-efficient Bloom filters", 2007), the lower half the places in it
(Kirsch and Mitzenmacher, "Less hashing, same performance", 2006), so that hashes in ascending order fill it from its beginning
to its end. Its size follows from their number, so equal sets have equal bytes. Layout: version (1 byte), CRC-32 of what
follows (4 bytes, big-endian), bits.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from classifiers.sketches.hashing import U64

VERSION = 1
BITS = 12  # for each hash
PLACES = 6  # of each hash
BLOCK = 4_096  # bits of a block, about
_HEAD = struct.Struct(">BI")


class MembershipError(ValueError):
    """Bytes that are not a filter of this version."""


@dataclass(frozen=True, slots=True, eq=False)
class Membership:
    """A set of hashes that is only asked what it does not hold."""

    bits: npt.NDArray[np.uint8]

    @classmethod
    def of(cls, hashes: U64) -> Membership:
        """Of hashes that are all different, in any order."""
        marked = np.zeros((BITS * len(hashes) + 7) // 8 * 8, bool)
        for part in _parts(hashes):
            for places in _places(part, len(marked)):
                marked[places] = True
        return cls(np.packbits(marked))

    def may_hold(self, hashes: U64) -> npt.NDArray[np.bool_]:
        """Whether each hash may be in the set: False is certain, True is wrong for 0.4 % of those that are not."""
        found = np.full(len(hashes), len(self.bits) > 0)
        for places in _places(hashes, 8 * len(self.bits)) if len(self.bits) else ():
            found &= (self.bits[places >> 3] << (places & 7).astype(np.uint8)) & 0x80 > 0
        return found

    def to_bytes(self) -> bytes:
        """The canonical bytes."""
        body = self.bits.tobytes()
        return _HEAD.pack(VERSION, zlib.crc32(body)) + body

    @classmethod
    def from_bytes(cls, data: bytes) -> Membership:
        """The filter that ``to_bytes`` wrote.

        Raises:
            MembershipError: other bytes, also cut, longer, damaged or of another version.
        """
        if len(data) < _HEAD.size:
            raise MembershipError("not a membership filter: too short")
        version, checksum = _HEAD.unpack_from(data)
        if version != VERSION:
            raise MembershipError("not a membership filter of this version")
        if zlib.crc32(data[_HEAD.size :]) != checksum:
            raise MembershipError("a damaged membership filter")
        return cls(np.frombuffer(data, np.uint8, offset=_HEAD.size))


def _parts(hashes: U64) -> Iterator[U64]:
    """In parts whose temporary arrays stay in the processor's cache."""
    for begin in range(0, len(hashes), 16_384):
        yield hashes[begin : begin + 16_384]


def _places(hashes: U64, size: int) -> Iterator[npt.NDArray[np.int64]]:
    """The bits of each hash, one place after the other, in a filter of so many bits."""
    blocks = max(1, size // BLOCK)
    width = np.uint64(size // blocks)
    base = ((hashes >> np.uint64(32)) * np.uint64(blocks) >> np.uint64(32)) * width
    place, step = hashes & np.uint64(0xFFFF), (hashes >> np.uint64(16) & np.uint64(0xFFFF)) | np.uint64(1)
    for _ in range(PLACES):
        yield (base + ((place & np.uint64(0xFFFF)) * width >> np.uint64(16))).astype(np.int64)
        place = place + step
