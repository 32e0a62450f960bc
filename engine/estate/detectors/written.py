r"""Detectors that users write in YAML, read with the line of whatever is wrong.

detectors:
- entity: EMPLOYEE_NUMBER
title: A number of our staff.
category: user.workplace
sensitivity: confidential
patterns:
- regex: EMP-\d{6}
score: 0.9
context: [employee, staff]
columns: [employee number, staff no]
examples: [EMP-204818]
counter_examples: [EMP-20481]
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from classifiers.checks.sampled import Stdnum
from classifiers.detector import Check, Detector, Pattern, Sensitivity
from classifiers.rules.patterns import RuleError, pattern_of
from classifiers.taxonomy import DATA_CATEGORIES
from engine.base.settings.yaml import Source, Tree, Where
from engine.estate.detectors.entry import Entry
from engine.estate.detectors.own_checks import InHashedList, luhn_of_digits

KEYS = (
    *(
        "entity",
        "subtype",
        "title",
        "category",
        "sensitivity",
        "patterns",
        "words",
        "words_file",
        "check",
        "hashes_file",
    ),
    *("chance", "context", "columns", "not_columns", "needs_column", "ignore_case", "examples", "counter_examples"),
)
PATTERN_KEYS = ("regex", "score", "ignore_case")
MOST_WORDS = 5_000
_ENTITY = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
_HASH = re.compile(r"[0-9a-f]{64}")


def written_detector(source: Source, where: Where) -> Detector:
    """The detector that is written at a place of a file.

    Raises:
        ConfigError: anything that is wrong, with its line.
    """
    return _Written(source, where, KEYS, "a detector").detector()


class _Written(Entry):
    """One detector as it is written."""

    def detector(self) -> Detector:
        entity = self.text("entity")
        if not _ENTITY.fullmatch(entity):
            raise self.error("entity", "an entity is named in capitals, digits and `_`, such as EMPLOYEE_NUMBER")
        check, certain = self._check()
        patterns = self._patterns()
        columns = self.texts("columns")
        if not patterns and not columns:
            raise self.source.error(self.where, f"{entity} can find nothing", hint="give it patterns, words or columns")
        detector = Detector(
            entity=entity,
            subtype=self.text("subtype", ""),
            title=self.text("title", f"{entity}, of our own."),
            category=self.one_of("category", sorted(DATA_CATEGORIES), "user"),
            sensitivity=Sensitivity[
                self.one_of("sensitivity", [one.label for one in Sensitivity], "confidential").upper()
            ],
            source=f"{self.source.file.name}",
            patterns=patterns,
            check=check,
            chance=self.number("chance", 1e-6 if certain else 0.1 if check else 0.01),
            context=tuple(word.lower() for word in self.texts("context")),
            columns=tuple(word.lower() for word in columns),
            not_columns=tuple(word.lower() for word in self.texts("not_columns")),
            needs_column=self.truth("needs_column"),
            shapes=None if patterns else ".*",
        )
        self._try(detector)
        return detector

    def _patterns(self) -> tuple[Pattern, ...]:
        ignore_case = self.truth("ignore_case")
        written = self.tree.get("patterns")
        if written is not None and not isinstance(written, list):
            raise self.error("patterns", "a list of patterns belongs here")
        found = [self._pattern(("patterns", index), one, ignore_case) for index, one in enumerate(written or ())]
        if words := [*self.texts("words"), *self.lines("words_file")]:
            where = "words" if "words" in self.tree else "words_file"
            if len(words) > MOST_WORDS:
                raise self.error(where, f"a list has at most {MOST_WORDS:,} words")
            parts = "|".join(
                re.escape(word).replace(r"\ ", " ") for word in sorted(set(words), key=lambda one: (-len(one), one))
            )
            found.append(self._made((where,), rf"(?<!\w)(?:{parts})(?!\w)", 0.9, ignore_case=True))
        return tuple(found)

    def _pattern(self, where: Where, written: Tree, ignore_case: bool) -> Pattern:  # noqa: FBT001
        if isinstance(written, str):
            return self._made(where, written, 0.5, ignore_case=ignore_case)
        if not isinstance(written, dict):
            raise self.source.error((*self.where, *where), "a regular expression belongs here, or `regex:`")
        self.known(written, (*self.where, *where), PATTERN_KEYS)
        regex = written.get("regex")
        if not isinstance(regex, str):
            raise self.source.error((*self.where, *where), "a pattern needs `regex`")
        score = self.parsed((*where, "score"), written.get("score"), 0.5)
        told = written.get("ignore_case")
        return self._made((*where, "regex"), regex, score, ignore_case=ignore_case if told is None else told == "true")

    def _made(self, where: Where, regex: str, score: float, *, ignore_case: bool) -> Pattern:
        try:
            return pattern_of(regex, score, ignore_case=ignore_case)
        except RuleError as exc:
            raise self.source.error((*self.where, *where), f"this expression is not used: {exc}") from None

    def _check(self) -> tuple[Check | None, bool]:
        """The check, and whether hardly anything passes it by chance."""
        if "hashes_file" in self.tree:
            lines = self.lines("hashes_file")
            if not all(_HASH.fullmatch(line) for line in lines):
                raise self.error("hashes_file", "each line of that file is a SHA-256 in 64 small hexadecimal digits")
            return InHashedList(frozenset(lines)), True
        name = self.text("check", "")
        if not name:
            return None, False
        if name == "luhn":
            return luhn_of_digits, False
        kind, _, module = name.partition(":")
        try:
            if kind == "stdnum" and re.fullmatch(r"[a-z_]+(?:\.[a-z0-9_]+)?", module):
                check = Stdnum(module)
                check(["0"])
                return check, False
        except ImportError:
            pass
        raise self.error(
            "check",
            "there is no such check",
            hint="`luhn`, or `stdnum:` and a module of python-stdnum, such as stdnum:gb.nhs",
        )

    def _try(self, detector: Detector) -> None:
        """Its own examples are found, and its counter-examples are not."""
        for key, wanted in (("examples", True), ("counter_examples", False)):
            for index, value in enumerate(self.texts(key)):
                if _finds(detector, value) != wanted:
                    told = "its patterns and check do not find this" if wanted else "its patterns and check find this"
                    raise self.source.error((*self.where, key, index), told)


def _finds(detector: Detector, value: str) -> bool:
    found = [match[0] for pattern in detector.patterns for match in pattern.compiled().finditer(value)]
    check: Callable[[Sequence[str]], Sequence[bool]] | None = detector.check  # type: ignore[assignment]
    return bool(found) if check is None else any(check(found))
