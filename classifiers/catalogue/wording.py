"""Patterns made of words: vocabularies that fill a cell or a line, markings at the edge of a line, and phrases.

A word such as *Catholic* or *confidential* says nothing about a person or a paper where it stands in a sentence. As the whole
of a cell, or alone in its line, it does. The forms of these patterns contain the line breaks around the word, so prose, which
has the words but not alone in a line, gives no candidates.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from classifiers.detector import Pattern

_OPEN = r"(?:(?<![^\n])|(?<=[\[(*|#<>])|(?<=[\[(*|#<>:\u2013\u2014-] ))"
_CLOSE = r"(?=[ \t]{0,3}(?:[\])*|#<>\n]|[\u2013\u2014-][ -])|[.:]?(?![^\n]))"
_BEFORE, _AFTER = r"(?:[\n\[(*|#<>]|[\[(*|#<>:\x01-] )", r"[^\w]"
_FRAME = 6  # characters around a marking that its edges look at


def any_of(words: Iterable[str]) -> str:
    """An expression for any of some words, the longest first; a blank stands for itself."""
    ordered = sorted(set(words), key=lambda word: (-len(word), word))
    return "|".join(re.escape(word).replace(r"\ ", " ").replace(r"\-", "-") for word in ordered)


def as_form(expression: str) -> str:
    """An expression as Hyperscan sees text: one low line for a letter outside ASCII and 0x01 for another sign."""
    return "".join(char if char.isascii() else "_" if char.isalnum() else r"\x01" for char in expression)


def whole_cell(*words: str, score: float = 0.3) -> Pattern:
    """Any of some words as a whole cell or a whole line, in either case."""
    return Pattern(
        regex=rf"(?<![^\n])(?:{any_of(words)})(?![^\n])",
        form=rf"\n(?:{as_form(any_of(words))})\n",
        score=score,
        width=max(map(len, words)),
        ignore_case=True,
    )


def at_edge(*words: str, score: float = 0.6) -> Pattern:
    """Any of some words, written exactly so, where headers and footers have them.

    That is behind a line break, a bracket, a bar, an asterisk, a colon or a dash, and before one.
    """
    return Pattern(
        regex=rf"{_OPEN}(?:{any_of(words)}){_CLOSE}",
        form=rf"{_BEFORE}(?:{as_form(any_of(words))}){_AFTER}",
        score=score,
        width=max(map(len, words)) + _FRAME,
    )


def written(*words: str, score: float = 0.6, ignore_case: bool = False) -> Pattern:
    """Any of some words anywhere, written exactly so unless ``ignore_case``, free of other word characters and hyphens."""
    return Pattern(
        regex=rf"(?<![\w-])(?:{any_of(words)})(?![\w-])",
        form=rf"[^\w-](?:{as_form(any_of(words))})[^\w-]",
        score=score,
        width=max(map(len, words)),
        ignore_case=ignore_case,
    )
