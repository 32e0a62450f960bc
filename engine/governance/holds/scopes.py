"""What a hold covers, as it is asked for and as it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from engine.base.errors import BadInput
from engine.base.ids import HoldId

MAX_NAME = 500  # characters
MAX_IDENTIFIERS = 10_000
"""Of one scope. More is rather a hold on the asset."""
MAX_SCOPES = 100


class ScopeKind(StrEnum):
    """What a scope is of."""

    STORE = "store"
    """Everything in a store."""
    ASSET = "asset"
    """All rows of a table, or all objects of an asset."""
    ROWS = "rows"
    """Rows with given keys, and what hangs on them by foreign keys."""
    SUBJECT = "subject"
    """Rows with a given identifier in a declared field, and what hangs on them by foreign keys."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is to be held. Its values are in memory only.

    Attributes:
        store: by name.
        asset: as the inventory names it; empty for all of the store.
        columns: of ``keys``, or the one field of ``identifiers``.
        keys: of rows, each with a value for every column.
        identifiers: of subjects.
    """

    store: str
    asset: str = ""
    columns: tuple[str, ...] = ()
    keys: Sequence[tuple[object, ...]] = field(default=(), repr=False)
    identifiers: Sequence[str] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        names = (self.store, *((self.asset,) if self.asset else ()), *self.columns)
        if not all(names) or any(len(name) > MAX_NAME for name in names):
            raise BadInput(f"names of stores, assets and columns have 1 to {MAX_NAME} characters")
        if self.keys and self.identifiers:
            raise BadInput("a scope is of rows or of subjects, not of both", hint="place two scopes in one hold")
        if self.columns and not (self.asset and (self.keys or self.identifiers)):
            raise BadInput("a scope with columns names an asset, and keys or identifiers in them")
        if self.identifiers and len(self.columns) != 1:
            raise BadInput("identifiers of subjects stand in one field", hint="name it: STORE.ASSET.FIELD")
        if self.keys and (not self.columns or any(len(key) != len(self.columns) for key in self.keys)):
            raise BadInput("each key of a row has a value for every column of the key")

    @property
    def kind(self) -> ScopeKind:
        """What it is of."""
        if self.identifiers:
            return ScopeKind.SUBJECT
        if self.keys:
            return ScopeKind.ROWS
        return ScopeKind.ASSET if self.asset else ScopeKind.STORE

    @property
    def size(self) -> int:
        """How many rows or subjects it names."""
        return len(self.keys) + len(self.identifiers)

    @property
    def place(self) -> str:
        """``store``, ``store/asset`` or ``store/asset.field``."""
        return place_of(self.store, self.asset, self.columns)


def place_of(store: str, asset: str, columns: Sequence[str]) -> str:
    """Where a scope is, in one text."""
    return store + (f"/{asset}" if asset else "") + (f".{','.join(columns)}" if columns else "")


@dataclass(frozen=True, slots=True)
class HeldScope:
    """A scope of a hold that counts, as it is compared with rows.

    Attributes:
        hold_id: of which hold.
        kind: what it is of.
        store, asset, columns: where.
        digests: of keys or identifiers.
        key_generation, form_version: what these were made with.
    """

    hold_id: HoldId
    kind: ScopeKind
    store: str
    asset: str = ""
    columns: tuple[str, ...] = ()
    digests: tuple[bytes, ...] = field(default=(), repr=False)
    key_generation: int = 1
    form_version: int = 0


@dataclass(frozen=True, slots=True)
class CountingHold:
    """A hold over a store that counts, with what it covers there.

    Attributes:
        id: its row.
        state: ``placed`` counts already; ``effective`` is sure.
        scopes: in that store; at least one.
    """

    id: HoldId
    state: Literal["placed", "effective"]
    scopes: tuple[HeldScope, ...]
