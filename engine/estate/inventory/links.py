"""Links between fields: declared foreign keys, and values that two fields share.

Shared values are found without any value. The samples of two fields are the smallest of the same keyed hashes, so below the
smaller of their largest kept hashes both are complete, and there the values of one field are a uniform draw of which it is known
exactly how many the other one holds too (Broder 1997; Beyer et al. 2007). So the share has an exact one-sided bound (Clopper and
Pearson 1934); where both samples are whole fields, the share is exact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Self

import numpy as np

from classifiers.bounds import upper_bound
from classifiers.sketches.hashing import U64
from classifiers.sketches.sketch_bytes import Outline
from engine.base.ids import FieldId

SHARED = 10  # common hashes below which an overlap is not believed
OVERLAP = 0.3  # share of a field that is held by the other for certain (95 %), below which it is not a link
CROWD = 50  # a value that more fields hold than this links nothing
FEWEST = 20  # distinct values below which a field is a code list, not a link
ROOM = 4 << 20  # hashes held at once; looking through them takes about 40 bytes for each
_COUNTED = ("integer", "real", "boolean", "date", "datetime", "time")


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The values of a field that can be compared: all below ``limit``.

    Attributes:
        hashes: ascending.
        limit: the hash from which on the sample is not complete; None when it is of all values.
    """

    hashes: U64
    limit: np.uint64 | None

    @classmethod
    def of(cls, outline: Outline) -> Self | None:
        """Of a field's sketch; None for what links nothing: code lists, and plain numbers, for all counters overlap."""
        numbers = sum(outline.kinds.get(kind, 0) for kind in _COUNTED)
        recognised = any(passed > 0.5 * outline.filled for passed in outline.passed)
        if len(outline.hashes) < FEWEST or (numbers >= outline.filled // 2 and not recognised):
            return None
        if len(outline.hashes) < outline.k:
            return cls(outline.hashes, None)
        return cls(outline.hashes[:-1], outline.hashes[-1])  # the limit itself is no draw: it is always there


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two fields that hold the same things: values of ``one`` are in ``other``.

    Attributes:
        share: estimated share of ``one``'s distinct values that ``other`` holds too, 0..1; 1 if declared.
        least: with 95 % confidence it is at least that; None if declared.
        back: estimated share of ``other``'s distinct values that ``one`` holds too; None if declared.
        declared: as a foreign key from ``one`` to ``other``.
    """

    one: FieldId
    other: FieldId
    share: float
    least: float | None
    back: float | None
    declared: bool = False


Read = Callable[[], Iterable[tuple[FieldId, Sample]]]
"""Gives the samples of all fields, in the same order each time."""


def overlaps(read: Read, room: int = ROOM) -> list[Overlap]:
    """Pairs of fields with overlapping values, best first.

    Args:
        read: called once when all samples fit into ``room`` together, else several times.
        room: hashes to hold at once.
    """
    fields: list[FieldId] = []
    limits: list[np.uint64 | None] = []
    kept: list[tuple[FieldId, Sample]] = []
    total = 0
    for field, sample in read():
        fields.append(field)
        limits.append(sample.limit)
        total += len(sample.hashes)
        if total <= room:
            kept.append((field, sample))
        else:
            kept.clear()
    again = (lambda: kept) if total <= room else read
    common = _common(again, -(-total // room))
    sizes = _sizes(again, limits, common)
    found = (
        _overlap((fields[one], sizes[one, other]), (fields[other], sizes[other, one]), count, exact=exact)
        for (one, other), count in common.items()
        for exact in [limits[one] is None and limits[other] is None]
    )
    links = [(least, link) for least, link in found if least > OVERLAP]
    return [link for _, link in sorted(links, key=lambda pair: (-pair[0], pair[1].one, pair[1].other))]


def _common(read: Read, parts: int) -> dict[tuple[int, int], int]:
    """How many hashes two samples have in common, of those that have enough; by their places in ``read``.

    A hash that is in both samples is below both limits. Each turn takes one part of all hashes through an inverted index.
    """
    counts: Counter[tuple[int, int]] = Counter()
    for part in range(parts):
        hashes: list[U64] = []
        for _, sample in read():
            mine = sample.hashes
            hashes.append(mine if parts == 1 else mine[mine % np.uint64(parts) == part])
        counts.update(_pairs(hashes))
    return {pair: count for pair, count in counts.items() if count >= SHARED}


def _pairs(samples: Sequence[U64]) -> Iterator[tuple[int, int]]:
    """The places of two samples, once for each hash that both have."""
    if len(samples) < 2:
        return
    hashes = np.concatenate(samples)
    owners = np.repeat(np.arange(len(samples), dtype=np.int32), [len(sample) for sample in samples])
    order = np.argsort(hashes, kind="stable")
    hashes, owners = hashes[order], owners[order]
    del order
    same = np.concatenate([[False], hashes[1:] == hashes[:-1], [False]])
    del hashes
    starts, ends = np.flatnonzero(same[1:] & ~same[:-1]), np.flatnonzero(same[:-1] & ~same[1:]) + 1
    few = ends - starts <= CROWD
    for start, end in zip(starts[few], ends[few], strict=True):
        yield from combinations(owners[start:end].tolist(), 2)  # owners ascend: the sort is stable


def _sizes(
    read: Read, limits: Sequence[np.uint64 | None], pairs: Iterable[tuple[int, int]]
) -> Mapping[tuple[int, int], int]:
    """For each pair, both ways round: how many hashes of the first are in the region where both samples are complete."""
    partners: dict[int, list[int]] = {}
    for one, other in pairs:
        partners.setdefault(one, []).append(other)
        partners.setdefault(other, []).append(one)
    sizes: dict[tuple[int, int], int] = {}
    for place, (_, sample) in enumerate(read()):
        for other in partners.get(place, ()):
            limit = limits[other]
            below = len(sample.hashes) if limit is None else int(np.searchsorted(sample.hashes, limit))
            sizes[place, other] = below
    return sizes


def _overlap(
    one: tuple[FieldId, int], other: tuple[FieldId, int], common: int, *, exact: bool
) -> tuple[float, Overlap]:
    """The overlap with its lower bound, from the field that is held by the other to the larger degree."""
    (field, size), (into, into_size) = sorted((one, other), key=lambda side: (side[1], side[0]))
    share = common / size
    least = share if exact else 1 - upper_bound(size - common, size)
    return least, Overlap(field, into, round(share, 4), round(least, 4), round(common / into_size, 4))
