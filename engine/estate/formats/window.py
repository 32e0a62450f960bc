"""A view of a source that can look ahead any number of bytes and then go on from anywhere in what it saw."""

from __future__ import annotations

from engine.base.errors import StoreError
from engine.estate.formats.format import Source

PIECE = 1 << 18  # bytes read at once


class Window:
    """The bytes of a source from an offset on; what was dropped cannot be seen again.

    An error of the source is raised when a look finds nothing before it, never earlier.
    """

    def __init__(self, source: Source, offset: int = 0) -> None:
        self._source = source
        self._data = bytearray()
        self._failure: StoreError | None = None
        self.start = offset
        self.ended = False
        try:
            self._source.seek(offset)
        except StoreError as error:
            self._failure, self.ended = error, True

    @property
    def end(self) -> int:
        """The offset behind the last byte that was read."""
        return self.start + len(self._data)

    def drop(self, upto: int) -> None:
        """What lies before an offset is no longer needed."""
        upto = min(upto, self.end)  # what lies behind the end is still to be read
        if upto - self.start >= min(PIECE, len(self._data)):
            del self._data[: upto - self.start]
            self.start = upto

    def more(self, size: int = PIECE) -> bool:
        """Read some more; False at the end or at an error."""
        if self.ended:
            return False
        try:
            piece = self._source.read(size)
        except StoreError as error:
            self._failure, piece = error, b""
        self._data += piece
        self.ended = not piece
        return not self.ended

    def check(self) -> None:
        """Raise the error that ended the source, if one did."""
        if self._failure is not None:
            raise self._failure

    def peek(self, at: int, size: int) -> bytes:
        """The bytes from ``at`` on, ``size`` of them, or fewer at the end."""
        while self.end < at + size and self.more(max(PIECE, at + size - self.end)):
            pass
        body = bytes(memoryview(self._data)[at - self.start : at - self.start + size])
        if not body:
            self.check()
        return body

    def lines(self, at: int, size: int, limit: int, *, returns: bool) -> bytes:
        r"""Whole lines from ``at`` on, about ``size`` bytes of them, at least one.

        Lines end in ``\n``, and with ``returns`` in a lone ``\r`` too, as on old Macs. The end of the file ends a line as
        well. Empty at the end of the file, and when the next line is longer than ``limit`` bytes.
        """
        want = size
        while True:
            body = self.peek(at, want)
            cut = body.rfind(b"\n") + 1
            if returns and not cut:
                cut = body.rfind(b"\r", 0, -1) + 1
            if len(body) < want and self._failure is None and len(body) <= limit:
                return body
            if cut:
                return body[:cut]
            if len(body) < want:
                self.check()
            if want > limit:
                return b""
            want = min(want * 2, limit + 1)
