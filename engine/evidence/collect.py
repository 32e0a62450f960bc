"""Collecting evidence: test every control over a period on one snapshot, then write what came of it, with its events."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
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


TOGETHER = 8
"""Items that are written in one transaction, so that it stays below 20 ms on SQLite."""


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
        guard: called first in each transaction that writes; what it raises ends the run, which then counts for nothing.

    Raises:
        BadInput: the period lies in the future, or before our first record.
    """
    with database.snapshot() as session:
        period = _period(session, asked)
        facts = Facts(session, period)
        tested = [Tested(one, *PROCEDURES[one.test].run(facts, one)) for one in library()]
        records = session.scalar(select(func.count()).select_from(OutboxRow).where(*in_period(period))) or 0
        description = described_system(session)
    writing = _Writing(database, asked, period, EvidenceRunId(new_id()), guard)
    writing.begin(records, description)
    for first in range(0, len(tested), TOGETHER):
        writing.add(tested[first : first + TOGETHER])
    writing.end(tested, records, description)
    return writing.run_id


def _period(session: Session, asked: Asked) -> Period:
    now = context_of(session).clock.now()
    end = asked.until or now
    if end > now:
        raise BadInput("evidence cannot be collected of a day that is yet to come")
    first = first_record_at(session) or end
    if first > end:
        raise BadInput(f"nothing was recorded until then; the first record is of {first:%Y-%m-%d}")
    return Period(max(first, end - timedelta(days=asked.days)), end)


@dataclass(frozen=True, slots=True)
class _Writing:
    """Writes a run in transactions that are short enough for SQLite's one writer. It counts when the last one has committed."""

    database: Database
    asked: Asked
    period: Period
    run_id: EvidenceRunId
    guard: Callable[[Session], object]

    def begin(self, records: int, description: JsonValue) -> None:
        """The run, without the event that makes it count."""
        with self._transaction() as session:
            context = context_of(session)
            run = EvidenceRunRow(
                id=self.run_id,
                period_from=self.period.begin,
                period_to=self.period.end,
                collected_at=context.clock.now(),
                code_version=version("reeve"),
                config_hash=self.asked.config_hash,
                library_hash=library_hash(),
                schedule=self.asked.schedule,
                expected_at=self.asked.expected_at,
                job_id=self.asked.job_id,
                actor_id=_actor(context.actor_id),
                records=records,
                description=description,
                event_id=None,
            )
            session.add(run)

    def add(self, tested: Sequence[Tested]) -> None:
        """Some items with their events."""
        documents = [one.document(self.period) for one in tested]
        digests = [hashlib.sha256(canonical(one)).hexdigest() for one in documents]
        with self._transaction() as session:
            for told in zip(tested, documents, digests, strict=True):
                session.add(_item(session, self.run_id, self.period, *told))

    def end(self, tested: Sequence[Tested], records: int, description: JsonValue) -> None:
        """The event that says what the run came to."""
        words = Counter(one.conclusion.word for one in tested)
        collected = EvidenceCollected(
            run=self.run_id,
            period_from=self.period.begin,
            period_to=self.period.end,
            controls=len(tested),
            effective=words["effective"],
            deviations=words["deviations"],
            not_tested=words["not_tested"],
            no_occurrence=words["no_occurrence"],
            records=records,
            code_version=version("reeve"),
            config_hash=self.asked.config_hash,
            library_hash=library_hash(),
            description_sha256=hashlib.sha256(canonical(description)).hexdigest(),
            schedule=self.asked.schedule,
            expected_at=self.asked.expected_at,
        )
        with self._transaction() as session:
            run = session.get_one(EvidenceRunRow, (context_of(session).tenant_id, self.run_id))
            run.event_id = record(session, collected)

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        with self.database.transaction() as session:
            self.guard(session)
            yield session


def _actor(actor_id: ActorId | None) -> ActorId:
    if actor_id is None:
        raise BadInput("every act has an actor, and this session has none")
    return actor_id


def _item(
    session: Session,
    run_id: EvidenceRunId,
    period: Period,
    tested: Tested,
    document: dict[str, JsonValue],
    digest: str,
) -> EvidenceItemRow:
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
