"""The seam between the scan and whatever holds data.

A store lists its assets with their objects, and reads an object in chunks that can be resumed. It uses the read credential
only and changes nothing. Its contract is tested by ``tests/contracts/store.py`` on every implementation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from engine.estate.formats.format import Blocks, Budget, Chunk, Cursor


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Fields of an asset that refer to fields of another one of the same store."""

    fields: tuple[str, ...]
    target_asset: str
    target_fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """One file, key or table, as the store lists it.

    Attributes:
        name: unique in its asset; the relative path of a file, the name of a table.
        bytes: its size in the store, or None where the store does not tell.
        rows: how many records, roughly, for progress only; None where the store does not tell.
        version: changes when the content does (size and time of a file, ETag); empty when the store cannot tell.
        skip: why it is not read, by a stated rule (``binary_file``, ``unsupported_format``, ``symbolic_link``, ...), or
            empty when it is to be read.
        facts: what else the listing tells, by stable words: ``storage_class``, ``modified``, ...
    """

    name: str
    bytes: int | None = None
    rows: int | None = None
    version: str = ""
    skip: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AssetInfo:
    """A table, or a set of like objects, as the store lists it.

    One with very many objects comes in several parts that differ in their objects only, so that none has to hold them all.

    Attributes:
        name: unique in the store: ``schema.table`` or ``table``, the relative path of a file.
        kind: ``table``, ``view``, ``file``, or ``objects`` of a bucket.
        format: ``sql``, or the name of the file format.
        objects: what it is made of; at least one.
        foreign_keys: as the store declares them.
        types: declared type of each field by its path; None where listing does not tell, as of files, whose content may.
        primary_key: its fields in order; empty when there is none.
        problem: a reason why it is listed but cannot be read, as in StoreError, or empty.
    """

    name: str
    kind: str
    format: str
    objects: tuple[ObjectInfo, ...]
    foreign_keys: tuple[ForeignKey, ...] = ()
    types: Mapping[str, str] | None = None
    primary_key: tuple[str, ...] = ()
    problem: str = ""


class Reader(Protocol):
    """One object, opened for reading."""

    resumable: bool
    """Chunks can start at a cursor of an earlier reader; else reading starts anew (no stable order across sessions)."""
    facts: Mapping[str, str]
    """What opening it told beyond the listing, by stable words: ``encryption``, ``lock_mode``, ...; often nothing."""

    def chunks(self, start: Cursor | None, budget: Budget) -> Iterator[Chunk]:
        """The records from ``start`` on. None: from the beginning. See ``Format.chunks`` for the contract.

        Raises:
            StoreError: what was read before stays valid; ``changed_while_read`` when the object is not the one that was
                opened any more.
        """
        ...

    total: int | None
    """Records in all, where a sample was drawn and the store counted them; else None."""

    def sample(self, rows: int, budget: Budget) -> Iterator[Chunk] | None:
        """So many records drawn uniformly and without replacement, all of them when there are fewer.

        Returns:
            Chunks whose cursors mean nothing; None when the store cannot draw, or had to read all for it, so that all must be
            read. From the first chunk on ``total`` says from how many they were drawn; None: from more, and unknown how many.

        Raises:
            StoreError: as in ``chunks``.
        """
        ...

    def blocks(self) -> Blocks | None:
        """The parts in which the object is stored, if it is in parts that can be read apart; else None.

        Raises:
            StoreError: as in ``chunks``.
        """
        ...


class Store(Protocol):
    """What holds data: a database, a folder, a bucket."""

    name: str
    kind: str

    def assets(self) -> Iterator[AssetInfo]:
        """Everything in the store, one entry an asset, also what will be skipped: totals are checked against this.

        Raises:
            StoreError: the store itself cannot be listed.
        """
        ...

    def open(self, asset: AssetInfo, item: ObjectInfo) -> AbstractContextManager[Reader]:
        """One object for reading; whatever it holds open is closed on leaving.

        Raises:
            NotRead: what it turned out to be is not read, by a stated rule.
            StoreError: it cannot be opened.
        """
        ...
