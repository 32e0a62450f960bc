"""What the name of a field says: words, and the detectors that know them.

Names are split at case changes, digits, blanks and punctuation, and lowered: ``customerEmail_2`` is ``customer email``. A
plural counts as its singular. In a path the last step names the field; the steps before it are its surroundings.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from classifiers.detector import Detector, DetectorKey

_STEP = re.compile(r"\[\]|\.")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BREAK = re.compile(r"[\W_0-9]+")
_LONGEST = 200  # characters of a name that are looked at


class NameSays(Enum):
    """How a field name speaks about a detector, strongest first."""

    EXACTLY = "the field is named so"
    CONTAINS = "the field's name contains it"
    SURROUNDINGS = "what surrounds the field is named so"
    NOTHING = "the name says nothing"
    AGAINST = "the name speaks against it"


@dataclass(frozen=True, slots=True)
class _Entry:
    detector: DetectorKey
    against: bool


def words(name: str) -> tuple[str, ...]:
    """The words of a name, lower case, singular."""
    split = _BREAK.sub(" ", _CAMEL.sub(" ", name[:_LONGEST]))
    return tuple(_singular(word) for word in split.lower().split())


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


class FieldNames:
    """Looks names up for a set of detectors."""

    def __init__(self, detectors: Iterable[Detector]) -> None:
        self._entries: Mapping[tuple[str, ...], list[_Entry]] = defaultdict(list)
        for detector in detectors:
            for phrases, against in ((detector.columns, False), (detector.not_columns, True)):
                for phrase in phrases:
                    self._entries[words(phrase)].append(_Entry(detector.key, against))

    def look_up(self, path: str) -> dict[DetectorKey, NameSays]:
        """What the name of the field at ``path`` says about each detector that knows a part of it."""
        steps = [words(step) for step in _STEP.split(path) if step]
        own = steps[-1] if steps else ()
        before = tuple(word for step in steps[:-1] for word in step)
        said: dict[DetectorKey, NameSays] = {}
        for entry in self._find([before]) if before else ():
            if not entry.against:
                said.setdefault(entry.detector, NameSays.SURROUNDINGS)
        said.update(self._parts(own))
        for entry in self._find([own, before + own]):
            if not entry.against:
                said[entry.detector] = NameSays.EXACTLY
        return said

    def _parts(self, own: tuple[str, ...]) -> dict[DetectorKey, NameSays]:
        """What runs of a name's words say. What speaks against counts unless it is a part of what speaks for: ``email id``."""
        spans = [(i, j) for i in range(len(own)) for j in range(i + 1, min(len(own), i + 5) + 1)]
        found = [(entry, span) for span in spans for entry in self._entries.get(own[slice(*span)], ())]
        named: dict[DetectorKey, list[tuple[int, int]]] = defaultdict(list)
        for entry, span in found:
            if not entry.against:
                named[entry.detector].append(span)
        said = dict.fromkeys(named, NameSays.CONTAINS)
        for entry, (i, j) in found:
            if entry.against and not any(a <= i and j <= b for a, b in named[entry.detector]):
                said[entry.detector] = NameSays.AGAINST
        return said

    def _find(self, runs: Sequence[tuple[str, ...]]) -> list[_Entry]:
        return [entry for run in runs for entry in self._entries.get(run, ())]
