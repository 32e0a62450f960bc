"""Words near a match that speak for it.

A word counts where it stands whole, in either case, in the sixty characters before a match or behind it up to the end of the
clause; parts of ``SNAKE_CASE`` names are words too. In scripts that set no blanks between words, and for words with signs in
them, the letters alone decide.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeAlias

FEW = 3  # spans for which a text need not be looked at as a whole
BEFORE, AFTER = 60, 20  # characters around a match in which words count
_CLAUSE = re.compile(r"[,;.!?\n]")
_WORD = re.compile(r"[^\W_]+")
_LETTERS = bytes(ord(chr(point).lower()) if chr(point).isalnum() and point < 128 else ord(" ") for point in range(256))
"""Of ASCII: letters and digits as small ones, all else blanks."""
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Thai, Lao, Burmese, Khmer, Kana, Han, and Hangul, which joins particles to its words."""


@dataclass(frozen=True, slots=True)
class _Context:
    """Context words of one detector: plain ones, phrases with their words, and what stands in scripts without blanks.

    Attributes:
        rare: of each phrase its longest word.
    """

    words: frozenset[str]
    phrases: tuple[tuple[frozenset[str], re.Pattern[str]], ...]
    letters: tuple[str, ...]
    rare: frozenset[str]

    def inside(self, text: str, words: frozenset[str]) -> _Context | None:
        """What of it may stand in a text, which has these words; None when nothing does."""
        plain = _NONE if self.words.isdisjoint(words) else self.words & words
        phrases = () if self.rare.isdisjoint(words) else tuple(one for one in self.phrases if one[0] <= words)
        letters = tuple(one for one in self.letters if one in text) if self.letters else ()
        return _Context(plain, phrases, letters, _NONE) if plain or phrases or letters else None


_NONE: frozenset[str] = frozenset()


@lru_cache(maxsize=4096)
def _context(words: tuple[str, ...]) -> _Context:
    plain = frozenset(word for word in words if _WORD.fullmatch(word) and not _UNSPACED.search(word))
    letters = tuple(word for word in words if _UNSPACED.search(word))
    phrases = tuple(
        (
            frozenset(_WORD.findall(word)),
            re.compile(r"(?<![^\W_])" + re.escape(word).replace(r"\ ", r"[\W_]+") + r"(?![^\W_])"),
        )
        for word in words
        if word not in plain and word not in letters
    )
    return _Context(plain, phrases, letters, frozenset(max(sorted(parts), key=len) for parts, _ in phrases))


_Around: TypeAlias = tuple[str, tuple[str, str], frozenset[str]]


class Surroundings:
    """What stands around the spans of one text; looked at once for all detectors.

    Most texts hold none of a detector's words: its spans need not be looked at there. In text of ASCII a word is looked for once,
    and each span then compares places.

    Args:
        text: whole.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._seen: dict[tuple[int, int], _Around] = {}
        self._told: dict[tuple[str, ...], _Context | None] = {}
        self._places: dict[str, list[int]] = {}

    @cached_property
    def _ascii(self) -> bool:
        return self._text.isascii()

    @cached_property
    def _whole(self) -> tuple[str, frozenset[str]]:
        if self._ascii:  # many times faster than a search for words
            lower = self._text.encode("ascii").translate(_LETTERS).decode("ascii")
            return lower, frozenset(lower.split())
        lower = self._text.lower()
        return lower, frozenset(_WORD.findall(lower))

    def has_any(self, context: tuple[str, ...]) -> bool:
        """Whether any of some context words stands anywhere in the text."""
        return self._context_of(context) is not None

    def speaking_for(self, context: tuple[str, ...], spans: Sequence[tuple[int, int]]) -> list[int]:
        """How many of some context words stand near each span."""
        if len(spans) <= FEW and "_whole" not in self.__dict__:
            return [self._in_window(_context(context), *span) for span in spans]
        told = self._context_of(context)
        return [0 if told is None else self._near(told, *span) for span in spans]

    def _near(self, told: _Context, start: int, end: int) -> int:
        if not self._ascii:
            return self._in_window(told, start, end)
        plain = sum(self._is_near(word, start, end) for word in told.words)
        return plain + self._phrases(told, start, end) if told.phrases else plain

    def _in_window(self, told: _Context, start: int, end: int) -> int:
        window, _, words = self._around(start, end)
        plain = len(told.words & words) + sum(letters in window for letters in told.letters)
        return plain + self._phrases(told, start, end) if told.phrases else plain

    def _phrases(self, told: _Context, start: int, end: int) -> int:
        _, sides, words = self._around(start, end)
        return sum(parts <= words and any(map(phrase.search, sides)) for parts, phrase in told.phrases)

    def _context_of(self, context: tuple[str, ...]) -> _Context | None:
        """What is to be looked for; None when none of it stands in the text."""
        try:
            return self._told[context]
        except KeyError:
            told = _context(context).inside(*self._whole) if context else None
            return self._told.setdefault(context, told)

    def _is_near(self, word: str, start: int, end: int) -> bool:
        """Whether a word stands near a span of a text of ASCII."""
        text, places, size = self._whole[0], self._places_of(word), len(word)
        for place in range(bisect_left(places, start - BEFORE), bisect_right(places, start - size)):
            at = places[place]
            if _is_blank(text, at - 1) and _is_blank(text, at + size):
                return True
        for place in range(bisect_left(places, end), bisect_right(places, end + AFTER - size)):
            at = places[place]
            if _is_blank(text, at - 1) and _is_blank(text, at + size):
                return _CLAUSE.search(self._text, end, at) is None
        return False

    def _places_of(self, word: str) -> list[int]:
        """Where a word stands in a text of ASCII, also inside longer ones."""
        if word not in self._places:
            places: list[int] = []
            at = self._whole[0].find(word)
            while at >= 0:
                places.append(at)
                at = self._whole[0].find(word, at + 1)
            self._places[word] = places
        return self._places[word]

    def _around(self, start: int, end: int) -> _Around:
        """What stands around a span; its two sides without words that are cut at their edges, or by the span; their words."""
        seen = self._seen.get((start, end))
        if seen is None:
            text = self._text
            begin, stop = max(0, start - BEFORE), start
            while 0 < begin < start and text[begin - 1].isalnum():
                begin += 1
            while stop > begin and text[start].isalnum() and text[stop - 1].isalnum():
                stop -= 1
            behind = _CLAUSE.split(text[end : end + AFTER], maxsplit=1)[0]
            first, last = 0, len(behind)
            while first < last and text[end - 1].isalnum() and behind[first].isalnum():
                first += 1
            cut = last == AFTER and text[end + AFTER : end + AFTER + 1].isalnum()
            while cut and last > first and behind[last - 1].isalnum():
                last -= 1
            sides = (text[begin:stop].lower(), behind[first:last].lower())
            words = frozenset(word for side in sides for word in _WORD.findall(side))
            seen = self._seen[start, end] = (f"{text[begin:start]}\x00{behind}".lower(), sides, words)
        return seen


def _is_blank(text: str, place: int) -> bool:
    """Whether no letter or digit stands there; so it is before and behind a text."""
    return not 0 <= place < len(text) or text[place] == " "
