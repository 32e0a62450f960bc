"""Cosignatures: a cosigner's word that a checkpoint continues all that it saw of a log (C2SP tlog-cosignature).

There are two kinds. Ed25519 (v1, algorithm 4) signs the time and the checkpoint's whole text. ML-DSA-44 (algorithm 6) withstands
quantum computers, signs the time, the cosigner's name, the origin, the size and the root, and leaves extension lines out. Both
are checked by ``VerifierKey.check``, so ``open_note`` takes them like any other signature.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.ledger.note.body import Checkpoint
from engine.ledger.note.keys import PRIVATE_BYTES, VerifierKey
from engine.ledger.note.schemes import TIME_BYTES, Algorithm, cosigned_text, cosigned_tree, no_mldsa, split_time
from engine.ledger.note.signature import Signature
from engine.ledger.note.strict import check_name, malformed, read_base64, write_base64

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

CosignerAlgorithm = Literal[Algorithm.COSIGNATURE, Algorithm.MLDSA44]
_SECRET = "PRIVATE+KEY"  # noqa: S105 (how the line of a private key begins)


@dataclass(frozen=True, slots=True)
class CosignerKey:
    """A key that cosigns checkpoints, and nothing else.

    Attributes:
        name: of the cosigner, a URL without its scheme. An Ed25519 key must not be used under two names: what it signs does not
            say the name.
        private: 32 bytes: the private key of RFC 8032, or the seed of FIPS 204. Not shown in ``repr``.
        algorithm: 4 or 6.
    """

    name: str
    private: bytes = field(repr=False)
    algorithm: CosignerAlgorithm = Algorithm.COSIGNATURE
    verifier: VerifierKey = field(init=False, compare=False)

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.private) != PRIVATE_BYTES:
            malformed("a private key is not of 32 bytes")
        object.__setattr__(self, "verifier", VerifierKey(self.name, int(self.algorithm), self._public()))

    @classmethod
    def generate(cls, name: str, algorithm: CosignerAlgorithm = Algorithm.COSIGNATURE) -> CosignerKey:
        """A new key; 32 random bytes are a private key of either kind."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw(), algorithm)

    @classmethod
    def parse(cls, text: str) -> CosignerKey:
        """Read what ``secret`` wrote.

        Raises:
            NoteRefused: ``malformed``.
        """
        begin, name, key_id, encoded = _four(text)
        data = read_base64(encoded, "a private key")
        if begin != _SECRET or not data:
            malformed("this is no private key of a cosigner")
        key = cls(name, data[1:], _algorithm(data[0]))
        if f"{key.verifier.key_id:08x}" != key_id:
            malformed("the id of a private key is not the key's")
        return key

    def secret(self) -> str:
        """The private key in one line, in the format that Go's ``note`` package writes: whoever has it can sign."""
        encoded = write_base64(bytes([self.algorithm]) + self.private)
        return f"{_SECRET}+{self.name}+{self.verifier.key_id:08x}+{encoded}"

    def sign(self, text: str, time: int) -> Signature:
        """Cosign a checkpoint.

        Args:
            text: of the checkpoint, without its signatures.
            time: now, in POSIX seconds.

        Raises:
            NoteRefused: ``malformed``: the text is no checkpoint, or ML-DSA-44 cannot hold its origin.
        """
        checkpoint = Checkpoint.parse(text)
        if self.algorithm is Algorithm.COSIGNATURE:
            signature = Ed25519PrivateKey.from_private_bytes(self.private).sign(cosigned_text(text.encode(), time))
        else:
            signature = _mldsa44(self.private).sign(cosigned_tree(self.name, checkpoint, time))
        return Signature(self.name, self.verifier.key_id, time.to_bytes(TIME_BYTES, "big") + signature)

    def _public(self) -> bytes:
        if self.algorithm is Algorithm.COSIGNATURE:
            return Ed25519PrivateKey.from_private_bytes(self.private).public_key().public_bytes_raw()
        return _mldsa44(self.private).public_key().public_bytes_raw()


def cosigned_at(signature: Signature, key: VerifierKey) -> int:
    """When a cosignature by this key says it was made, in POSIX seconds. Only ``key.check`` says whether that is so.

    Raises:
        NoteRefused: ``malformed``: it is not as long as the key's algorithm makes it.
        ValueError: the key is no cosigner's.
    """
    if key.algorithm not in (Algorithm.COSIGNATURE, Algorithm.MLDSA44):
        raise ValueError("the key is of no cosigner")
    return split_time(signature.blob, Algorithm(key.algorithm))[0]


def _four(text: str) -> list[str]:
    parts = text.split("+", 4)
    if len(parts) != 5:
        malformed("this is no private key of a cosigner")
    return ["+".join(parts[:2]), *parts[2:]]


def _algorithm(number: int) -> CosignerAlgorithm:
    if number == Algorithm.COSIGNATURE:
        return Algorithm.COSIGNATURE
    if number != Algorithm.MLDSA44:
        malformed("the key is of an algorithm that does not cosign")
    return Algorithm.MLDSA44


def _mldsa44(seed: bytes) -> MLDSA44PrivateKey:
    try:
        from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

        return MLDSA44PrivateKey.from_seed_bytes(seed)
    except (ImportError, UnsupportedAlgorithm) as exc:
        raise no_mldsa() from exc
