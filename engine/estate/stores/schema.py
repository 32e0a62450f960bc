"""What a store declares of how its tables hang together: all that decides in which order rows can go.

The capability **Schema** of a store, read with the read credential. Its contract is tested by ``tests/contracts/schema.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Protocol


class Server(StrEnum):
    """Whose rules hold."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"
    MYSQL = "mysql"
    """MariaDB as well."""


class Referential(StrEnum):
    """What a server does to rows that refer to one that goes or gets another key."""

    NO_ACTION = "no action"
    RESTRICT = "restrict"
    CASCADE = "cascade"
    SET_NULL = "set null"
    SET_DEFAULT = "set default"


@dataclass(frozen=True, slots=True)
class ColumnShape:
    """A column.

    Attributes:
        name: as declared.
        type: as the server writes it; on PostgreSQL it can stand in a cast.
        nullable: it takes NULL.
        generated: the server computes it, and it cannot be set.
        exact: its values come back as parameters exactly, and are ordered the same by ORDER BY and by ``>``.
    """

    name: str
    type: str
    nullable: bool
    generated: bool = False
    exact: bool = True


@dataclass(frozen=True, slots=True)
class UniqueShape:
    """Columns that no two rows share.

    Attributes:
        columns: that take part, also through an expression; empty where that cannot be told.
        nulls_equal: two rows may not both have NULL.
    """

    columns: tuple[str, ...]
    nulls_equal: bool = False


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key.

    Attributes:
        name: of the constraint; SQLite's have none, then its columns.
        asset: whose rows refer.
        columns: of it, in the order of ``target_columns``.
        target: asset that is referred to.
        target_columns: of it.
        on_delete, on_update: what the server does.
        deferrable: it can be looked at as late as COMMIT (PostgreSQL's DEFERRABLE; on SQLite all but RESTRICT).
        full: MATCH FULL: either all columns are NULL or none is. Else one NULL is enough to refer to nothing.
        indexed: an index begins with its columns, so rows that refer to one are found fast.
    """

    name: str
    asset: str
    columns: tuple[str, ...]
    target: str
    target_columns: tuple[str, ...]
    on_delete: Referential = Referential.NO_ACTION
    on_update: Referential = Referential.NO_ACTION
    deferrable: bool = False
    full: bool = False
    indexed: bool = False


@dataclass(frozen=True, slots=True)
class Trigger:
    """Code in the store that runs when a row goes or is changed.

    Attributes:
        name: of the trigger.
        event: ``delete`` or ``update``.
        timing: ``before``, ``after`` or ``instead of``.
    """

    name: str
    event: str
    timing: str


@dataclass(frozen=True)
class TableShape:
    """A table.

    Attributes:
        asset: as the inventory names it.
        columns: in order.
        primary_key: in order; empty for none.
        uniques: further unique keys.
        triggers: on deleting and updating.
        partitions: how many it has; 0 of a table that has none.
        children: other tables inherit from it and are assets of their own (PostgreSQL).
        rows: how many, roughly, or None.
        versioned: what is deleted stays as history (MariaDB's system-versioned tables).
        transactional: changes of it can be rolled back (not those of MyISAM, nor of virtual or foreign tables).
    """

    asset: str
    columns: tuple[ColumnShape, ...]
    primary_key: tuple[str, ...] = ()
    uniques: tuple[UniqueShape, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    partitions: int = 0
    children: bool = False
    rows: int | None = None
    versioned: bool = False
    transactional: bool = True

    @cached_property
    def by_name(self) -> Mapping[str, ColumnShape]:
        """Its columns by name."""
        return {column.name: column for column in self.columns}


@dataclass(frozen=True)
class Shapes:
    """The tables of a store at one instant, without views.

    Attributes:
        server: whose rules hold.
        tables: by asset.
        references: all foreign keys between them, by asset and name.
        unresolved: foreign keys of which not both ends could be told: assets whose rows must not go for it.
        sees_referring: whether the catalogue shows this user which tables refer to one; where not, all assets are unresolved.
    """

    server: Server
    tables: Mapping[str, TableShape]
    references: tuple[Reference, ...]
    unresolved: frozenset[str] = frozenset()
    sees_referring: bool = True

    def referring_to(self, asset: str) -> tuple[Reference, ...]:
        """The foreign keys whose target it is."""
        return self._referring.get(asset, ())

    def of(self, asset: str) -> tuple[Reference, ...]:
        """The foreign keys that it has."""
        return self._having.get(asset, ())

    @cached_property
    def _referring(self) -> Mapping[str, tuple[Reference, ...]]:
        return {
            asset: tuple(one for one in self.references if one.target == asset)
            for asset in {one.target for one in self.references}
        }

    @cached_property
    def _having(self) -> Mapping[str, tuple[Reference, ...]]:
        return {
            asset: tuple(one for one in self.references if one.asset == asset)
            for asset in {one.asset for one in self.references}
        }


class Schema(Protocol):
    """A store that tells how its tables hang together."""

    def shapes(self) -> Shapes:
        """All tables and foreign keys, in one snapshot.

        Raises:
            StoreError: they cannot be read whole, or the store is of a kind that does not tell.
        """
        ...
