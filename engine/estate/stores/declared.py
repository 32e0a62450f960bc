"""A store as its owner declared it: what the inventory keeps beside what the store itself tells."""

from __future__ import annotations

from dataclasses import dataclass

from engine.base.work.pace import Limits
from engine.estate.stores.store import Store


@dataclass(frozen=True, slots=True)
class DeclaredStore:
    """A store of the configuration, ready to be read.

    Attributes:
        store: reads it.
        owner, jurisdiction: as declared, or empty.
        purposes: what the data is kept for, as declared.
        limits: how fast it may be read; None for what is local and nobody else's.
    """

    store: Store
    owner: str = ""
    jurisdiction: str = ""
    purposes: tuple[str, ...] = ()
    limits: Limits | None = None

    @property
    def name(self) -> str:
        """Unique in the configuration."""
        return self.store.name
