"""A way through a JSON text of any size, from any place where a record ended.

The walker holds the containers that are open and never a whole document. Records are:

- the items of a list at the top, or of a list that lies in objects only (``customers[]``);
- the other values of an object at the top, together, up to the next such list.

An item larger than ``MAX_ITEM`` is entered as if it were at the top. Several documents may follow each other.
"""

from __future__ import annotations

import re
from itertools import takewhile

from engine.base.errors import StoreError
from engine.estate.formats.encoding import decode
from engine.estate.formats.format import MAX_CELL
from engine.estate.formats.jsonscan import Items, scan_items
from engine.estate.formats.jsonvalues import BAD, value_of
from engine.estate.formats.nested import join_path, list_path
from engine.estate.formats.records import Records
from engine.estate.formats.window import PIECE, Window

Place = tuple[int, tuple[str, ...]]
"""An offset, and the containers that are open there."""

MAX_ITEM = 16 << 20  # bytes of an item that is parsed in one piece
_MAX_OPEN = 500  # containers that may be open at once outside of items
_MAX_PENDING = 1000  # values of an object that are gathered into one record
_SCAN = 1 << 20  # bytes looked at for items at once
_SCALAR_BYTES = 1 << 16  # of a number or literal
_SKIPPED = re.compile(rb"[^ \t\r\n,\x1e]")  # what may stand between values, and the mark of RFC 7464
_SCALAR_END = re.compile(rb"[\s,\]}:]")
_STRING_PART = re.compile(rb'\\.|\\\Z|"', re.DOTALL)


class Walker:
    """Goes through a text and adds what it meets to records.

    Args:
        window: the text.
        place: where to go on; ``(0, ())`` at the beginning.

    A container in ``stack`` is ``{`` or ``[``, and behind it ``:`` and its key when it has one.
    """

    def __init__(self, window: Window, place: Place) -> None:
        self.window = window
        self.at = place[0]
        self.stack = list(place[1])
        self._mark = place
        self._pending: dict[tuple[str, ...], object] = {}
        self._pending_cut = False

    @property
    def place(self) -> Place:
        """The place behind the last record, as near to where the walker is as can be."""
        return self._mark if self._pending else self._here

    @property
    def _here(self) -> Place:
        return self.at, tuple(self.stack)

    def step(self, records: Records, rows: int, until: int) -> bool:
        """Go on a little; False at the end of the text.

        Args:
            records: takes what is found.
            rows: how many records at most.
            until: the offset behind which no further record is begun.

        Raises:
            StoreError: with reason ``truncated`` or ``not_parseable``; records hold everything before.
        """
        try:
            if self.stack and self.stack[-1].startswith("["):
                self._items(records, rows, until)
                return True
            byte = self._skip()
            if not byte:
                self.window.check()
                self._flush(records)
                return self._ended()
            if self.stack:
                self._member(records, byte)
            else:
                self._value(records, byte, None)
        except StoreError:
            self._flush(records)
            raise
        return True

    def _ended(self) -> bool:
        if self.stack:
            raise _truncated()
        return False

    # Objects, and values outside of lists

    def _member(self, records: Records, byte: bytes) -> None:
        start = self.at
        if byte == b"}":
            self._close(records)
            return
        if byte != b'"':
            raise _broken()
        key, _ = self._scalar()
        if self._skip() != b":":
            raise _broken() if self.window.peek(self.at, 1) else _truncated()
        self.at += 1
        byte = self._skip()
        if byte == b"[" and self._pending:
            self.at = start
            self._flush(records)
            return
        self._value(records, byte, str(key))

    def _value(self, records: Records, byte: bytes, key: str | None) -> None:
        if byte in (b"{", b"["):
            if len(self.stack) >= _MAX_OPEN:
                raise StoreError("The JSON text nests its objects too deeply.", reason="not_parseable")
            self.stack.append(byte.decode() if key is None else f"{byte.decode()}:{key}")
            self.at += 1
            return
        if not byte:
            raise _truncated()
        value, cut = self._scalar()
        if key is None:
            records.add_value(self._list_path(), value, cut=cut)
            self._mark = self._here
        else:
            self._keep(records, key, value, cut=cut)

    def _close(self, records: Records) -> None:
        self.at += 1
        self.stack.pop()
        if not self.stack or self.stack[-1].startswith("["):
            self._flush(records)

    def _keep(self, records: Records, key: str, value: object, *, cut: bool) -> None:
        path = (*self._keys(), key)
        if path in self._pending:
            self._pending[path] = [self._pending[path], value]
        else:
            self._pending[path] = value
        self._pending_cut = self._pending_cut or cut
        if len(self._pending) >= _MAX_PENDING or cut:
            self._flush(records)

    def _flush(self, records: Records) -> None:
        """Make one record of the values gathered so far."""
        if not self._pending:
            return
        record: dict[str, object] = {}
        later = {path: value for path, value in self._pending.items() if not _put(record, path, value)}
        records.add_value(self._list_path(), record, cut=self._pending_cut)
        self._mark = self._here
        self._pending, self._pending_cut = later, False
        self._flush(records)

    def _keys(self) -> list[str]:
        """The keys of the open objects inside the innermost open list."""
        inner = takewhile(lambda frame: frame.startswith("{"), reversed(self.stack))
        return [frame[2:] for frame in inner if len(frame) > 1][::-1]

    def _list_path(self) -> str:
        """The path of the innermost open list's items; empty outside of lists, and for a list at the top."""
        path, found = "", ""
        for level, frame in enumerate(self.stack):
            if frame[1:]:
                path = join_path(path, frame[2:])
            if frame.startswith("[") and level:
                path = found = list_path(path)
        return found

    # Items of lists

    def _items(self, records: Records, rows: int, until: int) -> None:
        body, items = self._look()
        stops = [*items.commas, items.end] if items.end >= 0 else items.commas
        if items.end >= 0 and body[items.end : items.end + 1] != b"]":
            raise _broken()
        texts: list[bytes] = []
        ends: list[int] = []
        start, room = 0, rows - len(records)
        for stop in stops:
            if stop - start > MAX_ITEM or len(texts) >= room or (texts and self.at + start >= until):
                break
            text = body[start:stop]
            start = stop if stop == items.end else stop + 1
            if text.strip():
                texts.append(text)
                ends.append(start)
        taken = records.add_texts(self._list_path(), texts)
        if taken < len(texts):
            start = ends[taken - 1] if taken else 0
        self.at += start
        if start == items.end:
            self.at += 1
            self.stack.pop()
        elif not start and not texts:
            self._enter(records)
        self._mark = self._here

    def _look(self) -> tuple[bytes, Items]:
        """A piece of the list with at least one whole item, or more than ``MAX_ITEM`` bytes."""
        size = _SCAN
        while True:
            body = self.window.peek(self.at, size)
            items = scan_items(body)
            if items.commas or items.end >= 0 or len(body) > MAX_ITEM:
                return body, items
            if len(body) < size:
                self.window.check()
                raise _truncated()
            size *= 2

    def _enter(self, records: Records) -> None:
        """Go into an item that is too large to be parsed in one piece."""
        self._value(records, self._skip(), None)

    # Words

    def _skip(self) -> bytes:
        """Go to the next byte that means something, and give it."""
        while body := self.window.peek(self.at, 512):
            found = _SKIPPED.search(body)
            if found:
                self.at += found.start()
                return found.group()
            self.at += len(body)
            self.window.drop(self.at)
        return b""

    def _scalar(self) -> tuple[object, bool]:
        """The string, number or literal here, and whether it was cut."""
        start = self.at
        if self.window.peek(start, 1) == b'"':
            return self._string(start)
        body = self.window.peek(start, _SCALAR_BYTES)
        found = _SCALAR_END.search(body)
        text = body[: found.start()] if found else body
        value = value_of(decode(text)[0])
        if value is BAD or (found is None and len(body) == _SCALAR_BYTES):
            raise _broken()
        self.at = start + len(text)
        return value, False

    def _string(self, start: int) -> tuple[object, bool]:
        at = start + 1
        head = b""
        while True:
            body = self.window.peek(at, PIECE)
            if not body:
                raise _truncated()
            stop = _quote_in(body)
            if stop >= 0:
                break
            escaped = -stop - 1  # the last byte escapes the first of the next piece
            if not head and at - start > MAX_CELL:
                head = self.window.peek(start, MAX_CELL)
            at += len(body) + escaped
            if head:
                self.window.drop(at)
        self.at = at + stop + 1
        cut = bool(head) or self.at - start - 2 > MAX_CELL
        value = _shortened(head or self.window.peek(start, MAX_CELL)) if cut else self._whole(start)
        if value is BAD:
            raise _broken()
        return value, cut

    def _whole(self, start: int) -> object:
        return value_of(decode(self.window.peek(start, self.at - start))[0])


def _put(record: dict[str, object], path: tuple[str, ...], value: object) -> bool:
    """Set a value deep in a record; False when something else stands on the way, as after an equal key."""
    for key in path[:-1]:
        below = record.setdefault(key, {})
        if not isinstance(below, dict):
            return False
        record = below
    if path[-1] in record:
        return False
    record[path[-1]] = value
    return True


def _quote_in(body: bytes) -> int:
    """The place of the quote that ends a string; -1 when it is not here, -2 when the last byte is an escape besides."""
    for found in _STRING_PART.finditer(body):
        if found.group() == b'"':
            return found.start()
        if found.group() == b"\\":
            return -2
    return -1


def _shortened(head: bytes) -> object:
    """The value of a string that was cut somewhere, perhaps inside an escape (at most twelve bytes) or a character."""
    for less in range(13):
        value = value_of(decode(head[: len(head) - less])[0] + '"')
        if value is not BAD:
            return value
    return BAD


def _truncated() -> StoreError:
    return StoreError("The JSON text ends before it is complete.", reason="truncated")


def _broken() -> StoreError:
    return StoreError("The file is not JSON.", reason="not_parseable")
