"""Reeve inside Microsoft Presidio, for programs that use its analyzer; needs the extra ``presidio``.

Compiled databases are kept in the cache of :mod:`engine.base.resources`, so that a process begins at once. No look-up leaves the
machine: Presidio's recognizers of web and e-mail addresses ask ``tldextract`` for top-level domains, which would fetch a list;
here it uses the one that came with it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import tldextract
from presidio_analyzer import RecognizerRegistry

from classifiers import presidio as bridge
from classifiers.rules.presidio import Compiled, Rule, compiled
from classifiers.texts import THRESHOLD
from engine.base.resources import cached


def accelerate(registry: RecognizerRegistry) -> RecognizerRegistry:
    """Make the pattern recognizers of a registry run on Hyperscan, in place and with equal results. Returns the registry.

    Call it when all recognizers are there. See :func:`classifiers.presidio.accelerate`.
    """
    _stay_here()
    return bridge.accelerate(registry, _cached)


class ReeveRecognizer(bridge.ReeveRecognizer):
    """Reeve's catalogue as one recognizer: ``analyzer.registry.add_recognizer(ReeveRecognizer())``.

    Args:
        entities: only these; None for all.
        supported_language: which language's requests it answers.
        threshold: findings with a lower score are left out.
    """

    def __init__(
        self, entities: Sequence[str] | None = None, supported_language: str = "en", threshold: float = THRESHOLD
    ) -> None:
        from engine.estate.detectors.pack import load_pack

        super().__init__(load_pack().matcher, entities, supported_language, threshold)


def _stay_here() -> None:
    tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


def _cached(rules: Sequence[Rule]) -> Compiled:
    told = hashlib.sha256(repr([(rule.text, rule.flags) for rule in rules]).encode()).hexdigest()
    return cached("presidio", told, lambda: compiled(rules).to_bytes(), Compiled.from_bytes)
