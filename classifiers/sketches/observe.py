"""From values to sketches: what a scan does with every chunk.

``sketch_columns`` takes the distinct values of each column, matches all columns in one pass, runs the checks and fills one
sketch a column. Every value is shaped, hashed and matched. A check that is vectorised (``hot``) runs on every match; one
that costs microseconds runs on the bottom-k sample of the values that matched and on the exemplar of every shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from classifiers.detector import Detector, DetectorKey
from classifiers.matching.exact import Index, distinct_sorted
from classifiers.matching.matcher import Cells, Match, Matcher
from classifiers.matching.readable import readable
from classifiers.sketches.distinct import Column, distinct_columns
from classifiers.sketches.hashing import U64, HashKey
from classifiers.sketches.sketch import (
    LENGTHS,
    VALUES_KEPT,
    BottomK,
    Hits,
    Sketch,
    checked_kept,
    length_bucket,
    registers_of,
)
from classifiers.sketches.values import Shaped, Values, beginnings, case_folded, decades

TOGETHER = 3 << 20  # bytes of columns that are matched in one pass


@dataclass(frozen=True, slots=True, eq=False)
class _Spans:
    """Matches of one detector in one column: index of the value, and the span in it."""

    values: Index
    starts: Index
    ends: Index


def observe(
    columns: Mapping[str, pa.Array[Any]],
    matcher: Matcher,
    key: HashKey,
    known: Mapping[str, Sketch] | None = None,
    size: int = VALUES_KEPT,
) -> dict[str, Sketch]:
    """One sketch for each column of one chunk. See ``sketch_columns`` for the arguments."""
    return sketch_columns(distinct_columns(columns), matcher, key, known, size)


def sketch_columns(
    columns: Mapping[str, Column],
    matcher: Matcher,
    key: HashKey,
    known: Mapping[str, Sketch] | None = None,
    size: int = VALUES_KEPT,
) -> dict[str, Sketch]:
    """One sketch for each column.

    Args:
        columns: distinct values with their rows, of one chunk or of several joined.
        matcher: of the detector pack.
        key: for the hashes.
        known: sketches of the same columns so far. They only save work: a value that cannot enter the merged sample is
            not checked. Merging the result into them gives the same bytes as without.
        size: of the value samples; sketches keep the smaller size when they merge.
    """
    known = known or {}
    return {
        name: sketch
        for some in _groups(columns)
        for name, sketch in _sketch_some(some, matcher, key, known, size).items()
    }


def _groups(columns: Mapping[str, Column]) -> Iterator[dict[str, Column]]:
    """Columns matched in one pass: as many as are worth one, since all their values are there as text meanwhile."""
    group: dict[str, Column] = {}
    held = 0
    for name, column in columns.items():
        group[name] = column
        held += column.array.nbytes
        if held >= TOGETHER:
            yield group
            group, held = {}, 0
    if group:
        yield group


def _sketch_some(
    columns: Mapping[str, Column], matcher: Matcher, key: HashKey, known: Mapping[str, Sketch], size: int
) -> dict[str, Sketch]:
    texts = [_as_read(column) for column in columns.values()]
    limits = np.cumsum([0, *map(len, texts)])
    fields = [
        Cells(first, last, matcher.named_by(name))
        for name, first, last in zip(columns, limits.tolist(), limits[1:].tolist(), strict=False)
    ]
    spans = _by_column(matcher.find([text for some in texts for text in some], fields), limits)
    return {
        name: _sketch(column, texts[index], spans[index], matcher.detectors, key, known.get(name), size)
        for index, (name, column) in enumerate(columns.items())
    }


def _as_read(column: Column) -> list[str]:
    """The distinct values as a person reads them."""
    texts = column.texts()
    if pc.all(pc.string_is_ascii(column.array)).as_py():
        return texts
    return [text if text.isascii() else readable(text).text for text in texts]


def sample_size(columns: int) -> int:
    """Values kept of each column: fewer where an asset has very many columns, so that its sketches stay bounded."""
    return max(64, min(VALUES_KEPT, (1 << 18) // max(columns, 1)))


def _by_column(matches: Iterable[Match], limits: Index) -> list[dict[int, _Spans]]:
    """Matches by column and detector; those of a detector's several patterns together."""
    out: list[dict[int, list[_Spans]]] = [{} for _ in limits[:-1]]
    for match in matches:
        cuts = np.searchsorted(match.texts, limits)
        for column in np.flatnonzero(np.diff(cuts)).tolist():
            part = slice(int(cuts[column]), int(cuts[column + 1]))
            found = _Spans(match.texts[part] - limits[column], match.starts[part], match.ends[part])
            out[column].setdefault(match.detector, []).append(found)
    return [{detector: _joined(parts) for detector, parts in one.items()} for one in out]


def _joined(parts: Sequence[_Spans]) -> _Spans:
    if len(parts) == 1:
        return parts[0]
    values = np.concatenate([one.values for one in parts])
    order = np.argsort(values, kind="stable")
    starts = np.concatenate([one.starts for one in parts])
    ends = np.concatenate([one.ends for one in parts])
    return _Spans(values[order], starts[order], ends[order])


def _sketch(
    column: Column,
    texts: Sequence[str],
    spans: Mapping[int, _Spans],
    detectors: Sequence[Detector],
    key: HashKey,
    known: Sketch | None,
    size: int,
) -> Sketch:
    counts = Sketch(
        epoch=key.epoch,
        k=size,
        rows=column.seen,
        nulls=column.nulls,
        empty=column.empty,
        kinds=dict(column.kinds),
    )
    if not texts:
        return counts
    values = Values.of(column, texts, key)
    shaped = Shaped.of(values, key)
    hits: dict[DetectorKey, Hits] = {}
    tried: list[tuple[DetectorKey, Index, npt.NDArray[np.bool_]]] = []
    for index, found in (*spans.items(), *_cells(detectors, values, shaped)):
        detector = detectors[index]
        judged = _judge(detector, found, values, shaped.exemplars, known)
        hits[detector.key] = _hits(detector, found, values, judged, known)
        if not detector.samples_cells:
            tried.append((detector.key, *judged))
    folded = case_folded(values, key)
    return replace(
        counts,
        lengths=np.bincount(length_bucket(values.lengths), values.rows, LENGTHS).astype(np.int64),
        decades=decades(values, shaped),
        values=BottomK.of(folded, values.rows, size),
        registers=registers_of(folded),
        beginnings=beginnings(values, shaped, key),
        shapes=shaped.counts(values.hashes, tried),
        hits=hits,
    )


def _cells(detectors: Sequence[Detector], values: Values, shaped: Shaped) -> Iterator[tuple[int, _Spans]]:
    """What detectors are shown that sample whole cells: those of their shapes."""
    cells: dict[str, _Spans] = {}
    for index, detector in enumerate(detectors):
        if detector.shapes is None or not detector.samples_cells:
            continue
        if detector.shapes not in cells:
            fits = re.compile(detector.shapes).fullmatch
            found = shaped.values([fits(text) is not None for text in shaped.texts])
            cells[detector.shapes] = _Spans(found, np.zeros(len(found), np.int64), values.lengths[found])
        if len(cells[detector.shapes].values):
            yield index, cells[detector.shapes]


def _judge(
    detector: Detector, found: _Spans, distinct: Values, exemplars: Index, known: Sketch | None
) -> tuple[Index, npt.NDArray[np.bool_]]:
    """The values on which the check was run (ascending), and whether any match in each passed."""
    values = distinct_sorted(found.values)
    chosen = values
    if detector.check is not None and not detector.hot:
        chosen = _to_check(values, distinct.hashes, exemplars, detector, known)
    if detector.check is None:
        return chosen, np.ones(len(chosen), bool)
    take = np.ones(len(found.values), bool) if len(chosen) == len(values) else np.isin(found.values, chosen)
    rows = found.values[take]
    texts = distinct.texts
    matched = [
        texts[value][start:end]
        for value, start, end in zip(rows.tolist(), found.starts[take].tolist(), found.ends[take].tolist(), strict=True)
    ]
    passed = np.asarray(detector.check(matched), bool) if matched else np.empty(0, bool)
    ok = np.zeros(len(chosen), bool)
    ok[np.searchsorted(chosen, rows[passed])] = True
    return chosen, ok


def _to_check(values: Index, hashes: U64, exemplars: Index, detector: Detector, known: Sketch | None) -> Index:
    """Which of the matched values a sampled check runs on: the smallest hashes, and the exemplars of shapes."""
    own = hashes[values]
    limit = known.threshold(detector.key) if known is not None else 1 << 64
    candidates = values if limit >= 1 << 64 else values[own <= np.uint64(limit)]
    kept = checked_kept(detector.key)
    if len(candidates) > kept:
        smallest = np.argpartition(hashes[candidates], kept - 1)[:kept]
        candidates = candidates[smallest]
    if detector.samples_cells:
        return np.sort(candidates)
    return np.union1d(candidates, np.intersect1d(values, exemplars))


def _hits(
    detector: Detector,
    found: _Spans,
    distinct: Values,
    judged: tuple[Index, npt.NDArray[np.bool_]],
    known: Sketch | None,
) -> Hits:
    values = distinct_sorted(found.values)
    whole = distinct_sorted(found.values[found.ends - found.starts == distinct.lengths[found.values]])
    checked, ok = judged
    limit = known.threshold(detector.key) if known is not None else 1 << 64
    own = distinct.hashes[checked]
    near = np.flatnonzero(own <= np.uint64(limit)) if limit < 1 << 64 else np.arange(len(own))
    kept = checked_kept(detector.key)
    if len(near) > 2 * kept:
        near = near[np.argpartition(own[near], 2 * kept)[: 2 * kept]]
    sample, first = np.unique(own[near], return_index=True)
    return Hits(
        rows=int(distinct.rows[values].sum()),
        whole=0 if detector.in_text else int(distinct.rows[whole].sum()),
        passed=int(distinct.rows[checked[ok]].sum()) if detector.hot else 0,
        hashes=sample[:kept].copy(),
        ok=ok[near][first][:kept].copy(),
    )
