"""Plain text and logs: one field, ``line``, one record a line.

A line longer than a cell may be comes in several records, cut at a space where there is one, so that nothing is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from engine.base.errors import StoreError
from engine.estate.formats.encoding import decode, whole_characters
from engine.estate.formats.format import MAX_CELL, Budget, Chunk, Cursor, Source, Trouble
from engine.estate.formats.window import PIECE, Window

FIELD = "line"
_SPACE_WITHIN = 4096  # bytes from the end of a piece in which a space is looked for


@dataclass(slots=True)
class _Lines:
    start: int
    at: int
    lines: list[str] = field(default_factory=list)
    bad: int = 0
    split: int = 0


class TextFormat:
    r"""Lines of text, ended by ``\n``, ``\r\n`` or ``\r``; a cursor holds the offset of one."""

    name = "text"

    def chunks(self, source: Source, start: Cursor | None, budget: Budget) -> Iterator[Chunk]:
        """See ``Format.chunks``."""
        place = 0 if start is None else int(str(start["offset"]))
        window = Window(source, place)
        while True:
            found, failure, ended = _Lines(place, place), None, False
            try:
                _fill(window, found, budget)
                ended = not window.peek(found.at, 1)
            except StoreError as error:
                failure = error
            if failure is None or found.lines:
                yield _chunk(found, ended=ended)
            if failure is not None:
                raise failure
            if ended:
                return
            place = found.at
            window.drop(place)


def _fill(window: Window, found: _Lines, budget: Budget) -> None:
    until = found.start + budget.bytes
    while len(found.lines) < budget.rows and (found.at < until or not found.lines):
        body = window.lines(found.at, max(1, min(PIECE, until - found.at)), MAX_CELL, returns=True)
        if body:
            _add(found, body, budget.rows - len(found.lines))
        elif not _add_piece(window, found):
            return


def _add(found: _Lines, body: bytes, room: int) -> None:
    whole = body.splitlines(keepends=True)
    if len(whole) > room:
        body = b"".join(whole[:room])
    text, bad = decode(body)
    # Lines end where they did in bytes, not where Unicode would have them end besides.
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    found.lines += lines if lines[-1] else lines[:-1]
    found.bad += bad
    found.at += len(body)


def _add_piece(window: Window, found: _Lines) -> bool:
    """A piece of a line that is too long; False at the end of the file."""
    body = window.peek(found.at, MAX_CELL)
    if not body:
        return False
    space = body.rfind(b" ", len(body) - _SPACE_WITHIN)
    body = body[: space + 1] if space >= 0 else body[: whole_characters(body)]
    text, bad = decode(body)
    found.lines.append(text)
    found.bad += bad > 0
    found.split += 1
    found.at += len(body)
    window.drop(found.at)
    return True


def _chunk(found: _Lines, *, ended: bool) -> Chunk:
    counts = (("invalid_bytes", found.bad), ("long_line", found.split))
    return Chunk(
        batch=pa.RecordBatch.from_arrays([pa.array(found.lines, pa.string())], names=[FIELD]),
        rows=len(found.lines),
        bytes=found.at - found.start,
        next=None if ended else {"offset": found.at},
        troubles=tuple(Trouble(kind, count, lost=False) for kind, count in counts if count),
    )
