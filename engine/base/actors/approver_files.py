"""An approver's private key, in a file of theirs. It is made and read where they sign, and no server ever has it."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from engine.base.errors import BadInput
from engine.base.keys.private_file import create_private, read_private


def make_key_file(path: Path, passphrase: str = "") -> bytes:
    """Make a key in a new file, for its owner only (mode 0600): PKCS #8 in PEM, as other tools read it.

    Args:
        path: must not exist yet.
        passphrase: to encrypt it with; empty for none.

    Returns:
        The public key, 32 bytes.

    Raises:
        BadInput: there is such a file.
        DependencyFailed: the disk did not take it.
    """
    key = Ed25519PrivateKey.generate()
    protection: KeySerializationEncryption = NoEncryption()
    if passphrase:
        protection = BestAvailableEncryption(passphrase.encode())
    create_private(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection))
    return key.public_key().public_bytes_raw()


def read_key_file(path: Path, passphrase: str = "") -> Ed25519PrivateKey:
    """The key in a file of ``make_key_file``.

    Raises:
        BadInput: there is no such file, others can read it, it holds no such key, or the passphrase is not right.
        DependencyFailed: the disk did not deliver.
    """
    if not path.exists():
        raise BadInput(f"{path} does not exist", hint="`reeve actor approver-key make` makes it")
    try:
        key = load_pem_private_key(read_private(path), passphrase.encode() or None)
    except (ValueError, TypeError):  # TypeError: a passphrase where there is none, or none where there is one
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise BadInput(f"{path} holds no Ed25519 key that this passphrase opens")
    return key
