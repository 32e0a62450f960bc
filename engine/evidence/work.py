"""Evidence as a job: schedules that run ``evidence`` make it, any worker runs it, and it is written once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.base.state.canonical import JsonValue
from engine.base.state.database import Database
from engine.base.state.tables import EvidenceItemRow, EvidenceRunId, EvidenceRunRow
from engine.base.work.running import Job, Work
from engine.evidence.collect import Asked, collect

EVIDENCE = "evidence"
"""The kind of these jobs, as schedules name it."""


@dataclass(frozen=True, slots=True)
class EvidenceWork:
    """The function of these jobs.

    Attributes:
        config_hash: tells that of the configuration as it is now.
    """

    config_hash: Callable[[], str]

    def kinds(self) -> dict[str, Work]:
        """By the name of the kind."""
        return {EVIDENCE: self.collect}

    def collect(self, job: Job) -> JsonValue:
        """Test all controls until now; returns counts."""
        with job.database.snapshot() as session:
            run_id = session.scalar(
                select(EvidenceRunRow.id).where(EvidenceRunRow.job_id == job.id, EvidenceRunRow.event_id.is_not(None))
            )
        if run_id is None:
            asked = Asked(self.config_hash(), job_id=job.id, schedule=job.schedule, expected_at=job.expected_at)
            run_id = collect(job.database, asked, guard=job.check)
        return outcome(job.database, run_id)


def outcome(database: Database, run_id: EvidenceRunId) -> dict[str, JsonValue]:
    """A run in numbers."""
    with database.snapshot() as session:
        return {"run": str(run_id), "controls": _counts(session, run_id)}


def _counts(session: Session, run_id: EvidenceRunId) -> dict[str, JsonValue]:
    query = select(EvidenceItemRow.conclusion, func.count()).where(EvidenceItemRow.run_id == run_id)
    return {row[0]: row[1] for row in session.execute(query.group_by(EvidenceItemRow.conclusion))}
