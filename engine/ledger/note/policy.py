"""Trust policies: which logs count, and which witnesses must have cosigned (C2SP tlog-policy).

::

    log <vkey> [<url>]
    witness <name> <vkey> [<url>]
    group <name> all|any|<number> <member>...
    quorum <name>|none

Lines end with a newline, items stand apart by spaces and tabs, lines that begin with ``#`` and empty ones are skipped. Names
mean something within the file only. A file has exactly one quorum, and whatever a line names stands on a line before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.base.errors import BadInput
from engine.ledger.note.body import Checkpoint
from engine.ledger.note.checkpoint import open_checkpoint
from engine.ledger.note.keys import VerifierKey
from engine.ledger.note.note import NoteRefused, open_note
from engine.ledger.note.schemes import Algorithm

MAX_LINES = 1024
_NONE = "none"
_SPACES = re.compile(r"[ \t]+")
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_WORD = re.compile("[^\x00-\x20\x7f]+")
_COUNT = re.compile(r"[1-9][0-9]{0,5}", re.ASCII)


@dataclass(frozen=True, slots=True)
class PolicyLog:
    """A log that is accepted: the key is named as its origin; the URL is where it is read or written."""

    key: VerifierKey
    url: str | None = None


@dataclass(frozen=True, slots=True)
class PolicyWitness:
    """A witness, with its name in this policy; the URL is best its submission prefix."""

    name: str
    key: VerifierKey
    url: str | None = None


@dataclass(frozen=True, slots=True)
class PolicyGroup:
    """So many (``threshold``) of these members, each a witness or a group named before, make the group agree."""

    name: str
    threshold: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Who must have signed a checkpoint for it to count.

    Attributes:
        logs: one of them must have signed. May be empty where the caller knows the logs.
        witnesses, groups: what the quorum is made of; a group names what stands before it.
        quorum: the name of the witness or group that must agree; None where no cosignature is asked for.

    Raises:
        BadInput: in construction: a key given twice or of a wrong kind, a name that is unknown, taken or used in two groups, a
            threshold that cannot be reached.
    """

    logs: tuple[PolicyLog, ...] = ()
    witnesses: tuple[PolicyWitness, ...] = ()
    groups: tuple[PolicyGroup, ...] = ()
    quorum: str | None = None

    def __post_init__(self) -> None:
        _check_keys("log", [log.key for log in self.logs], {Algorithm.ED25519, Algorithm.MLDSA44})
        _check_keys("witness", [one.key for one in self.witnesses], {Algorithm.COSIGNATURE, Algorithm.MLDSA44})
        names = {_NONE}
        for name in (*(one.name for one in self.witnesses), *(group.name for group in self.groups)):
            _require(
                _WORD.fullmatch(name) is not None and name not in names,
                f"the name {name!r} cannot be given, or is taken",
            )
            names.add(name)
        for url in (*(log.url for log in self.logs), *(one.url for one in self.witnesses)):
            _require(url is None or _WORD.fullmatch(url) is not None, "a URL is empty or has a space in it")
        self._check_groups()

    def _check_groups(self) -> None:
        before = {one.name for one in self.witnesses}
        used: set[str] = set()
        for group in self.groups:
            _require(
                1 <= group.threshold <= len(group.members), f"the group {group.name!r} can never agree, or always does"
            )
            for member in group.members:
                _require(member in before, f"the group {group.name!r} names {member!r}, which does not stand before it")
                _require(member not in used, f"{member!r} is a member twice")
                used.add(member)
            before.add(group.name)
        _require(self.quorum is None or self.quorum in before, "the quorum names what does not stand before it")

    @classmethod
    def parse(cls, text: str) -> Policy:
        """Read a policy file.

        Raises:
            BadInput: with the line's number.
        """
        lines = text.split("\n")
        _require(lines.pop() == "", "the policy's last line does not end with a newline")
        _require(len(lines) <= MAX_LINES, f"the policy has more than {MAX_LINES} lines")
        reading = _Reading()
        for number, line in enumerate(lines, 1):
            try:
                reading.take(line)
            except (BadInput, NoteRefused) as exc:
                raise BadInput(f"line {number} of the policy: {exc.message}", hint=exc.hint) from None
        return reading.done()

    def format(self) -> str:
        """The policy as a file, without comments."""
        return "".join(f"{' '.join(items)}\n" for items in self._lines())

    def _lines(self) -> Iterator[list[str]]:
        for log in self.logs:
            yield ["log", str(log.key), *([log.url] if log.url else [])]
        for one in self.witnesses:
            yield ["witness", one.name, str(one.key), *([one.url] if one.url else [])]
        for group in self.groups:
            count = (
                "all"
                if group.threshold == len(group.members)
                else "any"
                if group.threshold == 1
                else str(group.threshold)
            )
            yield ["group", group.name, count, *group.members]
        yield ["quorum", self.quorum or _NONE]

    def satisfied(self, checkpoint: bytes, logs: Sequence[VerifierKey] = ()) -> bool:
        """Whether the signed checkpoint counts: signed by a log of the policy or of ``logs``, and by the quorum."""
        try:
            return not self.missing(checkpoint, logs)
        except NoteRefused:
            return False

    def missing(self, checkpoint: bytes, logs: Sequence[VerifierKey] = ()) -> tuple[str, ...]:
        """The names of the witnesses that the quorum may still wait for, in the policy's order; none when it is satisfied.

        Raises:
            NoteRefused: no log signed it, or a signature by a log or witness of the policy does not fit.
        """
        self.open(checkpoint, logs)
        return self._missing(self.cosigned_by(checkpoint))

    def open(self, checkpoint: bytes, logs: Sequence[VerifierKey] = ()) -> Checkpoint:
        """Read a checkpoint that a log of the policy or of ``logs`` signed; whether the quorum did is not looked at.

        Raises:
            NoteRefused: as in ``open_checkpoint``.
        """
        known = [log.key for log in self.logs]
        return open_checkpoint(checkpoint, [*known, *(key for key in logs if key not in known)])

    def cosigned_by(self, checkpoint: bytes) -> frozenset[str]:
        """The names of the witnesses whose cosignature is on it and fits.

        Raises:
            NoteRefused: ``malformed``, or ``bad_signature``: a cosignature of one of them does not fit.
        """
        try:
            _, verified = open_note(checkpoint, [one.key for one in self.witnesses])
        except NoteRefused as exc:
            if exc.reason in ("unsigned", "wrong_key"):
                return frozenset()
            raise
        signed = {(signature.name, signature.key_id) for signature in verified}
        return frozenset(one.name for one in self.witnesses if (one.key.name, one.key.key_id) in signed)

    def _missing(self, agreed: frozenset[str]) -> tuple[str, ...]:
        if self.quorum is None:
            return ()
        agree, below = set(agreed), {one.name: {one.name} for one in self.witnesses}
        for group in self.groups:
            if sum(member in agree for member in group.members) >= group.threshold:
                agree.add(group.name)
            below[group.name] = set().union(*(below[member] for member in group.members if member not in agree))
        if self.quorum in agree:
            return ()
        return tuple(one.name for one in self.witnesses if one.name in below[self.quorum] - agreed)


class _Reading:
    """The lines read so far."""

    def __init__(self) -> None:
        self.logs: list[PolicyLog] = []
        self.witnesses: list[PolicyWitness] = []
        self.groups: list[PolicyGroup] = []
        self.quorums: list[str | None] = []

    def take(self, line: str) -> None:
        _require(not _FORBIDDEN.search(line), "it has a control character")
        items = _SPACES.split(line.strip(" \t"))
        match items:
            case [word, *_] if not word or word.startswith("#"):
                return
            case ["log", key, *url] if len(url) <= 1:
                self.logs.append(PolicyLog(VerifierKey.parse(key), *url))
            case ["witness", name, key, *url] if len(url) <= 1:
                self.witnesses.append(PolicyWitness(name, VerifierKey.parse(key), *url))
            case ["group", name, count, *members] if members:
                self._require_before(members)
                self.groups.append(PolicyGroup(name, _threshold(count, len(members)), tuple(members)))
            case ["quorum", name]:
                _require(not self.quorums, "there is a second quorum")
                self._require_before([] if name == _NONE else [name])
                self.quorums.append(None if name == _NONE else name)
            case _:
                raise BadInput("it is no log, witness, group or quorum, or has too few or too many items")
        Policy(tuple(self.logs), tuple(self.witnesses), tuple(self.groups))

    def done(self) -> Policy:
        _require(len(self.quorums) == 1, "the policy has no quorum")
        return Policy(tuple(self.logs), tuple(self.witnesses), tuple(self.groups), self.quorums[0])

    def _require_before(self, names: list[str]) -> None:
        before = {*(one.name for one in self.witnesses), *(group.name for group in self.groups)}
        for name in names:
            _require(name in before, f"it names {name!r}, which does not stand before it")


def _threshold(count: str, members: int) -> int:
    if count in ("all", "any"):
        return members if count == "all" else 1
    _require(_COUNT.fullmatch(count) is not None, "the number of members that must agree is not all, any or a number")
    return int(count)


def _check_keys(what: str, keys: list[VerifierKey], algorithms: set[Algorithm]) -> None:
    _require(len({key.public for key in keys}) == len(keys), f"a {what} is given twice: two have the same public key")
    for key in keys:
        _require(key.algorithm in algorithms, f"the key {key.name}+{key.key_id:08x} is not of a kind for a {what}")


def _require(right: bool, message: str) -> None:  # noqa: FBT001
    if not right:
        raise BadInput(message)
