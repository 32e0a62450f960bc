"""Evidence: runs of the tests of controls, and what each of them came to."""

from __future__ import annotations

from datetime import datetime
from typing import NewType
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from engine.base.ids import ActorId, EventId, new_id
from engine.base.state.canonical import JsonValue
from engine.base.state.tables.base import Base, TenantOwned, refers
from engine.base.state.tables.work import JobId
from engine.base.state.types import CanonicalJson

EvidenceRunId = NewType("EvidenceRunId", UUID)
EvidenceItemId = NewType("EvidenceItemId", UUID)


class EvidenceRunRow(TenantOwned, Base):
    """One collection of evidence: all controls of the library were tested over a period. Never changed once it is whole.

    Attributes:
        period_from, period_to: the period that was asked about, half open.
        collected_at: when.
        code_version, config_hash, library_hash: which program, configuration and controls were at work.
        schedule, expected_at: the schedule that it ran for, and when it was due; None when somebody asked.
        job_id: the job that it was made by; None when a command made it.
        actor_id: who had it made.
        records: events of the period.
        description: what the system was then: stores with what is declared of them, and coverage; names, no values.
        event_id: its ``evidence.collected``; None until all items are written: such a run counts for nothing. Not a reference, as
            events go when their retention ends.
    """

    __tablename__ = "evidence_run"
    __table_args__ = (
        Index(None, "tenant_id", "period_to"),
        refers("actor_id", "actor"),
        refers("job_id", "job"),
    )

    id: Mapped[EvidenceRunId] = mapped_column(Uuid(), primary_key=True, default=new_id, sort_order=-1)
    period_from: Mapped[datetime]
    period_to: Mapped[datetime]
    collected_at: Mapped[datetime]
    code_version: Mapped[str]
    config_hash: Mapped[str]
    library_hash: Mapped[str]
    schedule: Mapped[str | None]
    expected_at: Mapped[datetime | None]
    job_id: Mapped[JobId | None] = mapped_column(Uuid())
    actor_id: Mapped[ActorId]
    records: Mapped[int]
    description: Mapped[JsonValue] = mapped_column(CanonicalJson)
    event_id: Mapped[EventId | None]


class EvidenceItemRow(TenantOwned, Base):
    """What the test of one control came to in one run: evidence, with what it rests on. Never changed afterwards.

    Attributes:
        run_id: the run.
        control: its id in the library.
        conclusion: ``effective``, ``deviations``, ``not_tested`` or ``no_occurrence``.
        deviations: how many there are, beyond those that ``document`` lists.
        document: canonical JSON: the control as it was tested, population, conclusion, cited events.
        sha256: of the document's bytes, hexadecimal; the event holds it, too.
        effective_from, effective_to: the period that it tells of, half open.
        expires_at: from then on it is too old to be relied on.
        event_id: its ``evidence.control_tested``, as above.
    """

    __tablename__ = "evidence_item"
    __table_args__ = (
        UniqueConstraint("tenant_id", "run_id", "control"),
        CheckConstraint(
            "conclusion IN ('effective','deviations','not_tested','no_occurrence')", name="conclusion_known"
        ),
        Index(None, "tenant_id", "control", "effective_to"),
        refers("run_id", "evidence_run"),
    )

    id: Mapped[EvidenceItemId] = mapped_column(Uuid(), primary_key=True, default=new_id, sort_order=-1)
    run_id: Mapped[EvidenceRunId] = mapped_column(Uuid())
    control: Mapped[str]
    conclusion: Mapped[str]
    deviations: Mapped[int]
    document: Mapped[JsonValue] = mapped_column(CanonicalJson)
    sha256: Mapped[str]
    effective_from: Mapped[datetime]
    effective_to: Mapped[datetime]
    expires_at: Mapped[datetime]
    event_id: Mapped[EventId]
