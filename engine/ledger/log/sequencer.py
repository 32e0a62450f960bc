"""The sequencer: what was recorded gets dense places, batch by batch, and each new head is signed.

Nothing is held in memory from one batch to the next, so a process that dies, or two that work at once, leave nothing to mend.
The head is signed after its batch has committed, and a signed size is on record before anybody is shown it.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from engine.base.errors import IntegrityViolated
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.tables import LedgerCheckpointRow, LedgerShardRow, OutboxRow
from engine.ledger.log.keys import forget_private_halves, signing_keys
from engine.ledger.log.places import HeadMoved, place, root_of, waiting
from engine.ledger.log.proving import prove_extension
from engine.ledger.log.resources import SessionResources, newest_checkpoint
from engine.ledger.log.shards import current
from engine.ledger.note.checkpoint import Checkpoint, sign_checkpoint
from engine.ledger.note.note import Note
from engine.ledger.tree.proofs import ProofRefused, check_consistency

BATCHES = {"sqlite": 500, "postgresql": 2000}
"""Entries a transaction: on SQLite few enough for 20 ms, as everybody waits meanwhile."""

_TRIES = 20


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint that was signed: ``note`` is its bytes."""

    shard: str
    size: int
    note: bytes


class Sequencer:
    """Gives places and signs. Any number may run at once, in any number of processes; one is enough.

    Args:
        database: the state, bound to tenant and actor.
        base: of the origins of new shards; empty for a local name.
    """

    def __init__(self, database: Database, base: str = "") -> None:
        self._database = database
        self._base = base
        self._batch = BATCHES[database.dialect]

    def step(self) -> int:
        """Give one batch its places; returns how many got one.

        Raises:
            IntegrityViolated: a whole batch of events was changed after it was recorded.
            DependencyFailed: the state cannot be reached.
        """
        for _ in range(_TRIES):
            try:
                return self._step()
            except HeadMoved:
                continue
        return self._step()

    def drain(self) -> int:
        """Give all that waits its place; returns how many got one."""
        total = 0
        while placed := self.step():
            total += placed
        return total

    def sign(self) -> list[Signed]:
        """Sign the heads that are not signed yet: the open shard's, and that of one that was closed since."""
        with self._database.snapshot() as session:
            due = session.scalars(_unsigned()).all()
        signed = []
        for label in due:
            with self._database.transaction() as session:
                signed.append(_sign(session, label))
        return signed

    def _step(self) -> int:
        with self._database.snapshot() as session:
            anything = session.scalar(select(OutboxRow.id).where(OutboxRow.drained_at.is_(None)).limit(1))
        if anything is None:
            return 0
        with self._database.transaction() as session:
            shard = current(session, self._base)
            found, changed = waiting(session, self._batch)
            place(session, shard, found)
        if changed >= self._batch:
            raise IntegrityViolated(
                f"{changed} recorded events were changed before they came into the ledger, and others wait behind them",
                hint="compare the state with a backup: `reeve ledger reconcile` counts them",
            )
        return len(found)


def _unsigned() -> Select[str]:
    """Labels of shards that grew since they were signed last."""
    newest = (
        select(func.max(LedgerCheckpointRow.size))
        .where(LedgerCheckpointRow.shard == LedgerShardRow.label)
        .where(LedgerCheckpointRow.tenant_id == LedgerShardRow.tenant_id)
        .correlate(LedgerShardRow)
        .scalar_subquery()
    )
    return (
        select(LedgerShardRow.label)
        .where(func.coalesce(newest, 0) < LedgerShardRow.size)
        .order_by(LedgerShardRow.opened_at)
    )


def _sign(session: Session, label: str) -> Signed:
    """Sign a shard's head, in a writing transaction, and note that; what was signed already is given back.

    Raises:
        IntegrityViolated: the head was changed since its batch was committed; what is signed can never be unsaid.
    """
    known = context_of(session)
    shard = session.scalars(select(LedgerShardRow).where(LedgerShardRow.label == label).with_for_update()).one()
    row = session.get(LedgerCheckpointRow, (known.tenant_id, label, shard.size))
    if row is None:
        _check_head(session, shard)
        checkpoint = Checkpoint(shard.origin, shard.size, shard.root)
        note = sign_checkpoint(checkpoint, signing_keys(session, label))
        row = LedgerCheckpointRow(shard=label, size=shard.size, note=note, signed_at=known.clock.now())
        session.add(row)
        session.flush()
        if shard.closed_at is not None:
            forget_private_halves(session, label)
    return Signed(label, row.size, row.note)


def _check_head(session: Session, shard: LedgerShardRow) -> None:
    """The head is what the tiles come to, and continues what was signed last: never are two signed that contradict each other."""
    problem = None
    if root_of(session, shard.label, shard.size) != shard.root:
        problem = "is not what its tiles come to"
    before = newest_checkpoint(session, shard.label)
    if before is not None:
        last = Checkpoint.parse(Note.parse(before).text)
        try:
            proof = prove_extension(SessionResources(session, shard.label), last.size, shard.size)
            check_consistency(last.size, last.root, shard.size, shard.root, proof)
        except ProofRefused:
            problem = f"does not continue the checkpoint of {last.size} entries that was signed before"
    if problem:
        raise IntegrityViolated(
            f"the head of the shard {shard.label} {problem}: it is not signed",
            hint="the state was changed from outside: compare it with a backup",
        )
