"""Databases of the tests: planted through the drivers, read through the store."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from engine.estate.formats.format import Budget, Chunk
from engine.estate.stores.sql import SqlStore
from engine.estate.stores.store import AssetInfo, Reader
from tests.contracts.format import Cell, cells_of

WEIRD = 'we"ird%1:x\n😀'
WEIRD_BMP = 'we"ird%1:x`\né'  # MariaDB's names have no characters beyond the BMP


def quoted(name: str, mark: str = '"') -> str:
    return mark + name.replace(mark, mark * 2) + mark


def plant_sqlite(path: Path, *statements: str | tuple[str, Sequence[Any]]) -> str:
    """Runs the statements; a pair is a statement with its many rows. Gives the URL."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            if isinstance(statement, str):
                connection.execute(statement)
            else:
                connection.executemany(*statement)
        connection.commit()
    return f"sqlite:///{path}"


@contextmanager
def connected(url: str) -> Iterator[sa.Connection]:
    engine = sa.create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def plant(url: str, *statements: str) -> None:
    with connected(url) as connection:
        for statement in statements:
            connection.exec_driver_sql(statement.replace("%", "%%"))


def asset_of(store: SqlStore, name: str) -> AssetInfo:
    return next(asset for asset in store.assets() if asset.name == name)


@contextmanager
def opened(store: SqlStore, name: str) -> Iterator[Reader]:
    asset = asset_of(store, name)
    with store.open(asset, asset.objects[0]) as reader:
        yield reader


def read(store: SqlStore, name: str, budget: Budget | None = None) -> list[Chunk]:
    with opened(store, name) as reader:
        return list(reader.chunks(None, budget or Budget()))


def values_of(chunks: Iterable[Chunk], path: str) -> list[Any]:
    return [value for chunk in chunks for value in chunk.batch.column(path).to_pylist()]


def column(store: SqlStore, name: str, path: str) -> list[Any]:
    return values_of(read(store, name), path)


def cells(store: SqlStore, name: str, budget: Budget | None = None) -> Counter[Cell]:
    return cells_of(read(store, name, budget))


@contextmanager
def as_nobody() -> Iterator[None]:
    """The test's process, run by root, without its rights."""
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
