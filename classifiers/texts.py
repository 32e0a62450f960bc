"""Findings in free text: matches that pass their check, weighed by the words around them, and names; overlaps settled.

A score is a probability, by Bayes' rule in odds: those that a text of this form is the entity (the pattern's score), divided by
the chance that something else passes the check, times thirty where a context word stands nearby. So a number that could be many
things is reported only where a word names it or its check tells enough. What overlaps is settled by :mod:`.overlaps`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from classifiers.context import Surroundings
from classifiers.detector import Check, Detector, Finding, Pattern
from classifiers.exclusions import NOTHING_EXCLUDED, Exclusions
from classifiers.matching.exact import Index, distinct_sorted
from classifiers.matching.matcher import Match, Matcher
from classifiers.matching.readable import Readable, readable
from classifiers.names.model import NameModel
from classifiers.overlaps import Candidates, Kind, settled

THRESHOLD = 0.5  # findings below are not reported
CONTEXT = 30.0  # times the odds, where a word speaks for a match
UNNAMED = 0.4  # score at most of what only a word or a field's name can tell


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
    around = [Surroundings(text) for text in plain]
    candidates = [
        _candidates(matcher.detectors[match.detector], match, plain, around, threshold)
        for match in matcher.find(plain, worth=_Worth(matcher.detectors, around, entities, threshold))
    ]
    if names is not None:
        candidates += _named(names, plain, entities, threshold)
    found = settled(candidates, plain)
    if exclusions.rules:
        found = [exclusions.left(*told) for told in zip(plain, found, strict=True)]
    return [_placed(some, where) for some, where in zip(found, read, strict=True)]


def _named(
    names: NameModel, texts: Sequence[str], entities: frozenset[str] | None, threshold: float
) -> Iterator[Candidates]:
    """What a name model sees of the entities wanted."""
    wanted = names.entities if entities is None else names.entities & entities
    kinds: dict[tuple[str, str], list[tuple[int, Finding]]] = defaultdict(list)
    for text, found in enumerate(names.find(texts)) if wanted else ():
        for one in found:
            if one.entity in wanted and one.score >= threshold:
                kinds[one.entity, one.subtype].append((text, one))
    for (entity, subtype), some in kinds.items():
        rows = np.array([(text, one.start, one.end, 0) for text, one in some], np.int64)
        kind = Kind(entity, subtype, validated=False, chance=1.0, guessed=True)
        yield Candidates(kind, rows.T, np.array([one.score for _, one in some]))


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


def _placed(found: list[Finding], where: Readable) -> list[Finding]:
    """Findings at their places in the text as it was."""
    if where.places is None:
        return found
    spans = (where.span(one.start, one.end) for one in found)
    return [replace(one, start=start, end=end) for one, (start, end) in zip(found, spans, strict=True)]


def _candidates(
    detector: Detector, match: Match, texts: Sequence[str], around: Sequence[Surroundings], threshold: float
) -> Candidates:
    """Those that reach the threshold. A check is made only where it could lift a match over it."""
    alone, with_word = _scores(detector, detector.patterns[match.pattern])
    rows = np.stack([match.texts, match.starts, match.ends, _words_near(detector.context, match, around)])
    if alone < threshold:
        rows = rows[:, rows[3] > 0]
    if detector.check is not None and rows.size:
        rows = rows[:, _passed(detector.check, texts, rows)]
    kind = Kind(detector.entity, detector.subtype, detector.check is not None, detector.chance)
    return Candidates(kind, rows, np.where(rows[3] > 0, with_word, alone))


def _words_near(context: tuple[str, ...], match: Match, around: Sequence[Surroundings]) -> Index:
    """How many context words stand near each span."""
    named = np.zeros(len(match.texts), np.int64)
    if not context:
        return named
    texts = distinct_sorted(match.texts)
    limits = np.searchsorted(match.texts, np.append(texts, len(around))).tolist()
    for text, (first, last) in zip(texts.tolist(), pairwise(limits), strict=True):
        spans = zip(match.starts[first:last].tolist(), match.ends[first:last].tolist(), strict=True)
        named[first:last] = around[text].speaking_for(context, list(spans))
    return named


def _passed(check: Check, texts: Sequence[str], rows: Index) -> npt.NDArray[np.bool_]:
    """Whether the text of each span passes the check; equal texts are checked once."""
    found = [texts[text][start:end] for text, start, end in rows[:3].T.tolist()]
    distinct = list(dict.fromkeys(found))
    passed = dict(zip(distinct, check(distinct), strict=True))
    return np.fromiter((passed[one] for one in found), bool, len(found))


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
