"""What another detector pack leads to: verdicts anew from the sketches that are kept, or reading again where these cannot tell.

A lot is read again when a detector matches or checks otherwise than when it was read, or did not exist then. All else of a pack
is applied to sketches, so it needs no reading; see docs/decisions/0013-rejudging.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from classifiers.identity import Observing
from engine.base.state.context import context_of
from engine.base.state.tables import AssetRow, FieldRow, ObservingRow, ReadingRow, ScanRow, StoreRow

Unseen = Mapping[str, tuple[str, ...]]
"""By what a lot's sketches were made with (LotRow.observing_hash): the detectors of now of which they cannot tell."""


@dataclass(frozen=True, slots=True)
class Rejudged:
    """What a scan did because its detectors are others than before.

    Attributes:
        assets, fields: that got verdicts anew from their sketches, nothing of them being read.
        read_assets: that have not changed and had to be read again all the same.
        read_fields: the fields of these, ``store/asset.path``, sorted.
        because: keys of the detectors that made it necessary, sorted; ``SKETCHING`` when all sketches are made otherwise now.
    """

    assets: int
    fields: int
    read_assets: int
    read_fields: tuple[str, ...]
    because: tuple[str, ...]


def note_observing(session: Session, observing: Observing) -> None:
    """Keep what the sketches of a scan are made with, once for all lots."""
    if session.get(ObservingRow, (context_of(session).tenant_id, observing.hash)) is None:
        session.add(ObservingRow(hash=observing.hash, parts=dict(observing.parts)))


def unseen_since(session: Session, observing: Observing) -> Unseen:
    """Of which detectors sketches cannot tell, by what they were made with."""
    unseen: dict[str, tuple[str, ...]] = defaultdict(lambda: observing.unseen({}))
    for row in session.scalars(select(ObservingRow)):
        parts = row.parts if isinstance(row.parts, dict) else {}
        unseen[row.hash] = observing.unseen({key: str(part) for key, part in parts.items()})
    return unseen


def rejudged(session: Session, scan: ScanRow) -> Rejudged:
    """What a scan judged anew and what it read again; what a later one judged anew does not count as its own any more."""
    query = select(ReadingRow.asset_id, ReadingRow.because).where(ReadingRow.scan_id == scan.id)
    readings = {(asset, str(key)) for asset, keys in session.execute(query) if isinstance(keys, list) for key in keys}
    read = {asset for asset, _ in readings}
    fields = (
        select(AssetRow.id, StoreRow.name, AssetRow.name, FieldRow.path)
        .join(StoreRow, (StoreRow.tenant_id == AssetRow.tenant_id) & (StoreRow.id == AssetRow.store_id))
        .join(FieldRow, (FieldRow.tenant_id == AssetRow.tenant_id) & (FieldRow.asset_id == AssetRow.id))
        .where(FieldRow.gone_at.is_(None))
    )
    anew = session.execute(fields.where(AssetRow.rejudged_by == scan.id)).all()
    scanned = select(ReadingRow.asset_id).where(ReadingRow.scan_id == scan.id)
    again = session.execute(fields.where(AssetRow.id.in_(scanned))).all() if read else []
    return Rejudged(
        assets=len({asset for asset, *_ in anew}),
        fields=len(anew),
        read_assets=len(read),
        read_fields=tuple(sorted(f"{store}/{name}.{path}" for asset, store, name, path in again if asset in read)),
        because=tuple(sorted({key for _, key in readings})),
    )
