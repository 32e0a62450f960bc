"""Recognizers that users wrote for Microsoft Presidio in YAML, as detectors; the file stays as it is.

Read is what ``presidio_analyzer`` 2.2.366 reads into its registry (see its ``conf/example_recognizers.yaml``). Custom
ones become detectors with the same expressions, flags and scores. Predefined ones name a recognizer of Presidio's own: where the
catalogue recognises its entity there is nothing to add, else a note says that it was left out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from classifiers.detector import Detector, DetectorKey, Pattern, Sensitivity
from classifiers.rules.patterns import RuleError, foreign_pattern
from engine.base.settings.yaml import Source, Tree, Where
from engine.estate.detectors.entry import Entry
from engine.estate.detectors.presidio_names import ENTITIES

TOP_KEYS = ("supported_languages", "supported_countries", "global_regex_flags", "recognizers")
KEYS = (
    *("name", "class_name", "type", "enabled", "supported_language", "supported_languages", "country_code", "version"),
    *("supported_entity", "supported_entities", "patterns", "deny_list", "deny_list_score", "context"),
    *("global_regex_flags", "score_thresholds"),
)
PATTERN_KEYS = ("name", "regex", "score")
LANGUAGE_KEYS = ("language", "context")
FLAGS = re.DOTALL | re.MULTILINE | re.IGNORECASE  # Presidio's, where a file says nothing
_TRUTH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}  # of YAML 1.1
_NAME = re.compile(r"[A-Z][A-Z0-9_]{0,63}")


@dataclass(frozen=True, slots=True)
class Recognizers:
    """What a file comes to.

    Attributes:
        detectors: of its custom recognizers.
        notes: what has no effect, a sentence each.
    """

    detectors: tuple[Detector, ...]
    notes: tuple[str, ...]


def is_presidio(source: Source) -> bool:
    """Whether a file is one of Presidio's, by its shape."""
    return "recognizers" in source.tree


def read_recognizers(source: Source, taken: Collection[DetectorKey]) -> Recognizers:
    """The recognizers of a file.

    Args:
        source: the file.
        taken: keys of detectors that there are; a recognizer of such an entity gets its own name as the subtype.

    Raises:
        ConfigError: anything that is wrong, with its line.
    """
    for key in source.tree:
        if key not in TOP_KEYS:
            raise source.error((key,), "there is no such key here", hint=f"keys here: {', '.join(TOP_KEYS)}")
    entries = source.tree["recognizers"]
    if not isinstance(entries, list):
        raise source.error(("recognizers",), "a list of recognizers belongs here")
    known = {key.partition("/")[0] for key in taken}
    keys = set(taken)
    detectors: list[Detector] = []
    left_out: list[str] = []
    unused: list[str] = []
    for index, entry in enumerate(entries):
        where = ("recognizers", index)
        if isinstance(entry, str):
            left_out += _left_out(entry, known)
            continue
        one = _Recognizer(source, where)
        if not one.enabled:
            continue
        if one.is_predefined:
            left_out += _left_out(one.class_name, known)
            continue
        detector = one.detector(keys)
        if detector.key in keys:
            raise source.error(
                where, "there are two recognizers of this name and entity", hint="give it another `name`"
            )
        keys.add(detector.key)
        detectors.append(detector)
        unused += one.unused()
    return Recognizers(tuple(detectors), tuple(_notes(source, left_out, unused)))


def _left_out(name: str, known: Collection[str]) -> Iterator[str]:
    if ENTITIES.get(name) not in known:
        yield name if name.isidentifier() else "one whose name is none"


def _notes(source: Source, left_out: list[str], unused: list[str]) -> Iterator[str]:
    if left_out:
        names = ", ".join(dict.fromkeys(left_out))
        yield f"{source.file.name}: left out, as Reeve has no detector in their place: {names}"
    if unused:
        keys = ", ".join(f"`{key}`" for key in dict.fromkeys(unused))
        yield f"{source.file.name}: {keys} of recognizers have no effect here"


class _Recognizer(Entry):
    """One recognizer as it is written."""

    def __init__(self, source: Source, where: Where) -> None:
        super().__init__(source, where, (), "a recognizer")
        self.tree = {key: value for key, value in self.tree.items() if value is not None}
        if not self.is_predefined:  # those of Presidio's own take arguments of their own
            self.known(self.tree, where, KEYS)

    @property
    def enabled(self) -> bool:
        """Whether it is used."""
        told = _TRUTH.get(self.text("enabled", "true").lower())
        if told is None:
            raise self.error("enabled", "`true` or `false` belongs here")
        return told

    @property
    def class_name(self) -> str:
        """Which of Presidio's own it is."""
        return self.text("class_name", "") or self.text("name")

    @property
    def is_predefined(self) -> bool:
        """Whether it is one of Presidio's own. Without a type, one that brings nothing is."""
        kind = self.one_of("type", ("predefined", "custom"), "") if "type" in self.tree else ""
        return kind == "predefined" or (not kind and not {"patterns", "deny_list"} & self.tree.keys())

    def unused(self) -> Iterator[str]:
        """Keys that have no effect here."""
        yield from (key for key in ("score_thresholds",) if key in self.tree)

    def detector(self, taken: Collection[DetectorKey]) -> Detector:
        """It as a detector."""
        name = self.text("name", "")
        entity = self._entity()
        patterns = tuple(one for one in self._patterns() if one.score > 0)
        if not patterns:
            raise self.source.error(
                self.where, "a recognizer can find nothing without patterns or a deny_list that score above 0"
            )
        return Detector(
            entity=entity,
            subtype=_called(name or self.source.file.stem) if entity in taken else "",
            title=f"{entity}, by a recognizer for Presidio.",
            category="user",
            sensitivity=Sensitivity.CONFIDENTIAL,
            source=self.source.file.name,
            patterns=patterns,
            chance=min(1.0, max(1e-3, round(1 - max(one.score for one in patterns), 6))),
            context=tuple(dict.fromkeys(word.lower() for word in self._context())),
            columns=(entity.replace("_", " ").lower(),),
        )

    def _entity(self) -> str:
        several = self.texts("supported_entities")
        if several and "supported_entity" in self.tree:
            raise self.error("supported_entities", "either this or `supported_entity` belongs here")
        return _called(several[0] if several else self.text("supported_entity"))

    def _context(self) -> Iterator[str]:
        """Words of all languages: rules know those of several at once."""
        yield from self.texts("context")
        languages = self.tree.get("supported_languages")
        for index, one in enumerate(languages if isinstance(languages, list) else ()):
            if isinstance(one, dict):
                told = Entry(self.source, (*self.where, "supported_languages", index), LANGUAGE_KEYS, "a language")
                yield from told.texts("context")

    def _patterns(self) -> Iterator[Pattern]:
        flags = self._flags()
        written = self.tree.get("patterns")
        if written is not None and not isinstance(written, list):
            raise self.error("patterns", "a list of patterns belongs here")
        for index in range(len(written or ())):
            one = Entry(self.source, (*self.where, "patterns", index), PATTERN_KEYS, "a pattern")
            yield _pattern(one, "regex", one.text("regex"), _score(one, "score", one.text("score")), flags)
        if words := self.texts("deny_list"):
            parts = "|".join(map(re.escape, words))
            score = _score(self, "deny_list_score", self.text("deny_list_score", "1.0"))
            yield _pattern(self, "deny_list", rf"(?:^|(?<=\W))({parts})(?:(?=\W)|$)", score, flags)

    def _flags(self) -> int:
        """Those of the file come first: Presidio overwrites a recognizer's own with them."""
        for where, value in (
            (("global_regex_flags",), self.source.tree.get("global_regex_flags")),
            ((*self.where, "global_regex_flags"), self.tree.get("global_regex_flags")),
        ):
            if value is not None:
                return self._number_of_flags(where, value)
        return int(FLAGS)

    def _number_of_flags(self, where: Where, value: Tree) -> int:
        if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,6}", value):
            raise self.source.error(where, "a sum of flags belongs here, such as 26")
        return int(value)


def _pattern(entry: Entry, key: str, regex: str, score: float, flags: int) -> Pattern:
    try:
        return foreign_pattern(regex, score, flags)
    except RuleError as exc:
        raise entry.error(key, f"this expression is not used: {exc}") from None


def _score(entry: Entry, key: str, value: str) -> float:
    try:
        score = float(value)
    except ValueError:
        score = -1.0
    if not 0 <= score <= 1:
        raise entry.error(key, "a number from 0 to 1 belongs here")
    return score


def _called(name: str) -> str:
    """A name in capitals, digits and ``_``: ``Zip code Recognizer`` is ``ZIP_CODE_RECOGNIZER``."""
    made = re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_")[:64]
    return made if _NAME.fullmatch(made) else f"X_{made}"[:64]
