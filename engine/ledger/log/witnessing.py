"""Witnesses of a policy cosign a checkpoint, until the quorum is met."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from engine.base.errors import ConfigError, DependencyFailed, IntegrityViolated, ReeveError
from engine.ledger.note.note import Note, VerifierKey
from engine.ledger.note.policy import Policy
from engine.ledger.witness.client import WitnessDisagrees, cosign

Prove = Callable[[int, int], Sequence[bytes]]
"""Gives the proof of consistency from one size to another."""

MAX_POLICY = 1 << 20  # bytes


class QuorumMissed(DependencyFailed):
    """Too few witnesses cosigned. The checkpoint is signed, and is published when enough of them have."""

    code = "quorum_missed"


class Witnesses:
    """The witnesses of a policy, and what each is believed to know.

    Args:
        policy: see :class:`~engine.ledger.note.policy.Policy`; witnesses without a URL are not asked.
    """

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._known: dict[tuple[str, str], int] = {}

    def cosigned(self, note: bytes, origin: str, size: int, prove: Prove, keys: Sequence[VerifierKey]) -> bytes:
        """The checkpoint with the cosignatures of all that answered.

        Raises:
            QuorumMissed: too few did; the message says who is missing.
            WitnessDisagrees: one of them saw another history: nobody should trust this one before that is cleared up.
        """
        have = self.policy.cosigned_by(note)
        failures: list[ReeveError] = []
        for witness in self.policy.witnesses:
            if witness.name in have or witness.url is None:
                continue
            place = (origin, witness.name)
            old = self._known.get(place, 0)
            try:
                line = cosign(witness.url, witness.key, note, old, prove(old, size), prove=prove)
            except WitnessDisagrees:
                raise
            except (DependencyFailed, IntegrityViolated) as exc:
                failures.append(exc)
                continue
            self._known[place] = size
            note = Note.parse(note).add([line]).format()
        missing = self.policy.missing(note, keys)
        if missing:
            why = f" ({failures[0].message})" if failures else ""
            raise QuorumMissed(
                f"the checkpoint of {size} entries lacks cosignatures of {', '.join(missing)}{why}",
                hint="are these witnesses running, and do they know this ledger's key? it is tried again by itself",
            )
        return note


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
