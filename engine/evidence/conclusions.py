"""What a test of a control can come to: one of four, and what is not known is never taken for effective.

These are management's own results. The opinion whether a criterion is met is an auditor's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from engine.base.state.canonical import JsonValue
from engine.base.state.events import timestamp

LISTED = 100
"""Deviations of one test that an item lists; the number of all of them is always told."""


@dataclass(frozen=True, slots=True)
class Cited:
    """An event that something rests on.

    Attributes:
        event_id: its row in the outbox.
        place: in the ledger: its shard and its index there, ``2026/17``; None while it waits for one.
        sha256: of its bytes, hexadecimal.
    """

    event_id: UUID
    place: str | None
    sha256: str

    def as_json(self) -> dict[str, JsonValue]:
        """For items and reports."""
        return {"event": str(self.event_id), "place": self.place, "sha256": self.sha256}


@dataclass(frozen=True, slots=True)
class Deviation:
    """One case in which a control did not do what it should.

    Attributes:
        what: a sentence without a value of the estate.
        subject: the name of a store, schedule or actor that it is about, or empty. Never written into the ledger.
        at: when, if that is known.
        cited: the events that show it.
    """

    what: str
    subject: str = ""
    at: datetime | None = None
    cited: tuple[Cited, ...] = ()

    def as_json(self) -> dict[str, JsonValue]:
        """For items and reports."""
        return {
            "what": self.what,
            "subject": self.subject,
            "at": None if self.at is None else timestamp(self.at),
            "cited": [one.as_json() for one in self.cited],
        }


@dataclass(frozen=True, slots=True)
class Effective:
    """Every case of the population was as it should be.

    Attributes:
        checked: how many cases there were; at least one.
        notes: what an auditor should know although it is no deviation, such as runs that were late.
    """

    checked: int
    notes: tuple[str, ...] = ()
    word: ClassVar[str] = "effective"

    def __post_init__(self) -> None:
        if self.checked < 1:
            raise ValueError("nothing was checked: that is no effective control but one that did not occur")


@dataclass(frozen=True, slots=True)
class Deviations:
    """Some cases were not. Mending them later does not take them away.

    Attributes:
        found: at least one; the first ``LISTED`` of them.
        count: how many there are in all.
        checked: how many cases were looked at, where that can be counted.
    """

    found: tuple[Deviation, ...]
    count: int
    checked: int
    notes: tuple[str, ...] = ()
    word: ClassVar[str] = "deviations"

    def __post_init__(self) -> None:
        if not self.found or self.count < len(self.found):
            raise ValueError("deviations are listed and counted")


@dataclass(frozen=True, slots=True)
class NotTested:
    """It cannot be told. That is a gap, not a pass.

    Attributes:
        reason: why, in a sentence.
    """

    reason: str
    notes: tuple[str, ...] = ()
    word: ClassVar[str] = "not_tested"


@dataclass(frozen=True, slots=True)
class NoOccurrence:
    """Nothing happened that the control is for. The empty population is the evidence of that; it is not a pass either.

    Attributes:
        reason: what did not happen, in a sentence.
    """

    reason: str
    notes: tuple[str, ...] = ()
    word: ClassVar[str] = "no_occurrence"


Conclusion = Effective | Deviations | NotTested | NoOccurrence
WORDS = ("effective", "deviations", "not_tested", "no_occurrence")


def concluded(found: Sequence[Deviation], checked: int, nothing: str, notes: Sequence[str] = ()) -> Conclusion:
    """The conclusion of a test that looked at all cases.

    Args:
        found: deviations.
        checked: cases that were looked at.
        nothing: what to say when there was no case.
        notes: see Effective.
    """
    if found:
        return Deviations(tuple(found[:LISTED]), len(found), max(checked, len(found)), tuple(notes))
    return Effective(checked, tuple(notes)) if checked else NoOccurrence(nothing, tuple(notes))


def as_json(conclusion: Conclusion) -> dict[str, JsonValue]:
    """For items and reports: ``conclusion`` is one of ``WORDS``; the other keys are always there."""
    made: dict[str, JsonValue] = {
        "conclusion": conclusion.word,
        "checked": 0,
        "reason": "",
        "deviations": [],
        "deviation_count": 0,
        "notes": list(conclusion.notes),
    }
    match conclusion:
        case Effective():
            made["checked"] = conclusion.checked
        case Deviations():
            made |= {
                "checked": conclusion.checked,
                "deviations": [one.as_json() for one in conclusion.found],
                "deviation_count": conclusion.count,
            }
        case NotTested() | NoOccurrence():
            made["reason"] = conclusion.reason
    return made
