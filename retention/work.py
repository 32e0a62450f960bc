"""Sweeps as jobs: a schedule has plans made, and those that a standing approval covers are run; the others wait for a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from engine.base.durable import Arguments
from engine.base.errors import IntegrityViolated, NotFound
from engine.base.ids import PlanId
from engine.base.settings import Settings
from engine.base.state.canonical import JsonValue
from engine.base.state.context import context_of
from engine.base.state.tables import AssetRow, JobId, JobRow, PlanRow
from engine.base.work.jobs import submit
from engine.base.work.running import Job, Work
from engine.governance.change.approving import Waiting, approval_for
from engine.governance.change.batches import Hands
from engine.governance.change.kept import plan_of
from engine.governance.change.plan import Limits
from engine.governance.change.work import CHANGE, ChangeWork, ask_for_run
from engine.governance.policy.watching import PoliciesNow
from retention.opening import open_hands
from retention.results import KEPT_LINES, Planned, Underway, as_json, word
from retention.still_asked import StillAsked
from retention.sweep import LABEL, Sweeper, Wanted

SWEEP = "sweep"
"""The kind of jobs that make plans."""


def sweep_arguments(
    stores: tuple[str, ...], limits: Limits, *, assets: tuple[UUID, ...] = (), rules: tuple[str, ...] = ()
) -> dict[str, JsonValue]:
    """What a job of kind ``sweep`` is told. Assets go by their ids: names of tables may be anything."""
    told: dict[str, JsonValue] = {"stores": sorted(stores), "limits": asdict(limits)}
    if assets:
        told["assets"] = sorted(map(str, assets))
    if rules:
        told["rules"] = sorted(rules)
    return told


def wanted_of(session: Session, arguments: Arguments, schedule: str) -> Wanted:
    """What a job of kind ``sweep`` is to plan.

    Raises:
        NotFound: an asset that it was narrowed to is not known any more; then nothing is planned, rather than everything.
    """
    limits = arguments.get("limits")
    ids = [UUID(one) for one in _texts(arguments, "assets")]
    known = session.execute(select(AssetRow.id, AssetRow.name).where(AssetRow.id.in_(ids))).all() if ids else ()
    if len(known) != len(ids):
        raise NotFound("an asset that this sweep is for is not known any more", hint="ask for another sweep")
    return Wanted(
        stores=_texts(arguments, "stores"),
        assets=tuple(sorted({name for _, name in known})),
        rules=_texts(arguments, "rules"),
        limits=Limits(**limits) if isinstance(limits, dict) else Limits(),
        schedule=schedule,
    )


def ask_for_sweep(
    session: Session,
    stores: tuple[str, ...],
    limits: Limits,
    *,
    assets: tuple[UUID, ...] = (),
    rules: tuple[str, ...] = (),
    key: str = "",
) -> JobId:
    """Ask for plans over these databases; over all if none is named. See :func:`engine.base.work.jobs.submit`."""
    return submit(session, SWEEP, sweep_arguments(stores, limits, assets=assets, rules=rules), key=key)


def run_approved(session: Session) -> None:
    """Have plans of sweeps run that were approved since they last ran. A chore of the leader: an approval is enough.

    So is a standing one, for a plan that a schedule made: whoever made it may have died before it was asked for.
    """
    now = context_of(session).clock.now()
    by_schedule = and_(PlanRow.state == "made", PlanRow.schedule != "")
    plans = select(PlanRow).where(
        or_(PlanRow.state == "approved", by_schedule), PlanRow.expires_at > now, PlanRow.label.startswith(LABEL)
    )
    for row in session.scalars(plans).all():
        since = row.approved_at if row.state == "approved" else _approved_since(session, row)
        if since is None:
            continue
        runs = select(JobRow.ended_at).where(JobRow.key.startswith(f"{CHANGE}/{row.id}/"))
        if all(at is not None and at < since for at in session.scalars(runs)):
            ask_for_run(session, row.id)


def _approved_since(session: Session, row: PlanRow) -> datetime | None:
    try:
        found = approval_for(session, row)
    except IntegrityViolated:
        return row.made_at  # asked for once: the job that fails then says what is wrong, and no other plan waits
    return None if isinstance(found, Waiting) else found.recorded_at


@dataclass(frozen=True, slots=True)
class SweepWork:
    """The functions of both kinds: making plans, and running them.

    Attributes:
        settings: reads the configuration as it is now.
    """

    settings: Callable[[], Settings]

    def kinds(self) -> dict[str, Work]:
        """By the names of the kinds."""
        return {SWEEP: self.sweep, CHANGE: self.change}

    def sweep(self, job: Job) -> JsonValue:
        """Make plans; returns how many came of it, by what became of them, and each (see :mod:`retention.results`)."""
        with job.database.snapshot() as session:
            wanted = wanted_of(session, job.arguments, job.schedule or "")
        sweeper = Sweeper(job.database, self.settings(), guard=job.check, stop_point=job.stop_point)
        came: Counter[str] = Counter()
        lines: list[JsonValue] = []
        without_plan = 0
        for result in sweeper.plan(wanted):
            came[word(result)] += 1
            if isinstance(result, Planned | Underway) or without_plan < KEPT_LINES:
                lines.append(as_json(result))
            without_plan += not isinstance(result, Planned | Underway)
            if isinstance(result, Planned) and not result.refused:
                came["started"] += self._started(job, result.plan_id)
        return {**dict(sorted(came.items())), "results": lines}

    def change(self, job: Job) -> JsonValue:
        """Run a plan as far as it may go, if what asked for it still does."""
        plan_id = PlanId(UUID(str(job.arguments["plan"])))
        still = StillAsked(job.database, self.settings, plan_id, job.check)
        return ChangeWork(lambda name: self._hands(job, name), lambda: PoliciesNow(self.settings), still).run(job)

    def _hands(self, job: Job, store: str) -> AbstractContextManager[Hands]:
        with job.database.snapshot() as session:
            clock = context_of(session).clock
        return open_hands(self.settings(), job.database, store, clock)

    @staticmethod
    def _started(job: Job, plan_id: PlanId) -> bool:
        """Whether a plan needs nobody: then it is asked for."""
        with job.database.transaction() as session:
            job.check(session)
            if isinstance(approval_for(session, plan_of(session, plan_id)), Waiting):
                return False
            ask_for_run(session, plan_id)
            return True


def _texts(arguments: Arguments, name: str) -> tuple[str, ...]:
    given = arguments.get(name)
    return tuple(map(str, given)) if isinstance(given, list) else ()
