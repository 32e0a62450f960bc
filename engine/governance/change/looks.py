"""Looks for rows over their maximum, kept with what became of the plans that they led to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Final

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from engine.base.ids import LookId, PlanId, new_id
from engine.base.state.context import context_of
from engine.base.state.outbox import record
from engine.base.state.tables import LookRow, PlanRow
from engine.governance.change.effect import Reason
from engine.governance.change.ending import totals
from engine.governance.change.kept import OPEN, whole_numbers
from engine.governance.policy.looking import Look, Looks
from engine.ledger.events.change import Looked

EXCUSED: Final = frozenset({Reason.HELD, Reason.STATUTORY_MINIMUM, Reason.WAIVED})
"""Why a row may stay although it is over its maximum."""
NOT_OVER: Final = frozenset({Reason.GONE, Reason.NOT_DUE, Reason.NOT_STARTED})
"""Why a row that was planned turned out not to be over its maximum (any more)."""
_WORDS: Final = {"made": "waits for approval", "stopped": "stands still", "verifying": "is being read again"}


@dataclass(frozen=True, slots=True)
class Found:
    """What a look found of an asset and a rule.

    Attributes:
        store, asset, rule: by name.
        policies: hash.
        plan_id: of the plan that was made; None where nothing could go.
        due: roots that could go.
        kept: roots that are over, or may be, and stay: by the word of the reason.
        not_started: roots whose beginning has not come.
        problem: why nobody could look, in a sentence; or empty.
    """

    store: str
    asset: str
    rule: str
    policies: str
    plan_id: PlanId | None = None
    due: int = 0
    kept: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    not_started: int = 0
    problem: str = ""


def note_look(session: Session, found: Found) -> None:
    """Keep what was found in place of the look before, and record it. Of one that could not be, only that it was tried."""
    now = context_of(session).clock.now()
    row = _row(session, found, now)
    before = _overdue(session, row)[0]
    row.tried_at, row.problem = now, found.problem
    if not found.problem:
        _take(row, found)
        row.looked_at = now
        overdue = row.due + row.blocked
        row.since = (row.since if before else now) if overdue else None
        row.not_started_since = (row.not_started_since or now) if row.not_started else None
    session.flush()
    record(
        session,
        Looked(
            look=row.id,
            plan=found.plan_id,
            looked=not found.problem,
            overdue=0 if found.problem else row.due + row.blocked,
            overdue_before=before,
            unknown=0 if found.problem else row.unknown,
            excused=0 if found.problem else row.excused,
            since=row.since,
            not_started=0 if found.problem else row.not_started,
            not_started_since=row.not_started_since,
            policies=found.policies,
            store=found.store,
            asset=found.asset,
            rule=found.rule,
        ),
    )


def looks_of(session: Session, store: str = "") -> list[Look]:
    """The last looks, of all stores or of one."""
    query = select(LookRow) if not store else select(LookRow).where(LookRow.store == store)
    return [_look(session, row) for row in session.scalars(query.order_by(LookRow.store, LookRow.asset, LookRow.rule))]


def looks_now(session: Session, policies: str, store: str = "") -> Looks:
    """The same, to be held against the policies of that hash, now."""
    return Looks.from_all(looks_of(session, store), policies, context_of(session).clock.now())


def _row(session: Session, found: Found, now: datetime) -> LookRow:
    """The row of these looks, locked; a new one is of a look that found nothing."""
    query = select(LookRow).where(
        LookRow.store == found.store, LookRow.asset == found.asset, LookRow.rule == found.rule
    )
    row = session.scalar(query.with_for_update())
    if row is not None:
        return row
    new = LookRow(
        id=LookId(new_id()), store=found.store, asset=found.asset, rule=found.rule, policies=found.policies,
        tried_at=now, problem="", due=0, blocked=0, unknown=0, excused=0, not_started=0,
    )  # fmt: skip
    try:
        with session.begin_nested():
            session.add(new)
    except IntegrityError:  # another process was the first, just now
        return session.scalars(query.with_for_update()).one()
    return new


def _take(row: LookRow, found: Found) -> None:
    excused = sum(rows for reason, rows in found.kept.items() if reason in EXCUSED)
    unknown = found.kept.get(Reason.UNKNOWN, 0)
    not_over = sum(rows for reason, rows in found.kept.items() if reason in NOT_OVER)
    row.policies, row.plan_id, row.due = found.policies, found.plan_id, found.due
    row.excused, row.unknown, row.not_started = excused, unknown, found.not_started
    row.blocked = sum(found.kept.values()) - excused - unknown - not_over


def _look(session: Session, row: LookRow) -> Look:
    overdue, unknown, excused = _overdue(session, row)
    plan = None if row.plan_id is None else session.get(PlanRow, (row.tenant_id, row.plan_id))
    words = ""
    if plan is not None and plan.state in OPEN:
        words = f"plan {plan.id.hex[-8:]} {_WORDS.get(plan.state, f'is {plan.state}')}"
    return Look(
        row.store, row.asset, row.rule, row.policies, row.looked_at, row.problem, overdue, row.blocked, unknown,
        row.since if overdue else None, words, excused, row.not_started, row.not_started_since,
    )  # fmt: skip


def _overdue(session: Session, row: LookRow) -> tuple[int, int, int]:
    """Roots that are over and have not gone, as far as it is known by now; of which it cannot be told; and that may stay."""
    plan = None if row.plan_id is None else session.get(PlanRow, (row.tenant_id, row.plan_id))
    if plan is None:
        return row.due + row.blocked, row.unknown, row.excused
    done, left, found = _came_to(session, plan)
    excused = sum(rows for reason, rows in left.items() if reason in EXCUSED)
    not_over = sum(rows for reason, rows in left.items() if reason in NOT_OVER)
    unknown = left.get(Reason.UNKNOWN, 0)
    still = max(0, row.due - done - excused - not_over - unknown) + found + row.blocked
    return still, row.unknown + unknown, row.excused + excused


def _came_to(session: Session, plan: PlanRow) -> tuple[int, Mapping[str, int], int]:
    """Roots that were dealt with, those left out by reason, and rows that were found again."""
    done, left, _ = totals(session, plan.id, len(whole_numbers(plan.rows)))
    found = plan.result.get("found") if isinstance(plan.result, dict) else 0
    return (done[0] if done else 0), left, found if isinstance(found, int) else 0
