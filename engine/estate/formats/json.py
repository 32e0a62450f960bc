"""JSON: documents of any size, and JSON Lines.

A document is never loaded whole; a cursor holds an offset and the containers open there, so that reading goes on at once
from anywhere. It names the objects whose keys were found to be data, too: they stay data to the end. What a record is,
``jsonwalk`` says.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator

from engine.base.errors import StoreError
from engine.estate.formats.format import Budget, Chunk, Cursor, Source
from engine.estate.formats.jsonwalk import MAX_ITEM, Place, Walker
from engine.estate.formats.records import Records
from engine.estate.formats.window import PIECE, Window


class _JsonText(ABC):
    """What documents and lines have in common."""

    @abstractmethod
    def _fill(self, walker: Walker, records: Records, budget: Budget) -> bool:
        """Gather records up to the budget; whether the text has ended."""

    def chunks(self, source: Source, start: Cursor | None, budget: Budget) -> Iterator[Chunk]:
        """See ``Format.chunks``."""
        place, maps = _place(start), _maps(start)
        window = Window(source, place[0])
        while True:
            if place[0] < window.start:
                window = Window(source, place[0])
            window.drop(place[0])
            walker, records, failure, ended = Walker(window, place), Records(maps), None, False
            try:
                ended = self._fill(walker, records, budget)
            except StoreError as error:
                failure = error
            built = records.build()
            behind, maps = walker.place, sorted(records.maps)
            if failure is None or built.rows:
                following = None if ended else {"offset": behind[0], "open": list(behind[1]), "maps": maps}
                yield Chunk(built.batch, built.rows, behind[0] - place[0], following, built.troubles)
            if failure is not None:
                raise failure
            if ended:
                return
            place = behind


class JsonFormat(_JsonText):
    """One JSON document, or several one after the other (RFC 8259, RFC 7464)."""

    name = "json"

    def _fill(self, walker: Walker, records: Records, budget: Budget) -> bool:
        until = walker.at + budget.bytes
        while _has_room(walker, records, budget, until):
            if not walker.step(records, budget.rows, until):
                return True
        return False


class JsonLinesFormat(_JsonText):
    """One JSON value a line (JSON Lines, NDJSON). A line that does not parse is counted, and the next one is read.

    A line longer than an item may be (``jsonwalk.MAX_ITEM``) is read as a document of its own.
    """

    name = "jsonl"

    def _fill(self, walker: Walker, records: Records, budget: Budget) -> bool:
        until = walker.at + budget.bytes
        while _has_room(walker, records, budget, until):
            size = max(1, min(PIECE, until - walker.at))
            body = b"" if walker.stack else walker.window.lines(walker.at, size, MAX_ITEM, returns=False)
            if body:
                _add_lines(walker, records, body, budget.rows)
            elif not walker.stack and not walker.window.peek(walker.at, 1):
                return True
            else:
                _step(walker, records, budget.rows, until)
        return False


def _has_room(walker: Walker, records: Records, budget: Budget, until: int) -> bool:
    if not len(records):
        return True
    return len(records) < budget.rows and walker.at < until and not records.full


def _add_lines(walker: Walker, records: Records, body: bytes, rows: int) -> None:
    lines = body.split(b"\n")
    texts = [line for line in lines if line and not line.isspace()]
    room = rows - len(records)
    taken = records.add_texts("", texts[:room] if len(texts) > room else texts)
    if taken < len(texts):
        walker.at += _length_of(lines, taken)
    else:
        walker.at += len(body)


def _length_of(lines: list[bytes], records: int) -> int:
    """The bytes of the lines up to a number of records."""
    length = 0
    for line in lines:
        if not records:
            break
        length += len(line) + 1
        records -= bool(line) and not line.isspace()
    return length


def _step(walker: Walker, records: Records, rows: int, until: int) -> None:
    """Go on in a line that is too long. When the rest of it cannot be read, it is left out and counted."""
    try:
        walker.step(records, rows, until)
    except StoreError as error:
        if error.reason != "not_parseable":
            raise
        walker.stack.clear()
        records.lost += 1
        while body := walker.window.peek(walker.at, PIECE):
            found = body.find(b"\n")
            walker.at += found + 1 if found >= 0 else len(body)
            if found >= 0:
                break
            walker.window.drop(walker.at)


def _maps(start: Cursor | None) -> list[str]:
    """Paths of objects whose keys were found to be data before a place; none of them is such a key."""
    found = start["maps"] if start is not None else []
    return list(map(str, found)) if isinstance(found, list) else []


def _place(start: Cursor | None) -> Place:
    if start is None:
        return 0, ()
    containers = start["open"]
    return int(str(start["offset"])), tuple(map(str, containers)) if isinstance(containers, list) else ()
