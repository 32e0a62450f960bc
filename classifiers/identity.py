"""What makes one detector pack another, in two parts: what decides what a sketch holds, and all that decides a verdict.

Values are looked at once, when a column is read: patterns find, checks pass or fail, and the sketch keeps how often. Everything
else of a detector (names, chance, shapes, category, sensitivity) and the weights of the judge are applied to the sketch
afterwards. So only a change of the first part makes it necessary to read again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache, cached_property
from hashlib import sha256
from importlib import resources
from importlib.metadata import version
from importlib.resources.abc import Traversable
from json import dumps
from typing import Any

from classifiers.detector import Detector, Pattern
from classifiers.exclusions import NOTHING_EXCLUDED, Exclusion, Exclusions

SKETCHING = "*"
"""Stands among the keys of detectors for what all sketches are made with, whatever the detectors."""

_CHECKS = ("checks",)
_SHOWN = ("names", "gazetteers")  # rooms of checks that are shown whole cells
_NOUNS = ("field_names.py", "field_paths.py", "object_keys.py")
_SKETCHING = (*_NOUNS, "matching", "rules/shadow.py", "rules/tree.py", "sketches")
_JUDGING = ("columns",)
_EXCLUDING = ("context.py", "excluding.py", "exclusions.py")
_LIBRARIES = ("python-stdnum", "phonenumbers")  # that checks call
_OBSERVED = ("regex", "form", "width", "fixed", "ignore_case")  # attributes of a pattern that decide what it matches


@dataclass(frozen=True)
class Observing:
    """What decides what a sketch holds.

    Attributes:
        parts: a hash for each detector that has patterns, by its key and in the order of the pack, one for ``SKETCHING``, and one
            for each exclusion that is asked while values are read.
    """

    parts: Mapping[str, str]

    @cached_property
    def hash(self) -> str:
        """SHA-256, in hex, over all parts in order."""
        return _hash(list(self.parts.items()))

    def unseen(self, before: Mapping[str, str]) -> tuple[str, ...]:
        """The parts that are new or otherwise than in ``before``: what sketches made with that cannot tell."""
        return tuple(key for key, part in self.parts.items() if before.get(key) != part)


def observing(detectors: Iterable[Detector], exclusions: Exclusions = NOTHING_EXCLUDED) -> Observing:
    """The observing part of a pack. A detector that only names and shapes speak for has none.

    An exclusion of certain matches is a part of the detectors whose matches it may take, or of all sketches where it names none.
    """
    checks = {"code": _code(_CHECKS), "libraries": _libraries()}
    rules = [one for one in exclusions.rules if one.asks_match]
    parts = {SKETCHING: _mixed(_hash(_code(_SKETCHING)), [one.digest for one in rules if not one.entities])}
    for one in detectors:
        if one.patterns:
            patterns = [[getattr(pattern, name) for name in _OBSERVED] for pattern in one.patterns]
            checked = None if one.check is None else [_plain(one.check), one.hot, checks]
            named = [one.columns, one.not_columns] if one.needs_column else None  # looked for only where a name speaks
            parts[one.key] = _mixed(_hash([patterns, checked, named]), _about(rules, one))
        elif one.samples_cells:
            parts[one.key] = _mixed(
                _hash([one.shapes, _plain(one.check), _code((_room(one.check),))]), _about(rules, one)
            )
    return Observing(parts | {rule.key: rule.digest for rule in rules})


def _about(rules: Iterable[Exclusion], one: Detector) -> list[str]:
    return [rule.digest for rule in rules if rule.entities and rule.is_about(one.entity, one.subtype)]


def pack_hash(detectors: Iterable[Detector], exclusions: Exclusions = NOTHING_EXCLUDED) -> str:
    """SHA-256, in hex, over all that decides what the detectors find and what fields are held to be.

    That is their data in order, the code of checks, sketches and judge, the versions of the libraries that the checks call, and
    what is excluded, with its reasons: two scans with the same hash judge the same values alike.
    """
    told = _hash(
        {
            "detectors": [_described(detector) for detector in detectors],
            "code": _code(_CHECKS + _SHOWN + _SKETCHING + _JUDGING),
            "libraries": _libraries(),
        }
    )
    return _mixed(told, [[one.digest, one.reason] for one in exclusions.rules])


def _mixed(told: str, rules: Sequence[Any]) -> str:
    """A hash that exclusions have a part in; the same where there are none."""
    return _hash([told, rules, _code(_EXCLUDING)]) if rules else told


def _room(check: object) -> str:
    """Of ``classifiers``, where the check is written."""
    return type(check).__module__.split(".")[1]


@cache
def _code(names: tuple[str, ...]) -> dict[str, str]:
    """The hash of each module and list, of these and of those in these rooms."""
    code = resources.files("classifiers")
    return {
        f"{name}:{one.name}": sha256(one.read_bytes()).hexdigest()
        for name in names
        for one in _modules(code.joinpath(name))
    }


def _modules(place: Traversable) -> list[Traversable]:
    if place.is_file():
        return [place]
    return sorted((one for one in place.iterdir() if one.name.endswith((".py", ".bin"))), key=lambda one: one.name)


def _libraries() -> dict[str, str]:
    return {name: version(name) for name in _LIBRARIES}


def _hash(value: Any) -> str:
    return sha256(dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()).hexdigest()


def _described(one: Detector | Pattern) -> dict[str, Any]:
    return {field.name: _plain(getattr(one, field.name)) for field in fields(one)}


def _plain(value: Any) -> Any:
    if isinstance(value, Pattern):
        return _described(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if value is None or isinstance(value, (str, int, float)):
        return value
    rule = getattr(value, "rule", value)  # a check: its name, and what it was made with
    name = getattr(rule, "__qualname__", None)
    return f"{rule.__module__}.{name}" if name else repr(value)
