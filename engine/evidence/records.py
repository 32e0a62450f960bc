"""Our own records as tests of controls see them: events of a period, each checked against its hash, and the state behind."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

import orjson
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from engine.base.keys.purposes import Purpose, purpose_key
from engine.base.state.context import context_of
from engine.base.state.events import reference_hash
from engine.base.state.tables import OutboxRow
from engine.evidence.conclusions import Cited
from engine.evidence.period import Period
from engine.evidence.population import Completeness, Population
from engine.ledger.tree.growing import Root

Kept = TypeVar("Kept")
CAPTURED = timedelta(days=1)
"""A state that is looked at tells of an instant that lies no further back than that."""
_PIECE = 1000  # rows fetched at once

_COLUMNS = (
    OutboxRow.id,
    OutboxRow.type,
    OutboxRow.occurred_at,
    OutboxRow.payload,
    OutboxRow.payload_sha256,
    OutboxRow.shard,
    OutboxRow.ledger_index,
)


@dataclass(frozen=True, slots=True)
class Record:
    """One event.

    Attributes:
        type, at: what, and when.
        actor, refs: keyed hashes of who did it, and of what it names.
        attributes: plain fields: numbers, words, and instants as text.
        cited: how a conclusion names it.
    """

    type: str
    at: datetime
    actor: str
    refs: Mapping[str, str | None]
    attributes: Mapping[str, Any]
    cited: Cited

    def number(self, name: str) -> float:
        """A plain number; 0 where the event has none: an older version of its type may lack a field."""
        value = self.attributes.get(name)
        return float(value) if isinstance(value, int | float) else 0.0

    def word(self, name: str) -> str:
        """A plain word, or empty."""
        value = self.attributes.get(name)
        return value if isinstance(value, str) else ""

    def instant(self, name: str) -> datetime | None:
        """A plain instant, or None."""
        text = self.word(name)
        return datetime.fromisoformat(text) if text else None


class Tally:
    """Counts the rows of a population as they go by."""

    def __init__(self) -> None:
        self._root = Root()
        self._altered = self._sequenced = 0
        self._first: datetime | None = None
        self._last: datetime | None = None
        self._places: tuple[str, ...] = ()

    def add(self, row: Any) -> bool:
        """Count a row; whether its bytes are those that were recorded."""
        self._root.add(row.payload.encode())
        intact = is_intact(row)
        self._altered += not intact
        self._first, self._last = self._first or row.occurred_at, row.occurred_at
        place = place_of(row.shard, row.ledger_index)
        if place is not None:
            self._sequenced += 1
            self._places = (*self._places[:1], place)
        return intact

    def population(self, types: Collection[str], missing: int) -> Population:
        """All that was counted."""
        size = self._root.size
        return Population(
            source=f"events {', '.join(sorted(types))} of the outbox in the period, by time",
            count=size,
            root=self._root.digest().hex(),
            first=self._first,
            last=self._last,
            completeness=Completeness(self._sequenced, size - self._sequenced, missing, self._altered),
            first_place=self._places[0] if self._places else None,
            last_place=self._places[-1] if self._places else None,
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """What tests look at: one snapshot of the state, and a period.

    Attributes:
        session: a snapshot, so that all tests of a run see the same.
        period: that is asked about.
    """

    session: Session
    period: Period
    _kept: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def now(self) -> datetime:
        """When the tests are made."""
        return context_of(self.session).clock.now()

    @property
    def is_current(self) -> bool:
        """Whether the state as it is now tells of the end of the period."""
        return self.now - self.period.end <= CAPTURED

    def reference(self, kind: str, identifier: UUID) -> str:
        """How events name one of our rows."""
        key = self.kept("key", lambda: purpose_key(self.session, Purpose.PSEUDONYM).key)
        return reference_hash(key, kind, identifier)

    def records(self, types: Collection[str], period: Period | None = None) -> Iterator[Record]:
        """Events of these types, in order; those whose bytes were changed are left out, and counted by ``population``.

        Args:
            types: of events.
            period: by default that of the facts.
        """
        for row in self.rows(types, period):
            if is_intact(row):
                yield record_of(row)

    def history(self, types: Collection[str]) -> Iterator[Record]:
        """Events of these types from the very first one until the end of the period."""
        return self.records(types, Period(datetime.min.replace(tzinfo=self.period.end.tzinfo), self.period.end))

    def first(self, kind: str) -> Record | None:
        """The very first event of a type until the end of the period; one that was altered counts as none."""
        query = select(*_COLUMNS).where(OutboxRow.type == kind, OutboxRow.occurred_at < self.period.end)
        row = self.session.execute(query.order_by(OutboxRow.occurred_at, OutboxRow.id).limit(1)).one_or_none()
        return None if row is None or not is_intact(row) else record_of(row)

    def population(self, types: Collection[str]) -> Population:
        """All events of these types in the period."""
        tally = Tally()
        for row in self.rows(types):
            tally.add(row)
        return tally.population(types, self.missing_places)

    def kept(self, name: str, make: Callable[[], Kept]) -> Kept:
        """What was made under a name, made when it is first asked for: several tests look at the same."""
        if name not in self._kept:
            self._kept[name] = make()
        found: Kept = self._kept[name]
        return found

    @property
    def missing_places(self) -> int:
        """Places of the ledger between the first and the last event of the period that no event has."""
        return self.kept("missing", self._count_missing)

    def _count_missing(self) -> int:
        ends = select(OutboxRow.shard, func.min(OutboxRow.ledger_index), func.max(OutboxRow.ledger_index))
        placed = ends.where(OutboxRow.shard.is_not(None), *in_period(self.period)).group_by(OutboxRow.shard)
        return sum(
            high - low + 1 - self._count_places(shard, low, high)
            for shard, low, high in self.session.execute(placed).all()
            if low is not None and high is not None
        )

    def _count_places(self, shard: str | None, low: int, high: int) -> int:
        there = select(func.count()).select_from(OutboxRow).where(OutboxRow.shard == shard)
        return self.session.scalar(there.where(OutboxRow.ledger_index.between(low, high))) or 0

    def rows(self, types: Collection[str], period: Period | None = None) -> Iterator[Any]:
        """The rows of events of these types, in order, with the columns that ``Tally`` and ``record_of`` need."""
        period = period or self.period
        query = select(*_COLUMNS).where(OutboxRow.type.in_(types), *in_period(period))
        ordered = query.order_by(OutboxRow.occurred_at, OutboxRow.id).execution_options(yield_per=_PIECE)
        yield from self.session.execute(ordered)


def in_period(period: Period) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """The conditions that hold of events of a period."""
    return OutboxRow.occurred_at >= period.begin, OutboxRow.occurred_at < period.end


def place_of(shard: str | None, index: int | None) -> str | None:
    """A place in the ledger in words: shard and index, ``2026/17``; None where there is none."""
    return None if shard is None or index is None else f"{shard}/{index}"


def first_record_at(session: Session) -> datetime | None:
    """When the first event of this tenant was recorded: before that there was nothing to control."""
    return session.scalar(select(func.min(OutboxRow.occurred_at)))


def is_intact(row: Any) -> bool:
    """Whether an event's bytes are those that were recorded."""
    return bool(hashlib.sha256(row.payload.encode()).digest() == row.payload_sha256)


def record_of(row: Any) -> Record:
    """An event's row as a record."""
    said = orjson.loads(row.payload)
    return Record(
        row.type,
        row.occurred_at,
        str(said["actor_ref"]),
        said["refs"],
        said["attributes"],
        Cited(row.id, place_of(row.shard, row.ledger_index), row.payload_sha256.hex()),
    )
