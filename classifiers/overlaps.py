"""What stays of candidates in texts that overlap one another.

Of two matches of one entity the longer wins over what lies inside it. Where others overlap, one with a check wins over one
without, then one that more words nearby name, then the one whose check chance passes most seldom, the longer, the higher score,
and last the order of names: always the same one. Names that a model sees have no check and no form of their own; of one that
laps over something else, what lies outside stays.

Most candidates overlap nothing. They are told apart from the others for all texts at once, and only those are compared.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from classifiers.detector import Finding
from classifiers.matching.exact import Index

MORE_TELLING = 10.0  # times by which the chance of a match inside another one must be smaller, to stand for both
_NAME = re.compile(r"[^\W\d_].*[^\W\d_]", re.DOTALL)  # what is left of a name: from its first letter to its last


@dataclass(frozen=True, slots=True)
class Kind:
    """What candidates of one origin have in common.

    Attributes:
        entity, subtype: what they would be findings of.
        validated: whether they passed a check.
        chance: that something else passes it; 1 where there is none.
        guessed: a model saw them.
    """

    entity: str
    subtype: str
    validated: bool
    chance: float
    guessed: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Candidates of one kind in some texts, as a table.

    Attributes:
        kind: theirs.
        rows: for each, down a column, the index of its text, its start and end there in characters (never empty), and how many
            words nearby speak for it.
        scores: of it as a finding.
    """

    kind: Kind
    rows: Index
    scores: npt.NDArray[np.float64]


def settled(parts: Sequence[Candidates], texts: Sequence[str]) -> list[list[Finding]]:
    """For each text the best candidates that do not overlap, by start."""
    out: list[list[Finding]] = [[] for _ in texts]
    if not parts:
        return out
    rows = np.concatenate([one.rows for one in parts], axis=1)
    order = np.lexsort((-rows[2], rows[1], rows[0]))
    where, starts, ends, named = rows[:, order]
    kinds = np.repeat(np.arange(len(parts)), [len(one.scores) for one in parts])[order].tolist()
    scores = np.concatenate([one.scores for one in parts])[order].tolist()
    limits = _apart(where, starts, ends, texts)
    found = [
        Finding(parts[kind].kind.entity, parts[kind].kind.subtype, *span)
        for kind, *span in zip(kinds, starts.tolist(), ends.tolist(), scores, strict=True)
    ]
    for text, (first, last) in zip(where[limits[:-1]].tolist(), pairwise(limits.tolist()), strict=True):
        if last - first == 1:
            out[text].append(found[first])
            continue
        group = [_Candidate(found[at], parts[kinds[at]].kind, int(named[at])) for at in range(first, last)]
        out[text] += _best(group, texts[text])
    return out


def _apart(where: Index, starts: Index, ends: Index, texts: Sequence[str]) -> Index:
    """Where groups of candidates that hang together begin, of candidates by text and start; and the end of the last group."""
    before = np.cumsum([0, *map(len, texts)])[where]  # as if the texts stood one behind the other
    reached = np.maximum.accumulate(ends + before)
    alone = np.ones(len(where), bool)
    alone[1:] = (starts + before)[1:] >= reached[:-1]
    return np.append(np.flatnonzero(alone), len(where))


@dataclass(frozen=True, slots=True)
class _Candidate:
    finding: Finding
    kind: Kind
    named: int

    def rank(self) -> tuple[bool, int, float, int, float, str, str]:
        one, kind = self.finding, self.kind
        return (
            *(not kind.validated, -self.named, kind.chance),
            *(one.start - one.end, -one.score, one.entity, one.subtype),
        )


def _best(candidates: Iterable[_Candidate], text: str) -> list[Finding]:
    """Of candidates by start, and of one start the longest first."""
    starts: list[int] = []
    kept: list[Finding] = []
    for candidate in sorted(_outermost(candidates), key=_Candidate.rank):
        one = candidate.finding
        free = list(_free(one, starts, kept))
        whole = free == [(one.start, one.end)]
        left = [one] if whole else _left_of(one, free, text) if candidate.kind.guessed else []
        for part in left:
            place = bisect_right(starts, part.start)
            starts.insert(place, part.start)
            kept.insert(place, part)
    return kept


def _outermost(candidates: Iterable[_Candidate]) -> list[_Candidate]:
    """Of matches of one entity that lie inside one another only the longest, unless an inner one is much more telling."""
    kept: list[_Candidate] = []
    reached: dict[str, _Candidate] = {}
    for candidate in candidates:
        outer = reached.get(candidate.finding.entity)
        if outer is None or not _lies_inside(candidate.finding, outer.finding):
            kept.append(candidate)
            reached[candidate.finding.entity] = candidate
        elif candidate.kind.chance * MORE_TELLING <= outer.kind.chance:
            kept.append(candidate)
    return kept


def _lies_inside(one: Finding, other: Finding) -> bool:
    return one.end <= other.end and (one.start, one.end) != (other.start, other.end)


def _free(one: Finding, starts: Sequence[int], kept: Sequence[Finding]) -> Iterator[tuple[int, int]]:
    """What nothing that is kept laps over; ``kept`` ascends and does not overlap."""
    start = one.start
    for place in range(max(0, bisect_right(starts, start) - 1), len(kept)):
        other = kept[place]
        if other.start >= one.end:
            break
        if other.start > start:
            yield start, other.start
        start = max(start, other.end)
    if start < one.end:
        yield start, one.end


def _left_of(one: Finding, free: Iterable[tuple[int, int]], text: str) -> list[Finding]:
    names = (_NAME.search(text, start, end) for start, end in free)
    return [replace(one, start=name.start(), end=name.end()) for name in names if name is not None]
