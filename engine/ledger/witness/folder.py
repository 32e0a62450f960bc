"""A witness's folder: its keys, the logs that it trusts, and what it cosigned. It shares nothing with a Reeve beside it.

::

    key           private keys, one a line, for the owner only
    logs.policy   the logs that it trusts (C2SP tlog-policy): `log <vkey>` lines and `quorum none`
    heads.db      the last checkpoint of each
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.base.errors import BadInput
from engine.base.keys.private_file import create_private, locked, make_private_folder, read_private, replace_private
from engine.ledger.note.cosignature import CosignerKey
from engine.ledger.note.keys import VerifierKey
from engine.ledger.note.note import NoteRefused
from engine.ledger.note.policy import Policy, PolicyLog
from engine.ledger.note.schemes import Algorithm
from engine.ledger.witness.heads import Heads

KEY = "key"
LOGS = "logs.policy"
HEADS = "heads.db"


@dataclass(frozen=True, slots=True)
class WitnessFolder:
    """An opened folder.

    Attributes:
        path: where it is.
        keys: one of Ed25519, and one of ML-DSA-44 where that was asked for.
        heads: what it cosigned.
    """

    path: Path
    keys: tuple[CosignerKey, ...]
    heads: Heads

    @classmethod
    def create(cls, path: Path, name: str, *, mldsa: bool = False) -> WitnessFolder:
        """Make a folder with new keys, trusting no log yet.

        Args:
            path: of the folder; it may exist, but hold no witness.
            name: of the witness, a URL without its scheme, with no space and no ``+``.
            mldsa: make a key of ML-DSA-44 beside the one of Ed25519.

        Raises:
            BadInput: there is a witness in it already, or the name is not allowed.
            DependencyFailed: the disk did not take it, or the installed OpenSSL has no ML-DSA-44.
        """
        try:
            keys = (CosignerKey.generate(name), *([CosignerKey.generate(name, Algorithm.MLDSA44)] if mldsa else []))
        except NoteRefused as exc:
            raise BadInput(
                "A witness's name has no space and no plus.", hint="For example witness.example.com/w1"
            ) from exc
        make_private_folder(path)
        if any((path / file).exists() for file in (KEY, LOGS, HEADS)):
            raise BadInput(
                f"{path} holds a witness already", hint="Choose another folder; a witness keeps its key for life."
            )
        heads = Heads.create(path / HEADS)
        create_private(path / LOGS, Policy().format().encode())
        create_private(
            path / KEY, "".join(f"{key.secret()}\n" for key in keys).encode()
        )  # last: with it, it is a witness
        return cls(path, keys, heads)

    @classmethod
    def open(cls, path: Path) -> WitnessFolder:
        """Open a folder.

        Raises:
            BadInput: it holds no witness, or its key is open to others.
            NoteRefused: ``malformed``: the key is damaged.
            DependencyFailed, IntegrityViolated: as in ``Heads``.
        """
        if not (path / KEY).exists():
            raise BadInput(f"{path} holds no witness", hint=f"`reeve witness init {path} --name NAME` makes one")
        lines = read_private(path / KEY).decode("ascii", errors="replace").removesuffix("\n").split("\n")
        return cls(path, tuple(CosignerKey.parse(line) for line in lines), Heads.open(path / HEADS))

    @property
    def name(self) -> str:
        """Of the witness."""
        return self.keys[0].name

    def trusted(self) -> tuple[VerifierKey, ...]:
        """The keys of the logs that it trusts, as the file says now.

        Raises:
            BadInput: the file was damaged by hand, with the line.
        """
        data = read_private(self.path / LOGS)
        try:
            return tuple(log.key for log in Policy.parse(data.decode()).logs)
        except (BadInput, UnicodeDecodeError) as exc:
            raise BadInput(f"{self.path / LOGS} is no policy: {exc}", hint="Correct it by hand.") from None

    def trust(self, keys: Sequence[VerifierKey]) -> None:
        """Trust these keys from now on, also in a witness that runs. A second key of one log is how its keys are changed.

        Raises:
            BadInput: a key is trusted already, or is of no kind that a log signs with.
        """
        with locked(self.path / LOGS):
            Policy((*(PolicyLog(key) for key in (*self.trusted(), *keys)),))  # refuses what cannot be added
            data = read_private(self.path / LOGS)
            replace_private(self.path / LOGS, data + "".join(f"log {key}\n" for key in keys).encode())
