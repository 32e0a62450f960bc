"""Commitments: they fix a value in the ledger for good without telling it.

``HMAC-SHA-256(salt, "reeve/v1/" || type || "/" || field || 0x00 || canonical(value))`` with a salt of 32 random bytes for each
field of each entry. Names, addresses and national numbers can be guessed, so a bare hash of one, or a salt used twice, would
tell it to whoever tries a list. Without its salt a commitment fits every value equally well; that is why destroying the salt
erases the value while all proofs about the entry still hold (EDPB Guidelines 02/2025 ask for erasure by design).
"""

from __future__ import annotations

import hmac
import os
import re
from dataclasses import dataclass, field
from typing import Self

from engine.base.errors import IntegrityViolated
from engine.base.state.canonical import JsonValue, canonical, parse_canonical

SALT_BYTES = 32
_SALT = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What opens one commitment: shown to an auditor for the fields they may see, and nothing else."""

    value: JsonValue = field(repr=False)
    salt: bytes = field(repr=False)

    @classmethod
    def fresh(cls, value: JsonValue) -> Self:
        """A value with a salt of its own."""
        return cls(value, os.urandom(SALT_BYTES))

    def to_bytes(self) -> bytes:
        """Canonical JSON, for sealing."""
        return canonical({"salt": self.salt.hex(), "value": self.value})

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """The reverse of ``to_bytes``.

        Raises:
            IntegrityViolated: it is not such a form.
        """
        match parse_canonical(data):
            case {"salt": str(salt), "value": value} if _SALT.fullmatch(salt):
                return cls(value, bytes.fromhex(salt))
            case _:
                raise IntegrityViolated("a disclosure is not in a form that this version can read")


def commitment(event_type: str, name: str, disclosure: Disclosure) -> str:
    """The commitment to a field's value, in hexadecimal.

    Raises:
        BadInput: the value has no canonical JSON form.
    """
    message = f"reeve/v1/{event_type}/{name}".encode() + b"\0" + canonical(disclosure.value)
    return hmac.digest(disclosure.salt, message, "sha256").hex()


def check_commitment(payload: bytes, name: str, disclosure: Disclosure) -> bool:
    """Whether the entry with this payload committed to this value in field ``name``. Pure: anyone can check, offline.

    Raises:
        IntegrityViolated: the payload is not an entry's.
    """
    match parse_canonical(payload):
        case {"type": str(event_type), "commitments": {**commitments}}:
            stated = commitments.get(name)
            return isinstance(stated, str) and hmac.compare_digest(
                stated.encode(), commitment(event_type, name, disclosure).encode()
            )
        case _:
            raise IntegrityViolated("this is not the payload of an entry")
