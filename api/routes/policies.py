"""Policies: the rules, what they come to for the estate, and what of it reality breaks. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy.orm import Session

from api.access.gate import requires
from api.access.reading import note_read
from api.routes import policies_models as models
from api.shell.cursors import Cursor, Limit, Page, Paging
from api.shell.house import House, InHouse
from engine.base.actors.principal import Principal
from engine.base.actors.roles import Scope
from engine.base.errors import NotFound
from engine.base.settings import load_settings
from engine.governance.change.looks import looks_now
from engine.governance.policy.ageing import Ageing, ageing, oldest_first
from engine.governance.policy.configured import configured_policies
from engine.governance.policy.decide import Decider
from engine.governance.policy.explain import Explanation, explain
from engine.governance.policy.model import Policies as Rules
from engine.governance.policy.reading import Wanted, read_assets
from engine.governance.policy.violations import Kind, Violation, worst_first
from engine.governance.policy.waivers import waivers_in_force

router = APIRouter(prefix="/v1", tags=["policies"])
Line = TypeVar("Line", Violation, Ageing)
Reader = Annotated[Principal, Depends(requires(Scope.POLICIES_READ))]
Name = Annotated[str, Query(max_length=1024)]


@dataclass(frozen=True, slots=True)
class DecisionsWanted:
    """Which decisions; what is left out is all. ``kind``: what is decided about the rows."""

    store: Name = ""
    asset: Name = ""
    kind: models.RetentionWord | None = None


@dataclass(frozen=True, slots=True)
class ViolationsWanted:
    """Which violations; what is left out is all. ``waived``: only accepted ones, or only open ones."""

    store: Name = ""
    kind: Kind | None = None
    waived: bool | None = None


@dataclass(frozen=True, slots=True)
class AgeingWanted:
    """Which lines; what is left out is all. ``days``: only what has been found for so long."""

    store: Name = ""
    days: Annotated[int, Query(ge=0, le=1_000_000)] = 0


@router.get("/policies")
def list_policies(principal: Reader, house: InHouse, request: Request) -> models.Policies:
    """All rules of the configuration as it is now, by name, and the hash of what they require."""
    found = rules_of(house)
    note_read(house, request, principal, Scope.POLICIES_READ, len(found.rules))
    return models.Policies(hash=found.hash, rules=list(map(models.Rule.of, found.rules)))


@router.get("/policies/decisions")
def list_decisions(
    principal: Reader,
    house: InHouse,
    request: Request,
    response: Response,
    wanted: Annotated[DecisionsWanted, Depends()],
    limit: Limit = 100,
    cursor: Cursor = "",
) -> Page[models.Decision]:
    """What is decided about each asset, in the order in which assets were first seen."""
    rules = rules_of(house)
    with house.reading(principal) as session:
        paging = Paging.of(session, request, limit, cursor)
        decider = Decider(rules.rules, waivers_in_force(session))
        decided = decider.decide_all(read_assets(session, Wanted(wanted.store, wanted.asset, paging.after)))
        found = (
            (one.asset.id, models.Decision.of(one))
            for one in decided
            if one.asset.id is not None and wanted.kind in (None, one.retention.word)
        )
        items, following = paging.page(session, found, response)
    note_read(house, request, principal, Scope.POLICIES_READ, len(items))
    return Page(items=items, next=following)


@router.get("/policies/decisions/{asset_id}")
def show_decision(principal: Reader, house: InHouse, request: Request, asset_id: UUID) -> models.Explained:
    """Everything that is decided about an asset, with what each rule has to do with it: which won, and why others lost."""
    rules = rules_of(house)
    with house.reading(principal) as session:
        found = explained(session, rules, asset_id)
    note_read(house, request, principal, Scope.POLICIES_READ, len(found.rules))
    return models.Explained.of(found)


@router.get("/violations")
def list_violations(
    principal: Reader,
    house: InHouse,
    request: Request,
    response: Response,
    wanted: Annotated[ViolationsWanted, Depends()],
    limit: Limit = 100,
    cursor: Cursor = "",
) -> Page[models.Violation]:
    """Decisions that reality breaks, as far as our own records show; in the order of their ids, which stay the same.

    All of the estate is decided about for each page: several seconds where there are 100,000 fields.
    """
    rules = rules_of(house)
    with house.reading(principal) as session:
        paging = Paging.of(session, request, limit, cursor)
        some = (
            one
            for one in violations_of(session, rules, wanted.store)
            if wanted.kind in (None, one.kind) and wanted.waived in (None, one.waived)
        )
        found = ((one.id, models.Violation.of(one)) for one in _behind(paging, some))
        items, following = paging.page(session, found, response)
    note_read(house, request, principal, Scope.POLICIES_READ, len(items))
    return Page(items=items, next=following)


@router.get("/ageing")
def list_ageing(
    principal: Reader,
    house: InHouse,
    request: Request,
    response: Response,
    wanted: Annotated[AgeingWanted, Depends()],
    limit: Limit = 100,
    cursor: Cursor = "",
) -> Page[models.Ageing]:
    """How many rows are over their maximum, how many have not begun to age, and since when; in the order of ids, which stay.

    As of the last look, which each plan of a sweep is. All of the estate is decided about for each page.
    """
    rules = rules_of(house)
    with house.reading(principal) as session:
        paging = Paging.of(session, request, limit, cursor)
        some = (one for one in ageing_of(session, rules, wanted.store) if one.days >= wanted.days)
        found = ((one.id, models.Ageing.of(one)) for one in _behind(paging, some))
        items, following = paging.page(session, found, response)
    note_read(house, request, principal, Scope.POLICIES_READ, len(items))
    return Page(items=items, next=following)


def rules_of(house: House) -> Rules:
    """The policies of the configuration as it is now. For the console, too.

    Raises:
        ConfigError: it is wrong by now, or one of the files is.
    """
    return configured_policies(load_settings(house.settings.file))


def violations_of(session: Session, rules: Rules, store: str = "") -> list[Violation]:
    """All violations of the estate, or of one store, the worst first. For the console, too."""
    waivers = waivers_in_force(session)
    decided = Decider(rules.rules, waivers).decide_all(read_assets(session, Wanted(store)))
    return worst_first(decided, waivers, looks_now(session, rules.hash, store))


def ageing_of(session: Session, rules: Rules, store: str = "") -> list[Ageing]:
    """How long rows of the estate, or of one store, wait; the longest first. For the console, too."""
    decided = Decider(rules.rules, waivers_in_force(session)).decide_all(read_assets(session, Wanted(store)))
    return oldest_first(ageing(decided, looks_now(session, rules.hash, store)))


def overdue_of(session: Session, rules: Rules) -> list[Ageing]:
    """Those lines of the estate that have rows over their maximum: only their assets are decided about. For the console."""
    looks = looks_now(session, rules.hash)
    places = {(one.store, one.asset) for one in looks.of.values() if one.overdue}
    assets = (asset for place in sorted(places) for asset in read_assets(session, Wanted(*place)))
    decided = Decider(rules.rules, waivers_in_force(session)).decide_all(assets)
    return [one for one in ageing(decided, looks) if one.look.overdue]


def _behind(paging: Paging, some: Iterable[Line]) -> list[Line]:
    """What has ids of its own, in their order, from where the page before ended."""
    return sorted((one for one in some if paging.after is None or one.id > paging.after), key=lambda one: one.id)


def explained(session: Session, rules: Rules, asset_id: UUID, field: str = "") -> Explanation:
    """What is decided about an asset. For the console, too.

    Raises:
        NotFound: there is no such asset, or it is gone.
    """
    decider = Decider(rules.rules, waivers_in_force(session))
    # the one behind all that come before it
    found: Any = next(read_assets(session, Wanted(after=UUID(int=asset_id.int - 1)), 1), None) if asset_id.int else None
    if found is None or found.id != asset_id:
        raise NotFound("there is no such asset")
    return explain(decider, found, field)
