"""Checks that only detectors of users' own have."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from classifiers.checks.vectors import luhn


@dataclass(frozen=True, slots=True)
class InHashedList:
    """Whether the SHA-256 of a value, in small letters and without outer blanks, is in a list."""

    hashes: frozenset[str]

    def __call__(self, values: Sequence[str]) -> Sequence[bool]:
        """Whether each value is."""
        return [
            hashlib.sha256(value.strip().lower().encode("utf-8", "surrogatepass")).hexdigest() in self.hashes
            for value in values
        ]

    def __repr__(self) -> str:
        told = hashlib.sha256("".join(sorted(self.hashes)).encode()).hexdigest()
        return f"InHashedList({told})"


def luhn_of_digits(values: Sequence[str]) -> Sequence[bool]:
    """Whether the digits of each value, whatever stands around them, end with their Luhn digit."""
    return [bool(one) for one in luhn([re.sub(r"[^0-9]", "", value) for value in values])]


def _digest(value: str) -> str:
    return hashlib.sha256(value.strip().lower().encode("utf-8", "surrogatepass")).hexdigest()
