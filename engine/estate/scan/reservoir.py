"""A uniform sample of rows that come by, of a size fixed beforehand.

Each row gets a random key of 64 bits, and the rows with the smallest keys stay: every set of ``size`` rows is equally likely.
Where their bytes do not fit, fewer stay: those with the smallest keys again, up to the first that does not fit. How many these
are depends on how long they are, and so on what is in them. Still the bound of so many rows holds: if they are enough to exclude
some share of all rows and missed it, then so did the first of them, as many as that takes, and these are a sample of fixed size.
The key is Philox (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011) of seed, stream and the row's number, so
the sample depends neither on where chunks are cut nor on the order in which reservoirs are merged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from engine.estate.formats.format import CHUNK_BYTES, CHUNK_ROWS
from engine.estate.formats.parts import as_text

U64 = npt.NDArray[np.uint64]
Places = npt.NDArray[np.int64]
Array: TypeAlias = "pa.Array[Any]"

_pa = cast("Any", pa)  # its stubs know fewer functions and types than it does

ALL = 2**64 - 1
BLOCK = 4  # keys that Philox makes of one number
SLACK = 1024  # rows held beyond size and a quarter before they are sorted out
PIECES = 256  # held before they are joined
JOINED_BYTES = CHUNK_BYTES  # up to which pieces are joined: Arrow's text columns end at 2 GiB
MOST_BYTES = 96 << 20  # of a sample
ROW_BYTES = 32  # of its key and place
CELL_BYTES = 8
CELLS = 1 << 21  # of one batch that is given


class Reservoir:
    """Takes all rows in and keeps a sample without replacement.

    Memory holds about ``size`` rows or ``most_bytes``, a quarter more at times, and one chunk. Long rows are not dropped for
    short ones, which would make the sample lie: it becomes smaller.

    Args:
        size: rows to keep at most; at least one is kept.
        seed: of the keys; 64 bits of it count.
        stream: number of the object that the rows come from. Reservoirs of different objects can be merged.
        most_bytes: of the rows kept, by ``_row_bytes``.

    Attributes:
        seen: rows that came by.

    Raises:
        ValueError: the size is not positive.
    """

    def __init__(self, size: int, seed: int, stream: int = 0, most_bytes: int = MOST_BYTES) -> None:
        if size < 1:
            raise ValueError("a sample has at least one row")
        self.size = size
        self.most_bytes = most_bytes
        self.seen = 0
        self._seed = seed
        self._stream = stream
        self._streams = {stream}
        self._next = 0
        self._limit = ALL
        self._pieces: list[_Piece] = []
        self._most_pieces = PIECES
        self._kinds: dict[str, set[pa.DataType]] = {}
        self._first_seen: dict[str, tuple[int, int]] = {}

    @property
    def rows(self) -> int:
        """Of the sample: as many as came by, at most ``size``, and fewer where they are long."""
        self._compact()
        return sum(len(piece.keys) for piece in self._pieces)

    @property
    def bytes(self) -> int:
        """That are held, roughly."""
        return sum(int(piece.bytes.sum()) for piece in self._pieces)

    def add(self, batch: pa.RecordBatch, rows: int) -> None:
        """Let the next rows of the stream come by.

        Args:
            batch: their columns, any subset of which they may have.
            rows: how many they are, also where the batch has no column.

        Raises:
            ValueError: the batch has another number of rows.
        """
        if batch.num_columns and batch.num_rows != rows:
            raise ValueError("a batch has as many rows as are said to be in it")
        self._note(batch.schema)
        keys = _keys(self._seed, self._stream, self._next, rows)
        wanted = _smallest(keys, np.flatnonzero(keys <= np.uint64(self._limit)), self.size)
        numbers = self._next + wanted
        self._next += rows
        self.seen += rows
        if not len(wanted):
            return
        taken = _filled(_taken(batch.replace_schema_metadata(None), wanted))
        streams = np.full(len(wanted), self._stream)
        self._pieces.append(_Piece(keys[wanted], streams, numbers, _row_bytes(taken, len(wanted)), taken))
        self._tidy()

    def merge(self, other: Reservoir) -> None:
        """Take in what another reservoir of the same size and seed holds: the same as if its rows had come by here.

        Raises:
            ValueError: size or seed differ, or both saw rows of one stream.
        """
        same = (self.size, self.most_bytes, self._seed) == (other.size, other.most_bytes, other._seed)
        if not same or self._streams & other._streams:
            raise ValueError("samples to merge have one size, one seed, and streams of their own")
        self.seen += other.seen
        self._streams |= other._streams
        self._limit = min(self._limit, other._limit)
        self._pieces += other._pieces
        for name, kinds in other._kinds.items():
            self._kinds.setdefault(name, set()).update(kinds)
            first = other._first_seen[name]
            self._first_seen[name] = min(first, self._first_seen.get(name, first))
        self._tidy()

    def numbers(self) -> Places:
        """The sample's rows by their number in their stream, ascending; of one stream only."""
        self._compact()
        return np.sort(np.concatenate([np.empty(0, np.int64), *(piece.numbers for piece in self._pieces)]))

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The sample by stream and in original order, with every column that came by.

        Rows without a column have nulls there. A column that came in several types is text; where some of them were lists, a
        single value is a list of one. When no column came by, there is no batch, whatever ``rows`` says.
        """
        self._compact()
        names = sorted(self._kinds, key=lambda name: self._first_seen[name])
        if not names or not self._pieces:
            return
        kinds = {name: _kind(self._kinds[name]) for name in names}
        streams, numbers, sources = _joined(self._pieces)
        order = np.lexsort((numbers, streams))
        begins = np.cumsum([0, *(len(piece.keys) for piece in self._pieces)])
        for places in _cut(order, np.concatenate([piece.bytes for piece in self._pieces])[order], CELLS // len(names)):
            piece_of = sources[places]
            found = [(self._pieces[one], places[piece_of == one] - begins[one]) for one in np.unique(piece_of)]
            back = np.argsort(np.argsort(piece_of, kind="stable"))
            yield _gathered(found, kinds, back)

    def _note(self, schema: pa.Schema) -> None:
        for column in schema:
            self._first_seen.setdefault(column.name, (self._stream, len(self._kinds)))
            kinds = self._kinds.setdefault(column.name, set())
            if not pa.types.is_null(column.type):
                kinds.add(column.type)

    def _tidy(self) -> None:
        held = sum(len(piece.keys) for piece in self._pieces)
        most = self.size + self.size // 4 + SLACK
        if held > most or self.bytes > self.most_bytes * 5 // 4 or len(self._pieces) > self._most_pieces:
            self._compact()
        elif held >= self.size:
            keys = np.concatenate([piece.keys for piece in self._pieces])
            self._limit = min(self._limit, int(np.partition(keys, self.size - 1)[self.size - 1]))

    def _compact(self) -> None:
        """Drop what is not in the sample, and join pieces."""
        if not self._pieces:
            return
        streams, numbers, sources = _joined(self._pieces)
        keys = np.concatenate([piece.keys for piece in self._pieces])
        kept = np.lexsort((numbers, streams, keys))[: self.size]
        if len(kept) == self.size:
            self._limit = min(self._limit, int(keys[kept[-1]]))
        fitting = np.cumsum(np.concatenate([piece.bytes for piece in self._pieces])[kept]) <= self.most_bytes
        if not fitting.all():
            first_out = max(1, int(np.argmin(fitting)))
            if first_out < len(kept):
                self._limit = min(self._limit, int(keys[kept[first_out]]))
            kept = kept[:first_out]
        stays = np.zeros(len(keys), bool)
        stays[kept] = True
        begins = np.flatnonzero(np.diff(sources, prepend=-1))
        pieces, self._pieces = self._pieces, []
        self._pieces = _coalesced(pieces.pop(0).only(stay) for stay in np.split(stays, begins[1:]))
        self._most_pieces = max(PIECES, 2 * len(self._pieces))


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some rows that are held, with their keys and where they came from."""

    keys: U64
    streams: Places
    numbers: Places
    bytes: Places
    batch: pa.RecordBatch

    def only(self, stays: npt.NDArray[np.bool_]) -> _Piece:
        """Without the rows that do not stay."""
        if stays.all():
            return self
        places = np.flatnonzero(stays)
        parts = (self.keys[places], self.streams[places], self.numbers[places], self.bytes[places])
        return _Piece(*parts, _filled(_taken(self.batch, places)))


def _keys(seed: int, stream: int, first: int, count: int) -> U64:
    """The keys of some consecutive rows."""
    skipped = first % BLOCK
    key = np.array([seed & ALL, stream & ALL], np.uint64)
    philox = np.random.Philox(key=key, counter=np.array([first // BLOCK, 0, 0, 0], np.uint64))
    return philox.random_raw(skipped + count)[skipped:]


def _smallest(keys: U64, places: Places, count: int) -> Places:
    """Of some places those with the smallest keys; more than ``count`` only where keys are equal."""
    if len(places) <= count:
        return places
    among = keys[places]
    kept: Places = places[among <= np.partition(among, count - 1)[count - 1]]
    return kept


def _taken(batch: pa.RecordBatch, places: Places) -> pa.RecordBatch:
    """A copy of some rows, so that the rest of the chunk can go."""
    return batch.take(places) if batch.num_columns else batch


def _cut(places: Places, sizes: Places, most: int) -> Iterator[Places]:
    """Places by as many rows as go into one chunk, and at most so many."""
    ends = np.cumsum(sizes)
    begin = 0
    while begin < len(places):
        before = ends[begin - 1] if begin else 0
        fitting = int(np.searchsorted(ends, before + CHUNK_BYTES, "right"))
        end = max(begin + 1, min(fitting, begin + min(CHUNK_ROWS, most)))
        yield places[begin:end]
        begin = end


def _filled(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Without columns that are null in every row: of documents that are unlike there would be very many."""
    empty = [column.null_count == batch.num_rows for column in batch.columns]
    if not any(empty):
        return batch
    return batch.select([place for place, is_empty in enumerate(empty) if not is_empty])


def _row_bytes(batch: pa.RecordBatch, rows: int) -> Places:
    """What each row takes, roughly: the same whatever rows stand beside it."""
    found = np.full(rows, ROW_BYTES, np.int64)
    for column in batch.columns:
        found += _cell_bytes(column)
    return found


def _cell_bytes(column: Array) -> Places:
    kind = column.type
    found = CELL_BYTES * np.asarray(column.is_valid(), np.int64)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        parents = np.asarray(pc.list_parent_indices(column), np.int64)
        inside = _cell_bytes(cast("Array", pc.list_flatten(column)))
        found += np.bincount(parents, inside, len(column)).astype(np.int64)
    elif any(test(kind) for test in _VARIABLE):
        lengths: Any = cast("Any", pc).fill_null(cast("Any", pc).binary_length(column), 0)
        found += np.asarray(lengths, np.int64)
    return found


_VARIABLE = (pa.types.is_string, pa.types.is_large_string, pa.types.is_binary, pa.types.is_large_binary)


def _joined(
    pieces: Sequence[_Piece],
) -> tuple[Places, Places, Places]:
    """Stream, number and piece of every row that is held."""
    return (
        np.concatenate([piece.streams for piece in pieces]),
        np.concatenate([piece.numbers for piece in pieces]),
        np.repeat(np.arange(len(pieces)), [len(piece.keys) for piece in pieces]),
    )


def _coalesced(pieces: Iterable[_Piece]) -> list[_Piece]:
    """Pieces with the same columns together, as far as they are small; without empty ones."""
    groups: dict[object, list[list[_Piece]]] = defaultdict(lambda: [[]])
    sizes: dict[object, int] = defaultdict(int)
    for piece in pieces:
        if not len(piece.keys):
            continue
        columns = tuple((column.name, column.type, column.nullable) for column in piece.batch.schema)
        if sizes[columns] and sizes[columns] + piece.batch.nbytes > JOINED_BYTES:
            groups[columns].append([])
            sizes[columns] = 0
        groups[columns][-1].append(piece)
        sizes[columns] += piece.batch.nbytes
    joined = []
    for parts in groups.values():
        while parts:  # what is joined is let go, so that nothing is held twice
            joined.append(_one(parts.pop(0)))
    return joined


def _one(pieces: Sequence[_Piece]) -> _Piece:
    if len(pieces) == 1:
        return pieces[0]
    batches = [piece.batch for piece in pieces]
    return _Piece(
        np.concatenate([piece.keys for piece in pieces]),
        np.concatenate([piece.streams for piece in pieces]),
        np.concatenate([piece.numbers for piece in pieces]),
        np.concatenate([piece.bytes for piece in pieces]),
        _pa.concat_batches(batches) if batches[0].num_columns else batches[0],
    )


def _kind(kinds: set[pa.DataType]) -> pa.DataType:
    """The one type of a column that came in these: text where they are several, or none is known."""
    if len(kinds) == 1:
        return next(iter(kinds))
    return pa.list_(pa.string()) if any(pa.types.is_list(kind) for kind in kinds) else pa.string()


def _gathered(
    found: Sequence[tuple[_Piece, Places]],
    kinds: dict[str, pa.DataType],
    back: Places,
) -> pa.RecordBatch:
    """Rows of some pieces, put into order, with one type a column."""
    columns: list[Array] = []
    for name, kind in kinds.items():
        parts = [_part(piece.batch, name, kind, places) for piece, places in found]
        columns.append(pa.concat_arrays(parts).take(back))
    return pa.RecordBatch.from_arrays(columns, names=list(kinds))


def _part(batch: pa.RecordBatch, name: str, kind: pa.DataType, places: Places) -> Array:
    column = batch.schema.get_field_index(name)
    if column < 0 or pa.types.is_null(batch.schema.field(column).type):
        return cast("Array", _pa.nulls(len(places), kind))
    cells = batch.column(column).take(places)
    if cells.type == kind:
        return cells
    text = as_text(cells)
    return (
        text if text.type == kind else pa.array([None if cell is None else [cell] for cell in text.to_pylist()], kind)
    )
