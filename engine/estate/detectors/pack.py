"""The detector pack of a run: detectors, their compiled matcher and the judge, with the hash that verdicts carry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from classifiers.catalogue import catalogue
from classifiers.detector import Detector
from classifiers.exclusions import NOTHING_EXCLUDED, Excluded, Exclusions
from classifiers.identity import Observing, observing, pack_hash
from classifiers.matching.matcher import Matcher
from classifiers.names.fields import name_detectors
from classifiers.names.model import NameModel
from engine.base.errors import ConfigError
from engine.base.resources import HOW_TO_FIND_NAMES, cached_matcher, installed_names

if TYPE_CHECKING:
    from classifiers.columns.verdicts import Judge, Verdict
    from classifiers.sketches.sketch import Sketch


class Judged(NamedTuple):
    """What a field is without what is excluded, and that."""

    verdict: Verdict
    excluded: tuple[Excluded, ...]


@dataclass(frozen=True)
class Pack:
    """What a scan judges by. What only columns need is made when it is first asked for, as texts do without.

    Attributes:
        observing: the part of the pack that decides what sketches hold.
        exclusions: what users know and do not want to be told of.
        names: what finds names in texts; None for rules only.
    """

    matcher: Matcher
    observing: Observing
    exclusions: Exclusions = NOTHING_EXCLUDED
    names: NameModel | None = None

    @classmethod
    def of(
        cls,
        detectors: Sequence[Detector],
        exclusions: Exclusions = NOTHING_EXCLUDED,
        names: NameModel | None = None,
    ) -> Pack:
        """A pack of these detectors and of those of a name model, its Hyperscan databases from the cache where they are there."""
        every = (*detectors, *name_detectors(names)) if names is not None else tuple(detectors)
        part = observing(every, exclusions)
        rules = observing(detectors)  # neither a name model nor exclusions need another database
        return cls(cached_matcher(every, rules.hash), part, exclusions, names)

    @cached_property
    def hash(self) -> str:
        """Over all that decides what fields are held to be; verdicts carry it."""
        return pack_hash(self.matcher.detectors, self.exclusions)

    @cached_property
    def judge(self) -> Judge:
        """Gives verdicts for fields."""
        from classifiers.columns.verdicts import Judge

        return Judge(self.matcher.detectors)

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


def load_pack(
    own: Sequence[Detector] = (), exclusions: Exclusions = NOTHING_EXCLUDED, names: NameModel | None = None
) -> Pack:
    """The built-in catalogue, what users bring and exclude, and a name model."""
    return Pack.of((*catalogue(), *own), exclusions, names)


def wanted_names(wanted: bool | None) -> NameModel | None:  # noqa: FBT001 - it is the value of a setting
    """The name model to use: the installed one, unless none is wanted.

    Args:
        wanted: whether it is; None for "where it is installed".

    Raises:
        ConfigError: it is wanted, and not installed.
    """
    if wanted is False:
        return None
    names = installed_names()
    if names is None and wanted:
        raise ConfigError("the name model is not installed here", hint=f"{HOW_TO_FIND_NAMES}, or set `names: false`")
    return names
