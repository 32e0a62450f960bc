"""A lot as it is read: its objects, and the steps in which they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.base.ids import ObjectId
from engine.estate.formats.format import Chunk
from engine.estate.scan.fence import Claim
from engine.estate.scan.gathered import Outcome
from engine.estate.scan.marks import Since


@dataclass(frozen=True, slots=True)
class Work:
    """One object of a lot, as it was listed. ``done``: it has its coverage state already."""

    id: ObjectId
    name: str
    bytes: int | None
    version: str
    done: bool = False


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot that this process reads, with the names of what it belongs to; its objects in the order of reading.

    Attributes:
        since: which rows of it are read, where it is a table with high water.
    """

    claim: Claim
    store: str
    asset: str
    kind: str
    format: str
    objects: Sequence[Work]
    since: Since | None = None


Step = tuple[Work, Chunk | None, Outcome | None]
"""A chunk of an object; at its end with the outcome, or the outcome alone."""
