"""The 61 Trust Services Criteria: identifiers, titles in our own words, and how far our own records can carry each.

The class says what is *enough* for a test of operation, for data stores in scope. It is an engineering judgement, not legal
advice and not the opinion of an auditor; other evidence may always be added.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

from engine.base.settings.yaml import Source
from engine.estate.detectors.entry import Entry
from engine.evidence.data import closed, shipped
from engine.evidence.frequency import Frequency

_ID = re.compile(r"((CC|A|PI|C|P)([1-9]))\.[1-9]")
_KEYS = ("title", "class", "why", "input", "frequency")
SERIES: Final[dict[str, str]] = {
    "CC": "Security (common criteria)",
    "A": "Availability",
    "PI": "Processing integrity",
    "C": "Confidentiality",
    "P": "Privacy",
}
"""The five categories that a report can be about, by the letters of their criteria."""
CATEGORIES: Final[dict[str, str]] = {
    "CC1": "Control environment",
    "CC2": "Communication and information",
    "CC3": "Assessment of risk",
    "CC4": "Monitoring",
    "CC5": "Control activities",
    "CC6": "Logical and physical access",
    "CC7": "System operations",
    "CC8": "Change management",
    "CC9": "Mitigation of risk",
    "A1": "Availability",
    "PI1": "Processing integrity",
    "C1": "Confidentiality",
    "P1": "Notice",
    "P2": "Choice and consent",
    "P3": "Collection",
    "P4": "Use, retention and disposal",
    "P5": "Access and correction",
    "P6": "Disclosure and notification",
    "P7": "Quality",
    "P8": "Monitoring and enforcement",
}
"""Groups of criteria, in our own words."""


class CriterionClass(StrEnum):
    """What is enough for a test of operation."""

    AUTO = "AUTO"
    """The engine's own records carry it."""
    IMPORT = "IMPORT"
    """At least one population from elsewhere is needed; the engine can enrich or reconcile it."""
    ATTEST = "ATTEST"
    """Documents or statements of management only; the engine can keep, hash and expire them."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """One of the 61.

    Attributes:
        id: as the AICPA gives it: ``CC6.1``.
        title: in our own words.
        cls: what is enough for it.
        why: it is of that class.
        input: what its evidence is made of: our records, or what must come from people and other systems.
        frequency: how often its controls usually work.
    """

    id: str
    title: str
    cls: CriterionClass
    why: str
    input: str
    frequency: Frequency

    @property
    def category(self) -> str:
        """The group it stands in: ``CC6``."""
        return self.id.partition(".")[0]

    @property
    def series(self) -> str:
        """The letters of its category of trust services: ``CC``."""
        return self.category.rstrip("123456789")


@cache
def criteria() -> tuple[Criterion, ...]:
    """All of them, in the AICPA's order."""
    return read_criteria(shipped("engine.evidence.criteria", "criteria.yaml"))


def read_criteria(source: Source) -> tuple[Criterion, ...]:
    """Those of a file, in its order.

    Raises:
        ConfigError: the file is wrong; it names file and line.
    """
    top = Entry(source, (), ("criteria",), "the list of criteria")
    found = top.tree.get("criteria")
    if not isinstance(found, dict):
        raise top.error("criteria", "a set of criteria belongs here")
    return tuple(_criterion(Entry(source, ("criteria", name), _KEYS, "a criterion"), name) for name in found)


def _criterion(entry: Entry, name: str) -> Criterion:
    matched = _ID.fullmatch(name)
    if matched is None or matched[1] not in CATEGORIES:
        raise entry.source.error(entry.where, "this is not the identifier of a criterion", hint="such as CC6.1")
    return Criterion(
        name,
        entry.text("title"),
        closed(entry, "class", CriterionClass),
        entry.text("why"),
        entry.text("input"),
        closed(entry, "frequency", Frequency),
    )
