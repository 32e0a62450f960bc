"""A name model for any text: in pieces, without what is no prose, equal pieces once."""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from classifiers.detector import Finding
from classifiers.names.model import NameModel
from classifiers.names.pieces import pieces, reads_as_text

TOGETHER = 1 << 16  # characters given to the model in one call, so that memory stays bounded
REMEMBERED = 1 << 22  # characters of pieces whose names are remembered

_UNREADABLE = re.compile("[\x00\ud800-\udfff]")
_BETWEEN_MARKS = re.compile(r"[^\W_](?:.*[^\W_])?", re.DOTALL)
_NO_NAME = re.compile(r"@|://|\\|[=<>{}|]")
_LETTER = re.compile(r"[^\W\d_]")
_Piece = tuple[int, int, str]  # index of the text, offset in it, and the piece


class NameReader:
    """A :class:`~classifiers.names.model.NameModel` around another one, for texts of any length and content.

    Args:
        model: reads the pieces.
        remembered: characters of pieces whose names are kept, those read last; 0 for none. They stay in memory.
    """

    def __init__(self, model: NameModel, remembered: int = REMEMBERED) -> None:
        self._model = model
        self._memory = _Memory(remembered)

    @property
    def id(self) -> str:
        """That of the model."""
        return self._model.id

    @property
    def entities(self) -> frozenset[str]:
        """Those of the model."""
        return self._model.entities

    def find(self, texts: Sequence[str]) -> list[list[Finding]]:
        """The names in each text; see :class:`~classifiers.names.model.NameModel`. Lone surrogates and NUL are harmless."""
        found: list[list[Finding]] = [[] for _ in texts]
        for batch in _batches(_worth_reading(texts)):
            read = self._read(list(dict.fromkeys(piece for _, _, piece in batch)))
            for text, offset, piece in batch:
                found[text] += [replace(one, start=one.start + offset, end=one.end + offset) for one in read[piece]]
        return found

    def _read(self, distinct: Sequence[str]) -> dict[str, tuple[Finding, ...]]:
        known = {piece: self._memory.get(piece) for piece in distinct}
        new = [piece for piece, names in known.items() if names is None]
        for piece, names in zip(new, self._model.find(new) if new else (), strict=True):
            known[piece] = tuple(one for name in names if (one := _trimmed(piece, name)) is not None)
            self._memory.put(piece, known[piece] or ())
        return {piece: names or () for piece, names in known.items()}


class _Memory:
    """Names of pieces by content; those that were not asked for longest go first. Threads may share one."""

    def __init__(self, characters: int) -> None:
        self._free = characters
        self._kept: OrderedDict[str, tuple[Finding, ...]] = OrderedDict()

    def get(self, piece: str) -> tuple[Finding, ...] | None:
        names = self._kept.pop(piece, None)
        if names is not None:
            self._kept[piece] = names
        return names

    def put(self, piece: str, names: tuple[Finding, ...]) -> None:
        if self._kept.pop(piece, None) is None:
            self._free -= len(piece)
        self._kept[piece] = names
        while self._free < 0 and self._kept:
            oldest, _ = self._kept.popitem(last=False)
            self._free += len(oldest)


def _worth_reading(texts: Sequence[str]) -> Iterator[_Piece]:
    for index, text in enumerate(texts):
        for offset, piece in pieces(text):
            if reads_as_text(piece):
                yield index, offset, _UNREADABLE.sub("\ufffd", piece)


def _batches(some: Iterable[_Piece]) -> Iterator[list[_Piece]]:
    batch: list[_Piece] = []
    held = 0
    for one in some:
        batch.append(one)
        held += len(one[2])
        if held >= TOGETHER:
            yield batch
            batch, held = [], 0
    if batch:
        yield batch


def _trimmed(piece: str, name: Finding) -> Finding | None:
    """A name without blanks and marks at its edges; None for what is none: addresses, markup, bare marks and digits."""
    inner = _BETWEEN_MARKS.search(piece, name.start, name.end)
    if inner is None:
        return None
    start, end = inner.span()
    if end - start < 2 or _NO_NAME.search(piece, start, end) or not _LETTER.search(piece, start, end):
        return None
    if name.entity == "PERSON" and any(map(str.isdigit, piece[start:end])):
        return None
    return replace(name, start=start, end=end)
