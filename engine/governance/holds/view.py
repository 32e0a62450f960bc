"""Holds as people and programs look at them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from engine.base.actors import Actor, get
from engine.base.errors import BadInput, NotFound
from engine.base.ids import ActorId, HoldId
from engine.base.state.by_end import find_by_end
from engine.base.state.context import context_of
from engine.base.state.tables import HoldRow, HoldScopeRow
from engine.governance.holds.counting import COUNTS
from engine.governance.holds.scopes import ScopeKind, place_of
from engine.governance.holds.texts import matter_hash, open_text

STATES = ("placed", "effective", "released")


@dataclass(frozen=True, slots=True)
class ScopeView:
    """What a hold covers. ``identifiers``: how many rows or subjects; what they are is not kept."""

    kind: ScopeKind
    store: str
    asset: str
    columns: tuple[str, ...]
    identifiers: int

    @property
    def place(self) -> str:
        """``store``, ``store/asset`` or ``store/asset.field``."""
        return place_of(self.store, self.asset, self.columns)


@dataclass(frozen=True, slots=True)
class HoldView:
    """A hold. Texts are None once they were forgotten. ``overdue``: its date of review has passed."""

    id: HoldId
    matter: str | None = field(repr=False)
    reason: str | None = field(repr=False)
    owner: Actor
    state: str
    review_at: datetime
    reviewed_at: datetime | None
    overdue: bool
    placed_at: datetime
    placed_by: Actor
    effective_at: datetime | None
    released_at: datetime | None
    released_by: Actor | None
    release_reason: str | None = field(repr=False)
    scopes: tuple[ScopeView, ...]


@dataclass(frozen=True, slots=True)
class Filters:
    """Which holds are listed; nothing given: all.

    Attributes:
        state: one of ``STATES``, or ``active`` for those that count.
        store: that cover something in it.
        matter: of that matter, as it was written; case does not count.
        overdue: only those whose review is overdue.
    """

    state: str = ""
    store: str = ""
    matter: str = ""
    overdue: bool = False

    def __post_init__(self) -> None:
        if self.state not in ("", "active", *STATES):
            raise BadInput("there is no such state of a hold", hint=f"one of active, {', '.join(STATES)}")


def list_holds(
    session: Session, limit: int, *, after: UUID | None = None, skip: int = 0, filters: Filters | None = None
) -> list[HoldView]:
    """Holds, the newest first.

    Args:
        session: any.
        limit: at most so many.
        after: those behind this one.
        skip: leave out so many first.
        filters: which.
    """
    query = (
        _filtered(session, select(HoldRow), filters or Filters()).order_by(HoldRow.id.desc()).limit(limit).offset(skip)
    )
    if after is not None:
        query = query.where(HoldRow.id < after)
    return _views(session, session.scalars(query).all())


def count_holds(session: Session, filters: Filters | None = None) -> int:
    """How many there are."""
    query = _filtered(session, select(func.count()).select_from(HoldRow), filters or Filters())
    return session.scalar(query) or 0


def find_hold(session: Session, name: str) -> HoldView:
    """A hold by its id, or by the end of it.

    Raises:
        NotFound: there is none.
        BadInput: it may be one of several.
    """
    known = select(HoldRow.id)
    return show_hold(session, find_by_end(session, known, name, what="hold", listing="reeve hold list"))


def show_hold(session: Session, hold_id: UUID) -> HoldView:
    """A hold by its id.

    Raises:
        NotFound: there is none.
    """
    row = session.get(HoldRow, (context_of(session).tenant_id, hold_id), populate_existing=True)
    if row is None:
        raise NotFound("there is no such hold", hint="`reeve hold list`")
    return _views(session, [row])[0]


def _filtered(session: Session, query: Select[Any], wanted: Filters) -> Select[Any]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.state:
        conditions.append(HoldRow.state.in_(COUNTS if wanted.state == "active" else (wanted.state,)))
    if wanted.store:
        conditions.append(HoldRow.id.in_(select(HoldScopeRow.hold_id).where(HoldScopeRow.store == wanted.store)))
    if wanted.matter:
        conditions.append(HoldRow.matter_hash == matter_hash(session, wanted.matter))
    if wanted.overdue:
        conditions += [HoldRow.state.in_(COUNTS), HoldRow.review_at < context_of(session).clock.now()]
    return query.where(*conditions)


def _views(session: Session, rows: Sequence[HoldRow]) -> list[HoldView]:
    scopes: dict[HoldId, list[ScopeView]] = {row.id: [] for row in rows}
    query = select(HoldScopeRow).where(HoldScopeRow.hold_id.in_(list(scopes)))
    for one in session.scalars(query.order_by(HoldScopeRow.number)):
        columns = tuple(cast("list[str]", one.columns))
        scopes[one.hold_id].append(ScopeView(ScopeKind(one.kind), one.store, one.asset, columns, one.identifiers))
    people: dict[ActorId, Actor] = {}
    return [_view(session, row, tuple(scopes[row.id]), people) for row in rows]


def _view(session: Session, row: HoldRow, scopes: tuple[ScopeView, ...], people: dict[ActorId, Actor]) -> HoldView:
    def who(actor_id: ActorId) -> Actor:
        if actor_id not in people:
            people[actor_id] = get(session, actor_id)
        return people[actor_id]

    ended = row.release_reason
    return HoldView(
        id=row.id,
        matter=open_text(session, row.id, "matter", row.matter),
        reason=open_text(session, row.id, "reason", row.reason),
        owner=who(row.owner_id),
        state=row.state,
        review_at=row.review_at,
        reviewed_at=row.reviewed_at,
        overdue=row.state != "released" and row.review_at < context_of(session).clock.now(),
        placed_at=row.placed_at,
        placed_by=who(row.placed_by),
        effective_at=row.effective_at,
        released_at=row.released_at,
        released_by=None if row.released_by is None else who(row.released_by),
        release_reason=None if ended is None else open_text(session, row.id, "release", ended),
        scopes=scopes,
    )
