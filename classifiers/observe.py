"""From values to sketches: what a scan does with every chunk.

``observe`` joins the distinct values of each column, matches all columns in one pass, runs the checks and fills one sketch a
column. Every value is shaped, hashed and matched. A check that is vectorised (``hot``) runs on every match; one that costs
microseconds runs on the bottom-k sample of the values that matched and on the exemplar of every shape.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from classifiers.arrow import strings, text_buffers
from classifiers.detector import Detector, DetectorKey
from classifiers.hashing import U64, keyed_hashes
from classifiers.matcher import Index, Match, Matcher, distinct_sorted
from classifiers.shape import shapes
from classifiers.sketch import (
    CHECKED_KEPT,
    LENGTHS,
    SHAPES_KEPT,
    VALUES_KEPT,
    BottomK,
    Counts,
    Hits,
    ShapeCount,
    Sketch,
    length_bucket,
    registers_of,
)


@dataclass(frozen=True, slots=True)
class HashKey:
    """The secret under which values are hashed, with its epoch."""

    secret: bytes
    epoch: int


@dataclass(frozen=True, slots=True, eq=False)
class _Column:
    """The distinct values of one column of a chunk, as text, with the rows each stands for."""

    base: Sketch  # counts of rows, nulls, kinds: all that needs no text
    texts: list[str]
    array: pa.StringArray
    rows: Counts


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
    """One sketch for each column.

    Args:
        columns: arrays of strings, numbers, booleans, dates, times or binary, or lists of these.
        matcher: of the detector pack.
        key: for the hashes.
        known: sketches of the same columns so far. They only save work: a value that cannot enter the merged sample is
            not checked. Merging the result into them gives the same bytes as without.
        size: of the value samples; all sketches that shall merge need the same.
    """
    known = known or {}
    prepared = {name: _prepared(array, Sketch(epoch=key.epoch, k=size)) for name, array in columns.items()}
    texts = [text for column in prepared.values() for text in column.texts]
    limits = np.cumsum([0, *(len(column.texts) for column in prepared.values())])
    spans = _by_column(matcher.find(texts), limits)
    return {
        name: _sketch(column, spans[index], matcher.detectors, key, known.get(name))
        for index, (name, column) in enumerate(prepared.items())
    }


def sample_size(columns: int) -> int:
    """Values kept of each column: fewer where an asset has very many columns, so that its sketches stay bounded."""
    return max(64, min(VALUES_KEPT, (1 << 18) // max(columns, 1)))


def _prepared(array: pa.Array[Any], base: Sketch) -> _Column:
    """Flatten lists, count kinds, join equal values, turn them into text."""
    while pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
        array = pc.list_flatten(array)
    rows, nulls = len(array), array.null_count
    kind = _kind(array.type)
    counted = pc.value_counts(array.drop_null())
    values, counts = counted.field("values"), np.asarray(counted.field("counts"), np.int64)
    text, counts = _as_text(values, counts)
    text = strings(pc.utf8_trim_whitespace(text))
    offsets, _ = text_buffers(text)
    blank = np.diff(offsets) == 0
    empty = int(counts[blank].sum())
    if bool(blank.any()):
        keep = pa.array(~blank)
        text, counts = text.filter(keep), counts[~blank]
    base = replace(base, rows=rows, nulls=nulls, empty=empty, kinds={kind: rows - nulls} if rows > nulls else {})
    return _Column(base, [str(one) for one in text.to_pylist()], text, counts)


def _kind(kind: pa.DataType) -> str:
    tests = (
        (pa.types.is_boolean, "boolean"),
        (pa.types.is_integer, "integer"),
        (lambda one: pa.types.is_floating(one) or pa.types.is_decimal(one), "real"),
        (pa.types.is_timestamp, "datetime"),
        (pa.types.is_date, "date"),
        (pa.types.is_time, "time"),
        (lambda one: pa.types.is_binary(one) or pa.types.is_large_binary(one), "binary"),
    )
    return next((name for test, name in tests if test(kind)), "text")


def _as_text(values: pa.Array[Any], counts: Counts) -> tuple[pa.StringArray, Counts]:
    """Distinct values as text. Binary that is no UTF-8 has none and is left out: it only counts as binary."""
    if _kind(values.type) != "binary":
        return strings(values.cast(pa.string())), counts
    try:
        return strings(values.cast(pa.string())), counts
    except pa.ArrowInvalid:
        decoded = [_decoded(value) for value in values.to_pylist()]
        readable = np.array([one is not None for one in decoded], bool)
        return pa.array([one for one in decoded if one is not None], pa.string()), counts[readable]


def _decoded(value: Any) -> str | None:
    try:
        return bytes(value).decode()
    except UnicodeDecodeError:
        return None


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
    column: _Column, spans: Mapping[int, _Spans], detectors: Sequence[Detector], key: HashKey, known: Sketch | None
) -> Sketch:
    if not column.texts:
        return column.base
    hashes = keyed_hashes(column.array, key.secret)
    lengths = np.fromiter(map(len, column.texts), np.int64, len(column.texts))
    shaped = _Shaped.of(column, hashes, key)
    hits: dict[DetectorKey, Hits] = {}
    tried: list[tuple[DetectorKey, Index, npt.NDArray[np.bool_]]] = []
    for index, found in spans.items():
        detector = detectors[index]
        judged = _judge(detector, found, column, hashes, shaped.exemplars, known)
        hits[detector.key] = _hits(detector, found, column, lengths, hashes, judged, known)
        tried.append((detector.key, *judged))
    return replace(
        column.base,
        lengths=np.bincount(length_bucket(lengths), column.rows, LENGTHS).astype(np.int64),
        decades=_decades(column, shaped),
        values=BottomK.of(hashes, column.rows, column.base.k),
        registers=registers_of(hashes),
        shapes=shaped.counts(hashes, tried),
        hits=hits,
    )


def _judge(
    detector: Detector, found: _Spans, column: _Column, hashes: U64, exemplars: Index, known: Sketch | None
) -> tuple[Index, npt.NDArray[np.bool_]]:
    """The values on which the check was run (ascending), and whether any match in each passed."""
    values = distinct_sorted(found.values)
    chosen = values
    if detector.check is not None and not detector.hot:
        chosen = _to_check(values, hashes, exemplars, detector, known)
    if detector.check is None:
        return chosen, np.ones(len(chosen), bool)
    take = np.ones(len(found.values), bool) if len(chosen) == len(values) else np.isin(found.values, chosen)
    rows = found.values[take]
    texts = column.texts
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
    if len(candidates) > CHECKED_KEPT:
        smallest = np.argpartition(hashes[candidates], CHECKED_KEPT - 1)[:CHECKED_KEPT]
        candidates = candidates[smallest]
    return np.union1d(candidates, np.intersect1d(values, exemplars))


def _hits(
    detector: Detector,
    found: _Spans,
    column: _Column,
    lengths: Index,
    hashes: U64,
    judged: tuple[Index, npt.NDArray[np.bool_]],
    known: Sketch | None,
) -> Hits:
    values = distinct_sorted(found.values)
    whole = distinct_sorted(found.values[found.ends - found.starts == lengths[found.values]])
    checked, ok = judged
    limit = known.threshold(detector.key) if known is not None else 1 << 64
    own = hashes[checked]
    near = np.flatnonzero(own <= np.uint64(limit)) if limit < 1 << 64 else np.arange(len(own))
    if len(near) > 2 * CHECKED_KEPT:
        near = near[np.argpartition(own[near], 2 * CHECKED_KEPT)[: 2 * CHECKED_KEPT]]
    sample, first = np.unique(own[near], return_index=True)
    return Hits(
        rows=int(column.rows[values].sum()),
        whole=int(column.rows[whole].sum()),
        passed=int(column.rows[checked[ok]].sum()) if detector.hot else 0,
        hashes=sample[:CHECKED_KEPT].copy(),
        ok=ok[near][first][:CHECKED_KEPT].copy(),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Shaped:
    """The shapes of a column's values: distinct ones, which value has which, and the exemplar of each one kept."""

    texts: list[str]
    hashes: U64
    codes: Index
    rows: Counts
    kept: Index
    exemplars: Index

    @classmethod
    def of(cls, column: _Column, hashes: U64, key: HashKey) -> _Shaped:
        encoded = shapes(column.array).dictionary_encode()
        texts = strings(encoded.dictionary)
        codes = np.asarray(encoded.indices, np.int64)
        shape_hashes = keyed_hashes(texts, key.secret)
        kept = np.argsort(shape_hashes, kind="stable")[:SHAPES_KEPT]
        rows = np.bincount(codes, column.rows, len(texts)).astype(np.int64)
        members = np.flatnonzero(np.isin(codes, kept)) if len(texts) > SHAPES_KEPT else np.arange(len(codes))
        order = members[np.lexsort((hashes[members], codes[members]))]
        first = order[
            np.concatenate([[True], np.diff(codes[order]) != 0])
        ]  # ascending by code: the smallest hash of each
        exemplars = np.zeros(len(texts), np.int64)
        exemplars[codes[first]] = first
        return cls([str(one) for one in texts.to_pylist()], shape_hashes, codes, rows, kept, exemplars[kept])

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


_YEAR_FIRST = ("9999-99-99", "9999/99/99", "9999.99.99")
_YEAR_LAST = ("99-99-9999", "99/99/9999", "99.99.9999")


def _decades(column: _Column, shaped: _Shaped) -> dict[int, int]:
    """Rows by decade, of values that begin with a date."""
    out: dict[int, int] = {}
    for heads, begin in ((_YEAR_FIRST, 0), (_YEAR_LAST, 6)):
        wanted = [code for code, text in enumerate(shaped.texts) if text.startswith(heads)]
        if not wanted:
            continue
        values = np.flatnonzero(np.isin(shaped.codes, wanted))
        years = pc.utf8_slice_codeunits(column.array.take(values), begin, begin + 4)
        decades = np.asarray(years.cast(pa.int64()), np.int64) // 10 * 10
        for decade, rows in zip(*_summed(decades, column.rows[values]), strict=True):
            out[decade] = out.get(decade, 0) + rows
    return dict(sorted(out.items()))


def _summed(keys: Index, rows: Counts) -> tuple[list[int], list[int]]:
    unique, inverse = np.unique(keys, return_inverse=True)
    return unique.tolist(), np.bincount(inverse, rows, len(unique)).astype(np.int64).tolist()
