"""Witnesses of a policy cosign a checkpoint, until the quorum is met."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from engine.base.errors import ConfigError, DependencyFailed, ReeveError
from engine.ledger.note.note import Note, VerifierKey
from engine.ledger.note.policy import Policy, PolicyWitness
from engine.ledger.note.signature import Signature
from engine.ledger.witness.client import WitnessDisagrees, cosign

Prove = Callable[[int, int], Sequence[bytes]]
"""Gives the proof of consistency from one size to another."""

MAX_POLICY = 1 << 20  # bytes


class QuorumMissed(DependencyFailed):
    """Too few witnesses cosigned. The checkpoint is signed, and is published when enough of them have."""

    code = "quorum_missed"


@dataclass(frozen=True, slots=True)
class Cosigned:
    """What came of asking: the checkpoint with all cosignatures that came in, and why that is not enough, or None."""

    note: bytes
    refused: ReeveError | None


class Witnesses:
    """The witnesses of a policy, and what each is believed to know.

    Args:
        policy: see :class:`~engine.ledger.note.policy.Policy`; witnesses without a URL are not asked.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._known: dict[tuple[str, str], int] = {}

    def ask(self, note: bytes, origin: str, size: int, prove: Prove, keys: Sequence[VerifierKey]) -> Cosigned:
        """Ask all witnesses that have not cosigned yet, at once, as one that hangs should not keep the others waiting.

        ``refused`` is a WitnessDisagrees where one of them saw another history: nobody should trust this one before that is
        cleared up, however many others agree. It is a QuorumMissed where too few cosigned.
        """
        have = self.policy.cosigned_by(note)
        asked = [one for one in self.policy.witnesses if one.name not in have and one.url is not None]
        with ThreadPoolExecutor(max_workers=max(1, len(asked))) as pool:
            answers = list(pool.map(lambda one: self._one(one, note, origin, size, prove), asked))
        for answer in answers:
            if isinstance(answer, Signature):
                note = Note.parse(note).add([answer]).format()
        failures = [answer for answer in answers if isinstance(answer, ReeveError)]
        for failure in failures:
            if isinstance(failure, WitnessDisagrees):
                return Cosigned(note, failure)
        missing = self.policy.missing(note, keys)
        if not missing:
            return Cosigned(note, None)
        why = f" ({failures[0].message})" if failures else ""
        return Cosigned(
            note,
            QuorumMissed(
                f"the checkpoint of {size} entries lacks cosignatures of {', '.join(missing)}{why}",
                hint="are these witnesses running, and do they know this ledger's key? it is tried again by itself",
            ),
        )

    def _one(self, witness: PolicyWitness, note: bytes, origin: str, size: int, prove: Prove) -> Signature | ReeveError:
        old = self._known.get((origin, witness.name), 0)
        try:
            line = cosign(witness.url or "", witness.key, note, old, prove(old, size), prove=prove)
        except ReeveError as exc:
            return exc
        self._known[origin, witness.name] = size
        return line


def read_policy(file: Path) -> Policy:
    """The policy in a file.

    Raises:
        ConfigError: it cannot be read, or is none.
    """
    try:
        with file.open("rb") as opened:
            text = opened.read(MAX_POLICY).decode()
        return Policy.parse(text)
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigError(f"the policy of witnesses cannot be read ({type(exc).__name__})", file=str(file)) from None
    except ReeveError as exc:
        raise ConfigError(f"the policy of witnesses is wrong: {exc.message}", file=str(file)) from None
