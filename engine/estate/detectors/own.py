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
from difflib import get_close_matches
from pathlib import Path

from classifiers.catalogue import catalogue
from classifiers.checks_sampled import Stdnum
from classifiers.detector import Check, Detector, Pattern, Sensitivity
from classifiers.rules import RuleError, pattern_of
from classifiers.taxonomy import DATA_CATEGORIES
from engine.base.errors import ConfigError
from engine.base.settings_yaml import Source, Tree, Where, read_yaml
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
_BOOLEANS = {"true": True, "false": False}
_HASH = re.compile(r"[0-9a-f]{64}")


def own_detectors(files: Sequence[Path]) -> tuple[Detector, ...]:
    """The detectors of some files, in their order.

    Raises:
        ConfigError: anything that is wrong with a file, with its line; or an entity that is known already.
    """
    found: list[Detector] = []
    taken = {one.key for one in catalogue()}
    for file in files:
        for one in read_detectors(file):
            if one.key in taken:
                raise ConfigError(
                    f"there is a detector {one.key} already", file=str(file), hint="give it a `subtype` of its own"
                )
            taken.add(one.key)
            found.append(one)
    return tuple(found)


def read_detectors(file: Path) -> list[Detector]:
    """The detectors of one file.

    Raises:
        ConfigError: anything that is wrong, with its line.
    """
    source = read_yaml(file)
    for key in source.tree:
        if key != "detectors":
            raise source.error((key,), "there is no such key here", hint="keys here: detectors")
    entries = source.tree.get("detectors")
    if not isinstance(entries, list):
        raise source.error(("detectors",), "a list of detectors belongs here")
    found = [_Entry(source, ("detectors", index)).detector() for index in range(len(entries))]
    for index, one in enumerate(found):
        if any(other.key == one.key for other in found[:index]):
            raise source.error(
                ("detectors", index), f"there is a detector {one.key} already", hint="give it a `subtype`"
            )
    return found


class _Entry:
    """One detector as it is written."""

    def __init__(self, source: Source, where: Where) -> None:
        self._source = source
        self._where = where
        tree = _at(source.tree, where)
        if not isinstance(tree, dict):
            raise source.error(where, "a set of keys belongs here, such as `entity:`")
        self._tree = tree
        self._known(tree, where, KEYS)

    def detector(self) -> Detector:
        entity = self._text("entity")
        if not _ENTITY.fullmatch(entity):
            raise self._error("entity", "an entity is named in capitals, digits and `_`, such as EMPLOYEE_NUMBER")
        check, certain = self._check()
        patterns = self._patterns()
        columns = self._texts("columns")
        if not patterns and not columns:
            raise self._source.error(
                self._where, f"{entity} can find nothing", hint="give it patterns, words or columns"
            )
        detector = Detector(
            entity=entity,
            subtype=self._text("subtype", ""),
            title=self._text("title", f"{entity}, of our own."),
            category=self._one_of("category", sorted(DATA_CATEGORIES), "user"),
            sensitivity=Sensitivity[
                self._one_of("sensitivity", [one.label for one in Sensitivity], "confidential").upper()
            ],
            source=f"{self._source.file.name}",
            patterns=patterns,
            check=check,
            chance=self._number("chance", 1e-6 if certain else 0.1 if check else 0.01),
            context=tuple(word.lower() for word in self._texts("context")),
            columns=tuple(word.lower() for word in columns),
            not_columns=tuple(word.lower() for word in self._texts("not_columns")),
            needs_column=self._truth("needs_column"),
            shapes=None if patterns else ".*",
        )
        self._try(detector)
        return detector

    def _patterns(self) -> tuple[Pattern, ...]:
        ignore_case = self._truth("ignore_case")
        written = self._tree.get("patterns")
        if written is not None and not isinstance(written, list):
            raise self._error("patterns", "a list of patterns belongs here")
        found = [self._pattern(("patterns", index), one, ignore_case) for index, one in enumerate(written or ())]
        if words := [*self._texts("words"), *self._lines("words_file")]:
            where = "words" if "words" in self._tree else "words_file"
            if len(words) > MOST_WORDS:
                raise self._error(where, f"a list has at most {MOST_WORDS:,} words")
            parts = "|".join(
                re.escape(word).replace(r"\ ", " ") for word in sorted(set(words), key=lambda one: (-len(one), one))
            )
            found.append(self._made((where,), rf"(?<!\w)(?:{parts})(?!\w)", 0.9, ignore_case=True))
        return tuple(found)

    def _pattern(self, where: Where, written: Tree, ignore_case: bool) -> Pattern:  # noqa: FBT001
        if isinstance(written, str):
            return self._made(where, written, 0.5, ignore_case=ignore_case)
        if not isinstance(written, dict):
            raise self._source.error((*self._where, *where), "a regular expression belongs here, or `regex:`")
        self._known(written, (*self._where, *where), PATTERN_KEYS)
        regex = written.get("regex")
        if not isinstance(regex, str):
            raise self._source.error((*self._where, *where), "a pattern needs `regex`")
        score = self._parsed((*where, "score"), written.get("score"), 0.5)
        told = written.get("ignore_case")
        return self._made((*where, "regex"), regex, score, ignore_case=ignore_case if told is None else told == "true")

    def _made(self, where: Where, regex: str, score: float, *, ignore_case: bool) -> Pattern:
        try:
            return pattern_of(regex, score, ignore_case=ignore_case)
        except RuleError as exc:
            raise self._source.error((*self._where, *where), f"this expression is not used: {exc}") from None

    def _check(self) -> tuple[Check | None, bool]:
        """The check, and whether hardly anything passes it by chance."""
        if "hashes_file" in self._tree:
            lines = self._lines("hashes_file")
            if not all(_HASH.fullmatch(line) for line in lines):
                raise self._error("hashes_file", "each line of that file is a SHA-256 in 64 small hexadecimal digits")
            return InHashedList(frozenset(lines)), True
        name = self._text("check", "")
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
        raise self._error(
            "check",
            "there is no such check",
            hint="`luhn`, or `stdnum:` and a module of python-stdnum, such as stdnum:gb.nhs",
        )

    def _try(self, detector: Detector) -> None:
        """Its own examples are found, and its counter-examples are not."""
        for key, wanted in (("examples", True), ("counter_examples", False)):
            for index, value in enumerate(self._texts(key)):
                if _finds(detector, value) != wanted:
                    told = "its patterns and check do not find this" if wanted else "its patterns and check find this"
                    raise self._source.error((*self._where, key, index), told)

    def _text(self, key: str, default: str | None = None) -> str:
        value = self._tree.get(key, default)
        if value is None and default is None:
            raise self._source.error(self._where, f"a detector needs `{key}`")
        if not isinstance(value, str):
            raise self._error(key, "text belongs here")
        return value

    def _texts(self, key: str) -> list[str]:
        value = self._tree.get(key)
        if isinstance(value, str):
            return [value]
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(one, str) and one for one in value):
            raise self._error(key, "a text or a list of texts belongs here")
        return [str(one) for one in value]

    def _lines(self, key: str) -> list[str]:
        name = self._text(key, "")
        if not name:
            return []
        try:
            text = (self._source.file.parent / name).read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as exc:
            raise self._error(key, f"that file cannot be read ({type(exc).__name__})") from None
        return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]

    def _one_of(self, key: str, known: Sequence[str], default: str) -> str:
        value = self._text(key, default)
        if value not in known:
            near = get_close_matches(value, known, 1)
            raise self._error(
                key, "there is no such value", hint=f"did you mean `{near[0]}`?" if near else f"{', '.join(known[:8])}"
            )
        return value

    def _truth(self, key: str) -> bool:
        value = self._text(key, "false")
        if value not in _BOOLEANS:
            raise self._error(key, "`true` or `false` belongs here")
        return _BOOLEANS[value]

    def _number(self, key: str, default: float) -> float:
        return self._parsed((key,), self._tree.get(key), default)

    def _parsed(self, where: Where, value: Tree, default: float) -> float:
        if value is None:
            return default
        try:
            number = float(value) if isinstance(value, str) else -1.0
        except ValueError:
            number = -1.0
        if not 0 < number <= 1:
            raise self._source.error((*self._where, *where), "a number above 0 and up to 1 belongs here")
        return number

    def _known(self, tree: dict[str, Tree], where: Where, known: Sequence[str]) -> None:
        for key in tree:
            if key not in known:
                near = get_close_matches(key, known, 1)
                hint = f"did you mean `{near[0]}`?" if near else f"keys here: {', '.join(known)}"
                raise self._source.error((*where, key), "there is no such key here", hint=hint)

    def _error(self, key: str, message: str, hint: str = "") -> ConfigError:
        return self._source.error((*self._where, key), message, hint=hint)


def _finds(detector: Detector, value: str) -> bool:
    found = [match[0] for pattern in detector.patterns for match in pattern.compiled().finditer(value)]
    check: Callable[[Sequence[str]], Sequence[bool]] | None = detector.check  # type: ignore[assignment]
    return bool(found) if check is None else any(check(found))


def _at(tree: Tree, where: Where) -> Tree:
    for part in where:
        tree = tree[part] if isinstance(tree, (dict, list)) else None  # type: ignore[index]
    return tree
