"""What a rule's form looks like by itself, read off its tree: how many digits, which separators, how seldom chance fits it.

A sketch knows shapes and how many cells match a detector, not which of its rules matched. Form and shape together tell: a cell
of shape ``999-99-9999`` matched the rule that has hyphens, not the one for bare digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from classifiers.detector import Pattern
from classifiers.rules.tree import LOOKS, REPEATS, is_atomic

MANY = 1 << 20
_DIGITS = frozenset("0123456789")
_UPPER = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_LOWER = frozenset("abcdefghijklmnopqrstuvwxyz")
_ASCII = frozenset(map(chr, range(32, 127)))


@dataclass(frozen=True, slots=True)
class Form:
    """What strings that match a rule have in common.

    Attributes:
        digits, letters: the fewest and the most of them.
        needed, possible: separators (all that is neither digit nor letter) that each has, and that one may have.
        separated: each has some separator.
        layout: the shape of all of them, where they have only one.
        luck: the share, at most, of random strings of a fitting shape that match: other digits for digits, other letters of the
            same case for letters. 1.0 for bare digits of any kind, 26**-3 for three given letters. Look-around is left out.
        length: of all of them, in characters, where they have only one.
    """

    digits: tuple[int, int] = (0, 0)
    letters: tuple[int, int] = (0, 0)
    needed: frozenset[str] = frozenset()
    possible: frozenset[str] = frozenset()
    separated: bool = False
    layout: str | None = ""
    luck: float = 1.0
    length: int | None = None

    def fits(self, shape: str) -> bool:
        """Whether a whole cell of this shape can match; shapes keep every digit and separator, of letters only that some are."""
        if self.layout is not None:
            return shape == self.layout
        digits = shape.count("9")
        letters = any(char.isalpha() for char in shape)
        separators = {char for char in shape if char != "9" and not char.isalpha()}
        return (
            self.digits[0] <= digits <= self.digits[1]
            and (self.letters[1] > 0 if letters else self.letters[0] == 0)
            and self.needed <= separators <= self.possible
            and (bool(separators) or not self.separated)
        )


@cache
def form_of(pattern: Pattern) -> Form:
    """The form of a rule."""
    flags = re.IGNORECASE if pattern.ignore_case else 0
    tree = _parser.parse(pattern.regex, flags)
    shortest, longest = tree.getwidth()
    form = replace(_sequence(tree), length=shortest if shortest == longest else None)
    mixed = pattern.ignore_case or "(?i" in pattern.regex
    return replace(form, layout=None) if mixed and form.letters[1] else form  # letters of either case have no one shape


def _sequence(tree: Iterable[tuple[Any, Any]]) -> Form:
    whole = Form()
    for op, argument in tree:
        one = _node(op, argument)
        whole = Form(
            _added(whole.digits, one.digits),
            _added(whole.letters, one.letters),
            whole.needed | one.needed,
            whole.possible | one.possible,
            whole.separated or one.separated,
            _joined(whole.layout, one.layout),
            whole.luck * one.luck,
        )
    return whole


def _added(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], min(one[1] + other[1], MANY)


def _joined(one: str | None, other: str | None) -> str | None:
    """Layouts one after the other, letters as shapes have them."""
    if one is None or other is None:
        return None
    return one + (other[1:] if one and other and one[-1] == other[0] and other[0] in "aA " else other)


def _node(op: Any, argument: Any) -> Form:  # noqa: PLR0911 - one for each kind of node
    if op in LOOKS or op is sre.AT:
        ahead = op is sre.ASSERT and argument[0] > 0
        return Form(separated=_sequence(argument[1]).separated) if ahead else Form()
    if op in REPEATS:
        return _repeated(_sequence(argument[2]), int(argument[0]), min(int(argument[1]), MANY))
    if op is sre.SUBPATTERN:
        return _sequence(argument[3])
    if is_atomic(op):
        return _sequence(argument)
    if op is sre.BRANCH:
        return _either([_sequence(one) for one in argument[1]])
    if op is sre.LITERAL:
        return _character(frozenset(chr(argument)))
    if op is sre.IN:
        return _character(_members(argument))
    if op is sre.NOT_LITERAL:
        return _character(_ASCII - {chr(argument)})
    return Form(
        (0, MANY), (0, MANY), frozenset(), _ASCII, layout=None
    )  # references to groups, and what is not foreseen


def _repeated(one: Form, low: int, high: int) -> Form:
    layout = one.layout if low == high or (low and one.layout in {"a", "A"}) else None
    for _ in range(min(low, 64) - 1 if low == high and one.layout is not None else 0):
        layout = _joined(layout, one.layout)
    return Form(
        (one.digits[0] * low, min(one.digits[1] * high, MANY)),
        (one.letters[0] * low, min(one.letters[1] * high, MANY)),
        one.needed if low else frozenset(),
        one.possible if high else frozenset(),
        one.separated and low > 0,
        layout if high else "",
        one.luck ** min(low, 400),
    )


def _either(some: Sequence[Form]) -> Form:
    """One of several: random strings may match any of them, so their shares add up where they look alike."""
    alike: dict[tuple[object, ...], float] = {}
    for one in some:
        key = (one.digits, one.letters, one.needed)
        alike[key] = alike.get(key, 0.0) + one.luck
    return Form(
        (min(one.digits[0] for one in some), max(one.digits[1] for one in some)),
        (min(one.letters[0] for one in some), max(one.letters[1] for one in some)),
        frozenset.intersection(*(one.needed for one in some)),
        frozenset.union(*(one.possible for one in some)),
        all(one.separated for one in some),
        some[0].layout if len({one.layout for one in some}) == 1 else None,
        min(1.0, max(alike.values())),
    )


def _character(members: frozenset[str]) -> Form:
    digits, upper, lower = (members & some for some in (_DIGITS, _UPPER, _LOWER))
    letters = any(char.isalpha() for char in members)
    separators = frozenset(char for char in members if not char.isalnum())
    one_kind = bool(digits) + letters + bool(separators) == 1
    shares = [len(some) / len(every) for some, every in ((digits, _DIGITS), (upper, _UPPER), (lower, _LOWER)) if some]
    if not one_kind or (letters and (bool(upper) == bool(lower))):
        layout = None
    elif separators:
        layout = next(iter(separators)) if len(separators) == 1 else None
    else:
        layout = "9" if digits else "A" if upper else "a"
    return Form(
        (int(one_kind and bool(digits)), int(bool(digits))),
        (int(one_kind and letters), int(letters)),
        separators if one_kind and len(separators) == 1 else frozenset(),
        separators,
        one_kind and bool(separators),
        layout,
        1.0 if separators or not shares else max(shares),
    )


def _members(items: Sequence[tuple[Any, Any]]) -> frozenset[str]:
    """Characters of a set; of those outside ASCII one letter stands for all."""
    negated = items[0][0] is sre.NEGATE
    found: set[str] = set()
    for op, argument in items[1:] if negated else items:
        if op is sre.LITERAL:
            found.add(chr(argument))
        elif op is sre.RANGE:
            found |= {chr(point) for point in range(argument[0], min(argument[1], 126) + 1)}
        elif op is sre.CATEGORY:
            found |= _category(argument)
    return frozenset(_ASCII - found) if negated else frozenset(found)


def _category(category: Any) -> frozenset[str]:
    word = frozenset(char for char in _ASCII if char.isalnum() or char == "_")
    sets = {
        sre.CATEGORY_DIGIT: _DIGITS,
        sre.CATEGORY_NOT_DIGIT: _ASCII - _DIGITS,
        sre.CATEGORY_WORD: word,
        sre.CATEGORY_NOT_WORD: _ASCII - word,
        sre.CATEGORY_SPACE: frozenset(" "),
        sre.CATEGORY_NOT_SPACE: _ASCII - {" "},
    }
    return sets.get(category, _ASCII)
