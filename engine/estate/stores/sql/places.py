"""Drawing rows uniformly and without replacement by the places where they stand, of servers that fetch a row by its place.

A table is pages, each with so many places for rows, most of them empty. Places are drawn at random; those that hold a row are a
uniform sample of all rows, whatever pages they stand on and however full these are. So no index is walked, no row counted, and
a table without a key can be drawn from. A few places are looked at for each row that is wanted: of a small table, or a nearly
empty one, that comes to as much as reading it, and then this is not done.
"""

from __future__ import annotations

from collections.abc import Iterator
from secrets import randbits

import numpy as np
import numpy.typing as npt

from engine.estate.stores.sql.session import Session
from engine.estate.stores.sql.statements import Statements
from engine.estate.stores.sql.table import Heap

Places = npt.NDArray[np.int64]

GUESS = 0.25  # share of places that hold a row, where nothing is known
MARGIN = 1.1  # places drawn beyond what should be enough
TOGETHER = 4096  # places in one statement


def draw_places(session: Session, statements: Statements, heap: Heap, rows: int, patience: float) -> list[str] | None:
    """Draw the places of so many rows, in random order. Call it, and read them, in one transaction.

    Args:
        session: with the transaction.
        statements: of the table, with the heap's key as its key.
        heap: where its rows can stand.
        rows: how many are wanted.
        patience: places that are looked at for each page of the table, at most.

    Returns:
        As the server writes them; None when more would have to be looked at.
    """
    most = int(heap.pages * patience)
    if not most or (heap.rows and rows * heap.pages * heap.slots > most * heap.rows):
        return None
    random = np.random.default_rng(randbits(128))
    found: list[str] = []
    looked_at = np.empty(0, np.int64)
    share = heap.rows / (heap.pages * heap.slots) if heap.rows else GUESS
    while len(found) < rows:
        wanted = min(int((rows - len(found)) / share * MARGIN) + 64, most - len(looked_at))
        if wanted <= 0:
            return None
        fresh = np.setdiff1d(random.integers(heap.pages * heap.slots, size=wanted), looked_at)  # sorted: pages in order
        looked_at = np.union1d(looked_at, fresh)
        for some in _written(heap, fresh):
            found += session.rows_at(statements, some)
        share = max(1, len(found)) / len(looked_at)
    return [found[place] for place in random.permutation(len(found))[:rows]]


def _written(heap: Heap, places: Places) -> Iterator[list[str]]:
    """Places as the server writes them, in groups for one statement each."""
    for begin in range(0, len(places), TOGETHER):
        pages, slots = np.divmod(places[begin : begin + TOGETHER], heap.slots)
        yield [f"({page},{slot + 1})" for page, slot in zip(pages.tolist(), slots.tolist(), strict=True)]
