"""What is wrong with a log, in the words that an auditor uses, and how it is told from two lists of hashes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """One finding of a verification. ``reeve ledger verify`` leaves with exit 4 for any but the first."""

    INTACT = "intact"
    EDIT = "edit"
    """An entry's bytes, or a hash, are others than those that were signed."""
    DELETION = "deletion"
    """Entries are missing inside."""
    REORDER = "reorder"
    """The entries are there, in another order."""
    DUPLICATE = "duplicate"
    """An entry stands in places where others stood."""
    TRUNCATION = "truncation"
    """The end is missing: there is less than was signed, or than was seen before."""
    FORK = "fork"
    """A signed history that does not continue one that was signed before."""
    WRONG_KEY = "wrong_key"
    """Signed by nobody that is trusted."""
    STALE = "stale"
    """The newest checkpoint is too old, or older than one seen before."""
    MALFORMED = "malformed"
    """Not in the format that it has to be in."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What was found, and where.

    Attributes:
        verdict: the word.
        shard: of which log; empty when it concerns all.
        detail: a sentence, without anything of the entries in it.
        index: of the first entry concerned, or None.
    """

    verdict: Verdict
    shard: str
    detail: str
    index: int | None = None


def tell(expected: Sequence[bytes], found: Sequence[bytes]) -> tuple[Verdict, int] | None:
    """What happened to a run of entries, from the hashes they must have and those that they have; None if nothing.

    Returns the word and the first place that differs, counted from the beginning of the run.
    """
    if list(expected) == list(found):
        return None
    pairs = enumerate(zip(expected, found, strict=False))
    first = next((at for at, (one, other) in pairs if one != other), min(len(expected), len(found)))
    return _word(expected, found, first), first


def _word(expected: Sequence[bytes], found: Sequence[bytes], first: int) -> Verdict:
    wanted, there = Counter(expected), Counter(found)
    if wanted == there:
        return Verdict.REORDER
    if len(found) < len(expected) and not there - wanted:
        return Verdict.TRUNCATION if first == len(found) else Verdict.DELETION
    if wanted.keys() >= there.keys():
        return Verdict.DUPLICATE
    return Verdict.DELETION if _shifted(expected, found, first) else Verdict.EDIT


def _shifted(expected: Sequence[bytes], found: Sequence[bytes], first: int) -> bool:
    """Whether what follows on the first difference is what must stand further on: something was taken out before it."""
    rest = list(found[first:])
    gap = next((at for at, one in enumerate(expected[first:]) if rest and one == rest[0]), 0)
    tail = list(expected[first + gap :])
    return gap > 0 and len(tail) > 1 and rest[: len(tail)] == tail
