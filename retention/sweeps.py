"""Sweeps that were asked for: asking, and how far each is, from the job that plans over the plans to their end.

A sweep goes by the id of its job. It is done only when it was planned to its end, every plan of it is done, and no rows that have
a maximum were left without a plan; whatever else it ends in is ``complete_with_exceptions``.
"""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.base.actors import Actor, get
from engine.base.errors import BadInput, NotFound
from engine.base.settings import Settings
from engine.base.settings import SqlStore as SqlSettings
from engine.base.state.outbox import record
from engine.base.state.tables import AssetRow, JobId, JobRow, PlanRow, StoreRow
from engine.base.work.jobs import ENDED, request_cancel
from engine.base.work.view import JobView, jobs_of, show_job
from engine.governance.change.ending import totals
from engine.governance.change.errors import PlanNotReady
from engine.governance.change.following import Followed, follow
from engine.governance.change.kept import header_of, whole_numbers
from engine.governance.change.work import CHANGE
from engine.governance.policy.configured import configured_policies
from engine.ledger.events.change import PlansAsked
from retention.results import Line, line_of
from retention.sweep import Wanted
from retention.work import SWEEP, ask_for_sweep, wanted_of

MOST_NAMES: Final = 50
"""Of assets, and of rules, that one sweep may be narrowed to."""
_WAIT: Final = ("making", "made", "stopped")
_PLANNING: Final[Mapping[str, str]] = {"running": "planning", "done": ""}


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a plan of a sweep stands, in brief.

    Attributes:
        state: as of the plan; ended: it is not done any further.
        goes_on: a worker has it, or is about to; paused: it stands still until somebody resumes it.
        rows: planned; done: dealt with so far; left: roots that were left out while it ran.
        kept: rows that were due and are not in it, by reason; empty where the sweep itself counted them.
    """

    state: str
    ended: bool
    goes_on: bool
    paused: bool
    rows: int
    done: int
    left: int
    kept: Mapping[str, int]

    @property
    def waits(self) -> bool:
        """Whether nothing happens to it until a person does something."""
        return not self.ended and (self.paused or (self.state in _WAIT and not self.goes_on))


@dataclass(frozen=True, slots=True)
class SweepView:
    """A sweep that was asked for.

    Attributes:
        job: that plans, or planned.
        actor: who asked.
        wanted: what was asked for.
        lines: what it came to; empty until it was planned to its end.
        counts: of lines by result; also of those that are not kept one by one, which is how many ``omitted`` says.
        plans: where its plans stand, by id.
    """

    job: JobView
    actor: Actor
    wanted: Wanted
    lines: tuple[Line, ...]
    counts: Mapping[str, int]
    omitted: int
    plans: Mapping[UUID, Standing]

    @property
    def state(self) -> str:
        """Where it is, in a word.

        ``queued``, ``planning``, ``paused``, ``failed`` or ``cancelled`` before it was planned to its end; then ``waiting`` (for
        a person, and nothing else goes on), ``running``, ``done`` or ``complete_with_exceptions``.
        """
        before = _PLANNING.get(self.job.state, self.job.state)
        if before:
            return before
        open_plans = [one for one in self.plans.values() if not one.ended]
        if open_plans:
            return "waiting" if all(one.waits for one in open_plans) else "running"
        plans_done = all(one.state == "done" for one in self.plans.values())
        return "done" if plans_done and not self.counts.get("not_planned") else "complete_with_exceptions"

    @property
    def live(self) -> bool:
        """Whether it changes by itself."""
        return self.state in ("queued", "planning", "running")

    @property
    def rows(self) -> dict[str, int]:
        """``planned``, ``done`` so far, ``left`` out while it ran (roots), and ``kept``: due, and in no plan."""
        plans = self.plans.values()
        return {
            "planned": sum(one.rows for one in plans),
            "done": sum(one.done for one in plans),
            "left": sum(one.left for one in plans),
            "kept": sum(self.kept().values()),
        }

    def kept(self) -> dict[str, int]:
        """Rows that are due, and in no plan, by reason."""
        found: Counter[str] = Counter()
        for kept in (*(one.kept for one in self.lines), *(one.kept for one in self.plans.values())):
            found.update(kept)
        return dict(sorted(found.items()))


@dataclass(frozen=True, slots=True)
class Part:
    """One table and rule of a sweep; ``followed``: its plan, if it has one."""

    line: Line
    followed: Followed | None


def check(settings: Settings, wanted: Wanted) -> tuple[str, ...]:
    """The databases that a sweep would be over, as far as it can be told from the configuration as it is now.

    It reads files, so call it outside of a transaction of the state, which others wait for.

    Raises:
        BadInput: there are no policies; no store or rule of that name; a store is no database; too many names.
        ConfigError: policies cannot be read.
    """
    policies = configured_policies(settings)
    if not policies.rules:
        raise BadInput("there are no policies, so nothing is due", hint="name files under `policies` in reeve.yaml")
    databases = {name for name, store in settings.stores.items() if isinstance(store, SqlSettings)}
    if not set(wanted.stores) <= databases or not databases:
        raise BadInput("one of the stores is no database of the configuration", hint="only rows of databases are swept")
    if not set(wanted.rules) <= {rule.name for rule in policies.rules}:
        raise BadInput("one of the rules is not in the policies", hint="`reeve policy check` names them all")
    if max(len(wanted.assets), len(wanted.rules)) > MOST_NAMES:
        raise BadInput(f"more than {MOST_NAMES} names", hint="leave them out for all, or ask several times")
    return tuple(sorted(wanted.stores or databases))


def ask(session: Session, wanted: Wanted, databases: tuple[str, ...]) -> JobId:
    """Ask for a sweep, and record who asked.

    Args:
        session: of a transaction of who asks: the plans will be theirs, so they cannot approve them.
        wanted: without a schedule.
        databases: that it is over, as ``check`` gave them.

    Raises:
        BadInput: no asset of that name is known in these.
    """
    assets = _assets(session, databases, wanted.assets)
    job_id = ask_for_sweep(session, wanted.stores, wanted.limits, assets=assets, rules=wanted.rules)
    limits = wanted.limits
    record(
        session,
        PlansAsked(
            job=job_id,
            limit_rows=limits.rows,
            limit_share=limits.share,
            limit_shrink=limits.shrink,
            rules=tuple(sorted(wanted.rules)),
            stores=tuple(sorted(wanted.stores)),
            assets=tuple(sorted(wanted.assets)),
        ),
    )
    return job_id


def list_sweeps(session: Session, limit: int, *, after: UUID | None = None) -> list[SweepView]:
    """Sweeps, the newest first; those behind ``after`` where that is given."""
    return [_view(session, one) for one in jobs_of(session, SWEEP, limit, after=after)]


def find_sweep(session: Session, sweep_id: UUID) -> SweepView:
    """A sweep by the id of its job.

    Raises:
        NotFound: there is none.
    """
    return _view(session, _job(session, sweep_id))


def parts_of(session: Session, sweep: SweepView, limit: int, *, skip: int = 0) -> list[Part]:
    """So many parts of a sweep, with all that is told of their plans."""
    return [
        Part(one, None if one.plan_id is None else follow(session, one.plan_id))
        for one in sweep.lines[skip : skip + limit]
    ]


def cancel_sweep(session: Session, sweep_id: UUID) -> None:
    """Let a sweep make no further plan. What it made stays: each plan can be cancelled by itself. Again: no change.

    Raises:
        NotFound: there is none.
        PlanNotReady: it was planned to its end, or failed.
    """
    job = _job(session, sweep_id)
    if job.state in ("done", "failed"):
        raise PlanNotReady("this sweep is not being planned any more", reason=job.state, hint="cancel its plans")
    request_cancel(session, job.id)


def _job(session: Session, sweep_id: UUID) -> JobView:
    with contextlib.suppress(NotFound):
        job = show_job(session, sweep_id)
        if job.kind == SWEEP:
            return job
    raise NotFound("there is no such sweep")


def _assets(session: Session, stores: tuple[str, ...], names: tuple[str, ...]) -> tuple[UUID, ...]:
    """Ids of the assets of these names: a job is told ids, since names of tables may be anything."""
    if not names:
        return ()
    query = select(AssetRow.id, AssetRow.name).join(
        StoreRow, (StoreRow.tenant_id == AssetRow.tenant_id) & (StoreRow.id == AssetRow.store_id)
    )
    found = session.execute(query.where(StoreRow.name.in_(stores), AssetRow.name.in_(names))).all()
    if {name for _, name in found} != set(names):
        raise BadInput("one of the assets is not known in these stores", hint="scan first; GET /v1/assets lists them")
    return tuple(sorted(one for one, _ in found))


def _view(session: Session, job: JobView) -> SweepView:
    outcome: Any = job.outcome if isinstance(job.outcome, dict) else {}
    lines = tuple(line_of(one) for one in outcome.get("results", []))
    words = ("planned", "nothing_due", "underway", "not_planned")
    counts = Counter({word: outcome[word] for word in words if isinstance(outcome.get(word), int)})
    return SweepView(
        job,
        get(session, job.actor_id),
        wanted_of(session, job.arguments, job.schedule or ""),
        lines,
        dict(counts),
        counts.total() - len(lines),
        _standings(session, lines),
    )


def _standings(session: Session, lines: tuple[Line, ...]) -> dict[UUID, Standing]:
    ids = [one.plan_id for one in lines if one.plan_id is not None]
    if not ids:
        return {}
    runs = _open_runs(session)
    others = {one.plan_id for one in lines if one.result == "underway"}
    return {
        row.id: _standing(session, row, runs.get(str(row.id)), counts_kept=row.id in others)
        for row in session.scalars(select(PlanRow).where(PlanRow.id.in_(ids)))
    }


def _standing(session: Session, row: PlanRow, paused: bool | None, *, counts_kept: bool) -> Standing:  # noqa: FBT001
    rows = whole_numbers(row.rows)
    begun = row.state in ("running", "verifying", "stopped") or row.ended_at is not None
    done = sum(totals(session, row.id, len(rows))[0]) if begun else 0
    kept: Counter[str] = Counter()
    if counts_kept and row.document is not None:
        for one in header_of(row).excluded:
            kept[one.reason.value] += one.rows
    going = paused is False or row.state in ("approved", "running", "verifying")
    return Standing(
        row.state, row.ended_at is not None, going, paused is True, sum(rows), done, row.left, MappingProxyType(kept)
    )


def _open_runs(session: Session) -> dict[str, bool]:
    """By the id of a plan whose job has not ended: whether it is paused, or about to be."""
    query = select(JobRow.arguments, JobRow.state, JobRow.requested).where(
        JobRow.kind == CHANGE, JobRow.state.not_in(ENDED)
    )
    return {
        str(arguments["plan"]): state == "paused" or requested == "pause"
        for arguments, state, requested in session.execute(query)
        if isinstance(arguments, dict)
    }
