"""Every rule in one pass: Hyperscan finds candidates, then the exact rule runs on these only.

All texts of a call are joined, a separator between them, and scanned at once. Hyperscan knows ASCII only, so what it scans
is the text itself where that is ASCII, else its *shadow*: one byte a character, letters outside ASCII as ``_``, digits as
``0``, blanks as a space, all else as 0x01. Offsets are therefore always characters.

A pattern marked ``fixed`` needs no second look: its span is read off the end that Hyperscan reports. For all others the
exact rule runs on the candidate text, joined again when it is short, or on a window around the hits when it is long; windows
are wider than the longest match, so no match is lost or invented at their edges, and the work stays linear on hostile text.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import hyperscan
import numpy as np
import numpy.typing as npt

from classifiers.detector import Detector, Pattern

Index = npt.NDArray[np.int64]

SEPARATOR = "\n\x00\n"
BLOCK = 4 << 20  # characters scanned at once, so that memory stays bounded
SHORT = 512  # characters; longer texts are searched in windows around their hits
_FLAGS = hyperscan.HS_FLAG_DOTALL | hyperscan.HS_FLAG_MULTILINE


@dataclass(frozen=True, slots=True)
class Match:
    """All matches of one pattern in the texts of a call.

    Attributes:
        detector: index into the matcher's detectors.
        pattern: index into that detector's patterns.
        texts: index of the text of each match, ascending; starts, ends: its span in characters of that text.
    """

    detector: int
    pattern: int
    texts: Index
    starts: Index
    ends: Index


@dataclass(frozen=True, slots=True)
class _Rule:
    detector: int
    number: int
    pattern: Pattern
    regex: re.Pattern[str]


class Matcher:
    """Finds the matches of all patterns of some detectors.

    Args:
        detectors: whose patterns to match.
        database: what ``dump`` gave for the same detectors on the same platform and Hyperscan version, to save compiling.

    Raises:
        ValueError: a form that Hyperscan cannot compile, named; or a database it cannot load.
    """

    def __init__(self, detectors: Sequence[Detector], database: bytes | None = None) -> None:
        self.detectors = tuple(detectors)
        groups: dict[tuple[str, bool], list[_Rule]] = defaultdict(list)
        for index, detector in enumerate(self.detectors):
            for number, pattern in enumerate(detector.patterns):
                rule = _Rule(index, number, pattern, pattern.compiled())
                groups[pattern.form, pattern.ignore_case].append(rule)
        self._groups = list(groups.values())
        self._forms = list(groups)
        self._database = self._loaded(database) if database is not None else self._compiled()
        self._scratches = [hyperscan.Scratch(self._database)]  # those that no thread uses just now

    def dump(self) -> bytes:
        """The compiled database, to be handed back to a later matcher of the same detectors."""
        return bytes(hyperscan.dumpb(self._database))

    def find(self, texts: Sequence[str]) -> list[Match]:
        """All matches in all texts. A pattern's matches in one text do not overlap one another."""
        found: dict[tuple[int, int], list[tuple[Index, Index, Index]]] = defaultdict(list)
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        for first, last in _blocks(lengths):
            for rule, rows, starts, ends in self._find_in_block(texts[first:last], lengths[first:last]):
                found[rule.detector, rule.number].append((rows + first, starts, ends))
        return [
            Match(detector, number, *(np.concatenate(parts) for parts in zip(*pieces, strict=True)))
            for (detector, number), pieces in sorted(found.items())
        ]

    def _compiled(self) -> Any:
        database = hyperscan.Database()
        try:
            self._compile_into(database, range(len(self._forms)))
        except hyperscan.error as exc:
            for index, (form, _) in enumerate(self._forms):
                try:
                    self._compile_into(hyperscan.Database(), [index])
                except hyperscan.error as cause:
                    raise ValueError(f"Hyperscan cannot compile {form!r}: {cause}") from cause
            raise ValueError("Hyperscan cannot compile these forms together") from exc
        return database

    def _compile_into(self, database: Any, indexes: Sequence[int]) -> None:
        forms = [self._forms[index] for index in indexes]
        database.compile(
            expressions=[form.encode("ascii") for form, _ in forms],
            ids=list(indexes),
            elements=len(forms),
            flags=[_FLAGS | (hyperscan.HS_FLAG_CASELESS if ignore_case else 0) for _, ignore_case in forms],
        )

    def _loaded(self, data: bytes) -> Any:
        try:
            return hyperscan.loadb(data, mode=hyperscan.HS_MODE_BLOCK)
        except (hyperscan.error, TypeError, ValueError) as exc:
            raise ValueError("not a Hyperscan database of this platform and version") from exc

    def _find_in_block(self, texts: Sequence[str], lengths: Index) -> Iterator[tuple[_Rule, Index, Index, Index]]:
        begins = np.cumsum(lengths + len(SEPARATOR)) - lengths
        joined = SEPARATOR + SEPARATOR.join(texts) + SEPARATOR
        ascii_only = joined.isascii()
        hits = self._scan(shadow(joined))
        if not len(hits):
            return
        groups, ends = hits & 0xFFFF, hits >> 16
        order = np.argsort(groups, kind="stable")  # ends ascend within a group
        groups, ends = groups[order], ends[order]
        rows = np.searchsorted(begins, ends - 1, side="right") - 1
        limits = np.searchsorted(groups, np.arange(len(self._groups) + 1))
        for group in np.unique(groups):
            part = slice(int(limits[group]), int(limits[group + 1]))
            for rule in self._groups[group]:
                if rule.pattern.fixed:
                    found = _fixed(rule.pattern.width, rows[part], ends[part], begins)
                    found = found if ascii_only else _without_stand_ins(found, texts)
                else:
                    found = _exact(rule, texts, lengths, rows[part], ends[part] - begins[rows[part]])
                if len(found[0]):
                    yield rule, *found

    def _scan(self, data: bytes) -> Index:
        """Hits in the order of their ends, each as ``end << 16 | group``."""
        hits: list[int] = []
        append = hits.append

        def on_match(group: int, _start: int, end: int, _flags: int, _context: object) -> None:
            append(end << 16 | group)

        scratch = taken(self._scratches) or hyperscan.Scratch(self._database)
        self._database.scan(data, match_event_handler=on_match, scratch=scratch)
        self._scratches.append(scratch)
        return np.array(hits, np.int64)


def taken(scratches: list[Any]) -> Any:
    """One of some scratches, which is the caller's until it gives it back; None when all are in use by other threads."""
    try:
        return scratches.pop()
    except IndexError:
        return None


def distinct_sorted(values: Index) -> Index:
    """Each value once, of values that ascend: many times faster than ``np.unique``."""
    if len(values) < 2:
        return values
    first = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=first[1:])
    return values[first]


def _blocks(lengths: Index) -> Iterator[tuple[int, int]]:
    """Consecutive texts of about ``BLOCK`` characters together: index of the first, and behind the last."""
    total = np.cumsum(lengths)
    first = 0
    while first < len(lengths):
        before = int(total[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(total, before + BLOCK, side="right")))
        yield first, last
        first = last


def _fixed(width: int, rows: Index, ends: Index, begins: Index) -> tuple[Index, Index, Index]:
    """Spans of a fixed form, whose end lies one character behind the match; overlaps are dropped, as ``re`` would."""
    starts = ends - 1 - width
    apart = np.ones(len(starts), bool)
    if len(starts) > 1 and bool(np.any(np.diff(starts) < width)):
        last = -width
        for index, start in enumerate(starts.tolist()):
            apart[index] = start >= last + width
            last = start if apart[index] else last
    starts, rows = starts[apart] - begins[rows[apart]], rows[apart]
    return rows, starts, starts + width


def _without_stand_ins(found: tuple[Index, Index, Index], texts: Sequence[str]) -> tuple[Index, Index, Index]:
    """Only spans of ASCII: in a shadow, digits and letters of other scripts stand as ASCII ones."""
    spans = zip(*(column.tolist() for column in found), strict=True)
    keep = np.array([texts[row][start:end].isascii() for row, start, end in spans], bool)
    rows, starts, ends = found
    return rows[keep], starts[keep], ends[keep]


def _exact(rule: _Rule, texts: Sequence[str], lengths: Index, rows: Index, ends: Index) -> tuple[Index, Index, Index]:
    """Matches of the exact rule in the texts that were hit; ``ends`` are the hits' offsets in their text."""
    spans: list[tuple[int, int, int]] = []
    hit = distinct_sorted(rows)
    short = hit[lengths[hit] <= SHORT]
    long = hit[lengths[hit] > SHORT]
    found = _in_joined(rule, texts, short) if len(short) else (np.empty(0, np.int64),) * 3
    if not len(long):
        return found
    for row in long.tolist():
        part = slice(*np.searchsorted(rows, [row, row + 1]).tolist())
        spans += [(row, start, end) for start, end in _in_windows(rule, texts[row], ends[part].tolist())]
    extra = np.array(spans, np.int64).reshape(-1, 3)
    merged = [np.concatenate([one, extra[:, column]]) for column, one in enumerate(found)]
    order = np.lexsort((merged[1], merged[0]))
    return merged[0][order], merged[1][order], merged[2][order]


def _in_joined(rule: _Rule, texts: Sequence[str], rows: Index) -> tuple[Index, Index, Index]:
    """Matches in short texts, joined so that one call finds them all."""
    chosen = [texts[row] for row in rows.tolist()]
    joined = SEPARATOR + SEPARATOR.join(chosen) + SEPARATOR
    lengths = np.fromiter(map(len, chosen), np.int64, len(chosen))
    begins = np.cumsum(lengths + len(SEPARATOR)) - lengths
    spans = np.array([match.span() for match in rule.regex.finditer(joined)], np.int64).reshape(-1, 2)
    starts, ends = spans[:, 0], spans[:, 1]
    index = np.searchsorted(begins, starts, side="right") - 1
    inside = (index >= 0) & (starts < ends) & (ends <= begins[index] + lengths[index])
    if not bool(inside.all()):  # a match ran over a separator and may hide a true one: look at those texts alone
        again = np.unique(np.concatenate([index[~inside], index[~inside] + 1]).clip(0, len(chosen) - 1))
        again_spans = [
            (which, *match.span()) for which in again.tolist() for match in rule.regex.finditer(chosen[which])
        ]
        extra = np.array([span for span in again_spans if span[1] < span[2]], np.int64).reshape(-1, 3)
        keep = inside & ~np.isin(index, again)
        index = np.concatenate([index[keep], extra[:, 0]])
        starts = np.concatenate([starts[keep], extra[:, 1] + begins[extra[:, 0]]])
        ends = np.concatenate([ends[keep], extra[:, 2] + begins[extra[:, 0]]])
        order = np.argsort(starts, kind="stable")
        index, starts, ends = index[order], starts[order], ends[order]
    return rows[index], starts - begins[index], ends - begins[index]


def _in_windows(rule: _Rule, text: str, ends: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Matches around the hits of one long text: windows wider than the longest match, merged where they touch."""
    width = rule.pattern.width
    low, high = 0, -1
    last = 0
    for end in [*ends, None]:
        if high >= 0 and (end is None or end - width - 2 > high):
            # endpos cuts what look-ahead sees: matches that start in the window end before the cut
            for match in rule.regex.finditer(text, max(low, last), min(len(text), high + width + 2)):
                if match.start() > high:
                    break
                if match.end() > match.start():
                    last = match.end()
                    yield match.span()
            high = -1
        if end is not None:
            low = max(0, end - width - 2) if high < 0 else low
            high = end


@cache
def _shadow_table() -> npt.NDArray[np.uint8]:
    """One byte for every code point."""
    table = np.full(0x110000, 1, np.uint8)
    table[:128] = np.arange(128)
    table[0x1C:0x20] = ord(" ")
    for point in range(128, 0x110000):
        if 0xD800 <= point < 0xE000:
            continue
        char = chr(point)
        category = unicodedata.category(char)
        if category == "Nd":
            table[point] = ord("0")
        elif char.isalnum():
            table[point] = ord("_")
        elif char.isspace():
            table[point] = ord(" ")
    table[0x017F], table[0x212A] = ord("s"), ord("k")  # the letters outside ASCII that fold to ASCII ones
    table[[0x0130, 0x0131]] = ord("i")
    return table


def shadow(text: str) -> bytes:
    """One byte a character, for a scanner that knows ASCII only; see the module."""
    if text.isascii():
        return text.encode("ascii")
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return _shadow_table()[points].tobytes()
