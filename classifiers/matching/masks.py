"""Values in which all digits are one: how a column of numbers is looked through at the cost of a few.

Most rules ask for digits, not for which ones. For these a value and its *mask*, the same value with all its digits turned into
``0``, match alike, at the same places. A column of numbers or addresses has many values and few masks, so these rules are looked
for in the masks, and what is found there holds for every value behind them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any, cast

import numpy as np

from classifiers.matching.exact import Index, Spans
from classifiers.rules.tree import parts

DIGITS = frozenset(b"0123456789")
WORTH = 2  # values a mask must stand for on average
_TO_ZERO = bytes(ord("0") if point in DIGITS else point for point in range(256))
_GROUPS = {sre.GROUPREF, sre.GROUPREF_IGNORE, sre.GROUPREF_LOC_IGNORE, sre.GROUPREF_UNI_IGNORE}


def is_blind(regex: str, flags: int = 0) -> bool:
    """Whether an expression matches alike whatever its digits are.

    So it does where no digit stands by itself, where each set holds all ten ASCII digits or none, and where nothing that was
    matched has to come again. What is not certain counts as telling digits apart.
    """
    return _is_blind(_parser.parse(regex, flags))


def _is_blind(nodes: Any) -> bool:
    return all(_node_is_blind(op, argument) and all(map(_is_blind, parts(op, argument))) for op, argument in nodes)


def _node_is_blind(op: Any, argument: Any) -> bool:
    if op in {sre.LITERAL, sre.NOT_LITERAL}:
        return argument not in DIGITS
    if op is sre.IN:
        return _digits_of(argument) in {frozenset(), DIGITS}
    return op not in _GROUPS


def _digits_of(items: Any) -> frozenset[int]:
    """The digits that the members of a set name; whether the set is negated does not matter."""
    held: set[int] = set()
    for op, argument in items:
        if op is sre.LITERAL:
            held |= {argument} & DIGITS
        elif op is sre.RANGE:
            held |= {point for point in DIGITS if argument[0] <= point <= argument[1]}
        elif op is sre.CATEGORY and argument not in {sre.CATEGORY_SPACE, sre.CATEGORY_NOT_SPACE}:
            held |= DIGITS
    return frozenset(held)


@dataclass(frozen=True, slots=True, eq=False)
class Masks:
    """What is looked through instead of some texts, and which texts each one stands for.

    Attributes:
        texts: masks, or the texts themselves where masks would hardly be fewer.
        begins: for each of them where its texts begin in ``members``, and the end of the last.
        members: indexes of texts.
    """

    texts: list[str]
    begins: Index
    members: Index

    @classmethod
    def of(cls, texts: Sequence[str], limits: Iterable[tuple[int, int]]) -> Masks:
        """Masks of the cells of fields, each given by its first text and the one behind its last."""
        looked_at: list[str] = []
        begins: list[Index] = [np.zeros(1, np.int64)]
        members: list[Index] = []
        for first, last in limits:
            some, codes = _masked(texts[first:last])
            looked_at += some
            begins.append(np.cumsum(np.bincount(codes, minlength=len(some))) + first)
            members.append(np.argsort(codes, kind="stable") + first)
        return cls(looked_at, np.concatenate(begins), np.concatenate([np.empty(0, np.int64), *members]))

    def expanded(self, spans: Spans) -> Spans:
        """The spans in all texts that were found in what stands for them; ascending, those of one text in their order."""
        rows, starts, ends = spans
        counts = self.begins[rows + 1] - self.begins[rows]
        behind = np.cumsum(counts)
        within = np.arange(int(behind[-1]) if len(behind) else 0) - np.repeat(behind - counts, counts)
        out = self.members[np.repeat(self.begins[rows], counts) + within]
        order = np.argsort(out, kind="stable")
        return out[order], np.repeat(starts, counts)[order], np.repeat(ends, counts)[order]


def _masked(texts: Sequence[str]) -> tuple[list[str], Index]:
    """Distinct masks and the mask of each text; or the texts as they are."""
    joined = "".join(texts)
    if joined.isascii():
        lengths = np.fromiter(map(len, texts), np.int32, len(texts))
        offsets = np.zeros(len(texts) + 1, np.int32)
        np.cumsum(lengths, out=offsets[1:])
        data = joined.encode("ascii").translate(_TO_ZERO)
        import pyarrow as pa  # here, since only columns have masks, and a text is classified sooner without Arrow

        cells = pa.StringArray.from_buffers(len(texts), pa.py_buffer(offsets.tobytes()), pa.py_buffer(data))
        encoded = cells.dictionary_encode()
        if len(encoded.dictionary) * WORTH <= len(texts):
            return cast("list[str]", encoded.dictionary.to_pylist()), np.asarray(encoded.indices, np.int64)
    return list(texts), np.arange(len(texts))
