"""Verifying the ledger of one's own state, against itself and against what was published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.base.errors import IntegrityViolated
from engine.base.state.database import Database
from engine.base.state.outbox import record
from engine.base.state.tables import LedgerCheckpointRow, OutboxRow
from engine.ledger.events.ledger import LedgerVerified, ShardPruned
from engine.ledger.log.keys import verifier_keys
from engine.ledger.log.places import root_of
from engine.ledger.log.resources import CHECKPOINT, DatabaseResources
from engine.ledger.log.shards import Shard, shards
from engine.ledger.log.targets import Target
from engine.ledger.log.verdicts import Problem, Verdict
from engine.ledger.log.verification import Expected, Progress, Report, verify

_EARLIER = 200  # checkpoints of our own that are looked at: proofs from each cost little, but not nothing


def verify_own(
    database: Database,
    targets: Sequence[Target] = (),
    before: Sequence[bytes] = (),
    progress: Progress = lambda _done, _all: None,
) -> Report:
    """Verify what the state holds: every entry and hash, and that it continues each checkpoint that was signed or published.

    Whoever can write the state can sign, too. What they cannot take back are checkpoints that others keep: targets under
    Object Lock, witnesses, auditors (``before``).
    """
    with database.snapshot() as session:
        found = shards(session)
        keys = verifier_keys(session)
        seen = [*before, *_earlier(session)]
        heads = [problem for shard in found if (problem := _head_problem(session, shard)) is not None]
        heads += [_uncertified(shard) for shard in found if shard.pruned and not _is_certified(session, shard)]
    for target in targets:
        for shard in found:
            published = target.read(f"{shard.label}/{CHECKPOINT}")
            if published is not None:
                seen.append(published)
    logs = {shard.label: DatabaseResources(database, shard.label) for shard in found}
    report = verify(logs, Expected(keys, seen), progress)
    return replace(report, problems=[*report.problems, *heads])


def _head_problem(session: Session, shard: Shard) -> Problem | None:
    """What is wrong with the head that the next batch continues: it is signed with that batch at the latest."""
    try:
        root = root_of(session, shard.label, shard.size)
    except IntegrityViolated as exc:
        return Problem(Verdict.EDIT, shard.label, f"the head of the state: {exc.message}", shard.size)
    if root != shard.root:
        return Problem(Verdict.EDIT, shard.label, "the head of the state is not what its tiles come to", shard.size)
    return None


def _is_certified(session: Session, shard: Shard) -> bool:
    """Whether it is on record, with a place or still without, that a shard was pruned."""
    told = f'"label":"{shard.label}"', f'"root":"{shard.root.hex()}"', f'"size":{shard.size}'
    payloads = session.scalars(select(OutboxRow.payload).where(OutboxRow.type == ShardPruned.type))
    return any(all(word in payload for word in told) for payload in payloads)


def _uncertified(shard: Shard) -> Problem:
    return Problem(Verdict.DELETION, shard.label, "it is marked as pruned, and no entry certifies that")


def note_verified(session: Session, report: Report) -> None:
    """Record the outcome."""
    record(
        session,
        LedgerVerified(
            entries=report.entries,
            shards=len(report.checkpoints),
            verdict=report.verdict.value,
            problems=len(report.problems),
        ),
    )


def _earlier(session: Session) -> list[bytes]:
    """Some of the checkpoints that were signed, spread over the whole time, the newest among them."""
    sizes = session.execute(
        select(LedgerCheckpointRow.shard, LedgerCheckpointRow.size).order_by(
            LedgerCheckpointRow.shard, LedgerCheckpointRow.size
        )
    ).all()
    step = -(-len(sizes) // _EARLIER) or 1
    wanted = {tuple(one) for one in [*sizes[::step], *sizes[-1:]]}
    rows = session.execute(select(LedgerCheckpointRow.shard, LedgerCheckpointRow.size, LedgerCheckpointRow.note))
    return [note for shard, size, note in rows if (shard, size) in wanted]
