"""Check digits of codes of health care, and places of genomes."""

from __future__ import annotations

import re

_EHIC_STATES = frozenset(
    "040 056 100 191 196 203 208 233 246 250 276 300 348 352 372 380 428 438 440 442 470 528 578 616 620 642 703 705 724 752 "
    "756 826".split()
)
"""ISO 3166-1 numeric: the European Economic Area, Switzerland and the United Kingdom."""


def ehic(value: str) -> bool:
    """Number of a European health insurance card (Decision S2): 80, the country in digits, then the institution and a serial."""
    digits = re.sub(r"[ -]", "", value)
    return len(digits) == 20 and digits[:2] == "80" and digits[2:5] in _EHIC_STATES and len(set(digits[5:])) > 2


def loinc(value: str) -> bool:
    """Whether the digit behind the hyphen of the last code is its check digit (LOINC users' guide: modulo 10, as Luhn's)."""
    found = re.search(r"([0-9]{1,5})-([0-9])\Z", value)
    if found is None:
        return False
    total = 0
    for place, char in enumerate(reversed(found[1] + found[2])):
        digit = int(char) * (2 if place % 2 else 1)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def snomed(value: str) -> bool:
    """Whether the last number is an identifier of SNOMED CT: partition 00 to 12 and Verhoeff's check digit (SNOMED RF2)."""
    from stdnum import verhoeff

    found = re.search(r"([0-9]{6,18})\Z", value)
    return (
        found is not None
        and found[1][0] != "0"
        and found[1][-3:-1] in {"00", "01", "02", "10", "11", "12"}
        and bool(verhoeff.is_valid(found[1]))
    )
