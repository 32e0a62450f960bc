"""Words near a match that speak for it.

A word counts where it stands whole, in either case, in the sixty characters before a match or behind it up to the end of the
clause; parts of ``SNAKE_CASE`` names are words too. In scripts that set no blanks between words, and for words with signs in
them, the letters alone decide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

BEFORE, AFTER = 60, 20  # characters around a match in which words count
_CLAUSE = re.compile(r"[,;.!?\n]")
_WORD = re.compile(r"[^\W_]+")
_LETTERS = bytes(ord(chr(point).lower()) if chr(point).isalnum() and point < 128 else ord(" ") for point in range(256))
"""Of ASCII: letters and digits as small ones, all else blanks."""
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Thai, Lao, Burmese, Khmer, Kana, Han, and Hangul, which joins particles to its words."""


@dataclass(frozen=True, slots=True)
class _Context:
    """Context words of one detector: plain ones, and phrases with their words."""

    words: frozenset[str]
    phrases: tuple[tuple[frozenset[str], re.Pattern[str]], ...]
    letters: tuple[str, ...]

    def may_stand_in(self, text: str, words: frozenset[str]) -> bool:
        """Whether any of it stands anywhere in a text, which has these words."""
        return (
            not self.words.isdisjoint(words)
            or any(parts <= words for parts, _ in self.phrases)
            or any(letters in text for letters in self.letters)
        )


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
    return _Context(plain, phrases, letters)


class Surroundings:
    """What stands around the spans of one text; looked at once for all detectors.

    Most texts hold none of a detector's words: its spans need not be looked at there.

    Args:
        text: whole.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._seen: dict[tuple[int, int], tuple[str, frozenset[str]]] = {}
        self._told: dict[tuple[str, ...], _Context | None] = {}

    @cached_property
    def _whole(self) -> tuple[str, frozenset[str]]:
        if self._text.isascii():  # many times faster than a search for words
            lower = self._text.encode("ascii").translate(_LETTERS).decode("ascii")
            return lower, frozenset(lower.split())
        lower = self._text.lower()
        return lower, frozenset(_WORD.findall(lower))

    def has_any(self, context: tuple[str, ...]) -> bool:
        """Whether any of some context words stands anywhere in the text."""
        return self._context_of(context) is not None

    def speaking_for(self, context: tuple[str, ...], start: int, end: int) -> int:
        """How many of some context words stand near a span."""
        told = self._context_of(context)
        if told is None:
            return 0
        window, words = self._around(start, end)
        return (
            len(told.words & words)
            + (sum(letters in window for letters in told.letters) if told.letters else 0)
            + sum(parts <= words and phrase.search(window) is not None for parts, phrase in told.phrases)
        )

    def _context_of(self, context: tuple[str, ...]) -> _Context | None:
        """What is to be looked for; None when none of it stands in the text."""
        try:
            return self._told[context]
        except KeyError:
            known = _context(context) if context else None
            told = known if known is not None and known.may_stand_in(*self._whole) else None
            return self._told.setdefault(context, told)

    def _around(self, start: int, end: int) -> tuple[str, frozenset[str]]:
        seen = self._seen.get((start, end))
        if seen is None:
            text = self._text
            begin = max(0, start - BEFORE)
            while 0 < begin < start and text[begin - 1].isalnum():  # a word that is cut is none
                begin += 1
            behind = _CLAUSE.split(text[end : end + AFTER], maxsplit=1)[0]
            if len(behind) == AFTER and text[end + AFTER : end + AFTER + 1].isalnum():
                behind = behind.rstrip("".join(set(filter(str.isalnum, behind))))
            window = f"{text[begin:start]}\x00{behind}".lower()
            seen = self._seen[start, end] = (window, frozenset(_WORD.findall(window)))
        return seen
