"""What a control is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from engine.evidence.frequency import Frequency


class Owner(StrEnum):
    """The role that answers for a control."""

    PRIVACY_OFFICER = "privacy_officer"
    ADMINISTRATOR = "administrator"
    STORE_OWNER = "store_owner"
    AUDITOR = "auditor"

    @property
    def words(self) -> str:
        """For people."""
        return self.value.replace("_", " ")


class EvidenceType(StrEnum):
    """What the evidence is."""

    EVENTS = "events"
    """A population of events in the period."""
    STATE = "state"
    """The state, captured at the end of the period."""
    RECONCILIATION = "reconciliation"
    """Events held against a second source."""


Parameter = float | str


@dataclass(frozen=True, slots=True)
class Control:
    """One control.

    Attributes:
        id: ``SCAN-01``; never given to another control.
        family: the file it stands in.
        title, objective: in plain words.
        criteria: that it carries, as far as our own records can.
        supports: criteria to which it adds, without being enough for them.
        owner: who answers for it.
        frequency: how often it works.
        test: the procedure that tests it.
        parameters: of the procedure; numbers in the unit that the name ends with.
        events: types of events that are its population; empty where a state is captured.
        evidence: what the evidence is.
        todo: what to do when it deviates or cannot be tested.
    """

    id: str
    family: str
    title: str
    objective: str
    criteria: tuple[str, ...]
    supports: tuple[str, ...]
    owner: Owner
    frequency: Frequency
    test: str
    parameters: Mapping[str, Parameter]
    events: tuple[str, ...]
    evidence: EvidenceType
    todo: str

    def hours(self, name: str) -> timedelta:
        """A parameter that is a number of hours."""
        return timedelta(hours=float(self.parameters[name]))

    def word(self, name: str) -> str:
        """A parameter that is a word."""
        return str(self.parameters[name])
