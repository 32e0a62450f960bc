"""A log as C2SP tlog-tiles serves it: bytes by path, out of the state or out of a folder."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from engine.base.errors import DependencyFailed, IntegrityViolated
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.tables import LedgerCheckpointRow, LedgerShardRow, LedgerTileRow, OutboxRow
from engine.ledger.tree.hashes import HASH_BYTES
from engine.ledger.tree.tiles import WIDTH, Tile, bundles_of, format_bundle, parse_bundle, tiles_of

CHECKPOINT = "checkpoint"
MAX_RESOURCE = WIDTH * (2 + 65_535)
"""Bytes of the largest resource that there can be: a full bundle of the longest entries."""

TILES_AT_ONCE, BUNDLES_AT_ONCE = 256, 16


class Resources(Protocol):
    """The resources of one log, by path below its prefix: ``checkpoint``, ``tile/...``, ``tile/entries/...``."""

    def read(self, paths: Sequence[str]) -> list[bytes | None]:
        """Their bytes, in the order asked for; None for what is not there.

        Raises:
            DependencyFailed: they cannot be read at all.
        """
        ...


class DatabaseResources:
    """A shard of our own state.

    Args:
        database: the state, bound.
        label: of the shard.
    """

    def __init__(self, database: Database, label: str) -> None:
        self._database = database
        self._label = label

    def read(self, paths: Sequence[str]) -> list[bytes | None]:
        """See :class:`Resources`."""
        with self._database.snapshot() as session:
            return read_state(session, self._label, paths)


class SessionResources:
    """A shard of our own state, within a transaction."""

    def __init__(self, session: Session, label: str) -> None:
        self._session = session
        self._label = label

    def read(self, paths: Sequence[str]) -> list[bytes | None]:
        """See :class:`Resources`."""
        return read_state(self._session, self._label, paths)


class FolderResources:
    """A folder, as exported or published."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, paths: Sequence[str]) -> list[bytes | None]:
        """See :class:`Resources`."""
        return [self._one(path) for path in paths]

    def _one(self, path: str) -> bytes | None:
        try:
            with (self._folder / path).open("rb") as file:
                return file.read(MAX_RESOURCE + 1)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as exc:
            raise DependencyFailed(f"the ledger's folder cannot be read ({type(exc).__name__})") from None


def read_state(session: Session, label: str, paths: Sequence[str]) -> list[bytes | None]:
    """Resources of a shard as they are in the session's state."""
    places = [Tile.parse(path) for path in paths]
    tiles = _tiles(session, label, [tile for tile in places if tile is not None and tile.level is not None])
    found: list[bytes | None] = []
    for path, tile in zip(paths, places, strict=True):
        if tile is None:
            found.append(newest_checkpoint(session, label) if path == CHECKPOINT else None)
        elif tile.level is None:
            found.append(_bundle(session, label, tile))
        else:
            hashes = tiles.get((tile.level, tile.index), b"")
            length = tile.width * HASH_BYTES
            found.append(hashes[:length] if len(hashes) >= length else None)
    return found


def newest_checkpoint(session: Session, label: str) -> bytes | None:
    """The checkpoint of a shard that was signed last."""
    return session.scalar(
        select(LedgerCheckpointRow.note)
        .where(LedgerCheckpointRow.shard == label)
        .order_by(LedgerCheckpointRow.size.desc())
        .limit(1)
    )


def hash_tiles(resources: Resources, size: int, *, since: int = 0) -> Iterator[tuple[Tile, bytes | None]]:
    """The tiles of a tree, some at a time; see :func:`~engine.ledger.tree.tiles.tiles_of`."""
    yield from _in_parts(resources, tiles_of(size, since=since), TILES_AT_ONCE)


def entry_bundles(resources: Resources, size: int, *, since: int = 0) -> Iterator[tuple[Tile, bytes | None]]:
    """The bundles of a tree, in order, some at a time."""
    yield from _in_parts(resources, bundles_of(size, since=since), BUNDLES_AT_ONCE)


def fetch_tiles(resources: Resources, tiles: Sequence[Tile]) -> list[bytes]:
    """Tiles that must be there; a full tile stands in for a partial one of which it is the whole.

    Raises:
        IntegrityViolated: one is missing.
    """
    found = resources.read([tile.path for tile in tiles])
    for at, (tile, data) in enumerate(zip(tiles, found, strict=True)):
        if data is None and not tile.full:
            (data,) = resources.read([Tile(tile.level, tile.index).path])  # noqa: PLW2901 - the same tile, whole
            found[at] = data
        if data is None:
            raise IntegrityViolated(f"the ledger lacks {tile.path}")
    return [data for data in found if data is not None]


def fetch_entry(resources: Resources, index: int, size: int) -> bytes:
    """An entry's bytes.

    Raises:
        IntegrityViolated: its bundle is missing or is none.
    """
    number, at = divmod(index, WIDTH)
    tile = Tile(None, number, min(WIDTH, size - number * WIDTH))
    (data,) = fetch_tiles(resources, [tile])
    return parse_bundle(data, tile.width)[at]


def _in_parts(resources: Resources, tiles: Iterator[Tile], at_once: int) -> Iterator[tuple[Tile, bytes | None]]:
    part: list[Tile] = []
    for tile in tiles:
        part.append(tile)
        if len(part) == at_once:
            yield from zip(part, resources.read([one.path for one in part]), strict=True)
            part = []
    if part:
        yield from zip(part, resources.read([one.path for one in part]), strict=True)


def _tiles(session: Session, label: str, tiles: Sequence[Tile]) -> dict[tuple[int, int], bytes]:
    if not tiles:
        return {}
    rows = session.execute(
        select(LedgerTileRow.level, LedgerTileRow.tile, LedgerTileRow.hashes).where(
            LedgerTileRow.shard == label,
            tuple_(LedgerTileRow.level, LedgerTileRow.tile).in_([(tile.level, tile.index) for tile in tiles]),
        )
    )
    return {(level, tile): hashes for level, tile, hashes in rows}


def _bundle(session: Session, label: str, tile: Tile) -> bytes | None:
    first = tile.index * WIDTH
    shard = session.get(LedgerShardRow, (context_of(session).tenant_id, label))
    if shard is None or shard.size < first + tile.width:
        return None
    if shard.pruned_at is not None and not _begins(session, label):
        return None  # none is served of a shard of which some are deleted: pruned is what is pruned whole
    payloads = session.scalars(
        select(OutboxRow.payload)
        .where(OutboxRow.shard == label, OutboxRow.ledger_index >= first)
        .where(OutboxRow.ledger_index < first + tile.width)
        .order_by(OutboxRow.ledger_index)
    ).all()
    return format_bundle(payload.encode() for payload in payloads) if payloads else None


def _begins(session: Session, label: str) -> bool:
    """Whether a shard's first entry is there: it is what a pruning deletes first."""
    first = select(OutboxRow.id).where(OutboxRow.shard == label, OutboxRow.ledger_index == 0)
    return session.scalar(first) is not None
