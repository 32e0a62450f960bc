"""Collecting evidence: test every control over a period on one snapshot, then write what came of it, with its events, at once."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.metadata import version

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.base.errors import BadInput
from engine.base.ids import ActorId, new_id
from engine.base.state.canonical import JsonValue, canonical
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.events import timestamp
from engine.base.state.outbox import record
from engine.base.state.tables import EvidenceItemId, EvidenceItemRow, EvidenceRunId, EvidenceRunRow, JobId, OutboxRow
from engine.evidence.conclusions import Conclusion, Deviations, Effective, as_json
from engine.evidence.controls.control import Control
from engine.evidence.controls.library import library, library_hash
from engine.evidence.period import Period
from engine.evidence.population import Population
from engine.evidence.procedures import PROCEDURES
from engine.evidence.records import Facts, first_record_at, in_period
from engine.evidence.system import described_system
from engine.ledger.events.evidence import ControlTested, EvidenceCollected

DAYS = 90
"""How far back a run looks unless it is told otherwise; never further than our own first record."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a run is made for.

    Attributes:
        config_hash: of the configuration at work.
        until: the end of the period; None for now.
        days: the length of the period at most.
        job_id, schedule, expected_at: what it runs for, if it does.
    """

    config_hash: str
    until: datetime | None = None
    days: int = DAYS
    job_id: JobId | None = None
    schedule: str | None = None
    expected_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Tested:
    """A control, with what its test came to."""

    control: Control
    conclusion: Conclusion
    population: Population

    def document(self, period: Period) -> dict[str, JsonValue]:
        """All of it as it is kept and hashed."""
        one = self.control
        return {
            "control": {
                "id": one.id,
                "title": one.title,
                "objective": one.objective,
                "criteria": list(one.criteria),
                "supports": list(one.supports),
                "owner": one.owner.value,
                "frequency": one.frequency.value,
                "test": one.test,
                "parameters": dict(one.parameters),
                "events": list(one.events),
                "evidence": one.evidence.value,
                "todo": one.todo,
            },
            "period": {"from": timestamp(period.begin), "to": timestamp(period.end)},
            "population": self.population.as_json(),
            "result": as_json(self.conclusion),
        }


def collect(
    database: Database, asked: Asked, *, guard: Callable[[Session], object] = lambda _session: None
) -> EvidenceRunId:
    """Test all controls of the library; returns the run.

    Args:
        database: bound to whoever has it made.
        asked: see the class.
        guard: called first in the transaction that writes; what it raises, nothing is written for.

    Raises:
        BadInput: the period lies in the future, or before our first record.
    """
    with database.snapshot() as session:
        period = _period(session, asked)
        facts = Facts(session, period)
        tested = [Tested(one, *PROCEDURES[one.test].run(facts, one)) for one in library()]
        records = session.scalar(select(func.count()).select_from(OutboxRow).where(*in_period(period))) or 0
        description = described_system(session)
    with database.transaction() as session:
        guard(session)
        return _write(session, asked, period, tested, records, description)


def _period(session: Session, asked: Asked) -> Period:
    now = context_of(session).clock.now()
    end = asked.until or now
    if end > now:
        raise BadInput("evidence cannot be collected of a day that is yet to come")
    first = first_record_at(session) or end
    if first > end:
        raise BadInput(f"nothing was recorded until then; the first record is of {first:%Y-%m-%d}")
    return Period(max(first, end - timedelta(days=asked.days)), end)


def _write(
    session: Session, asked: Asked, period: Period, tested: Sequence[Tested], records: int, description: JsonValue
) -> EvidenceRunId:
    """The run, its items and their events. The events come first: rows point to them."""
    run_id = EvidenceRunId(new_id())
    items = [_item(session, run_id, one, period) for one in tested]
    words = Counter(one.conclusion.word for one in tested)
    code = version("reeve")
    collected = EvidenceCollected(
        run=run_id,
        period_from=period.begin,
        period_to=period.end,
        controls=len(tested),
        effective=words["effective"],
        deviations=words["deviations"],
        not_tested=words["not_tested"],
        no_occurrence=words["no_occurrence"],
        records=records,
        code_version=code,
        config_hash=asked.config_hash,
        library_hash=library_hash(),
        schedule=asked.schedule,
        expected_at=asked.expected_at,
    )
    context = context_of(session)
    run = EvidenceRunRow(
        id=run_id,
        period_from=period.begin,
        period_to=period.end,
        collected_at=context.clock.now(),
        code_version=code,
        config_hash=asked.config_hash,
        library_hash=collected.library_hash,
        schedule=asked.schedule,
        expected_at=asked.expected_at,
        job_id=asked.job_id,
        actor_id=_actor(context.actor_id),
        records=records,
        description=description,
        event_id=record(session, collected),
    )
    session.add(run)
    session.flush()
    session.add_all(items)
    session.flush()
    return run_id


def _actor(actor_id: ActorId | None) -> ActorId:
    if actor_id is None:
        raise BadInput("every act has an actor, and this session has none")
    return actor_id


def _item(session: Session, run_id: EvidenceRunId, tested: Tested, period: Period) -> EvidenceItemRow:
    document = tested.document(period)
    digest = hashlib.sha256(canonical(document)).hexdigest()
    conclusion, population = tested.conclusion, tested.population
    count = conclusion.count if isinstance(conclusion, Deviations) else 0
    item_id = EvidenceItemId(new_id())
    event_id = record(
        session,
        ControlTested(
            item=item_id,
            run=run_id,
            control=tested.control.id,
            test=tested.control.test,
            conclusion=conclusion.word,  # type: ignore[arg-type] # one of the four
            deviations=count,
            checked=conclusion.checked if isinstance(conclusion, Deviations | Effective) else 0,
            period_from=period.begin,
            period_to=period.end,
            population=population.count,
            population_root=population.root,
            first_place=population.first_place,
            last_place=population.last_place,
            waiting=population.completeness.waiting,
            missing=population.completeness.missing,
            item_sha256=digest,
        ),
    )
    return EvidenceItemRow(
        id=item_id,
        run_id=run_id,
        control=tested.control.id,
        conclusion=conclusion.word,
        deviations=count,
        document=document,
        sha256=digest,
        effective_from=period.begin,
        effective_to=period.end,
        expires_at=period.end + tested.control.frequency.lasts,
        event_id=event_id,
    )
