"""Whether policies, waivers and verdicts still ask for what a plan of a sweep does."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy.orm import Session

from engine.base.ids import PlanId
from engine.base.settings import Settings
from engine.base.state.database import Database
from engine.governance.change.approving import cancel_plan
from engine.governance.change.ending import refuse
from engine.governance.change.kept import plan_of
from engine.governance.policy.waivers import waivers_in_force
from retention.sweep import LABEL, Sweeper

DECISION_CHANGED = "decision_changed"
"""Why a plan is not done: policies, waivers or verdicts do not ask for it any more."""


class StillAsked:
    """Lets the plan of a sweep not be done, or no further, once it is not asked for any more. What was done stays.

    That is looked at when this begins, and at each call, between batches, where other waivers count than the last time: one that
    was approved meanwhile keeps what is still there. What a scan finds meanwhile counts from the next run on. Policies are
    compared by whoever runs the plan.

    Args:
        database: the state, bound to who is about to run it.
        settings: reads the configuration as it is now.
        plan_id: which. A plan that no sweep made is left alone.
        check: a fence, called in the transaction that ends the plan.

    Raises:
        NotFound: there is no such plan.
        ConfigError, StoreError: it cannot be told now.
    """

    def __init__(
        self,
        database: Database,
        settings: Callable[[], Settings],
        plan_id: PlanId,
        check: Callable[[Session], None] = lambda _session: None,
    ) -> None:
        self._database = database
        self._settings = settings
        self._plan_id = plan_id
        self._check = check
        self._waivers = self._in_force()
        self._look()

    def __call__(self) -> None:
        """Look again, where waivers changed. Raises as above."""
        waivers = self._in_force()
        if waivers != self._waivers:
            self._waivers = waivers
            self._look()

    def _in_force(self) -> object:
        with self._database.snapshot() as session:
            return waivers_in_force(session)

    def _look(self) -> None:
        with self._database.snapshot() as session:
            row = plan_of(session, self._plan_id)
            concerned = row.label.startswith(LABEL) and row.state in ("made", "approved", "running")
            store = row.store
        if not concerned or Sweeper(self._database, self._settings()).still_asked(store, self._plan_id):
            return
        with self._database.transaction() as session:
            self._check(session)
            row = plan_of(session, self._plan_id, lock=True)
            if row.state in ("made", "approved"):
                refuse(session, row, DECISION_CHANGED)
            elif row.state == "running":
                cancel_plan(session, self._plan_id)
