"""One log, checked by itself: tiles against the root that was signed, entries against the tiles, and what the entries say.

When entries do not fit, all of them are compared with all of the hashes, so that what happened gets its name even where it
reaches over several bundles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.base.errors import IntegrityViolated
from engine.base.state.canonical import JsonValue, parse_canonical
from engine.ledger.log.resources import Resources, entry_bundles, hash_tiles
from engine.ledger.log.verdicts import Problem, Verdict, tell
from engine.ledger.note.checkpoint import Checkpoint
from engine.ledger.tree.hashes import HASH_BYTES, folded, leaf_hash
from engine.ledger.tree.tiles import HEIGHT, WIDTH, Tile, parse_bundle, split_hashes, tile_root

Pruning = tuple[str, int, str]
"""What an entry certifies of a shard whose entries were deleted: label, size, and root in hexadecimal."""

KEYS = frozenset({"ledger.shard_opened", "ledger.key_added", "ledger.key_retired"})
"""Types of entries that tell which keys sign."""

NOT_SIGNED = "the entries are not those that were signed"


@dataclass(slots=True)
class CheckedLog:
    """What was found of one log.

    Attributes:
        label, checkpoint: which, and how far it goes.
        entries: that were read and fit.
        absent: that are not there; all of them where the log was pruned.
        first, last: its first and last entry; empty where they were not read.
        certified: prunings that its entries certify.
        signing: verifier keys that its entries name and have not retired, by their id of 8 hexadecimal digits.
        newest: the time of the newest entry; empty for none.
        sound: its tiles come to its root, so that proofs can be made from them.
        problems: all that was found.
    """

    label: str
    checkpoint: Checkpoint
    entries: int = 0
    absent: int = 0
    first: bytes = b""
    last: bytes = b""
    certified: set[Pruning] = field(default_factory=set)
    signing: dict[str, str] = field(default_factory=dict)
    newest: str = ""
    sound: bool = False
    problems: list[Problem] = field(default_factory=list)

    def problem(self, verdict: Verdict, detail: str, index: int | None = None) -> None:
        """Note something."""
        self.problems.append(Problem(verdict, self.label, detail, index))


def check_log(
    label: str, resources: Resources, checkpoint: Checkpoint, progress: Callable[[int], None] = lambda _done: None
) -> CheckedLog:
    """Check a log against its checkpoint, whose signature was checked already.

    Args:
        label: of the shard.
        resources: of the log.
        checkpoint: see above.
        progress: told now and then how many entries were read.

    Raises:
        DependencyFailed: it cannot be read.
    """
    log = CheckedLog(label, checkpoint)
    _check_tiles(log, resources)
    log.sound = not log.problems
    if log.sound:
        _check_entries(log, resources, progress)
    return log


def _check_tiles(log: CheckedLog, resources: Resources) -> None:
    """Every tile above level 0 is what the tiles below it come to, and the edge comes to the root."""
    below: dict[int, list[bytes]] = {}
    edges: list[list[bytes]] = []
    for tile, data in hash_tiles(resources, log.checkpoint.size):
        level = tile.level or 0
        if data is None or len(data) != tile.width * HASH_BYTES:
            word = Verdict.TRUNCATION if data is None or not tile.full else Verdict.EDIT
            log.problem(word, f"{tile.path} is missing or of the wrong length", _leaf_below(tile))
            return
        hashes = split_hashes(data)
        if level and hashes != below[level][tile.index * WIDTH : tile.index * WIDTH + tile.width]:
            log.problem(Verdict.EDIT, f"{tile.path} does not fit the tiles below it", _leaf_below(tile))
            return
        if tile.full:
            below.setdefault(level + 1, []).append(tile_root(data))
        else:
            edges.append(hashes)
    peaks = (_peaks(hashes) for hashes in reversed(edges))
    if folded(one for part in peaks for one in part) != log.checkpoint.root:
        log.problem(Verdict.EDIT, "the tiles do not come to the root that was signed")


def _peaks(hashes: list[bytes]) -> list[bytes]:
    """The roots of perfect subtrees below a partial tile, from left to right."""
    peaks: list[bytes] = []
    at = 0
    while at < len(hashes):
        width = 1 << ((len(hashes) - at).bit_length() - 1)
        peaks.append(tile_root(b"".join(hashes[at : at + width])))
        at += width
    return peaks


def _check_entries(log: CheckedLog, resources: Resources, progress: Callable[[int], None]) -> None:
    """Every bundle holds the entries that its tile has the hashes of."""
    wrong: list[Problem] = []
    for tile, hashes, bundle in _bundles(log, resources):
        first = tile.index * WIDTH
        if bundle is None:
            log.absent += tile.width
            continue
        try:
            entries = _entries_of(bundle, tile.width)
        except IntegrityViolated as exc:
            wrong.append(Problem(Verdict.MALFORMED, log.label, exc.message, first))
            continue
        told = tell(hashes, [leaf_hash(entry) for entry in entries])
        if told is not None:
            wrong.append(Problem(Verdict.EDIT, log.label, NOT_SIGNED, first + told[1]))
            continue
        log.entries += len(entries)
        log.first = entries[0] if tile.index == 0 else log.first
        log.last = entries[-1]
        _look_at(log, entries, first)
        progress(log.entries)
    if wrong or 0 < log.absent < log.checkpoint.size:
        log.problems += _told_as_a_whole(log, resources, wrong)


def _bundles(log: CheckedLog, resources: Resources) -> Iterator[tuple[Tile, list[bytes], bytes | None]]:
    """The bundles with the hashes that their entries must have."""
    size = log.checkpoint.size
    tiles = (split_hashes(data or b"") for tile, data in hash_tiles(resources, size) if tile.level == 0)
    for hashes, (tile, bundle) in zip(tiles, entry_bundles(resources, size), strict=False):
        yield tile, hashes, bundle


def _told_as_a_whole(log: CheckedLog, resources: Resources, wrong: list[Problem]) -> list[Problem]:
    """What happened to all entries together: one word for it, or, where they were edited, each place."""
    if any(one.verdict is Verdict.MALFORMED for one in wrong):
        return wrong
    expected: list[bytes] = []
    found: list[bytes] = []
    for tile, hashes, bundle in _bundles(log, resources):
        expected += hashes
        found += [leaf_hash(entry) for entry in _entries_of(bundle, tile.width)] if bundle is not None else []
    told = tell(expected, found)
    if told is None:
        return [Problem(Verdict.MALFORMED, log.label, "bundles do not hold the numbers of entries that they should")]
    if told[0] is Verdict.EDIT and wrong:
        return wrong
    return [Problem(told[0], log.label, NOT_SIGNED, told[1])]


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


def _look_at(log: CheckedLog, entries: Sequence[bytes], first: int) -> None:
    """Entries are canonical JSON; what some of them say of the ledger itself is noted."""
    for at, entry in enumerate(entries):
        try:
            parsed = parse_canonical(entry)
        except IntegrityViolated:
            log.problem(Verdict.MALFORMED, "an entry is not canonical JSON", first + at)
            return
        match parsed:
            case {
                "ts": str(ts),
                "type": "ledger.shard_pruned",
                "attributes": {"label": str(pruned), "size": int(size), "root": str(root)},
            }:
                log.newest = max(log.newest, ts)
                log.certified.add((pruned, size, root))
            case {"ts": str(ts), "type": str(kind), "attributes": {} as told}:
                log.newest = max(log.newest, ts)
                if kind in KEYS and told.get("origin") == log.checkpoint.origin:
                    _note_key(log, kind, told)
            case _:
                log.problem(Verdict.MALFORMED, "an entry lacks type, time or attributes", first + at)
                return


def _note_key(log: CheckedLog, kind: str, told: Mapping[str, JsonValue]) -> None:
    """Keep up with the keys that sign this log, as its entries tell it."""
    if kind == "ledger.key_retired":
        log.signing.pop(str(told.get("key_id")), None)
        return
    vkey = str(told.get("vkey"))
    _name, _plus, rest = vkey.partition("+")
    log.signing[rest.partition("+")[0]] = vkey


def _leaf_below(tile: Tile) -> int:
    return tile.index << (HEIGHT * ((tile.level or 0) + 1))
