"""Sketches as bytes: canonical, so that equal sketches have equal bytes on every machine.

Layout: ``RVSK``, version (1 byte), length of the header (4 bytes, big-endian), header (JSON with sorted keys, ASCII, no
blanks), then the arrays that the header counts, little-endian: value hashes and rows, hashes of beginnings, registers, and
for each detector in order of its key the hashes and outcomes. Registers are written as (index, value) pairs while fewer than
a third are set.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from classifiers.detector import DetectorKey
from classifiers.sketches.hashing import U64
from classifiers.sketches.sketch import LENGTHS, REGISTERS, VERSION, BottomK, Hits, ShapeCount, Sketch

_MAGIC = b"RVSK"


class SketchError(ValueError):
    """Bytes that are not a sketch of this version."""


def to_bytes(sketch: Sketch) -> bytes:
    """The canonical bytes."""
    set_registers = np.flatnonzero(sketch.registers)
    sparse = len(set_registers) < REGISTERS // 3
    hits = sorted(sketch.hits.items())
    header = {
        "epoch": sketch.epoch,
        "k": sketch.k,
        "rows": sketch.rows,
        "nulls": sketch.nulls,
        "empty": sketch.empty,
        "kinds": dict(sketch.kinds),
        "lengths": sketch.lengths.tolist(),
        "decades": {str(decade): rows for decade, rows in sketch.decades.items()},
        "values": len(sketch.values.hashes),
        "beginnings": len(sketch.beginnings),
        "registers": len(set_registers) if sparse else -1,
        "shapes": [
            [key, one.text, one.rows, one.exemplar, list(one.tried), list(one.passed)]
            for key, one in sorted(sketch.shapes.items())
        ],
        "hits": [[key, one.rows, one.whole, one.passed, len(one.hashes)] for key, one in hits],
    }
    text = json.dumps(header, sort_keys=True, separators=(",", ":")).encode("ascii")
    parts = [_MAGIC, bytes([VERSION]), struct.pack(">I", len(text)), text]
    parts += [sketch.values.hashes.astype("<u8").tobytes(), sketch.values.rows.astype("<i8").tobytes()]
    parts.append(sketch.beginnings.astype("<u8").tobytes())
    if sparse:
        parts += [set_registers.astype("<u2").tobytes(), sketch.registers[set_registers].tobytes()]
    else:
        parts.append(sketch.registers.tobytes())
    for _, one in hits:
        parts += [one.hashes.astype("<u8").tobytes(), one.ok.astype(np.uint8).tobytes()]
    return b"".join(parts)


def from_bytes(data: bytes) -> Sketch:
    """The sketch that ``to_bytes`` wrote.

    Raises:
        SketchError: other bytes, also cut, longer or of another version.
    """
    try:
        sketch, read = _parse(data)
    except (ValueError, KeyError, TypeError, IndexError, struct.error) as exc:
        raise SketchError("not a sketch of this version") from exc
    if read != len(data) or to_bytes(sketch) != data:
        raise SketchError("not the canonical bytes of a sketch")
    return sketch


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """What linking needs of a sketch.

    Attributes:
        filled, kinds, k: see Sketch; hashes: of its sample of values, ascending.
        passed: of each detector, rows whose match passed a check that runs on every match.
    """

    filled: int
    kinds: Mapping[str, int]
    k: int
    hashes: U64
    passed: tuple[int, ...]


def outline(data: bytes) -> Outline:
    """The outline of a sketch, many times faster than ``from_bytes``: what follows in the bytes is not looked at.

    Raises:
        SketchError: other bytes.
    """
    try:
        header, arrays = _head(data)
        return Outline(
            header["rows"] - header["nulls"] - header["empty"],
            header["kinds"],
            header["k"],
            arrays.take("<u8", header["values"]),
            tuple(one[3] for one in header["hits"]),
        )
    except (ValueError, KeyError, TypeError, IndexError, struct.error) as exc:
        raise SketchError("not a sketch of this version") from exc


class _Arrays:
    """Takes arrays off a buffer, one after the other."""

    def __init__(self, data: bytes, offset: int) -> None:
        self.data = data
        self.offset = offset

    def take(self, kind: str, count: int) -> npt.NDArray[Any]:
        array = np.frombuffer(self.data, np.dtype(kind), count, self.offset)
        self.offset += array.nbytes
        return array


def _head(data: bytes) -> tuple[Any, _Arrays]:
    if data[:4] != _MAGIC or data[4] != VERSION:
        raise ValueError("magic or version")
    (size,) = struct.unpack_from(">I", data, 5)
    return json.loads(data[9 : 9 + size]), _Arrays(data, 9 + size)


def _parse(data: bytes) -> tuple[Sketch, int]:
    header, arrays = _head(data)
    values = BottomK(arrays.take("<u8", header["values"]), arrays.take("<i8", header["values"]))
    beginnings = arrays.take("<u8", header["beginnings"])
    registers = np.zeros(REGISTERS, np.uint8)
    if header["registers"] >= 0:
        index = arrays.take("<u2", header["registers"])
        registers[index] = arrays.take("u1", header["registers"])
    else:
        registers = arrays.take("u1", REGISTERS)
    hits = {
        DetectorKey(key): Hits(rows, whole, passed, arrays.take("<u8", count), arrays.take("u1", count).astype(bool))
        for key, rows, whole, passed, count in header["hits"]
    }
    lengths = np.array(header["lengths"], np.int64)
    if len(lengths) != LENGTHS:
        raise ValueError("length histogram")
    sketch = Sketch(
        epoch=header["epoch"],
        k=header["k"],
        rows=header["rows"],
        nulls=header["nulls"],
        empty=header["empty"],
        kinds=header["kinds"],
        lengths=lengths,
        decades={int(decade): rows for decade, rows in header["decades"].items()},
        values=values,
        registers=registers,
        beginnings=beginnings,
        shapes={
            key: ShapeCount(text, rows, exemplar, tuple(tried), tuple(passed))
            for key, text, rows, exemplar, tried, passed in header["shapes"]
        },
        hits=hits,
    )
    return sketch, arrays.offset
