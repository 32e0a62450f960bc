"""Text as it reads: what looks or counts like a character of ASCII is that character, and what cannot be seen is left out.

Full-width and other digits, letters in other styles (Unicode's compatibility forms), blanks, hyphens, invisible format
characters, and letters of other scripts that look like Latin ones inside of words that are Latin otherwise (Unicode Technical
Standard 39, "Unicode Security Mechanisms", confusables). One character stands for one, so only what is left out moves offsets.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

_CYRILLIC = dict(zip("аеіорсухѕјһԁԛԝАВЕІКМНОРСТУХЅЈԌԚԜ", "aeiopcyxsjhdqwABEIKMHOPCTYXSJGQW", strict=True))
_GREEK = dict(zip("οΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "oABEZHIKMNOPTYX", strict=True))  # noqa: RUF001 - that they look alike is the point
_LOOKALIKES = _CYRILLIC | _GREEK
_HYPHENS = frozenset("\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d")
_TOKEN = re.compile(r"[\w.@+-]+")
_ASCII_WORD = re.compile(r"[A-Za-z0-9]")


@dataclass(frozen=True, slots=True)
class Readable:
    """A text as it reads.

    Attributes:
        text: the same text where it is ASCII.
        places: of each of its characters, and behind the last one, the offset in the text as it was; None when they are equal.
    """

    text: str
    places: npt.NDArray[np.int64] | None = None

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a span of it stood."""
        if self.places is None:
            return start, end
        return int(self.places[start]), int(self.places[end - 1]) + 1


def readable(text: str) -> Readable:
    """A text as it reads; idempotent."""
    if text.isascii():
        return Readable(text)
    plain = "".join([_plain(char) for char in text])
    if not _LOOKALIKES.keys().isdisjoint(plain):
        plain = _TOKEN.sub(_latin, plain)
    if len(plain) == len(text):
        return Readable(plain)
    kept = np.fromiter((bool(_plain(char)) for char in text), bool, len(text))
    return Readable(plain, np.append(np.flatnonzero(kept), len(text)))


@cache
def _plain(char: str) -> str:
    """The character of ASCII that another one stands for, nothing for one that cannot be seen, else itself."""
    if char.isascii():
        return char
    category = unicodedata.category(char)
    if category == "Cf" or "\ufe00" <= char <= "\ufe0f":
        return ""
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category == "Zs":
        return " "
    if char in _HYPHENS:
        return "-"
    other = unicodedata.normalize("NFKC", char)
    return other if len(other) == 1 and other.isascii() else char


def _latin(match: re.Match[str]) -> str:
    """A token that mixes ASCII with letters that are Latin ones to the eye, and has no others: as it reads."""
    token = match[0]
    if (
        token.isascii()
        or not _ASCII_WORD.search(token)
        or any(not char.isascii() and char not in _LOOKALIKES for char in token)
    ):
        return token
    return "".join(_LOOKALIKES.get(char, char) for char in token)
