"""Forms of fixed width as what may stand at each place of a match.

So a form that asks for certain digits can be looked for as one that asks for any (see :mod:`.masks`), and what it
finds be told from what was meant by a look at some places, for thousands of matches at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import numpy as np
import numpy.typing as npt

from classifiers.matching.exact import Index
from classifiers.matching.masks import DIGITS
from classifiers.rules.tree import REPEATS

Places = list[frozenset[int]]
_ALL = frozenset(range(256))
_WORD = frozenset(point for point in range(128) if chr(point).isalnum() or point == ord("_"))
_SPACE = frozenset(b" \t\n\r\x0b\x0c")
_CATEGORIES = {
    sre.CATEGORY_DIGIT: DIGITS,
    sre.CATEGORY_NOT_DIGIT: _ALL - DIGITS,
    sre.CATEGORY_SPACE: _SPACE,
    sre.CATEGORY_NOT_SPACE: _ALL - _SPACE,
    sre.CATEGORY_WORD: _WORD,
    sre.CATEGORY_NOT_WORD: _ALL - _WORD,
}


class _Flexible(Exception):
    """The expression is not of fixed width, or of a kind that is not looked into."""


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """A form of fixed width that tells digits apart, taken to pieces.

    Attributes:
        form: the same form with any digit wherever it asks for some.
        places: offsets within a match (without the boundary before it) at which certain digits are asked for.
        tables: for each of them which of 256 bytes may stand there.
        exact: whether the form matches whatever has these bytes; else the exact rule has to say.
    """

    form: str
    places: tuple[int, ...]
    tables: tuple[npt.NDArray[np.bool_], ...]
    exact: bool

    def holds(self, data: npt.NDArray[np.uint8], starts: Index) -> npt.NDArray[np.bool_]:
        """Whether each match, given by where it starts in ``data``, has what is wanted at these places."""
        kept = np.ones(len(starts), bool)
        for place, table in zip(self.places, self.tables, strict=True):
            kept &= table[data[starts + place]]
        return kept


def taken_apart(form: str, *, ignore_case: bool) -> Wanted | None:
    """A form with one boundary on each side as what it wants; None where it is not of fixed width."""
    try:
        places, exact = _places(_parser.parse(form), ignore_case=ignore_case)
    except _Flexible:
        return None
    loose = [place | DIGITS if place & DIGITS else place for place in places]
    telling = [index for index, (one, any_digit) in enumerate(zip(places, loose, strict=True)) if one != any_digit]
    tables = tuple(np.isin(np.arange(256), list(places[index])) for index in telling)
    return Wanted("".join(map(_written, loose)), tuple(index - 1 for index in telling), tables, exact)


def _places(nodes: Any, *, ignore_case: bool) -> tuple[Places, bool]:
    places: Places = []
    exact = True
    for op, argument in nodes:
        if op in {sre.LITERAL, sre.NOT_LITERAL, sre.IN}:
            places.append(_members(op, argument, ignore_case=ignore_case))
            continue
        some, sure = _inner(op, argument, ignore_case=ignore_case)
        places += some
        exact = exact and sure
    return places, exact


def _inner(op: Any, argument: Any, *, ignore_case: bool) -> tuple[Places, bool]:
    if op in REPEATS and argument[0] == argument[1]:
        some, exact = _places(argument[2], ignore_case=ignore_case)
        return some * argument[0], exact
    if op is sre.SUBPATTERN:
        return _places(argument[3], ignore_case=ignore_case)
    if op is sre.BRANCH:
        ways = [_places(one, ignore_case=ignore_case)[0] for one in argument[1]]
        if len({len(way) for way in ways}) == 1:
            return [frozenset().union(*at) for at in zip(*ways, strict=True)], False
    raise _Flexible


def _members(op: Any, argument: Any, *, ignore_case: bool) -> frozenset[int]:
    if op is sre.IN:
        negated = argument[0][0] is sre.NEGATE
        found = frozenset(point for item in argument[negated:] for point in _item(*item))
    else:
        negated, found = op is sre.NOT_LITERAL, frozenset({argument})
    if max(found, default=0) > 127:
        raise _Flexible
    if ignore_case:
        found |= {ord(way) for point in found for way in (chr(point).lower(), chr(point).upper()) if ord(way) < 128}
    return _ALL - found if negated else found


def _item(op: Any, argument: Any) -> Iterator[int]:
    if op is sre.LITERAL:
        yield argument
    elif op is sre.RANGE:
        yield from range(argument[0], argument[1] + 1)
    elif op is sre.CATEGORY and argument in _CATEGORIES:
        yield from _CATEGORIES[argument]
    else:
        raise _Flexible


def _written(place: frozenset[int]) -> str:
    """A set of bytes for Hyperscan, always written the same way."""
    runs = (rf"\x{low:02x}-\x{high:02x}" for low, high in _runs(sorted(place)))
    return f"[{''.join(runs)}]"


def _runs(points: Sequence[int]) -> Iterator[tuple[int, int]]:
    first = last = points[0]
    for point in points[1:]:
        if point != last + 1:
            yield first, last
            first = point
        last = point
    yield first, last
