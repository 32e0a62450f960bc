"""Read the facts that policies ask for from the state: a few queries for each lot of assets, so that no estate is too large."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Text, func, select, type_coerce
from sqlalchemy.orm import Session, undefer

from classifiers.detector import Sensitivity
from engine.base.ids import AssetId, FieldId, StoreId
from engine.base.state.context import context_of
from engine.base.state.tables import AssetRow, CoverageRow, FieldRow, ObjectRow, ScanRow, StoreRow, VerdictRow
from engine.estate.inventory.load import FINISHED
from engine.estate.inventory.verdicts import entities_of, is_withdrawal
from engine.governance.policy.facts import AssetFact, EntityFact, Estate, FieldFact, KeyFact, StoreFact, TagFacts

TOGETHER = 500  # assets of one lot of queries: SQLite bounds the parameters of a statement
_FOUND = type_coerce(FieldRow.found, Text).label("found")
"""As text: checking its canonical form takes most of the time of reading many."""
_UNREAD = {"failed": "failed", "skipped": "skipped", "pending": "not read yet"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which assets; nothing given means all.

    Attributes:
        store: of the store of that name only.
        asset: of that name only.
        after: behind that id only.
    """

    store: str = ""
    asset: str = ""
    after: UUID | None = None


def read_estate(session: Session, *, store: str = "") -> Estate:
    """All assets that are there, or those of one store."""
    return Estate.of(read_assets(session, Wanted(store)), _stores(session).values())


def read_assets(session: Session, wanted: Wanted, limit: int | None = None) -> Iterator[AssetFact]:
    """Assets that are there and wanted, in the order of their ids, read as they are taken.

    Args:
        session: of the tenant.
        wanted: which.
        limit: how many at most; None for all.
    """
    stores, after, left = _stores(session), wanted.after, limit
    while left is None or left > 0:
        query = (
            select(AssetRow)
            .join(StoreRow, (StoreRow.tenant_id == AssetRow.tenant_id) & (StoreRow.id == AssetRow.store_id))
            .where(AssetRow.gone_at.is_(None), StoreRow.removed_at.is_(None))
            .order_by(AssetRow.id)
            .limit(TOGETHER if left is None else min(TOGETHER, left))
            .options(undefer(AssetRow.declared))
        )
        if wanted.store:
            query = query.where(StoreRow.name == wanted.store)
        if wanted.asset:
            query = query.where(AssetRow.name == wanted.asset)
        if after is not None:
            query = query.where(AssetRow.id > after)
        rows = session.scalars(query).all()
        yield from _facts(session, stores, rows)
        if not rows:
            return
        after = rows[-1].id
        left = None if left is None else left - len(rows)
        for row in rows:
            session.expunge(row)


def _stores(session: Session) -> dict[StoreId, StoreFact]:
    query = select(StoreRow).where(StoreRow.removed_at.is_(None)).order_by(StoreRow.name)
    return {
        row.id: StoreFact(
            row.name, row.kind, row.owner, row.jurisdiction, tuple(map(str, _list(row.purposes))), row.failure, row.id
        )
        for row in session.scalars(query)
    }


def _facts(session: Session, stores: Mapping[StoreId, StoreFact], rows: Sequence[AssetRow]) -> Iterator[AssetFact]:
    ids = [row.id for row in rows]
    coverage = _coverage(session, ids)
    tagged = _tags(session, [row.id for row in rows if stores[row.store_id].kind == "s3"])
    persons, fields = _persons(session, ids), _fields(session, ids)
    for row in rows:
        store, states = stores[row.store_id], coverage.get(row.id, Counter())
        unknown = _unknown(store, row, states)
        declared: Any = row.declared if isinstance(row.declared, dict) else {}
        key = declared.get("primary_key", row.primary_key)
        yield AssetFact(
            store,
            row.name,
            row.kind,
            row.format,
            tuple(_field(one, persons.get(one.id), unknown) for one in fields.get(row.id, ())),
            None if key is None else tuple(map(str, key)),
            tuple(map(_key, _list(declared.get("foreign_keys", row.foreign_keys)))),
            tagged.get(row.id, TagFacts()),
            dict(states),
            unknown,
            row.id,
        )


def _unknown(store: StoreFact, row: AssetRow, states: Counter[str]) -> str:
    """Why an asset may hold more than is known of it, or nothing."""
    total = states.total()
    told = [f"{states[state]:,} of {total:,} objects {words}" for state, words in _UNREAD.items() if states[state]]
    if not total:
        told.append("no scan has read it")
    if row.unjudged_by is not None:
        told.append("what was read of it last is not judged yet")
    if store.failure:
        told.append(f"the store could not be listed ({store.failure.replace('_', ' ')})")
    return "; ".join(told)


def _coverage(session: Session, assets: Sequence[AssetId]) -> dict[AssetId, Counter[str]]:
    """Objects that are there, by the state of their newest coverage by a finished scan."""
    place = func.row_number().over(partition_by=CoverageRow.object_id, order_by=ScanRow.started_at.desc())
    ranked = (
        select(CoverageRow.object_id, CoverageRow.state, place.label("place"))
        .join(ScanRow, (ScanRow.tenant_id == CoverageRow.tenant_id) & (ScanRow.id == CoverageRow.scan_id))
        .where(
            CoverageRow.tenant_id == context_of(session).tenant_id,
            ScanRow.status.in_(FINISHED),
            CoverageRow.asset_id.in_(assets),
        )
        .subquery()
    )
    query = (
        select(ObjectRow.asset_id, ranked.c.state, func.count())
        .outerjoin(ranked, (ranked.c.object_id == ObjectRow.id) & (ranked.c.place == 1))
        .where(ObjectRow.asset_id.in_(assets), ObjectRow.gone_at.is_(None))
        .group_by(ObjectRow.asset_id, ranked.c.state)
    )
    found: dict[AssetId, Counter[str]] = defaultdict(Counter)
    for asset_id, state, count in session.execute(query):
        found[asset_id][state or "pending"] += count
    return found


def _tags(session: Session, assets: Sequence[AssetId]) -> dict[AssetId, TagFacts]:
    """Tags of the objects of buckets. Whose tags were not read, or could not be, counts as unknown."""
    if not assets:
        return {}
    facts = type_coerce(ObjectRow.facts, Text).label("facts")
    query = select(ObjectRow.asset_id, facts).where(ObjectRow.asset_id.in_(assets), ObjectRow.gone_at.is_(None))
    counts: dict[AssetId, Counter[str]] = defaultdict(Counter)
    objects, unknown = Counter[AssetId](), Counter[AssetId]()
    for asset_id, text in session.execute(query).yield_per(5_000):
        objects[asset_id] += 1
        keys = orjson.loads(text or "{}").get("tag_keys")
        if keys is None:
            unknown[asset_id] += 1
        else:
            counts[asset_id].update(map(str, orjson.loads(keys)))
    return {one: TagFacts(dict(counts[one]), objects[one], unknown[one]) for one in objects}


def _persons(session: Session, assets: Sequence[AssetId]) -> dict[FieldId, VerdictRow]:
    """The newest verdict of a person on each field that has one, unless it was withdrawn."""
    query = (
        select(VerdictRow)
        .join(FieldRow, (FieldRow.tenant_id == VerdictRow.tenant_id) & (FieldRow.id == VerdictRow.field_id))
        .where(VerdictRow.decided_by == "person", FieldRow.asset_id.in_(assets))
        .order_by(VerdictRow.decided_at, VerdictRow.id)
    )
    newest = {row.field_id: row for row in session.scalars(query)}
    return {field_id: row for field_id, row in newest.items() if not is_withdrawal(row)}


def _fields(session: Session, assets: Sequence[AssetId]) -> dict[AssetId, list[Any]]:
    query = (
        select(FieldRow.id, FieldRow.asset_id, FieldRow.path, FieldRow.type, _FOUND)
        .where(FieldRow.asset_id.in_(assets), FieldRow.gone_at.is_(None))
        .order_by(FieldRow.id)
    )
    found: dict[AssetId, list[Any]] = defaultdict(list)
    for row in session.execute(query).yield_per(5_000):
        found[row.asset_id].append(row)
    return found


def _field(row: Any, person: VerdictRow | None, unknown: str) -> FieldFact:
    if person is not None:
        entities = tuple(
            EntityFact(one.entity, one.subtype, one.category, one.sensitivity, 1.0)
            for one in entities_of(person.entities)
        )
        return FieldFact(row.path, entities, "", row.type, "person", row.id)
    found = tuple(map(_entity, orjson.loads(row.found))) if row.found else ()
    return FieldFact(row.path, found, unknown, row.type, "scan", row.id)


def _entity(one: Any) -> EntityFact:
    level = Sensitivity[str(one["sensitivity"]).upper()]
    return EntityFact(
        str(one["entity"]), str(one["subtype"]), str(one["category"]), level, round(float(one["confidence"]), 4)
    )


def _key(one: Any) -> KeyFact:
    return KeyFact(tuple(map(str, one["fields"])), str(one["asset"]), tuple(map(str, one["target_fields"])))


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []
