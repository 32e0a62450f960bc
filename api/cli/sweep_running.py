"""Running a plan in the process of a command, with its progress on stderr."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from api.cli.output import err

if TYPE_CHECKING:
    from api.cli.home import Home
    from engine.base.ids import PlanId

_TOLD_SECONDS = 2.0


def run_here(home: Home, plan_id: PlanId) -> None:
    """Run a plan as far as it may go, and issue its certificate when it has ended.

    Raises:
        NotFound, PlanTaken, PlanNotReady, OutcomePending, StoreError, ConfigError: see ``Applier.run`` and ``open_hands``.
    """
    from engine.base.clock import SystemClock
    from engine.base.render.plural import counted
    from engine.base.settings import load_settings
    from engine.base.work.presence import Presence
    from engine.governance.change.applying import Applier
    from engine.governance.change.view import show_plan, whole_plan
    from engine.governance.policy.watching import PoliciesNow
    from retention.certificate.chores import installation_of
    from retention.certificate.issuing import issue_due
    from retention.opening import open_hands
    from retention.still_asked import StillAsked

    told = time.monotonic()

    def tell() -> None:
        nonlocal told
        if time.monotonic() - told < _TOLD_SECONDS:
            return
        told = time.monotonic()
        with home.database.snapshot() as session:
            found = whole_plan(session, plan_id)
        done, verified = found.progress.batches.get("done", 0), found.progress.verified
        rows, batches = counted(sum(found.progress.done), "row"), counted(found.plan.batches, "batch", "batches")
        err().print(f"{rows}, {done:,} of {batches}, {verified:,} read again")

    with home.database.snapshot() as session:
        store = show_plan(session, plan_id).store
    still = StillAsked(home.database, lambda: load_settings(home.settings.file), plan_id)

    def between() -> None:
        tell()
        still()

    with (
        Presence(home.database, runs_jobs=False) as presence,
        open_hands(home.settings, home.database, store, SystemClock()) as hands,
    ):
        policies = PoliciesNow(lambda: load_settings(home.settings.file))
        Applier(home.database, presence.leases, presence.id, hands, policies=policies, stop_point=between).run(plan_id)
    with home.database.transaction() as session:
        issue_due(session, installation_of(home.settings))
