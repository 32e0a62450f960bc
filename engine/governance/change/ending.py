"""How plans end and stop: what was not begun is left, what is known is added up, and the key of the rows is forgotten.

A plan that is given up, because it was cancelled or its time is over, ends at once only if it dealt with nothing. Else what it
did is read again first, as at any other end: for that it stands as ``verifying``, with the reason why it was given up.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session, undefer

from engine.base.errors import BadInput
from engine.base.ids import PlanId
from engine.base.keys.subjects import destroy_subject_key
from engine.base.state.context import context_of
from engine.base.state.outbox import record
from engine.base.state.tables import PlanBatchRow, PlanExcludedRow, PlanKeysRow, PlanRow
from engine.governance.change.effect import Reason
from engine.governance.change.kept import outcome_of, whole_numbers
from engine.governance.change.keys import count_marks, either, marked_leaves
from engine.governance.change.plan import batch_root
from engine.ledger.events.change import BatchDone, PlanEnded, PlanOutcome, PlanRefused, PlanStopped

GRACE = timedelta(days=30)
"""How much longer than a plan its keys can be read, to find out what became of what was begun; they go when that is known."""
CANCEL = "cancel"
"""The reason of a plan that was cancelled: while it runs, while what it did is read again, and when it has ended."""
EXPIRED = "expired"
"""The same of a plan whose time is over, while what it did is read again."""
GivenUp = Literal["cancelled", "expired"]


def give_up(session: Session, row: PlanRow, outcome: GivenUp) -> None:
    """Do a plan no further: what was not begun is left. It ends at once if it dealt with nothing, else once that was read again.

    Not to be called while it is unknown of a batch what became of it.
    """
    now = context_of(session).clock.now()
    if row.root is not None:
        _leave_the_rest(session, row, now)
        done, _, _ = totals(session, row.id, len(whole_numbers(row.rows)))
        if any(done):
            row.state, row.reason = "verifying", CANCEL if outcome == "cancelled" else EXPIRED
            return
    end_plan(session, row, outcome)


def given_up_as(row: PlanRow) -> GivenUp | None:
    """What a plan that is read again was given up as; None where it came to its end by itself."""
    if row.state != "verifying" or not row.reason:
        return None
    return "cancelled" if row.reason == CANCEL else "expired"


def throw_away(session: Session, row: PlanRow) -> None:
    """Forget what an interrupted making left.

    Raises:
        BadInput: it was made to its end.
    """
    if row.state != "making":
        raise BadInput("a plan that was made stays; cancel it")
    for table in (PlanBatchRow, PlanKeysRow, PlanExcludedRow):
        session.execute(delete(table).where(table.plan_id == row.id))
    destroy_subject_key(session, row.key_id)
    row.state, row.ended_at = "cancelled", context_of(session).clock.now()
    row.reason = "interrupted"
    session.flush()


def refuse(session: Session, row: PlanRow, reason: str) -> None:
    """It will not be done, and its keys are forgotten."""
    row.state, row.reason, row.ended_at = "refused", reason, context_of(session).clock.now()
    record(session, PlanRefused(plan=row.id, root=row.root or "", reason=reason, rows=sum(whole_numbers(row.rows))))
    destroy_subject_key(session, row.key_id)


def end_plan(session: Session, row: PlanRow, outcome: PlanOutcome, server: str = "") -> None:
    """End a plan: what was not begun is left, the event says what it came to, and the key of its rows is forgotten.

    Args:
        session: of the transaction.
        row: of the plan.
        outcome: as what.
        server: version of the store's server, as that told when what was done was read again; empty where that was not told.
    """
    row.state, row.ended_at = outcome, context_of(session).clock.now()
    row.reason = "" if row.reason == EXPIRED else row.reason
    mine = PlanBatchRow.plan_id == row.id
    _leave_the_rest(session, row, row.ended_at)
    if row.root is not None:
        rows = whole_numbers(row.rows)
        done, left, resolved = totals(session, row.id, len(rows))
        counted = select(
            func.count().filter(PlanBatchRow.state == "done"),
            func.count(PlanBatchRow.verified_at),
            func.coalesce(func.sum(PlanBatchRow.found), 0),
        ).where(mine)
        batches_done, verified, found = session.execute(counted).one()
        row.result = {
            "done": list(done),
            "left": dict(sorted(left.items())),
            "resolved": resolved,
            "found": int(found),
            "server": server,
        }
        record(
            session,
            PlanEnded(
                plan=row.id,
                root=row.root,
                outcome=outcome,
                rows=rows,
                done=done,
                roots_left=row.left,
                found=int(found),
                batches=row.batches,
                batches_done=batches_done,
                batches_verified=verified,
                policies=row.policies,
            ),
        )
    destroy_subject_key(session, row.key_id)


def totals(session: Session, plan_id: PlanId, steps: int) -> tuple[tuple[int, ...], dict[str, int], int]:
    """What batches came to so far: rows dealt with by step, roots left out by reason, and how many of the first were resolved."""
    done, left, resolved = [0] * steps, dict[str, int](), 0
    query = select(PlanBatchRow.outcome).where(PlanBatchRow.plan_id == plan_id, PlanBatchRow.state == "done")
    for outcome in session.scalars(query):
        counts, reasons, found = outcome_of(outcome)
        done = [one + more for one, more in zip(done, counts, strict=True)]
        for reason, rows in reasons.items():
            left[reason] = left.get(reason, 0) + rows
        resolved += found
    return tuple(done), left, resolved


def stop_plan(session: Session, row: PlanRow, reason: str, *, halted: bool = False) -> None:
    """It stands still until a person has looked at it. ``halted``: only an approval that is given from now on lets it go on."""
    row.state, row.reason = "stopped", reason
    if halted:
        row.halted, row.halted_at, row.accepted = reason, context_of(session).clock.now(), row.left
    done = select(func.count()).where(PlanBatchRow.plan_id == row.id, PlanBatchRow.state == "done")
    record(
        session,
        PlanStopped(
            plan=row.id,
            root=row.root or "",
            reason=reason,
            roots=whole_numbers(row.rows)[0],
            left=row.left,
            batches_done=session.scalars(done).one(),
            batches=row.batches,
        ),
    )


def has_unknown(session: Session, plan_id: PlanId) -> bool:
    """Whether it is not known of a batch what became of it."""
    query = select(PlanBatchRow.number).where(PlanBatchRow.plan_id == plan_id, PlanBatchRow.state == "running")
    return session.scalar(query.limit(1)) is not None


def has_found(session: Session, plan_id: PlanId) -> bool:
    """Whether a row that was dealt with was found again."""
    query = select(PlanBatchRow.number).where(PlanBatchRow.plan_id == plan_id, PlanBatchRow.found > 0)
    return session.scalar(query.limit(1)) is not None


def record_done(session: Session, batch: PlanBatchRow) -> None:
    """Record what a batch came to, as its row says."""
    done, left, resolved = outcome_of(batch.outcome)
    if done == whole_numbers(batch.rows):
        done_root = batch.root
    else:
        kept = session.get_one(PlanKeysRow, (batch.tenant_id, batch.plan_id, batch.number)).leaves
        leaves = [kept[at : at + 32] for at in range(0, len(kept), 32)]
        done_root = batch_root(marked_leaves(leaves, batch.dealt or b""))
    event = BatchDone(
        plan=batch.plan_id,
        batch=batch.number,
        epoch=batch.epoch,
        done=done,
        done_root=done_root.hex(),
        roots_left=sum(left.values()),
        reasons=tuple(left),
        left=tuple(left.values()),
        resolved=resolved,
        committed_at=batch.committed_at,
    )
    record(session, event)


def _leave_the_rest(session: Session, row: PlanRow, now: datetime) -> None:
    """Nothing of it is done from now on: what is known of batches that were broken off counts, the others are left."""
    _settle_marked(session, row, now)
    pending = PlanBatchRow.plan_id == row.id, PlanBatchRow.state == "pending"
    session.execute(update(PlanBatchRow).where(*pending).values(state="left"))


def _settle_marked(session: Session, row: PlanRow, now: datetime) -> None:
    """Batches that were broken off, and are not done again: rows that were found dealt with count, the rest is left."""
    query = select(PlanBatchRow).where(PlanBatchRow.plan_id == row.id, PlanBatchRow.state == "pending")
    begun = or_(PlanBatchRow.absent.is_not(None), PlanBatchRow.dealt.is_not(None))
    options = undefer(PlanBatchRow.absent), undefer(PlanBatchRow.dealt)
    for batch in session.scalars(query.where(begun).options(*options)):
        sure = batch.dealt or b""
        bits, rows, at, done = either(batch.absent, batch.dealt) or b"", whole_numbers(batch.rows), 0, []
        for count in rows:
            done.append(sum(bits[i >> 3] >> (i & 7) & 1 for i in range(at, at + count)))
            at += count
        left = rows[0] - done[0]
        batch.state, batch.dealt, batch.ended_at = "done", bits, now
        batch.outcome = {
            "done": done,
            "left": {Reason.STOPPED.value: left} if left else {},
            "resolved": count_marks(bits) - count_marks(sure),
        }
        row.left += left
        record_done(session, batch)
