"""Links between fields: declared foreign keys, and values that two fields share.

Shared values are found without any value: two fields' bottom-k samples are uniform over the same keyed hashes, so below the
smaller of their largest kept hashes both samples are complete, and the share of common hashes there estimates the overlap of
the two sets (Broder 1997; Beyer et al. 2007).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from classifiers.sketch import Sketch
from engine.base.ids import FieldId

SHARED = 10  # common hashes below which an overlap is not believed
OVERLAP = 0.3  # share of the smaller side below which it is not a link
CROWD = 50  # a value that more fields hold than this links nothing
FEWEST = 20  # distinct values below which a field is a code list, not a link


@dataclass(frozen=True, slots=True)
class Overlap:
    """Two fields that share values; ``share`` of the smaller one's distinct values, estimated, 0..1."""

    one: FieldId
    other: FieldId
    share: float


def overlaps(sketches: Mapping[FieldId, Sketch]) -> list[Overlap]:
    """Pairs of fields with overlapping values, best first. Plain numbers are left out: all counters overlap."""
    fields = [field for field, sketch in sketches.items() if _can_link(sketch)]
    samples = [sketches[field].values.hashes for field in fields]
    pairs = _pairs(samples)
    found: list[Overlap] = []
    for one, other in pairs:
        share = _share(sketches[fields[one]], sketches[fields[other]])
        if share >= OVERLAP:
            first, second = sorted((fields[one], fields[other]))
            found.append(Overlap(first, second, round(share, 3)))
    return sorted(found, key=lambda link: (-link.share, link.one, link.other))


def _can_link(sketch: Sketch) -> bool:
    numbers = sum(sketch.kinds.get(kind, 0) for kind in ("integer", "real", "boolean", "date", "datetime", "time"))
    return len(sketch.values.hashes) >= FEWEST and (numbers < sketch.filled // 2 or bool(_tagged(sketch)))


def _tagged(sketch: Sketch) -> bool:
    """Numbers that a check recognises as more than a counter."""
    return any(hits.passed > 0.5 * sketch.filled for hits in sketch.hits.values())


def _pairs(samples: Sequence[np.ndarray[tuple[int], np.dtype[np.uint64]]]) -> list[tuple[int, int]]:
    """Indexes of samples with at least ``SHARED`` common hashes, through an inverted index."""
    if len(samples) < 2:
        return []
    hashes = np.concatenate(samples)
    owners = np.repeat(np.arange(len(samples)), [len(sample) for sample in samples])
    order = np.argsort(hashes, kind="stable")
    hashes, owners = hashes[order], owners[order]
    starts = np.flatnonzero(np.concatenate([[True], hashes[1:] != hashes[:-1]]))
    sizes = np.diff(np.append(starts, len(hashes)))
    counts: Counter[tuple[int, int]] = Counter()
    for start, size in zip(starts[sizes > 1].tolist(), sizes[sizes > 1].tolist(), strict=True):
        if size <= CROWD:
            counts.update(combinations(sorted(owners[start : start + size].tolist()), 2))
    return sorted(pair for pair, count in counts.items() if count >= SHARED)


def _share(one: Sketch, other: Sketch) -> float:
    """Overlap of the smaller set, from the region in which both samples are complete."""
    limit = min(_complete_to(one), _complete_to(other))
    mine = one.values.hashes[one.values.hashes <= limit]
    theirs = other.values.hashes[other.values.hashes <= limit]
    common = len(np.intersect1d(mine, theirs, assume_unique=True))
    return common / min(len(mine), len(theirs)) if common >= SHARED else 0.0


def _complete_to(sketch: Sketch) -> np.uint64:
    full = len(sketch.values.hashes) >= sketch.k
    return sketch.values.hashes[-1] if full else np.uint64(0xFFFF_FFFF_FFFF_FFFF)
