"""What somebody should look at first: of scans and the inventory, of rows over their maximum, of plans and holds that wait."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.routes.policies import overdue_of, rules_of
from api.shell.house import House
from engine.base.actors.principal import Principal
from engine.base.actors.roles import Scope
from engine.base.errors import ConfigError
from engine.base.render.plural import counted
from engine.base.state.tables import JobRow, StoreRow
from engine.base.work.view import list_schedules, living_workers
from engine.estate.inventory.history import PastScan
from engine.governance.change.view import count_plans
from engine.governance.holds.view import Filters, count_holds


@dataclass(frozen=True, slots=True)
class Attention:
    """Something that somebody should look at. ``tone``: ``bad``, ``warn``."""

    title: str
    text: str
    href: str
    tone: Literal["bad", "warn"]


def of_inventory(stores: Sequence[StoreRow], differs: int) -> Iterator[Attention]:
    """Stores that could not be listed or have no owner; and decisions of people that the last scan disagrees with."""
    for one in stores:
        if one.failure:
            why = one.failure.replace("_", " ")
            yield Attention(f"Store {one.name} could not be listed", f"Reason: {why}.", "/scans", "bad")
        if not one.owner:
            told = "Nobody answers for it; name one in reeve.yaml."
            yield Attention(f"Store {one.name} has no owner", told, "/inventory", "warn")
    if differs:
        yield Attention(
            f"{differs:,} decisions that the last scan disagrees with",
            "Worth a second look where the data has changed since.",
            "/inventory?only=differs",
            "warn",
        )


def of_scans(session: Session, scans: Sequence[PastScan]) -> Iterator[Attention]:
    """What was not read, and work that nobody does."""
    if not scans:
        yield Attention("Nothing was scanned yet", "Ask for a scan, or run `reeve scan`.", "/scans", "warn")
    if scans and scans[0].objects.get("failed"):
        yield Attention(
            f"The last scan could not read {counted(scans[0].objects['failed'], 'object')}",
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


def of_governance(session: Session, house: House, principal: Principal) -> Iterator[Attention]:
    """Rows over their maximum, plans that wait for a person, and holds that are to be reviewed; as far as one may know."""
    if principal.may(Scope.POLICIES_READ):
        yield from _of_policies(session, house)
    if principal.may(Scope.PLANS_READ) and (plans := count_plans(session, "waiting")):
        text = "To be approved, or looked at because they stand still."
        yield Attention(f"{counted(plans, 'plan')} waiting for a person", text, "/plans?show=waiting", "warn")
    if principal.may(Scope.HOLDS_READ) and (holds := count_holds(session, Filters(overdue=True))):
        text = "They count until somebody releases them."
        yield Attention(f"{counted(holds, 'hold')} to be reviewed", text, "/holds?show=overdue", "warn")


def _of_policies(session: Session, house: House) -> Iterator[Attention]:
    try:
        rules = rules_of(house)
    except ConfigError:
        text = "Nothing is decided before that is mended: `reeve policy check` says where."
        yield Attention("The policies cannot be read", text, "/policies", "bad")
        return
    late = overdue_of(session, rules)
    if late:
        rows, places = sum(one.look.overdue for one in late), {one.asset.place for one in late}
        since = min((one.look.since for one in late if one.look.since is not None), default=house.context.clock.now())
        yield Attention(
            f"{counted(rows, 'row')} over the maximum",
            f"In {counted(len(places), 'asset')}, as of the last plans; first found {since:%Y-%m-%d}.",
            "/policies/violations?kind=overdue",
            "bad",
        )
