"""What the routes of the inventory give and take."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal, Protocol, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, model_validator
from pydantic import Field as Of
from pydantic_core import PydanticCustomError

from api.shell.cursors import MOST, USUAL
from classifiers.detector import Sensitivity
from engine.base.state.tables import StoreRow
from engine.estate.inventory.browse import AssetLine, EntityLine, FieldLine, Wanted
from engine.estate.inventory.history import PastVerdict
from engine.estate.inventory.view import AssetView, EntityView, FieldView, ObjectView, rounded_bound

Level = Literal["public", "internal", "confidential", "restricted"]


class _Levelled(Protocol):
    @property
    def sensitivity(self) -> str: ...


def worst(items: Iterable[_Levelled]) -> str:
    """The highest sensitivity among them; empty if there is none."""
    levels = [Sensitivity[one.sensitivity.upper()] for one in items]
    return max(levels).label if levels else ""


class Counts(BaseModel):
    """Fields by the worst that is in them."""

    public: int = 0
    internal: int = 0
    confidential: int = 0
    restricted: int = 0

    @classmethod
    def of(cls, counted: Mapping[Sensitivity, int] | None) -> Self:
        """From what was counted."""
        return cls(**{level.label: count for level, count in (counted or {}).items()})


class Store(BaseModel):
    """A database, folder or bucket."""

    id: UUID
    name: Annotated[str, Of(examples=["crm"])]
    kind: Annotated[str, Of(examples=["sql"])]
    owner: str
    jurisdiction: str
    purposes: list[str]
    fields: Counts
    failure: Annotated[str, Of(description="why it could not be listed, or empty")]

    @classmethod
    def of(cls, row: StoreRow, counted: Mapping[Sensitivity, int] | None) -> Self:
        """From a row."""
        purposes = [str(one) for one in row.purposes] if isinstance(row.purposes, list) else []
        return cls(
            id=row.id,
            name=row.name,
            kind=row.kind,
            owner=row.owner,
            jurisdiction=row.jurisdiction,
            purposes=purposes,
            fields=Counts.of(counted),
            failure=row.failure,
        )


class Stores(BaseModel):
    """All stores: as many as the configuration names."""

    items: list[Store]


class Asset(BaseModel):
    """A table, or a set of like objects."""

    id: UUID
    store_id: UUID
    store: Annotated[str, Of(examples=["crm"])]
    name: Annotated[str, Of(examples=["public.customers"])]
    kind: Annotated[str, Of(examples=["table"])]
    format: str
    sensitivity: Level
    fields: Counts
    coverage: Annotated[str, Of(description="the worst of its objects: full, sampled, skipped or failed")]
    objects: Annotated[dict[str, int], Of(description="by coverage", examples=[{"full": 1}])]
    rows: Annotated[int, Of(description="read of all its objects")]

    @classmethod
    def of(cls, line: AssetLine) -> Self:
        """From a line."""
        return cls(
            id=line.id,
            store_id=line.store_id,
            store=line.store,
            name=line.name,
            kind=line.kind,
            format=line.format,
            sensitivity=line.sensitivity.label,
            fields=Counts.of(line.fields),
            coverage=line.coverage,
            objects=dict(line.objects),
            rows=line.rows,
        )


class Entity(BaseModel):
    """One thing that a field holds."""

    entity: Annotated[str, Of(examples=["EMAIL_ADDRESS"])]
    subtype: str
    category: Annotated[str, Of(examples=["user.contact.email"])]
    sensitivity: Level
    confidence: Annotated[float, Of(description="0..1; 1 where a person decided")]
    matches: Annotated[int | None, Of(description="rows that hold it; null where no scan found it")]

    @classmethod
    def of(cls, one: EntityLine | EntityView) -> Self:
        """From a line or a view."""
        return cls(
            entity=one.entity,
            subtype=one.subtype,
            category=one.category,
            sensitivity=one.sensitivity.label,
            confidence=round(one.confidence, 4),
            matches=one.matches,
        )


class Field(BaseModel):
    """A column, or a path in a document."""

    id: UUID
    store_id: UUID
    asset_id: UUID
    store: Annotated[str, Of(examples=["crm"])]
    asset: Annotated[str, Of(examples=["public.customers"])]
    path: Annotated[str, Of(examples=["email"])]
    type: Annotated[str, Of(description="as declared", examples=["text"])]
    sensitivity: Level
    entities: Annotated[list[Entity], Of(description="the main one first")]
    decided_by: Literal["scan", "person"]
    differs: Annotated[bool, Of(description="a person decided otherwise than the last scan")]
    rows: int
    nulls: int
    distinct: Annotated[int, Of(description="an estimate")]

    @classmethod
    def of(cls, line: FieldLine) -> Self:
        """From a line."""
        return cls(
            id=line.id,
            store_id=line.store_id,
            asset_id=line.asset_id,
            store=line.store,
            asset=line.asset,
            path=line.path,
            type=line.type,
            sensitivity=line.sensitivity.label,
            entities=[Entity.of(one) for one in line.entities],
            decided_by=line.decided_by,
            differs=line.differs,
            rows=line.rows,
            nulls=line.nulls,
            distinct=line.distinct,
        )


class FieldQuery(BaseModel):
    """Which fields, and how many."""

    model_config = ConfigDict(extra="forbid")

    store_id: UUID | None = None
    asset_id: UUID | None = None
    category: Annotated[str, Of(max_length=200, description="and all below it", examples=["user.contact"])] = ""
    sensitivity: Annotated[Level | None, Of(description="of the worst that is in the field")] = None
    entity: Annotated[str, Of(max_length=100, examples=["EMAIL_ADDRESS"])] = ""
    only: Annotated[
        Literal["", "personal", "person", "differs"],
        Of(description="with something recognised; decided by a person; decided otherwise than by the last scan"),
    ] = ""
    q: Annotated[str, Of(max_length=200, description="words that names, entities or categories contain")] = ""
    limit: Annotated[int, Of(ge=1, le=MOST)] = USUAL
    cursor: Annotated[str, Of(max_length=100, description="`next` of the page before")] = ""

    def wanted(self) -> Wanted:
        """As the inventory is asked."""
        return Wanted(
            self.store_id,
            None if self.asset_id is None else frozenset({self.asset_id}),
            self.category,
            Sensitivity[self.sensitivity.upper()] if self.sensitivity else None,
            self.entity.upper(),
            tuple(self.q.split()),
            self.only,
        )


class Evidence(Entity):
    """One thing that a field holds, and why it is held to."""

    share: Annotated[float, Of(description="of the rows that have a value, 0..1")]
    checked: Annotated[int, Of(description="distinct values on which the check was run")]
    reason: str


class FieldInFull(BaseModel):
    """A field with its evidence. Examples are masks: no value of the estate is known here."""

    path: str
    type: str
    sensitivity: Level
    entities: list[Evidence]
    rows: int
    nulls: int
    distinct: int
    examples: Annotated[list[str], Of(examples=[["aaaa@aaaaaaa.aaa"]])]
    disagreement: str
    decision: str
    links: Annotated[list[str], Of(description="fields that hold the same things")]
    change: Annotated[str, Of(description="since the scan before: new, changed, gone or empty")]
    bound: Annotated[float | None, Of(description="at most this share holds something unseen, with 95 % confidence")]
    excluded: list[str]

    @classmethod
    def from_view(cls, view: FieldView) -> Self:
        """From a view."""
        return cls(
            path=view.path,
            type=view.type,
            sensitivity=view.sensitivity.label,
            entities=[
                Evidence(
                    **Entity.of(one).model_dump(), share=round(one.share, 6), checked=one.checked, reason=one.reason
                )
                for one in view.entities
            ],
            rows=view.rows,
            nulls=view.nulls,
            distinct=view.distinct,
            examples=list(view.examples),
            disagreement=view.disagreement,
            decision=view.decision,
            links=[one.place for one in view.links],
            change=view.change,
            bound=rounded_bound(view.bound),
            excluded=[one.sentence for one in view.excluded],
        )


class ReadObject(BaseModel):
    """What was read of one table, file or key."""

    name: str
    coverage: str
    reason: str
    detail: str
    rows: int
    bytes: int | None

    @classmethod
    def from_view(cls, view: ObjectView) -> Self:
        """From a view."""
        return cls(
            name=view.name,
            coverage=view.coverage,
            reason=view.reason,
            detail=view.detail,
            rows=view.rows,
            bytes=view.bytes,
        )


class AssetInFull(BaseModel):
    """An asset with all that is known of it; of many objects the first thousand that were not read in full come first."""

    id: UUID
    name: str
    kind: str
    format: str
    sensitivity: Level
    coverage: str
    bound: float | None
    primary_key: list[str]
    objects: list[ReadObject]
    objects_in_all: int
    fields: list[FieldInFull]

    @classmethod
    def from_view(cls, asset_id: UUID, view: AssetView) -> Self:
        """From a view."""
        shown: Sequence[ObjectView] = sorted(view.objects, key=lambda one: not one.told)[:1000]
        return cls(
            id=asset_id,
            name=view.name,
            kind=view.kind,
            format=view.format,
            sensitivity=view.sensitivity.label,
            coverage=view.coverage,
            bound=rounded_bound(view.bound),
            primary_key=list(view.primary_key),
            objects=[ReadObject.from_view(one) for one in shown],
            objects_in_all=len(view.objects),
            fields=[FieldInFull.from_view(one) for one in view.fields],
        )


class Verdict(BaseModel):
    """What a field was held to be, from then on."""

    decided_at: datetime
    decided_by: Literal["scan", "person"]
    actor_id: UUID
    actor: Annotated[str | None, Of(description="null once the name was forgotten")]
    scan_id: UUID | None
    withdrawn: Annotated[bool, Of(description="it takes back what persons said before")]
    entities: list[Entity]
    confidence: float
    reason: str
    counts: Annotated[bool, Of(description="it is the one that counts now")]

    @classmethod
    def of(cls, one: PastVerdict) -> Self:
        """From the history."""
        return cls(
            decided_at=one.decided_at,
            decided_by=one.decided_by,
            actor_id=one.actor.id,
            actor=one.actor.name,
            scan_id=one.scan_id,
            withdrawn=one.withdrawn,
            entities=[
                Entity(
                    entity=entity.entity,
                    subtype=entity.subtype,
                    category=entity.category,
                    sensitivity=entity.sensitivity.label,
                    confidence=round(entity.confidence, 4),
                    matches=None,
                )
                for entity in one.entities
            ],
            confidence=round(one.confidence, 4),
            reason=one.reason,
            counts=one.counts,
        )


class Verdicts(BaseModel):
    """All verdicts of a field, oldest first."""

    items: list[Verdict]


class NewVerdict(BaseModel):
    """What a person decides about a field."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"decision": "correct", "entities": ["PHONE_NUMBER"], "reason": "these are fax numbers of companies"}
            ]
        },
    )

    decision: Annotated[
        Literal["confirm", "correct", "withdraw"],
        Of(description="confirm: as the scan says; correct: as `entities` say; withdraw: as scans say again"),
    ]
    entities: Annotated[
        list[Annotated[str, Of(min_length=1, max_length=100)]],
        Of(max_length=20, description="ENTITY or ENTITY/SUBTYPE, the main one first; none: nothing personal"),
    ] = []
    sensitivity: Annotated[Level | None, Of(description="by hand, instead of that of the entities")] = None
    reason: Annotated[str, Of(min_length=1, max_length=1000, description="without naming a person or a value")]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.decision != "correct" and self.entities:
            raise PydanticCustomError("entities_with", "entities go with a correction only")
        if self.decision == "withdraw" and self.sensitivity:
            raise PydanticCustomError("sensitivity_with", "a withdrawal has no sensitivity")
        return self


class Decided(BaseModel):
    """The verdict that was added."""

    id: UUID
