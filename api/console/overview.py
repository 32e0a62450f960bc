"""The first page: how things stand, and what needs attention."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from markupsafe import Markup
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.responses import Response

from api.access.gate import signed_in
from api.access.reading import note_read
from api.console.attention import Attention, of_governance, of_inventory, of_scans
from api.console.render import page
from api.shell.house import InHouse
from classifiers.detector import Sensitivity
from engine.base.actors.principal import Principal
from engine.base.actors.roles import Scope
from engine.base.ids import StoreId
from engine.base.render.svg import Segment, legend, stacked_bar
from engine.base.state.tables import AssetRow, StoreRow
from engine.estate.inventory.browse import Wanted, find_fields, find_stores
from engine.estate.inventory.history import PastScan, past_scans
from engine.estate.inventory.report.words import is_personal

router = APIRouter(include_in_schema=False)
SCANS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class StoreBar:
    """A store with its fields by sensitivity."""

    store: StoreRow
    counts: Counter[Sensitivity]
    bar: Markup

    @property
    def total(self) -> int:
        """All its fields."""
        return self.counts.total()

    def count(self, label: str) -> int:
        """Those of one sensitivity."""
        return self.counts[Sensitivity[label.upper()]]


@dataclass(frozen=True, slots=True)
class Holdings:
    """What the inventory comes to."""

    stores: list[StoreBar]
    assets: int
    fields: int
    personal: int
    restricted: int
    differs: int


@router.get("/")
def overview(request: Request, house: InHouse, principal: Annotated[Principal, Depends(signed_in)]) -> Response:
    """How things stand, as far as whoever looks may know."""
    held: Holdings | None = None
    scans: list[PastScan] = []
    attention: list[Attention] = []
    with house.reading(principal) as session:
        if principal.may(Scope.INVENTORY_READ):
            held = holdings(session)
            attention += of_inventory([one.store for one in held.stores], held.differs)
        if principal.may(Scope.SCANS_READ):
            scans = past_scans(session, SCANS_SHOWN)
            attention += of_scans(session, scans)
        attention += of_governance(session, house, principal)
    if held is not None:
        worst = max((level for one in held.stores for level in one.counts), default=None)
        note_read(house, request, principal, Scope.INVENTORY_READ, held.fields, worst.label if worst else "")
    return page(
        request,
        "overview.html",
        held=held,
        scans=scans,
        shows_scans=principal.may(Scope.SCANS_READ),
        attention=sorted(attention, key=lambda one: one.tone != "bad"),
        levels=[level.label for level in Sensitivity],
        level_legend=legend([(level.label, level.label) for level in reversed(Sensitivity)]),
    )


def holdings(session: Session) -> Holdings:
    """Counts over the whole inventory."""
    counts: dict[StoreId, Counter[Sensitivity]] = {}
    personal = differs = 0
    for line in find_fields(session, Wanted()):
        counts.setdefault(line.store_id, Counter())[line.sensitivity] += 1
        personal += any(is_personal(one.category) for one in line.entities)
        differs += line.differs
    stores = [StoreBar(row, counts.get(row.id, Counter()), _bar(counts.get(row.id))) for row in find_stores(session)]
    total: Counter[Sensitivity] = sum(counts.values(), Counter())
    assets = (
        select(func.count())
        .select_from(AssetRow)
        .join(StoreRow, (StoreRow.tenant_id == AssetRow.tenant_id) & (StoreRow.id == AssetRow.store_id))
        .where(AssetRow.gone_at.is_(None), StoreRow.removed_at.is_(None))
    )
    found = session.scalar(assets) or 0
    return Holdings(stores, found, total.total(), personal, total[Sensitivity.RESTRICTED], differs)


def _bar(counts: Counter[Sensitivity] | None) -> Markup:
    segments = [Segment(level.label, (counts or Counter())[level], level.label) for level in reversed(Sensitivity)]
    return stacked_bar(segments, label="Fields by sensitivity")
