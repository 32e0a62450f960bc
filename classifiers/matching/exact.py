"""Exact rules on candidates: from the ends of hits that a scanner reports to the spans of matches.

The exact rule runs on the candidate texts, joined again when they are short, or on a window around the hits when one is long;
windows are wider than the longest match, so no match is lost or invented at their edges, and the work stays linear on hostile
text. A pattern marked ``fixed`` needs no second look: its span is read off the end of the hit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from classifiers.matching.pivots import Pivot

Index: TypeAlias = npt.NDArray[np.int64]
Spans: TypeAlias = tuple[Index, Index, Index]
"""Row of the text, start and end of each match, ascending."""

SEPARATOR = "\n\x00\n"
SHORT = 512  # characters; longer texts are searched in windows around their hits


def distinct_sorted(values: Index) -> Index:
    """Each value once, of values that ascend: many times faster than ``np.unique``."""
    if len(values) < 2:
        return values
    first = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=first[1:])
    return values[first]


def fixed_spans(width: int, rows: Index, ends: Index, begins: Index) -> Spans:
    """Spans of a fixed form, whose end lies one character behind the match; they may overlap.

    Args:
        width: of every match, in characters.
        rows: text of each hit.
        ends: where the hits end in the joined texts, ascending.
        begins: where each text begins there.
    """
    starts = ends - 1 - width - begins[rows]
    return rows, starts, starts + width


def apart(width: int, spans: Spans) -> Spans:
    """Spans of one width without those that overlap one before them, as ``re`` would find them."""
    rows, starts, ends = spans
    close = np.flatnonzero((np.diff(starts) < width) & (np.diff(rows) == 0))
    if not len(close):
        return spans
    kept = np.ones(len(rows), bool)
    reached: dict[int, int] = {}
    for row in np.unique(rows[close]).tolist():
        for index in range(*np.searchsorted(rows, [row, row + 1]).tolist()):
            kept[index] = int(starts[index]) >= reached.get(row, 0)
            if kept[index]:
                reached[row] = int(ends[index])
    return rows[kept], starts[kept], ends[kept]


def without_stand_ins(found: Spans, texts: Sequence[str]) -> Spans:
    """Only spans of ASCII: in a shadow, digits and letters of other scripts stand as ASCII ones."""
    spans = zip(*(column.tolist() for column in found), strict=True)
    keep = np.array([texts[row][start:end].isascii() for row, start, end in spans], bool)
    rows, starts, ends = found
    return rows[keep], starts[keep], ends[keep]


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """How an exact rule is run.

    Attributes:
        regex: the rule.
        width: of its longest match, in characters.
        pivot: gives a literal that all its matches have, if any; asked for long texts only.
    """

    regex: re.Pattern[str]
    width: int
    pivot: Callable[[], Pivot | None]

    def windows(self, text: str, low: int, high: int) -> Iterable[tuple[int, int]]:
        """Where matches can start, of those that start from ``low`` to ``high``."""
        pivot = self.pivot()
        return [(low, high)] if pivot is None else pivot.windows(text, low, high)


def exact_spans(look: Look, texts: Sequence[str], lengths: Index, rows: Index, ends: Index) -> Spans:
    """Matches of an exact rule in the texts that were hit.

    Args:
        look: the rule.
        texts: all texts.
        lengths: their lengths.
        rows: text of each hit, ascending.
        ends: the hits' ends as offsets in their text.
    """
    spans: list[tuple[int, int, int]] = []
    hit = distinct_sorted(rows)
    short = hit[lengths[hit] <= SHORT]
    long = hit[lengths[hit] > SHORT]
    found = _in_joined(look.regex, texts, short) if len(short) else (np.empty(0, np.int64),) * 3
    if not len(long):
        return found
    for row in long.tolist():
        part = slice(*np.searchsorted(rows, [row, row + 1]).tolist())
        spans += [(row, start, end) for start, end in _in_windows(look, texts[row], ends[part].tolist())]
    extra = np.array(spans, np.int64).reshape(-1, 3)
    merged = [np.concatenate([one, extra[:, column]]) for column, one in enumerate(found)]
    order = np.lexsort((merged[1], merged[0]))
    return merged[0][order], merged[1][order], merged[2][order]


def _in_joined(regex: re.Pattern[str], texts: Sequence[str], rows: Index) -> Spans:
    """Matches in short texts, joined so that one call finds them all."""
    chosen = [texts[row] for row in rows.tolist()]
    joined = SEPARATOR + SEPARATOR.join(chosen) + SEPARATOR
    lengths = np.fromiter(map(len, chosen), np.int64, len(chosen))
    begins = np.cumsum(lengths + len(SEPARATOR)) - lengths
    spans = np.array([match.span() for match in regex.finditer(joined)], np.int64).reshape(-1, 2)
    starts, ends = spans[:, 0], spans[:, 1]
    index = np.searchsorted(begins, starts, side="right") - 1
    inside = (index >= 0) & (starts < ends) & (ends <= begins[index] + lengths[index])
    if not bool(inside.all()):  # a match ran over a separator and may hide a true one: look at those texts alone
        again = np.unique(np.concatenate([index[~inside], index[~inside] + 1]).clip(0, len(chosen) - 1))
        again_spans = [(which, *match.span()) for which in again.tolist() for match in regex.finditer(chosen[which])]
        extra = np.array([span for span in again_spans if span[1] < span[2]], np.int64).reshape(-1, 3)
        keep = inside & ~np.isin(index, again)
        index = np.concatenate([index[keep], extra[:, 0]])
        starts = np.concatenate([starts[keep], extra[:, 1] + begins[extra[:, 0]]])
        ends = np.concatenate([ends[keep], extra[:, 2] + begins[extra[:, 0]]])
        order = np.argsort(starts, kind="stable")
        index, starts, ends = index[order], starts[order], ends[order]
    return rows[index], starts - begins[index], ends - begins[index]


def _in_windows(look: Look, text: str, ends: Sequence[int]) -> list[tuple[int, int]]:
    """Matches around the hits of one long text: windows wider than the longest match, merged where they touch."""
    found: list[tuple[int, int]] = []
    margin = look.width + 2
    at = 0
    while at < len(ends):
        low, high = max(0, ends[at] - margin), ends[at]
        at += 1
        while at < len(ends) and ends[at] - margin <= high:
            high = ends[at]
            at += 1
        for first, last in look.windows(text, low, high - 1):  # a match starts before the end of its hit
            found += _starting(look, text, max(first, found[-1][1]) if found else first, last)
    return found


def _starting(look: Look, text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Matches that start from ``low`` to ``high``."""
    # endpos cuts what look-ahead sees: matches that start in the window end before the cut
    limit = high + look.width + 2
    for match in look.regex.finditer(text, low, limit):
        start, end = match.span()
        if start > high:
            return
        if start < end:
            yield start, end
        if end >= high:  # what comes next starts there or beyond: not worth a search
            last = look.regex.match(text, high, limit) if end == high else None
            if last is not None and last.end() > high:
                yield last.span()
            return
