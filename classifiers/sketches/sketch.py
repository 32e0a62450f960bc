"""The mergeable summary of a column: all that a verdict needs, and no value.

A sketch holds counts, keyed hashes, shapes and HyperLogLog registers. ``merge`` is associative and commutative and has the
empty sketch as its neutral element, and ``to_bytes`` is canonical, so any grouping of the rows into chunks and any order of
merging gives the same bytes. The building blocks that make it so:

- *counts* weigh every row, and add up;
- a *bottom-k* keeps the k smallest keyed hashes of distinct values (Bar-Yossef et al. 2002): a uniform sample of the distinct
  values. A hash among the k smallest of all is among the k smallest of each part it occurs in, so its count is exact;
- of each *shape*, the value with the smallest hash is the exemplar: what minorities look like is checked as well;
- *HyperLogLog* (Flajolet et al. 2007) with 2,048 registers, merged by maximum: standard error 2.3 %.
"""

from __future__ import annotations

from collections.abc import Container, Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from classifiers.detector import IN_TEXT, LISTED, DetectorKey
from classifiers.sketches.hashing import U64

Counts = npt.NDArray[np.int64]
K = TypeVar("K", bound=Hashable)

VERSION = 3
VALUES_KEPT = 1_024  # distinct values in the sample of a column, for distinctness and links
CHECKED_KEPT = 256  # distinct values a detector is checked on, beside every exemplar of a shape
SHOWN_KEPT = 64  # distinct cells shown whole to a detector: a model takes milliseconds for each, and lists are many
SHAPES_KEPT = 256
BEGINNINGS_KEPT = 64
ENDING = 4  # digits behind the beginning of a number
SERIES_LEAST, SERIES_DENSE = 20, 5  # distinct numbers of a series, and of each beginning, at least
EXACT_LENGTHS = 32  # lengths that have a bucket of their own in the length histogram
LENGTHS = 48  # its buckets: those exactly, then by powers of two
REGISTER_BITS = 11
REGISTERS = 1 << REGISTER_BITS


def checked_kept(detector: DetectorKey) -> int:
    """The size of a detector's sample. Sketches know detectors by their key alone, so that tells."""
    return SHOWN_KEPT if detector in LISTED or detector.endswith(f"/{IN_TEXT}") else CHECKED_KEPT


def length_bucket(lengths: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The bucket of each length in characters: 0..31 exactly, 32-63 -> 32, 64-127 -> 33, ..."""
    powers = np.frexp(np.maximum(lengths, 1).astype(np.float64))[1].astype(np.int64) + 26
    return np.minimum(np.where(lengths < EXACT_LENGTHS, lengths, powers), LENGTHS - 1)


@dataclass(frozen=True, slots=True, eq=False)
class BottomK:
    """The k smallest hashes with the rows they stand for; hashes ascend."""

    hashes: U64
    rows: Counts

    @classmethod
    def empty(cls) -> BottomK:
        """Of no value."""
        return cls(np.empty(0, np.uint64), np.empty(0, np.int64))

    @classmethod
    def of(cls, hashes: U64, rows: Counts, k: int) -> BottomK:
        """From hashes in any order, with repeats."""
        if len(hashes) > 4 * k:  # most need not be sorted, unless a few values repeat very often
            few = hashes <= np.partition(hashes, 2 * k)[2 * k]
            if len(np.unique(hashes[few])) >= k:
                hashes, rows = hashes[few], rows[few]
        unique, inverse = np.unique(hashes, return_inverse=True)
        summed = np.zeros(len(unique), np.int64)
        np.add.at(summed, inverse, rows)
        return cls(unique[:k].copy(), summed[:k].copy())

    def merge(self, other: BottomK, k: int) -> BottomK:
        """Of both together."""
        return BottomK.of(np.concatenate([self.hashes, other.hashes]), np.concatenate([self.rows, other.rows]), k)


@dataclass(frozen=True, slots=True, eq=False)
class Hits:
    """What one detector saw in a column.

    Attributes:
        rows: rows with a match; whole: with a match that is the whole cell; passed: whose match passed a check that runs
            on every match (0 for detectors whose check is sampled).
        hashes, ok: a bottom-k sample of the distinct values with a match, and whether each passed the check.
    """

    rows: int
    whole: int
    passed: int
    hashes: U64
    ok: npt.NDArray[np.bool_]

    def merge(self, other: Hits, k: int) -> Hits:
        """Of both together, with a sample of k values."""
        hashes, index = np.unique(np.concatenate([self.hashes, other.hashes]), return_index=True)
        return Hits(
            self.rows + other.rows,
            self.whole + other.whole,
            self.passed + other.passed,
            hashes[:k],
            np.concatenate([self.ok, other.ok])[index[:k]],
        )


@dataclass(frozen=True, slots=True)
class ShapeCount:
    """One shape: its rows, and how its exemplar (the value with the smallest hash) fared with each detector."""

    text: str
    rows: int
    exemplar: int
    tried: tuple[DetectorKey, ...] = ()
    passed: tuple[DetectorKey, ...] = ()

    def merge(self, other: ShapeCount) -> ShapeCount:
        """Of both together; the smaller exemplar stays."""
        best = min(self, other, key=lambda one: (one.exemplar, -len(one.tried), one.tried, one.passed))
        return ShapeCount(self.text, self.rows + other.rows, best.exemplar, best.tried, best.passed)

    def seen_by(self, detectors: Container[str]) -> ShapeCount:
        """How the exemplar fared with these detectors."""
        tried, passed = (tuple(key for key in keys if key in detectors) for keys in (self.tried, self.passed))
        return replace(self, tried=tried, passed=passed)


@dataclass(frozen=True, eq=False, kw_only=True)
class Sketch:
    """All that is kept of a column; see the module.

    Attributes:
        epoch: of the key that made the hashes; only sketches of one epoch merge.
        k: size of the value sample, in which values that differ in case only are one.
        rows: values seen, nulls and empty ones included; a repeated path counts each of its values.
        kinds: rows by kind of value: text, integer, real, boolean, date, datetime, time, binary.
        lengths: rows by ``length_bucket``.
        decades: rows by decade of the year, for values that look like a date.
        beginnings: the ``BEGINNINGS_KEPT`` smallest keyed hashes, ascending, of the beginnings of bare numbers of eight digits or
            more: of all but their last ``ENDING``. Numbers given one after the other have few.
        shapes: by keyed hash of the shape; the ``SHAPES_KEPT`` smallest.
    """

    epoch: int
    k: int = VALUES_KEPT
    rows: int = 0
    nulls: int = 0
    empty: int = 0
    kinds: Mapping[str, int] = field(default_factory=dict)
    lengths: Counts = field(default_factory=lambda: np.zeros(LENGTHS, np.int64))
    decades: Mapping[int, int] = field(default_factory=dict)
    values: BottomK = field(default_factory=BottomK.empty)
    registers: npt.NDArray[np.uint8] = field(default_factory=lambda: np.zeros(REGISTERS, np.uint8))
    beginnings: U64 = field(default_factory=lambda: np.empty(0, np.uint64))
    shapes: Mapping[int, ShapeCount] = field(default_factory=dict)
    hits: Mapping[DetectorKey, Hits] = field(default_factory=dict)

    @property
    def filled(self) -> int:
        """Rows with a value that is neither null nor empty."""
        return self.rows - self.nulls - self.empty

    @property
    def distinct(self) -> int:
        """Distinct values: exact below ``k``, else estimated by the k-th smallest hash (Beyer et al. 2007)."""
        if len(self.values.hashes) < self.k:
            return len(self.values.hashes)
        return max(self.k, round((self.k - 1) / (float(self.values.hashes[-1]) / 2**64)))

    @property
    def is_series(self) -> bool:
        """Whether it holds bare numbers given one after the other: many, that differ in their last digits for the most part."""
        kept, distinct = len(self.beginnings), self.distinct
        if not kept or distinct < SERIES_LEAST:
            return False
        begun = kept if kept < BEGINNINGS_KEPT else (kept - 1) / (float(self.beginnings[-1]) / 2**64)
        return begun <= distinct / SERIES_DENSE

    def threshold(self, detector: DetectorKey) -> int:
        """The hash from which on a value cannot enter the detector's sample any more."""
        hits = self.hits.get(detector)
        return int(hits.hashes[-1]) if hits is not None and len(hits.hashes) >= checked_kept(detector) else 1 << 64

    def seen_by(self, detectors: Container[str]) -> Sketch:
        """What these detectors saw, without what others did."""
        if all(key in detectors for key in self.hits):
            return self
        return replace(
            self,
            shapes={key: shape.seen_by(detectors) for key, shape in self.shapes.items()},
            hits={key: hits for key, hits in self.hits.items() if key in detectors},
        )


def merge(one: Sketch, other: Sketch) -> Sketch:
    """Of all rows of both. Of samples of different sizes the smaller size counts.

    Raises:
        ValueError: their hashes were made under different keys.
    """
    if one.epoch != other.epoch:
        raise ValueError("sketches of different key epochs do not merge")
    size = min(one.k, other.k)
    return Sketch(
        epoch=one.epoch,
        k=size,
        rows=one.rows + other.rows,
        nulls=one.nulls + other.nulls,
        empty=one.empty + other.empty,
        kinds=_added(one.kinds, other.kinds),
        lengths=one.lengths + other.lengths,
        decades=_added(one.decades, other.decades),
        values=one.values.merge(other.values, size),
        registers=np.maximum(one.registers, other.registers),
        beginnings=np.unique(np.concatenate([one.beginnings, other.beginnings]))[:BEGINNINGS_KEPT],
        shapes=_merged_shapes(one.shapes, other.shapes),
        hits=_merged_hits(one.hits, other.hits),
    )


def registers_of(hashes: U64) -> npt.NDArray[np.uint8]:
    """HyperLogLog registers of some hashes."""
    registers = np.zeros(REGISTERS, np.uint8)
    index = (hashes >> np.uint64(64 - REGISTER_BITS)).astype(np.int64)
    rest = hashes & np.uint64((1 << (64 - REGISTER_BITS)) - 1)
    ranks = (64 - REGISTER_BITS) - np.frexp(rest.astype(np.float64))[1] + 1
    np.maximum.at(registers, index, ranks.astype(np.uint8))
    return registers


def _added(one: Mapping[K, int], other: Mapping[K, int]) -> Mapping[K, int]:
    out = dict(one)
    for key, count in other.items():
        out[key] = out.get(key, 0) + count
    return out


def _merged_shapes(one: Mapping[int, ShapeCount], other: Mapping[int, ShapeCount]) -> Mapping[int, ShapeCount]:
    out = dict(one)
    for key, found in other.items():
        mine = out.get(key)
        out[key] = found if mine is None else mine.merge(found)
    return {key: out[key] for key in sorted(out)[:SHAPES_KEPT]}


def _merged_hits(one: Mapping[DetectorKey, Hits], other: Mapping[DetectorKey, Hits]) -> Mapping[DetectorKey, Hits]:
    out = dict(one)
    for key, found in other.items():
        mine = out.get(key)
        out[key] = found if mine is None else mine.merge(found, checked_kept(key))
    return out
