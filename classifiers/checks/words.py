"""Checks of what a word introduces or a clock of the web writes: months, numbers, identifiers."""

from __future__ import annotations

import re


def future_month(value: str) -> bool:
    """Whether a value ends in a month of a year from 2000 to 2049, as cards print it: ``09/27`` or ``09/2027``."""
    found = re.search(r"([0-9]{2}) ?[/-] ?(?:20)?([0-9]{2})\Z", value)
    return found is not None and 1 <= int(found[1]) <= 12 and int(found[2]) < 50


def random_uuid(value: str) -> bool:
    """Whether a UUID is of a version and variant that RFC 9562 has; neither all zeros nor all ones."""
    return value[14] in "12345678" and value[19].lower() in "89ab"


def not_all_zero(value: str) -> bool:
    """Whether an identifier says something: neither zeros only, which stands for *no identifier*, nor one other digit only."""
    return len(set(value.replace("-", "").lower())) > 1


def on_earth(value: str) -> bool:
    """Whether the two decimal numbers of a value are degrees of latitude and longitude, in this order, and not both zero."""
    numbers = [float(number) for number in re.findall(r"-?[0-9]{1,3}(?:\.[0-9]{1,15})?", value)[:2]]
    return len(numbers) == 2 and abs(numbers[0]) <= 90 and abs(numbers[1]) <= 180 and numbers != [0.0, 0.0]


def degrees_and_minutes(value: str) -> bool:
    """Whether minutes and seconds are below sixty and degrees within their circle."""
    numbers = [float(number) for number in re.findall(r"[0-9]{1,3}(?:\.[0-9]{1,8})?", value)]
    return len(numbers) >= 2 and numbers[0] <= 180 and all(number < 60 for number in numbers[1:2])


_PLUS_CODE = "23456789CFGHJMPQRVWX"


def plus_code(value: str) -> bool:
    """Whether a full plus code lies on earth: its first two digits are below 9 and 18 in base 20 (Open Location Code)."""
    return _PLUS_CODE.index(value[0]) < 9 and _PLUS_CODE.index(value[1]) < 18


_VIN_VALUES = {
    **{str(digit): digit for digit in range(10)},
    **dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", (*range(1, 9), *range(1, 6), 7, 9, *range(2, 10)), strict=True)),
}
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)


def vin(value: str) -> bool:
    """Whether the ninth character is the check digit of a vehicle identification number (49 CFR 565.15), as in North America."""
    total = sum(_VIN_VALUES.get(char, 0) * weight for char, weight in zip(value, _VIN_WEIGHTS, strict=True))
    return "0123456789X"[total % 11] == value[8] and has_letters_and_digits(value)


def has_letters_and_digits(value: str) -> bool:
    """Whether a value has at least two letters and four digits, so that it is no word and no number."""
    return sum(map(str.isalpha, value)) >= 2 and sum(map(str.isdigit, value)) >= 4


def embedded_sim(value: str) -> bool:
    """Whether the last two of 32 digits are the check digits of an EID (GSMA SGP.29): the number modulo 97 is one."""
    digits = value.replace(" ", "")
    return len(digits) == 32 and int(digits) % 97 == 1
