"""A way through a JSON text of any size, from any place where a record ended.

The walker holds the containers that are open and never a whole document. Records are:

- the items of a list at the top, or of a list that lies in objects only (``customers[]``);
- the entries of an object at the top whose keys are data (``keys``): ``users[].key``, ``users[].value.email``;
- the other values of an object at the top, together, up to the next such list.

An item larger than ``MAX_ITEM`` is entered as if it were at the top. Several documents may follow each other.
"""

from __future__ import annotations

import json
import re
from itertools import takewhile

from classifiers.field_paths import join_path, list_path
from classifiers.object_keys import LOOKED_AT, by_look, by_number
from engine.base.errors import StoreError
from engine.estate.formats.jsonscan import Items, scan_items
from engine.estate.formats.jsonwords import broken, read_word, truncated
from engine.estate.formats.records import Records
from engine.estate.formats.window import Window

Place = tuple[int, tuple[str, ...]]
"""An offset, and the containers that are open there."""

MAX_ITEM = 16 << 20  # bytes of an item that is parsed in one piece
_MAX_OPEN = 500  # containers that may be open at once outside of items
_MAX_PENDING = 1000  # values of an object that are gathered into one record
_SCAN = 1 << 20  # bytes looked at for items at once
_SKIPPED = re.compile(rb"[^ \t\r\n,\x1e]")  # what may stand between values, and the mark of RFC 7464
_FIRST_SCAN = 1 << 12  # bytes of an object looked at first, to see whether its keys are data
_MANY = ("[", "<")
_MEMBER_START = re.compile(rb'\s*("[^"\\]*(?:\\.[^"\\]*)*")\s*:\s*(.)', re.DOTALL)
_KINDS = {byte: byte for byte in (b"{", b"[", b'"', b"t", b"n")} | {b"f": b"t"}
"""The first byte of a value by its kind; all others begin a number."""
_MEMBER = re.compile(rb'^\s*("[^"\\]*(?:\\.[^"\\]*)*")\s*:(.*)$', re.DOTALL)


class Walker:
    """Goes through a text and adds what it meets to records.

    Args:
        window: the text.
        place: where to go on; ``(0, ())`` at the beginning.

    A container in ``stack`` is ``{``, ``[``, or ``<`` for an object whose keys are data, and behind it ``:`` and its key when
    it has one.
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
            if self.stack and self.stack[-1].startswith(_MANY):
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
            raise truncated()
        return False

    # Objects, and values outside of lists

    def _member(self, records: Records, byte: bytes) -> None:
        start = self.at
        if byte == b"}":
            self._close(records)
            return
        if byte != b'"':
            raise broken()
        key, _ = self._scalar()
        if self._skip() != b":":
            raise broken() if self.window.peek(self.at, 1) else truncated()
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
            self.at += 1
            if byte == b"{" and self._keys_are_data():
                self._flush(records)  # never of this object: nothing of it was read yet
                byte = b"<"
            self.stack.append(byte.decode() if key is None else f"{byte.decode()}:{key}")
            return
        if not byte:
            raise truncated()
        value, cut = self._scalar()
        if key is None:
            records.add_value(self._list_path(), value, cut=cut)
            self._mark = self._here
        else:
            self._keep(records, key, value, cut=cut)

    def _close(self, records: Records) -> None:
        self.at += 1
        self.stack.pop()
        if not self.stack or self.stack[-1].startswith(_MANY):
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

    def _list_path(self, above: int = 0) -> str:
        """The path of the innermost open list's items, without some containers; empty outside, and for a list at the top."""
        path, found = "", ""
        for level, frame in enumerate(self.stack[: len(self.stack) - above]):
            if frame[1:]:
                path = join_path(path, frame[2:])
            if frame.startswith("<") or (frame.startswith("[") and level):
                path = found = list_path(path)
        return found

    # Items of lists, and entries of objects whose keys are data

    def _keys_are_data(self) -> bool:
        """Whether the object that begins here is a map, as far as its first megabyte tells."""
        size = _FIRST_SCAN
        while True:
            body = self.window.peek(self.at, size)
            items = scan_items(body)
            if items.end >= 0 or len(body) < size or size >= _SCAN:
                break
            size *= 4
        starts = [0, *(place + 1 for place in items.commas)]
        members = [found for start in starts if (found := _MEMBER_START.match(body, start))]
        if by_look([_key_of(found.group(1)) for found in members[:LOOKED_AT]]):
            return True
        kinds = {_KINDS.get(found.group(2), b"0") for found in members}
        return by_number(len(members), all_objects=kinds == {b"{"}, one_kind=len(kinds) == 1)

    def _items(self, records: Records, rows: int, until: int) -> None:
        body, items = self._look()
        stops = [*items.commas, items.end] if items.end >= 0 else items.commas
        is_map = self.stack[-1].startswith("<")
        if items.end >= 0 and body[items.end : items.end + 1] != (b"}" if is_map else b"]"):
            raise broken()
        texts: list[bytes] = []
        ends: list[int] = []
        start, room = 0, rows - len(records)
        for stop in stops:
            if stop - start > MAX_ITEM or len(texts) >= room or (texts and self.at + start >= until):
                break
            text = body[start:stop]
            start = stop if stop == items.end else stop + 1
            if text.strip():
                texts.append(_MEMBER.sub(rb'{"key":\1,"value":\2}', text, count=1) if is_map else text)
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
                raise truncated()
            size *= 2

    def _enter(self, records: Records) -> None:
        """Go into an item that is too large to be parsed in one piece."""
        byte = self._skip()
        if self.stack[-1].startswith("["):
            self._value(records, byte, None)
            return
        if byte != b'"':
            raise broken()
        key, cut = self._scalar()
        if self._skip() != b":":
            raise broken()
        self.at += 1
        byte = self._skip()
        if byte in (b"{", b"["):
            self._value(records, byte, "value")
            records.add_value(self._list_path(above=1), {"key": key}, cut=cut)
            return
        value, value_cut = self._scalar()
        records.add_value(self._list_path(), {"key": key, "value": value}, cut=cut or value_cut)

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
        word = read_word(self.window, self.at)
        self.at = word.end
        return word.value, word.cut


def _key_of(word: bytes) -> str:
    """A key as it is written, with its quotes; one that does not parse stands for itself."""
    try:
        return str(json.loads(word))
    except ValueError:
        return word.decode("utf-8", "replace")


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
