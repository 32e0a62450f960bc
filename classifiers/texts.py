"""Findings in free text: matches that pass their check, weighed by the words around them, overlaps settled.

A score is a probability, by Bayes' rule in odds: those that a text of this form is the entity (the pattern's score), divided by
the chance that something else passes the check, times thirty where a context word stands nearby. So a number that could be many
things is reported only where a word names it or its check tells enough.

Of two matches of one entity the longer wins over what lies inside it. Where others overlap, one with a check wins over one
without, then one that more words nearby name, then the one whose check chance passes most seldom, the longer, the higher score,
and last the order of names: always the same one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from classifiers.context import Surroundings
from classifiers.detector import Detector, Finding, Pattern
from classifiers.matcher import Match, Matcher
from classifiers.readable import Readable, readable

THRESHOLD = 0.5  # findings below are not reported
CONTEXT = 30.0  # times the odds, where a word speaks for a match
MORE_TELLING = 10.0  # times by which the chance of a match inside another one must be smaller, to stand for both
UNNAMED = 0.4  # score at most of what only a word or a field's name can tell


@dataclass(frozen=True, slots=True)
class _Candidate:
    finding: Finding
    validated: bool
    named: int
    chance: float

    def rank(self) -> tuple[bool, int, float, int, float, str, str]:
        one = self.finding
        return (
            *(not self.validated, -self.named, self.chance),
            *(one.start - one.end, -one.score, one.entity, one.subtype),
        )


def find(
    matcher: Matcher, texts: Sequence[str], entities: frozenset[str] | None = None, threshold: float = THRESHOLD
) -> list[list[Finding]]:
    """The findings of each text, in order of their start; none of a text overlap.

    Args:
        matcher: of the detector pack.
        texts: any strings.
        entities: names of the entities wanted; None for all. Only these compete where matches overlap.
        threshold: findings with a lower score are left out.
    """
    read = [readable(text) for text in texts]
    plain = [one.text for one in read]
    candidates: list[list[_Candidate]] = [[] for _ in texts]
    around = [Surroundings(text) for text in plain]
    for match in matcher.find(plain):
        detector = matcher.detectors[match.detector]
        if entities is not None and detector.entity not in entities:
            continue
        for text, candidate in _candidates(detector, match, plain, around, threshold):
            candidates[text].append(candidate)
    return [[_placed(one, where) for one in _settled(some)] for some, where in zip(candidates, read, strict=True)]


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
    pattern = detector.patterns[match.pattern]
    alone, with_word = _score(detector, pattern, named=False), _score(detector, pattern, named=True)
    if max(alone, with_word if detector.context else 0.0) < threshold:
        return
    spans = list(zip(match.texts.tolist(), match.starts.tolist(), match.ends.tolist(), strict=True))
    if alone < threshold:
        spans = [span for span in spans if around[span[0]].speaking_for(detector.context, *span[1:])]
    for text, start, end in _passed(detector, texts, spans):
        named = around[text].speaking_for(detector.context, start, end)
        score = round(with_word if named else alone, 3)
        finding = Finding(detector.entity, detector.subtype, start, end, score)
        yield text, _Candidate(finding, detector.check is not None, named, detector.chance)


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


def _settled(candidates: list[_Candidate]) -> list[Finding]:
    """The best candidates that do not overlap, by start."""
    starts: list[int] = []
    kept: list[Finding] = []
    for candidate in sorted(_outermost(candidates), key=_Candidate.rank):
        one = candidate.finding
        place = bisect_right(starts, one.start)
        if place and kept[place - 1].end > one.start:
            continue
        if place < len(kept) and kept[place].start < one.end:
            continue
        starts.insert(place, one.start)
        kept.insert(place, one)
    return kept
