"""The guard of one batch: what stands between an effect and its COMMIT."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import QueryableAttribute, Session, undefer

from engine.base.ids import BatchId
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.tables import PlanBatchRow
from engine.base.work.leases import LeaseLost
from engine.governance.change.running import Right
from engine.governance.holds.barrier import note_session, require_free
from engine.governance.holds.matcher import HoldMatcher
from engine.governance.policy.model import Column


@dataclass(frozen=True, slots=True)
class BatchGuard:
    """See :class:`~engine.governance.change.effect.Guard`.

    Attributes:
        database: the state.
        right: to run the plan.
        number: of the batch; open_id: of its registration with the barrier.
        holds: as they were when the batch was registered.
        policies: hash of those that the plan follows from, or empty.
        meanwhile: called before rows are changed; begins what can be done while the store is at work.
    """

    database: Database
    right: Right
    number: int
    open_id: BatchId
    holds: HoldMatcher
    policies: str
    meanwhile: Callable[[], None]

    def began(self, session: str) -> None:
        """Write down by which session of the server the batch is done, before anything is changed."""
        with self.database.transaction() as state:
            self.right.plan(state)
            batch = require_own(state, self.right, self.number)
            batch.server_session = session
            note_session(state, self.open_id, session)

    def columns(self, asset: str) -> tuple[Column, ...]:
        """What ``held`` compares."""
        return self.holds.columns(asset)

    def held(self, asset: str, rows: Sequence[Mapping[Column, object]]) -> Sequence[str | None]:
        """Of each row, whether a hold covers it."""
        return self.holds.held(asset, rows)

    def changing(self) -> None:
        """Use the time that the store takes."""
        self.meanwhile()

    def before_commit(self) -> None:
        """Policies, lease, approval and holds once more."""
        self.right.require_policies(self.policies)
        with self.database.transaction() as state:
            row = self.right.plan(state)
            require_own(state, self.right, self.number)
            self.right.approval(state, row)
            require_free(state, self.open_id)
        if not self.right.lease.still_held():  # waiting for the state may have taken long
            raise LeaseLost(f"the lease {self.right.lease.name} ran out")


def require_own(session: Session, right: Right, number: int, *further: QueryableAttribute[Any]) -> PlanBatchRow:
    """The row of a batch that this process has begun. ``further``: columns of it that are only read where they are asked for.

    Raises:
        LeaseLost: another one has begun it since.
    """
    key = (context_of(session).tenant_id, right.plan_id, number)
    batch = session.get(PlanBatchRow, key, options=[undefer(one) for one in further], with_for_update=True)
    if batch is None or batch.state != "running" or batch.epoch != right.lease.epoch:
        raise LeaseLost("this batch was taken over by another process")
    return batch
