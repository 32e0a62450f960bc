"""Verifying a ledger: signatures, hashes, entries, and the links between shards, from nothing but its resources.

This is Reeve's own verifier. Those in ``engine/ledger/verifier/`` share no line with it and say the same words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from engine.base.errors import IntegrityViolated
from engine.base.state.canonical import parse_canonical
from engine.ledger.log.links import check_links
from engine.ledger.log.resources import Resources, entry_bundles, fetch_tiles, hash_tiles
from engine.ledger.log.verdicts import Problem, Verdict, tell
from engine.ledger.note.checkpoint import Checkpoint, open_checkpoint
from engine.ledger.note.note import NoteRefused, VerifierKey
from engine.ledger.note.policy import Policy
from engine.ledger.tree.hashes import HASH_BYTES, folded, leaf_hash
from engine.ledger.tree.proofs import ProofRefused, check_consistency, prove_consistency
from engine.ledger.tree.tiles import HEIGHT, WIDTH, Tile, TileReader, parse_bundle, split_hashes, tile_root

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
        keys: that are trusted to sign.
        before: checkpoints seen earlier, by whom they may be from: signed notes.
        policy: witnesses whose quorum the newest checkpoint of each shard must have, or None.
        now: the time, where an age is to be checked; with ``oldest`` the longest time without a sign of life.
    """

    keys: Sequence[VerifierKey]
    before: Sequence[bytes] = ()
    policy: Policy | None = None
    now: datetime | None = None
    oldest: timedelta | None = None


@dataclass(slots=True)
class _Run:
    expected: Expected
    progress: Progress
    total: int = 0
    entries: int = 0
    pruned: int = 0
    checkpoints: dict[str, Checkpoint] = field(default_factory=dict)
    ends: dict[str, tuple[bytes, bytes]] = field(default_factory=dict)
    absent: dict[str, int] = field(default_factory=dict)
    sound: set[str] = field(default_factory=set)
    certified: set[tuple[str, int, str]] = field(default_factory=set)
    newest: str = ""
    problems: list[Problem] = field(default_factory=list)

    def problem(self, verdict: Verdict, shard: str, detail: str, index: int | None = None) -> None:
        self.problems.append(Problem(verdict, shard, detail, index))


def verify(
    shards: Mapping[str, Resources], expected: Expected, progress: Progress = lambda _done, _all: None
) -> Report:
    """Verify the shards of a ledger, given by label in their order, the oldest first.

    Raises:
        DependencyFailed: they cannot be read.
    """
    run = _Run(expected, progress)
    for label, resources in shards.items():
        _open(run, label, resources)
    run.total = sum(one.size for one in run.checkpoints.values())
    for label, checkpoint in run.checkpoints.items():
        before = len(run.problems)
        _verify_tiles(run, label, shards[label], checkpoint)
        if len(run.problems) == before:
            run.sound.add(label)
            _verify_entries(run, label, shards[label], checkpoint)
    _verify_before(run, shards)
    _verify_absent(run)
    run.problems += check_links(run.ends, run.checkpoints, run.absent)
    _verify_age(run)
    return Report(run.entries, run.pruned, run.checkpoints, run.problems)


def _open(run: _Run, label: str, resources: Resources) -> None:
    (note,) = resources.read(["checkpoint"])
    if note is None:
        run.problem(Verdict.TRUNCATION, label, "there is no checkpoint")
        return
    try:
        run.checkpoints[label] = open_checkpoint(note, run.expected.keys)
        missing = run.expected.policy.missing(note, run.expected.keys) if run.expected.policy else ()
        if missing:
            run.problem(Verdict.WRONG_KEY, label, f"the checkpoint lacks cosignatures of {', '.join(missing)}")
    except NoteRefused as exc:
        run.problem(_REFUSED.get(exc.reason, Verdict.MALFORMED), label, f"the checkpoint is refused: {exc.message}")


def _verify_tiles(run: _Run, label: str, resources: Resources, checkpoint: Checkpoint) -> None:
    """Every tile above level 0 is what the tiles below it come to, and the edge comes to the root."""
    below: dict[int, list[bytes]] = {}
    edges: list[list[bytes]] = []
    for tile, data in hash_tiles(resources, checkpoint.size):
        level = tile.level or 0
        if data is None or len(data) != tile.width * HASH_BYTES:
            word = Verdict.TRUNCATION if data is None or not tile.full else Verdict.EDIT
            run.problem(word, label, f"{tile.path} is missing or of the wrong length", _leaf_below(tile))
            return
        hashes = split_hashes(data)
        if level and hashes != below[level][tile.index * WIDTH : tile.index * WIDTH + tile.width]:
            run.problem(Verdict.EDIT, label, f"{tile.path} does not fit the tiles below it", _leaf_below(tile))
            return
        if tile.full:
            below.setdefault(level + 1, []).append(tile_root(data))
        else:
            edges.append(hashes)
    peaks = (_peaks(hashes) for hashes in reversed(edges))
    if folded(one for part in peaks for one in part) != checkpoint.root:
        run.problem(Verdict.EDIT, label, "the tiles do not come to the root that was signed")


def _peaks(hashes: list[bytes]) -> list[bytes]:
    """The roots of perfect subtrees below a partial tile, from left to right."""
    peaks: list[bytes] = []
    at = 0
    while at < len(hashes):
        width = 1 << ((len(hashes) - at).bit_length() - 1)
        peaks.append(tile_root(b"".join(hashes[at : at + width])))
        at += width
    return peaks


def _verify_entries(run: _Run, label: str, resources: Resources, checkpoint: Checkpoint) -> None:
    """Every bundle holds the entries that its tile has the hashes of."""
    tiles = ((tile, data) for tile, data in hash_tiles(resources, checkpoint.size) if tile.level == 0)
    ends: list[bytes] = []
    for (tile, hashes), (_, bundle) in zip(tiles, entry_bundles(resources, checkpoint.size), strict=False):
        first = tile.index * WIDTH
        if bundle is None:
            run.absent[label] = run.absent.get(label, 0) + tile.width
            continue
        try:
            entries = _entries_of(bundle, tile.width)
        except IntegrityViolated as exc:
            run.problem(Verdict.MALFORMED, label, exc.message, first)
            continue
        found = tell(split_hashes(hashes or b""), [leaf_hash(entry) for entry in entries])
        if found is not None:
            word, at = found
            if word is Verdict.TRUNCATION and first + tile.width < checkpoint.size:
                word = Verdict.DELETION  # others follow
            run.problem(word, label, "the entries are not those that were signed", first + at)
            continue
        run.entries += len(entries)
        _look_at(run, label, entries, first)
        ends = [ends[0] if ends else entries[0], entries[-1]] if first == 0 or ends else ends
        run.progress(run.entries, run.total)
    if ends and label not in run.absent:
        run.ends[label] = (ends[0], ends[1])


def _entries_of(bundle: bytes, width: int) -> list[bytes]:
    """The entries of a bundle; of one that holds another number, those it holds, so that it can be told what happened.

    Raises:
        IntegrityViolated: it is no bundle, or holds more than two would.
    """
    count = at = 0
    while at < len(bundle) and count <= 2 * WIDTH:
        at += 2 + int.from_bytes(bundle[at : at + 2], "big")
        count += 1
    return parse_bundle(bundle, count if at == len(bundle) and count <= 2 * WIDTH else width)


def _look_at(run: _Run, label: str, entries: Sequence[bytes], first: int) -> None:
    """Entries are canonical JSON, and some of them speak of the ledger itself."""
    for at, entry in enumerate(entries):
        try:
            parsed = parse_canonical(entry)
        except IntegrityViolated:
            run.problem(Verdict.MALFORMED, label, "an entry is not canonical JSON", first + at)
            return
        match parsed:
            case {
                "ts": str(ts),
                "type": "ledger.shard_pruned",
                "attributes": {"label": str(pruned), "size": int(size), "root": str(root)},
            }:
                run.newest = max(run.newest, ts)
                run.certified.add((pruned, size, root))
            case {"ts": str(ts), "type": str(), "attributes": {}}:
                run.newest = max(run.newest, ts)
            case _:
                run.problem(Verdict.MALFORMED, label, "an entry lacks type, time or attributes", first + at)
                return


def _verify_absent(run: _Run) -> None:
    """Bundles may be absent of a whole shard only, and only if a later entry certifies that it was pruned."""
    for label, absent in run.absent.items():
        checkpoint = run.checkpoints[label]
        if absent == checkpoint.size and (label, checkpoint.size, checkpoint.root.hex()) in run.certified:
            run.pruned += absent
        else:
            run.problem(Verdict.DELETION, label, f"{absent} entries are missing, and no entry certifies a pruning")


def _verify_before(run: _Run, shards: Mapping[str, Resources]) -> None:
    """Checkpoints that were seen earlier are beginnings of these logs. One that cannot be compared is told, never passed over."""
    labels = {checkpoint.origin: label for label, checkpoint in run.checkpoints.items()}
    readers: dict[str, TileReader] = {}
    for note in run.expected.before:
        try:
            earlier = open_checkpoint(note, run.expected.keys)
        except NoteRefused as exc:
            word = _REFUSED.get(exc.reason, Verdict.MALFORMED)
            run.problem(word, "", f"a checkpoint seen before is refused: {exc.message}")
            continue
        label = labels.get(earlier.origin)
        if label is None:
            if len(run.checkpoints) == len(shards):
                run.problem(Verdict.DELETION, "", f"the log {earlier.origin}, seen before, is not here")
            continue
        checkpoint = run.checkpoints[label]
        if earlier.size > checkpoint.size:
            detail = f"a checkpoint of {earlier.size} entries was signed before, and there are {checkpoint.size}"
            run.problem(Verdict.TRUNCATION, label, detail, checkpoint.size)
        elif label in run.sound:
            if label not in readers:
                readers[label] = TileReader(checkpoint.size, partial(fetch_tiles, shards[label]))
            _verify_extension(run, label, readers[label], earlier, checkpoint)


def _verify_extension(run: _Run, label: str, reader: TileReader, earlier: Checkpoint, checkpoint: Checkpoint) -> None:
    try:
        proof = prove_consistency(reader, earlier.size, checkpoint.size)
        check_consistency(earlier.size, earlier.root, checkpoint.size, checkpoint.root, proof)
    except ProofRefused:
        run.problem(Verdict.FORK, label, f"it does not continue the checkpoint of {earlier.size} entries")


def _verify_age(run: _Run) -> None:
    now, oldest = run.expected.now, run.expected.oldest
    if now is None or oldest is None or not run.newest:
        return
    try:
        age = now - datetime.fromisoformat(run.newest)
    except (ValueError, TypeError):
        run.problem(Verdict.MALFORMED, "", "the newest entry has a time that is none")
        return
    if age > oldest:
        run.problem(Verdict.STALE, "", f"the newest entry is {age.total_seconds():.0f} seconds old")


def _leaf_below(tile: Tile) -> int:
    return tile.index << (HEIGHT * ((tile.level or 0) + 1))
