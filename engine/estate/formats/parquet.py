"""Apache Parquet, row group by row group; a cursor holds a row group and a row in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

import pyarrow as pa
import pyarrow.parquet as pq

from engine.base.errors import StoreError
from engine.estate.formats.flatten import flatten
from engine.estate.formats.format import Budget, Chunk, Cursor, Source, Trouble

MAGIC = b"PAR1"
_ENCRYPTED = b"PARE"
_FIRST = 256  # rows of a group that show how large rows are once they are unpacked
_BUFFER = 1 << 20  # bytes read at once from a column


class ParquetFormat:
    """Rows of a Parquet file, nested columns flattened. The source must be seekable from its end (a plain file)."""

    name = "parquet"

    def chunks(self, source: Source, start: Cursor | None, budget: Budget) -> Iterator[Chunk]:
        """See ``Format.chunks``."""
        if not source.read(1):
            yield _empty()
            return
        with _opened(source) as file:
            group, row = (0, 0) if start is None else (int(str(start["group"])), int(str(start["row"])))
            while group < file.num_row_groups:
                yield from _group_chunks(file, group, row, budget)
                group, row = group + 1, 0
            if not file.num_row_groups:
                yield _empty()

    def blocks(self, source: Source) -> RowGroups:
        """See ``BlockFormat.blocks``."""
        return RowGroups(source)


class RowGroups:
    """The row groups of a Parquet file. See ``Blocks``."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self.count = 0
        if source.read(1):
            with _opened(source) as file:
                self.count = file.num_row_groups

    def read(self, number: int, budget: Budget) -> Iterator[Chunk]:
        """See ``Blocks.read``."""
        with _opened(self._source) as file:
            yield from _group_chunks(file, number, 0, budget)


@contextmanager
def _opened(source: Source) -> Iterator[pq.ParquetFile]:
    """The file, to be read from. What goes wrong with it leaves as a StoreError."""
    _check_frame(source, source.seek(0, 2))
    # Small reads go through Python; buffering keeps them few, and memory does not grow with the row group.
    raw = pa.PythonFile(cast("Any", _Readable(source)), mode="r")
    try:
        with pq.ParquetFile(raw, buffer_size=_BUFFER, pre_buffer=False) as file:
            yield file
    except StoreError:
        raise
    except MemoryError as error:
        raise StoreError("Rows of the Parquet file are too large for memory.", reason="too_large") from error
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        raise StoreError("The Parquet file is damaged.", reason="not_parseable") from error


def _check_frame(source: Source, size: int) -> None:
    source.seek(max(0, size - len(MAGIC)))
    tail = source.read(len(MAGIC))
    if tail == _ENCRYPTED:
        raise StoreError("The Parquet file is encrypted.", reason="encrypted")
    if tail != MAGIC:
        raise StoreError("The Parquet file ends before its footer.", reason="truncated")


def _empty() -> Chunk:
    return Chunk(pa.RecordBatch.from_arrays([], names=[]), rows=0, bytes=0, next=None)


def _group_chunks(file: pq.ParquetFile, group: int, row: int, budget: Budget) -> Iterator[Chunk]:
    meta: Any = file.metadata.row_group(group)
    rows, last = meta.num_rows, group + 1 == file.num_row_groups
    width = max(1, meta.total_byte_size // max(1, rows))
    if min(budget.rows, budget.bytes // width, rows) > _FIRST:
        # A dictionary holds a value once that fills many rows, so the size in the file tells too little.
        first = next(file.iter_batches(batch_size=_FIRST, row_groups=[group], use_threads=False), _empty().batch)
        width = max(width, first.nbytes // max(1, first.num_rows))
    most = max(1, min(budget.rows, budget.bytes // width))
    if rows <= row:
        yield Chunk(_empty().batch, rows=0, bytes=0, next=None if last else {"group": group + 1, "row": 0})
    at = 0
    for batch in file.iter_batches(batch_size=most, row_groups=[group], use_threads=False):
        rest = batch.slice(max(0, row - at)) if at + batch.num_rows > row else None
        at += batch.num_rows
        if rest is None:
            continue
        flat = flatten(rest)
        behind = {"group": group, "row": at} if at < rows else {"group": group + 1, "row": 0}
        yield Chunk(
            batch=flat.batch(),
            rows=rest.num_rows,
            bytes=rest.num_rows * width,
            next=None if last and at >= rows else behind,
            troubles=(Trouble("cell_cut", flat.cut, lost=True),) if flat.cut else (),
            types=flat.types,
        )
    if at < rows:
        raise StoreError("A row group holds fewer rows than the footer says.", reason="not_parseable")


class _Readable:
    """A source as the file object that pyarrow asks for."""

    closed = False

    def __init__(self, source: Source) -> None:
        self._source = source

    def read(self, size: int | None = None) -> bytes:
        return self._source.read(-1 if size is None else size)

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._source.seek(offset, whence)

    def tell(self) -> int:
        return self._source.tell()

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return True

    def flush(self) -> None:
        """Nothing is written."""

    def close(self) -> None:
        """Who opened the source closes it."""
        self.closed = True
