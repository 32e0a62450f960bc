"""What policies can come to for an asset or a field: closed unions, each with its reason (design, rule 1).

Only :class:`Expires` lets a row go. Whatever is unknown, contradictory or without a rule does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from engine.base.ids import FieldId, WaiverId
from engine.governance.policy.facts import AssetFact
from engine.governance.policy.limits import Limit, Lost


@dataclass(frozen=True, slots=True)
class Expires:
    """Rows go when a maximum is over, and all minima are.

    Attributes:
        maxima: a row is due when any of them is over; the shortest first. At least one. More than one where they cannot be
            compared: each is a plan of its own.
        minima: all must be over, of whatever maximum.
        lost: rules that do not count, and why.
        notes: what else to know: minima that outlive a maximum, rules that may be about it.
        reason: in a sentence.
    """

    word: ClassVar[str] = "expires"

    maxima: tuple[Limit, ...]
    minima: tuple[Limit, ...]
    lost: tuple[Lost, ...]
    notes: tuple[str, ...]
    reason: str

    @property
    def maximum(self) -> Limit:
        """The shortest."""
        return self.maxima[0]


@dataclass(frozen=True, slots=True)
class KeptForEver:
    """Rules say how long at least, and none how long at most."""

    word: ClassVar[str] = "kept_for_ever"

    minima: tuple[Limit, ...]
    lost: tuple[Lost, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Waived:
    """Every maximum is waived: rows stay while the waivers last.

    Attributes:
        maxima: that would count.
        minima: that count all the same.
        waivers: in the order of the maxima.
    """

    word: ClassVar[str] = "waived"

    maxima: tuple[Limit, ...]
    minima: tuple[Limit, ...]
    waivers: tuple[WaiverId, ...]
    lost: tuple[Lost, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Contradiction:
    """Rules ask for what cannot both be: nothing goes before they agree."""

    word: ClassVar[str] = "contradiction"

    rules: tuple[str, ...]
    maxima: tuple[Limit, ...]
    minima: tuple[Limit, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class NoRule:
    """It holds personal or confidential data, and no rule says how long. A gap.

    Attributes:
        categories: of what was recognised in it.
    """

    word: ClassVar[str] = "no_rule"

    categories: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class NothingAsked:
    """No rule is about it, and nothing personal or confidential was recognised in it."""

    word: ClassVar[str] = "nothing_asked"

    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """It cannot be told.

    Attributes:
        rules: that may be about it.
        reason: why that is not known.
        minima: of rows: those that count whatever else turns out.
    """

    word: ClassVar[str] = "unknown"

    rules: tuple[str, ...]
    reason: str
    minima: tuple[Limit, ...] = ()


RetentionDecision = Expires | KeptForEver | Waived | Contradiction | NoRule | NothingAsked | Unknown
"""How long the rows of an asset are kept."""


def minima_of(decision: RetentionDecision) -> tuple[Limit, ...]:
    """All minima that must be over before a row goes by whatever is decided elsewhere, as the dependent of another row.

    Those of rules that only may be about the asset are among them.
    """
    match decision:
        case NoRule() | NothingAsked():
            return ()
        case _:
            return decision.minima


class Asked(StrEnum):
    """What a rule can require beside retention."""

    OWNER = "owner"
    PURPOSE = "purpose"
    JURISDICTION = "jurisdiction"
    AT_REST = "encryption_at_rest"
    FIELD = "encryption_field"


@dataclass(frozen=True, slots=True)
class Met:
    """A requirement that our own records show to be met."""

    word: ClassVar[str] = "met"

    asked: str
    rules: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Broken:
    """A requirement that our own records show not to be met."""

    word: ClassVar[str] = "broken"

    asked: str
    rules: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """A requirement of which it cannot be told whether it is asked, or whether it is met.

    Attributes:
        checked: whether it is met was looked at.
    """

    word: ClassVar[str] = "unknown"

    asked: str
    rules: tuple[str, ...]
    reason: str
    checked: bool = True


RequirementDecision = Met | Broken | Unclear
"""Whether an asset has what rules require of it. ``asked`` is a word of ``Asked``."""


@dataclass(frozen=True, slots=True)
class Covered:
    """Rules are about the field, or its rows are decided about. ``by_rows``: the latter alone."""

    word: ClassVar[str] = "covered"

    rules: tuple[str, ...]
    by_rows: bool = False

    @property
    def reason(self) -> str:
        """In a sentence."""
        rules = ", ".join(self.rules)
        return f"no rule selects it; its rows are decided by {rules}" if self.by_rows else f"selected by {rules}"


FieldDecision = Covered | NoRule | NothingAsked | Unknown
"""Whether any rule is about a field."""


@dataclass(frozen=True, slots=True)
class OfField:
    """The decision about one field."""

    path: str
    id: FieldId | None
    decision: FieldDecision


@dataclass(frozen=True, slots=True)
class Decided:
    """All decisions about one asset.

    Attributes:
        asset: with all that is known of it.
        retention: of its rows.
        requirements: in order of what is asked.
        fields: in order of the inventory, what was not read last, with an empty path.
    """

    asset: AssetFact
    retention: RetentionDecision
    requirements: tuple[RequirementDecision, ...]
    fields: tuple[OfField, ...]

    def words(self) -> Iterator[str]:
        """What it comes to, in short: for counting."""
        yield f"retention:{self.retention.word}"
        yield from (f"{one.asked}:{one.word}" for one in self.requirements)
