"""A value that only the holder of its subject's key can read, and only until it expires.

A sealed value may stand in a column of ours where the value itself may not (design, rule 3): identities, names of actors,
keys of rows to go on from. Destroying the subject's key makes all of that subject's sealed values noise at once, in
backups too.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine.base.errors import IntegrityViolated, NotFound
from engine.base.ids import SubjectKeyId

_LAYOUT = b"\x01"
_NONCE_BYTES = 12
_HEAD_BYTES = 1 + 16 + 8 + _NONCE_BYTES
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class SealExpired(NotFound):
    """The value was kept until a day that has passed; it may not be read any more, although its key still exists."""

    code = "seal_expired"


@dataclass(frozen=True, slots=True)
class Sealed:
    """Ciphertext under a subject's key.

    Attributes:
        subject_key_id: the key to open it with.
        nonce: 96 random bits.
        ciphertext: AES-256-GCM, the 16-byte tag at its end.
        expires_at: from this instant on it is refused, aware UTC.
    """

    subject_key_id: SubjectKeyId
    nonce: bytes
    ciphertext: bytes
    expires_at: datetime

    @classmethod
    def make(
        cls, key: bytes, subject_key_id: SubjectKeyId, plaintext: bytes, expires_at: datetime, context: bytes
    ) -> Self:
        """Seal ``plaintext``. ``context`` names where it will stand, so that it opens nowhere else.

        Raises:
            ValueError: ``expires_at`` is naive.
        """
        if expires_at.tzinfo is None:
            raise ValueError("expires_at must be aware")
        nonce = os.urandom(_NONCE_BYTES)
        head = _head(subject_key_id, expires_at)
        return cls(
            subject_key_id, nonce, AESGCM(key).encrypt(nonce, plaintext, head + context), expires_at.astimezone(UTC)
        )

    def open(self, key: bytes, context: bytes) -> bytes:
        """The plaintext, whatever the time is: :func:`engine.base.keys.subjects.unseal` looks at the expiry.

        Raises:
            IntegrityViolated: changed, moved from elsewhere, or sealed under another key.
        """
        try:
            return AESGCM(key).decrypt(
                self.nonce, self.ciphertext, _head(self.subject_key_id, self.expires_at) + context
            )
        except (InvalidTag, ValueError):
            raise IntegrityViolated("a sealed value does not open: it was changed or moved from elsewhere") from None

    def to_bytes(self) -> bytes:
        """The form it is stored in: layout 1, key id 16, expiry 8 (microseconds since 1970), nonce 12, ciphertext."""
        return _head(self.subject_key_id, self.expires_at) + self.nonce + self.ciphertext

    @classmethod
    def from_bytes(cls, stored: bytes) -> Self:
        """The reverse of ``to_bytes``.

        Raises:
            IntegrityViolated: it is not such a form.
        """
        problem = "a sealed value is not in a form that this version can read"
        if stored[:1] != _LAYOUT or len(stored) < _HEAD_BYTES:
            raise IntegrityViolated(problem)
        try:
            expires_at = _EPOCH + _MICROSECOND * int.from_bytes(stored[17:25], "big", signed=True)
        except OverflowError:
            raise IntegrityViolated(problem) from None
        key_id = SubjectKeyId(UUID(bytes=stored[1:17]))
        return cls(key_id, stored[25:_HEAD_BYTES], stored[_HEAD_BYTES:], expires_at)


def _head(subject_key_id: UUID, expires_at: datetime) -> bytes:
    """What is stored before the nonce, and authenticated: the expiry cannot be moved by who holds no key."""
    return _LAYOUT + subject_key_id.bytes + ((expires_at - _EPOCH) // _MICROSECOND).to_bytes(8, "big", signed=True)
