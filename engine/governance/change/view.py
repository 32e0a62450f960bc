"""Plans as people and programs look at them. No key of a row is told here: they are sealed, and gone when a plan has ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from engine.base.actors import Actor, get
from engine.base.actors.approvals import read_approval
from engine.base.actors.approver_keys import find_approver_key
from engine.base.actors.approving import Approval
from engine.base.errors import BadInput, NotFound
from engine.base.ids import ActorId, ApprovalId, PlanId
from engine.base.state.by_end import find_by_end
from engine.base.state.canonical import canonical
from engine.base.state.context import context_of
from engine.base.state.tables import ApprovalRow, PlanBatchRow, PlanRow
from engine.governance.change.approving import approval_for
from engine.governance.change.ending import CANCEL, totals
from engine.governance.change.kept import OPEN, whole_numbers
from engine.governance.change.plan import Header, require_header
from engine.governance.change.words import plan_in_words

STATES = (*OPEN, "done", "complete_with_exceptions", "refused", "cancelled", "expired")
WAITS = ("made", "stopped")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a plan is.

    Attributes:
        batches: by state.
        done: rows dealt with, by step; resolved: of these, those whose outcome was looked up after a process died.
        left: roots that were left out, by reason.
        verified: batches that were read again; found: rows that were there again then.
    """

    batches: Mapping[str, int]
    done: tuple[int, ...]
    left: Mapping[str, int]
    resolved: int
    verified: int
    found: int


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan.

    Attributes:
        reason: why it was refused, stopped, or waits, a stable word; or empty. cancelling: it ends as soon as it can.
        root: hexadecimal; None while it is made, as is ``header``.
        rows: by step; others as in :class:`~engine.base.state.tables.PlanRow`.
    """

    id: PlanId
    state: str
    reason: str
    store: str
    schedule: str
    root: str | None
    header: Header | None
    made_by: Actor
    made_at: datetime
    expires_at: datetime
    rows: tuple[int, ...]
    batches: int
    ended_at: datetime | None

    @property
    def total(self) -> int:
        """Rows in all."""
        return sum(self.rows)

    @property
    def cancelling(self) -> bool:
        """Whether it was cancelled, and ends when it is known what became of a batch, and what was done was read again."""
        return self.ended_at is None and self.reason == CANCEL

    @property
    def why(self) -> str:
        """The reason in words, for people; empty where its state says as much."""
        return "" if self.reason in ("", CANCEL) else plan_in_words(self.reason)


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """Who approved a plan, with which kind of approval, and until when that counts."""

    approver: Actor
    kind: str
    given_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class WholePlan:
    """A plan in full. ``approval``: that counts now, or that it ran under once it has ended; ``waits``: why there is none."""

    plan: PlanView
    progress: Progress
    approval: ApprovalView | None
    waits: str


def list_plans(
    session: Session, limit: int, *, after: UUID | None = None, skip: int = 0, state: str = ""
) -> list[PlanView]:
    """Plans, the newest first.

    Args:
        session: any.
        limit: at most so many.
        after: those behind this one.
        skip: leave out so many first.
        state: one of ``STATES``, ``open`` for those that have not ended, ``waiting`` for those that wait for a person.

    Raises:
        BadInput: there is no such state.
    """
    query = _filtered(select(PlanRow), state).order_by(PlanRow.id.desc()).limit(limit).offset(skip)
    if after is not None:
        query = query.where(PlanRow.id < after)
    people: dict[ActorId, Actor] = {}
    return [_view(session, row, people) for row in session.scalars(query)]


def count_plans(session: Session, state: str = "") -> int:
    """How many there are."""
    return session.scalar(_filtered(select(func.count()).select_from(PlanRow), state)) or 0


def find_plan(session: Session, name: str) -> PlanView:
    """A plan by its id, or by the end of it.

    Raises:
        NotFound: there is none.
        BadInput: it may be one of several.
    """
    known = select(PlanRow.id)
    return show_plan(session, find_by_end(session, known, name, what="plan", listing="reeve plan list"))


def show_plan(session: Session, plan_id: UUID) -> PlanView:
    """A plan by its id.

    Raises:
        NotFound: there is none.
    """
    return _view(session, _row(session, plan_id), {})


def whole_plan(session: Session, plan_id: UUID) -> WholePlan:
    """A plan with its progress and the approval that counts now.

    Raises:
        NotFound: there is none.
    """
    row = _row(session, plan_id)
    approval: ApprovalView | None = None
    waits = ""
    if row.state in ("made", "approved", "running", "stopped"):
        found = approval_for(session, row)
        if isinstance(found, Approval):
            over = "plan" if found.statement.subject == row.root else "standing"
            given, until = found.statement.given_at, found.statement.expires_at
            approval = ApprovalView(get(session, found.approver_id), over, given, until)
        else:
            waits = found.reason.value
    elif row.approval_id is not None:
        approval = _recorded(session, row.approval_id, row.root)
    return WholePlan(_view(session, row, {}), _progress(session, row), approval, waits)


def _recorded(session: Session, approval_id: ApprovalId, root: str | None) -> ApprovalView | None:
    """The approval that a plan ran under, whether it counts now or not."""
    row = session.get(ApprovalRow, (context_of(session).tenant_id, approval_id))
    statement = None if row is None else read_approval(row.signed)[0]
    key = None if statement is None else find_approver_key(session, statement.key)
    if statement is None or key is None:
        return None
    over = "plan" if statement.subject == root else "standing"
    return ApprovalView(get(session, key.actor_id), over, statement.given_at, statement.expires_at)


def _row(session: Session, plan_id: UUID) -> PlanRow:
    row = session.get(PlanRow, (context_of(session).tenant_id, plan_id), populate_existing=True)
    if row is None:
        raise NotFound("there is no such plan", hint="`reeve plan list`")
    return row


def _filtered(query: Select[Any], state: str) -> Select[Any]:
    if state == "":
        return query
    chosen = {"open": OPEN, "waiting": WAITS}.get(state, (state,))
    if not set(chosen) <= set(STATES):
        raise BadInput("there is no such state of a plan", hint=f"one of open, waiting, {', '.join(STATES)}")
    return query.where(PlanRow.state.in_(chosen))


def _view(session: Session, row: PlanRow, people: dict[ActorId, Actor]) -> PlanView:
    if row.made_by not in people:
        people[row.made_by] = get(session, row.made_by)
    document = row.document
    return PlanView(
        id=row.id,
        state=row.state,
        reason=row.reason,
        store=row.store,
        schedule=row.schedule,
        root=row.root,
        header=None if document is None else require_header(canonical(document), row.id, row.tenant_id),
        made_by=people[row.made_by],
        made_at=row.made_at,
        expires_at=row.expires_at,
        rows=whole_numbers(row.rows),
        batches=row.batches,
        ended_at=row.ended_at,
    )


def _progress(session: Session, row: PlanRow) -> Progress:
    mine = PlanBatchRow.plan_id == row.id
    counts = select(PlanBatchRow.state, func.count()).where(mine).group_by(PlanBatchRow.state)
    verified = select(func.count(PlanBatchRow.verified_at), func.coalesce(func.sum(PlanBatchRow.found), 0)).where(mine)
    done, left, resolved = totals(session, row.id, len(whole_numbers(row.rows)))
    read_again, found = session.execute(verified).one()
    return Progress(
        MappingProxyType({row[0]: row[1] for row in session.execute(counts)}),
        done,
        MappingProxyType(dict(sorted(left.items()))),
        resolved,
        read_again,
        int(found),
    )
