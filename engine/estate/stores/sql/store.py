"""A database as a store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager

from engine.base.errors import StoreError
from engine.estate.stores.schema import Shapes
from engine.estate.stores.sql.dialects import server_of
from engine.estate.stores.sql.names import split_name
from engine.estate.stores.sql.reader import KeysetReader, SnapshotReader
from engine.estate.stores.sql.session import Limits, Session
from engine.estate.stores.sql.table import Link, Listed
from engine.estate.stores.sql.words import Words, words_of
from engine.estate.stores.store import AssetInfo, ForeignKey, ObjectInfo, Reader


class SqlStore:
    """A database, read with one URL's credential and never changed.

    Each listing and each open object has a connection of its own, so a store may be used by several threads.

    Args:
        name: of the store in the configuration.
        url: of the database, as SQLAlchemy writes it. ``sqlite:///path``, ``postgresql://...``, ``mariadb://...`` and
            ``mysql://...`` take the drivers that Reeve comes with.
        limits: how long the database may take.
        high_water: see Marking.

    Raises:
        ConfigError: the URL cannot be understood, or its driver is not installed.
    """

    kind = "sql"

    def __init__(
        self, name: str, url: str, limits: Limits | None = None, high_water: Mapping[str, str] | None = None
    ) -> None:
        self.name = name
        self.high_water = high_water or {}
        self._server = server_of(url, limits or Limits())

    def assets(self) -> Iterator[AssetInfo]:
        """See Store: tables, views, foreign tables and materialised views; partitions are part of their table."""
        with self._session() as session:
            infos = [_asset(session, listed) for listed in session.listing()]
        yield from infos

    def shapes(self) -> Shapes:
        """See Schema."""
        with self._session() as session:
            return session.shapes()

    def server_version(self) -> str:
        """Of the server, as it tells it; empty where that is not known of databases of this kind.

        Raises:
            StoreError: the database cannot be reached.
        """
        with self._session() as session:
            return session.server_version()

    @contextmanager
    def asking(self) -> Iterator[tuple[Session, Words]]:
        """A session in one read-only transaction on one snapshot, and how its statements are written.

        Raises:
            StoreError: the database cannot be reached, or its kind is none of those whose rows can be selected.
        """
        with self._session() as session:
            words = words_of(session.dialect, session.default_schema)
            with session.reading():
                yield session, words

    @contextmanager
    def asking_each(self) -> Iterator[tuple[Session, Words]]:
        """The same, without a transaction: whoever asks begins one for each question (``Session.reading``)."""
        with self._session() as session:
            yield session, words_of(session.dialect, session.default_schema)

    def reading_session(self) -> AbstractContextManager[Session]:
        """A session to read rows of known keys with."""
        return self._session()

    @contextmanager
    def open(self, asset: AssetInfo, item: ObjectInfo) -> Iterator[Reader]:
        """See Store. ``item`` is the asset's only object."""
        if asset.problem:
            raise StoreError(f"It could not be read when it was listed ({item.name}).", reason=asset.problem)
        with self._session() as session:
            schema, name = (
                split_name(asset.name, session.default_schema)
                if session.namespaced
                else (session.default_schema, asset.name)
            )
            table = session.describe(schema, name)
            with closing(KeysetReader(session, table) if table.key else SnapshotReader(session, table)) as reader:
                yield reader

    @contextmanager
    def _session(self) -> Iterator[Session]:
        session = self._server()
        try:
            yield session
        finally:
            session.close()


def _asset(session: Session, listed: Listed) -> AssetInfo:
    name = session.asset_of(listed.schema, listed.name)
    return AssetInfo(
        name=name,
        kind=listed.kind,
        format="sql",
        objects=(ObjectInfo(name, bytes=listed.bytes, rows=listed.rows, version=listed.version, skip=listed.skip),),
        foreign_keys=tuple(_foreign_key(session, link) for link in listed.links),
        types=listed.types,
        primary_key=listed.primary_key,
        problem=listed.problem,
    )


def _foreign_key(session: Session, link: Link) -> ForeignKey:
    return ForeignKey(link.fields, session.asset_of(link.schema, link.table), link.target_fields)
