"""From the configuration to what it takes to plan over a database and to change it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from engine.base.clock import Clock
from engine.base.errors import ConfigError
from engine.base.settings import Settings
from engine.base.state.database import Database
from engine.base.work.leases import LEASE_SECONDS
from engine.estate.stores.opening import declared_stores
from engine.estate.stores.sql import SqlStore
from engine.estate.stores.store import AssetInfo
from engine.governance.change.batches import Hands
from engine.ledger.log.ledger import Ledger
from retention.erase.opening import open_effect
from retention.probe import paced
from retention.verify import SqlVerifier

LISTED_SECONDS = 30.0
"""How long a listing of a store is taken for what it has now, for the holds of batches."""


def open_database(settings: Settings, name: str) -> SqlStore:
    """A database of the configuration, with the read credential.

    Raises:
        NotFound: there is no store of that name.
        ConfigError: it is no database.
    """
    (declared,) = declared_stores(settings, (name,))
    if not isinstance(declared.store, SqlStore):
        raise ConfigError(f"{name} is no database: this version plans over rows of databases only")
    return declared.store


@contextmanager
def open_hands(
    settings: Settings, state: Database, name: str, clock: Clock, *, lease_seconds: float = LEASE_SECONDS
) -> Iterator[Hands]:
    """What it takes to change a database, for as long as a plan runs.

    A state that was put back from an older copy does not know of holds that were placed since, so what its ledger published is
    asked first (design, rule 6).

    Raises:
        LogDisagrees: it was, or its ledger is another one than the one that was published.
        DependencyFailed: a place that it is published to does not answer, so nobody knows.
        NotFound, ConfigError: as in ``open_database``; or it has no write credential.
    """
    Ledger(state, settings.ledger).check_newest()
    store = open_database(settings, name)
    effect = open_effect(settings, name, clock, lease_seconds=lease_seconds)
    try:
        listing = _kept(lambda: tuple(store.assets()))
        yield Hands(effect, SqlVerifier(store), listing, lambda task: paced(store, task.steps), store.server_version)
    finally:
        effect.close()


def _kept(listing: Callable[[], Sequence[AssetInfo]]) -> Callable[[], Sequence[AssetInfo]]:
    """The same listing again for a while: tables do not come and go between two batches."""
    kept: list[tuple[float, Sequence[AssetInfo]]] = []

    def listed() -> Sequence[AssetInfo]:
        now = time.monotonic()
        if not kept or kept[0][0] + LISTED_SECONDS < now:
            kept[:] = [(now, listing())]
        return kept[0][1]

    return listed
