"""One foreign regular expression: whether Hyperscan can find its candidates, and where to look for it exactly.

Presidio's patterns are written for the module ``regex``. A rule is *swept* only where Hyperscan surely finds at least what it
matches: the rule must be of the grammar that ``re``, ``regex`` and Hyperscan read alike, and text outside ASCII is scanned as a
shadow of one byte a character, on which only rules are swept that cannot tell a character from its stand-in by what they exclude.
"""

from __future__ import annotations

import re
import struct
import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

import hyperscan
import numpy as np
import numpy.typing as npt
import regex

from classifiers.rules.patterns import written
from classifiers.rules.tree import LOOKS, REPEATS, names_stand_in, parts

FARTHEST = 1_000  # characters that a rule may be wide to be looked for in windows around its hits
SHORT = 512  # characters of a text that is searched as a whole
_ALIKE = {
    regex.IGNORECASE: hyperscan.HS_FLAG_CASELESS,
    regex.MULTILINE: hyperscan.HS_FLAG_MULTILINE,
    regex.DOTALL: hyperscan.HS_FLAG_DOTALL,
}
_OURS = regex.IGNORECASE | regex.MULTILINE | regex.DOTALL


@dataclass(frozen=True)
class Rule:
    """A pattern with its flags, as Presidio has it."""

    text: str
    flags: int

    def exact(self) -> Any:
        """The rule itself, compiled."""
        return regex.compile(self.text, self.flags)

    @property
    def form(self) -> bytes:
        """What Hyperscan is to look for; empty when it may read the rule otherwise than ``regex`` does."""
        told = self._tree is not None and not self.flags & ~int(_OURS) and "{," not in self.text
        return self.text.encode("ascii", "replace") if told and self.text.isascii() else b""

    @property
    def hyperscan_flags(self) -> int:
        """For compiling ``form``."""
        return int(hyperscan.HS_FLAG_PREFILTER | sum(ours for theirs, ours in _ALIKE.items() if self.flags & theirs))

    def is_swept(self, text: str) -> bool:
        """Whether the candidates in a text are those that Hyperscan tells, if it took the form."""
        return text.isascii() or not self._tells_stand_ins

    def search(self, exact: Any, text: str, ends: Sequence[int], named: Mapping[str, Any]) -> Iterator[Any]:
        """Matches of the exact rule, of which there are none but around the ends of hits."""
        if len(text) <= SHORT or self._reach is None:
            yield from exact.finditer(text, **named)
            return
        if self._far:
            yield from self._search_far(exact, text, ends, named)
            return
        last = 0
        for low, high in self._windows(ends):
            # lookahead is cut at the end of the window, which lies behind all it can see from a match that counts
            for match in exact.finditer(text, max(low, last), min(len(text), high + 2 * self._reach + 2), **named):
                if match.start() > high:
                    break
                last = max(last, match.end())
                yield match

    def _search_far(self, exact: Any, text: str, ends: Sequence[int], named: Mapping[str, Any]) -> Iterator[Any]:
        """The same for a rule that looks ahead without limit, which costs much, so it is tried only where a hit may begin."""
        widths = self._tree.getwidth()
        latest = self._latest(text)
        last = 0
        starts = {end - width for end in ends for width in range(widths[0], widths[1] + 1)}
        for start in sorted(start for start in starts if 0 <= start <= latest):
            match = exact.match(text, start, **named) if start >= last else None
            if match is not None:
                last = max(last, match.end())
                yield match

    def _latest(self, text: str) -> int:
        """Behind which place no match begins, because what must follow one somewhere does not come any more."""
        found = [rule.search(text) for rule in self._far]
        return min((-1 if one is None else int(one.end()) for one in found), default=len(text))

    def _windows(self, ends: Sequence[int]) -> Iterator[tuple[int, int]]:
        """Where matches may begin: from, and up to."""
        reach = self._reach or 0
        low, high = -1, -1
        for end in ends:
            begin = max(0, end - reach - 1)
            if low >= 0 and begin > high:
                yield low, high
                low = -1
            low, high = (begin if low < 0 else low), end
        if low >= 0:
            yield low, high

    @cached_property
    def _tree(self) -> Any:
        """As ``re`` reads it; None where it cannot."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                return _parser.parse(self.text, self.flags & ~int(regex.VERSION1) & 0xFF)
        except (re.error, ValueError, OverflowError, RecursionError, Warning):
            return None

    @cached_property
    def _reach(self) -> int | None:
        """How wide a match can be with what is looked at around it; None for more than ``FARTHEST``."""
        wide = _width(self._tree)
        return wide if wide <= FARTHEST else None

    @cached_property
    def _far(self) -> tuple[Any, ...]:
        """What must follow every match somewhere in the text: searched from its end."""
        ignore_case = self.flags & int(regex.IGNORECASE)
        texts = [written(below) for below in _far_looks(self._tree)]
        return tuple(regex.compile(text, int(regex.REVERSE) | ignore_case) for text in texts)

    @cached_property
    def _tells_stand_ins(self) -> bool:
        """Whether it excludes characters that stand for others in a shadow."""
        return _excludes(self._tree)


def _width(tree: Any) -> int:
    """Upper limit of what a rule matches and looks at."""
    total = tree.getwidth()[1]
    return int(min(total + sum(_looked_at(tree)), FARTHEST + 1))


def _looked_at(tree: Any) -> Iterator[int]:
    for op, argument in tree:
        if op in LOOKS:
            yield 0 if _far_look(op, argument) else _width(argument[1])
        else:
            for below in parts(op, argument):
                yield from _looked_at(below)


def _far_looks(tree: Any) -> Iterator[Any]:
    """What stands somewhere behind every match: of look-ahead that each match comes by."""
    for op, argument in tree:
        if far := _far_look(op, argument):
            yield far
        elif op is sre.SUBPATTERN:
            yield from _far_looks(argument[3])


def _far_look(op: Any, argument: Any) -> list[Any]:
    """Of ``(?=.*X)`` the X, where it is made of characters and their repeats alone; else nothing."""
    if op is not sre.ASSERT or argument[0] < 0:
        return []
    first, *rest = list(argument[1]) or [(None, None)]
    skips = first[0] in REPEATS and first[1][1] is sre.MAXREPEAT and [one for one, _ in first[1][2]] == [sre.ANY]
    return rest if skips and first[1][0] == 0 and all(_is_plain(*one) for one in rest) else []


def _is_plain(op: Any, argument: Any) -> bool:
    if op in REPEATS:
        return all(_is_plain(*one) for one in argument[2])
    return op in {sre.LITERAL, sre.NOT_LITERAL, sre.IN}


def _excludes(tree: Any) -> bool:
    """Whether a negated set or literal names a stand-in, also in what is only looked at."""
    for op, argument in tree:
        if op is sre.NOT_LITERAL and names_stand_in((sre.LITERAL, argument)):
            return True
        if op is sre.IN and argument[0][0] is sre.NEGATE and any(names_stand_in(item) for item in argument[1:]):
            return True
        if any(_excludes(below) for below in parts(op, argument)):
            return True
    return False


@cache
def _shadows() -> npt.NDArray[np.uint8]:
    """One byte for every code point, by what ``regex`` takes for a digit, a word and a blank."""
    table = np.full(0x110000, 1, np.uint8)
    points = [point for point in range(0x110000) if not 0xD800 <= point < 0xE000]
    everything = "".join(map(chr, points))
    places = np.array(points)
    for rule, stand_in in ((r"\s", " "), (r"\w", "_"), (r"\d", "0")):
        found = np.fromiter((match.start() for match in regex.finditer(rule, everything)), np.int64)
        table[places[found]] = ord(stand_in)
    table[:128] = np.arange(128)
    table[0x1C:0x20] = ord(" ")
    table[0x017F], table[0x212A] = ord("s"), ord("k")  # the letters outside ASCII that fold to ASCII ones
    table[[0x0130, 0x0131]] = ord("i")
    return table


_BLANKS = bytes.maketrans(b"\x1c\x1d\x1e\x1f", b"    ")


def shadow(text: str) -> bytes:
    """One byte a character, for a scanner that knows ASCII only."""
    if text.isascii():
        return text.encode("ascii").translate(_BLANKS)
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    return _shadows()[points].tobytes()


_HEAD = struct.Struct(">H")


@dataclass(frozen=True, slots=True)
class Compiled:
    """Rules in one database, each under its index.

    Attributes:
        database: what Hyperscan serialised, for this platform and version.
        kept: the rules that are in it; the others are looked for everywhere.
    """

    database: bytes
    kept: tuple[int, ...]

    def to_bytes(self) -> bytes:
        """For a cache."""
        return _HEAD.pack(len(self.kept)) + np.array(self.kept, np.uint16).tobytes() + self.database

    @classmethod
    def from_bytes(cls, data: bytes) -> Compiled:
        """What ``to_bytes`` gave.

        Raises:
            ValueError: of another platform or version of Hyperscan.
        """
        (count,) = _HEAD.unpack_from(data)
        end = _HEAD.size + 2 * count
        kept = np.frombuffer(data[_HEAD.size : end], np.uint16).tolist()
        try:
            hyperscan.loadb(data[end:], mode=hyperscan.HS_MODE_BLOCK)
        except hyperscan.error as exc:
            raise ValueError("not a Hyperscan database of this platform and version") from exc
        return cls(data[end:], tuple(kept))


def compiled(rules: Sequence[Rule]) -> Compiled:
    """A database that finds at least what the rules match. Rules that Hyperscan cannot express are left out."""
    kept = [index for index, rule in enumerate(rules) if rule.form]
    try:
        return Compiled(bytes(hyperscan.dumpb(_database(rules, kept))), tuple(kept))
    except hyperscan.error:
        kept = [index for index in kept if _compiles(rules[index])]
        return Compiled(bytes(hyperscan.dumpb(_database(rules, kept))), tuple(kept))


def _compiles(rule: Rule) -> bool:
    try:
        _database([rule], [0])
    except hyperscan.error:
        return False
    return True


def _database(rules: Sequence[Rule], kept: Sequence[int]) -> Any:
    database = hyperscan.Database()
    database.compile(
        expressions=[rules[index].form for index in kept],
        ids=list(kept),
        elements=len(kept),
        flags=[rules[index].hyperscan_flags for index in kept],
    )
    return database
