"""What goes in and out of the routes of legal holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict
from pydantic import Field as Of
from sqlalchemy.orm import Session

from api.shell.cursors import MOST, USUAL
from engine.base.ids import ActorId
from engine.governance.holds.barrier import BatchView
from engine.governance.holds.naming import key_columns
from engine.governance.holds.place import NewHold
from engine.governance.holds.scopes import MAX_IDENTIFIERS, MAX_NAME, MAX_SCOPES, Scope, ScopeKind
from engine.governance.holds.texts import MAX_TEXT
from engine.governance.holds.view import HoldView

Name = Annotated[str, Of(min_length=1, max_length=MAX_NAME)]
Text = Annotated[str, Of(min_length=1, max_length=MAX_TEXT)]
Cell = Annotated[str, Of(max_length=1000)] | int


class HeldThing(BaseModel):
    """What a hold covers. Identifiers and keys are kept as keyed hashes, so only how many there are can be told."""

    kind: ScopeKind
    store: str
    asset: Annotated[str | None, Of(description="null for a whole store")]
    columns: Annotated[list[str], Of(description="of the key, or the field of the identifiers")]
    identifiers: int


class WaitedFor(BaseModel):
    """A batch that was open before the hold was placed."""

    batch: UUID
    plan: UUID
    number: int
    store: str
    assets: list[str]
    worker: UUID
    session: Annotated[str, Of(description="of the store's server; empty where it is not known")]
    opened_at: datetime

    @classmethod
    def of(cls, one: BatchView) -> Self:
        """From a view."""
        return cls(
            batch=one.id,
            plan=one.plan,
            number=one.number,
            store=one.store,
            assets=list(one.assets),
            worker=one.fence.worker,
            session=one.session,
            opened_at=one.opened_at,
        )


class Hold(BaseModel):
    """A legal hold."""

    id: UUID
    matter: Annotated[str | None, Of(description="null once it was forgotten, as are the other texts")]
    reason: str | None
    owner_id: UUID
    owner: Annotated[str | None, Of(description="null once the name was forgotten")]
    state: Annotated[str, Of(description="placed: it counts; effective: nothing that it covers can go; released")]
    review_at: datetime
    reviewed_at: datetime | None
    overdue: bool
    placed_at: datetime
    placed_by: UUID
    effective_at: datetime | None
    released_at: datetime | None
    released_by: UUID | None
    release_reason: str | None
    scopes: list[HeldThing]

    @classmethod
    def of(cls, one: HoldView) -> Self:
        """From a view."""
        return cls(**_fields(one))


class HoldInFull(Hold):
    """A hold, and for what it waits."""

    waits_for: Annotated[list[WaitedFor], Of(description="nothing once it is effective")]

    @classmethod
    def with_batches(cls, one: HoldView, batches: Sequence[BatchView]) -> Self:
        """From a view."""
        return cls(**_fields(one), waits_for=[WaitedFor.of(batch) for batch in batches])


class NewThing(BaseModel):
    """A store; with ``asset`` a table or asset; with ``field`` and ``identifiers`` subjects; with ``keys`` single rows."""

    model_config = ConfigDict(extra="forbid")

    store: Name
    asset: Annotated[str, Of(max_length=MAX_NAME)] = ""
    field: Annotated[str, Of(max_length=MAX_NAME, description="that the identifiers stand in")] = ""
    identifiers: Annotated[list[Annotated[str, Of(max_length=1000)]], Of(max_length=MAX_IDENTIFIERS)] = []
    keys: Annotated[
        list[Annotated[list[Cell], Of(min_length=1, max_length=50)]],
        Of(max_length=MAX_IDENTIFIERS, description="of rows: a value for each column of the primary key"),
    ] = []

    def scope(self, session: Session) -> Scope:
        """As the engine takes it.

        Raises:
            BadInput: it does not fit together.
            NotFound: the inventory knows no such asset.
        """
        columns: tuple[str, ...] = (self.field,) if self.field else ()
        if self.keys and not columns:
            columns = key_columns(session, self.store, self.asset)
        return Scope(self.store, self.asset, columns, [tuple(one) for one in self.keys], self.identifiers)


class NewHoldAsked(BaseModel):
    """What is to be held, for what, and until when it is to be looked at again."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "matter": "2026-117",
                    "reason": "order to preserve of 3 March",
                    "review_at": "2026-09-01T00:00:00Z",
                    "scopes": [
                        {
                            "store": "shop",
                            "asset": "customers",
                            "field": "email",
                            "identifiers": ["ann@example.com"],
                        }
                    ],
                }
            ]
        },
    )

    matter: Text
    reason: Text
    review_at: Annotated[AwareDatetime, Of(description="within 366 days")]
    owner_id: Annotated[UUID | None, Of(description="who answers for it; by default who asks")] = None
    scopes: Annotated[list[NewThing], Of(min_length=1, max_length=MAX_SCOPES)]

    def new(self, session: Session) -> NewHold:
        """As the engine takes it."""
        owner = None if self.owner_id is None else ActorId(self.owner_id)
        scopes = [one.scope(session) for one in self.scopes]
        return NewHold(self.matter, self.reason, scopes, self.review_at, owner)


class Release(BaseModel):
    """Why a hold is not needed any more."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "settled on 2 June"}]})

    reason: Text


class Review(BaseModel):
    """Until when a hold is kept now."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"review_at": "2027-03-01T00:00:00Z"}]})

    review_at: Annotated[AwareDatetime, Of(description="within 366 days")]
    note: Annotated[str, Of(max_length=MAX_TEXT)] = ""


class HoldQuery(BaseModel):
    """Which holds, and how many."""

    model_config = ConfigDict(extra="forbid")

    state: Annotated[
        Literal["", "active", "placed", "effective", "released"], Of(description="`active` for those that count")
    ] = ""
    store: Annotated[str, Of(max_length=MAX_NAME, description="that cover something in it")] = ""
    overdue: Annotated[bool, Of(description="only those whose review is overdue")] = False
    limit: Annotated[int, Of(ge=1, le=MOST)] = USUAL
    cursor: Annotated[str, Of(max_length=100, description="`next` of the page before")] = ""


def _fields(one: HoldView) -> dict[str, object]:
    return {
        "id": one.id,
        "matter": one.matter,
        "reason": one.reason,
        "owner_id": one.owner.id,
        "owner": one.owner.name,
        "state": one.state,
        "review_at": one.review_at,
        "reviewed_at": one.reviewed_at,
        "overdue": one.overdue,
        "placed_at": one.placed_at,
        "placed_by": one.placed_by.id,
        "effective_at": one.effective_at,
        "released_at": one.released_at,
        "released_by": None if one.released_by is None else one.released_by.id,
        "release_reason": one.release_reason,
        "scopes": [
            HeldThing(
                kind=scope.kind,
                store=scope.store,
                asset=scope.asset or None,
                columns=list(scope.columns),
                identifiers=scope.identifiers,
            )
            for scope in one.scopes
        ],
    }
