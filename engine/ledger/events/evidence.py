"""Events of evidence: that controls were tested, what each test came to, and that a report was handed out.

Each conclusion is an entry of its own, behind all entries that it rests on: whoever holds the ledger can show that none was
written before its facts.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Literal

from engine.base.state.events import Event, event, reference
from engine.base.state.tables.evidence import EvidenceItemId, EvidenceRunId

ConclusionWord = Literal["effective", "deviations", "not_tested", "no_occurrence"]


@event
class ControlTested(Event):
    """A control was tested over a period.

    Serves CC4.1 (ongoing evaluation: each test is a case of that population) and CC4.2 (since when a control deviates, and
    until when).

    Attributes:
        item: the evidence; run: of which it is a part.
        control: its id in the library; test: the procedure.
        conclusion: what the test came to.
        deviations: how many were found.
        checked: cases that were looked at.
        period_from, period_to: the period, half open.
        population: cases in it; population_root: over them, as in RFC 6962, hexadecimal.
        first_place, last_place: in the ledger, of the first and the last case that has one: shard and index, ``2026/17``.
        waiting: cases without a place in the ledger yet; missing: places without a case.
        item_sha256: of the evidence's canonical bytes.
    """

    type: ClassVar[str] = "evidence.control_tested"

    item: EvidenceItemId = reference("evidence_item")
    run: EvidenceRunId = reference("evidence_run")
    control: str
    test: str
    conclusion: ConclusionWord
    deviations: int
    checked: int
    period_from: datetime
    period_to: datetime
    population: int
    population_root: str
    first_place: str | None = None
    last_place: str | None = None
    waiting: int = 0
    missing: int = 0
    item_sha256: str


@event
class EvidenceCollected(Event):
    """All controls of the library were tested over a period.

    Serves CC4.1 (the run of the tests themselves: expected against actual), CC2.1 with AT-C 205.36 (which program, configuration
    and library made the information).

    Attributes:
        run: its row.
        period_from, period_to: the period, half open.
        controls: how many were tested; effective, deviations, not_tested, no_occurrence: these by conclusion.
        records: events of the period.
        code_version: of Reeve.
        config_hash: of the configuration.
        library_hash: of the files of the library.
        description_sha256: of the description of the system at that time, canonical bytes, hexadecimal.
        schedule: that it ran for, or None when somebody asked; expected_at: when it was due.
    """

    type: ClassVar[str] = "evidence.collected"

    run: EvidenceRunId = reference("evidence_run")
    period_from: datetime
    period_to: datetime
    controls: int
    effective: int
    deviations: int
    not_tested: int
    no_occurrence: int
    records: int
    code_version: str
    config_hash: str
    library_hash: str
    description_sha256: str
    schedule: str | None = None
    expected_at: datetime | None = None


@event
class EvidenceReportMade(Event):
    """A report on controls was handed out as a file.

    Serves CC6.7 (information that leaves), CC2.1 with AT-C 205.36 (whoever holds the file can show that it is the one we made,
    whole) and CC4.2 (deficiencies are told).

    Attributes:
        run: the evidence that it tells of.
        report: ``type_1``; format: ``html`` or ``json``.
        at: the date that it tells of.
        criteria: how many it lists; ready: of these, those that our own records show to be ready.
        gaps: how many it lists.
        sha256: of the file's bytes, hexadecimal.
    """

    type: ClassVar[str] = "evidence.report_made"

    run: EvidenceRunId = reference("evidence_run")
    report: Literal["type_1"]
    format: Literal["html", "json"]
    at: datetime
    criteria: int
    ready: int
    gaps: int
    sha256: str
