"""The distinct values of a column in every form that its sketch needs: texts, hashes, shapes, decades, beginnings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from classifiers.detector import DetectorKey
from classifiers.matching.exact import Index
from classifiers.sketches.arrow import strings
from classifiers.sketches.distinct import Column
from classifiers.sketches.hashing import U64, HashKey, keyed_hashes
from classifiers.sketches.shape import shapes
from classifiers.sketches.sketch import BEGINNINGS_KEPT, ENDING, SHAPES_KEPT, Counts, ShapeCount


@dataclass(frozen=True, slots=True, eq=False)
class Values:
    """The distinct values of a column in every form that is needed of them."""

    texts: Sequence[str]
    array: pa.StringArray
    rows: Counts
    lengths: Index
    hashes: U64

    @classmethod
    def of(cls, column: Column, texts: Sequence[str], key: HashKey) -> Values:
        """Of a column's values, whose texts as they are read are ``texts``."""
        lengths = np.fromiter(map(len, texts), np.int64, len(texts))
        return cls(texts, column.array, column.rows, lengths, keyed_hashes(column.array, key.secret))


def case_folded(values: Values, key: HashKey) -> U64:
    """Hashes in which case does not count, so that the same e-mail address is the same value in every store."""
    folded = strings(pc.utf8_lower(values.array))
    return values.hashes if folded.equals(values.array) else keyed_hashes(folded, key.secret)


@dataclass(frozen=True, slots=True, eq=False)
class Shaped:
    """The shapes of a column's values: distinct ones, which value has which, and the exemplar of each one kept."""

    texts: list[str]
    hashes: U64
    codes: Index
    rows: Counts
    kept: Index
    exemplars: Index

    @classmethod
    def of(cls, values: Values, key: HashKey) -> Shaped:
        """The shapes of some values."""
        hashes = values.hashes
        encoded = shapes(values.array).dictionary_encode()
        texts = strings(encoded.dictionary)
        codes = np.asarray(encoded.indices, np.int64)
        shape_hashes = keyed_hashes(texts, key.secret)
        kept = np.argsort(shape_hashes, kind="stable")[:SHAPES_KEPT]
        rows = np.bincount(codes, values.rows, len(texts)).astype(np.int64)
        members = np.flatnonzero(np.isin(codes, kept)) if len(texts) > SHAPES_KEPT else np.arange(len(codes))
        order = members[np.lexsort((hashes[members], codes[members]))]
        first = order[
            np.concatenate([[True], np.diff(codes[order]) != 0])
        ]  # ascending by code: the smallest hash of each
        exemplars = np.zeros(len(texts), np.int64)
        exemplars[codes[first]] = first
        return cls([str(one) for one in texts.to_pylist()], shape_hashes, codes, rows, kept, exemplars[kept])

    def values(self, wanted: Sequence[bool]) -> Index:
        """The values, ascending, of the shapes that are wanted."""
        return np.flatnonzero(np.asarray(wanted, bool)[self.codes])

    def counts(
        self, hashes: U64, tried: Iterable[tuple[DetectorKey, Index, npt.NDArray[np.bool_]]]
    ) -> dict[int, ShapeCount]:
        """The kept shapes, each with the fate of its exemplar."""
        tries: dict[int, list[DetectorKey]] = {}
        passes: dict[int, list[DetectorKey]] = {}
        for key, values, ok in tried:
            for value in np.intersect1d(values, self.exemplars).tolist():
                tries.setdefault(value, []).append(key)
            for value in np.intersect1d(values[ok], self.exemplars).tolist():
                passes.setdefault(value, []).append(key)
        return {
            int(self.hashes[shape]): ShapeCount(
                self.texts[shape],
                int(self.rows[shape]),
                int(hashes[value]),
                tuple(sorted(tries.get(value, ()))),
                tuple(sorted(passes.get(value, ()))),
            )
            for shape, value in zip(self.kept.tolist(), self.exemplars.tolist(), strict=True)
        }


def beginnings(distinct: Values, shaped: Shaped, key: HashKey) -> U64:
    """Of bare numbers, all but the last digits: the smallest keyed hashes."""
    numbers = shaped.values([len(text) >= 2 * ENDING and text.strip("9") == "" for text in shaped.texts])
    if not len(numbers):
        return np.empty(0, np.uint64)
    begun = pc.unique(pc.utf8_slice_codeunits(distinct.array.take(numbers), 0, -ENDING))
    return np.unique(keyed_hashes(strings(begun), key.secret))[:BEGINNINGS_KEPT]


_YEAR_FIRST = ("9999-99-99", "9999/99/99", "9999.99.99")
_YEAR_LAST = ("99-99-9999", "99/99/9999", "99.99.9999")


def decades(distinct: Values, shaped: Shaped) -> dict[int, int]:
    """Rows by decade, of values that begin with a date."""
    out: dict[int, int] = {}
    for heads, begin in ((_YEAR_FIRST, 0), (_YEAR_LAST, 6)):
        wanted = [code for code, text in enumerate(shaped.texts) if text.startswith(heads)]
        if not wanted:
            continue
        values = np.flatnonzero(np.isin(shaped.codes, wanted))
        years = pc.utf8_slice_codeunits(distinct.array.take(values), begin, begin + 4)
        decades = np.asarray(years.cast(pa.int64()), np.int64) // 10 * 10
        for decade, rows in zip(*_summed(decades, distinct.rows[values]), strict=True):
            out[decade] = out.get(decade, 0) + rows
    return dict(sorted(out.items()))


def _summed(keys: Index, rows: Counts) -> tuple[list[int], list[int]]:
    unique, inverse = np.unique(keys, return_inverse=True)
    return unique.tolist(), np.bincount(inverse, rows, len(unique)).astype(np.int64).tolist()
