"""What routes of policies answer."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict
from pydantic import Field as Of

from engine.governance.policy import model
from engine.governance.policy.ageing import Ageing as Aged
from engine.governance.policy.as_json import ageing_document, decided_document, disposal_document
from engine.governance.policy.decisions import Decided
from engine.governance.policy.explain import Explanation
from engine.governance.policy.limits import spelled
from engine.governance.policy.violations import Violation as Broken
from engine.governance.policy.waivers import WaiverView

RetentionWord = Literal[
    "expires", "kept_for_ever", "waived", "contradiction", "no_rule", "nothing_asked", "unknown"
]  # fmt: skip
_SELECTS = (
    ("category", "categories"), ("entity", "entities"), ("sensitivity", "sensitivities"), ("store", "stores"),
    ("asset", "assets"), ("field", "fields"), ("owner", "owners"), ("jurisdiction", "jurisdictions"),
    ("purpose", "purposes"), ("tag", "tags"),
)  # fmt: skip


class Rule(BaseModel):
    """One rule."""

    name: str
    title: str
    place: Annotated[str, Of(description="file and line", examples=["policies/customers.yaml:7"])]
    select: Annotated[dict[str, Any], Of(description="by key, as in the file")]
    minimum: Annotated[str | None, Of(description="ISO 8601", examples=["P6M"])]
    maximum: Annotated[str | None, Of(examples=["P2Y"])]
    counted_from: Annotated[list[str], Of(description="columns; the latest of them counts")]
    zone: str
    disposal: dict[str, Any] | None
    statutory: bool
    owner: bool
    labels: list[str]
    encryption: list[str]
    source: Annotated[dict[str, str] | None, Of(description="what it rests on; not legal advice")]

    @classmethod
    def of(cls, one: model.Rule) -> Self:
        """From a rule."""
        kept, source = one.retention, one.source
        return cls(
            name=one.name,
            title=one.title,
            place=_shown(one.place),
            select=_selected(one.selector),
            minimum=str(kept.minimum) if kept is not None and kept.minimum is not None else None,
            maximum=str(kept.maximum) if kept is not None and kept.maximum is not None else None,
            counted_from=[spelled(column) for column in kept.beginnings] if kept is not None else [],
            zone=one.zone,
            disposal=None if one.disposal is None else dict(disposal_document(one.disposal)),
            statutory=one.statutory,
            owner=one.owner,
            labels=list(one.labels),
            encryption=list(one.encryption),
            source=None if source is None else {"title": source.title, "url": source.url, "version": source.version},
        )


class Policies(BaseModel):
    """All rules."""

    hash: Annotated[
        str, Of(description="SHA-256 of what they require, whatever they are titled and wherever they stand")
    ]
    rules: list[Rule]


class Decision(BaseModel):
    """What is decided about one asset."""

    asset_id: UUID
    store: str
    asset: str
    unknown: Annotated[str | None, Of(description="why not all of it is known")]
    retention: Annotated[dict[str, Any], Of(description="`decision`, `reason`, and what else belongs to that decision")]
    requirements: list[dict[str, Any]]

    @classmethod
    def of(cls, one: Decided) -> Self:
        """From the decisions about it."""
        return cls(asset_id=one.asset.id, **decided_document(one, fields=False))


class Explained(BaseModel):
    """The same, with fields and with what each rule has to do with it."""

    asset_id: UUID
    store: str
    asset: str
    unknown: str | None
    retention: dict[str, Any]
    requirements: list[dict[str, Any]]
    fields: list[dict[str, Any]]
    rules: Annotated[
        list[dict[str, Any]], Of(description="`fits` is yes, no or unknown; `outcome` what came of its limits")
    ]

    @classmethod
    def of(cls, one: Explanation) -> Self:
        """From an explanation."""
        return cls(asset_id=one.decided.asset.id, **one.document())


class Violation(BaseModel):
    """A decision that reality breaks."""

    id: UUID
    kind: str
    store: str
    asset: str | None
    field: str | None
    rules: list[str]
    asked: Annotated[
        str | None,
        Of(
            description="owner, purpose, jurisdiction, encryption_at_rest, encryption_field; "
            "retention where rows have to be looked at"
        ),
    ]
    reason: str
    assets: Annotated[int, Of(description="how many it concerns")]
    waivers: Annotated[list[UUID], Of(description="that accept it; empty while it is open")]
    rows: Annotated[int, Of(description="that are overdue, or of which it cannot be told; else 0")]
    as_of: Annotated[datetime | None, Of(description="when rows were looked for; null where that is not asked")]
    since: Annotated[datetime | None, Of(description="when overdue rows were first found")]

    @classmethod
    def of(cls, one: Broken) -> Self:
        """From a violation."""
        return cls(
            id=one.id,
            kind=one.kind.value,
            store=one.store,
            asset=one.asset or None,
            field=one.field or None,
            rules=list(one.rules),
            asked=one.asked or None,
            reason=one.reason,
            assets=one.assets,
            waivers=list(one.waivers),
            rows=one.rows,
            as_of=one.as_of,
            since=one.since,
        )


class Ageing(BaseModel):
    """How long rows of an asset wait under a maximum, as of the last look."""

    id: UUID
    asset_id: UUID
    store: str
    asset: str
    rule: str
    days: Annotated[
        int, Of(description="for how long rows have been found that are over or have not begun; 0 if none are")
    ]
    overdue: Annotated[int, Of(description="rows that are over the maximum and have not gone")]
    unknown: Annotated[int, Of(description="rows of which it cannot be told")]
    kept: Annotated[int, Of(description="rows that are over it and that a hold, a minimum or a waiver keeps")]
    not_started: Annotated[int, Of(description="rows for which what the time is counted from has not happened")]
    as_of: Annotated[datetime | None, Of(description="when rows were looked for; null where nobody ever could")]
    overdue_since: Annotated[datetime | None, Of(description="when overdue rows were first found")]
    not_started_since: Annotated[datetime | None, Of(description="when rows that have not begun were first found")]
    unchecked: Annotated[str | None, Of(description="why that does not tell how it is now; null where it does")]

    @classmethod
    def of(cls, one: Aged) -> Self:
        """From a line."""
        return cls.model_validate({"asset_id": one.asset.id, **ageing_document(one)})


class Waiver(BaseModel):
    """An accepted violation, or one that is to be."""

    id: UUID
    state: Annotated[str, Of(description="asked, in_force, expired or ended")]
    rule: str
    store: str | None
    asset: str | None
    field: str | None
    owner_id: UUID
    reason: str
    control: Annotated[str, Of(description="what is done instead")]
    requester_id: UUID
    asked_at: datetime
    expires_at: datetime
    approver_id: UUID | None
    approved_at: datetime | None
    ended_at: datetime | None
    end_reason: str | None

    @classmethod
    def of(cls, one: WaiverView) -> Self:
        """From a view."""
        return cls(
            id=one.id,
            state=one.state.value,
            rule=one.rule,
            store=one.store or None,
            asset=one.asset or None,
            field=one.field or None,
            owner_id=one.owner.id,
            reason=one.reason,
            control=one.control,
            requester_id=one.requester.id,
            asked_at=one.asked_at,
            expires_at=one.expires_at,
            approver_id=None if one.approver is None else one.approver.id,
            approved_at=one.approved_at,
            ended_at=one.ended_at,
            end_reason=one.end_reason or None,
        )


_Name = Annotated[str, Of(max_length=1024)]
_Words = Annotated[str, Of(min_length=1, max_length=1000)]


class NewWaiver(BaseModel):
    """What is asked for. It counts once another actor has approved it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "rule": "closed-accounts",
                    "store": "shop",
                    "asset": "accounts",
                    "reason": "the old system is read only",
                    "control": "access is logged and reviewed monthly",
                    "expires_at": "2026-12-31T23:00:00Z",
                }
            ]
        },
    )

    rule: Annotated[str, Of(min_length=1, max_length=1024)]
    store: _Name = ""
    asset: _Name = ""
    field: _Name = ""
    owner_id: Annotated[UUID | None, Of(description="who answers for it; you, if left out")] = None
    reason: _Words
    control: _Words
    expires_at: Annotated[AwareDatetime, Of(description="within a year")]


class Ending(BaseModel):
    """Why a waiver is declined or withdrawn."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"reason": "the old system is gone"}]})

    reason: _Words


def _shown(place: model.Place) -> str:
    """The name of the file, and not where on the server it lies."""
    return f"{place.file.rpartition('/')[2]}:{place.line}"


def _selected(one: model.Selector) -> dict[str, Any]:
    told: dict[str, Any] = {key: list(getattr(one, name)) for key, name in _SELECTS if getattr(one, name)}
    return told if one.excluded is None else {**told, "not": _selected(one.excluded)}
