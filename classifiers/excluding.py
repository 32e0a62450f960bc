"""Columns without what users exclude: matches are left out before they are judged, and counted under their rule.

With ``entities`` a rule leaves matches of these out, and nothing else. Without, it also leaves out whatever lies inside a value
that it knows: of a known e-mail address not even the domain is found.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from classifiers.detector import Detector, Sensitivity
from classifiers.exclusions import EXCLUDED, Exclusion, Exclusions
from classifiers.matching.exact import Index
from classifiers.matching.matcher import Cells, Match, Matcher
from classifiers.matching.rule_sets import Worth
from classifiers.sketches.distinct import Column
from classifiers.sketches.hashing import HashKey, keyed_hashes
from classifiers.sketches.observe import sketch_columns
from classifiers.sketches.sketch import VALUES_KEPT, Sketch

_NONE = -1  # index of no rule


def sketch_excluding(
    columns: Mapping[str, Column],
    matcher: Matcher,
    exclusions: Exclusions,
    asset: str,
    key: HashKey,
    known: Mapping[str, Sketch] | None = None,
    size: int = VALUES_KEPT,
) -> dict[str, Sketch]:
    """``sketch_columns`` without what is excluded. Columns under the same rules are matched together.

    Args:
        columns: by path.
        matcher: of the detector pack.
        exclusions: what to leave out.
        asset: ``store/asset``, whose columns they are.
        key: for the hashes.
        known: as for ``sketch_columns``.
        size: of the value samples.
    """
    groups: dict[tuple[Exclusion, ...], dict[str, Column]] = defaultdict(dict)
    for name, column in columns.items():
        groups[exclusions.at_reading(f"{asset}.{name}") if exclusions.rules else ()][name] = column
    found: dict[str, Sketch] = {}
    for rules, some in groups.items():
        by = ExcludingMatcher(matcher, rules, key) if rules else matcher
        found |= sketch_columns(some, by, key, known, size)
    return {name: found[name] for name in columns}


class ExcludingMatcher(Matcher):
    """A matcher that leaves out what some rules exclude. What each rule took it reports as matches of a detector of its own.

    Args:
        matcher: finds.
        rules: about certain matches, at a place that is settled.
        key: of keyed hashes.
    """

    def __init__(self, matcher: Matcher, rules: Sequence[Exclusion], key: HashKey) -> None:
        self._inner = matcher
        self._excluded = rules
        self._key = key
        self._reaching = [rule.asks_value and not rule.entities for rule in rules]
        self._known = len(matcher.detectors)
        self._about = [
            [index for index, rule in enumerate(rules) if rule.is_about(one.entity, one.subtype)]
            for one in matcher.detectors
        ]
        self.detectors = (*matcher.detectors, *map(_stand_in, rules))

    def named_by(self, path: str) -> frozenset[int]:
        """As the matcher that finds."""
        return self._inner.named_by(path)

    def find(
        self, texts: Sequence[str], fields: Sequence[Cells] | None = None, worth: Worth | None = None
    ) -> list[Match]:
        """Matches that are not excluded, then those that are, by rule."""
        found = self._inner.find(texts, fields, worth)
        taken = [self._taken(match, texts) for match in found]
        known = _known_spans(found, taken, self._reaching)
        if known:
            taken = [_with_inner(match, rules, known) for match, rules in zip(found, taken, strict=True)]
        left = [_chosen(match, rules == _NONE) for match, rules in zip(found, taken, strict=True)]
        out = [self._of_rule(index, found, taken) for index in range(len(self._excluded))]
        return [match for match in (*left, *out) if len(match.texts)]

    def _taken(self, match: Match, texts: Sequence[str]) -> Index:
        """For each match the first rule that excludes it; one that reaches inside it comes before all that do not."""
        rules = self._about[match.detector]
        taken = np.full(len(match.texts), _NONE, np.int64)
        if not rules:
            return taken
        spans = list(zip(match.texts.tolist(), match.starts.tolist(), match.ends.tolist(), strict=True))
        for index in sorted(rules, key=lambda one: (self._reaching[one], -one)):
            taken[self._holds(self._excluded[index], spans, texts)] = index
        return taken

    def _holds(
        self, rule: Exclusion, spans: Sequence[tuple[int, int, int]], texts: Sequence[str]
    ) -> npt.NDArray[np.bool_]:
        values = [texts[row][start:end] for row, start, end in spans]
        holds = self._has_value(rule, values)
        if rule.context:
            for place in np.flatnonzero(holds).tolist():
                row, start, end = spans[place]
                holds[place] = rule.is_told_near(texts[row], start, end)
        return holds

    def _has_value(self, rule: Exclusion, values: Sequence[str]) -> npt.NDArray[np.bool_]:
        if not rule.asks_value:
            return np.ones(len(values), bool)
        answers = {value: rule.knows(value) for value in dict.fromkeys(values)}
        holds = np.fromiter((answers[value] for value in values), bool, len(values))
        hashes = [number for epoch, number in rule.keyed if epoch == self._key.epoch]
        if hashes:
            own = keyed_hashes(pa.array(values, pa.string()), self._key.secret)
            holds |= np.isin(own, np.array(hashes, np.uint64))
        return holds

    def _of_rule(self, index: int, found: Sequence[Match], taken: Sequence[Index]) -> Match:
        """What a rule took, as matches of its stand-in; each span once, although several detectors matched there."""
        spans = [
            (row, start, end)
            for match, rules in zip(found, taken, strict=True)
            for row, start, end in zip(*(part[rules == index].tolist() for part in _columns(match)), strict=True)
        ]
        rows = np.array(sorted(set(spans)), np.int64).reshape(-1, 3)
        return Match(self._known + index, 0, rows[:, 0], rows[:, 1], rows[:, 2])


_Spans = tuple[list[int], list[int], list[int]]
"""Starts, ends and rules of spans that do not overlap, ascending."""


def _known_spans(found: Sequence[Match], taken: Sequence[Index], reaching: Sequence[bool]) -> dict[int, _Spans]:
    """The known values in each text by rules that reach inside; those that overlap are one."""
    spans: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for match, rules in zip(found, taken, strict=True):
        for place in np.flatnonzero(rules != _NONE).tolist():
            if reaching[rules[place]]:
                row = int(match.texts[place])
                spans[row].append((int(match.starts[place]), int(match.ends[place]), int(rules[place])))
    return {row: _apart(sorted(some)) for row, some in spans.items()}


def _apart(spans: Sequence[tuple[int, int, int]]) -> _Spans:
    starts: list[int] = []
    ends: list[int] = []
    rules: list[int] = []
    for start, end, rule in spans:
        if ends and start < ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)
            rules.append(rule)
    return starts, ends, rules


def _with_inner(match: Match, taken: Index, known: Mapping[int, _Spans]) -> Index:
    """The same, with what lies inside a known value."""
    out = taken.copy()
    for place in np.flatnonzero((taken == _NONE) & np.isin(match.texts, list(known))).tolist():
        starts, ends, rules = known[int(match.texts[place])]
        before = bisect_right(starts, int(match.starts[place])) - 1
        if before >= 0 and match.ends[place] <= ends[before]:
            out[place] = rules[before]
    return out


def _columns(match: Match) -> Iterator[Index]:
    yield from (match.texts, match.starts, match.ends)


def _chosen(match: Match, kept: npt.NDArray[np.bool_]) -> Match:
    if bool(kept.all()):
        return match
    return replace(match, texts=match.texts[kept], starts=match.starts[kept], ends=match.ends[kept])


def _stand_in(rule: Exclusion) -> Detector:
    """Counts in sketches what a rule took. No pack has it, so no verdict comes of it."""
    return Detector(
        entity=EXCLUDED,
        subtype=rule.digest,
        title="Excluded by a rule of users.",
        category="user",
        sensitivity=Sensitivity.INTERNAL,
        source="exclusions",
    )
