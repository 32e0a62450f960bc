"""Findings in free text: matches that pass their check, weighed by the words around them, overlaps settled.

A score is the pattern's own, raised by a check that chance seldom passes and by a context word nearby. Digits that could be
many things stay below the threshold unless a word speaks for them. Where matches overlap, the validated one wins over one
without a check, then the more specific, the longer, the higher score, and last the order of names: always the same one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from classifiers.detector import Detector, Finding, Pattern
from classifiers.matcher import Match, Matcher

THRESHOLD = 0.5  # findings below are not reported
BEFORE, AFTER = 60, 20  # characters around a match in which context words count; behind it to the next clause only
_CONTEXT_GAIN, _CONTEXT_FLOOR = 0.35, 0.6
_CLAUSE = re.compile(r"[,;.!?\n]")
_WEAK_PATTERN, _WEAK_CHECK = 0.1, 0.02  # below and above which a match needs context


@dataclass(frozen=True, slots=True)
class _Candidate:
    finding: Finding
    validated: bool
    chance: float

    def rank(self) -> tuple[bool, float, int, float, str, str]:
        one = self.finding
        return (not self.validated, self.chance, one.start - one.end, -one.score, one.entity, one.subtype)


def find(matcher: Matcher, texts: Sequence[str], entities: frozenset[str] | None = None) -> list[list[Finding]]:
    """The findings of each text, in order of their start; none of a text overlap.

    Args:
        matcher: of the detector pack.
        texts: any strings.
        entities: names of the entities wanted; None for all. Only these compete where matches overlap.
    """
    candidates: list[list[_Candidate]] = [[] for _ in texts]
    for match in matcher.find(texts):
        detector = matcher.detectors[match.detector]
        if entities is not None and detector.entity not in entities:
            continue
        for text, candidate in _candidates(detector, match, texts):
            candidates[text].append(candidate)
    return [_settled(some) for some in candidates]


def _candidates(detector: Detector, match: Match, texts: Sequence[str]) -> Iterable[tuple[int, _Candidate]]:
    spans = list(zip(match.texts.tolist(), match.starts.tolist(), match.ends.tolist(), strict=True))
    passed = np.ones(len(spans), bool)
    if detector.check is not None:
        passed = np.asarray(detector.check([texts[text][start:end] for text, start, end in spans]), bool)
    pattern = detector.patterns[match.pattern]
    for (text, start, end), ok in zip(spans, passed.tolist(), strict=True):
        if not ok:
            continue
        score = _score(detector, pattern, texts[text], start, end)
        if score >= THRESHOLD:
            finding = Finding(detector.entity, detector.subtype, start, end, round(score, 3))
            yield text, _Candidate(finding, detector.check is not None, detector.chance)


def _score(detector: Detector, pattern: Pattern, text: str, start: int, end: int) -> float:
    score = pattern.score
    if detector.check is not None:
        weak = pattern.score < _WEAK_PATTERN and detector.chance > _WEAK_CHECK
        score = max(score, (1 - detector.chance) * (0.4 if weak else 1.0))
    if detector.context:
        behind = _CLAUSE.split(text[end : end + AFTER], maxsplit=1)[0]
        if _context(detector.context).search(text[max(0, start - BEFORE) : start] + " " + behind):
            return min(1.0, max(score + _CONTEXT_GAIN, _CONTEXT_FLOOR))
    return min(score, 0.4) if detector.needs_column else score


@lru_cache(maxsize=1024)
def _context(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the words, whole, in either case."""
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, words)) + r")(?!\w)", re.IGNORECASE)


def _settled(candidates: list[_Candidate]) -> list[Finding]:
    """The best candidates that do not overlap, by start."""
    starts: list[int] = []
    kept: list[Finding] = []
    for candidate in sorted(candidates, key=_Candidate.rank):
        one = candidate.finding
        place = bisect_right(starts, one.start)
        if place and kept[place - 1].end > one.start:
            continue
        if place < len(kept) and kept[place].start < one.end:
            continue
        starts.insert(place, one.start)
        kept.insert(place, one)
    return kept
