"""Single strings, numbers and literals of a JSON text, of any length."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.base.errors import StoreError
from engine.estate.formats.encoding import decode
from engine.estate.formats.format import MAX_CELL
from engine.estate.formats.jsonvalues import BAD, value_of
from engine.estate.formats.window import PIECE, Window

_SCALAR_BYTES = 1 << 16  # of a number or literal
_SCALAR_END = re.compile(rb"[\s,\]}:]")
_STRING_PART = re.compile(rb'\\.|\\\Z|"', re.DOTALL)
_LONGEST_ESCAPE = 12  # bytes, of two halves of a character


@dataclass(frozen=True, slots=True)
class Word:
    """What was read.

    Attributes:
        value: of the word, of a long string its beginning.
        end: the offset behind it.
        cut: it is a string above ``MAX_CELL`` bytes.
    """

    value: object
    end: int
    cut: bool = False


def truncated() -> StoreError:
    """The text ends too early."""
    return StoreError("The JSON text ends before it is complete.", reason="truncated")


def broken() -> StoreError:
    """The text is no JSON at this place."""
    return StoreError("The file is not JSON.", reason="not_parseable")


def read_word(window: Window, start: int) -> Word:
    """The string, number or literal at ``start``.

    Raises:
        StoreError: there is none, or it does not end.
    """
    if window.peek(start, 1) == b'"':
        return _string(window, start)
    body = window.peek(start, _SCALAR_BYTES)
    found = _SCALAR_END.search(body)
    text = body[: found.start()] if found else body
    value = value_of(decode(text)[0])
    if value is BAD or (found is None and len(body) == _SCALAR_BYTES):
        raise broken()
    return Word(value, start + len(text))


def _string(window: Window, start: int) -> Word:
    at, head = start + 1, b""
    while True:
        body = window.peek(at, PIECE)
        if not body:
            raise truncated()
        stop = _quote_in(body)
        if stop >= 0:
            break
        if not head and at - start > MAX_CELL:
            head = window.peek(start, MAX_CELL)
        at += len(body) + (stop == _ESCAPE_AT_END)
        if head:
            window.drop(at)
    end = at + stop + 1
    cut = bool(head) or end - start - 2 > MAX_CELL
    value = (
        _shortened(head or window.peek(start, MAX_CELL))
        if cut
        else value_of(decode(window.peek(start, end - start))[0])
    )
    if value is BAD:
        raise broken()
    return Word(value, end, cut)


_NO_QUOTE, _ESCAPE_AT_END = -1, -2


def _quote_in(body: bytes) -> int:
    """The place of the quote that ends a string, or why there is none: the last byte may escape the first of what follows."""
    for found in _STRING_PART.finditer(body):
        if found.group() == b'"':
            return found.start()
        if found.group() == b"\\":
            return _ESCAPE_AT_END
    return _NO_QUOTE


def _shortened(head: bytes) -> object:
    """The value of a string that was cut somewhere, perhaps inside an escape or a character."""
    for less in range(_LONGEST_ESCAPE + 1):
        value = value_of(decode(head[: len(head) - less])[0] + '"')
        if value is not BAD:
            return value
    return BAD
