"""Publishing: what a target lacks is written to it, entries and tiles first, the checkpoint last.

Before that the target's own checkpoint is read. If ours does not continue it, this state is not the one that signed it: restored
from an old copy, or changed. Then nothing is written, and an alarm is what remains.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.base.errors import IntegrityViolated
from engine.ledger.log.proving import prove_extension
from engine.ledger.log.resources import CHECKPOINT, Resources, entry_bundles, hash_tiles
from engine.ledger.log.targets import Target
from engine.ledger.note.checkpoint import Checkpoint, open_checkpoint
from engine.ledger.note.note import NoteRefused, VerifierKey
from engine.ledger.tree.proofs import ProofRefused, check_consistency


class LogDisagrees(IntegrityViolated):
    """A checkpoint that was published before is not continued by this ledger."""

    code = "log_disagrees"


def publish(label: str, resources: Resources, note: bytes, target: Target, keys: Sequence[VerifierKey]) -> int:
    """Bring a target up to a signed checkpoint; returns how many resources were written.

    Args:
        label: of the shard, which is its folder in the target.
        resources: of the shard; they reach at least as far as the checkpoint.
        note: the checkpoint.
        target: where to.
        keys: of the log, to read what the target holds.

    Raises:
        LogDisagrees: see above.
        DependencyFailed: the target cannot be reached, read or written; what is missing is written the next time.
    """
    new = open_checkpoint(note, keys)
    published = target.read(f"{label}/{CHECKPOINT}")
    if published == note:
        return 0
    since = 0 if published is None else compare(published, new, resources, keys)
    if since == new.size and published is not None:
        target.write(f"{label}/{CHECKPOINT}", note)  # the same tree with further signatures
        return 1
    written = 0
    for parts in (entry_bundles, hash_tiles):
        for tile, data in parts(resources, new.size, since=since):
            if data is not None:  # entries of a pruned shard are not there
                target.write(f"{label}/{tile.path}", data)
                written += 1
    target.write(f"{label}/{CHECKPOINT}", note)
    return written + 1


def compare(published: bytes, ours: Checkpoint, resources: Resources, keys: Sequence[VerifierKey]) -> int:
    """The size up to which a published checkpoint goes, if ours continues it.

    Raises:
        LogDisagrees: it does not, or the published one is not this log's.
    """
    try:
        theirs = open_checkpoint(published, keys, ours.origin)
    except NoteRefused as exc:
        raise LogDisagrees(
            f"what was published as this ledger's checkpoint is not signed by its keys: {exc.message}",
            hint="was the place used by another ledger? name an empty one under `ledger: publish:`",
        ) from None
    if theirs.size > ours.size:
        raise LogDisagrees(
            f"a checkpoint of {theirs.size} entries was published before, and this ledger has {ours.size}",
            hint="this state was restored from an older copy: what came after it is missing; put the newer state back",
        )
    try:
        proof = prove_extension(resources, theirs.size, ours.size)
        check_consistency(theirs.size, theirs.root, ours.size, ours.root, proof)
    except ProofRefused:
        raise LogDisagrees(
            f"the checkpoint of {theirs.size} entries that was published before is not the beginning of this ledger",
            hint="two histories were signed: keep both, find out which state the published one came from",
        ) from None
    return theirs.size
