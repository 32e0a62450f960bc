"""Policies: the rules, what they come to for each asset and why, and what of it reality breaks.

Where the files are wrong nothing is decided, and the pages say so instead of showing an estate without rules.
"""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.access.gate import requires
from api.access.reading import note_read
from api.console.render import page
from api.routes.policies import ageing_of, explained, rules_of, violations_of
from api.routes.policies_models import Rule
from api.shell.house import InHouse
from engine.base.actors.principal import Principal
from engine.base.actors.roles import Scope
from engine.governance.policy.decide import Decider
from engine.governance.policy.reading import Wanted, read_assets
from engine.governance.policy.violations import Kind
from engine.governance.policy.waivers import waivers_in_force

router = APIRouter(include_in_schema=False)
Reader = Annotated[Principal, Depends(requires(Scope.POLICIES_READ))]
ROWS: Final = 50
WORDS: Final = {
    "expires": "go in time",
    "kept_for_ever": "kept for ever",
    "waived": "waived",
    "contradiction": "contradiction",
    "no_rule": "no rule",
    "nothing_asked": "nothing asked",
    "unknown": "unknown",
}
KINDS: Final = {
    Kind.OVERDUE: "overdue",
    Kind.CONTRADICTION: "contradiction",
    Kind.NO_RULE: "no rule",
    Kind.OWNER_MISSING: "no owner",
    Kind.LABEL_MISSING: "no label",
    Kind.UNKNOWN: "unknown",
    Kind.NOT_CHECKED: "not checked yet",
}
CLASSES: Final = {
    "expires": "complete", "kept_for_ever": "complete", "met": "complete", "covered": "complete", "waived": "paused",
    "unknown": "paused", "not_checked": "paused", "contradiction": "failed", "no_rule": "failed", "broken": "failed",
    "owner_missing": "failed", "overdue": "failed", "label_missing": "failed",
}  # fmt: skip
"""How an outcome is drawn."""


@router.get("/policies")
def policies(request: Request, house: InHouse, principal: Reader) -> Response:
    """The rules, and what is decided about the rows of each asset."""
    rules = rules_of(house)
    word = request.query_params.get("kind", "")
    with house.reading(principal) as session:
        decider = Decider(rules.rules, waivers_in_force(session))
        decided = list(decider.decide_all(read_assets(session, Wanted())))
    counts = Counter(one.retention.word for one in decided)
    wanted = [one for one in decided if word not in WORDS or one.retention.word == word]
    wanted.sort(key=lambda one: one.asset.place)
    number, pages = paged(request, len(wanted))
    shown = wanted[(number - 1) * ROWS : number * ROWS]
    note_read(house, request, principal, Scope.POLICIES_READ, len(shown))
    return page(
        request,
        "policies.html",
        rules=list(map(Rule.of, rules.rules)),
        hash=rules.hash,
        decided=shown,
        counts=counts,
        kind=word if word in WORDS else "",
        words=WORDS,
        classes=CLASSES,
        number=number,
        pages=pages,
    )


@router.get("/policies/assets/{asset_id}")
def asset(request: Request, house: InHouse, principal: Reader, asset_id: UUID) -> Response:
    """One asset: every decision, and what each rule has to do with it."""
    rules = rules_of(house)
    with house.reading(principal) as session:
        found = explained(session, rules, asset_id)
    note_read(house, request, principal, Scope.POLICIES_READ, len(found.decided.fields))
    return page(
        request, "policy_asset.html", one=found, words=WORDS, classes=CLASSES, asset_id=asset_id
    )  # fmt: skip


@router.get("/policies/violations")
def violations(request: Request, house: InHouse, principal: Reader) -> Response:
    """What reality breaks, the worst first; accepted ones at the end."""
    rules = rules_of(house)
    word = request.query_params.get("kind", "")
    with house.reading(principal) as session:
        found = violations_of(session, rules)
    counts = Counter(one.kind for one in found if not one.waived)
    wanted = [one for one in found if word not in KINDS or one.kind == word]
    number, pages = paged(request, len(wanted))
    shown = wanted[(number - 1) * ROWS : number * ROWS]
    note_read(house, request, principal, Scope.POLICIES_READ, len(shown))
    return page(
        request,
        "violations.html",
        violations=shown,
        counts=counts,
        waived=sum(one.waived for one in found),
        kind=word if word in KINDS else "",
        kinds=KINDS,
        classes=CLASSES,
        asks=principal.may(Scope.WAIVERS_WRITE),
        number=number,
        pages=pages,
    )


@router.get("/policies/ageing")
def ageing(request: Request, house: InHouse, principal: Reader) -> Response:
    """How many rows are over their maximum, how many have not begun to age, and since when; the longest wait first."""
    rules = rules_of(house)
    with house.reading(principal) as session:
        found = ageing_of(session, rules)
    number, pages = paged(request, len(found))
    shown = found[(number - 1) * ROWS : number * ROWS]
    note_read(house, request, principal, Scope.POLICIES_READ, len(shown))
    return page(request, "ageing.html", lines=shown, number=number, pages=pages)


def paged(request: Request, total: int) -> tuple[int, int]:
    """Which page is asked for, and how many there are."""
    pages = max(1, -(-total // ROWS))
    number = request.query_params.get("page", "1")
    return min(pages, max(1, int(number[:6])) if number.isdecimal() else 1), pages
