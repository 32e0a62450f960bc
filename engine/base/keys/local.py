"""A keyring in a file beside the state, for an installation on one machine.

The file is JSON: ``{"reeve_keyring": 1, "epoch": 2, "roots": {"2": "<32 bytes, base64>"}, "destroyed": [1]}``. Each root is
32 random bytes. A key is wrapped with AES-256-GCM (NIST SP 800-38D) under a random 96-bit nonce, which is safe for far more
than the 2^32 wraps of one epoch that the standard allows; the epoch and the context are authenticated with it.

Whoever can read the file can read everything that is sealed: it belongs in no backup that outlives an erasure, and not on
the disk that a backup of the state goes to.
"""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine.base.errors import BadInput, IntegrityViolated
from engine.base.keys.keyring import KEY_BYTES, KeyDestroyed, Wrapped
from engine.base.keys.private_file import create_private, locked, read_private, replace_private

_VERSION = 1
_NONCE_BYTES = 12
_DOMAIN = b"reeve/keyring/v1\0"


@dataclass(frozen=True, slots=True)
class _Content:
    """What the file says; every epoch from 1 to ``epoch`` is either in ``roots`` or in ``destroyed``."""

    epoch: int
    roots: dict[int, bytes] = field(repr=False)
    destroyed: frozenset[int]

    def format(self) -> bytes:
        roots = {str(epoch): base64.b64encode(root).decode() for epoch, root in sorted(self.roots.items())}
        content = {
            "reeve_keyring": _VERSION,
            "epoch": self.epoch,
            "roots": roots,
            "destroyed": sorted(self.destroyed),
        }
        return json.dumps(content, indent=1).encode() + b"\n"

    @classmethod
    def parse(cls, content: bytes) -> Self:
        """The reverse of ``format``; ValueError, KeyError, TypeError or AttributeError for anything else."""
        raw = json.loads(content)
        if raw["reeve_keyring"] != _VERSION:
            raise ValueError
        roots = {int(epoch): base64.b64decode(root, validate=True) for epoch, root in raw["roots"].items()}
        made = cls(int(raw["epoch"]), roots, frozenset(map(int, raw["destroyed"])))
        whole = sorted([*made.roots, *made.destroyed]) == list(range(1, made.epoch + 1))
        if not whole or made.epoch not in made.roots or any(len(root) != KEY_BYTES for root in roots.values()):
            raise ValueError
        return made


class LocalKeyring:
    """A :class:`~engine.base.keys.keyring.Keyring` in one file that only its owner may read.

    Several processes may share the file: changes are made under a lock, and every call looks whether the file is another one
    than was read last, so that an epoch begun or destroyed by one process is so for all.

    Args:
        path: the file; it must exist, with mode 0600 or tighter.

    Raises:
        BadInput: the file is missing, or open to others.
        IntegrityViolated: it is not a keyring.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, int, int] | None = None
        self._content = self._current()

    def __repr__(self) -> str:
        return f"LocalKeyring({str(self.path)!r})"

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make the file with a first root.

        Raises:
            BadInput: there is a file already. It is never overwritten: all that is sealed under it would be lost.
        """
        create_private(path, _Content(1, {1: os.urandom(KEY_BYTES)}, frozenset()).format())
        return cls(path)

    @property
    def epoch(self) -> int:
        """The newest epoch."""
        return self._current().epoch

    def wrap(self, key: bytes, context: bytes) -> Wrapped:
        """See :meth:`Keyring.wrap`."""
        content = self._current()
        nonce = os.urandom(_NONCE_BYTES)
        sealed = AESGCM(content.roots[content.epoch]).encrypt(nonce, key, _authenticated(content.epoch, context))
        return Wrapped(content.epoch, nonce + sealed)

    def unwrap(self, wrapped: Wrapped, context: bytes) -> bytes:
        """See :meth:`Keyring.unwrap`."""
        root = self._root(wrapped.epoch)
        nonce, sealed = wrapped.blob[:_NONCE_BYTES], wrapped.blob[_NONCE_BYTES:]
        try:
            return AESGCM(root).decrypt(nonce, sealed, _authenticated(wrapped.epoch, context))
        except (InvalidTag, ValueError):
            raise IntegrityViolated(
                f"a wrapped key of epoch {wrapped.epoch} does not open with this keyring: it was changed, or it belongs "
                "to another place"
            ) from None

    def rotate(self) -> int:
        """See :meth:`Keyring.rotate`."""
        with locked(self.path):
            content = self._read()
            epoch = content.epoch + 1
            self._write(_Content(epoch, {**content.roots, epoch: os.urandom(KEY_BYTES)}, content.destroyed))
        return epoch

    def destroy(self, epoch: int) -> None:
        """See :meth:`Keyring.destroy`."""
        with locked(self.path):
            content = self._read()
            if epoch in content.destroyed:
                return
            if epoch == content.epoch:
                raise BadInput(
                    f"epoch {epoch} is the newest and in use", hint="rotate first, then re-wrap what survives"
                )
            if epoch not in content.roots:
                raise BadInput(f"this keyring has no epoch {epoch}")
            roots = {kept: root for kept, root in content.roots.items() if kept != epoch}
            self._write(_Content(content.epoch, roots, content.destroyed | {epoch}))

    def _root(self, epoch: int) -> bytes:
        content = self._current()
        if epoch in content.destroyed:
            raise KeyDestroyed(f"key epoch {epoch} was destroyed: what was under it cannot be read again")
        if epoch not in content.roots:
            raise IntegrityViolated(
                f"{self.path} has no key epoch {epoch}", hint="is this the keyring that belongs to this state?"
            )
        return content.roots[epoch]

    def _current(self) -> _Content:
        """What the file says, read again if it is not the file that was read last."""
        try:
            status = self.path.stat()
            seen = (status.st_ino, status.st_mtime_ns, status.st_size)
        except OSError:
            seen = None
        if seen is None or seen != self._seen:
            self._content = self._read()
            self._seen = seen
        return self._content

    def _read(self) -> _Content:
        content = read_private(self.path)
        try:
            return _Content.parse(content)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise IntegrityViolated(f"{self.path} is not a keyring that this version can read") from None

    def _write(self, content: _Content) -> None:
        replace_private(self.path, content.format())


def _authenticated(epoch: int, context: bytes) -> bytes:
    return _DOMAIN + epoch.to_bytes(4, "big") + context
