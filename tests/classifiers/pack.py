"""What the tests of the catalogue share: its examples, random strings of a shape or a rule, and what is compiled of it."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import random
import re
import string
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from re import _constants, _parser  # type: ignore[attr-defined]
from tempfile import gettempdir
from typing import Any

from classifiers.catalogue import catalogue
from classifiers.detector import Detector, DetectorKey, Pattern
from classifiers.matching.matcher import Matcher
from classifiers.matching.sweep import Form, Sweep
from classifiers.rules.shadow import shadow
from engine.base.resources import cached

DATA = Path(__file__).parent.parent / "data" / "catalogue"
GLUE = "{+}"
"""Stands inside examples of secrets, so that a scanner of repositories does not take them for real ones."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Examples and near misses of one detector: of its values or of its columns' names.

    Attributes:
        sentence: in which values stand at ``{}``; empty where none is found outside a column.
    """

    detector: DetectorKey
    kind: str
    yes: tuple[str, ...]
    no: tuple[str, ...]
    sentence: str = "We were given {} by letter."


@cache
def examples() -> tuple[Examples, ...]:
    """All examples under tests/data/catalogue."""
    rows = [json.loads(line) for file in sorted(DATA.glob("*.jsonl")) for line in file.read_text("utf-8").splitlines()]
    return tuple(
        Examples(
            DetectorKey(row["detector"]),
            row["kind"],
            tuple(one.replace(GLUE, "") for one in row["yes"]),
            tuple(one.replace(GLUE, "") for one in row["no"]),
            **{name: row[name] for name in ("sentence",) if name in row},
        )
        for row in rows
    )


def compiled(_name: str, forms: Sequence[Form]) -> Sweep:
    """A database of these very forms, compiled once a machine: it takes seconds, and every process of the tests wants it."""
    digest = hashlib.sha256(repr(forms).encode()).hexdigest()
    with (Path(gettempdir()) / f"reeve-tests-{os.getuid()}.lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # of several that begin at once, one compiles
        return cached("hyperscan-tests", digest, lambda: Sweep(forms).dump(), lambda data: Sweep(forms, data))


@cache
def whole_matcher() -> Matcher:
    """Of the whole catalogue."""
    return Matcher(catalogue(), compiled)


def patterns() -> list[tuple[Detector, int, Pattern]]:
    """Every pattern of the catalogue with its detector and number."""
    return [(one, index, pattern) for one in catalogue() for index, pattern in enumerate(one.patterns)]


def matches(detector: Detector, text: str) -> list[str]:
    """What the exact rules find in a text that pass the check."""
    found = [match[0] for pattern in detector.patterns for match in pattern.compiled().finditer(f"\n{text}\n")]
    if detector.check is None or not found:
        return found
    return [match for match, passed in zip(found, detector.check(found), strict=True) if passed]


def redrawn(example: str, rng: random.Random) -> str:
    """A random string of the same shape: other digits for digits, other letters for letters."""
    return "".join(rng.choice(_CLASS_OF.get(char, char)) for char in example)


_CLASS_OF = {char: one for one in (string.digits, string.ascii_lowercase, string.ascii_uppercase) for char in one}


class Sampler:
    """Random strings that match a regular expression, but for its look-around, which the caller checks."""

    def __init__(self, rule: re.Pattern[str]) -> None:
        self._rule = rule
        self._tree = _parser.parse(rule.pattern, rule.flags)

    def draw(self, rng: random.Random) -> str:
        """One string. Long repeats are kept short most of the time."""
        self._groups: dict[int, str] = {}
        return "".join(self._walk(self._tree, rng))

    def _walk(self, tree: Any, rng: random.Random) -> Iterator[str]:
        for op, arg in tree:
            yield self._one(op, arg, rng)

    def _one(self, op: Any, arg: Any, rng: random.Random) -> str:  # noqa: PLR0911 - one for each kind of node
        if op in {_constants.ASSERT, _constants.ASSERT_NOT, _constants.AT}:
            return ""
        if op is _constants.LITERAL:
            char = chr(arg)
            return char.swapcase() if self._rule.flags & re.IGNORECASE and rng.random() < 0.3 else char
        if op is _constants.IN:
            return rng.choice(_members(tuple(arg)))
        if op in {_constants.MAX_REPEAT, _constants.MIN_REPEAT}:
            low, high, item = arg
            count = (
                rng.choice([low, high, rng.randint(low, high)]) if high <= 40 else rng.randint(low, min(high, low + 12))
            )
            return "".join("".join(self._walk(item, rng)) for _ in range(count))
        if op is _constants.SUBPATTERN:
            text = "".join(self._walk(arg[3], rng))
            if arg[0] is not None:
                self._groups[arg[0]] = text
            return text
        if op is _constants.ATOMIC_GROUP:
            return "".join(self._walk(arg, rng))
        if op is _constants.BRANCH:
            return "".join(self._walk(rng.choice(arg[1]), rng))
        if op is _constants.GROUPREF:
            return self._groups[arg]
        if op is _constants.NOT_LITERAL:
            return rng.choice([one for one in _ALPHABET if one != chr(arg)])
        raise AssertionError(f"the sampler does not know {op}")


_ALPHABET = [*(chr(point) for point in range(32, 127)), "é", "ß", "王", "\u00a0", "°", "\u2032", "\u2033"]


@cache
def _members(items: tuple[Any, ...]) -> list[str]:
    negate = items[0][0] is _constants.NEGATE
    rules = items[1:] if negate else items
    return [char for char in [*_ALPHABET, "\t", "\n", "\x00"] if any(_is_in(char, rule) for rule in rules) != negate]


def _is_in(char: str, rule: Any) -> bool:
    op, arg = rule
    if op is _constants.LITERAL:
        return bool(ord(char) == arg)
    if op is _constants.RANGE:
        return bool(arg[0] <= ord(char) <= arg[1])
    word = char.isalnum() or char == "_"
    categories: dict[Any, bool] = {
        _constants.CATEGORY_WORD: word,
        _constants.CATEGORY_NOT_WORD: not word,
        _constants.CATEGORY_DIGIT: char.isdecimal(),
        _constants.CATEGORY_NOT_DIGIT: not char.isdecimal(),
        _constants.CATEGORY_SPACE: char.isspace(),
        _constants.CATEGORY_NOT_SPACE: not char.isspace(),
    }
    return categories[arg]


class Scanner:
    """All forms of the catalogue in one database, as the matcher compiles them."""

    def __init__(self) -> None:
        self.forms = list(dict.fromkeys((pattern.form, pattern.ignore_case) for _, _, pattern in patterns()))
        self._sweep = compiled("", self.forms)

    def ends(self, text: str) -> dict[Form, list[int]]:
        """Ends of the hits of each form, as offsets in ``text``, which is scanned between separators."""
        out: dict[Form, list[int]] = {}
        forms, ends = self._sweep.hits(b"\n\x00\n" + shadow(text) + b"\n\x00\n")
        for index, end in zip(forms.tolist(), ends.tolist(), strict=True):
            out.setdefault(self.forms[index], []).append(end - 3)
        return out


@cache
def scanner() -> Scanner:
    """Compiled once a session."""
    return Scanner()


@cache
def values_of_all() -> tuple[str, ...]:
    """Examples and near misses of all detectors."""
    return tuple(value for one in examples() if one.kind == "value" for value in one.yes + one.no)
