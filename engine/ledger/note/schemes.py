"""What exactly is signed, by each algorithm, and whether a signature fits (signed-note and tlog-cosignature of C2SP)."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from engine.base.errors import DependencyFailed
from engine.ledger.note.body import Checkpoint
from engine.ledger.note.strict import MAX_NUMBER, NoteRefused, check_number, malformed

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

TIME_BYTES = 8
ED25519_BYTES = 64
MLDSA44_BYTES = 2420
_SUBTREE_LABEL = b"subtree/v1\n\0"


class Algorithm(IntEnum):
    """The signature types that are spoken here, by the byte that signed-note assigns to them."""

    ED25519 = 0x01
    COSIGNATURE = 0x04
    MLDSA44 = 0x06


PUBLIC_BYTES = {Algorithm.ED25519: 32, Algorithm.COSIGNATURE: 32, Algorithm.MLDSA44: 1312}
SIGNATURE_BYTES = {Algorithm.COSIGNATURE: ED25519_BYTES, Algorithm.MLDSA44: MLDSA44_BYTES}


def cosigned_text(text: bytes, time: int) -> bytes:
    """The message of an Ed25519 cosignature: two lines before the checkpoint's whole text.

    Args:
        text: of the checkpoint, without its signatures.
        time: POSIX seconds.
    """
    check_number(time, "the time of a cosignature")
    return f"cosignature/v1\ntime {time}\n".encode() + text


def cosigned_tree(cosigner: str, checkpoint: Checkpoint, time: int) -> bytes:
    """The message of an ML-DSA-44 cosignature on a checkpoint: ``cosigned_message`` with start 0.

    Raises:
        NoteRefused: ``malformed``: a name or an origin is longer than 255 bytes, which this format cannot hold.
    """
    check_number(time, "the time of a cosignature")
    return b"".join(
        (
            _SUBTREE_LABEL,
            _short(cosigner, "the cosigner's name"),
            time.to_bytes(8, "big"),
            _short(checkpoint.origin, "the origin"),
            (0).to_bytes(8, "big"),
            checkpoint.size.to_bytes(8, "big"),
            checkpoint.root,
        )
    )


def split_time(blob: bytes, algorithm: Algorithm) -> tuple[int, bytes]:
    """The time of a cosignature in POSIX seconds, and the signature after it.

    Raises:
        NoteRefused: ``malformed``: another length, or a time beyond 2^63-1.
    """
    if len(blob) != TIME_BYTES + SIGNATURE_BYTES[algorithm]:
        malformed("a cosignature is not as long as its algorithm makes it")
    time = int.from_bytes(blob[:TIME_BYTES], "big")
    if time > MAX_NUMBER:
        malformed("the time of a cosignature is out of range")
    return time, blob[TIME_BYTES:]


def fits(algorithm: Algorithm, name: str, public: bytes, text: bytes, blob: bytes) -> bool:
    """Whether the key signed this text of a note; False for whatever else is in the blob.

    Raises:
        DependencyFailed: the installed OpenSSL has no ML-DSA-44, so nobody can say.
    """
    if algorithm is Algorithm.ED25519:
        return _ed25519_fits(public, text, blob)
    try:
        checkpoint = Checkpoint.parse(text.decode())  # only checkpoints are cosigned
        time, signature = split_time(blob, algorithm)
        if algorithm is Algorithm.COSIGNATURE:
            return _ed25519_fits(public, cosigned_text(text, time), signature)
        message = cosigned_tree(name, checkpoint, time)
    except (NoteRefused, UnicodeDecodeError):
        return False
    return _verifies(lambda: mldsa44_public(public).verify(signature, message))


def mldsa44_public(public: bytes) -> MLDSA44PublicKey:
    """The key of these 1,312 bytes.

    Raises:
        DependencyFailed: the installed OpenSSL has no ML-DSA-44.
    """
    try:
        from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

        return MLDSA44PublicKey.from_public_bytes(public)
    except (ImportError, UnsupportedAlgorithm) as exc:
        raise no_mldsa() from exc


def no_mldsa() -> DependencyFailed:
    """That this machine cannot do ML-DSA-44."""
    return DependencyFailed(
        "The OpenSSL that the cryptography package uses here has no ML-DSA-44.",
        hint="Install a build of cryptography with OpenSSL 3.5 or later, or use the Ed25519 key alone.",
    )


def _ed25519_fits(public: bytes, message: bytes, signature: bytes) -> bool:
    if len(signature) != ED25519_BYTES:
        return False
    return _verifies(lambda: Ed25519PublicKey.from_public_bytes(public).verify(signature, message))


def _verifies(verify: Callable[[], None]) -> bool:
    try:
        verify()
    except (InvalidSignature, ValueError):  # ValueError: the key's bytes are no point of the curve
        return False
    return True


def _short(text: str, what: str) -> bytes:
    data = text.encode()
    if not 1 <= len(data) <= 255:
        malformed(f"{what} is longer than 255 bytes")
    return bytes([len(data)]) + data
