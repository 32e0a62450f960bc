"""Verifying a ledger: signatures, hashes, entries, and the links between shards, from nothing but its resources.

This is Reeve's own verifier. Those in ``engine/ledger/verifier/`` share no line with it and say the same words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from engine.ledger.log.links import check_links, pinned_by
from engine.ledger.log.one_log import CheckedLog, Pruning, check_log
from engine.ledger.log.resources import CHECKPOINT, Resources, fetch_tiles
from engine.ledger.log.verdicts import Problem, Verdict
from engine.ledger.note.checkpoint import Checkpoint, open_checkpoint
from engine.ledger.note.note import Note, NoteRefused, VerifierKey, open_note
from engine.ledger.note.policy import Policy
from engine.ledger.tree.proofs import ProofRefused, check_consistency, prove_consistency
from engine.ledger.tree.tiles import TileReader

_REFUSED = {"wrong_key": Verdict.WRONG_KEY, "unsigned": Verdict.WRONG_KEY, "bad_signature": Verdict.EDIT}

Progress = Callable[[int, int], None]
"""Told now and then: entries verified, and entries in all."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a verification found.

    Attributes:
        entries: that were read and fit their hashes.
        pruned: entries of pruned shards, of which the hashes were verified only.
        checkpoints: the newest of each shard, by label.
        problems: all that was found; empty for an intact ledger.
    """

    entries: int
    pruned: int
    checkpoints: Mapping[str, Checkpoint]
    problems: Sequence[Problem]

    @property
    def verdict(self) -> Verdict:
        """The first of the problems, or ``intact``."""
        return self.problems[0].verdict if self.problems else Verdict.INTACT


@dataclass(slots=True)
class Expected:
    """What a verification holds a ledger against, besides itself.

    Attributes:
        keys: that are trusted to sign. One that signs the newest shard is enough: its first entry names the root of the shard
            before.
        before: checkpoints seen earlier, by whom they may be from: signed notes.
        policy: witnesses whose quorum the newest checkpoint must have, or None. Those of older shards are pinned by newer ones.
        partial: shards were left out on purpose, so that none is missed.
        now: the time, where an age is to be checked; with ``oldest`` the longest time without a sign of life.
    """

    keys: Sequence[VerifierKey]
    before: Sequence[bytes] = ()
    policy: Policy | None = None
    partial: bool = False
    now: datetime | None = None
    oldest: timedelta | None = None


def verify(
    shards: Mapping[str, Resources], expected: Expected, progress: Progress = lambda _done, _all: None
) -> Report:
    """Verify the shards of a ledger, given by label in their order, the oldest first.

    Raises:
        DependencyFailed: they cannot be read.
    """
    problems: list[Problem] = []
    checkpoints = _open_all(shards, expected, problems)
    total, logs, done = sum(one.size for one in checkpoints.values()), [], 0
    for label, checkpoint in checkpoints.items():
        log = check_log(label, shards[label], checkpoint, partial(_tell, progress, done, total))
        logs.append(log)
        problems += log.problems
        done += log.entries
        problems += _check_signers(log, shards[label], expected)
    problems += _check_before(shards, logs, expected)
    pruned = _check_absent(logs, problems)
    ends = {log.label: (log.first, log.last) for log in logs if log.first and log.last and not log.absent}
    problems += check_links(ends, checkpoints, {log.label for log in logs if log.absent}, partial=expected.partial)
    problems += _check_age(logs, expected)
    return Report(done, pruned, checkpoints, problems)


def _tell(progress: Progress, before: int, total: int, read: int) -> None:
    progress(before + read, total)


def _open_all(shards: Mapping[str, Resources], expected: Expected, problems: list[Problem]) -> dict[str, Checkpoint]:
    """The checkpoints of all shards, from the newest on: each pins the one before by its first entry."""
    opened: dict[str, Checkpoint] = {}
    pin: tuple[str, int, str] | None = None
    for at, (label, resources) in enumerate(reversed(list(shards.items()))):
        (note,) = resources.read([CHECKPOINT])
        if note is None:
            problems.append(Problem(Verdict.TRUNCATION, label, "there is no checkpoint"))
            pin = None
            continue
        try:
            opened[label] = _open(note, expected, pin, newest=at == 0)
        except NoteRefused as exc:
            word = _REFUSED.get(exc.reason, Verdict.MALFORMED)
            problems.append(Problem(word, label, f"the checkpoint is refused: {exc.message}"))
        pin = pinned_by(resources, opened[label].size) if label in opened else None
    return {label: opened[label] for label in shards if label in opened}


def _open(note: bytes, expected: Expected, pin: tuple[str, int, str] | None, *, newest: bool) -> Checkpoint:
    try:
        checkpoint = open_checkpoint(note, expected.keys)
    except NoteRefused as exc:
        if exc.reason not in ("wrong_key", "unsigned"):
            raise
        checkpoint = Checkpoint.parse(Note.parse(note).text)
        if (checkpoint.origin, checkpoint.size, checkpoint.root.hex()) != pin:
            raise
    missing = expected.policy.missing(note, expected.keys) if expected.policy and newest else ()
    if missing:
        raise NoteRefused(f"it lacks cosignatures of {', '.join(missing)}", reason="unsigned")
    return checkpoint


def _check_signers(log: CheckedLog, resources: Resources, expected: Expected) -> list[Problem]:
    """One of those that signed the checkpoint is named by the log's own entries and not retired, where these can be read.

    A key is retired because its time is over or because it got about; what it signs from then on says nothing.
    """
    (note,) = resources.read([CHECKPOINT])
    if note is None or not log.sound or log.absent or log.problems:
        return []
    try:
        _, signatures = open_note(note, expected.keys)
    except NoteRefused:  # the next shard vouches for it
        return []
    signed = {(one.name, one.key_id) for one in signatures if one.name == log.checkpoint.origin}
    if any(str(key) in log.signing.values() for key in expected.keys if (key.name, key.key_id) in signed):
        return []
    detail = "it is signed only by keys that its own entries do not name or have retired"
    return [Problem(Verdict.WRONG_KEY, log.label, detail)]


def _check_absent(logs: Sequence[CheckedLog], problems: list[Problem]) -> int:
    """All entries of a log may be absent if an entry certifies that it was pruned. Gives how many were."""
    certified = set[Pruning]().union(*(log.certified for log in logs))
    pruned = 0
    for log in logs:
        if not log.absent or log.absent < log.checkpoint.size:
            continue
        if (log.label, log.checkpoint.size, log.checkpoint.root.hex()) in certified:
            pruned += log.absent
        else:
            detail = f"all {log.absent} entries are missing, and no entry certifies a pruning"
            problems.append(Problem(Verdict.DELETION, log.label, detail))
    return pruned


def _check_before(shards: Mapping[str, Resources], logs: Sequence[CheckedLog], expected: Expected) -> list[Problem]:
    """Checkpoints that were seen earlier are beginnings of these logs. One that cannot be compared is told, never passed over."""
    problems: list[Problem] = []
    by_origin = {log.checkpoint.origin: log for log in logs}
    readers: dict[str, TileReader] = {}
    for note in expected.before:
        try:
            earlier = open_checkpoint(note, expected.keys)
        except NoteRefused as exc:
            word = _REFUSED.get(exc.reason, Verdict.MALFORMED)
            problems.append(Problem(word, "", f"a checkpoint seen before is refused: {exc.message}"))
            continue
        log = by_origin.get(earlier.origin)
        if log is None:
            if len(logs) == len(shards) and not expected.partial:
                problems.append(Problem(Verdict.DELETION, "", f"the log {earlier.origin}, seen before, is not here"))
            continue
        size = log.checkpoint.size
        if earlier.size > size:
            detail = f"a checkpoint of {earlier.size} entries was signed before, and there are {size}"
            problems.append(Problem(Verdict.TRUNCATION, log.label, detail, size))
        elif log.sound:
            if log.label not in readers:
                readers[log.label] = TileReader(size, partial(fetch_tiles, shards[log.label]))
            if not _continues(readers[log.label], earlier, log.checkpoint):
                detail = f"it does not continue the checkpoint of {earlier.size} entries"
                problems.append(Problem(Verdict.FORK, log.label, detail))
    return problems


def _continues(reader: TileReader, earlier: Checkpoint, checkpoint: Checkpoint) -> bool:
    try:
        proof = prove_consistency(reader, earlier.size, checkpoint.size)
        check_consistency(earlier.size, earlier.root, checkpoint.size, checkpoint.root, proof)
    except ProofRefused:
        return False
    return True


def _check_age(logs: Sequence[CheckedLog], expected: Expected) -> list[Problem]:
    newest = max((log.newest for log in logs), default="")
    if expected.now is None or expected.oldest is None or not newest:
        return []
    try:
        age = expected.now - datetime.fromisoformat(newest)
    except (ValueError, TypeError):
        return [Problem(Verdict.MALFORMED, "", "the newest entry has a time that is none")]
    if age <= expected.oldest:
        return []
    return [Problem(Verdict.STALE, "", f"the newest entry is {age.total_seconds():.0f} seconds old")]
