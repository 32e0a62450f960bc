"""An export: a folder with everything that a verification needs, and the programs for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from engine.base.errors import BadInput
from engine.base.state.canonical import JsonValue, canonical
from engine.ledger.log.publishing import publish
from engine.ledger.log.resources import CHECKPOINT, Resources
from engine.ledger.log.targets import FolderTarget
from engine.ledger.note.note import VerifierKey
from engine.ledger.verifier import verifier_files

VKEYS, DISCLOSURES, README = "vkeys", "disclosures.jsonl", "README.txt"

_TEXT = """A ledger of Reeve, exported
===========================

Each folder is one log (C2SP tlog-tiles): `checkpoint` is its signed head, `tile/` its hashes, `tile/entries/` its entries.
`vkeys` lists the keys that sign. Compare them with keys that you were given in another way: whoever made this folder could
have put in others.

To verify it, with Python 3.9 or newer and nothing else:

    python verify_reeve_log.py . --vkey KEY

or open verify.html in a browser, offline, and give it this folder. Programs by others that read C2SP tlog-tiles work as well.

Keep the checkpoints. With an older one (`--previous FILE`) the next export shows that nothing was taken back.
"""


def export(
    folder: Path,
    shards: Iterable[tuple[str, Resources, bytes]],
    keys: Sequence[VerifierKey],
    disclosures: Iterable[JsonValue] = (),
    policy: bytes | None = None,
) -> int:
    """Write an export; returns how many disclosures went into it. An earlier export in the folder is continued.

    Args:
        folder: empty, missing, or an earlier export of this ledger.
        shards: label, resources and checkpoint of each.
        keys: the verifier keys of all of them.
        disclosures: what committed fields hide, each ``{shard, index, field, salt, value}``.
        policy: a C2SP policy file, if there is one.

    Raises:
        BadInput: the folder holds something else.
        LogDisagrees: it holds the export of another history.
    """
    check_folder(folder)
    target = FolderTarget(folder)
    for label, resources, note in shards:
        publish(label, resources, note, target, keys)
    count = 0
    lines: list[bytes] = []
    for one in disclosures:
        lines.append(canonical(one) + b"\n")
        count += 1
    if lines:
        target.write(DISCLOSURES, b"".join(lines))
    else:  # those of an earlier export are not handed on without being asked for
        (folder / DISCLOSURES).unlink(missing_ok=True)
    target.write(VKEYS, "".join(f"{key}\n" for key in keys).encode())
    target.write(README, _TEXT.encode())
    if policy is not None:
        target.write("policy", policy)
    for name, data in verifier_files().items():
        target.write(name, data)
    return count


def shard_folders(folder: Path) -> dict[str, Path]:
    """The logs of an export by label, oldest first; of a single log's folder, that one under its name.

    Raises:
        BadInput: there is none.
    """
    if (folder / CHECKPOINT).is_file():
        return {folder.resolve().name: folder}
    found = {path.parent.name: path.parent for path in sorted(folder.glob(f"*/{CHECKPOINT}"))}
    if not found:
        raise BadInput(f"{folder} holds no ledger", hint="give the folder that `reeve ledger export` wrote")
    return found


def check_folder(folder: Path) -> None:
    """Whether an export may be written there.

    Raises:
        BadInput: it holds something else.
    """
    if folder.exists() and not folder.is_dir():
        raise BadInput(f"{folder} is no folder", hint="give an empty folder or one that is missing")
    if not folder.exists() or not any(folder.iterdir()):
        return
    if not (folder / VKEYS).is_file():
        raise BadInput(f"{folder} is not empty, and not an export", hint="give an empty folder or one that is missing")
