"""Patterns from regular expressions that users write: made safe to run, and given the form that Hyperscan looks for.

A user's expression is read by Python's ``re`` and written anew, with an upper limit for every repeat. So that it takes linear
time on any text, expressions that can match one text in very many ways, which backtracking would try one by one, are refused.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import hyperscan

from classifiers.detector import Pattern
from classifiers.rules.safe import refuse_ambiguous
from classifiers.rules.shadow import shadow
from classifiers.rules.tree import BEYOND, LOOKS, POSSESSIVE, REPEATS, is_atomic, names_stand_in, parts, reaches_beyond

MOST = 64  # times that a repeat without an upper limit counts to
WIDEST = 5_000  # characters of a match

_STANDING = "_0 \\x01ski"
_ANY = "[\\x00-\\xff]"
_BEGIN, _END = (
    r"(?:(?<=\x00\n)|(?<![\s\S]))",
    r"(?=\n?(?:\Z|\n\x00\n))",
)  # of a text, which may stand between separators
_AT = {
    sre.AT_BEGINNING: _BEGIN,
    sre.AT_BEGINNING_STRING: _BEGIN,
    sre.AT_BOUNDARY: r"\b",
    sre.AT_NON_BOUNDARY: r"\B",
    sre.AT_END: _END,
    sre.AT_END_STRING: r"(?=\Z|\n\x00\n)",
}
_AT_LINES = {sre.AT_BEGINNING: r"(?:(?<=\n)|(?<![\s\S]))", sre.AT_END: r"(?=\n|\Z)"}
_ANY_CHARACTER = (sre.IN, [(sre.CATEGORY, sre.CATEGORY_SPACE), (sre.CATEGORY, sre.CATEGORY_NOT_SPACE)])
_TAKEN_OVER = re.IGNORECASE | re.MULTILINE | re.DOTALL | re.VERBOSE
_CATEGORY = {
    sre.CATEGORY_DIGIT: r"\d",
    sre.CATEGORY_NOT_DIGIT: r"\D",
    sre.CATEGORY_SPACE: r"\s",
    sre.CATEGORY_NOT_SPACE: r"\S",
    sre.CATEGORY_WORD: r"\w",
    sre.CATEGORY_NOT_WORD: r"\W",
}


class RuleError(ValueError):
    """An expression that cannot be used; the message says why and what to write instead."""


def pattern_of(regex: str, score: float = 0.5, *, ignore_case: bool = False) -> Pattern:
    """A pattern of a user's regular expression.

    Args:
        regex: for Python's ``re``, in Unicode mode; look-around is welcome, references to groups and inline flags are not.
        score: see :class:`Pattern`.
        ignore_case: letters match in either case.

    Raises:
        RuleError: not a regular expression, or one that cannot be used.
    """
    tree = _parsed(regex)
    if tree.state.flags & ~re.UNICODE:
        raise RuleError("inline flags such as (?i) are not used: write ignore_case: true")
    return _pattern(tree, score, re.IGNORECASE if ignore_case else 0)


def foreign_pattern(regex: str, score: float, flags: int) -> Pattern:
    """A pattern of an expression that was written for another engine, with that engine's flags.

    Args:
        regex: in the grammar that Python's ``re`` and the module ``regex`` share; flags at its beginning count, such as ``(?i)``.
        score: see :class:`Pattern`.
        flags: of ``re.IGNORECASE``, ``re.MULTILINE``, ``re.DOTALL`` and ``re.VERBOSE``.

    Raises:
        RuleError: not a regular expression, one that cannot be used, or other flags.
    """
    if flags & ~_TAKEN_OVER:
        raise RuleError("its flags are others than IGNORECASE (2), MULTILINE (8), DOTALL (16) and VERBOSE (64)")
    tree = _parsed(regex, flags & re.VERBOSE)
    flags |= tree.state.flags & ~re.UNICODE
    if flags & ~_TAKEN_OVER:
        raise RuleError("it has inline flags other than i, m, s and x")
    return _pattern(tree, score, flags)


def _pattern(tree: Any, score: float, flags: int) -> Pattern:
    _check_used(tree)
    if flags & re.DOTALL:
        _let_dots_match_all(tree)
    if refused := refuse_ambiguous(tree):
        raise RuleError(refused)
    multiline = bool(flags & re.MULTILINE)
    text = _Writer(multiline=multiline).text(tree)
    form = _Writer(is_form=True, multiline=multiline).text(tree)
    low, high = _parsed(text).getwidth()
    if not low:
        raise RuleError("it matches the empty text: let it ask for at least one character")
    if high > WIDEST:
        raise RuleError(
            f"a match may have {high:,} characters, more than {WIDEST:,}: bound its repeats, such as {{1,40}}"
        )
    ignore_case = bool(flags & re.IGNORECASE)
    _compile(form, ignore_case=ignore_case)
    return Pattern(text, form, score, int(high), ignore_case=ignore_case)


def written(tree: Any) -> str:
    """An expression's tree as text again, with bounded repeats."""
    return _Writer().text(tree)


def _parsed(regex: str, flags: int = 0) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return _parser.parse(regex, flags)
    except (re.error, OverflowError, RecursionError, Warning) as exc:
        raise RuleError(f"not a regular expression: {exc}") from None


def _check_used(tree: Any) -> None:
    """Refuse what has no meaning in a pass over all text."""
    if any(op is sre.SUBPATTERN and any(argument[1:3]) for op, argument in _nodes(tree)):
        raise RuleError("inline flags such as (?i:...) are not used: write ignore_case: true")
    if any(op in {sre.GROUPREF, sre.GROUPREF_EXISTS} for op, _ in _nodes(tree)):
        raise RuleError("references to groups (\\1) are not used: they cannot be matched in linear time")


def _let_dots_match_all(tree: Any) -> None:
    """Put a set of all characters in place of every dot."""
    for place, (op, argument) in enumerate(tree):
        if op is sre.ANY:
            tree[place] = _ANY_CHARACTER
        for below in parts(op, argument):
            _let_dots_match_all(below)


def _compile(form: str, *, ignore_case: bool) -> None:
    flags = hyperscan.HS_FLAG_DOTALL | hyperscan.HS_FLAG_MULTILINE
    flags |= hyperscan.HS_FLAG_CASELESS if ignore_case else 0
    try:
        hyperscan.Database().compile(expressions=[form.encode("ascii")], ids=[0], elements=1, flags=[flags])
    except hyperscan.error as exc:
        raise RuleError(f"it is too large or too general to be looked for in all text at once ({exc})") from None


def _nodes(tree: Any) -> Iterator[tuple[Any, Any]]:
    for op, argument in tree:
        yield op, argument
        for below in parts(op, argument):
            yield from _nodes(below)


class _Writer:
    """Writes an expression's tree as text again: the rule with bounded repeats, or its form.

    A form is ASCII, without look-around, and finds at least what the rule matches, in a shadow too: where other characters stand
    as ``_``, ``0``, a blank or 0x01 (see :mod:`classifiers.matching.matcher`).
    """

    def __init__(self, *, is_form: bool = False, multiline: bool = False) -> None:
        self._is_form = is_form
        self._at = _AT | _AT_LINES if multiline else _AT

    def text(self, tree: Any) -> str:
        return "".join(self._node(op, argument) for op, argument in tree)

    def _node(self, op: Any, argument: Any) -> str:  # noqa: PLR0911 - one for each kind of node
        if op is sre.LITERAL:
            return self._character(argument)
        if op is sre.NOT_LITERAL:
            return self._set([(sre.NEGATE, None), (sre.LITERAL, argument)])
        if op is sre.IN:
            return self._set(argument)
        if op is sre.ANY:
            return "[^\\n]"
        if op is sre.AT:
            return self._place(argument)
        if op is sre.BRANCH:
            return "(?:" + "|".join(map(self.text, argument[1])) + ")"
        if op in REPEATS:
            return self._repeat(op, argument)
        if op in LOOKS:
            return "" if self._is_form else self._look(op, argument)
        if op is sre.SUBPATTERN:
            return f"(?:{self.text(argument[3])})"
        if is_atomic(op):
            return f"(?:{self.text(argument)})" if self._is_form else f"(?>{self.text(argument)})"
        raise RuleError(f"it has a part that is not used here: {str(op).lower()}")

    def _place(self, argument: Any) -> str:
        if self._is_form:
            return self._at[argument] if argument in {sre.AT_BOUNDARY, sre.AT_NON_BOUNDARY} else ""
        return self._at[argument]

    def _look(self, op: Any, argument: Any) -> str:
        direction, below = argument
        sign = ("=" if op is sre.ASSERT else "!") if direction > 0 else ("<=" if op is sre.ASSERT else "<!")
        return f"(?{sign}{self.text(below)})"

    def _repeat(self, op: Any, argument: Any) -> str:
        low, high, below = argument
        high = max(low, MOST) if high is sre.MAXREPEAT else high
        suffix = {sre.MIN_REPEAT: "?", POSSESSIVE: "+"}.get(op, "")
        return f"(?:{self.text(below)}){{{low},{high}}}{'' if self._is_form else suffix}"

    def _set(self, items: Any) -> str:
        negated = items[0][0] is sre.NEGATE
        if self._is_form and negated and any(names_stand_in(item) or reaches_beyond(item) for item in items[1:]):
            return _ANY
        inside = "".join(self._member(item) for item in items[negated:])
        return f"[{'^' if negated else ''}{inside}]"

    def _member(self, item: Any) -> str:
        op, argument = item
        if op is sre.LITERAL:
            return self._character(argument)
        if op is sre.CATEGORY:
            return _CATEGORY[argument]
        low, high = argument
        if not self._is_form or high < BEYOND:
            return f"{self._character(low)}-{self._character(high)}"
        return (f"{self._character(low)}-\\x7f" if low < BEYOND else "") + _STANDING

    def _character(self, point: int) -> str:
        if self._is_form and point >= BEYOND:
            return _hex(shadow(chr(point))[0])
        char = chr(point)
        return char if char.isalnum() else re.escape(char) if char.isprintable() else _hex(point)


def _hex(point: int) -> str:
    return f"\\x{point:02x}" if point < 256 else f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"
