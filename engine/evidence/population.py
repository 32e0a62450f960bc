"""Populations: all cases of a kind in a period, with what shows that they are all.

An auditor asks of every list that an entity gives out whether it is complete and accurate (AT-C 205.36). So a population carries
its query in words, its first and last case, a root over all of its cases, and a check of the numbers that the ledger gave.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from engine.base.state.canonical import JsonValue, canonical
from engine.base.state.events import timestamp
from engine.ledger.tree.growing import Root


@dataclass(frozen=True, slots=True)
class Completeness:
    """Whether a population can be all there is.

    Attributes:
        sequenced: cases that have a place in the ledger.
        waiting: cases that wait for one.
        missing: places between the first and the last of the period that no event of ours has: something was taken away.
        altered: events whose bytes are not those that were recorded; they count as cases of nothing.
    """

    sequenced: int = 0
    waiting: int = 0
    missing: int = 0
    altered: int = 0

    @property
    def problem(self) -> str:
        """Why it cannot be relied on, or empty."""
        told = [
            f"places of the ledger without an event: {self.missing:,}" if self.missing else "",
            f"events that were changed after they were recorded: {self.altered:,}" if self.altered else "",
        ]
        return " and ".join(one for one in told if one)


@dataclass(frozen=True, slots=True)
class Population:
    """All cases of a kind in a period.

    Attributes:
        source: where they come from, in words: the query.
        count: how many.
        first, last: when the first and the last one was, if there is one and it has a time.
        root: of RFC 6962 over the cases' bytes in the order of the query, hexadecimal.
        completeness: see the class.
        first_place, last_place: in the ledger, of the first and the last case that has one: shard and index, ``2026/17``.
    """

    source: str
    count: int
    root: str
    first: datetime | None = None
    last: datetime | None = None
    completeness: Completeness = field(default_factory=Completeness)
    first_place: str | None = None
    last_place: str | None = None

    def as_json(self) -> dict[str, JsonValue]:
        """For items and reports."""
        return {
            "source": self.source,
            "count": self.count,
            "root": self.root,
            "first": None if self.first is None else timestamp(self.first),
            "last": None if self.last is None else timestamp(self.last),
            "first_place": self.first_place,
            "last_place": self.last_place,
            "sequenced": self.completeness.sequenced,
            "waiting": self.completeness.waiting,
            "missing": self.completeness.missing,
            "altered": self.completeness.altered,
        }


def captured(source: str, rows: Iterable[JsonValue]) -> Population:
    """A population of a state that was looked at: each case is a canonical JSON value without a value of the estate."""
    root = Root()
    for row in rows:
        root.add(canonical(row))
    return Population(source, root.size, root.digest().hex())
