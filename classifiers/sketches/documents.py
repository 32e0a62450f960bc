"""Documents in cells: the values inside JSON that a field of text holds, as fields of their own.

A cell that is a JSON object, or a list with objects in it, is taken apart as records of JSON files are: ``profile`` with
``{"emails": [{"address": ...}]}`` also gives ``profile.emails[].address``. The field itself stays as it is. Whether a cell is a
document, and whether keys in it are data, is told by that cell alone, so what comes out does not depend on how rows were cut into
chunks. A value counts once for each row that holds it; of rows without it nothing is said.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
import pyarrow as pa

from classifiers.field_paths import join_path, list_path
from classifiers.object_keys import by_look, is_map
from classifiers.sketches.arrow import text_buffers
from classifiers.sketches.distinct import Column, counted, distinct_columns, joined_columns

MOST_PATHS = 500
"""Inside one field: those that come first. The others are still read as part of its cells."""
MOST_LEVELS = 64
_OPENING, _CLOSING = frozenset(b"{["), frozenset("}]")


class _Object(list[tuple[str, Any]]):
    """The entries of a JSON object, also of one with equal keys."""


class _Number(str):
    """A number as it is written."""

    __slots__ = ()


class _Real(_Number):
    __slots__ = ()


_DECODER = json.JSONDecoder(object_pairs_hook=_Object, parse_int=_Number, parse_float=_Real, parse_constant=_Real)


@dataclass(slots=True)
class _Leaf:
    """What is at one path: rows of each text, values of each kind, and rows in which there is any value."""

    counts: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    showing: int = 0


def with_documents(columns: Mapping[str, Column], known: Iterable[str] = ()) -> dict[str, Column]:
    """These columns, and those of the documents in their cells.

    Args:
        columns: by path.
        known: paths of fields that were met before: they go on, whatever else there may be of a field.
    """
    out = dict(columns)
    before = list(known)
    for path, column in columns.items():
        inside = [one for one in before if one.startswith((f"{path}.", f"{path}["))]
        for inner, leaf in _taken_apart(path, column, inside).items():
            new = counted(leaf.counts, leaf.kinds)
            out[inner] = joined_columns([out, {inner: new}])[inner] if inner in out else new
    return out


def rows_inside(path: str, array: pa.Array[Any]) -> dict[str, int]:
    """In how many rows of an array there is a value at each path inside the documents in its cells."""
    (column,) = distinct_columns({path: array}).values()
    return {inner: leaf.showing for inner, leaf in _taken_apart(path, column, ()).items() if leaf.showing}


def _taken_apart(path: str, column: Column, known: Iterable[str]) -> dict[str, _Leaf]:
    found: dict[str, _Leaf] = {inner: _Leaf() for inner in known}
    for document, rows in _documents(column):
        shown: set[str] = set()
        for inner, text, kind in _leaves(path, document, MOST_LEVELS):
            leaf = found.get(inner)
            if leaf is None:
                if len(found) >= MOST_PATHS:
                    continue
                leaf = found[inner] = _Leaf()
            leaf.counts[text] += rows
            leaf.kinds[kind] += rows
            if inner not in shown and text and not text.isspace():
                shown.add(inner)
                leaf.showing += rows
    return {inner: leaf for inner, leaf in found.items() if leaf.counts}


def _documents(column: Column) -> Iterator[tuple[Any, int]]:
    """The cells that are documents, each with the rows it stands for."""
    if not len(column.array):
        return
    offsets, data = text_buffers(column.array)
    opening = np.isin(data[offsets[:-1]], list(_OPENING))  # no cell is empty
    if not bool(opening.any()):
        return
    places = np.flatnonzero(opening)
    texts = cast("list[str]", column.array.take(places).to_pylist())
    for text, rows in zip(texts, column.rows[places].tolist(), strict=True):
        document = _parsed(text)
        if document is not None:
            yield document, rows


def _parsed(text: str) -> Any:
    """A document; None for a text that is none."""
    if text[-1] not in _CLOSING:
        return None
    try:
        value = _DECODER.decode(text)
    except (ValueError, RecursionError):
        return None
    is_document = isinstance(value, _Object) or any(isinstance(one, _Object) for one in value)
    return value if is_document else None


def _leaves(path: str, value: Any, levels: int) -> Iterator[tuple[str, str, str]]:
    """Each value with its path and kind. What lies deeper is left to the field that holds the document."""
    if isinstance(value, list):
        if levels:
            for inner, item in _entries(path, value):
                yield from _leaves(inner, item, levels - 1)
    elif isinstance(value, bool):
        yield path, "true" if value else "false", "boolean"
    elif isinstance(value, str):
        kind = "real" if isinstance(value, _Real) else "integer" if isinstance(value, _Number) else "text"
        yield path, value if value.isascii() else value.encode("utf-8", "replace").decode(), kind


def _entries(path: str, value: list[Any]) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, _Object):
        yield from ((list_path(path), item) for item in value)
        return
    keys = [key for key, _ in value]
    if by_look(keys) or is_map(dict(value)):
        for key, item in value:
            yield join_path(list_path(path), "key"), key
            yield join_path(list_path(path), "value"), item
        return
    yield from ((join_path(path, key), item) for key, item in value)
