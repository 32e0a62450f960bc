"""Every rule in one pass: Hyperscan finds candidates, then the exact rule runs on these only.

All texts of a call are joined, a separator between them, and swept at once (:mod:`classifiers.sweep`); what is swept is their
shadow (:mod:`classifiers.shadow`), so that offsets are always characters. From the hits :mod:`classifiers.exact` finds the spans.

What only the name of a field can tell (``needs_column``) is mostly weak: five digits, or a word and digits. More than half of all
hits in a table are of such rules. They are therefore swept apart, and in the cells of fields only where the name speaks for them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from classifiers.detector import Detector, DetectorKey, Pattern
from classifiers.exact import SEPARATOR, Index, Spans, distinct_sorted, exact_spans, fixed_spans, without_stand_ins
from classifiers.field_names import FieldNames, NameSays
from classifiers.shadow import shadow
from classifiers.sweep import Form, Sweep

BLOCK = 4 << 20  # characters swept at once, so that memory stays bounded


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
class Cells:
    """Texts that are the cells of one field.

    Attributes:
        first, last: index of its first text, and behind its last one.
        named: the detectors, as indexes, that the name of the field speaks for.
    """

    first: int
    last: int
    named: frozenset[int]


@dataclass(frozen=True)
class _Rule:
    detector: int
    number: int
    pattern: Pattern

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """Compiled when it is first needed: all of them would take a fifth of a second."""
        return self.pattern.compiled()


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
        rules = [
            _Rule(index, number, pattern)
            for index, detector in enumerate(self.detectors)
            for number, pattern in enumerate(detector.patterns)
        ]
        size = 0 if database is None else int.from_bytes(database[:8], "big")
        parts = (None, None) if database is None else (database[8 : 8 + size], database[8 + size :])
        self._always = _Rules([rule for rule in rules if not self._needs_name(rule)], parts[0])
        self._named = _Rules([rule for rule in rules if self._needs_name(rule)], parts[1])

    def dump(self) -> bytes:
        """The compiled databases, to be handed back to a later matcher of the same detectors."""
        always = self._always.dump()
        return len(always).to_bytes(8, "big") + always + self._named.dump()

    def find(self, texts: Sequence[str], fields: Iterable[Cells] | None = None) -> list[Match]:
        """All matches in all texts. A pattern's matches in one text do not overlap one another.

        Args:
            texts: any strings.
            fields: where the texts are cells: the fields, in the order of the texts. A detector that needs a field's name is
                then looked for only in the cells of those whose name speaks for it; in other texts all are.
        """
        found: dict[tuple[int, int], list[Spans]] = defaultdict(list)
        for rule, spans in self._always.find(texts):
            found[rule.detector, rule.number].append(spans)
        for cells in (Cells(0, len(texts), self._named.detectors),) if fields is None else fields:
            if cells.named & self._named.detectors:
                for rule, (rows, starts, ends) in self._named.find(texts[cells.first : cells.last]):
                    if rule.detector in cells.named:
                        found[rule.detector, rule.number].append((rows + cells.first, starts, ends))
        return [
            Match(detector, number, *(np.concatenate(parts) for parts in zip(*pieces, strict=True)))
            for (detector, number), pieces in sorted(found.items())
        ]

    def named_by(self, path: str) -> frozenset[int]:
        """The detectors, as indexes, for which the name of the field at ``path`` speaks."""
        said = self._names.look_up(path).items()
        return frozenset(self._indexes[key] for key, says in said if says not in {NameSays.AGAINST, NameSays.NOTHING})

    @cached_property
    def _names(self) -> FieldNames:
        return FieldNames(self.detectors)

    @cached_property
    def _indexes(self) -> Mapping[DetectorKey, int]:
        return {detector.key: index for index, detector in enumerate(self.detectors)}

    def _needs_name(self, rule: _Rule) -> bool:
        return self.detectors[rule.detector].needs_column


class _Rules:
    """Rules that are swept together."""

    def __init__(self, rules: Iterable[_Rule], database: bytes | None) -> None:
        groups: dict[Form, list[_Rule]] = defaultdict(list)
        for rule in rules:
            groups[rule.pattern.form, rule.pattern.ignore_case].append(rule)
        self._groups = list(groups.values())
        self._sweep = Sweep(list(groups), database) if groups else None
        self.detectors = frozenset(rule.detector for group in self._groups for rule in group)

    def dump(self) -> bytes:
        """The compiled database; nothing without rules."""
        return b"" if self._sweep is None else self._sweep.dump()

    def find(self, texts: Sequence[str]) -> Iterator[tuple[_Rule, Spans]]:
        """Each rule with its matches, block by block."""
        if self._sweep is None:
            return
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        for first, last in _blocks(lengths):
            for rule, (rows, starts, ends) in self._find_in_block(self._sweep, texts[first:last], lengths[first:last]):
                yield rule, (rows + first, starts, ends)

    def _find_in_block(self, sweep: Sweep, texts: Sequence[str], lengths: Index) -> Iterator[tuple[_Rule, Spans]]:
        begins = np.cumsum(lengths + len(SEPARATOR)) - lengths
        joined = SEPARATOR + SEPARATOR.join(texts) + SEPARATOR
        ascii_only = joined.isascii()
        groups, ends = sweep.hits(shadow(joined))
        if not len(groups):
            return
        rows = np.searchsorted(begins, ends - 1, side="right") - 1
        limits = np.searchsorted(groups, np.arange(len(self._groups) + 1))
        for group in distinct_sorted(groups).tolist():
            part = slice(int(limits[group]), int(limits[group + 1]))
            within = ends[part] - begins[rows[part]]
            for rule in self._groups[group]:
                width = rule.pattern.width
                if rule.pattern.fixed:
                    found = fixed_spans(width, rows[part], ends[part], begins)
                    found = found if ascii_only else without_stand_ins(found, texts)
                else:
                    found = exact_spans(rule.regex, width, texts, lengths, rows[part], within)
                if len(found[0]):
                    yield rule, found


def _blocks(lengths: Index) -> Iterator[tuple[int, int]]:
    """Consecutive texts of about ``BLOCK`` characters together: index of the first, and behind the last."""
    total = np.cumsum(lengths)
    first = 0
    while first < len(lengths):
        before = int(total[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(total, before + BLOCK, side="right")))
        yield first, last
        first = last
