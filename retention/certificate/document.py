"""The document of a certificate: what it says, and the one sequence of bytes for that. Pure.

It is canonical JSON (RFC 8785), made once and never changed: its SHA-256 stands in the ledger. Its fields follow the sample form
of NIST SP 800-88 (Rev. 1, appendix G) as far as they have a meaning for rows of a database; *verification* (what was done has
its effect) and *validation* (somebody accepts what remains) stand apart, as Rev. 2 asks.

No key and no value of a row is in it. It holds names of stores, assets and fields, as the inventory does, and ids of actors.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer, ValidationError, model_validator

from engine.base.errors import BadInput, IntegrityViolated
from engine.base.state.canonical import canonical
from engine.base.state.events import timestamp
from retention.certificate.words import Level

TYPE = "reeve.certificate"
VERSION = 1
STOPPED = "stopped"
"""Why roots are left that were planned, and not begun when their plan ended."""

Count = Annotated[int, Field(ge=0, le=2**53 - 1)]
Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Instant = Annotated[AwareDatetime, PlainSerializer(timestamp, return_type=str, when_used="json")]
Sensitivity = Literal["public", "internal", "confidential", "restricted"]
Action = Literal["delete", "detach", "anonymise"]
Outcome = Literal["done", "complete_with_exceptions", "cancelled", "expired"]


class Part(BaseModel):
    """Part of a certificate."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)


class Store(Part):
    """Where rows were."""

    name: str
    kind: Annotated[str, Field(description="sql")]
    server: Annotated[str | None, Field(description="type of the server; null where that was not known")]
    server_version: Annotated[str | None, Field(description="null where that was not known")]
    jurisdiction: Annotated[str, Field(description="as declared; empty where it was not")]


class Treated(Part):
    """The rows of one step of the plan."""

    asset: str
    action: Action
    technique: Literal["DELETE", "UPDATE"]
    rows_planned: Count
    rows_done: Count
    table_rows: Annotated[Count | None, Field(description="rows of the asset when the plan was made, as far as known")]


class Class(Part):
    """What a field held, by the verdict that counted."""

    field: str
    entity: str
    subtype: str
    category: str
    sensitivity: Sensitivity
    decided_by: Literal["scan", "person"]


class Before(Part):
    """Category of the data of an asset before, as the inventory had it when the plan was made."""

    asset: str
    judged: Annotated[bool, Field(description="false: nobody had scanned it, and nothing is known")]
    sensitivity: Annotated[
        Sensitivity | None, Field(description="the worst; null where nothing was found, or not judged")
    ]
    classes: tuple[Class, ...]


class Method(Part):
    """How far what was done reaches."""

    level: Level
    nist: Annotated[Literal["none"], Field(description="which of Clear, Purge, Destroy is claimed: none")]


class Tool(Part):
    """What it was done with."""

    name: Literal["reeve"]
    version: str
    config_hash: Annotated[Hash | None, Field(description="of the configuration; null where that was not known")]


class Planned(Part):
    """The plan, and by what it was made."""

    plan: UUID
    root: Hash
    outcome: Annotated[Outcome, Field(description="cancelled or expired: it was given up before its end")]
    maker: Annotated[UUID, Field(description="actor")]
    schedule: Annotated[str, Field(description="that it was made for; empty when somebody asked")]
    due_at: Annotated[Instant, Field(description="at which rows were due")]
    policies: Annotated[
        str, Field(description="hash of the policies; empty where it follows from none", pattern="^([0-9a-f]{64})?$")
    ]
    rules: tuple[str, ...]


class LeftRoots(Part):
    """Roots that were planned and left out while it ran, or not begun when it ended."""

    asset: str
    reason: str
    roots: Count


class ExcludedRows(Part):
    """Rows that were due, or asked for, and are not in the plan."""

    asset: str
    reason: str
    detail: Annotated[str, Field(description="the rule, hold or asset that keeps them; or empty")]
    rows: Count


class Counts(Part):
    """Rows over all steps. Planned roots are dealt with or left out; with a root, all that hangs on it stays."""

    rows_planned: Count
    rows_done: Count
    rows_found_again: Annotated[
        Count, Field(description="as if nothing had been done to them when they were read again")
    ]
    rows_certified: Annotated[Count, Field(description="done, and not found again")]
    rows_resolved: Annotated[
        Count, Field(description="of those done: whose outcome was looked up after a process died")
    ]
    roots_planned: Count
    roots_done: Count
    left: tuple[LeftRoots, ...]
    excluded: tuple[ExcludedRows, ...]
    excluded_root: Hash

    @model_validator(mode="after")
    def _add_up(self) -> Self:
        left = sum(one.roots for one in self.left)
        if self.rows_certified + self.rows_found_again != self.rows_done or self.rows_done > self.rows_planned:
            raise ValueError("rows do not add up")
        if self.roots_done + left != self.roots_planned:
            raise ValueError("roots do not add up")
        return self


class Batches(Part):
    """Each batch was one transaction of the store."""

    planned: Count
    done: Count


class Verification(Part):
    """That what was done had its effect."""

    method: Annotated[
        Literal["reread_by_key_and_value"],
        Field(
            description="each row was asked for by its key, under the read credential, by other code, and compared by value"
        ),
    ]
    batches: Count
    rows: Annotated[Count, Field(description="that were read again")]
    found: Annotated[Count, Field(description="as if nothing had been done to them")]
    began_at: Instant
    ended_at: Instant


class Validation(Part):
    """That somebody accepted what remains: copies, exclusions and warnings are in the plan that they approved."""

    approval: UUID
    approver: Annotated[UUID, Field(description="actor; never the plan's maker")]
    kind: Literal["plan", "standing"]
    signed_sha256: Annotated[Hash, Field(description="of the signed approval")]
    statement_sha256: Annotated[Hash, Field(description="of the statement that is signed")]
    given_at: Instant
    expires_at: Instant


class Performer(Part):
    """Who did it."""

    actor: Annotated[
        UUID | None, Field(description="in whose name the plan was brought to its end; null if not kept any more")
    ]
    workers: tuple[UUID, ...]


class Times(Part):
    """When."""

    planned_at: Instant
    approved_at: Instant | None
    began_at: Instant
    committed_at: Annotated[
        Instant | None, Field(description="the last batch, by the clock of the store; null if not known")
    ]
    ended_at: Instant


class Warned(Part):
    """What the plan could not see through, such as a trigger."""

    kind: str
    asset: str
    detail: str


class RemainingCopy(Part):
    """A copy that remains elsewhere, as declared."""

    kind: str
    lasts: Annotated[str | None, Field(description="ISO 8601 duration; null where nobody knows")]
    until: Annotated[Instant | None, Field(description="when it will have ended; null where nobody knows")]


class Copies(Part):
    """What remains elsewhere. Where nothing is declared, nobody knows."""

    counted_from: Annotated[
        Instant, Field(description="when the last rows had gone for certain: not before their COMMIT")
    ]
    remaining: tuple[RemainingCopy, ...]
    end_at: Annotated[Instant | None, Field(description="when the last will have ended; null where nobody knows")]

    @model_validator(mode="after")
    def _last(self) -> Self:
        if self.end_at != last_end(self.remaining):
            raise ValueError("the end of all copies is not the end of the last one")
        if any((one.lasts is None) != (one.until is None) for one in self.remaining):
            raise ValueError("a copy has an end exactly if it is known how long it lasts")
        return self


class Certificate(Part):
    """A certificate of disposal, as it was issued. Whether it was closed since is told beside it."""

    type: Literal["reeve.certificate"] = "reeve.certificate"
    version: Literal[1] = 1
    certificate: UUID
    tenant: UUID
    issued_at: Instant
    status: Annotated[Literal["open"], Field(description="as issued; it is closed by an event of its own")] = "open"
    extent: Annotated[
        Literal["whole", "partial"],
        Field(description="partial: the plan was given up before all of it was begun, and the rest of it was not done"),
    ]
    store: Store
    assets: Annotated[tuple[Treated, ...], Field(min_length=1)]
    before: tuple[Before, ...]
    method: Method
    tool: Tool
    plan: Planned
    counts: Counts
    batches: Batches
    verification: Verification
    validation: Validation
    performer: Performer
    times: Times
    warnings: tuple[Warned, ...]
    copies: Copies

    @model_validator(mode="after")
    def _whole(self) -> Self:
        counts, verified = self.counts, self.verification
        if (sum(one.rows_planned for one in self.assets), sum(one.rows_done for one in self.assets)) != (
            counts.rows_planned,
            counts.rows_done,
        ):
            raise ValueError("the rows of assets do not add up")
        if counts.rows_certified == 0:
            raise ValueError("nothing is certified")
        if (verified.batches, verified.rows, verified.found) != (
            self.batches.done,
            counts.rows_done,
            counts.rows_found_again,
        ):
            raise ValueError("not all that was done was read again")
        if not self._has_its_outcome():
            raise ValueError("the outcome is not what the counts say")
        if self.validation.approver == self.plan.maker:
            raise ValueError("the maker approved it")
        return self

    def _has_its_outcome(self) -> bool:
        not_begun = self.batches.planned - self.batches.done
        broken_off = any(one.reason == STOPPED for one in self.counts.left)
        if not_begun < 0 or (self.extent == "partial") != (not_begun > 0 or broken_off):
            return False
        exceptions = bool(self.counts.rows_found_again or self.counts.left)
        given_up = self.plan.outcome in ("cancelled", "expired")
        return given_up or (self.extent == "whole" and exceptions == (self.plan.outcome == "complete_with_exceptions"))

    def to_bytes(self) -> bytes:
        """Canonical JSON.

        Raises:
            BadInput: a name in it is no text that UTF-8 can say.
        """
        return canonical(self.model_dump(mode="json"))

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The reverse of ``to_bytes``.

        Raises:
            IntegrityViolated: it is no certificate that this version can read, not in its one spelling, or does not add up.
        """
        try:
            made = cls.model_validate_json(data)
            if made.to_bytes() == data:
                return made
        except (ValidationError, BadInput):
            pass
        raise IntegrityViolated("this is no certificate in a form that this version can read")


def last_end(copies: tuple[RemainingCopy, ...]) -> datetime | None:
    """When the last copy will have ended; None where nobody knows of one of them, or nothing was declared at all."""
    ends = [one.until for one in copies]
    known = [one for one in ends if one is not None]
    return max(known) if known and len(known) == len(ends) else None
