"""The ledger of a state, as commands, workers and the API use it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.base.errors import IntegrityViolated, NotFound
from engine.base.settings.ledger import LedgerSettings
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.outbox import record
from engine.base.state.tables import LedgerCheckpointRow, LedgerShardRow, OutboxRow
from engine.ledger.events.ledger import Heartbeat, KeyAdded, KeyRetired, LedgerExported
from engine.ledger.log import disclosures, export, keys, own, pruning, reconcile
from engine.ledger.log.proving import Proved, prove, prove_extension
from engine.ledger.log.publishing import LogDisagrees, compare, publish
from engine.ledger.log.resources import CHECKPOINT, DatabaseResources, newest_checkpoint
from engine.ledger.log.sequencer import Sequencer, Signed
from engine.ledger.log.shards import Shard, shards
from engine.ledger.log.stamping import stamp
from engine.ledger.log.targets import Target, target_of
from engine.ledger.log.verification import Progress, Report
from engine.ledger.log.witnessing import Witnesses, read_policy
from engine.ledger.note.checkpoint import open_checkpoint
from engine.ledger.note.note import Note, VerifierKey
from engine.ledger.witness.client import WitnessDisagrees


@dataclass(frozen=True, slots=True)
class Settled:
    """What one pass did: events that got places, checkpoints that were signed, resources that were published."""

    placed: int
    signed: Sequence[Signed]
    published: int


class Ledger:
    """One a process and state is enough; it holds nothing that the state does not.

    Args:
        database: bound to tenant and actor.
        settings: of the ledger.

    Raises:
        ConfigError: the policy of witnesses cannot be read.
    """

    def __init__(self, database: Database, settings: LedgerSettings) -> None:
        self._database = database
        self._settings = settings
        self._sequencer = Sequencer(database, settings.origin)
        self._targets: list[Target] | None = None
        self._looked_at: set[str] = set()  # labels of shards that were held against every target
        self._witnesses = None if settings.policy is None else Witnesses(read_policy(settings.policy))

    def settle(self) -> Settled:
        """Give all that waits its place, sign, have it witnessed, publish.

        Raises:
            LogDisagrees, WitnessDisagrees: somebody saw another history than ours.
            QuorumMissed, DependencyFailed: signed, but not published yet; the next pass tries again.
        """
        placed = self._sequencer.drain()
        signed = self._sequencer.sign()
        return Settled(placed, signed, self.publish())

    def publish(self) -> int:
        """Have the newest checkpoint of each shard witnessed, stamped and published; returns how much was written.

        What was published before is held against every target once a process: one that was named since, or emptied, gets all
        of it, and one that knows more than this state raises the alarm.
        """
        if not self._settings.publish and self._witnesses is None and not self._settings.timestamps:
            return 0
        with self._database.snapshot() as session:
            known = keys.verifier_keys(session)
            due = [(shard, newest) for shard in shards(session) if (newest := _newest(session, shard.label))]
        written = 0
        for shard, newest in due:
            if newest.published_at is None or shard.label not in self._looked_at:
                written += self._bring_up(shard, newest, known)
                self._looked_at.add(shard.label)
        return written

    def check_newest(self) -> None:
        """Whether this state is the newest there is of its ledger, as far as targets know. Reads little, writes nothing.

        One that was put back from an older copy has forgotten what came since - legal holds, too. So nothing that destroys may
        begin on it.

        Raises:
            LogDisagrees: a target holds more than this state, or another history.
            DependencyFailed: a target cannot be read, so nobody knows.
        """
        with self._database.snapshot() as session:
            labels = [shard.label for shard in shards(session)]
        for target in self.targets():
            for label in labels:
                published = target.read(f"{label}/{CHECKPOINT}")
                with self._database.snapshot() as session:  # after the target was read: others publish meanwhile
                    newest, known = _newest(session, label), keys.verifier_keys(session)
                if published is None or (newest is not None and published == newest.note):
                    continue
                if newest is None:
                    raise LogDisagrees(
                        f"a checkpoint of shard {label} was published before, and this state has signed none",
                        hint="this state was restored from an older copy; put the newer state back",
                    )
                compare(published, open_checkpoint(newest.note, known), self.resources(label), known)

    def beat(self) -> bool:
        """Record a heartbeat if nothing came into the ledger for as long as the settings say; whether one was due."""
        with self._database.transaction() as session:
            now = context_of(session).clock.now()
            row = session.scalar(select(LedgerShardRow).where(LedgerShardRow.closed_at.is_(None)))
            if row is None:
                return False
            quiet = (now - row.grown_at).total_seconds()
            if (
                0 <= quiet < 60 * self._settings.heartbeat
            ):  # below 0 the clock was set back: silence must not last as long
                return False
            waiting = session.scalars(select(func.count()).where(OutboxRow.drained_at.is_(None))).one()
            record(session, Heartbeat(size=row.size, waiting=waiting, quiet_s=max(0, int(quiet))))
        return True

    def tidy(self) -> None:
        """Erase what is over: values behind commitments by their class, entries of shards by their longest."""
        while True:
            with self._database.transaction() as session:
                if not disclosures.expire(session):
                    break
        if pruning.certify(self._database):
            self._sequencer.drain()
            self._sequencer.sign()  # the certificate stands in the ledger before anything is missing from it
            pruning.delete_certified(self._database)

    def reconcile(self) -> reconcile.Reconciliation:
        """Count what was recorded against what has a place and what business rows tell, and record the outcome."""
        self._sequencer.drain()
        with self._database.transaction() as session:
            found = reconcile.reconcile(session)
            reconcile.note(session, found)
        return found

    def verify(self, before: Sequence[bytes] = (), progress: Progress = lambda _done, _all: None) -> Report:
        """Verify the state's ledger against itself, what was published, and checkpoints kept elsewhere; record the outcome."""
        with suppress(IntegrityViolated):  # the report says what is wrong with it
            self._sequencer.sign()  # a shard that was opened and not signed yet is no missing one
        report = own.verify_own(self._database, self.targets(), before, progress)
        with self._database.transaction() as session:
            own.note_verified(session, report)
        return report

    def shards(self) -> list[Shard]:
        """All shards, the oldest first."""
        with self._database.snapshot() as session:
            return shards(session)

    def resources(self, label: str) -> DatabaseResources:
        """A shard as C2SP tlog-tiles."""
        return DatabaseResources(self._database, label)

    def checkpoint(self, label: str | None = None) -> bytes | None:
        """The newest signed checkpoint of a shard, by default of the newest; None if nothing was signed."""
        with self._database.snapshot() as session:
            if label is None:
                known = shards(session)
                label = known[-1].label if known else ""
            return newest_checkpoint(session, label)

    def prove(self, label: str, index: int) -> Proved:
        """The proof that an entry stands at a place; see :func:`~engine.ledger.log.proving.prove`.

        Raises:
            NotFound: the shard's entries were deleted at the end of their retention.
        """
        if any(one.label == label and one.pruned for one in self.shards()):
            raise NotFound(
                f"the entries of {label} were pruned at the end of their retention",
                hint="whoever kept an entry can prove it by the shard's tiles and checkpoint, which stay",
            )
        return prove(self.resources(label), index)

    def vkeys(self, label: str | None = None) -> list[VerifierKey]:
        """The verifier keys of a shard, or of all."""
        with self._database.snapshot() as session:
            return keys.verifier_keys(session, label)

    def export(self, folder: Path, *, disclose: bool = False) -> tuple[int, int, int]:
        """Write everything that a verification needs to a folder, and record that; returns shards, entries and disclosures.

        Args:
            folder: see :func:`engine.ledger.log.export.export`.
            disclose: with the values behind all commitments that can still be shown.

        Raises:
            BadInput, LogDisagrees: as there.
        """
        export.check_folder(folder)  # before anything is recorded of it
        with self._database.transaction() as session:
            known = shards(session)
            record(
                session,
                LedgerExported(
                    shards=len(known) or 1,
                    entries=sum(shard.size for shard in known),
                    disclosed=disclosures.count(session) if disclose else 0,
                ),
            )
        self.settle()  # with the cosignatures that a policy asks for
        with self._database.snapshot() as session:
            known = shards(session)
            logs = [
                (one.label, self.resources(one.label), newest_checkpoint(session, one.label) or b"") for one in known
            ]
            shown = (
                [line for one in known for line in disclosures.all_disclosures(session, one.label)] if disclose else []
            )
            vkeys = keys.verifier_keys(session)
        policy = None if self._witnesses is None else self._witnesses.policy.format().encode()
        written = export.export(folder, logs, vkeys, shown, policy)
        return len(known), sum(shard.size for shard in known), written

    def add_key(self) -> VerifierKey:
        """Let a further key sign the open shard. Give it to verifiers before the one before it is retired."""
        self._sequencer.drain()
        with self._database.transaction() as session:
            row = self._open_shard(session)
            key = keys.make_key(session, row.label, row.origin).verifier
            record(session, KeyAdded(label=row.label, origin=row.origin, vkey=str(key), key_id=keys.key_id_of(key)))
        return key

    def retire_key(self, key_id: str) -> None:
        """Let a key sign no more.

        Raises:
            BadInput: it does not sign the open shard, or it is the only one.
        """
        self._sequencer.drain()
        with self._database.transaction() as session:
            row = self._open_shard(session)
            keys.retire(session, row.label, key_id)
            record(session, KeyRetired(label=row.label, origin=row.origin, key_id=key_id))

    def targets(self) -> list[Target]:
        """Where the configuration publishes to."""
        if self._targets is None:
            self._targets = [target_of(one) for one in self._settings.publish]
        return self._targets

    def _open_shard(self, session: Session) -> LedgerShardRow:
        row = session.scalar(select(LedgerShardRow).where(LedgerShardRow.closed_at.is_(None)))
        if row is None:
            raise NotFound("the ledger has no entries yet", hint="`reeve ledger checkpoint` begins it")
        return row

    def _bring_up(self, shard: Shard, row: LedgerCheckpointRow, known: Sequence[VerifierKey]) -> int:
        """Publish a shard's checkpoint, and any that another process signed and published meanwhile.

        Two that publish at once may write theirs in the wrong order, or find one that is newer than their own. Whoever held an
        older one goes on with the newest, so that it is what stands there in the end.
        """
        written = 0
        while True:
            failure: IntegrityViolated | None = None
            try:
                written += self._publish(shard, row, known)
            except (LogDisagrees, WitnessDisagrees) as exc:
                failure = exc
            with self._database.snapshot() as session:
                newest = _newest(session, shard.label)
                known = keys.verifier_keys(session)
            if newest is None or newest.size <= row.size:
                if failure is not None:
                    raise failure
                return written
            row = newest

    def _publish(self, shard: Shard, row: LedgerCheckpointRow, trusted: Sequence[VerifierKey]) -> int:
        resources, size, note, token = self.resources(shard.label), row.size, row.note, row.token
        is_new = row.published_at is None
        if is_new and self._witnesses is not None:
            cosigned = self._witnesses.ask(note, shard.origin, size, partial(prove_extension, resources), trusted)
            note = cosigned.note
            if cosigned.refused is not None:
                self._keep(shard, size, note)
                raise cosigned.refused
        if is_new and self._settings.timestamps:
            token = stamp(self._settings.timestamps, Note.parse(note).text.encode())
        written = sum(publish(shard.label, resources, note, target, trusted) for target in self.targets())
        if is_new:
            self._keep(shard, size, note, token, published=True)
        return written

    def _keep(
        self, shard: Shard, size: int, note: bytes, token: bytes | None = None, *, published: bool = False
    ) -> None:
        with self._database.transaction() as session:
            known = context_of(session)
            row = session.get_one(LedgerCheckpointRow, (known.tenant_id, shard.label, size))
            row.note, row.token = note, token
            row.published_at = known.clock.now() if published else None


def _newest(session: Session, label: str) -> LedgerCheckpointRow | None:
    """A shard's newest checkpoint."""
    return session.scalar(
        select(LedgerCheckpointRow)
        .where(LedgerCheckpointRow.shard == label)
        .order_by(LedgerCheckpointRow.size.desc())
        .limit(1)
    )
