"""Checks of national registers that python-stdnum lacks, refuses in a usual spelling, or answers by today's date.

All run on a sample, one value at a time. None reads the clock: a date in the future is as good as one in the past.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from classifiers.checks.sampled import real_date


@cache
def _library(module: str) -> Any:
    from importlib import import_module

    return import_module(f"stdnum.{module}")


def _digits(value: str) -> str:
    return re.sub(r"[ ./-]", "", value)


def _weighted(digits: str, weights: tuple[int, ...]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def _luhn(digits: str) -> bool:
    return bool(_library("luhn").is_valid(digits))


def bitcoin_address(value: str) -> bool:
    """Address of Bitcoin: Base58 with its hash, or Bech32 and Bech32m (BIP 173, BIP 350), which later addresses have."""
    library = _library("bitcoin")
    if library.is_valid(value):
        return True
    body = value.lower()
    if not body.startswith("bc1p") or value not in {body, body.upper()}:
        return False
    alphabet = library._bech32_alphabet  # noqa: SLF001 - the order of the characters, which has no other name
    if not all(char in alphabet for char in body[3:]):
        return False
    prefix = [3, 3, 0, 2, 3]  # "bc", as BIP 173 expands it
    return bool(library.bech32_checksum(prefix + [alphabet.index(char) for char in body[3:]]) == 0x2BC830A3)


def hu_tax_number(value: str) -> bool:
    """Hungarian adószám: eight digits with a check digit; the code of the kind and that of the county may follow."""
    parts = value.split("-")
    if len(parts) == 3 and not ("1" <= parts[1] <= "5" and "02" <= parts[2] <= "51"):
        return False
    return bool(_library("hu.anum").is_valid(parts[0]))


def kr_resident_number(value: str) -> bool:
    """South Korean number of a citizen: date, 1 to 4 for sex and century; see :func:`_kr_register`."""
    return _kr_register(value, "1234")


def kr_foreigner_number(value: str) -> bool:
    """South Korean number of a foreigner: date, 5 to 8 for sex and century; see :func:`_kr_register`."""
    return _kr_register(value, "5678")


def _kr_register(value: str, kinds: str) -> bool:
    """Numbers given out since October 2020 have no check digit, so none is asked for."""
    digits = _digits(value)
    if len(digits) != 13 or digits[6] not in kinds:
        return False
    year = (1900 if digits[6] in "1256" else 2000) + int(digits[:2])
    return real_date(year, int(digits[2:4]), int(digits[4:6]))


def kr_business_number(value: str) -> bool:
    """South Korean number of a business: tax office, kind, serial, and a check digit of the National Tax Service."""
    digits = _digits(value)
    if not _library("kr.brn").is_valid(digits):
        return False
    total = _weighted(digits[:9], (1, 3, 7, 1, 3, 7, 1, 3, 5)) + int(digits[8]) * 5 // 10
    return (10 - total % 10) % 10 == int(digits[9])


def kr_driver_license(value: str) -> bool:
    """South Korean driving licence: the first two digits are the region that issued it."""
    return value[:2] in {*map(str, range(11, 27)), "28"}


def mx_taxpayer_number(value: str) -> bool:
    """Mexican RFC with its check digit.

    Some three in two hundred have a wrong one, but without it every lot number with a date in it would be an RFC.
    """
    return bool(_library("mx.rfc").is_valid(value, validate_check_digits=True))


def ng_identification_number(value: str) -> bool:
    """Nigerian NIN: the last digit is Verhoeff's."""
    return bool(_library("verhoeff").is_valid(value))


def no_birth_number(value: str) -> bool:
    """Norwegian fødselsnummer: date of birth, also with 40 added to day or month, two check digits modulo 11."""
    digits = _digits(value)
    if len(digits) != 11 or not (digits.isascii() and digits.isdigit()):
        return False
    if (
        _weighted(digits, (3, 7, 6, 1, 8, 9, 4, 5, 2, 1)) % 11
        or _weighted(digits, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)) % 11
    ):
        return False
    day, month, year, serial = int(digits[:2]), int(digits[2:4]), int(digits[4:6]), int(digits[6:9])
    day, month = day - 40 * (40 < day < 80), month - 40 * (month > 40)
    if serial < 500:
        century = 1900
    elif serial < 750 and year >= 54:
        century = 1800
    elif year < 40:
        century = 2000
    else:
        century = 1900 if serial >= 900 else 0
    return century > 0 and real_date(century + year, month, day)


def ph_taxpayer_number(value: str) -> bool:
    """Philippine TIN: the ninth digit is the weighted sum of the first eight modulo 11; a branch may follow."""
    digits = _digits(value)
    return len(set(digits)) > 1 and _weighted(digits[:8], (9, 8, 7, 6, 5, 4, 3, 2)) % 11 == int(digits[8])


def ro_trade_register(value: str) -> bool:
    """Romanian trade register: letter, county, serial and year from 1990 on; the form of 2024 ends in a check digit."""
    counties = {*range(1, 41), 51, 52}
    if "/" in value:
        parts = value[1:].removeprefix("/").split("/")
        return int(parts[0]) in counties and 1990 <= int(parts[2]) <= 2024
    year, county = int(value[1:5]), int(value[11:13])
    if not 1990 <= year < 2100 or county not in (counties if year < 2024 else {0} if year > 2024 else {0, *counties}):
        return False
    return (ord(value[0]) % 10 + sum(map(int, value[1:-1]))) % 10 == int(value[-1])


def sg_identity_number(value: str) -> bool:
    """Singapore's NRIC and FIN: seven digits, whose weighted sum modulo 11 gives the last letter."""
    first, digits, last = value[0].upper(), value[1:8], value[8].upper()
    letters = {"S": "JZIHGFEDCBA", "F": "XWUTRQPNMLK", "M": "KLJNPQRTUWX"}[{"T": "S", "G": "F"}.get(first, first)]
    total = _weighted(digits, (2, 7, 6, 5, 4, 3, 2)) + {"T": 4, "G": 4, "M": 3}.get(first, 0)
    place = total % 11
    return letters[10 - place if first == "M" else place] == last


def sg_entity_number(value: str) -> bool:
    """Singapore's UEN of a business, a company or another entity: each has a check letter of its own."""
    library = _library("sg.uen")
    if len(value) == 9:
        return bool(value[-1] == library.calc_business_check_digit(value))
    if value[0].isdigit():
        return bool(value[-1] == library.calc_local_company_check_digit(value))
    return value[3:5] in library.OTHER_UEN_ENTITY_TYPES and bool(value[-1] == library.calc_other_check_digit(value))


def us_drug_prescriber(value: str) -> bool:
    """Number that the DEA gives a prescriber: the seventh digit is d1 + d3 + d5 + 2 (d2 + d4 + d6) modulo 10."""
    return _weighted(value[2:8], (1, 2, 1, 2, 1, 2)) % 10 == int(value[8])


def us_health_provider(value: str) -> bool:
    """National provider identifier: Luhn's digit, counted with the prefix 80840 of health care in the United States."""
    digits = _digits(value)
    return len(set(digits[:9])) > 1 and _luhn("80840" + digits)


def us_individual_taxpayer(value: str) -> bool:
    """ITIN: 9, and a group of 50 to 65, 70 to 88, 90 to 92 or 94 to 99; python-stdnum knows those from 70 on."""
    digits = re.sub(r"[ -]", "", value)
    group = int(digits[3:5])
    return (
        len(digits) == 9 and digits[0] == "9" and (50 <= group <= 65 or (70 <= group <= 99 and group not in {89, 93}))
    )


def za_identity_number(value: str) -> bool:
    """South African identity number: date of birth, sex, citizenship 0 to 2, Luhn's digit."""
    digits = _digits(value)
    if len(digits) != 13 or digits[10] not in "012":
        return False
    years = (1900 + int(digits[:2]), 2000 + int(digits[:2]))
    return any(real_date(year, int(digits[2:4]), int(digits[4:6])) for year in years) and _luhn(digits)
