"""Comparing many cells with what is held: in one go where nothing fits, as is usual, and in halves where something may."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from typing import Protocol

import numpy as np

from engine.base.ids import HoldId
from engine.governance.holds.forms import Asked, HoldKey, cell_hashes, key_digests, says_nothing, texts_of


class Cells(Enum):
    """What is neither held nor free."""

    UNKNOWN = "unknown"


Answer = HoldId | Cells | None
Digests = Iterable[tuple[HoldId, bytes]]


class Compared(Protocol):
    """What is held in some columns."""

    def compare(self, rows: Sequence[tuple[object, ...]]) -> list[Answer]:
        """Of each row, by its cells: which hold covers it, that this is unknown, or that none does."""
        ...


class KeysOfRows:
    """Keys of rows.

    Args:
        digests: of keys, with the hold that each belongs to.
        key: what they were hashed with.
    """

    def __init__(self, digests: Digests, key: HoldKey) -> None:
        self._key = key
        self._held = {digest: hold for hold, digest in digests}

    def compare(self, rows: Sequence[tuple[object, ...]]) -> list[Answer]:
        """See Compared."""
        return [self._one(cells) for cells in rows]

    def _one(self, cells: tuple[object, ...]) -> Answer:
        digests = key_digests(cells, self._key)
        if digests is None:
            return Cells.UNKNOWN
        return next((self._held[one] for one in digests if one in self._held), None)


class Subjects:
    """Identifiers of subjects in one field.

    Args:
        digests: of identifiers, with the hold that each belongs to.
        key: what they were hashed with.
    """

    def __init__(self, digests: Digests, key: HoldKey) -> None:
        self._key = key
        self._held = [(Asked.of(digest), hold) for hold, digest in digests]
        self._wholes = np.array([asked.whole for asked, _ in self._held], np.uint64)
        words = [sorted(asked.words) for asked, _ in self._held]
        self._words = np.array([word for some in words for word in some], np.uint64)
        self._begins = np.cumsum([0, *map(len, words)])[:-1]

    def compare(self, rows: Sequence[tuple[object, ...]]) -> list[Answer]:
        """See Compared."""
        texts = [texts_of(cells[0]) for cells in rows]
        out: list[Answer] = [Cells.UNKNOWN if says_nothing(some) else None for some in texts]
        self._search([(place, some) for place, some in enumerate(texts) if some and out[place] is None], out)
        return out

    def _search(self, told: Sequence[tuple[int, tuple[str, ...]]], out: list[Answer]) -> None:
        """Halve what may hold something until it is one cell: most parts hold nothing, which one look at all of it tells."""
        if not told:
            return
        likely = self._in_any(text for _, some in told for text in some)
        if not likely:
            return
        if len(told) > 1:
            middle = len(told) // 2
            self._search(told[:middle], out)
            self._search(told[middle:], out)
            return
        place, some = told[0]
        hashes = set(cell_hashes(some, self._key).tolist())
        out[place] = next((hold for asked, hold in likely if asked.is_in(hashes)), None)

    def _in_any(self, texts: Iterable[str]) -> list[tuple[Asked, HoldId]]:
        """Those that all these cells together have the forms of: no cell holds any other."""
        there = cell_hashes(texts, self._key)
        found = np.isin(self._wholes, there)
        found |= np.logical_and.reduceat(np.isin(self._words, there), self._begins)
        return [self._held[place] for place in np.flatnonzero(found)]
