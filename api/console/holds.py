"""Legal holds: what may not be destroyed, for which matter, and placing, reviewing and releasing them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from sqlalchemy.orm import Session
from starlette.responses import Response

from api.access.gate import requires
from api.access.reading import note_read
from api.console.asking import page_asked, refused
from api.console.render import done, form, page
from api.routes.holds import settle
from api.shell.house import House, InHouse
from engine.base.actors.principal import Principal
from engine.base.actors.roles import Scope
from engine.base.errors import BadInput
from engine.base.ids import HoldId
from engine.governance.holds.barrier import waited_for
from engine.governance.holds.ending import release_hold, review_hold
from engine.governance.holds.naming import asset_named, field_named, key_columns
from engine.governance.holds.place import NewHold, place_hold
from engine.governance.holds.scopes import Scope as Held
from engine.governance.holds.scopes import ScopeKind
from engine.governance.holds.view import Filters, count_holds, list_holds, show_hold

router = APIRouter(include_in_schema=False)
Reader = Annotated[Principal, Depends(requires(Scope.HOLDS_READ))]
Writer = Annotated[Principal, Depends(requires(Scope.HOLDS_WRITE))]
ROWS: Final = 25
SHOWN: Final = ("active", "overdue", "released")
KINDS: Final = (
    (ScopeKind.SUBJECT, "Subjects", "rows with these identifiers in a field, and what hangs on them"),
    (ScopeKind.ROWS, "Rows", "rows with these primary keys, and what hangs on them"),
    (ScopeKind.ASSET, "A table or asset", "all of it"),
    (ScopeKind.STORE, "A store", "everything in it"),
)


@router.get("/holds")
def holds(request: Request, house: InHouse, principal: Reader) -> Response:
    """Holds, newest first: those that count, unless others are asked for."""
    return _list(request, house, principal)


@router.post("/holds")
def place_from_form(request: Request, house: InHouse, principal: Writer) -> Response:
    """Place one from the form. What was typed as identifiers is not shown again."""
    given = form(request)
    try:
        with house.acting(principal) as session:
            made = place_hold(session, _wanted(session, given))
    except BadInput as exc:
        kept = {name: value for name, value in given.items() if name != "values"}
        return _list(request, house, principal, error=exc, given=kept)
    settle(house, principal)
    return done(f"/holds/{made}", "hold-placed")


@router.get("/holds/{hold_id}")
def hold(request: Request, house: InHouse, principal: Reader, hold_id: UUID) -> Response:
    """One hold: what it covers, and for what it waits."""
    return _one(request, house, principal, hold_id)


@router.post("/holds/{hold_id}/review")
def review_from_form(request: Request, house: InHouse, principal: Writer, hold_id: UUID) -> Response:
    """Keep it until another day."""
    given = form(request)

    def deed(session: Session) -> None:
        review_hold(session, HoldId(hold_id), _end_of(given.get("review", "")), given.get("note", ""))

    return _do(request, house, principal, hold_id, deed, "hold-reviewed")


@router.post("/holds/{hold_id}/release")
def release_from_form(request: Request, house: InHouse, principal: Writer, hold_id: UUID) -> Response:
    """End it."""
    given = form(request)
    return _do(
        request,
        house,
        principal,
        hold_id,
        lambda session: release_hold(session, HoldId(hold_id), given.get("reason", "")),
        "hold-released",
    )


def _do(
    request: Request,
    house: House,
    principal: Principal,
    hold_id: UUID,
    deed: Callable[[Session], None],
    what: str,
) -> Response:
    error = refused(house, principal, deed)
    return done(f"/holds/{hold_id}", what) if error is None else _one(request, house, principal, hold_id, error=error)


def _list(
    request: Request,
    house: House,
    principal: Principal,
    *,
    error: BadInput | None = None,
    given: dict[str, str] | None = None,
) -> Response:
    asked, place = request.query_params.get("show", ""), page_asked(request)
    shown = asked if asked in SHOWN else "active"
    with house.reading(principal) as session:
        counts = {one: count_holds(session, _filters(one)) for one in SHOWN}
        found = list_holds(session, ROWS, skip=(place - 1) * ROWS, filters=_filters(shown))
    note_read(house, request, principal, Scope.HOLDS_READ, len(found))
    return page(
        request,
        "holds.html",
        status=200 if error is None else 422,
        holds=found,
        counts=counts,
        shown=shown,
        number=place,
        pages=max(1, -(-counts[shown] // ROWS)),
        writes=principal.may(Scope.HOLDS_WRITE),
        kinds=KINDS,
        soon=_day(house, 90),
        error=error,
        given=given or {},
    )


def _one(
    request: Request, house: House, principal: Principal, hold_id: UUID, *, error: BadInput | None = None
) -> Response:
    with house.reading(principal) as session:
        found = show_hold(session, hold_id)
        batches = waited_for(session, found.id) if found.state == "placed" else []
    note_read(house, request, principal, Scope.HOLDS_READ, 1)
    return page(
        request,
        "hold.html",
        status=200 if error is None else 422,
        hold=found,
        batches=batches,
        writes=principal.may(Scope.HOLDS_WRITE) and found.state != "released",
        own=found.placed_by.id == principal.actor_id,
        soon=_day(house, 90),
        error=error,
    )


def _filters(shown: str) -> Filters:
    return Filters(overdue=True) if shown == "overdue" else Filters(shown)


def _wanted(session: Session, given: dict[str, str]) -> NewHold:
    lines = [line.strip() for line in given.get("values", "").splitlines() if line.strip()]
    scope = _scope(session, given.get("kind", ""), given.get("place", ""), lines)
    return NewHold(given.get("matter", ""), given.get("reason", ""), [scope], _end_of(given.get("review", "")))


def _scope(session: Session, kind: str, place: str, lines: list[str]) -> Held:
    if kind == ScopeKind.STORE:
        return Held(place)
    if kind == ScopeKind.ASSET:
        return Held(*asset_named(session, place))
    if not lines:
        raise BadInput("nothing is named that could be held", hint="give an identifier, or a key, a line")
    if kind == ScopeKind.SUBJECT:
        store, asset, column = field_named(session, place)
        return Held(store, asset, (column,), identifiers=lines)
    store, asset = asset_named(session, place)
    columns = key_columns(session, store, asset)
    if len(columns) > 1:
        raise BadInput("the key of this table has several columns", hint="use `reeve hold place --rows`, or the API")
    return Held(store, asset, columns, keys=[(line,) for line in lines])


def _end_of(day: str) -> datetime:
    try:
        begin = date.fromisoformat(day)
    except ValueError:
        raise BadInput("the day of the review is not one", hint="choose one within 366 days") from None
    return datetime(begin.year, begin.month, begin.day, tzinfo=UTC) + timedelta(days=1)


def _day(house: House, ahead: int) -> str:
    return (house.context.clock.now() + timedelta(days=ahead)).date().isoformat()
