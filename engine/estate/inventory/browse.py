"""Looking the inventory through, field by field and asset by asset, without loading all of it at once.

The order is that of ids, which is that of first sight: what comes later is behind, so a page never moves what follows it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import orjson
from sqlalchemy import Text, func, select, type_coerce
from sqlalchemy.orm import Session

from classifiers.detector import Sensitivity
from engine.base.errors import NotFound
from engine.base.ids import AssetId, FieldId, StoreId
from engine.base.state.context import context_of
from engine.base.state.tables import AssetRow, CoverageRow, FieldRow, ScanRow, StoreRow, VerdictRow
from engine.estate.inventory.load import FINISHED
from engine.estate.inventory.verdicts import entities_of, latest_verdicts
from engine.estate.inventory.view import COVERAGE_ORDER

_TOGETHER = 500  # rows of one query
_FOUND = type_coerce(FieldRow.found, Text).label("found")
"""As text: checking its canonical form takes most of the time of a list. Whoever looks at one field gets it checked."""
_WORST = [str(state) for state in COVERAGE_ORDER].index


@dataclass(frozen=True, slots=True)
class EntityLine:
    """One entity of a field; attributes as in :class:`~engine.estate.inventory.view.EntityView`."""

    entity: str
    subtype: str
    category: str
    sensitivity: Sensitivity
    confidence: float
    matches: int | None


@dataclass(frozen=True, slots=True)
class FieldLine:
    """A field in a list.

    Attributes:
        id, store_id, asset_id: rows.
        store, asset, path, type: names, and the declared type.
        rows, nulls, distinct: of the last reading.
        entities: what it is held to be, the main one first.
        decided_by: whose verdict counts.
        differs: a person decided otherwise than the last scan.
    """

    id: FieldId
    store_id: StoreId
    asset_id: AssetId
    store: str
    asset: str
    path: str
    type: str
    rows: int
    nulls: int
    distinct: int
    entities: tuple[EntityLine, ...]
    decided_by: Literal["scan", "person"]
    differs: bool

    @property
    def sensitivity(self) -> Sensitivity:
        """The worst of what is in it; internal when nothing was recognised."""
        return max((one.sensitivity for one in self.entities), default=Sensitivity.INTERNAL)

    @property
    def place(self) -> str:
        """``store/asset.path``."""
        return f"{self.store}/{self.asset}.{self.path}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which fields; nothing given means all.

    Attributes:
        store_id: of one store only.
        assets: of these only.
        category: in this category or below it (``user.contact``).
        sensitivity: whose worst is exactly this.
        entity: with this entity.
        words: each is part of the names, entities or categories, capital or small.
        only: ``personal`` (something recognised), ``person`` (decided by one), ``differs``, or empty.
    """

    store_id: UUID | None = None
    assets: frozenset[UUID] | None = None
    category: str = ""
    sensitivity: Sensitivity | None = None
    entity: str = ""
    words: tuple[str, ...] = ()
    only: str = ""

    def fits(self, line: FieldLine) -> bool:
        """Whether a field is among them."""
        return (
            self.store_id in (None, line.store_id)
            and (self.assets is None or line.asset_id in self.assets)
            and self.sensitivity in (None, line.sensitivity)
            and (not self.entity or any(one.entity == self.entity for one in line.entities))
            and (not self.category or any(_within(one.category, self.category) for one in line.entities))
            and (not self.only or self._only(line))
            and (not self.words or _has(line, self.words))
        )

    def _only(self, line: FieldLine) -> bool:
        return {
            "personal": bool(line.entities),
            "person": line.decided_by == "person",
            "differs": line.differs,
        }.get(self.only, False)


def find_fields(session: Session, wanted: Wanted, after: UUID | None = None) -> Iterator[FieldLine]:
    """Fields that are there and wanted, in the order of their ids, from behind ``after`` on; read as they are taken."""
    while True:
        rows = session.execute(_query(wanted, after)).all()
        persons = latest_verdicts(session, [row.id for row in rows], "person")
        for row in rows:
            line = _line(row, persons.get(row.id))
            if wanted.fits(line):
                yield line
        if len(rows) < _TOGETHER:
            return
        after = rows[-1].id


def field_line(session: Session, field_id: UUID) -> FieldLine:
    """One field, also one that is gone.

    Raises:
        NotFound: there is none in this tenant.
    """
    row = session.execute(_fields().where(FieldRow.id == field_id)).one_or_none()
    if row is None:
        raise NotFound("there is no such field")
    return _line(row, latest_verdicts(session, [row.id], "person").get(row.id))


@dataclass(frozen=True, slots=True)
class AssetLine:
    """An asset in a list.

    Attributes:
        id, store_id: rows.
        store, name, kind, format: as in the inventory.
        fields: how many, by sensitivity.
        objects: how many, by coverage state.
        rows: read of all its objects.
    """

    id: AssetId
    store_id: StoreId
    store: str
    name: str
    kind: str
    format: str
    fields: Mapping[Sensitivity, int]
    objects: Mapping[str, int]
    rows: int

    @property
    def sensitivity(self) -> Sensitivity:
        """The worst of its fields."""
        return max(self.fields, default=Sensitivity.INTERNAL)

    @property
    def coverage(self) -> str:
        """The worst state of its objects; ``failed`` where no finished scan has come to it."""
        return max(self.objects, key=_WORST, default="failed")


def find_assets(
    session: Session, limit: int, *, store_id: UUID | None = None, after: UUID | None = None
) -> list[AssetLine]:
    """Assets that are there, in the order of their ids, from behind ``after`` on."""
    query = (
        select(AssetRow, StoreRow.name)
        .join(StoreRow, (StoreRow.tenant_id == AssetRow.tenant_id) & (StoreRow.id == AssetRow.store_id))
        .where(AssetRow.gone_at.is_(None), StoreRow.removed_at.is_(None))
        .order_by(AssetRow.id)
        .limit(limit)
    )
    if store_id is not None:
        query = query.where(AssetRow.store_id == store_id)
    if after is not None:
        query = query.where(AssetRow.id > after)
    found = [(row, store) for row, store in session.execute(query)]
    return _asset_lines(session, found)


def count_levels(session: Session) -> dict[StoreId, Counter[Sensitivity]]:
    """Fields of each store by their worst sensitivity."""
    levels: dict[StoreId, Counter[Sensitivity]] = {}
    for line in find_fields(session, Wanted()):
        levels.setdefault(line.store_id, Counter())[line.sensitivity] += 1
    return levels


def find_stores(session: Session) -> list[StoreRow]:
    """Stores that are configured, by name; look, do not change."""
    return list(session.scalars(select(StoreRow).where(StoreRow.removed_at.is_(None)).order_by(StoreRow.name)))


def get_store(session: Session, store_id: UUID) -> StoreRow:
    """One store.

    Raises:
        NotFound: there is none in this tenant.
    """
    row = session.get(StoreRow, (context_of(session).tenant_id, store_id))
    if row is None or row.removed_at is not None:
        raise NotFound("there is no such store")
    return row


def _fields() -> Any:
    return (
        select(
            FieldRow.id, FieldRow.asset_id, FieldRow.path, FieldRow.type, FieldRow.rows, FieldRow.nulls, FieldRow.distinct,
            _FOUND, AssetRow.name.label("asset"), AssetRow.store_id, StoreRow.name.label("store"),
        )
        .join(AssetRow, (AssetRow.tenant_id == FieldRow.tenant_id) & (AssetRow.id == FieldRow.asset_id))
        .join(StoreRow, (StoreRow.tenant_id == AssetRow.tenant_id) & (StoreRow.id == AssetRow.store_id))
    )  # fmt: skip


def _query(wanted: Wanted, after: UUID | None) -> Any:
    query = _fields().where(FieldRow.gone_at.is_(None), AssetRow.gone_at.is_(None), StoreRow.removed_at.is_(None))
    if wanted.store_id is not None:
        query = query.where(AssetRow.store_id == wanted.store_id)
    if wanted.assets is not None:
        query = query.where(FieldRow.asset_id.in_(wanted.assets))
    if after is not None:
        query = query.where(FieldRow.id > after)
    return query.order_by(FieldRow.id).limit(_TOGETHER)


def _line(row: Any, person: VerdictRow | None) -> FieldLine:
    found = tuple(map(_entity, orjson.loads(row.found) if row.found else ()))
    entities = found
    if person is not None:
        matches = {(one.entity, one.subtype): one.matches for one in found}
        entities = tuple(
            EntityLine(
                one.entity, one.subtype, one.category, one.sensitivity, 1.0, matches.get((one.entity, one.subtype))
            )
            for one in entities_of(person.entities)
        )
    differs = person is not None and {(one.entity, one.subtype) for one in found} != {
        (one.entity, one.subtype) for one in entities
    }
    return FieldLine(
        row.id,
        row.store_id,
        row.asset_id,
        row.store,
        row.asset,
        row.path,
        row.type,
        row.rows,
        row.nulls,
        min(row.distinct, row.rows - row.nulls),
        entities,
        "scan" if person is None else "person",
        differs,
    )


def _entity(one: Any) -> EntityLine:
    return EntityLine(
        str(one["entity"]),
        str(one["subtype"]),
        str(one["category"]),
        Sensitivity[str(one["sensitivity"]).upper()],
        float(one["confidence"]),
        int(one["matches"]),
    )


def _within(category: str, wanted: str) -> bool:
    return category == wanted or category.startswith(f"{wanted}.")


def _has(line: FieldLine, words: Sequence[str]) -> bool:
    names = [line.store, line.asset, line.path]
    for one in line.entities:
        names += [one.entity, one.subtype, one.category]
    text = " ".join(names).lower()
    plain = text.replace("_", " ")
    return all(word.lower() in text or word.lower() in plain for word in words)


def _asset_lines(session: Session, found: Sequence[tuple[AssetRow, str]]) -> list[AssetLine]:
    ids = [row.id for row, _ in found]
    fields: dict[AssetId, Counter[Sensitivity]] = {}
    for begin in range(0, len(ids), _TOGETHER):
        for line in find_fields(session, Wanted(assets=frozenset(ids[begin : begin + _TOGETHER]))):
            fields.setdefault(line.asset_id, Counter())[line.sensitivity] += 1
    objects, rows = coverage_of(session, ids)
    return [
        AssetLine(
            row.id,
            row.store_id,
            store,
            row.name,
            row.kind,
            row.format,
            fields.get(row.id, Counter()),
            objects.get(row.id, Counter()),
            rows[row.id],
        )
        for row, store in found
    ]


def coverage_of(session: Session, assets: Sequence[AssetId]) -> tuple[dict[AssetId, Counter[str]], Counter[AssetId]]:
    """Objects by state, and rows read, by asset: the newest coverage of each object by a finished scan."""
    objects: dict[AssetId, Counter[str]] = {}
    rows: Counter[AssetId] = Counter()
    place = func.row_number().over(partition_by=CoverageRow.object_id, order_by=ScanRow.started_at.desc())
    for begin in range(0, len(assets), _TOGETHER):
        ranked = (
            select(CoverageRow.asset_id, CoverageRow.state, CoverageRow.rows, place.label("place"))
            .join(ScanRow, (ScanRow.tenant_id == CoverageRow.tenant_id) & (ScanRow.id == CoverageRow.scan_id))
            .where(
                CoverageRow.tenant_id == context_of(session).tenant_id,
                ScanRow.status.in_(FINISHED),
                CoverageRow.asset_id.in_(assets[begin : begin + _TOGETHER]),
            )
            .subquery()
        )
        counted = select(ranked.c.asset_id, ranked.c.state, func.count(), func.sum(ranked.c.rows))
        newest = counted.where(ranked.c.place == 1).group_by(ranked.c.asset_id, ranked.c.state)
        for asset_id, state, count, read in session.execute(newest):
            objects.setdefault(asset_id, Counter())[state] += count
            rows[asset_id] += int(read)
    return objects, rows
