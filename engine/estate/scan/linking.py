"""Find the links of the whole estate from the sketches of its fields, and put them in place of those before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from classifiers.sketches.sketch_bytes import outline
from engine.base.ids import FieldId, LinkId, new_id
from engine.base.state.database import Database
from engine.base.state.tables import AssetRow, FieldRow, LinkRow, ScanRow
from engine.estate.inventory.links import Overlap, Sample, overlaps
from engine.estate.scan.schema import foreign_keys_of

READ = 100  # fields whose sketches are in memory at once


def find_links(database: Database) -> list[Overlap]:
    """All links: declared foreign keys first, then shared values. A declared one is not told twice.

    What is held of the sketches stays bounded, however many fields there are.
    """
    with database.snapshot() as session:
        declared = _declared(session)
        found = overlaps(lambda: _samples(session))
    known = {frozenset((link.one, link.other)) for link in declared}
    return [*declared, *(link for link in found if frozenset((link.one, link.other)) not in known)]


def write_links(session: Session, scan: ScanRow, links: Sequence[Overlap]) -> None:
    """The links of this scan in place of those before."""
    session.execute(delete(LinkRow).where(LinkRow.tenant_id == scan.tenant_id))
    for link in links:
        session.add(
            LinkRow(
                id=LinkId(new_id()),
                field_id=link.one,
                other_id=link.other,
                kind="foreign_key" if link.declared else "values",
                overlap=link.share,
                least=link.least,
                back=link.back,
                scan_id=scan.id,
            )
        )


def _samples(session: Session) -> Iterator[tuple[FieldId, Sample]]:
    query = select(FieldRow.id, FieldRow.sketch).where(FieldRow.gone_at.is_(None)).order_by(FieldRow.id)
    for field, data in session.execute(query.execution_options(yield_per=READ)):
        sample = Sample.of(outline(data))
        if sample is not None:
            yield field, sample


def _declared(session: Session) -> list[Overlap]:
    """Foreign keys as pairs of fields, as far as both are in the inventory."""
    query = (
        select(AssetRow.store_id, AssetRow.name, FieldRow.path, FieldRow.id)
        .join(AssetRow, (AssetRow.tenant_id == FieldRow.tenant_id) & (AssetRow.id == FieldRow.asset_id))
        .where(FieldRow.gone_at.is_(None))
    )
    fields = {(store, asset, path): field for store, asset, path, field in session.execute(query)}
    pairs: dict[tuple[FieldId, FieldId], None] = {}
    assets = select(AssetRow.store_id, AssetRow.name, AssetRow.foreign_keys, AssetRow.declared)
    for store, asset, keys, newer in session.execute(assets.where(AssetRow.gone_at.is_(None))):
        declared: list[Any] = foreign_keys_of(keys, newer)
        for key in declared:
            for path, target in zip(key["fields"], key["target_fields"], strict=False):
                one, other = fields.get((store, asset, path)), fields.get((store, key["asset"], target))
                if one is not None and other is not None and one != other:
                    pairs[one, other] = None
    return [Overlap(one, other, 1.0, None, None, declared=True) for one, other in pairs]
