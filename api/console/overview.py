"""The first page: how things stand, and what needs attention."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from markupsafe import Markup
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.responses import Response

from api.access.gate import signed_in
from api.access.reading import note_read
from api.console.render import page
from api.shell.house import InHouse
from classifiers.detector import Sensitivity
from engine.base.actors.principal import Principal
from engine.base.actors.roles import Scope
from engine.base.ids import StoreId
from engine.base.render.svg import Segment, legend, stacked_bar
from engine.base.state.tables import AssetRow, JobRow, StoreRow
from engine.base.work.view import list_schedules, living_workers
from engine.estate.inventory.browse import Wanted, find_fields, find_stores
from engine.estate.inventory.history import PastScan, past_scans
from engine.estate.inventory.report.words import is_personal

router = APIRouter(include_in_schema=False)
SCANS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Attention:
    """Something that somebody should look at. ``tone``: ``bad``, ``warn``."""

    title: str
    text: str
    href: str
    tone: Literal["bad", "warn"]


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
            attention += _of_inventory(held)
        if principal.may(Scope.SCANS_READ):
            scans = past_scans(session, SCANS_SHOWN)
            attention += _of_scans(session, scans)
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


def _of_inventory(held: Holdings) -> Iterator[Attention]:
    for one in held.stores:
        if one.store.failure:
            why = one.store.failure.replace("_", " ")
            yield Attention(f"Store {one.store.name} could not be listed", f"Reason: {why}.", "/scans", "bad")
        if not one.store.owner:
            yield Attention(
                f"Store {one.store.name} has no owner",
                "Nobody answers for it; name one in reeve.yaml.",
                "/inventory",
                "warn",
            )
    if held.differs:
        yield Attention(
            f"{held.differs:,} decisions that the last scan disagrees with",
            "Worth a second look where the data has changed since.",
            "/inventory?only=differs",
            "warn",
        )


def _of_scans(session: Session, scans: list[PastScan]) -> Iterator[Attention]:
    if not scans:
        yield Attention("Nothing was scanned yet", "Ask for a scan, or run `reeve scan`.", "/scans", "warn")
    if scans and scans[0].objects.get("failed"):
        failed = scans[0].objects["failed"]
        yield Attention(
            f"The last scan could not read {failed:,} {'object' if failed == 1 else 'objects'}",
            "What was not read is unknown, not empty.",
            f"/scans/{scans[0].scan_id}",
            "bad",
        )
    waiting = session.scalar(select(func.count()).select_from(JobRow).where(JobRow.state == "queued")) or 0
    if waiting and not living_workers(session):
        yield Attention(f"{waiting:,} jobs wait, and no worker runs", "Start one: `reeve worker`.", "/scans", "bad")
    for schedule in list_schedules(session):
        if schedule.last_outcome == "failed":
            yield Attention(f"The last run of schedule {schedule.name} failed", "See its scans.", "/scans", "bad")
