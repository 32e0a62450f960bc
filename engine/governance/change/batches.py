"""One batch of a plan: begin, do, write down, each in a transaction of the state; and what is done where that was broken off.

What is done in the store is one transaction there. So after a process died, or a commit was not answered, there are two cases. No
session of the store's server was written down: nothing was changed, as the guard writes it down before anything is. Or one was:
then it is ended, so that it cannot commit any more, and other code reads which rows are as if nothing had been done. Those that
are not were dealt with; they are marked, and the batch is done again with all of its rows: the effect leaves out what is gone. So
each row is dealt with once, and counted once.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from engine.base.collecting import without_collecting
from engine.base.errors import IntegrityViolated, StoreError
from engine.base.ids import BatchId
from engine.base.keys.subjects import Sealer
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.outbox import record
from engine.base.state.tables import PlanBatchRow, PlanRow
from engine.governance.change.ahead import Ahead
from engine.governance.change.effect import Batch, Effect, Key, Outcome, Task, Verifier
from engine.governance.change.ending import record_done
from engine.governance.change.errors import OutcomePending, TooManyLeft
from engine.governance.change.guard import BatchGuard, require_own
from engine.governance.change.holding import Holds, Listing
from engine.governance.change.kept import keys_of, left_place, plan_of, seal_left, whole_numbers
from engine.governance.change.keys import Keys, either, marked, marks
from engine.governance.change.pace import Pace
from engine.governance.change.plan import Header
from engine.governance.change.running import Right
from engine.governance.change.settling import joined, others, settle
from engine.governance.holds.barrier import Fence, close_batch, open_batch
from engine.ledger.events.change import BatchBegun


@dataclass(frozen=True, slots=True)
class Hands:
    """What it takes to change one store.

    Attributes:
        effect: holds the write credential.
        verifier: reads again, with other code, under the read credential.
        listing: all that the store lists now, for the holds over it.
        pace: how much of a batch of a task is done at once, for as long as its plan runs; None: all of it.
        server: version of the store's server as it tells it to the read credential; empty where it does not.
    """

    effect: Effect
    verifier: Verifier
    listing: Listing
    pace: Callable[[Task], AbstractContextManager[Pace]] | None = None
    server: Callable[[], str] = lambda: ""


@dataclass(frozen=True, slots=True)
class Bench:
    """Where batches of one plan are done.

    Attributes:
        database: the state.
        right: to run the plan.
        header: of the plan, checked against its root.
        hands: see there.
        holds: over its store.
        pace: how much of a batch is done at once.
        ahead: keys of its batches.
    """

    database: Database
    right: Right
    header: Header
    hands: Hands
    holds: Holds
    pace: Pace
    ahead: Ahead
    _seen: dict[str, int] = field(default_factory=dict, init=False, repr=False)

    @property
    def assets(self) -> tuple[str, ...]:
        """All whose rows the plan changes, also by what the store does of its own accord."""
        named = {step.asset for step in self.header.task.steps}
        return tuple(sorted(named | {one.asset for one in self.header.warnings if one.asset}))

    def next_pending(self) -> int | None:
        """The first batch that was not begun."""
        return self._first("pending")

    def next_unknown(self) -> int | None:
        """The first batch of which it is not known what became of it."""
        return self._first("running")

    def do(self, number: int) -> None:
        """Begin a batch, do it and write down what it came to.

        Raises:
            TooManyLeft: it was not begun.
            ApprovalGone, HoldPlaced: nothing was changed; give it back.
            LeaseLost: another process runs the plan now; it finds out what became of it.
            OutcomeUnknown: so does the next call of ``find_out``.
            StoreError: the store refused, and nothing was changed; give it back.
            IntegrityViolated: its rows are not those that were approved, or the effect did what it may not.
        """
        self.right.require_policies(self.header.policies)
        with without_collecting():
            self._do(number)

    def _do(self, number: int) -> None:
        open_id = self._begin(number)
        keys = self.ahead.keys(number)
        with self.database.snapshot() as session:
            gate = self.holds.gate(session)
        holds = self.holds.now(self.database, gate)
        # Not earlier: two threads that both compute take longer than one after the other.
        meanwhile = partial(self.ahead.prepare, number + 1)
        guard = BatchGuard(self.database, self.right, number, open_id, holds, self.header.policies, meanwhile)
        roots = list(keys[0])
        parts: list[Outcome] = []
        while True:
            size = self.pace.roots() or len(roots)
            some, roots = tuple(roots[:size]), roots[size:]
            parts.append(self._part(Batch(number, (some, *keys[1:])), guard))
            if not roots:
                break
            self._note_part(number, keys, some, parts[-1])
        self._write_down(number, keys, joined(parts))

    def give_back(self, number: int) -> None:
        """Nothing was changed by a batch: it is pending again, and no hold waits for it.

        Raises:
            LeaseLost: another process runs the plan now.
        """
        with self.database.transaction() as session:
            plan = self.right.plan(session)
            batch = _batch(session, plan, number)
            if batch.state == "running":
                self._back_to_pending(session, require_own(session, self.right, number))

    def find_out(self, number: int) -> None:
        """Find out what became of a batch that was begun. It is pending then, with marks on the rows that were dealt with.

        Raises:
            OutcomePending: its session may still commit; ask again after a while.
            StoreError: the store could not be asked.
            LeaseLost: another process runs the plan now.
        """
        with self.database.transaction() as session:
            plan = self.right.plan(session)
            batch = _batch(session, plan, number)
            if batch.state != "running":
                return
            batch.epoch = self.right.lease.epoch  # from here on, who began it is fenced off
            server_session = batch.server_session
            if server_session is None:  # and from here on, none can be written down by who began it
                self._back_to_pending(session, batch, verified=True)
                return
        if not self.hands.effect.end_session(server_session):
            raise OutcomePending("the session that did a batch may still commit it")
        with self.database.snapshot() as session:
            keys = keys_of(session, plan_of(session, self.right.plan_id), number)
        remaining = self.hands.verifier.remaining(self.header.task, Batch(number, keys))
        absent = others(keys, remaining)
        with self.database.transaction() as session:
            self.right.plan(session)
            batch = require_own(session, self.right, number)
            batch.absent = either(batch.absent, marks(keys, absent) if any(absent) else None)
            self._back_to_pending(session, batch, verified=True)

    def verify(self, number: int) -> int:
        """Read a batch that was done again: how many rows that were dealt with are as if nothing had been done."""
        with without_collecting():
            return self._verify(number)

    def _verify(self, number: int) -> int:
        keys = self.ahead.keys(number)
        self.ahead.prepare(number + 1)
        with self.database.snapshot() as session:
            dealt, left = _dealt(session, plan_of(session, self.right.plan_id), number)
        done = marked(keys, dealt) if left else keys
        remaining = self.hands.verifier.remaining(self.header.task, Batch(number, done)) if any(done) else ()
        with self.database.transaction() as session:
            plan = self.right.plan(session)
            batch = _batch(session, plan, number)
            batch.found, batch.verified_at = sum(map(len, remaining)), context_of(session).clock.now()
            return batch.found

    def next_unverified(self) -> int | None:
        """The first batch that was done and not read again."""
        return self._first("done", PlanBatchRow.verified_at.is_(None))

    def _part(self, batch: Batch, guard: BatchGuard) -> Outcome:
        """One transaction of the store."""
        began = time.monotonic()
        try:
            outcome = self.hands.effect.apply(self.header.task, batch, guard, self.header.now)
        except StoreError as exc:
            self.pace.took(time.monotonic() - began, lock_waited=exc.reason == "timeout")
            raise
        self.pace.took(time.monotonic() - began, lock_waited=False)
        return outcome

    def _note_part(self, number: int, keys: Keys, roots: tuple[Key, ...], outcome: Outcome) -> None:
        """A part of a batch is done, and known to be: whatever happens next, it is not done again."""
        settle((roots, *keys[1:]), outcome)  # it adds up by itself
        with self.database.transaction() as session:
            self.right.plan(session)
            batch = require_own(session, self.right, number, PlanBatchRow.dealt)
            batch.dealt = either(batch.dealt, marks(keys, outcome.done))
            batch.server_session = None  # what comes next is another transaction

    def _first(self, state: str, *further: ColumnElement[bool]) -> int | None:
        """Looked for from where the last one was, for the rows before it are large; then among all of them."""
        query = select(PlanBatchRow.number).where(
            PlanBatchRow.plan_id == self.right.plan_id, PlanBatchRow.state == state, *further
        )
        query = query.order_by(PlanBatchRow.number).limit(1)
        with self.database.snapshot() as session:
            found = session.scalar(query.where(PlanBatchRow.number >= self._seen.get(state, 0)))
            if found is None:
                found = session.scalar(query)
        if found is not None:
            self._seen[state] = found
        return found

    def _begin(self, number: int) -> BatchId:
        """Write the intent down and register with the barrier, before the store is touched."""
        with self.database.transaction() as session:
            plan = self.right.plan(session)
            approval = self.right.approval(session, plan)
            if (plan.left - plan.accepted) * 100 > self.header.limits.shrink * self.header.rows[0]:
                raise TooManyLeft("more rows were left out than the plan's limit allows")
            batch = _batch(session, plan, number)
            if batch.state != "pending":
                raise IntegrityViolated("a batch was to be begun that is not pending")
            store = self.header.task.store
            open_id = open_batch(
                session, plan=plan.id, number=number, store=store, assets=self.assets, fence=self._fence
            )
            batch.state, batch.epoch, batch.attempts = "running", self.right.lease.epoch, batch.attempts + 1
            batch.server_session, batch.began_at = None, context_of(session).clock.now()
            batch.open_id = open_id
            plan.approval_id = approval.id
            begun = BatchBegun(
                plan=plan.id,
                approval=approval.id,
                batch=number,
                batch_root=batch.root.hex(),
                rows=whole_numbers(batch.rows),
                epoch=batch.epoch,
                attempt=batch.attempts,
            )
            record(session, begun)
            return open_id

    def _write_down(self, number: int, keys: Keys, outcome: Outcome) -> None:
        with self.database.transaction() as session:
            plan = self.right.plan(session)
            whole = PlanBatchRow.absent, PlanBatchRow.dealt
            batch = require_own(session, self.right, number, *whole)
            settled = settle(keys, outcome, _marked(keys, batch.absent), _marked(keys, batch.dealt))
            batch.state, batch.ended_at = "done", context_of(session).clock.now()
            batch.committed_at, batch.dealt = outcome.committed_at, settled.dealt
            batch.outcome = {
                "done": list(settled.done),
                "left": dict(settled.left),
                "resolved": settled.resolved,
            }
            if settled.left_out:
                sealer = Sealer(session, plan.key_id)
                batch.left_out = seal_left(sealer, settled.left_out, plan.expires_at, left_place(plan.id, number))
            plan.left += sum(settled.left.values())
            record_done(session, batch)
            self._close(session, batch, "done")

    def _back_to_pending(self, session: Session, batch: PlanBatchRow, *, verified: bool = False) -> None:
        batch.state, batch.server_session = "pending", None
        self._close(session, batch, "resolved" if verified else "nothing", verified=verified)

    def _close(self, session: Session, batch: PlanBatchRow, outcome: str, *, verified: bool = False) -> None:
        if batch.open_id is not None:
            open_id, batch.open_id = batch.open_id, None
            close_batch(session, open_id, outcome, fence=self._fence, verified=verified)

    @property
    def _fence(self) -> Fence:
        return Fence(self.right.worker_id, self.right.lease.epoch)


def _marked(keys: Keys, bits: bytes | None) -> Keys:
    return () if bits is None else marked(keys, bits)


def _batch(session: Session, plan: PlanRow, number: int) -> PlanBatchRow:
    return session.get_one(PlanBatchRow, (plan.tenant_id, plan.id, number), with_for_update=True)


def _dealt(session: Session, plan: PlanRow, number: int) -> tuple[bytes, bool]:
    """A bit for each row of a batch that was dealt with, and whether roots were left out."""
    query = select(PlanBatchRow.dealt, PlanBatchRow.outcome)
    found = session.execute(query.where(PlanBatchRow.plan_id == plan.id, PlanBatchRow.number == number)).one()
    if found[0] is None or not isinstance(found[1], dict):
        raise IntegrityViolated("a batch that was done does not say what was dealt with")
    return found[0], bool(found[1].get("left"))
