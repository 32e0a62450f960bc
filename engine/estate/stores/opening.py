"""From the configuration to stores that can be read. Nothing is connected to before something is asked of it."""

from __future__ import annotations

from collections.abc import Sequence

from engine.base.settings import AnyStore, Settings
from engine.base.settings import FilesStore as FilesSettings
from engine.base.settings import S3Store as S3Settings
from engine.base.settings import SqlStore as SqlSettings
from engine.base.work.pace import Limits
from engine.estate.stores.declared import DeclaredStore
from engine.estate.stores.store import Store


def declared_stores(settings: Settings, names: Sequence[str] = ()) -> list[DeclaredStore]:
    """The stores of the configuration in the order of their names; only those in ``names`` if there are any.

    Raises:
        NotFound: one of ``names`` is not in the configuration.
    """
    return [_declared(settings, name) for name in sorted(set(names) or settings.stores)]


def _declared(settings: Settings, name: str) -> DeclaredStore:
    found = settings.store(name)
    return DeclaredStore(_opened(name, found), found.owner, found.jurisdiction, found.purpose, _limits(found))


def _limits(found: AnyStore) -> Limits | None:
    """As declared; without, a server still gets a pace that gives way when it slows down, and what is local gets none."""
    given = found.limits
    if given is not None:
        return Limits(given.connections, given.rows_per_second, given.bytes_per_second)
    local = isinstance(found, FilesSettings) or (
        isinstance(found, SqlSettings) and found.url.get_backend_name() == "sqlite"
    )
    return None if local else Limits()


def _opened(name: str, found: AnyStore) -> Store:
    if isinstance(found, SqlSettings):
        from engine.estate.stores.sql import SqlStore

        return SqlStore(name, found.url.render_as_string(hide_password=False), high_water=found.high_water)
    if isinstance(found, S3Settings):
        return _bucket(name, found)
    from engine.estate.stores.files import FilesStore

    return FilesStore(name, found.path)


def _bucket(name: str, found: S3Settings) -> Store:
    from engine.estate.stores.s3 import Access, S3Store

    access = Access(
        found.bucket,
        endpoint_url=found.endpoint_url,
        region=found.region,
        access_key_id=found.access_key_id,
        secret_access_key=found.secret_access_key.get_secret_value(),
    )
    return S3Store(
        name,
        access,
        prefix=found.prefix,
        versions=found.versions,
        tags=found.tags,
        inventory=found.inventory,
    )
