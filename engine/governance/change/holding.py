"""The holds that a batch is done under: read once it was registered, and kept as long as none was placed or released."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from engine.base.state.database import Database
from engine.estate.stores.store import AssetInfo
from engine.governance.holds.barrier import gate_number
from engine.governance.holds.counting import hold_matcher
from engine.governance.holds.matcher import HoldMatcher

Listing = Callable[[], Sequence[AssetInfo]]
"""All that a store lists now. Called for every batch; whoever keeps a listing for a while gives the same object again."""


@dataclass(slots=True)
class Holds:
    """The holds over one store.

    Attributes:
        store: by name.
        listing: see there.
    """

    store: str
    listing: Listing
    _kept: tuple[int, Sequence[AssetInfo], HoldMatcher] | None = field(init=False, repr=False, default=None)

    def now(self, database: Database, seen: int) -> HoldMatcher:
        """Those that count.

        Args:
            database: the state.
            seen: what ``gate`` gave in a session that began after the batch was registered and that was committed.

        Raises:
            StoreError: the store could not be listed.
        """
        assets = self.listing()
        if self._kept is None or self._kept[0] != seen or self._kept[1] is not assets:
            with database.transaction() as session:
                number = gate_number(session, self.store)
                self._kept = (number, assets, hold_matcher(session, self.store, assets))
        return self._kept[2]

    def gate(self, session: Session) -> int:
        """Changes whenever a hold over the store is placed or released."""
        return gate_number(session, self.store)
