"""Apache Avro object container files, block by block; a cursor holds the offset of a block and a record in it."""

from __future__ import annotations

import bz2
import lzma
import sys
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Any, cast

import fastavro

from classifiers.field_paths import ROOT, join_path, list_path
from engine.base.errors import NotRead, StoreError
from engine.estate.formats.avrocodecs import MARK, Unpacked, is_known
from engine.estate.formats.format import Budget, Chunk, Cursor, Source, Trouble
from engine.estate.formats.nested import MAX_GRID, Shredder
from engine.estate.formats.parts import Parts
from engine.estate.formats.types import join_into, type_text

MAGIC = b"Obj\x01"
MAX_BLOCK = 256 << 20  # bytes of a block, as stored and as unpacked; a larger one is not read
_SCHEMA_DEPTH = 12  # levels that are followed of a schema that refers to itself

_STEP = 500  # records made into columns at once
_UNPACKERS: dict[str, tuple[Any, int]] = {
    "deflate": (lambda: zlib.decompressobj(-zlib.MAX_WBITS), 1_100),
    "bzip2": (bz2.BZ2Decompressor, 2_000_000),
    "xz": (lzma.LZMADecompressor, 10_000),
}
"""How the codecs of the standard library are undone, and how many times larger than its packed form a block can be.

The mark of 16 bytes between two blocks is too short to be taken for one that must be tried.
"""


_NATIVE = {"null", *_UNPACKERS}
_NESTING = {"record", "error", "array", "map"}


class AvroFormat:
    """Records of an Avro file, nested ones flattened; maps are lists of ``key`` and ``value``."""

    name = "avro"

    def chunks(self, source: Source, start: Cursor | None, budget: Budget) -> Iterator[Chunk]:
        """See ``Format.chunks``."""
        source.seek(0)
        if not source.read(1):
            yield _Rows(_Schema("null")).chunk(0, None)
            return
        source.seek(0)
        try:
            yield from _chunks(_Bounded(source), source, start, budget)
        except StoreError:
            raise
        except EOFError as error:
            raise StoreError("The Avro file ends in the middle of a block.", reason="truncated") from error
        except Exception as error:
            # Damaged bytes make fastavro raise almost anything; its words may quote them, so they are not passed on.
            raise StoreError("The Avro file is damaged.", reason="not_parseable") from error


def _chunks(file: _Bounded, source: Source, start: Cursor | None, budget: Budget) -> Iterator[Chunk]:
    blocks = fastavro.block_reader(cast("Any", file))
    file.codec = str(blocks.codec)
    schema = _Schema(blocks.writer_schema)
    if is_known(file.codec):
        source.seek(source.tell() - MARK)
        unpacked = Unpacked(source, blocks.writer_schema, source.read(MARK), file.codec, MAX_BLOCK)
        blocks = fastavro.block_reader(cast("Any", unpacked))
    elif file.codec not in _NATIVE:
        raise NotRead("Blocks of the Avro file are packed in a way that is not read.", reason="unsupported_codec")
    most = max(1, min(budget.rows, MAX_GRID // (schema.fields + 1)))
    skip, place = 0, source.tell()
    if start is not None:
        skip, place = int(str(start["record"])), int(str(start["offset"]))
        source.seek(place)
    rows = _Rows(schema)
    begun = at = place
    plain = 0  # bytes of the chunk's records, unpacked
    for block in cast("Iterator[Any]", blocks):
        end, left, records = source.tell(), block.num_records - skip, islice(block, skip, None)
        width = max(1, block.bytes_.getbuffer().nbytes // max(1, block.num_records))
        while left > 0:
            count = min(left, most - rows.parts.rows, max(1, (budget.bytes - plain) // width))
            rows.add(records, count)
            skip, left, plain = skip + count, left - count, plain + count * width
            if rows.parts.rows >= most or max(plain, end - begun) >= budget.bytes:
                behind = {"offset": at, "record": skip} if left else {"offset": end, "record": 0}
                yield rows.chunk(end - begun, behind)
                rows, begun, plain = _Rows(schema), at if left else end, 0
        at, skip = end, 0
    yield rows.chunk(at - begun, None)


class _Rows:
    """The records of one chunk."""

    def __init__(self, schema: _Schema) -> None:
        self.parts = Parts()
        self._schema = schema
        self._cut = 0

    def add(self, records: Iterator[object], count: int) -> None:
        for place in range(0, count, _STEP):
            some = list(islice(records, min(_STEP, count - place)))
            shredder = Shredder(len(some), self._schema.maps, grid=sys.maxsize, named=True)
            shredder.add("", some)
            self.parts.add(shredder.batch(), len(some))
            self._cut += shredder.cut

    def chunk(self, size: int, behind: Cursor | None) -> Chunk:
        troubles = (Trouble("cell_cut", self._cut, lost=True),) if self._cut else ()
        types = {path: self._schema.types[path] for path in self.parts.names if path in self._schema.types}
        return Chunk(self.parts.batch(), self.parts.rows, size, behind, troubles, types)


class _Schema:
    """What matters of a schema.

    Attributes:
        maps: the paths of all maps: their keys are data, not names.
        fields: how many fields there are.
        types: what the schema declares each path to be that holds no further ones; null, which most may be, is not told.
    """

    def __init__(self, schema: Any) -> None:
        self.maps: set[str] = set()
        self.fields = 0
        self.types: dict[str, str] = {}
        self._named: dict[str, Any] = {}
        self._visit(schema, "", 0)

    def _visit(self, schema: Any, path: str, depth: int) -> None:
        schema = self._named.get(schema, schema) if isinstance(schema, str) else schema
        if _is_leaf(schema) and schema != "null":
            join_into(self.types, {path or ROOT: _declared(schema)})
        if isinstance(schema, list):
            for branch in schema:
                self._visit(branch, path, depth)
        if not isinstance(schema, dict) or depth > _SCHEMA_DEPTH:
            return
        kind = schema.get("type")
        if isinstance(schema.get("name"), str):
            self._named[schema["name"]] = schema
        if kind == "map":
            self.maps.add(path)
            self._visit(schema["values"], join_path(list_path(path), "value"), depth + 1)
        elif kind == "array":
            self._visit(schema["items"], list_path(path), depth + 1)
        elif kind in ("record", "error"):
            for item in schema.get("fields", ()):
                self.fields += 1
                self._visit(item["type"], join_path(path, item["name"]), depth + 1)
        elif isinstance(kind, list | dict):
            self._visit(kind, path, depth + 1)


def _is_leaf(schema: Any) -> bool:
    kind = schema.get("type") if isinstance(schema, dict) else schema
    return isinstance(kind, str) and kind not in _NESTING


def _declared(schema: Any) -> str:
    """A type as it is declared: with the name of an enum or fixed, without the symbols, which are values."""
    if isinstance(schema, str):
        return type_text(schema)
    kind, logical = str(schema["type"]), schema.get("logicalType")
    if logical == "decimal":
        return type_text(f"decimal({schema.get('precision')}, {schema.get('scale', 0)})")
    name = f" {schema['name']}" if kind in ("enum", "fixed") and schema.get("name") else ""
    size = f"({schema.get('size')})" if kind == "fixed" else ""
    return type_text(f"{kind}{size}{name}" + (f" ({logical})" if logical else ""))


class _Bounded:
    """A source that refuses a block of absurd size, which a damaged length would ask for, or little data unpack to.

    Attributes:
        codec: of the blocks, once it is known.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self.codec = ""

    def read(self, size: int = -1) -> bytes:
        data = b"" if size > MAX_BLOCK else self._source.read(size)
        if size > MAX_BLOCK or _unpacks_to_more(data, self.codec):
            raise StoreError("An Avro block is larger than 256 MB.", reason="too_large")
        return data

    def tell(self) -> int:
        return self._source.tell()


def _unpacks_to_more(data: bytes, codec: str) -> bool:
    """Whether a packed block is larger than ``MAX_BLOCK``: tried only where it can be, and without keeping it."""
    make, most = _UNPACKERS.get(codec, (None, 0))
    if len(data) * most <= MAX_BLOCK:
        return False
    unpacker, total = make(), 0
    while True:
        plain = unpacker.decompress(data, 1 << 20)
        data = getattr(unpacker, "unconsumed_tail", b"")  # the others keep what is left themselves
        total += len(plain)
        if total > MAX_BLOCK:
            return True
        if unpacker.eof or not (plain or data):
            return False
