"""The chain of shards: the first entry of each names the end of the one before, and the last entry the one that follows."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from engine.base.errors import IntegrityViolated
from engine.base.state.canonical import JsonValue, parse_canonical
from engine.ledger.log.resources import Resources, fetch_entry
from engine.ledger.log.verdicts import Problem, Verdict
from engine.ledger.note.checkpoint import Checkpoint


def check_links(
    ends: Mapping[str, tuple[bytes, bytes]],
    checkpoints: Mapping[str, Checkpoint],
    absent: Collection[str],
    *,
    partial: bool = False,
) -> list[Problem]:
    """What is wrong with the chain.

    Args:
        ends: first and last entry by label, the oldest shard first.
        checkpoints: the newest of each shard.
        absent: shards of which entries are absent: their ends cannot be asked.
        partial: shards were left out on purpose.
    """
    problems: list[Problem] = []
    labels = list(checkpoints)
    for at, label in enumerate(labels):
        if label in absent or label not in ends:
            continue
        first, last = (_attributes(entry) for entry in ends[label])
        before = labels[at - 1] if at else None
        problems += _backward(label, checkpoints[label], first, before, checkpoints, partial=partial)
        if at + 1 < len(labels):
            problems += _forward(label, last, checkpoints[labels[at + 1]])
        elif last[0] == "ledger.shard_closed" and not partial:
            problems.append(Problem(Verdict.TRUNCATION, label, "the shard that follows on this one is missing"))
    return problems


def pinned_by(resources: Resources, size: int) -> tuple[str, int, str] | None:
    """Origin, size and root (hexadecimal) of the shard before, as a log's first entry states them; None if it names none.

    Whether that entry is what was signed is for the check of the log to find.
    """
    try:
        _, told = _attributes(fetch_entry(resources, 0, size))
    except (IntegrityViolated, IndexError):
        return None
    match told.get("previous_origin"), told.get("previous_size"), told.get("previous_root"):
        case str(origin), int(previous), str(root):
            return origin, previous, root
        case _:
            return None


def _backward(
    label: str,
    own: Checkpoint,
    entry: tuple[str, Mapping[str, JsonValue]],
    before: str | None,
    checkpoints: Mapping[str, Checkpoint],
    *,
    partial: bool,
) -> list[Problem]:
    kind, told = entry
    if kind != "ledger.shard_opened" or told.get("origin") != own.origin:
        return [Problem(Verdict.EDIT, label, "the first entry does not open this shard", 0)]
    if told.get("previous_origin") is None:
        return [Problem(Verdict.FORK, label, "it does not name the shard before it", 0)] if before is not None else []
    if before is None and partial:
        return []
    if before is None:
        return [Problem(Verdict.DELETION, label, "the shard before this one is missing", 0)]
    ended = checkpoints[before]
    stated = (told.get("previous_origin"), told.get("previous_size"), told.get("previous_root"))
    if stated != (ended.origin, ended.size, ended.root.hex()):
        return [Problem(Verdict.FORK, label, "the shard before it ended otherwise than its first entry says", 0)]
    return []


def _forward(label: str, entry: tuple[str, Mapping[str, JsonValue]], following: Checkpoint) -> list[Problem]:
    kind, told = entry
    if kind != "ledger.shard_closed" or told.get("next_origin") != following.origin:
        return [Problem(Verdict.TRUNCATION, label, "the last entry does not close this shard for the one that follows")]
    return []


def _attributes(entry: bytes) -> tuple[str, Mapping[str, JsonValue]]:
    try:
        parsed = parse_canonical(entry)
    except IntegrityViolated:
        return "", {}
    if not isinstance(parsed, Mapping):
        return "", {}
    kind, attributes = parsed.get("type"), parsed.get("attributes")
    return str(kind), attributes if isinstance(attributes, Mapping) else {}
