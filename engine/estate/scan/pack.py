"""The detector pack of a run: detectors, their compiled matcher and the judge, with the hash that verdicts carry."""

from __future__ import annotations

from dataclasses import dataclass

from classifiers.catalogue import catalogue, pack_hash
from classifiers.columns import Judge
from classifiers.matcher import Matcher
from engine.base.resources import cached_matcher


@dataclass(frozen=True, slots=True)
class Pack:
    """What a scan judges by."""

    matcher: Matcher
    judge: Judge
    hash: str


def load_pack() -> Pack:
    """The built-in catalogue, its Hyperscan database taken from the cache where there is one."""
    detectors = catalogue()
    digest = pack_hash(detectors)
    return Pack(cached_matcher(detectors, digest), Judge(detectors), digest)
