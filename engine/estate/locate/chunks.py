"""Which files and objects can hold what is searched for, by the membership filters that the last scan left of them.

An object is ruled out only on proof: its filters are of all its content, of the version that the store listed last, and none
of them may hold a value. What nothing is known of has to be read, with the reason. Decision 0014 says what a value may look
like in a cell and still be found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal, Self
from uuid import UUID

import numpy as np
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from classifiers.sketches.membership import Membership, MembershipError
from classifiers.sketches.normal_forms import VERSION, asked_hashes
from engine.base.errors import BadInput
from engine.base.ids import LotId, ObjectId, ScanId
from engine.base.keys.purposes import Purpose, purpose_key
from engine.base.state.database import Database
from engine.base.state.tables import AssetRow, CoverageRow, LotRow, MembershipRow, ObjectRow, StoreRow

Reason = Literal[
    "unlisted", "no_filter", "not_read_in_full", "changed", "other_key", "other_forms", "no_text", "damaged"
]
"""Why nothing is known of an object:

- ``unlisted``: its store could not be listed when it was last tried;
- ``no_filter``: it is a table or view, it was sampled, or no scan has read it to its end;
- ``not_read_in_full``: some of it was skipped, lost or cut, or it changed while it was opened;
- ``changed``: the version listed last is not the one that was read, or the store tells none;
- ``other_key``, ``other_forms``: its filter was made under an older key, or over older normal forms;
- ``no_text``: some cells are bytes that are no text;
- ``damaged``: the filter's own checksum does not fit.
"""


@dataclass(frozen=True, slots=True)
class Place:
    """An object of the inventory, with what reading it costs as far as that is known."""

    id: ObjectId
    store: str
    asset: str
    name: str
    bytes: int | None
    rows: int | None


@dataclass(frozen=True, slots=True)
class CannotHold:
    """No cell of it holds any of the values."""

    place: Place


@dataclass(frozen=True, slots=True)
class CanHold:
    """Some of its chunks, counted from 0 in their lot, may hold one; a chunk may span several small objects."""

    place: Place
    lot_id: LotId
    chunks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class MustRead:
    """Only reading it will tell."""

    place: Place
    reason: Reason


Answer = CannotHold | CanHold | MustRead


@dataclass(frozen=True, slots=True)
class Extent:
    """What a search has to read. ``unsized``: objects of which the store tells no size, or no scan how many rows."""

    objects: int = 0
    bytes: int = 0
    rows: int = 0
    unsized: int = 0

    @classmethod
    def of(cls, answers: Iterable[Answer]) -> Self:
        """All that is not ruled out."""
        places = [answer.place for answer in answers if not isinstance(answer, CannotHold)]
        return cls(
            len(places),
            sum(place.bytes or 0 for place in places),
            sum(place.rows or 0 for place in places),
            sum(place.bytes is None or place.rows is None for place in places),
        )


def may_hold(database: Database, values: Sequence[str]) -> Iterator[Answer]:
    """For every object of the tenant's stores whether it can hold at least one of some values.

    Args:
        database: the state, bound to a tenant. Answers come as they are read, from one snapshot.
        values: as people write them; they are held in memory only, and in no answer.

    Raises:
        BadInput: one of them has no letter or digit, or is too long.
    """
    with database.transaction() as session:
        key = purpose_key(session, Purpose.MEMBERSHIP)
    try:
        wanted = _Wanted.of([asked_hashes(value, key.key) for value in values], key.generation)
    except ValueError as exc:
        raise BadInput("a value that is searched for has letters or digits, 1 to 128 bytes of them") from exc
    return _answers(database, wanted)


def _answers(database: Database, wanted: _Wanted) -> Iterator[Answer]:
    with database.snapshot() as session:
        for lot, objects in groupby(_objects(session), key=lambda row: (row.lot_id, row.read_by)):
            chunks = _chunks(session, *lot, wanted)
            for row in objects:
                yield _answer(row, chunks)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Hashes of the values: of each the whole form, and those of its words."""

    hashes: np.ndarray[Any, np.dtype[np.uint64]]
    values: tuple[tuple[int, slice], ...]
    generation: int

    @classmethod
    def of(cls, asked: Sequence[tuple[int, Sequence[int]]], generation: int) -> Self:
        hashes: list[int] = []
        values: list[tuple[int, slice]] = []
        for whole, words in asked:
            place = len(hashes)
            hashes += [whole, *words]
            values.append((place, slice(place + 1, len(hashes))))
        return cls(np.array(hashes, np.uint64), tuple(values), generation)

    def may_be_in(self, membership: Membership) -> bool:
        held = membership.may_hold(self.hashes)
        return any(bool(held[whole]) or bool(held[words].all()) for whole, words in self.values)


def _objects(session: Session) -> Iterator[Row[Any]]:
    """Every object that is there, those of one lot together."""
    query = (
        select(
            ObjectRow.id,
            ObjectRow.name,
            ObjectRow.bytes,
            ObjectRow.version,
            ObjectRow.lot_id,
            AssetRow.name.label("asset"),
            StoreRow.name.label("store"),
            StoreRow.failure,
            LotRow.read_by,
            CoverageRow.rows,
        )
        .join(AssetRow, (AssetRow.tenant_id == ObjectRow.tenant_id) & (AssetRow.id == ObjectRow.asset_id))
        .join(StoreRow, (StoreRow.tenant_id == AssetRow.tenant_id) & (StoreRow.id == AssetRow.store_id))
        .outerjoin(LotRow, (LotRow.tenant_id == ObjectRow.tenant_id) & (LotRow.id == ObjectRow.lot_id))
        .outerjoin(
            CoverageRow,
            (CoverageRow.tenant_id == ObjectRow.tenant_id)
            & (CoverageRow.scan_id == LotRow.accounted_by)
            & (CoverageRow.object_id == ObjectRow.id),
        )
        .where(ObjectRow.gone_at.is_(None), StoreRow.removed_at.is_(None))
        .order_by(StoreRow.name, AssetRow.name, ObjectRow.lot_id, ObjectRow.id)
        .execution_options(yield_per=500)
    )
    return iter(session.execute(query))


@dataclass(frozen=True, slots=True)
class _Chunk:
    """What the filter of one chunk says.

    Attributes:
        versions: of each object that has rows in it; None where the object goes on in the next chunk.
        held: whether it may hold one of the values, or why that is not known.
    """

    number: int
    versions: Mapping[ObjectId, str | None]
    held: bool | Reason


def _chunks(session: Session, lot_id: LotId | None, read_by: ScanId | None, wanted: _Wanted) -> list[_Chunk]:
    """Those of a lot's last finished reading, in the order of reading."""
    if lot_id is None or read_by is None:
        return []
    query = select(MembershipRow).where(MembershipRow.lot_id == lot_id, MembershipRow.scan_id == read_by)
    found: list[_Chunk] = []
    for row in session.scalars(query.order_by(MembershipRow.number)):
        objects: list[Any] = list(row.objects) if isinstance(row.objects, list) else []
        versions = {ObjectId(UUID(one["object"])): one["version"] for one in objects}
        found.append(_Chunk(row.number, versions, _held(row, wanted)))
    return found


def _held(row: MembershipRow, wanted: _Wanted) -> bool | Reason:
    if row.key_generation != wanted.generation:
        return "other_key"
    if row.form_version != VERSION:
        return "other_forms"
    if row.outside:
        return "no_text"
    try:
        return wanted.may_be_in(Membership.from_bytes(row.filter))
    except MembershipError:
        return "damaged"


def _answer(row: Row[Any], chunks: Sequence[_Chunk]) -> Answer:
    place = Place(row.id, row.store, row.asset, row.name, row.bytes, row.rows)
    mine = [chunk for chunk in chunks if row.id in chunk.versions]
    version = mine[-1].versions[row.id] if mine else None
    if row.failure:
        return MustRead(place, "unlisted")
    if not mine:
        return MustRead(place, "no_filter")
    if not version:
        return MustRead(place, "not_read_in_full")
    if row.version != version:
        return MustRead(place, "changed")
    for chunk in mine:
        if not isinstance(chunk.held, bool):
            return MustRead(place, chunk.held)
    held = tuple(chunk.number for chunk in mine if chunk.held)
    return CanHold(place, row.lot_id, held) if held else CannotHold(place)
