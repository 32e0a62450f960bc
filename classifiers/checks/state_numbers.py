"""Checks of numbers of states that python-stdnum lacks, or makes by the clock: rules for one value each.

They run on a sample, as those of :mod:`.sampled` do, and none reads the clock.
"""

from __future__ import annotations

import re

from classifiers.checks.sampled import Stdnum, real_date
from classifiers.checks.vectors import luhn


def _crossed(digits: str, weights: tuple[int, ...]) -> int:
    """The sum of the digit sums of each digit times its weight."""
    products = (int(digit) * weight for digit, weight in zip(digits, weights, strict=True))
    return sum(one // 10 + one % 10 for one in products)


def _ordinal(letter: str) -> str:
    """The place of a letter in the alphabet in two digits: ``01`` for A."""
    return f"{ord(letter) - 64:02d}"


def be_bis_number(value: str) -> bool:
    """Belgian bis number: as the national number, with 20 or 40 added to the month of birth."""
    digits = re.sub(r"[ .-]", "", value)
    month = int(digits[2:4])
    if not (20 <= month <= 32 or 40 <= month <= 52) or int(digits[4:6]) > 31:
        return False
    body, check = digits[:9], int(digits[9:])
    return check in {97 - int(body) % 97, 97 - int("2" + body) % 97}


_CN_PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83".split()
)


def cn_resident(value: str) -> bool:
    """Chinese resident identity number (GB 11643-1999): province (GB/T 2260), date of birth, ISO 7064 mod 11-2.

    Written out because python-stdnum (cn.ric) raises a KeyError for places that it knows in part.
    """
    year, month, day = int(value[6:10]), int(value[10:12]), int(value[12:14])
    if value[:2] not in _CN_PROVINCES or not 1850 <= year < 2100 or not real_date(year, month, day):
        return False
    total = sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(value[:17]))
    return "10X98765432"[total % 11] == value[17]


def dk_personal_number(value: str) -> bool:
    """Danish CPR number: a date of birth whose century follows from the seventh digit; since 2007 without a check digit."""
    digits = re.sub(r"[ -]", "", value)
    year, seventh = int(digits[4:6]), digits[6]
    if seventh in "5678" and year >= 58:
        year += 1800
    elif seventh in "0123" or (seventh in "49" and year >= 37):
        year += 1900
    else:
        year += 2000
    return real_date(year, int(digits[2:4]), int(digits[:2]))


def au_medicare(value: str) -> bool:
    """Australian Medicare number: the first digit 2 to 6, the ninth checks the first eight modulo 10."""
    digits = re.sub(r"[ -]", "", value)
    total = sum(int(digit) * weight for digit, weight in zip(digits[:8], (1, 3, 7, 9) * 2, strict=True))
    return digits[0] in "23456" and total % 10 == int(digits[8])


def de_health_insurance(value: str) -> bool:
    """German health insurance number (section 290 SGB V): a letter, eight digits, a check digit modulo 10."""
    return _crossed(_ordinal(value[0]) + value[1:9], (1, 2) * 5) % 10 == int(value[9])


def de_pension_insurance(value: str) -> bool:
    """German pension insurance number (section 4 VKVV): area, date of birth, letter of the name, serial, check digit."""
    plain = value.replace(" ", "")
    day, month = int(plain[2:4]), int(plain[4:6])
    if not (1 <= day <= 31 or 51 <= day <= 81) or not 1 <= month <= 12:
        return False
    digits = plain[:8] + _ordinal(plain[8]) + plain[9:11]
    return _crossed(digits, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1)) % 10 == int(plain[11])


def de_physician(value: str) -> bool:
    """German number of a physician (LANR): the seventh digit checks the first six by weights 4 and 9, modulo 10."""
    total = sum(int(digit) * weight for digit, weight in zip(value[:6], (4, 9) * 3, strict=True))
    return (10 - total % 10) % 10 == int(value[6])


_ES_NIF = Stdnum("es.nif")


def es_tax_number(value: str) -> bool:
    """Spanish NIF; a number of an identity card may stand without its leading zero."""
    plain = value.replace("-", "")
    return _ES_NIF([plain.zfill(9) if plain[0].isdigit() else plain])[0]


def fr_register_of_companies(value: str) -> bool:
    """A mention of the French register of companies: its last nine digits are a SIREN number with a Luhn digit."""
    return bool(luhn([re.sub(r"[^0-9]", "", value)[-9:]])[0])
