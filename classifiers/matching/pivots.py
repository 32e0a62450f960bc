"""A literal that every match of a rule has near its start: where it is missing, the rule need not be tried.

In a long text a rule runs on windows as wide as its longest match, which for an address of mail is 320 characters on either side
of a hit. Its ``@`` stands at most 64 characters behind its start, and where one is, is found a hundred times faster.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from classifiers.rules.tree import LOOKS, REPEATS

WORTH = 4  # times that the longest match must be longer than what stands before the literal


@dataclass(frozen=True, slots=True)
class Pivot:
    """Some text that stands in every match, at most ``before`` characters behind its start."""

    text: str
    before: int

    def windows(self, text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
        """Where in a text matches can start, of those that start from ``low`` to ``high``: first and last place, ascending."""
        limit = high + self.before + len(self.text)
        at = text.find(self.text, low, limit)
        while at >= 0:
            first = last = at
            while 0 <= at <= last + self.before:  # their windows touch
                last = at
                at = text.find(self.text, at + 1, limit)
            yield max(low, first - self.before), min(high, last)


def pivot_of(regex: str, flags: int, width: int) -> Pivot | None:
    """The literal of a rule that tells most; None for a rule that has none soon enough to save work.

    Args:
        regex: of the rule.
        flags: it is compiled with.
        width: of its longest match.
    """
    tree = _parser.parse(regex, flags)
    found = _literals(tree, 0, letters=not tree.state.flags & re.IGNORECASE)
    best = min(found, key=lambda one: (_is_common(one.text), one.before), default=None)
    return best if best is not None and (best.before + 1) * WORTH <= width else None


def _is_common(text: str) -> bool:
    return all(char.isalnum() or char.isspace() for char in text)


def _literals(nodes: Iterable[Any], before: int, *, letters: bool) -> Iterator[Pivot]:
    """Runs of characters that stand in every match, each with the most that can stand before it."""
    run, start = "", before
    for op, argument in nodes:
        if op is sre.LITERAL and (letters or not chr(argument).isalpha()):
            run, start, before = run + chr(argument), start if run else before, before + 1
            continue
        if run:
            yield Pivot(run, start)
            run = ""
        if op in REPEATS and argument[0] > 0:
            yield from _literals(argument[2], before, letters=letters)
        elif op is sre.SUBPATTERN and not argument[1]:
            yield from _literals(argument[3], before, letters=letters)
        most = _most(op, argument)
        if most is None:
            return
        before += most
    if run:
        yield Pivot(run, start)


def _most(op: Any, argument: Any) -> int | None:
    """The most characters that a node can match; None for what is not looked into."""
    if op is sre.AT or op in LOOKS:
        return 0
    if op in {sre.LITERAL, sre.NOT_LITERAL, sre.IN, sre.ANY}:
        return 1
    if op in REPEATS:
        return None if argument[1] is sre.MAXREPEAT else argument[1] * argument[2].getwidth()[1]
    if op is sre.SUBPATTERN:
        return int(argument[3].getwidth()[1])
    if op is sre.BRANCH:
        return max(int(one.getwidth()[1]) for one in argument[1])
    return None
