"""Keys of notes: the public half as others write it down, and the private half that signs (C2SP signed-note)."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.ledger.note.schemes import PUBLIC_BYTES, Algorithm, fits
from engine.ledger.note.signature import Signature
from engine.ledger.note.strict import check_characters, check_name, malformed, read_base64, write_base64

PRIVATE_BYTES = 32  # the seed of RFC 8032, section 5.1.5
_KEY_ID = re.compile(r"[0-9a-f]{8}", re.ASCII)


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key with its name: what is given to whoever is to check signatures.

    Attributes:
        name: of the key; a log's key is named as the log's origin.
        algorithm: 1 Ed25519, 4 Ed25519 cosignature, 6 ML-DSA-44 cosignature.
        public: 32 bytes, or 1,312 of ML-DSA-44.
        key_id: 32 bits of ``SHA-256(name || newline || algorithm || public)``.
    """

    name: str
    algorithm: int
    public: bytes
    key_id: int = field(init=False)

    def __post_init__(self) -> None:
        check_name(self.name)
        if self.algorithm not in PUBLIC_BYTES:
            malformed("the key is of an algorithm that is not spoken here")
        if len(self.public) != PUBLIC_BYTES[Algorithm(self.algorithm)]:
            malformed("the key is not as long as its algorithm makes it")
        digest = hashlib.sha256(self.name.encode() + b"\n" + bytes([self.algorithm]) + self.public).digest()
        object.__setattr__(self, "key_id", int.from_bytes(digest[:4], "big"))

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read ``NAME+ID+BASE64``; the base64 may hold further ``+``.

        Raises:
            NoteRefused: ``malformed``: another format, an unknown algorithm, or an id that is not the key's.
        """
        parts = text.split("+", 2)
        if len(parts) != 3:
            malformed("a verifier key is not a name, an id and a key with + between them")
        name, key_id, encoded = parts
        data = read_base64(encoded, "a verifier key")
        if not _KEY_ID.fullmatch(key_id) or not data:
            malformed("a verifier key has no id of 8 small hexadecimal digits, or no key")
        key = cls(name, data[0], data[1:])
        if key.key_id != int(key_id, 16):
            malformed("the id of a verifier key is not the key's")
        return key

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id:08x}+{write_base64(bytes([self.algorithm]) + self.public)}"

    def check(self, message: bytes, blob: bytes) -> bool:
        """Whether this key made the signature.

        Args:
            message: the note's text as signed, with its last newline. For cosignatures it is the checkpoint's text; the time
                that they sign as well is in the blob.
            blob: what follows the key id in the signature line.

        Raises:
            DependencyFailed: an ML-DSA-44 key, and the installed OpenSSL has no ML-DSA-44.
        """
        return fits(Algorithm(self.algorithm), self.name, self.public, message, blob)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 key (algorithm 1) that signs notes.

    Attributes:
        name: of the key; a log's key is named as the log's origin.
        private: the 32 bytes that RFC 8032 calls the private key. Not shown in ``repr``.
    """

    name: str
    private: bytes = field(repr=False)
    verifier: VerifierKey = field(init=False, compare=False)

    def __post_init__(self) -> None:
        check_name(self.name)
        if len(self.private) != PRIVATE_BYTES:
            malformed("a private key is not of 32 bytes")
        public = self._key().public_key().public_bytes_raw()
        object.__setattr__(self, "verifier", VerifierKey(self.name, Algorithm.ED25519.value, public))

    @classmethod
    def generate(cls, name: str) -> SigningKey:
        """A new key from the system's randomness."""
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    def sign(self, text: str) -> Signature:
        """Sign a note's text, which ends with a newline.

        Raises:
            NoteRefused: ``malformed``: no note may hold this text.
        """
        check_characters(text, "the text")
        if not text.endswith("\n"):
            malformed("the text does not end with a newline")
        return Signature(self.name, self.verifier.key_id, self._key().sign(text.encode()))

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.private)
