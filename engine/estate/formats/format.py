"""The seam between a file's bytes and the chunks that a scan reads.

A *source* is an opened file as plain bytes: compression and encoding are already taken off, and ``tell`` counts the bytes
of that plain stream. A *format* turns a source into chunks. A chunk ends at a record, and carries the place to go on from.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import pyarrow as pa

from classifiers.field_paths import LONGEST, bounded_path

MAX_CELL = 1 << 20  # bytes; of a longer cell the first MAX_CELL bytes are classified and the cell is counted as cut
CHUNK_ROWS = 65_536  # rows of a chunk at most
CHUNK_BYTES = 16 << 20  # bytes of a chunk, roughly, at most (one row may be larger)

Cursor = Mapping[str, object]
"""Where to go on: small JSON-like values (str, int, float, bool, None, bytes, date, datetime, Decimal, UUID, and lists of
these). It may hold keys of rows, so whoever stores it seals it."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How large a chunk may grow: it ends at the first record that reaches either limit."""

    rows: int = CHUNK_ROWS
    bytes: int = CHUNK_BYTES


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something in the data that could not be read as it should, counted instead of passed over in silence.

    Attributes:
        kind: a stable word: ``bad_record`` (a line or record that does not parse and was left out), ``ragged_row`` (other
            than the header's number of cells; its cells were still read), ``invalid_bytes`` (bytes that are not in the
            encoding; read as their closest), ``cell_cut`` (a cell above ``MAX_CELL``, of which the start was read),
            ``bad_quote`` (a quote that never closes; what follows was read line by line), ``long_line`` (a line of text above
            ``MAX_CELL`` that came in several records).
        count: how many records or cells.
        lost: data was left out, so the object is not fully covered.
    """

    kind: str
    count: int
    lost: bool


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some consecutive records of one object.

    Attributes:
        batch: one column a field, named by its path (``email``, ``customer.emails[].address``), which is cut where it is overlong
            (``bounded_path``). A path with ``[]`` holds a list of values a record. Columns are strings, numbers, booleans, dates,
            times or binary, or lists of these; never structs. A field absent from these records has no column, or nulls.
        rows: records in it, also when ``batch`` has no column.
        bytes: roughly what was read for it from the store.
        next: the cursor behind its last record; None at the end of the object.
        troubles: what could not be read as it should.
        types: declared type of a field by its path, as the file states it (see ``types``); of formats that declare none, and of
            what a listing tells already, nothing.
    """

    batch: pa.RecordBatch
    rows: int
    bytes: int
    next: Cursor | None
    troubles: tuple[Trouble, ...] = field(default=())
    types: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Bound the paths."""
        names = self.batch.schema.names
        if max(map(len, names), default=0) * 4 > LONGEST:
            object.__setattr__(self, "batch", self.batch.rename_columns([bounded_path(name) for name in names]))
            object.__setattr__(self, "types", {bounded_path(name): kind for name, kind in self.types.items()})


class Source(Protocol):
    """An opened file as plain bytes: a binary, seekable-forward stream.

    ``seek`` goes to an offset of the plain stream: at once for a plain file, by reading and dropping what lies before for a
    compressed one. Raises StoreError(reason=truncated | not_parseable) when the compression is broken.
    """

    def read(self, size: int = -1, /) -> bytes:
        """At most ``size`` bytes; empty at the end."""
        ...

    def readline(self, size: int = -1, /) -> bytes:
        r"""Up to and including the next ``\n``, at most ``size`` bytes."""
        ...

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to an absolute offset of the plain stream."""
        ...

    def tell(self) -> int:
        """The offset of the next byte."""
        ...


class Blocks(Protocol):
    """The parts in which an object is stored, each of which can be read by itself without the others."""

    count: int

    def read(self, number: int, budget: Budget) -> Iterator[Chunk]:
        """All records of one block, counted from 0. The cursors of these chunks mean nothing.

        Raises:
            StoreError: as in ``Format.chunks``.
        """
        ...


@runtime_checkable
class BlockFormat(Protocol):
    """A format that stores its records in blocks."""

    def blocks(self, source: Source) -> Blocks:
        """The blocks of an object.

        Raises:
            StoreError: as in ``Format.chunks``.
        """
        ...


class Format(Protocol):
    """Reads records of one kind of file."""

    name: str

    def chunks(self, source: Source, start: Cursor | None, budget: Budget) -> Iterator[Chunk]:
        """The records from ``start`` (None: the beginning) to the end, in chunks of at most ``budget``.

        The chunks from a cursor on are the same whether the reader came there by itself or was started there. The last chunk,
        and no other, has no ``next``; so an object without records gives one chunk of no rows.

        Raises:
            StoreError: with reason ``truncated`` or ``not_parseable`` when nothing more can be read; chunks given before
                stay valid.
        """
        ...
