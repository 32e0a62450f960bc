"""Findings in free text: matches that pass their check, weighed by the words around them, and names; overlaps settled.

A score is a probability, by Bayes' rule in odds: those that a text of this form is the entity (the pattern's score), divided by
the chance that something else passes the check, times thirty where a context word stands nearby. So a number that could be many
things is reported only where a word names it or its check tells enough.

Of two matches of one entity the longer wins over what lies inside it. Where others overlap, one with a check wins over one
without, then one that more words nearby name, then the one whose check chance passes most seldom, the longer, the higher score,
and last the order of names: always the same one. Names that a model sees have no check and no form of their own; of one that
laps over something else, what lies outside stays.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from classifiers.context import Surroundings
from classifiers.detector import Detector, Finding, Pattern
from classifiers.exclusions import NOTHING_EXCLUDED, Exclusions
from classifiers.matching.exact import Index
from classifiers.matching.matcher import Match, Matcher
from classifiers.matching.readable import Readable, readable
from classifiers.names.model import NameModel

THRESHOLD = 0.5  # findings below are not reported
CONTEXT = 30.0  # times the odds, where a word speaks for a match
MORE_TELLING = 10.0  # times by which the chance of a match inside another one must be smaller, to stand for both
UNNAMED = 0.4  # score at most of what only a word or a field's name can tell
_NAME = re.compile(r"[^\W\d_].*[^\W\d_]", re.DOTALL)  # what is left of a name: from its first letter to its last


@dataclass(frozen=True, slots=True)
class _Candidate:
    finding: Finding
    validated: bool
    named: int
    chance: float
    guessed: bool = False

    def rank(self) -> tuple[bool, int, float, int, float, str, str]:
        one = self.finding
        return (
            *(not self.validated, -self.named, self.chance),
            *(one.start - one.end, -one.score, one.entity, one.subtype),
        )


def find(
    matcher: Matcher,
    texts: Sequence[str],
    entities: frozenset[str] | None = None,
    threshold: float = THRESHOLD,
    exclusions: Exclusions = NOTHING_EXCLUDED,
    names: NameModel | None = None,
) -> list[list[Finding]]:
    """The findings of each text, in order of their start; none of a text overlap.

    Args:
        matcher: of the detector pack.
        texts: any strings.
        entities: names of the entities wanted; None for all. Only these compete where matches overlap.
        threshold: findings with a lower score are left out.
        exclusions: findings that they name are left out, once overlaps are settled: nothing else comes in their place.
        names: finds people, places and organisations; None for rules only.
    """
    read = [readable(text) for text in texts]
    plain = [one.text for one in read]
    candidates: list[list[_Candidate]] = [[] for _ in texts]
    around = [Surroundings(text) for text in plain]
    for match in matcher.find(plain, worth=_Worth(matcher.detectors, around, entities, threshold)):
        for text, candidate in _candidates(matcher.detectors[match.detector], match, plain, around, threshold):
            candidates[text].append(candidate)
    for text, candidate in _named(names, plain, entities, threshold) if names is not None else ():
        candidates[text].append(candidate)
    settled = [_settled(some, text) for some, text in zip(candidates, plain, strict=True)]
    if exclusions.rules:
        settled = [exclusions.left(*told) for told in zip(plain, settled, strict=True)]
    return [[_placed(one, where) for one in some] for some, where in zip(settled, read, strict=True)]


def _named(
    names: NameModel, texts: Sequence[str], entities: frozenset[str] | None, threshold: float
) -> Iterable[tuple[int, _Candidate]]:
    """What a name model sees of the entities wanted."""
    wanted = names.entities if entities is None else names.entities & entities
    if not wanted:
        return
    for text, found in enumerate(names.find(texts)):
        for one in found:
            if one.entity in wanted and one.score >= threshold:
                yield text, _Candidate(one, validated=False, named=0, chance=1.0, guessed=True)


@dataclass(frozen=True, slots=True)
class _Worth:
    """Whether matches of a pattern could come to be findings, by text: an exact rule need not be run for others."""

    detectors: Sequence[Detector]
    around: Sequence[Surroundings]
    entities: frozenset[str] | None
    threshold: float

    def __call__(self, number: int, pattern: int, texts: Index) -> npt.NDArray[np.bool_]:
        detector = self.detectors[number]
        if self.entities is not None and detector.entity not in self.entities:
            return np.zeros(len(texts), bool)
        alone, with_word = _scores(detector, detector.patterns[pattern])
        if alone >= self.threshold:
            return np.ones(len(texts), bool)
        if with_word < self.threshold or not detector.context:
            return np.zeros(len(texts), bool)
        return np.fromiter((self.around[text].has_any(detector.context) for text in texts.tolist()), bool, len(texts))


def _placed(one: Finding, where: Readable) -> Finding:
    """A finding at its place in the text as it was."""
    if where.places is None:
        return one
    start, end = where.span(one.start, one.end)
    return replace(one, start=start, end=end)


def _candidates(
    detector: Detector, match: Match, texts: Sequence[str], around: Sequence[Surroundings], threshold: float
) -> Iterable[tuple[int, _Candidate]]:
    """Those that reach the threshold. A check is made only where it could lift a match over it."""
    alone, with_word = _scores(detector, detector.patterns[match.pattern])
    spans = zip(match.texts.tolist(), match.starts.tolist(), match.ends.tolist(), strict=True)
    named = {span: around[span[0]].speaking_for(detector.context, *span[1:]) for span in spans}
    likely = list(named) if alone >= threshold else [span for span, words in named.items() if words]
    for span in _passed(detector, texts, likely):
        words = named[span]
        finding = Finding(detector.entity, detector.subtype, *span[1:], with_word if words else alone)
        yield span[0], _Candidate(finding, detector.check is not None, words, detector.chance)


def _passed(
    detector: Detector, texts: Sequence[str], spans: Sequence[tuple[int, int, int]]
) -> Sequence[tuple[int, int, int]]:
    """Spans whose text passes the check; equal texts are checked once."""
    if detector.check is None or not spans:
        return spans
    found = [texts[text][start:end] for text, start, end in spans]
    distinct = list(dict.fromkeys(found))
    passed = {one for one, ok in zip(distinct, detector.check(distinct), strict=True) if ok}
    return [span for span, one in zip(spans, found, strict=True) if one in passed]


def _scores(detector: Detector, pattern: Pattern) -> tuple[float, float]:
    """Of a match by itself, and of one that a word nearby names."""
    return round(_score(detector, pattern, named=False), 3), round(_score(detector, pattern, named=True), 3)


def _score(detector: Detector, pattern: Pattern, *, named: bool) -> float:
    if pattern.score >= 1:
        return 1.0
    odds = pattern.score / (1 - pattern.score)
    if detector.check is not None:
        odds /= detector.chance
    if named:
        odds *= CONTEXT
    score = odds / (1 + odds)
    return min(score, UNNAMED) if detector.needs_column and not named else score


def _outermost(candidates: Iterable[_Candidate]) -> list[_Candidate]:
    """Of matches of one entity that lie inside one another only the longest, unless an inner one is much more telling."""
    kept: list[_Candidate] = []
    reached: dict[str, _Candidate] = {}
    for candidate in sorted(candidates, key=lambda one: (one.finding.start, -one.finding.end)):
        outer = reached.get(candidate.finding.entity)
        if outer is None or not _lies_inside(candidate, outer):
            kept.append(candidate)
            reached[candidate.finding.entity] = candidate
        elif candidate.chance * MORE_TELLING <= outer.chance:
            kept.append(candidate)
    return kept


def _lies_inside(candidate: _Candidate, outer: _Candidate) -> bool:
    one, other = candidate.finding, outer.finding
    return one.end <= other.end and (one.start, one.end) != (other.start, other.end)


def _settled(candidates: Iterable[_Candidate], text: str) -> list[Finding]:
    """The best candidates that do not overlap, by start."""
    starts: list[int] = []
    kept: list[Finding] = []
    for candidate in sorted(_outermost(candidates), key=_Candidate.rank):
        one = candidate.finding
        free = list(_free(one, starts, kept))
        whole = free == [(one.start, one.end)]
        left = [one] if whole else _left_of(one, free, text) if candidate.guessed else []
        for part in left:
            place = bisect_right(starts, part.start)
            starts.insert(place, part.start)
            kept.insert(place, part)
    return kept


def _free(one: Finding, starts: Sequence[int], kept: Sequence[Finding]) -> Iterator[tuple[int, int]]:
    """What nothing that is kept laps over; ``kept`` ascends and does not overlap."""
    start = one.start
    for other in kept[max(0, bisect_right(starts, one.start) - 1) :]:
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
