"""The seam between key material and whatever guards its root: a local file now, a key management service later.

Tested by ``tests/contracts/keyring.py`` on every implementation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from engine.base.errors import NotFound

KEY_BYTES = 32
"""Length of every key that wraps or seals: AES-256."""


class KeyDestroyed(NotFound):
    """The key was destroyed on purpose, so what was under it is gone for good. Not a fault: the answer to an erasure."""

    code = "key_destroyed"


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A key as a keyring gives it out: useless without the root of its epoch.

    Attributes:
        epoch: the epoch of the root it is wrapped under; kept apart so that state can be asked for what is left in one.
        blob: the keyring's own bytes; nobody else looks inside.
    """

    epoch: int
    blob: bytes


class Keyring(Protocol):
    """Wraps keys under a root that never leaves it.

    The root has *epochs*, counted from 1. New keys are wrapped under the newest; older ones still unwrap. Destroying a key
    for certain, backups of our state included, takes three steps in this order: forget the wrapped key in state and wrap
    the surviving keys again under a new epoch (``rotate``); commit; then ``destroy`` the old epoch. From then on no copy of
    state can bring the key back, however old it is.

    Calls may come from several threads and processes at once.
    """

    def wrap(self, key: bytes, context: bytes) -> Wrapped:
        """``key`` under the newest epoch. The same ``context`` is needed to unwrap: it says what the key is for.

        Raises:
            DependencyFailed: the root cannot be reached.
        """
        ...

    def unwrap(self, wrapped: Wrapped, context: bytes) -> bytes:
        """The key that was wrapped.

        Raises:
            KeyDestroyed: its epoch was destroyed.
            IntegrityViolated: changed bytes, another context, or an epoch that this keyring never had.
            DependencyFailed: the root cannot be reached.
        """
        ...

    def rotate(self) -> int:
        """Begin a new epoch and return it; it is durable when this returns."""
        ...

    def destroy(self, epoch: int) -> None:
        """Destroy an epoch: nothing wrapped under it can ever be unwrapped again. Durable when this returns.

        Destroying a destroyed epoch changes nothing.

        Raises:
            BadInput: the newest epoch, or one that never was.
        """
        ...
