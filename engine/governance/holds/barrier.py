"""The barrier between holds and batches (design, rule 6): what is in our state, and why neither can miss the other.

Holds live in our state, rows live elsewhere, so no transaction spans them. A batch goes through these steps, each of which has to
be committed before the next begins:

1. ``open_batch`` registers what it may change;
2. ``holds_over`` reads the holds, in a transaction that began after that;
3. ``note_session`` tells by which session of the store's server it acts; then it acts;
4. ``still_free`` just before its COMMIT there: a courtesy that spares the hold a wait, and not what the guarantee rests on;
5. ``close_batch``, once it is known what became of it.

A hold is placed, which commits; then it looks for batches that are open and were opened before it, and is effective when there
are none. Why that is right: a batch reads the holds only after its row is committed, and a hold looks for batches only after it
is committed, so whichever commits second sees the other. The gate tells which a hold need not wait for, so that a stream of
batches cannot keep it from becoming effective: both opening and placing lock the gate of the store, a row, until they commit.
So they come one after the other; a batch with the hold's number or a higher one was opened when the hold was committed, and reads
it; one with a smaller number was committed before the hold was placed, and is seen. On PostgreSQL under READ COMMITTED each
statement sees what was committed before it began, and whoever waited for the lock looks at the row anew behind it; on SQLite
``BEGIN IMMEDIATE`` lets one writer in at a time, and the lock is not even needed.

A batch whose worker died stays open, and holds wait for it, until somebody verified what became of it in the store and says so
(``verified=True``): only the store knows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from engine.base.errors import BadInput, DependencyFailed, NotFound
from engine.base.ids import BatchId, HoldId, new_id
from engine.base.state.canonical import JsonValue
from engine.base.state.context import context_of
from engine.base.state.tables import HoldGateRow, HoldScopeRow, OpenBatchRow, WorkerRow
from engine.base.work.leases import LeaseLost
from engine.governance.holds.counting import counting
from engine.governance.holds.gates import lock_gate
from engine.governance.holds.scopes import CountingHold, ScopeKind

MAX_SESSION = 200  # characters


class HoldPlaced(DependencyFailed):
    """A hold was placed over what a batch changes since it was opened: roll back, close it, and try it again in a new one."""

    code = "hold_placed"


@dataclass(frozen=True, slots=True)
class Fence:
    """Under which right a batch is done: of which worker, in which epoch. Nobody else closes it without having verified it."""

    worker: UUID
    epoch: int


@dataclass(frozen=True, slots=True)
class BatchView:
    """A registered batch. Attributes as in :class:`~engine.base.state.tables.OpenBatchRow`."""

    id: BatchId
    plan: UUID
    number: int
    store: str
    assets: tuple[str, ...]
    gate: int
    fence: Fence
    session: str
    opened_at: datetime
    closed_at: datetime | None
    outcome: str


def open_batch(
    session: Session, *, plan: UUID, number: int, store: str, assets: Iterable[str], fence: Fence
) -> BatchId:
    """Register a batch, in the caller's transaction: commit it before the holds are read.

    Args:
        session: of a transaction of its own.
        plan: of which plan; its id.
        number: which batch of it, counted from 0.
        store: that it changes.
        assets: all whose rows it may change, also through the store's own doings (cascades, triggers).
        fence: who does it.

    Raises:
        BadInput: the same batch is open already: verify what became of it and close it first.
    """
    gate = lock_gate(session, store)
    same = select(OpenBatchRow.id).where(OpenBatchRow.plan == plan, OpenBatchRow.number == number)
    if session.scalar(same.where(OpenBatchRow.closed_at.is_(None))) is not None:
        raise BadInput("this batch is open already", hint="verify what became of it, and close it")
    names: list[JsonValue] = [*sorted(set(assets))]
    if not names:
        raise BadInput("a batch names the assets that it may change")
    row = OpenBatchRow(
        id=BatchId(new_id()),
        plan=plan,
        number=number,
        store=store,
        assets=names,
        gate=gate.number,
        worker=fence.worker,
        epoch=fence.epoch,
        session="",
        opened_at=context_of(session).clock.now(),
        closed_at=None,
        outcome="",
        verified=False,
    )
    session.add(row)
    session.flush()
    return row.id


def note_session(session: Session, batch_id: BatchId, text: str) -> None:
    """Note by which session of the store's server a batch acts, so that a take-over can end it. ``text``: never a value.

    Raises:
        LeaseLost: it was closed.
        BadInput: the text is too long.
    """
    if len(text) > MAX_SESSION:
        raise BadInput(f"the name of a session has at most {MAX_SESSION} characters")
    _mine(session, batch_id).session = text
    session.flush()


def holds_over(session: Session, store: str, assets: Iterable[str] | None = None) -> tuple[CountingHold, ...]:
    """The holds over a store that count: placed or effective. Read them after the batch was opened.

    Args:
        session: begun after ``open_batch`` was committed.
        store: by name.
        assets: only those that may cover rows of these; by default all, as a matcher needs them.
    """
    found = counting(session, store)
    if assets is None:
        return found
    names = set(assets)
    return tuple(
        hold
        for hold in found
        if any(scope.kind is not ScopeKind.ASSET or scope.asset in names for scope in hold.scopes)
    )


def still_free(session: Session, batch_id: BatchId) -> bool:
    """Whether no hold that overlaps was placed since a batch was opened. Asked just before its COMMIT in the store.

    A hold that was placed after opening and before reading was read already, and counts here, too: the batch is tried again.

    Raises:
        LeaseLost: the batch was closed by who verified it: write nothing more.
    """
    row = _mine(session, batch_id)
    names = set(_names(row))
    scopes = select(HoldScopeRow.kind, HoldScopeRow.asset).where(
        HoldScopeRow.store == row.store, HoldScopeRow.gate > row.gate
    )
    return not any(kind != ScopeKind.ASSET or asset in names for kind, asset in session.execute(scopes))


def require_free(session: Session, batch_id: BatchId) -> None:
    """The same as an error.

    Raises:
        HoldPlaced: it is not free any more.
        LeaseLost: as in ``still_free``.
    """
    if not still_free(session, batch_id):
        raise HoldPlaced("a hold was placed over what this batch changes")


def close_batch(
    session: Session, batch_id: BatchId, outcome: str, *, fence: Fence | None = None, verified: bool = False
) -> None:
    """Say what became of a batch: holds do not wait for it any more.

    Args:
        session: of the transaction in which that is recorded.
        batch_id: which.
        outcome: a stable word, such as ``done``, ``nothing`` or ``undone``.
        fence: of who opened it and knows what the store answered.
        verified: somebody else looked into the store, after the session that did it had certainly ended, and knows what became
            of it.

    Raises:
        LeaseLost: it is closed already, or another's, and was not verified.
        BadInput: no outcome.
    """
    if not outcome:
        raise BadInput("a batch is closed with an outcome")
    row = _mine(session, batch_id)
    if not verified and (fence is None or fence != Fence(row.worker, row.epoch)):
        raise LeaseLost("this batch is another's: it can be closed by who verified what became of it")
    row.closed_at, row.outcome, row.verified = context_of(session).clock.now(), outcome, verified
    session.flush()


def abandoned_batches(session: Session, *, living: Iterable[Fence] = (), limit: int = 100) -> list[BatchView]:
    """Open batches whose worker has stopped or was found dead: somebody has to verify and close them.

    Args:
        session: any.
        living: rights that are known to be held, where the worker is none of ours.
        limit: at most so many, the oldest first.
    """
    alive = exists().where(
        WorkerRow.tenant_id == OpenBatchRow.tenant_id,
        WorkerRow.id == OpenBatchRow.worker,
        WorkerRow.stopped_at.is_(None),
    )
    query = select(OpenBatchRow).where(OpenBatchRow.closed_at.is_(None), ~alive).order_by(OpenBatchRow.id)
    known = set(living)
    found = (batch_view(row) for row in session.scalars(query.execution_options(populate_existing=True)))
    return [one for one in found if one.fence not in known][:limit]


def waited_for(session: Session, hold_id: HoldId) -> list[BatchView]:
    """The open batches that a hold waits for: those that overlap with it and were opened before it."""
    scopes = session.execute(
        select(HoldScopeRow.kind, HoldScopeRow.store, HoldScopeRow.asset, HoldScopeRow.gate).where(
            HoldScopeRow.hold_id == hold_id
        )
    ).all()
    if not scopes:
        return []
    earlier: list[ColumnElement[bool]] = [
        and_(OpenBatchRow.store == one.store, OpenBatchRow.gate < one.gate) for one in scopes
    ]
    query = select(OpenBatchRow).where(OpenBatchRow.closed_at.is_(None), or_(*earlier)).order_by(OpenBatchRow.id)
    rows = session.scalars(query.execution_options(populate_existing=True))
    return [batch_view(row) for row in rows if any(_overlap(row, *one) for one in scopes)]


def gate_number(session: Session, store: str) -> int:
    """Changes whenever a hold over a store is placed or released: until then what was read of its holds can be used again."""
    return session.scalar(select(HoldGateRow.number).where(HoldGateRow.store == store)) or 0


def batch_view(row: OpenBatchRow) -> BatchView:
    """A row as others see it."""
    return BatchView(
        row.id,
        row.plan,
        row.number,
        row.store,
        tuple(_names(row)),
        row.gate,
        Fence(row.worker, row.epoch),
        row.session,
        row.opened_at,
        row.closed_at,
        row.outcome,
    )


def _mine(session: Session, batch_id: BatchId) -> OpenBatchRow:
    """An open batch, locked.

    Raises:
        NotFound: there is none of that id.
        LeaseLost: it is closed.
    """
    place = (context_of(session).tenant_id, batch_id)
    row = session.get(OpenBatchRow, place, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFound("there is no such batch")
    if row.closed_at is not None:
        raise LeaseLost("this batch was closed by who verified what became of it")
    return row


def _overlap(row: OpenBatchRow, kind: str, store: str, asset: str, gate: int) -> bool:
    """Whether a batch may touch what a scope covers: by store and asset. What hangs on rows and subjects may be anywhere."""
    if row.store != store or row.gate >= gate:
        return False
    return kind != ScopeKind.ASSET or asset in _names(row)


def _names(row: OpenBatchRow) -> Sequence[str]:
    return cast("Sequence[str]", row.assets)
