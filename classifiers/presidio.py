"""The bridge to Microsoft Presidio, both ways; needs the extra ``presidio``.

``accelerate`` makes the pattern recognizers of any registry run on Hyperscan with equal results: each pattern is looked for by
its original rule, but only where one pass over the text saw that it may match. Validation, scores, context and everything else
stays Presidio's own code. ``ReeveRecognizer`` brings our catalogue into an ``AnalyzerEngine``.

Those who embed it import :mod:`engine.presidio`, which keeps the compiled databases in a cache.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextvars import ContextVar
from typing import Any

import hyperscan
from presidio_analyzer import (
    AnalysisExplanation,
    EntityRecognizer,
    PatternRecognizer,
    RecognizerRegistry,
    RecognizerResult,
)
from presidio_analyzer.predefined_recognizers import IbanRecognizer

from classifiers.detector import Finding
from classifiers.matching.matcher import Matcher
from classifiers.matching.sweep import taken
from classifiers.rules.presidio import Compiled, Rule, compiled, shadow
from classifiers.texts import THRESHOLD, find

_NAME = "ReeveRecognizer"
_QUIET = (PatternRecognizer.analyze, IbanRecognizer.analyze)
"""What returns nothing where no pattern matches, so that it need not be called."""


def accelerate(
    registry: RecognizerRegistry, load: Callable[[Sequence[Rule]], Compiled] = compiled
) -> RecognizerRegistry:
    """Make a registry's pattern recognizers run on Hyperscan, in place; others stay as they are.

    Recognizers that are added later, or for one request only, run as before. A registry that is accelerated again is brought up
    to date.

    Args:
        registry: of Presidio, with recognizers of its own, users' subclasses, or read from YAML.
        load: compiles rules, or takes them from a cache.

    Returns:
        The same registry.
    """
    recognizers: list[Any] = [one for one in registry.recognizers if isinstance(one, PatternRecognizer)]
    owned = [(one, [copy.copy(pattern) for pattern in one.patterns]) for one in recognizers]
    rules = {
        id(pattern): Rule(str(pattern.regex), int(one.global_regex_flags or 0))
        for one, patterns in owned
        for pattern in patterns
    }
    sweep = _Sweep(list(dict.fromkeys(rules.values())), load)
    for one, patterns in owned:
        for pattern in patterns:
            rule = rules[id(pattern)]
            pattern.compiled_regex = _Gate(rule, sweep)
            pattern.compiled_with_flags = one.global_regex_flags
        one.patterns = patterns  # of its own: Presidio shares those of a class between registries
        if type(one).analyze in _QUIET:
            one.analyze = _Skipping(one, [rules[id(pattern)] for pattern in patterns], sweep)
    return registry


class _Sweep:
    """One pass over a text for all rules; what it found of the last text is kept, each thread for itself."""

    def __init__(self, rules: Sequence[Rule], load: Callable[[Sequence[Rule]], Compiled]) -> None:
        made = load(rules)
        self._database: Any = hyperscan.loadb(made.database, mode=hyperscan.HS_MODE_BLOCK) if made.kept else None
        self._index = {rules[index]: index for index in made.kept}
        self._scratches: list[Any] = []  # those that no thread uses just now
        self._last: ContextVar[tuple[str, Mapping[int, list[int]]]] = ContextVar("last", default=("", {}))

    def ends(self, rule: Rule, text: str) -> list[int] | None:
        """Ends of the places where a rule may match, ascending; None when it may match anywhere."""
        index = self._index.get(rule)
        if index is None or not rule.is_swept(text):
            return None
        swept, found = self._last.get()
        if swept is not text:
            found = self._swept(text)
            self._last.set((text, found))
        return found.get(index, [])

    def _swept(self, text: str) -> Mapping[int, list[int]]:
        found: defaultdict[int, list[int]] = defaultdict(list)

        def on_match(rule: int, _start: int, end: int, _flags: int, _context: object) -> None:
            found[rule].append(end)

        scratch = taken(self._scratches) or hyperscan.Scratch(self._database)
        self._database.scan(shadow(text), match_event_handler=on_match, scratch=scratch)
        self._scratches.append(scratch)
        return found


class _Gate:
    """Stands for a compiled pattern: looks for it only where it may be."""

    def __init__(self, rule: Rule, sweep: _Sweep) -> None:
        self._rule = rule
        self._sweep = sweep
        self._exact = rule.exact()

    def finditer(self, text: str, *arguments: Any, **named: Any) -> Iterator[Any]:
        """As ``regex.Pattern.finditer``."""
        ends = None if arguments else self._sweep.ends(self._rule, text)
        if ends is None:
            return iter(self._exact.finditer(text, *arguments, **named))
        return self._rule.search(self._exact, text, ends, named) if ends else iter(())

    def __getattr__(self, name: str) -> Any:
        return getattr(self._exact, name)

    def __deepcopy__(self, memo: Any) -> Any:
        return self._exact


class _Skipping:
    """Stands for ``analyze`` of a recognizer: calls it only where one of its patterns may match."""

    def __init__(self, recognizer: PatternRecognizer, rules: Sequence[Rule], sweep: _Sweep) -> None:
        self._analyze = type(recognizer).analyze.__get__(recognizer)
        self._rules = rules
        self._sweep = sweep

    def __call__(
        self, text: str, entities: list[str], nlp_artifacts: Any = None, regex_flags: int | None = None
    ) -> list[RecognizerResult]:
        if regex_flags is None and all(self._sweep.ends(rule, text) == [] for rule in self._rules):
            return []
        found: list[RecognizerResult] = self._analyze(text, entities, nlp_artifacts, regex_flags)
        return found


class ReeveRecognizer(EntityRecognizer):
    """Our catalogue as one recognizer of Presidio.

    Overlaps among our own findings are settled, and words nearby are weighed already, so Presidio's context enhancement is not
    applied to them.

    Args:
        matcher: of the detector pack.
        entities: only these; None for all.
        supported_language: which language's requests it answers; its rules know the words of several languages at once.
        threshold: findings with a lower score are left out.
    """

    def __init__(
        self,
        matcher: Matcher,
        entities: Sequence[str] | None = None,
        supported_language: str = "en",
        threshold: float = THRESHOLD,
    ) -> None:
        known = dict.fromkeys(one.entity for one in matcher.detectors if one.patterns)
        self._matcher = matcher
        self._threshold = threshold
        wanted = [one for one in known if entities is None or one in set(entities)]
        super().__init__(wanted, name=_NAME, supported_language=supported_language)

    def load(self) -> None:
        """Nothing is left to load."""

    def analyze(self, text: str, entities: list[str], nlp_artifacts: Any = None) -> list[RecognizerResult]:  # noqa: ARG002 - Presidio's
        """What the catalogue finds in a text, of these entities."""
        wanted = frozenset(self.supported_entities) & frozenset(entities or self.supported_entities)
        (found,) = find(self._matcher, [text], wanted, self._threshold)
        return [self._result(one) for one in found]

    def enhance_using_context(
        self,
        text: str,
        raw_recognizer_results: list[RecognizerResult],
        other_raw_recognizer_results: list[RecognizerResult],
        nlp_artifacts: Any,
        context: list[str] | None = None,
    ) -> list[RecognizerResult]:
        """The results as they are: words nearby were weighed when they were found."""
        del text, other_raw_recognizer_results, nlp_artifacts, context
        return raw_recognizer_results

    def _result(self, one: Finding) -> RecognizerResult:
        told = f"{one.entity}/{one.subtype}" if one.subtype else one.entity
        explanation = AnalysisExplanation(
            recognizer=_NAME, original_score=one.score, textual_explanation=f"Detected by Reeve's detector {told}"
        )
        return RecognizerResult(
            entity_type=one.entity,
            start=one.start,
            end=one.end,
            score=one.score,
            analysis_explanation=explanation,
            recognition_metadata={
                RecognizerResult.RECOGNIZER_NAME_KEY: _NAME,
                RecognizerResult.RECOGNIZER_IDENTIFIER_KEY: self.id,
                "subtype": one.subtype,
            },
        )
