"""The detector pack of a run: detectors, their compiled matcher and the judge, with the hash that verdicts carry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from classifiers.catalogue import catalogue
from classifiers.columns import Judge, Verdict
from classifiers.detector import Detector
from classifiers.exclusions import NOTHING_EXCLUDED, Excluded, Exclusions
from classifiers.identity import Observing, observing, pack_hash
from classifiers.matcher import Matcher
from classifiers.sketch import Sketch
from engine.base.resources import cached_matcher


class Judged(NamedTuple):
    """What a field is without what is excluded, and that."""

    verdict: Verdict
    excluded: tuple[Excluded, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """What a scan judges by.

    Attributes:
        hash: over all of it; observing: the part of it that decides what sketches hold.
        exclusions: what users know and do not want to be told of.
    """

    matcher: Matcher
    judge: Judge
    hash: str
    observing: Observing
    exclusions: Exclusions = NOTHING_EXCLUDED

    @classmethod
    def of(cls, detectors: Sequence[Detector], exclusions: Exclusions = NOTHING_EXCLUDED) -> Pack:
        """A pack of these detectors, its Hyperscan database taken from the cache where there is one."""
        part = observing(detectors, exclusions)
        matcher = cached_matcher(detectors, observing(detectors).hash)
        return cls(matcher, Judge(detectors), pack_hash(detectors, exclusions), part, exclusions)

    def asset(self, place: str, name: str, sketches: Mapping[str, Sketch]) -> dict[str, Judged]:
        """What each field of an asset is, and what of it is excluded.

        Args:
            place: the asset's name in full, ``store/asset``.
            name: the asset's own name.
            sketches: of its fields, by path.
        """
        return {
            path: Judged(*self.exclusions.apart(f"{place}.{path}", verdict, sketches[path]))
            for path, verdict in self.judge.asset(name, sketches).items()
        }


def load_pack(own: Sequence[Detector] = (), exclusions: Exclusions = NOTHING_EXCLUDED) -> Pack:
    """The built-in catalogue, and what users bring and exclude."""
    return Pack.of((*catalogue(), *own), exclusions)
