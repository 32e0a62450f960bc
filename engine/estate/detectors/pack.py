"""The detector pack of a run: detectors, their compiled matcher and the judge, with the hash that verdicts carry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from classifiers.catalogue import catalogue
from classifiers.columns import Judge
from classifiers.detector import Detector
from classifiers.identity import Observing, observing, pack_hash
from classifiers.matcher import Matcher
from engine.base.resources import cached_matcher


@dataclass(frozen=True, slots=True)
class Pack:
    """What a scan judges by.

    Attributes:
        hash: over all of it; observing: the part of it that decides what sketches hold.
    """

    matcher: Matcher
    judge: Judge
    hash: str
    observing: Observing

    @classmethod
    def of(cls, detectors: Sequence[Detector]) -> Pack:
        """A pack of these detectors, its Hyperscan database taken from the cache where there is one."""
        part = observing(detectors)
        return cls(cached_matcher(detectors, part.hash), Judge(detectors), pack_hash(detectors), part)


def load_pack(own: Sequence[Detector] = ()) -> Pack:
    """The built-in catalogue, and detectors of users' own."""
    return Pack.of((*catalogue(), *own))
