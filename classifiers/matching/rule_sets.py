"""Rules that are swept together, and how each of them is looked for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from classifiers.detector import Pattern
from classifiers.matching.exact import (
    SEPARATOR,
    Index,
    Look,
    Spans,
    distinct_sorted,
    exact_spans,
    fixed_spans,
    without_stand_ins,
)
from classifiers.matching.masks import Masks, is_blind
from classifiers.matching.pivots import Pivot, pivot_of
from classifiers.matching.positions import Wanted, taken_apart
from classifiers.matching.sweep import Form, Sweep
from classifiers.rules.shadow import shadow

BLOCK = 4 << 20  # characters swept at once, so that memory stays bounded
Load: TypeAlias = Callable[[str, Sequence[Form]], Sweep]
Worth: TypeAlias = Callable[[int, int, Index], npt.NDArray[np.bool_]]
"""Whether matches are wanted: of a detector, of one of its patterns (both as indexes), in each of some texts."""
Joined: TypeAlias = tuple[npt.NDArray[np.uint8], Index]
"""The shadow of some texts without anything between them, and where each begins in it."""


class Rule:
    """One pattern of one detector, and how it is looked for."""

    def __init__(self, detector: int, number: int, pattern: Pattern) -> None:
        self.detector = detector
        self.number = number
        self.pattern = pattern

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """Compiled when it is first needed: all of them would take a fifth of a second."""
        return self.pattern.compiled()

    @cached_property
    def look(self) -> Look:
        """How its exact rule is run."""
        return Look(self.regex, self.pattern.width, lambda: self._pivot)

    @cached_property
    def _pivot(self) -> Pivot | None:
        return pivot_of(self.pattern.regex, self.regex.flags, self.pattern.width)

    @property
    def form(self) -> Form:
        """What is swept for, in texts as they are."""
        return self.pattern.form, self.pattern.ignore_case

    @cached_property
    def blind_form(self) -> Form | None:
        """What is swept for in masks; None for a rule that tells digits apart in more than single places."""
        if self.wanted is not None:
            return self.wanted.form, False
        flags = re.IGNORECASE if self.pattern.ignore_case else 0
        blind = not self.pattern.fixed and is_blind(self.pattern.form) and is_blind(self.pattern.regex, flags)
        return self.form if blind else None

    @cached_property
    def wanted(self) -> Wanted | None:
        """The places of a fixed form."""
        return taken_apart(self.pattern.form, ignore_case=self.pattern.ignore_case) if self.pattern.fixed else None

    def meant(self, spans: Spans, texts: Sequence[str], joined: Callable[[], Joined]) -> Spans:
        """Of spans that were found in masks those that the rule means.

        Args:
            spans: in ``texts``.
            texts: as they are.
            joined: gives their shadow.
        """
        if self.wanted is None:
            return spans
        if self.wanted.places:
            data, begins = joined()
            spans = _where(self.wanted.holds(data, begins[spans[0]] + spans[1]), spans)
        if self.wanted.exact:
            return spans
        places = zip(spans[0].tolist(), spans[1].tolist(), strict=True)
        return _where(np.array([bool(self.regex.match(texts[row], start)) for row, start in places], bool), spans)


def _where(keep: npt.NDArray[np.bool_], spans: Spans) -> Spans:
    rows, starts, ends = spans
    return rows[keep], starts[keep], ends[keep]


class Rules:
    """Rules that are swept together, each for a form."""

    def __init__(self, name: str, rules: Iterable[tuple[Form, Rule]], load: Load) -> None:
        groups: dict[Form, list[Rule]] = defaultdict(list)
        for form, rule in rules:
            groups[form].append(rule)
        self._groups = list(groups.values())
        self._sweep = load(name, list(groups)) if groups else None

    def find(self, texts: Sequence[str], worth: Worth | None = None) -> Iterator[tuple[Rule, Spans]]:
        """Each rule with its matches, block by block. ``worth`` says in which texts they are wanted, by default in all."""
        if self._sweep is None:
            return
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        for first, last in _blocks(lengths):
            hits = self._hits(self._sweep, texts[first:last], lengths[first:last])
            for rule, (rows, starts, ends) in self._found(hits, None if worth is None else _behind(worth, first)):
                yield rule, (rows + first, starts, ends)

    def _found(self, hits: _Hits, worth: Worth | None) -> Iterator[tuple[Rule, Spans]]:
        limits = np.searchsorted(hits.groups, np.arange(len(self._groups) + 1))
        for group in distinct_sorted(hits.groups).tolist():
            part = slice(int(limits[group]), int(limits[group + 1]))
            for rule in self._groups[group]:
                rows, ends = hits.rows[part], hits.ends[part]
                if worth is not None:
                    keep = _wanted(worth, rule, rows)
                    rows, ends = rows[keep], ends[keep]
                if len(rows):
                    yield rule, hits.spans(rule, rows, ends)

    def _hits(self, sweep: Sweep, texts: Sequence[str], lengths: Index) -> _Hits:
        begins = np.cumsum(lengths + len(SEPARATOR)) - lengths
        joined = SEPARATOR + SEPARATOR.join(texts) + SEPARATOR
        groups, ends = sweep.hits(shadow(joined))
        rows = np.searchsorted(begins, ends - 1, side="right") - 1
        return _Hits(texts, lengths, begins, joined.isascii(), groups, rows, ends)


@dataclass(frozen=True, slots=True, eq=False)
class _Hits:
    """Some texts, where they begin when joined, and the hits in them: by group, and those of one group by their end."""

    texts: Sequence[str]
    lengths: Index
    begins: Index
    ascii_only: bool
    groups: Index
    rows: Index
    ends: Index

    def spans(self, rule: Rule, rows: Index, ends: Index) -> Spans:
        """What a rule matches there."""
        width = rule.pattern.width
        if not rule.pattern.fixed:
            return exact_spans(rule.look, self.texts, self.lengths, rows, ends - self.begins[rows])
        found = fixed_spans(width, rows, ends, self.begins)
        return found if self.ascii_only else without_stand_ins(found, self.texts)


def _wanted(worth: Worth, rule: Rule, rows: Index) -> npt.NDArray[np.bool_]:
    texts = distinct_sorted(rows)
    return worth(rule.detector, rule.number, texts)[np.searchsorted(texts, rows)]


def _behind(worth: Worth, first: int) -> Worth:
    return lambda detector, pattern, texts: worth(detector, pattern, texts + first)


class InCells:
    """Rules that are looked for in the cells of fields: in masks those that can be, the others in the cells themselves."""

    def __init__(self, name: str, rules: Iterable[Rule], load: Load) -> None:
        forms = [(rule.blind_form, rule) for rule in rules]
        self._blind = Rules(f"{name}-masks", [(form, rule) for form, rule in forms if form is not None], load)
        self._seeing = Rules(f"{name}-cells", [(rule.form, rule) for form, rule in forms if form is None], load)

    def find(self, texts: Sequence[str], fields: Sequence[tuple[int, int]]) -> Iterator[tuple[Rule, Spans]]:
        """Each rule with its matches.

        Args:
            texts: the cells.
            fields: index of the first cell of each, and behind its last.
        """
        masks = Masks.of(texts, fields)
        joined = _joined_once(texts)
        for rule, spans in self._blind.find(masks.texts):
            yield rule, rule.meant(masks.expanded(spans), texts, joined)
        yield from self._seeing.find(texts)


def _blocks(lengths: Index) -> Iterator[tuple[int, int]]:
    """Consecutive texts of about ``BLOCK`` characters together: index of the first, and behind the last."""
    total = np.cumsum(lengths)
    first = 0
    while first < len(lengths):
        before = int(total[first - 1]) if first else 0
        last = max(first + 1, int(np.searchsorted(total, before + BLOCK, side="right")))
        yield first, last
        first = last


def _joined_once(texts: Sequence[str]) -> Callable[[], Joined]:
    """The shadow of all texts and where each begins in it, made when it is asked for."""

    @cache
    def joined() -> Joined:
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        return np.frombuffer(shadow("".join(texts)), np.uint8), np.cumsum(lengths) - lengths

    return joined
