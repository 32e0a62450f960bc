"""Whether an expression can match one text in very many ways, so that backtracking might try them all.

An expression is safe when, inside of every repeat, the next character alone tells which way to go on: a repeat of variable
length ends where something comes that it cannot begin with, and alternatives begin with different characters (determinism, as in
Brüggemann-Klein and Wood, "One-unambiguous regular languages", 1998). Linear time needs less than that, but this can be checked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from re import _constants as sre  # type: ignore[attr-defined]
from typing import Any

from classifiers.rules.tree import BEYOND, LOOKS, REPEATS, is_atomic

FEW = 3  # times that a repeat may go round without being looked into
FLEXIBLE = 3  # repeats of variable length that may follow one another and share characters

_OTHER = BEYOND  # stands for all characters outside ASCII
_ALL = frozenset(range(129))  # ASCII, and one for all other characters
_DIGITS = frozenset(range(48, 58)) | {_OTHER}
_WORDS = frozenset(point for point in range(128) if chr(point).isalnum() or point == 95) | {_OTHER}
_SPACES = frozenset({9, 10, 11, 12, 13, 28, 29, 30, 31, 32, _OTHER})
_CATEGORY = {
    sre.CATEGORY_DIGIT: _DIGITS,
    sre.CATEGORY_NOT_DIGIT: _ALL - (_DIGITS - {_OTHER}),
    sre.CATEGORY_SPACE: _SPACES,
    sre.CATEGORY_NOT_SPACE: _ALL - (_SPACES - {_OTHER}),
    sre.CATEGORY_WORD: _WORDS,
    sre.CATEGORY_NOT_WORD: _ALL - (_WORDS - {_OTHER}),
}
Characters = frozenset[int]
Nodes = Sequence[tuple[Any, Any]]


def refuse_ambiguous(tree: Any) -> str:
    """Why an expression is not safe, and what to write instead; empty when it is.

    Args:
        tree: as ``re._parser`` makes it.
    """
    return next(_problems(list(tree), frozenset(), inside=False), "")


def _problems(nodes: Nodes, follow: Characters, *, inside: bool) -> Iterator[str]:
    if _flexible(nodes) > FLEXIBLE:
        yield (
            f"more than {FLEXIBLE} repeats that share characters follow one another: bound them, or put between them what they "
            "cannot match"
        )
    for place, (op, argument) in enumerate(nodes):
        rest = nodes[place + 1 :]
        after = _first(rest) | (follow if _nullable(rest) else frozenset())
        if op in REPEATS:
            yield from _of_repeat(argument, after, inside=inside)
        elif op is sre.BRANCH:
            yield from _of_branch(argument[1], after, inside=inside)
        elif op is sre.SUBPATTERN or is_atomic(op):
            yield from _problems(list(argument[3] if op is sre.SUBPATTERN else argument), after, inside=inside)
        elif op in LOOKS:
            yield from _problems(list(argument[1]), frozenset(), inside=inside)


def _of_repeat(argument: Any, after: Characters, *, inside: bool) -> Iterator[str]:
    low, high, body = argument[0], argument[1], list(argument[2])
    goes_round = high > FEW
    if goes_round and _nullable(body):
        yield "what is repeated may be empty: let it ask for at least one character"
        return
    if inside and low != high and _first(body) & after:
        yield (
            "a repeat inside a repeat can divide a text in very many ways: put between them what the inner one cannot match, "
            "such as (?:[a-z]+-)+, or bound the outer one to 3"
        )
    if high > 1:
        yield from _problems(body, _first(body) | after if goes_round else after, inside=inside or goes_round)
    else:
        yield from _problems(body, after, inside=inside)


def _of_branch(branches: Sequence[Any], after: Characters, *, inside: bool) -> Iterator[str]:
    some = [list(one) for one in branches]
    if inside:
        firsts = [_first(one) | (after if _nullable(one) else frozenset()) for one in some]
        if any(one & other for one, other in combinations(firsts, 2)):
            yield "alternatives inside a repeat begin alike: let each begin with a character of its own"
    for one in some:
        yield from _problems(one, after, inside=inside)


def _flexible(nodes: Nodes) -> int:
    """The longest row of repeats of variable length, each of which may go on with what the one before takes."""
    longest = row = 0
    shared: Characters = _ALL
    for op, argument in nodes:
        if op in REPEATS and argument[0] != argument[1] and argument[1] > FEW:
            here = _all_of(list(argument[2]))
            row = row + 1 if here & shared else 1
            shared = here
        elif not _nullable([(op, argument)]) and not _first([(op, argument)]) & shared:
            row, shared = 0, _ALL
        longest = max(longest, row)
    return longest


def _first(nodes: Nodes) -> Characters:
    """What a match of a sequence can begin with."""
    found: Characters = frozenset()
    for op, argument in nodes:
        found |= _first_of(op, argument)
        if not _nullable([(op, argument)]):
            break
    return found


def _first_of(op: Any, argument: Any) -> Characters:
    if op in {sre.LITERAL, sre.NOT_LITERAL, sre.IN, sre.ANY}:
        return _characters(op, argument)
    if op in REPEATS:
        return _first(list(argument[2])) if argument[1] else frozenset()
    if op is sre.BRANCH:
        return frozenset().union(*(_first(list(one)) for one in argument[1]))
    if op is sre.SUBPATTERN:
        return _first(list(argument[3]))
    if is_atomic(op):
        return _first(list(argument))
    return frozenset()


def _all_of(nodes: Nodes) -> Characters:
    """Whatever characters a match of a sequence can hold."""
    found: Characters = frozenset()
    for op, argument in nodes:
        if op in REPEATS:
            found |= _all_of(list(argument[2]))
        elif op is sre.BRANCH:
            found |= frozenset().union(*(_all_of(list(one)) for one in argument[1]))
        elif op is sre.SUBPATTERN:
            found |= _all_of(list(argument[3]))
        elif op not in LOOKS | {sre.AT}:
            found |= _first_of(op, argument)
    return found


def _nullable(nodes: Nodes) -> bool:
    """Whether a sequence can match the empty text."""
    return all(_is_nullable(op, argument) for op, argument in nodes)


def _is_nullable(op: Any, argument: Any) -> bool:
    if op in REPEATS:
        return argument[0] == 0 or _nullable(list(argument[2]))
    if op is sre.BRANCH:
        return any(_nullable(list(one)) for one in argument[1])
    if op is sre.SUBPATTERN:
        return _nullable(list(argument[3]))
    if is_atomic(op):
        return _nullable(list(argument))
    return op in LOOKS | {sre.AT}


def _characters(op: Any, argument: Any) -> Characters:
    """What one place of an expression matches; letters in either case, to be safe."""
    if op is sre.ANY:
        return _ALL - {10}
    if op is sre.LITERAL:
        return _either_case(range(argument, argument + 1))
    if op is sre.NOT_LITERAL:
        return _ALL - ({argument} if argument < _OTHER else frozenset())
    negated = argument[0][0] is sre.NEGATE
    found: Characters = frozenset()
    for kind, item in argument[negated:]:
        if kind is sre.CATEGORY:
            found |= _CATEGORY[item]
        else:
            low, high = (item, item) if kind is sre.LITERAL else item
            points = range(low, high + 1)
            found |= frozenset(point for point in points[:129] if point < _OTHER) if negated else _either_case(points)
    return (_ALL - found) | {_OTHER} if negated else found


def _either_case(points: range) -> Characters:
    found = {point for point in points[:129] if point < _OTHER}
    found |= {ord(other) for point in found for other in (chr(point).lower(), chr(point).upper()) if other.isascii()}
    return frozenset(found) | (frozenset({_OTHER}) if points.stop > _OTHER else frozenset())
