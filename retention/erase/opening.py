"""From the configuration to an effect. Nothing else reads the write credential."""

from __future__ import annotations

from engine.base.clock import Clock
from engine.base.errors import ConfigError
from engine.base.settings import Settings, SqlStore
from engine.base.work.leases import LEASE_SECONDS
from retention.erase.sql import SqlEffect


def open_effect(settings: Settings, store: str, clock: Clock, *, lease_seconds: float = LEASE_SECONDS) -> SqlEffect:
    """What changes a store. Nothing is connected to before something is to be changed.

    Args:
        settings: the configuration.
        store: by name.
        clock: ours.
        lease_seconds: of the lease under which batches are done.

    Raises:
        NotFound: there is no such store.
        ConfigError: it has no write credential, or is no database.
    """
    found = settings.store(store)
    if not isinstance(found, SqlStore):
        raise ConfigError(f"{store} is no database: this version changes rows of databases only.")
    if found.write is None:
        raise ConfigError(
            f"{store} has no `write` in the configuration, so nothing of it is changed.",
            hint="add `write: {url: ...}` with a user that may SELECT, UPDATE and DELETE",
        )
    return SqlEffect(found.write.url, clock, lease_seconds=lease_seconds)
