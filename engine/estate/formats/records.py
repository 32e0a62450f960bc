"""Nested records as they are gathered for one chunk, and the batch that is made of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from classifiers.object_keys import SOME_KEYS
from engine.estate.formats.encoding import decode
from engine.estate.formats.format import Trouble
from engine.estate.formats.jsonvalues import BAD, parse_exact, parse_fast
from engine.estate.formats.nested import Shredder, TooWideError, crowded
from engine.estate.formats.parts import Parts

_STEP = 500  # records made into columns at once
_BLANK_COLON = re.compile(rb'"[ \t\r\n]+:')


@dataclass(frozen=True, slots=True)
class Built:
    """A batch, of how many records it is made, and what was wrong with them."""

    batch: pa.RecordBatch
    rows: int
    troubles: tuple[Trouble, ...]


class Records:
    """Records of a chunk.

    Args:
        maps: paths of objects whose keys are known to be data.

    Attributes:
        lost: pieces that were left out because they do not parse.
        maps: those paths, and more that were met.
    """

    def __init__(self, maps: Iterable[str] = ()) -> None:
        self.lost = 0
        self.maps = set(maps)
        self._parts = Parts()
        self._values: list[object] = []  # read exactly, all at the same path
        self._path = ""
        self._cut = 0
        self._invalid = 0

    def __len__(self) -> int:
        return self._parts.rows + len(self._values)

    @property
    def full(self) -> bool:
        """There are so many different fields that the chunk should end."""
        return self._parts.full

    def add_texts(self, path: str, texts: Sequence[bytes]) -> int:
        """Add records in JSON.

        Args:
            path: where they are: empty for whole records, ``customers[]`` for the items of a list.
            texts: one a record; what does not parse counts as a record without fields.

        Returns:
            How many were taken; fewer than there are when the chunk is full.
        """
        self._settle()
        done = 0
        while done < len(texts) and not self.full:
            some = texts[done : done + _STEP]
            while not (taken := self._add_some(path, some)):
                some = some[: len(some) // 2]  # never none: a record by itself is always taken
            done += taken
        return done

    def add_value(self, path: str, value: object, *, cut: bool = False) -> None:
        """Add a record that was read exactly; ``cut`` when not to its end."""
        if path != self._path or len(self._values) >= _STEP:
            self._settle()
        self._path = path
        self._values.append(value)
        self._cut += cut

    def build(self) -> Built:
        """The batch of all records."""
        self._settle()
        counts = (
            ("bad_record", self.lost, True),
            ("invalid_bytes", self._invalid, False),
            ("cell_cut", self._cut, True),
        )
        troubles = tuple(Trouble(*count) for count in counts if count[1])
        return Built(self._parts.batch(), self._parts.rows, troubles)

    def _settle(self) -> None:
        values, self._values = self._values, []
        while values:
            some = values[:_STEP]
            while (shredder := _shred(self._path, some, self.maps)) is None:
                some = some[: len(some) // 2]
            self._add(shredder)
            values = values[len(some) :]

    def _add_some(self, path: str, texts: Sequence[bytes]) -> int:
        """Add some records and say how many: none when they are too different from each other."""
        values = parse_fast(texts).values
        shredder = _shred(path, values, self.maps)
        if shredder is None:
            return 0
        body = b"\n".join(texts)
        if shredder.inexact or shredder.keys != _most_keys(body):
            values = parse_exact(texts).values  # an integer may have lost digits, or an object one of two equal keys
            shredder = _shred(path, values, self.maps)
            if shredder is None:
                return 0
        self._add(shredder)
        self.lost += sum(value is BAD for value in values)
        self._invalid += _invalid(body)
        return len(texts)

    def _add(self, shredder: Shredder) -> None:
        batch = shredder.batch()
        self._parts.add(batch, shredder.rows)
        self._cut += shredder.cut
        if len(self._parts.names) > max(SOME_KEYS, 2 * batch.num_columns):
            self.maps |= crowded(self._parts.names, batch.schema.names)


def _shred(path: str, values: list[object], maps: set[str]) -> Shredder | None:
    """The columns of some records; None when they are too different from each other, which one by itself never is.

    ``maps`` are the paths of objects whose keys are data, as far as they are known; more are added.
    """
    values = [None if value is BAD else value for value in values] if BAD in values else values
    while True:
        shredder = Shredder(len(values), maps)
        try:
            shredder.add(path, values, np.arange(len(values)) if path else None)
        except TooWideError as error:
            if len(values) > 1:
                return None
            maps.add(error.path)  # thousands of objects in one record, whose keys differ: they are data
        else:
            return shredder


def _most_keys(body: bytes) -> int:
    """A number that the keys in some JSON texts never exceed, and are equal to as a rule.

    A colon behind a quote ends a key, unless the quote is escaped; behind two backslashes it is not. Blanks may come between.
    """
    most = body.count(b'":') - body.count(b'\\":') + body.count(b'\\\\":')
    if any(blank in body for blank in (b" :", b"\t:", b"\n:", b"\r:")):
        most += len(_BLANK_COLON.findall(body))
    return most


def _invalid(body: bytes) -> int:
    """How many lines are not UTF-8."""
    try:
        body.decode()
    except UnicodeDecodeError:
        return decode(body)[1]
    return 0
