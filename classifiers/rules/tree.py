"""The tree of a regular expression, as ``re._parser`` makes it: what its nodes are, and what stands inside them."""

from __future__ import annotations

from collections.abc import Iterator
from re import _constants as sre  # type: ignore[attr-defined]
from typing import Any

POSSESSIVE = getattr(sre, "POSSESSIVE_REPEAT", None)
ATOMIC = getattr(sre, "ATOMIC_GROUP", None)
REPEATS = frozenset({sre.MAX_REPEAT, sre.MIN_REPEAT, POSSESSIVE})
LOOKS = frozenset({sre.ASSERT, sre.ASSERT_NOT})
BEYOND = 128  # the first character outside ASCII
_STAND_INS = frozenset(map(ord, "0123456789_ skiSKI\x01"))  # what stands for other characters where text is not ASCII


def parts(op: Any, argument: Any) -> Iterator[Any]:
    """The sequences inside a node."""
    if op in REPEATS:
        yield argument[2]
    elif op is sre.SUBPATTERN:
        yield argument[3]
    elif op is sre.BRANCH:
        yield from argument[1]
    elif op in LOOKS:
        yield argument[1]
    elif is_atomic(op):
        yield argument
    elif op is sre.GROUPREF_EXISTS:
        yield from (one for one in argument[1:] if one is not None)


def is_atomic(op: Any) -> bool:
    """Whether a node is an atomic group."""
    return ATOMIC is not None and op is ATOMIC


def names_stand_in(item: Any) -> bool:
    """Whether a member of a set is, or has in its range, a character that stands for others in a shadow."""
    op, argument = item
    if op is sre.CATEGORY:
        return False
    low, high = (argument, argument) if op is sre.LITERAL else argument
    return any(low <= point <= high for point in _STAND_INS)


def reaches_beyond(item: Any) -> bool:
    """Whether a member of a set is, or goes on to, a character outside ASCII."""
    op, argument = item
    return op is not sre.CATEGORY and bool((argument if op is sre.LITERAL else argument[1]) >= BEYOND)
