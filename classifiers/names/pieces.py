"""Long texts in pieces, and which of them are worth a model's time."""

from __future__ import annotations

import re
from collections.abc import Iterator

PIECE = 2_000  # characters of a piece at most
LONGEST_WORD = 24  # characters between blanks on average, above which a piece is keys or code rather than prose
LEAST_LETTERS = 1 / 3  # of what is not blank

_LETTERS = re.compile(r"[^\W\d_]+")
_SENTENCE = re.compile(r"[.!?][\"')\]]*\s")
_BLANK = re.compile(r"\s")


def pieces(text: str) -> Iterator[tuple[int, str]]:
    """The pieces of a text with their offsets: all of it, in order, none longer than ``PIECE``.

    A text is cut in the second half of a piece, where the best place is: at the last empty line, else line, else sentence,
    else blank; in the middle of a word only if that has more than half a piece.
    """
    start = 0
    while len(text) - start > PIECE:
        end = _cut(text, start + PIECE // 2, start + PIECE)
        yield start, text[start:end]
        start = end
    yield start, text[start:]


def _cut(text: str, low: int, high: int) -> int:
    for end in ("\n\n", "\n"):
        if (place := text.rfind(end, low, high)) >= 0:
            return place + len(end)
    window = text[low:high]
    for pattern in (_SENTENCE, _BLANK):
        ends = [match.end() for match in pattern.finditer(window)]
        if ends:
            return low + ends[-1]
    return high


def reads_as_text(piece: str) -> bool:
    """Whether it may hold names in running text: several words, and letters enough.

    Identifiers, numbers, keys and encoded data do not: a model would only guess at them.
    """
    words = _LETTERS.findall(piece)
    if len(words) < 2:
        return False
    tokens = piece.split()
    written = sum(map(len, tokens))
    return (
        len(tokens) >= 2 and written <= LONGEST_WORD * len(tokens) and sum(map(len, words)) >= LEAST_LETTERS * written
    )
