"""Places: one batch of events becomes the next entries of a shard, all in one transaction.

Tiles, places and the shard's new head are written together, and the head by comparing and swapping: of two writers who began at
one size, the database lets one commit. So there is no moment at which entries have places that the tree does not know of, and
nothing to mend after a crash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Uuid, bindparam, column, func, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from engine.base.errors import DependencyFailed, IntegrityViolated
from engine.base.ids import EventId
from engine.base.state.context import context_of
from engine.base.state.tables import LedgerShardRow, LedgerTileRow, OutboxRow
from engine.ledger.tree.hashes import leaf_hash
from engine.ledger.tree.tiles import Growth, Tile, edge_of


class HeadMoved(DependencyFailed):
    """Another writer extended the shard meanwhile: nothing was written; begin again."""

    code = "head_moved"


@dataclass(frozen=True, slots=True)
class Waiting:
    """An event without a place."""

    id: EventId
    payload: bytes


def waiting(session: Session, limit: int) -> tuple[list[Waiting], int]:
    """The oldest events without a place, and how many of those looked at were changed after they were recorded.

    These are left where they are: what was tampered with must neither enter the ledger nor stop it.
    """
    _keep_to_indexes(session)
    rows = session.execute(
        select(OutboxRow.id, OutboxRow.payload, OutboxRow.payload_sha256)
        .where(OutboxRow.drained_at.is_(None))
        .order_by(OutboxRow.occurred_at, OutboxRow.id)
        .limit(limit)
    )
    found: list[Waiting] = []
    changed = 0
    for event_id, text, digest in rows:
        payload = text.encode()
        if hashlib.sha256(payload).digest() == digest:
            found.append(Waiting(event_id, payload))
        else:
            changed += 1
    return found, changed


def _keep_to_indexes(session: Session) -> None:
    """Until the transaction ends, take rows in the order of an index, one by one.

    A table that has just been filled has no statistics, and without them PostgreSQL sorts all that waits, and joins with all
    that ever was, for every batch.
    """
    if session.get_bind().dialect.name == "postgresql":
        ways = ("bitmapscan", "hashjoin", "mergejoin", "seqscan", "sort")
        session.execute(select(*(func.set_config(f"enable_{way}", "off", True) for way in ways)))


def place(session: Session, shard: LedgerShardRow, entries: Sequence[Waiting]) -> None:
    """Append events to a shard, in the caller's transaction.

    Raises:
        HeadMoved: another writer was there first; roll back.
        IntegrityViolated: the tree's edge is not what it must be.
    """
    if not entries:
        return
    old_size, old_root = shard.size, shard.root
    growth = Growth(old_size, _edge(session, shard.label, old_size))
    if growth.root() != old_root:
        raise IntegrityViolated(
            f"the tiles at the edge of the shard {shard.label} do not come to its root: nothing is added to it",
            hint="the state was changed from outside: compare it with a backup; what was recorded waits meanwhile",
        )
    full = growth.append([leaf_hash(one.payload) for one in entries])
    _write_tiles(session, shard.label, [*full, *growth.edge()])
    _write_places(session, shard.label, [one.id for one in entries], old_size)
    now = context_of(session).clock.now()
    swapped: Any = session.execute(
        update(LedgerShardRow)
        .where(LedgerShardRow.label == shard.label, LedgerShardRow.closed_at.is_(None))
        .where(LedgerShardRow.size == old_size, LedgerShardRow.root == old_root)
        .values(size=growth.size, root=growth.root(), grown_at=now),
        execution_options={"synchronize_session": False},
    )
    if swapped.rowcount != 1:
        raise HeadMoved(f"another process extended the shard {shard.label} of the ledger meanwhile")
    session.refresh(shard)


def root_of(session: Session, label: str, size: int) -> bytes:
    """The root of a shard's tree, from the tiles at its edge.

    Raises:
        IntegrityViolated: these are missing, or are those of another size.
    """
    return Growth(size, _edge(session, label, size)).root()


def _edge(session: Session, label: str, size: int) -> dict[int, bytes]:
    wanted = [(tile.level, tile.index) for tile in edge_of(size)]
    if not wanted:
        return {}
    rows = session.execute(
        select(LedgerTileRow.level, LedgerTileRow.hashes).where(
            LedgerTileRow.shard == label,
            tuple_(LedgerTileRow.level, LedgerTileRow.tile).in_(wanted),
        )
    )
    return {row.level: row.hashes for row in rows}


def _write_tiles(session: Session, label: str, tiles: Sequence[tuple[Tile, bytes]]) -> None:
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    statement = insert(LedgerTileRow.__table__)  # type: ignore[arg-type] # declared as the wider FromClause
    tenant_id = context_of(session).tenant_id
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["tenant_id", "shard", "level", "tile"], set_={"hashes": statement.excluded.hashes}
        ),
        [
            {"tenant_id": tenant_id, "shard": label, "level": tile.level, "tile": tile.index, "hashes": hashes}
            for tile, hashes in tiles
        ],
    )


def _write_places(session: Session, label: str, ids: Sequence[EventId], first: int) -> None:
    known = context_of(session)
    table = OutboxRow.__table__
    connection = session.connection()
    now = known.clock.now()
    if (
        connection.dialect.name == "sqlite"
    ):  # by the driver's own words: the rows of a batch are all alike but for two values
        as_stored: Any = table.c.drained_at.type.dialect_impl(connection.dialect).bind_processor(connection.dialect)
        when, tenant = as_stored(now), known.tenant_id.hex
        connection.exec_driver_sql(
            "UPDATE outbox SET drained_at = ?, shard = ?, ledger_index = ? WHERE tenant_id = ? AND id = ?",
            [(when, label, first + nth, tenant, one.hex) for nth, one in enumerate(ids)],
        )
        return
    listed: Any = func.unnest(bindparam("ids", list(ids), postgresql.ARRAY(Uuid())))
    places = listed.table_valued(column("id", Uuid()), with_ordinality="nth", name="places").render_derived()
    connection.execute(  # one statement: a row each costs a round trip
        update(table)  # type: ignore[arg-type] # as above
        .where(table.c.tenant_id == known.tenant_id, table.c.id == places.c.id)
        .values(ledger_index=places.c.nth + (first - 1), drained_at=now, shard=label)
    )
