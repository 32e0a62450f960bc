"""Making a plan: rows come in page by page, each becomes a batch, and only the last step makes it one that can be approved.

What an interrupted making left stands as ``making``: nothing of it can be approved, and whoever makes the plan again under its
label throws it away first. A plan is of one moment; half of one is never gone on with.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.base.errors import BadInput
from engine.base.ids import PlanId, SubjectKeyId, new_id
from engine.base.keys.subjects import Sealer, make_subject_key
from engine.base.state.canonical import parse_canonical
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.outbox import record
from engine.base.state.tables import PlanBatchRow, PlanExcludedRow, PlanKeysRow, PlanRow
from engine.governance.change.asked import Asked, Known, Rows
from engine.governance.change.effect import LeftOut, Reason, Task
from engine.governance.change.ending import GRACE, refuse, throw_away
from engine.governance.change.errors import PlanTaken
from engine.governance.change.estimating import seconds_for, volume_of
from engine.governance.change.kept import excluded_place, keys_place, plan_of, seal_left, secret_of
from engine.governance.change.keys import Keys, count_by_step, encode_all, leaves_of, leaves_of_encoded, pack_encoded
from engine.governance.change.plan import (
    BatchRoot,
    Excluded,
    Header,
    batch_root,
    per_asset,
    plan_root,
)
from engine.ledger.events.change import PlanMade
from engine.ledger.tree.growing import Root

LASTS = timedelta(days=30)
"""How long a plan can be approved and run: what was due is looked at again in any case, but people forget."""
MAX_BATCHES = 1_000_000


class PlanMaker:
    """Makes plans.

    Args:
        database: the state, bound to who makes them.
        guard: called in each transaction; raises where this process may not go on, as :meth:`~...running.Job.check` does.
        stop_point: called between pages.
    """

    def __init__(
        self,
        database: Database,
        *,
        guard: Callable[[Session], None] = lambda _session: None,
        stop_point: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._guard = guard
        self._stop_point = stop_point

    def make(self, asked: Asked, rows: Rows) -> PlanId:
        """Make a plan. It ends ``made``, or ``refused`` where it is beyond its limits.

        Raises:
            BadInput: the rows do not fit the task; or nobody acts.
            PlanTaken: another process began to make it anew, under the same label.
            StoreError: of the source. Nothing that could be approved is left.
        """
        draft = self._begin(asked)
        batches: list[BatchRoot] = []
        tally = _Tally()
        pieces = 0
        for page in rows.pages():
            self._stop_point()
            if any(page.keys):
                if len(batches) >= MAX_BATCHES:
                    raise BadInput(f"more than {MAX_BATCHES:,} batches", hint="make larger ones")
                batches.append(self._keep(draft, page.keys, len(batches)))
            if page.excluded:
                self._keep_excluded(draft, page.excluded, pieces, tally)
                pieces += 1
        return self._finish(draft, rows.known(), batches, tally)

    def _begin(self, asked: Asked) -> _Draft:
        _require_fitting(asked)
        salt = os.urandom(32)
        with self._database.transaction() as session:
            self._guard(session)
            context = context_of(session)
            if context.actor_id is None:
                raise BadInput("every act has an actor, and this session has none")
            if asked.label:
                for left in session.scalars(
                    select(PlanRow).where(PlanRow.label == asked.label, PlanRow.state == "making")
                ):
                    throw_away(session, left)
            now = context.clock.now()
            key_id = make_subject_key(session, "plan")
            row = PlanRow(
                id=PlanId(new_id()),
                state="making",
                reason="",
                label=asked.label,
                store=asked.task.store,
                policies=asked.policies,
                schedule=asked.schedule,
                salt=salt,
                key_id=key_id,
                made_by=context.actor_id,
                made_at=now,
                expires_at=now + LASTS,
                rows=[0] * len(asked.task.steps),
                batches=0,
                left=0,
                halted="",
                accepted=0,
                epoch=0,
            )
            session.add(row)
            session.flush()
            sealer = Sealer(session, key_id)
            return _Draft(asked, row.id, key_id, sealer, secret_of(session, salt), now + LASTS)

    def _keep(self, draft: _Draft, keys: Keys, number: int) -> BatchRoot:
        _require_page(draft.asked.task, keys)
        encoded = encode_all(keys)
        leaves = leaves_of_encoded(draft.secret, encoded)
        made = BatchRoot(number, count_by_step(keys), batch_root(leaves))
        row = PlanBatchRow(
            plan_id=draft.plan_id,
            number=number,
            rows=list(made.rows),
            root=made.root,
            state="pending",
            epoch=0,
            attempts=0,
            found=0,
        )
        sealed = draft.sealer.seal(pack_encoded(encoded), draft.expires_at + GRACE, keys_place(draft.plan_id, number))
        rows = PlanKeysRow(plan_id=draft.plan_id, number=number, leaves=b"".join(leaves), keys=sealed)
        with self._database.transaction() as session:
            self._guard(session)
            _require_making(session, draft.plan_id)
            session.add_all((row, rows))
        return made

    def _keep_excluded(self, draft: _Draft, excluded: Sequence[LeftOut], number: int, tally: _Tally) -> None:
        tally.add(draft.secret, excluded)
        place = excluded_place(draft.plan_id, number)
        sealed = seal_left(draft.sealer, excluded, draft.expires_at + GRACE, place)
        with self._database.transaction() as session:
            self._guard(session)
            _require_making(session, draft.plan_id)
            session.add(PlanExcludedRow(plan_id=draft.plan_id, number=number, rows=len(excluded), keys=sealed))

    def _finish(self, draft: _Draft, known: Known, batches: list[BatchRoot], tally: _Tally) -> PlanId:
        with self._database.transaction() as session:
            self._guard(session)
            row = _require_making(session, draft.plan_id)
            header = _header(session, draft, row, known, batches, tally)
            row.document = parse_canonical(header.to_bytes())
            row.root = plan_root(header, batches).hex()
            row.rows, row.batches = list(header.rows), header.batches
            row.state, row.reason = "made", ""
            record(session, _made(header, row.root))
            if beyond := header.beyond():
                refuse(session, row, beyond)
        return draft.plan_id


@dataclass(frozen=True, slots=True)
class _Draft:
    """A plan that is being made."""

    asked: Asked
    plan_id: PlanId
    key_id: SubjectKeyId
    sealer: Sealer
    secret: bytes
    expires_at: datetime


class _Tally:
    """Rows that are not in the plan, counted and hashed as they come."""

    def __init__(self) -> None:
        self.root = Root()
        self._counts: dict[tuple[Reason, str], int] = {}

    def add(self, secret: bytes, excluded: Sequence[LeftOut]) -> None:
        for one in excluded:
            if one.step == 0:  # what hangs on a root was not due itself; it is listed as what kept it
                self._counts[one.reason, one.detail] = self._counts.get((one.reason, one.detail), 0) + 1
            ((leaf),) = leaves_of(secret, ((one.key,),))
            self.root.add(leaf + f"{one.step}/{one.reason}/{one.detail}".encode())

    def excluded(self) -> tuple[Excluded, ...]:
        return tuple(Excluded(*why, rows) for why, rows in sorted(self._counts.items()))


def _header(
    session: Session, draft: _Draft, row: PlanRow, known: Known, batches: Sequence[BatchRoot], tally: _Tally
) -> Header:
    asked = draft.asked
    rows = tuple(sum(batch.rows[step] for batch in batches) for step in range(len(asked.task.steps)))
    return Header(
        plan_id=row.id,
        tenant_id=row.tenant_id,
        task=asked.task,
        policies=asked.policies,
        rules=asked.rules,
        schedule=asked.schedule,
        made_by=row.made_by,
        made_at=row.made_at,
        now=asked.now,
        expires_at=row.expires_at,
        rows=rows,
        batches=len(batches),
        tables=MappingProxyType(dict(known.tables)),
        excluded=tally.excluded(),
        excluded_root=tally.root.digest().hex(),
        volume=volume_of(per_asset(asked.task, rows), known.tables, known.volumes),
        seconds=seconds_for(session, row.store, sum(rows)),
        warnings=known.warnings,
        copies=asked.copies,
        limits=asked.limits,
    )


def _made(header: Header, root: str) -> PlanMade:
    limits = header.limits
    return PlanMade(
        plan=header.plan_id,
        maker=header.made_by,
        root=root,
        policies=header.policies,
        schedule=header.schedule,
        rows=header.rows,
        batches=header.batches,
        excluded=sum(one.rows for one in header.excluded),
        limit_rows=limits.rows,
        limit_share=limits.share,
        limit_shrink=limits.shrink,
        expires_at=header.expires_at,
        store=header.task.store,
    )


def _require_making(session: Session, plan_id: PlanId) -> PlanRow:
    row = plan_of(session, plan_id, lock=True)
    if row.state != "making":
        raise PlanTaken(
            "this plan was thrown away while it was made: another process makes it anew, or it was cancelled"
        )
    return row


def _require_fitting(asked: Asked) -> None:
    if not asked.task.steps or asked.task.steps[0].refers_to != -1:
        raise BadInput("a plan begins with its roots")
    if any(not 0 <= step.refers_to < number for number, step in enumerate(asked.task.steps[1:], 1)):
        raise BadInput("each further step of a plan refers to one before it")
    if asked.now.utcoffset() is None:
        raise BadInput("an instant without a time zone: times are aware here")


def _require_page(task: Task, keys: Keys) -> None:
    if len(keys) != len(task.steps):
        raise BadInput("a batch has as many lists of keys as its plan has steps")
    if not keys[0]:
        raise BadInput("a batch without a root: what hangs on nothing is not in a plan")
    for step, found in zip(task.steps, keys, strict=True):
        if any(len(key) != len(step.key) for key in found):
            raise BadInput(f"a key of another length than the {len(step.key)} columns of its step")
        if len(set(found)) != len(found):
            raise BadInput("a row stands twice in one step of a batch")
