"""Columns whose meaning is known, to fit verdicts (``development``) and to score them (``held_out``).

The two share no locale and no country whose numbers are made, and of kinds of decoys one only, running numbers with a Luhn digit.
One library, mimesis, gives to the second only.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

SIZES = (40, 120, 400)
DIRT = ("n/a", "unknown", "-", "?")

Draw = Callable[[random.Random, int], object]
"""Makes one value, from a generator and the number of the row."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """One column.

    Attributes:
        kind: of header: ``proper`` names the content, ``hidden`` says nothing, ``misleading`` names something else; ``listed``
            says nothing either, of what only lists can know.
        truth: the entity, or None where there is none to find.
        family: what it was made from, such as ``faker en_US phone``.
    """

    header: str
    kind: str
    cells: tuple[str | None, ...]
    truth: str | None
    family: str


@dataclass(frozen=True, slots=True)
class Table:
    """Columns that stand in one asset."""

    name: str
    columns: tuple[Labelled, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a column of one kind is made of.

    Attributes:
        headers: proper names for it.
        misleading: a name that means something else, or empty where that would not be fair.
        hidden: it can be told from its values alone; listed: and that only by lists of names.
    """

    family: str
    truth: str | None
    headers: tuple[str, ...]
    draw: Draw
    misleading: str = ""
    hidden: bool = True
    listed: bool = False


def tables(name: str, kinds: Sequence[Kind], seed: str) -> Iterable[Table]:
    """The kinds side by side: under proper names, under none, and (where fair) under misleading ones."""
    rng = random.Random(seed)
    size = rng.choice(SIZES)
    yield Table(name, tuple(_column(kind, rng.choice(kind.headers), "proper", size, rng) for kind in kinds))
    hidden = [kind for kind in kinds if kind.hidden]
    size = rng.choice(SIZES)
    yield Table("t1", tuple(_column(kind, f"col{at}", "hidden", size, rng) for at, kind in enumerate(hidden, 1)))
    misled = [kind for kind in kinds if kind.misleading]
    for kind in misled:
        yield Table("records", (_column(kind, kind.misleading, "misleading", rng.choice(SIZES), rng),))
    listed = [kind for kind in kinds if kind.listed]
    if listed:
        more = random.Random(f"{seed} listed")
        size = more.choice(SIZES)
        columns = [_column(kind, f"col{at}", "listed", size, more) for at, kind in enumerate(listed, 1)]
        yield Table("t2", tuple(columns))


def _column(kind: Kind, header: str, how: str, size: int, rng: random.Random) -> Labelled:
    """With what real columns have: empty cells, repeats, and now and then something that does not belong there."""
    fresh = [str(kind.draw(rng, row)) for row in range(size)]
    repeats, empty, dirt = rng.choice([0.0, 0.0, 0.3]), rng.choice([0.0, 0.1, 0.4]), rng.choice([0.0, 0.0, 0.04])
    cells: list[str | None] = []
    for value in fresh:
        if rng.random() < empty:
            cells.append(None)
        elif rng.random() < dirt:
            cells.append(rng.choice(DIRT))
        else:
            cells.append(rng.choice(fresh) if rng.random() < repeats else value)
    return Labelled(header, how, tuple(cells), kind.truth, kind.family)
