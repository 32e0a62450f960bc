"""The inventory: finding fields, looking at one, deciding what it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from pydantic import ValidationError
from sqlalchemy.orm import Session
from starlette.responses import Response

from api.access.gate import requires
from api.access.reading import note_read
from api.console.render import done, form, page
from api.routes.inventory import decide_one
from api.routes.inventory_models import NewVerdict
from api.shell.house import House, InHouse
from classifiers.detector import Detector, Sensitivity
from engine.base.actors.principal import Principal
from engine.base.actors.roles import Scope
from engine.base.errors import BadInput, NotFound
from engine.estate.inventory.browse import FieldLine, Wanted, coverage_of, field_line, find_fields, find_stores
from engine.estate.inventory.history import verdict_history
from engine.estate.inventory.one import load_asset
from engine.estate.inventory.view import COVERAGE_ORDER

router = APIRouter(include_in_schema=False)
Reader = Annotated[Principal, Depends(requires(Scope.INVENTORY_READ))]
Writer = Annotated[Principal, Depends(requires(Scope.INVENTORY_WRITE))]
ROWS: Final = 50  # of a page
_LEVELS = {level.label: level for level in Sensitivity}
_ONLY = ("personal", "person", "differs")

_Key = Callable[[FieldLine], Any]
SORTS: Final[dict[str, _Key]] = {
    "store": lambda one: (one.store, one.asset, one.path),
    "asset": lambda one: (one.asset, one.path),
    "field": lambda one: (one.path, one.store, one.asset),
    "kind": lambda one: (one.entities[0].entity, one.entities[0].subtype) if one.entities else ("\uffff", ""),
    "category": lambda one: one.entities[0].category if one.entities else "\uffff",
    "sensitivity": lambda one: one.sensitivity,
    "confidence": lambda one: one.entities[0].confidence if one.entities else -1.0,
    "rows": lambda one: (one.entities[0].matches or 0) if one.entities else -1,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of the list asks for. What does not fit is taken for not asked."""

    q: str
    store: str
    level: str
    only: str
    sort: str
    page: int

    @classmethod
    def of(cls, request: Request) -> Asked:
        """From the query."""
        given = request.query_params
        level, only, sort, number = (given.get(name, "") for name in ("level", "only", "sort", "page"))
        return cls(
            given.get("q", "")[:200],
            given.get("store", ""),
            level if level in _LEVELS else "",
            only if only in _ONLY else "",
            sort if sort.removeprefix("-") in SORTS else "",
            max(1, int(number[:9])) if number.isdecimal() else 1,
        )

    def query(self) -> dict[str, str]:
        """As it goes into links; without the page."""
        return {"q": self.q, "store": self.store, "level": self.level, "only": self.only, "sort": self.sort}

    def wanted(self) -> Wanted:
        """As the inventory is asked."""
        try:
            store = UUID(self.store) if self.store else None
        except ValueError:
            store = None
        return Wanted(store, None, "", _LEVELS.get(self.level), "", tuple(self.q.split()), self.only)

    def sorted(self, lines: list[FieldLine]) -> list[FieldLine]:
        """In the order that is asked for; by default the most sensitive first."""
        lines.sort(key=SORTS["store"])
        if not self.sort:
            lines.sort(key=lambda one: -one.sensitivity)
            return lines
        lines.sort(key=SORTS[self.sort.removeprefix("-")], reverse=self.sort.startswith("-"))
        return lines


@router.get("/inventory")
def inventory(request: Request, house: InHouse, principal: Reader) -> Response:
    """Fields: searched, filtered, sorted, page by page."""
    asked = Asked.of(request)
    with house.reading(principal) as session:
        lines = asked.sorted(list(find_fields(session, asked.wanted())))
        pages = max(1, -(-len(lines) // ROWS))
        number = min(asked.page, pages)
        shown = lines[(number - 1) * ROWS : number * ROWS]
        objects, _ = coverage_of(session, sorted({one.asset_id for one in shown}))
        stores = [(row.id, row.name) for row in find_stores(session)]
    worst = max((one.sensitivity for one in shown), default=None)
    note_read(house, request, principal, Scope.INVENTORY_READ, len(shown), worst.label if worst is not None else "")
    states = [str(state) for state in COVERAGE_ORDER]
    return page(
        request,
        "inventory.html",
        asked=asked,
        lines=shown,
        total=len(lines),
        first=(number - 1) * ROWS + 1,
        number=number,
        pages=pages,
        stores=stores,
        levels=[*reversed(_LEVELS)],
        coverage={asset: max(counts, key=states.index) for asset, counts in objects.items()},
    )


@router.get("/inventory/assets/{asset_id}")
def asset(request: Request, house: InHouse, principal: Reader, asset_id: UUID) -> Response:
    """One asset: what was read of it, and its fields."""
    with house.reading(principal) as session:
        view = load_asset(session, asset_id)
        ids = {line.path: line.id for line in find_fields(session, Wanted(assets=frozenset({asset_id})))}
        store = next((line.store for line in find_fields(session, Wanted(assets=frozenset({asset_id})))), "")
    note_read(house, request, principal, Scope.INVENTORY_READ, len(view.fields), view.sensitivity.label)
    told = [one for one in view.objects if one.told]
    return page(request, "asset.html", asset=view, ids=ids, store=store, told=told[:200], more=max(0, len(told) - 200))


@router.get("/inventory/fields/{field_id}")
def field(request: Request, house: InHouse, principal: Reader, field_id: UUID) -> Response:
    """One field: the evidence, the history of verdicts, and the form for a decision."""
    return _field_page(request, house, principal, field_id)


@router.post("/inventory/fields/{field_id}/verdicts")
def decide(request: Request, house: InHouse, principal: Writer, field_id: UUID) -> Response:
    """A person's decision from the form."""
    given = form(request)
    try:
        wanted = _decision(given)
        with house.detectors.matcher() as matcher, house.acting(principal) as session:
            decide_one(session, matcher, field_id, wanted)
    except NotFound:
        raise
    except BadInput as exc:
        return _field_page(request, house, principal, field_id, error=exc, given=given)
    return done(f"/inventory/fields/{field_id}", "withdrawn" if wanted.decision == "withdraw" else "decided")


def _decision(given: dict[str, str]) -> NewVerdict:
    """What the form says.

    Raises:
        BadInput: it does not fit.
    """
    kind = given.get("decision", "")
    entities = [] if kind != "correct" or given.get("entity", "") in ("", "nothing") else [given["entity"]]
    if kind == "correct" and not given.get("entity"):
        raise BadInput("choose what the field holds", hint="or that it holds nothing personal")
    if not given.get("reason"):
        raise BadInput("a decision needs a reason", hint="say why, without naming a person or a value")
    try:
        return NewVerdict.model_validate(
            {
                "decision": kind,
                "entities": entities,
                "sensitivity": (given.get("sensitivity") or None) if kind == "correct" else None,
                "reason": given["reason"],
            }
        )
    except ValidationError:
        raise BadInput(
            "the form does not fit", hint="choose a decision, and a reason of at most 1,000 characters"
        ) from None


def _field_page(
    request: Request,
    house: House,
    principal: Principal,
    field_id: UUID,
    *,
    error: BadInput | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    kinds = _kinds(house) if principal.may(Scope.INVENTORY_WRITE) else []
    with house.reading(principal) as session:
        line = field_line(session, field_id)
        view = _asset_of(session, line)
        verdicts = verdict_history(session, line.place)
    found = next((one for one in view.fields if one.path == line.path), None) if view is not None else None
    note_read(house, request, principal, Scope.INVENTORY_READ, 1, line.sensitivity.label)
    return page(
        request,
        "field.html",
        status=200 if error is None else 422,
        line=line,
        asset=view,
        field=found,
        verdicts=verdicts[::-1],
        writes=principal.may(Scope.INVENTORY_WRITE) and found is not None,
        kinds=kinds,
        error=error,
        given=given or {},
        levels=[*reversed(_LEVELS)],
    )


def _asset_of(session: Session, line: FieldLine) -> Any:
    try:
        return load_asset(session, line.asset_id)
    except NotFound:  # it is gone; its fields and their history stay
        return None


def _kinds(house: House) -> list[Detector]:
    """What a field may be said to hold, by name."""
    with house.detectors.matcher() as matcher:
        return sorted({one.key: one for one in matcher.detectors}.values(), key=lambda one: one.title.lower())
