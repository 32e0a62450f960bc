"""A large object as a seekable file: ranged GETs in blocks that grow while reading goes straight on."""

from __future__ import annotations

from collections.abc import Callable
from io import SEEK_CUR, SEEK_END, SEEK_SET, RawIOBase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

SMALL = 1 << 17  # bytes of the first block after a jump
LARGE = 8 << 20  # bytes of a block at most: the memory of one reader, twice while a block arrives
TAIL = 1 << 17  # bytes at the end that are kept: footers are read in several steps
BUFFER = 1 << 16  # bytes of the buffer that lines are cut from


class RangedFile(RawIOBase):
    """The bytes of an object; at most one block and its tail are held.

    Args:
        read: gives exactly so many bytes from an offset on; what it raises leaves as it is.
        size: of the object.
        head: its first bytes.
    """

    def __init__(self, read: Callable[[int, int], bytes], size: int, head: bytes) -> None:
        super().__init__()
        self._read = read
        self._size = size
        self._place = 0
        self._start, self._block = 0, head
        self._tail = b""
        self._step = SMALL

    def readable(self) -> bool:
        """See ``io.IOBase``."""
        return True

    def seekable(self) -> bool:
        """See ``io.IOBase``."""
        return True

    def tell(self) -> int:
        """See ``io.IOBase``."""
        return self._place

    def seek(self, offset: int, whence: int = SEEK_SET, /) -> int:
        """See ``io.IOBase``; nothing is read yet."""
        base = {SEEK_SET: 0, SEEK_CUR: self._place, SEEK_END: self._size}[whence]
        if base + offset < 0:
            message = "a place before the first byte"
            raise ValueError(message)
        self._place = base + offset
        return self._place

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """See ``io.RawIOBase``."""
        view = memoryview(buffer).cast("B")
        wanted = min(len(view), self._size - self._place)
        if wanted <= 0:
            return 0
        start, block = self._holding(wanted)
        piece = block[self._place - start : self._place - start + wanted]
        view[: len(piece)] = piece
        self._place += len(piece)
        return len(piece)

    def _holding(self, wanted: int) -> tuple[int, bytes]:
        """A block that holds the byte at the present place, with the offset of its first byte."""
        end = self._start + len(self._block)
        if self._start <= self._place < end:
            return self._start, self._block
        tail = max(0, self._size - TAIL)
        if self._place >= tail:
            self._tail = self._tail or self._read(tail, self._size - tail)
            return tail, self._tail
        self._step = min(2 * self._step, LARGE) if self._place == end else SMALL
        length = min(max(wanted, self._step), LARGE, self._size - self._place)
        self._block = b""  # so that two are never held
        self._block = self._read(self._place, length)
        self._start = self._place
        return self._start, self._block
