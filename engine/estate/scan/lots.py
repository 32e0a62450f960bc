"""Which objects are read, and in which lots; what has not changed since it was read is taken over as it is.

A lot is read and recorded as one, and its sketches are kept. So when one object of many changes, its lot is read again and no
other. An object counts as unchanged only if its store tells versions and the version is the one that was read last. And what was
kept of it must tell all that the detectors of now would look for: see ``rejudging``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import case, delete, or_, select, update
from sqlalchemy.orm import Session, aliased

from classifiers.identity import Observing
from engine.base.ids import AssetId, LotId, ObjectId, ScanId, StoreId, new_id
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.tables import (
    AssetRow,
    ChunkRow,
    CoverageRow,
    LotRow,
    MembershipRow,
    ObjectRow,
    ReadingRow,
    ScanRow,
    SketchRow,
)
from engine.estate.scan.asked import Asked
from engine.estate.scan.fence import Fence
from engine.estate.scan.marks import SINCE, due_lots, forget_marks
from engine.estate.scan.rejudging import Unseen, unseen_since

LOT_OBJECTS = 256  # of a lot at most
LOT_BYTES = 16 << 20  # bytes from which on a lot takes no further object
TOGETHER = 500  # identifiers in one statement: SQLite bounds the parameters


_KEPT = frozenset({"not_drawn", "long_rows", SINCE})
"""Why less was read than was asked for: that stays true of what is taken over."""


@dataclass(frozen=True, slots=True)
class Terms:
    """Under which terms what was read before still counts.

    Attributes:
        observing: what decides what sketches hold; hash_generation: of the key that they are made with.
        asked: how much is to be read.
    """

    observing: Observing
    hash_generation: int
    asked: Asked


@dataclass(frozen=True, slots=True)
class _Member:
    """An object that is to be read, or was and has not changed."""

    id: ObjectId
    lot_id: LotId | None
    bytes: int | None
    unchanged: bool


def plan_lots(database: Database, fence: Fence, store_id: StoreId, terms: Terms) -> None:
    """Put every object of a store that is to be read into a lot, asset by asset."""
    with database.snapshot() as session:
        started = session.get_one(ScanRow, (context_of(session).tenant_id, fence.scan_id)).started_at
        query = select(AssetRow.id).where(AssetRow.store_id == store_id, AssetRow.last_seen_at == started)
        assets = list(session.scalars(query))
        unseen = unseen_since(session, terms.observing)
    for asset_id in assets:
        with database.transaction() as session:
            _plan_asset(session, fence.scan(session), asset_id, terms, unseen)


def _plan_asset(session: Session, scan: ScanRow, asset_id: AssetId, terms: Terms, unseen: Unseen) -> None:
    members = _members(session, scan.id, asset_id)
    by_lot: dict[LotId | None, list[_Member]] = defaultdict(list)
    for member in members:
        by_lot[member.lot_id].append(member)
    lots = list(session.scalars(select(LotRow).where(LotRow.asset_id == asset_id, LotRow.objects > 0)))
    planned = set(session.scalars(select(ReadingRow.lot_id).where(ReadingRow.scan_id == scan.id)))
    due = due_lots(session, asset_id) if terms.asked.drawn is None else set()
    to_read = by_lot.pop(None, [])
    because: set[str] = set()
    for lot in lots:
        mine = by_lot.get(lot.id, [])
        if lot.id in planned or lot.accounted_by == scan.id:  # by a planning that was interrupted
            continue
        counts = _still_counts(lot, mine, terms) and lot.id not in due
        why = unseen[lot.observing_hash] if counts else ()
        if counts and not why:
            _take_over(session, scan, lot)
        elif terms.asked.drawn is None and lot.drawn is None and len(mine) == lot.objects:
            _open_reading(session, scan, lot, mine, why)
        else:
            because.update(why)
            give_up(session, lot)
            session.execute(update(AssetRow).where(AssetRow.id == asset_id).values(unjudged_by=scan.id))
            to_read += mine
    for group in _groups(sorted(to_read, key=lambda member: member.id), terms):
        lot = LotRow(
            id=LotId(new_id()),
            asset_id=asset_id,
            objects=len(group),
            read_by=None,
            accounted_by=None,
            asked=None,
            drawn=None,
            drawn_from=None,
            bound=None,
            unit="row",
            rows=0,
            observing_hash="",
            hash_generation=0,
        )
        session.add(lot)
        session.flush()
        _open_reading(session, scan, lot, group, sorted(because))


def _members(session: Session, scan_id: ScanId, asset_id: AssetId) -> list[_Member]:
    """What this scan has to account for and has not yet put into a lot."""
    query = (
        select(ObjectRow.id, ObjectRow.lot_id, ObjectRow.bytes, ObjectRow.version, ObjectRow.read_version)
        .join(CoverageRow, (CoverageRow.tenant_id == ObjectRow.tenant_id) & (CoverageRow.object_id == ObjectRow.id))
        .where(
            CoverageRow.scan_id == scan_id,
            CoverageRow.asset_id == asset_id,
            CoverageRow.state == "pending",
            CoverageRow.lot_id.is_(None),
        )
    )
    return [
        _Member(object_id, lot_id, size, bool(version) and version == read)
        for object_id, lot_id, size, version, read in session.execute(query)
    ]


def _still_counts(lot: LotRow, mine: Sequence[_Member], terms: Terms) -> bool:
    """Whether the lot's last reading says what reading it now with the same detectors would."""
    if terms.asked.full or lot.read_by is None or len(mine) != lot.objects:
        return False
    if lot.hash_generation != terms.hash_generation:
        return False
    if lot.asked is not None and not _is_enough(lot, lot.asked, terms.asked):
        return False
    return all(member.unchanged for member in mine)


def _is_enough(lot: LotRow, before: int, asked: Asked) -> bool:
    """Whether an earlier sample answers what is asked now: of the same unit, and at least as many (``before``) were asked for."""
    if lot.unit != "row" and not asked.blocks:
        return False
    wanted = asked.drawn if lot.unit == "row" or lot.drawn_from is None else asked.drawn_of(lot.drawn_from)
    return wanted is not None and before >= wanted


def _take_over(session: Session, scan: ScanRow, lot: LotRow) -> None:
    """Account for a lot, of which nothing has changed, with what was read of it before."""
    before = aliased(CoverageRow)
    mine = (
        update(CoverageRow)
        .where(CoverageRow.tenant_id == scan.tenant_id, CoverageRow.scan_id == scan.id, CoverageRow.state == "pending")
        .where(before.tenant_id == scan.tenant_id, before.object_id == CoverageRow.object_id)
        .where(before.scan_id == lot.accounted_by, before.lot_id == lot.id)
    )
    stays = or_(before.state == "skipped", before.reason.in_(_KEPT))
    values = {
        "lot_id": before.lot_id,
        "state": before.state,
        "reason": case((stays, before.reason), else_="unchanged"),
        "detail": case((before.reason == SINCE, before.detail), else_=""),
        "rows": before.rows,
        "bytes": before.bytes,
        "bound": before.bound,
        "troubles": before.troubles,
    }
    session.execute(mine.values(values).execution_options(synchronize_session=False))
    lot.accounted_by = scan.id


def _open_reading(
    session: Session, scan: ScanRow, lot: LotRow, members: Sequence[_Member], because: Sequence[str]
) -> None:
    session.add(
        ReadingRow(
            scan_id=scan.id,
            lot_id=lot.id,
            asset_id=lot.asset_id,
            state="pending",
            chunks=0,
            worker_id=None,
            epoch=0,
            because=list(because),
        )
    )
    lot.objects = len(members)
    for ids in _together([member.id for member in members]):
        session.execute(update(ObjectRow).where(ObjectRow.id.in_(ids)).values(lot_id=lot.id, read_version=""))
        covered = update(CoverageRow).where(CoverageRow.scan_id == scan.id, CoverageRow.object_id.in_(ids))
        session.execute(covered.values(lot_id=lot.id))
    session.execute(update(AssetRow).where(AssetRow.id == lot.asset_id).values(unjudged_by=scan.id))


def give_up(session: Session, lot: LotRow) -> None:
    """Forget what was read of a lot: it lost an object, or is read otherwise now. Its row stays, for earlier scans name it."""
    forget_marks(session, lot.id)
    for table in (SketchRow, ChunkRow, MembershipRow):
        session.execute(delete(table).where(table.lot_id == lot.id))
    session.execute(update(ObjectRow).where(ObjectRow.lot_id == lot.id).values(lot_id=None, read_version=""))
    lot.objects, lot.read_by, lot.accounted_by = 0, None, None


def _groups(members: Iterable[_Member], terms: Terms) -> Iterator[list[_Member]]:
    """Lots: many small objects together, a table or large object by itself; of an asset that is sampled all together."""
    group: list[_Member] = []
    size = 0
    for member in members:
        own = LOT_BYTES if member.bytes is None else member.bytes
        full = len(group) >= LOT_OBJECTS or size + own > LOT_BYTES
        if group and full and terms.asked.drawn is None:
            yield group
            group, size = [], 0
        group.append(member)
        size += own
    if group:
        yield group


def _together(ids: Sequence[ObjectId]) -> Iterator[Sequence[ObjectId]]:
    for begin in range(0, len(ids), TOGETHER):
        yield ids[begin : begin + TOGETHER]
