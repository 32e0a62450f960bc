"""Running a plan: batch by batch under the lease, then reading all of it again, then the end.

It can be stopped between batches and killed anywhere; whoever runs it next finds out first what became of what was begun. It does
not begin unless the plan is what its root says, the policies are those that it follows from, an approval counts, and the clocks
agree; and it asks for lease, policies, approval and holds again at each batch, and once more before each COMMIT.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from engine.base.errors import IntegrityViolated, StoreError
from engine.base.ids import PlanId
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.tables import PlanRow, WorkerId
from engine.base.work.leases import Leases
from engine.governance.change.ahead import Ahead
from engine.governance.change.approving import Waiting, Why, approval_for, note_approved
from engine.governance.change.batches import Bench, Hands
from engine.governance.change.ending import (
    CANCEL,
    GRACE,
    end_plan,
    give_up,
    given_up_as,
    has_found,
    has_unknown,
    refuse,
    stop_plan,
)
from engine.governance.change.errors import (
    ApprovalGone,
    ClockSkewed,
    HoldPlaced,
    OutcomeUnknown,
    PlanNotReady,
    TooManyLeft,
)
from engine.governance.change.holding import Holds
from engine.governance.change.kept import require_root
from engine.governance.change.pace import Pace, Whole
from engine.governance.change.plan import Header
from engine.governance.change.running import Right, take

SKEW = timedelta(seconds=5)
"""How far the clock of a store may be from ours: what is due is told by both."""
POLICY_CHANGED = "policy_changed"
TRIES = 5
"""So often a batch that a lock was not given to is tried, one time after the other."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run of a plan came out: its state, and the reason where it stands still or was refused."""

    state: str
    reason: str = ""


class Applier:
    """Runs plans.

    Args:
        database: the state, bound to who runs them.
        leases: of this process, kept alive by it.
        worker_id: of its row.
        hands: for the store of the plan.
        policies: tells the hash of the policies as they are now. Asked before each batch and each COMMIT, so it should be quick:
            see :class:`~engine.governance.policy.watching.PoliciesNow`.
        check: a further fence, of the job that it is done for.
        stop_point: called between batches; raises where the run is to stop.
        pace: how much of a batch is done at once; by default as the hands say, else all of it.
    """

    def __init__(
        self,
        database: Database,
        leases: Leases,
        worker_id: WorkerId,
        hands: Hands,
        *,
        policies: Callable[[], str],
        check: Callable[[Session], None] = lambda _session: None,
        stop_point: Callable[[], None] = lambda: None,
        pace: Pace | None = None,
    ) -> None:
        self._database = database
        self._leases = leases
        self._worker_id = worker_id
        self._hands = hands
        self._policies = policies
        self._check = check
        self._stop_point = stop_point
        self._pace = pace
        self._tries = 0

    def run(self, plan_id: PlanId) -> Ran:
        """Run a plan as far as it may go.

        Returns:
            How it ended; or ``made`` or ``stopped`` with the reason why it waits for a person.

        Raises:
            NotFound, PlanNotReady: there is no such plan, or it is still being made.
            PlanTaken: another process runs it.
            OutcomePending: a batch was broken off, and its session may still commit; run it again after a while.
            ClockSkewed: nothing was done.
            StoreError: what was done before stays; run it again when the store answers.
            LeaseLost: another process goes on.
            IntegrityViolated: the plan is not what was approved, or an effect did what it may not: then it stands still, and what
                was begun is looked into by the next run.
        """
        right = take(self._leases, plan_id, self._worker_id, self._check, self._policies)
        try:
            with self._database.transaction() as session:
                row = right.plan(session)
                row.epoch = right.lease.epoch
                if row.state == "making":
                    raise PlanNotReady("this plan is still being made", reason=row.state)
                if row.ended_at is not None:
                    return Ran(row.state, row.reason)
                header = require_root(session, row)
            ahead = Ahead(self._database, plan_id, header.batches)
            with self._paced(header) as pace, ahead:
                return self._go(self._bench(right, header, pace, ahead))
        finally:
            self._leases.release(right.lease)

    def _paced(self, header: Header) -> AbstractContextManager[Pace]:
        if self._pace is not None or self._hands.pace is None:
            return nullcontext(self._pace or Whole())
        return self._hands.pace(header.task)

    def _bench(self, right: Right, header: Header, pace: Pace, ahead: Ahead) -> Bench:
        holds = Holds(header.task.store, self._hands.listing)
        return Bench(self._database, right, header, self._hands, holds, pace, ahead)

    def _go(self, bench: Bench) -> Ran:
        while (number := bench.next_unknown()) is not None:
            bench.find_out(number)
        self._compare_clocks()
        halted = self._begin(bench.right)
        if halted is not None:
            return halted
        while (number := bench.next_pending()) is not None:
            self._stop_point()
            halted = self._one(bench, number)
            if halted is not None:
                return halted
        return self._verify(bench)

    def _begin(self, right: Right) -> Ran | None:
        """Let it run or go on, or say why it does not."""
        policies = self._policies()  # files are read before the state is locked
        with self._database.transaction() as session:
            row = right.plan(session)
            return Ran(row.state, row.reason) if row.ended_at is not None else self._start(session, row, policies)

    def _start(self, session: Session, row: PlanRow, policies: str) -> Ran | None:
        if row.state == "verifying":
            return None
        if row.reason == CANCEL or row.expires_at <= context_of(session).clock.now():
            give_up(session, row, "cancelled" if row.reason == CANCEL else "expired")
            if row.ended_at is None:
                return None
        elif row.policies and row.policies != policies:
            if row.state in ("made", "approved"):
                refuse(session, row, POLICY_CHANGED)
            elif (row.state, row.reason) != ("stopped", POLICY_CHANGED):
                stop_plan(session, row, POLICY_CHANGED)
        else:
            found = approval_for(session, row)
            if not isinstance(found, Waiting):
                if row.state in ("made", "stopped"):
                    note_approved(session, row, found)
                row.state, row.reason, row.approval_id = "running", "", found.id
                return None
            if row.state == "running":
                stop_plan(session, row, found.reason)
            row.state, row.reason = ("made" if row.state == "approved" else row.state), found.reason.value
        return Ran(row.state, row.reason)

    def _one(self, bench: Bench, number: int) -> Ran | None:
        try:
            bench.do(number)
            self._tries = 0
        except HoldPlaced:
            bench.give_back(number)
        except OutcomeUnknown:
            bench.find_out(number)
        except StoreError as exc:  # nothing was changed
            bench.give_back(number)
            self._tries += 1
            if exc.reason != "timeout" or self._tries >= TRIES:
                raise
        except ClockSkewed:
            bench.give_back(number)
            raise
        except IntegrityViolated:  # what was begun is looked into by the next run
            with self._database.transaction() as session:
                stop_plan(session, bench.right.plan(session), Why.INTEGRITY, halted=True)
            raise
        except TooManyLeft:
            with self._database.transaction() as session:
                row = bench.right.plan(session)
                stop_plan(session, row, Why.SHRUNK, halted=True)
                return Ran(row.state, row.reason)
        except ApprovalGone:
            bench.give_back(number)
            return self._begin(bench.right)
        return None

    def _verify(self, bench: Bench) -> Ran:
        with self._database.transaction() as session:
            row = bench.right.plan(session)
            cancelled = row.ended_at is not None or (row.reason and row.state != "verifying")  # after its last batch
        if cancelled and (halted := self._begin(bench.right)) is not None:
            return halted
        with self._database.transaction() as session:
            row = bench.right.plan(session)
            if row.ended_at is not None:
                return Ran(row.state, row.reason)
            row.state = "verifying"
        server = self._hands.server()
        found = 0
        while (number := bench.next_unverified()) is not None:
            self._stop_point()
            found += bench.verify(number)
        with self._database.transaction() as session:
            row = bench.right.plan(session)
            exceptions = found or row.left or has_found(session, row.id)
            outcome = given_up_as(row) or ("complete_with_exceptions" if exceptions else "done")
            end_plan(session, row, outcome, server)
            return Ran(row.state, row.reason)

    def _compare_clocks(self) -> None:
        with self._database.snapshot() as session:
            clock = context_of(session).clock
        before = clock.now()
        theirs = self._hands.effect.now()
        if not before - SKEW <= theirs <= clock.now() + SKEW:
            raise ClockSkewed(
                f"the clock of the store is more than {SKEW.seconds} seconds from ours: nothing was done",
                hint="synchronise both with a time server",
            )


def expire_plans(session: Session) -> int:
    """End plans whose time is over, and forget their keys. A chore of the leader. Returns how many.

    Of a plan that dealt with rows, these are to be read again first. Where that was not possible for as long as its keys were
    kept, it ends without, and is not certified.
    """
    now, ended = context_of(session).clock.now(), 0
    waiting = select(PlanRow).where(
        or_(
            and_(PlanRow.state.in_(("made", "approved", "stopped", "running")), PlanRow.expires_at <= now),
            and_(PlanRow.state == "verifying", PlanRow.reason != "", PlanRow.expires_at <= now - GRACE),
        )
    )
    for row in session.scalars(waiting.with_for_update(skip_locked=True)):
        if given_up := given_up_as(row):
            end_plan(session, row, given_up)
        elif not has_unknown(session, row.id):
            give_up(session, row, "expired")
        ended += row.ended_at is not None
    return ended
