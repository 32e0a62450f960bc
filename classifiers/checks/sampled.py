"""Checks that cost microseconds a value and therefore run on a sample: python-stdnum, phonenumbers, and rules of ours.

All take matched strings and answer for each. Libraries are imported on first use. None reads the clock: where python-stdnum
would ask for today's date, the rule is written out here and a date in the future is as good as one in the past.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
PHONE_REGIONS_TRUNK = ("GB", "DE", "FR", "IT", "AU")
"""Regions tried for a national number that begins with the trunk prefix 0."""
PHONE_REGIONS_OTHER = ("US", "ES", "IT", "IN")
"""Regions tried for a national number that does not: North America, and mobile numbers of the others."""


@cache
def _stdnum(module: str) -> Callable[[str], bool]:
    from importlib import import_module

    valid: Callable[[str], bool] = import_module(f"stdnum.{module}").is_valid
    return valid


@dataclass(frozen=True, slots=True)
class Stdnum:
    """The check of one module of python-stdnum, such as ``gb.nhs``; ``drop`` is a separator which that module refuses."""

    module: str
    drop: str = ""

    def __call__(self, values: Sequence[str]) -> Sequence[bool]:
        """Whether each value is valid."""
        valid = _stdnum(self.module)
        values = [value.replace(self.drop, "") for value in values] if self.drop else values
        return [value.isascii() and valid(value) for value in values]


@dataclass(frozen=True, slots=True)
class Each:
    """A check made of a rule for one value."""

    rule: Callable[[str], bool]

    def __call__(self, values: Sequence[str]) -> Sequence[bool]:
        """Whether each value keeps the rule."""
        return [self.rule(value) for value in values]


def real_date(year: int, month: int, day: int) -> bool:
    """Whether there is such a day in the Gregorian calendar."""
    if not (1 <= month <= 12 and 1 <= day <= _DAYS[month - 1]):
        return False
    return not (month == 2 and day == 29) or (year % 4 == 0 and (year % 100 != 0 or year % 400 == 0))


def date_of_a_life(value: str) -> bool:
    """Whether a date written with digits exists and lies between 1900 and 2029, in any usual order of its parts."""
    parts = re.split(r"[-/.]", value)
    if len(parts) != 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return False
    numbers = [int(part) for part in parts]
    if len(parts[0]) == 4:
        orders = [(numbers[0], numbers[1], numbers[2])]
    else:
        orders = [(numbers[2], numbers[1], numbers[0]), (numbers[2], numbers[0], numbers[1])]
    return any(1900 <= year < 2030 and real_date(year, month, day) for year, month, day in orders)


@cache
def _phonenumbers() -> Any:
    import phonenumbers

    return phonenumbers


_DATE = re.compile(r"(?:19|20)[0-9]{2}[ .-][0-9]{2}[ .-][0-9]{2}|[0-9]{2}[ .-][0-9]{2}[ .-](?:19|20)[0-9]{2}")


def telephone_digits(value: str) -> bool:
    """Whether a value has as many digits as a telephone number with or without its country, and is no date."""
    number = re.split(r"[xe]", value, maxsplit=1)[0]
    return 7 <= sum(char.isdigit() for char in number) <= 15 and not _DATE.fullmatch(value)


def phone(value: str) -> bool:
    """Whether a value is a phone number that can be dialled somewhere (E.164 and the national plans).

    With ``+`` or ``00`` the country is in the number. Without, eight regions are tried: those with a trunk prefix when it
    begins with 0, the others when it does not. Ten bare digits that could be seconds since 1970 (of 2017 to 2033) are none.
    """
    head = re.split(r"[xe#]", value, maxsplit=1, flags=re.IGNORECASE)[0]
    plain = re.sub(r"[^0-9]", "", head)
    if not 7 <= len(plain) <= 17 or not value.isprintable() or len(set(plain)) < 3:
        return False
    if value.startswith("00"):
        return _dialled("+" + value[2:], None)
    if value.startswith("+"):
        return _dialled(value, None)
    groups = tuple(map(len, re.findall(r"[0-9]+", head)))
    if plain.startswith("0"):  # grouped as in North America it is nobody's: no code begins with 0 there
        return groups != (3, 3, 4) and any(_dialled(value, region) for region in PHONE_REGIONS_TRUNK)
    if groups == (10,) and plain[:2] in {"15", "16", "17", "18", "19"}:
        return False
    return any(_dialled(value, region) for region in PHONE_REGIONS_OTHER if _may_be(plain, groups, region))


_GROUPS = {
    "US": ((3, 3, 4), (1, 3, 3, 4), (3, 7), (3, 4)),
    "ES": ((3, 3, 3), (3, 2, 2, 2)),
    "IT": ((3, 7), (3, 6), (3, 3, 4), (3, 3, 3)),
    "IN": ((5, 5), (4, 6)),
}
"""How digits are grouped where no trunk prefix is written."""


def _may_be(plain: str, groups: tuple[int, ...], region: str) -> bool:
    """Whether so many digits, so grouped, are usual in a region: says no in 0.2 microseconds where asking takes 50."""
    if len(groups) > 1 and groups not in _GROUPS[region]:
        return False
    if region == "US":
        return len(plain) == 10 or (len(plain) == 11 and plain[0] == "1")
    if region == "ES":
        return len(plain) == 9
    if region == "IT":
        return len(plain) in {9, 10} and plain[0] == "3"
    return len(plain) == 10 and plain[0] in "6789"


def _dialled(value: str, region: str | None) -> bool:
    library = _phonenumbers()
    try:
        number = library.parse(value, region)
    except library.NumberParseException:
        return False
    return bool(library.is_valid_number(number))


def ip_address(value: str) -> bool:
    """Whether a value is an address of IP version 4 or 6, and does not look like a version number or a name.

    Version numbers have four parts too (``2.10.0.1``), but small ones: so an IPv4 address must have a part of 64 or more,
    or begin with 10 or 127, the private and loopback networks in which small parts are usual. An IPv6 address must hold a
    digit, so that ``dead::beef`` in a program is none.
    """
    if ":" not in value:
        octets = [int(part) for part in value.split(".")] if _FOUR_OCTETS.fullmatch(value) else [256]
        return 64 <= max(octets) <= 255 or (max(octets) < 64 and octets[0] in {10, 127})
    import ipaddress

    try:
        ipaddress.IPv6Address(value)
    except ValueError:
        return False
    return any(char.isdigit() for char in value)


_FOUR_OCTETS = re.compile(r"(?:0|[1-9][0-9]{0,2})(?:\.(?:0|[1-9][0-9]{0,2})){3}")
"""As ``ipaddress`` reads them: zeros before a number, which some programs take for octal, are none. Ten times as fast."""
_SOCIAL_SECURITY = re.compile(r"(?!000|666|9)[0-9]{3}-?(?!00)[0-9]{2}-?(?!0000)[0-9]{4}")
_KNOWN_NUMBERS = frozenset({"078051120", "457555462", "219099999"})


def us_social_security_number(value: str) -> bool:
    """Whether a value can be a social security number: an area, group and serial that are issued, none of the famous three.

    The rules of the Social Security Administration since the randomisation of 2011. As python-stdnum has it, forty times as fast;
    blanks may stand between the groups.
    """
    number = value.replace(" ", "")
    return _SOCIAL_SECURITY.fullmatch(number) is not None and number.replace("-", "") not in _KNOWN_NUMBERS


def mac_address(value: str) -> bool:
    """Whether a value is a hardware address (IEEE 802) of a device: neither all zeros nor the broadcast address."""
    return len(set(re.sub(r"[^0-9a-f]", "", value.lower()))) > 1


def be_national_number(value: str) -> bool:
    """Belgian national number: two check digits modulo 97, counted with a leading 2 for births from 2000 on."""
    digits = re.sub(r"[ .-]", "", value)
    if len(digits) != 11 or not (digits.isascii() and digits.isdigit()):
        return False
    if int(digits[2:4]) > 12 or int(digits[4:6]) > 31:
        return False
    body, check = digits[:9], int(digits[9:])
    return check in {97 - int(body) % 97, 97 - int("2" + body) % 97}


def se_personal_number(value: str) -> bool:
    """Swedish personnummer: date of birth, serial and Luhn digit (SKV 704); a year of two digits fits any century.

    Coordination numbers (SKV 707) have 60 added to the day.
    """
    digits = re.sub(r"[-+]", "", value)
    if len(digits) not in {10, 12} or not (digits.isascii() and digits.isdigit()):
        return False
    years = [int(digits[:4])] if len(digits) == 12 else [1900 + int(digits[:2]), 2000 + int(digits[:2])]
    digits = digits[-10:]
    day = int(digits[4:6])
    if not any(real_date(year, int(digits[2:4]), day - 60 if day > 60 else day) for year in years):
        return False
    weighted = (int(digit) * (2 - index % 2) for index, digit in enumerate(digits))
    return sum(one // 10 + one % 10 for one in weighted) % 10 == 0


def fi_personal_code(value: str) -> bool:
    """Finnish henkilotunnus, upper case: date of birth, sign of the century, serial 002 to 899, check character modulo 31.

    Follows the decree 128/2010 as amended in 2023, whose further signs (Y X W V U, B C D E F) python-stdnum has as well.
    """
    return value.isascii() and value == value.upper() and _stdnum("fi.hetu")(value)


def json_web_token(value: str) -> bool:
    """Whether the first part of a token is the header of a JWT or JWE (RFC 7515): a JSON object with an ``alg``."""
    import binascii
    import json

    head = value.split(".", 1)[0]
    try:
        header = json.loads(binascii.a2b_base64(head.replace("-", "+").replace("_", "/") + "=" * (-len(head) % 4)))
    except ValueError:
        return False
    return isinstance(header, dict) and isinstance(header.get("alg"), str)


_PLACEHOLDER = re.compile(
    r"\$[{(]|^\$[A-Za-z_]+$|%\(|^%\w{0,40}%?$|^<.{0,60}>?$|\{\{|^\{.{0,60}\}?$|\*{2}|x{4}|"
    r"^(?:password|passwd|pass|pwd|secret|token|none|null|true|false|changeme|example|placeholder|required|string|"
    r"undefined|redacted)$|your[_-]|example[_-]|(?:os|env|process|config|settings|self)[.(\[]",
    re.IGNORECASE,
)
"""What stands where a secret would: variables, placeholders, masks."""


def _assigned(value: str) -> str:
    """What stands behind the last ``=``, ``:`` or blank that introduces it, without quotes."""
    return re.split(r"[:=]\s{0,3}[\"'`]?|\s", value.rstrip("=\"'`"), maxsplit=1)[-1].strip("\"'` ")


def assigned_password(value: str) -> bool:
    """Whether what is assigned looks like a password and not like a variable, a placeholder or a mask."""
    word = _assigned(value)
    return len(word) >= 4 and _PLACEHOLDER.search(word) is None


def connection_password(value: str) -> bool:
    """Whether the last pair of a connection string holds a password that is written out."""
    word = value.rsplit("=", 1)[-1] if value.count("=") else ""
    return bool(word) and _PLACEHOLDER.search(word) is None


def assigned_key(value: str) -> bool:
    """Whether what is assigned looks random: no placeholder, digits and letters, ten different characters."""
    word = _assigned(value)
    mixed = any(char.isdigit() for char in word) and any(char.isalpha() for char in word)
    return mixed and len(set(word)) >= 10 and _PLACEHOLDER.search(word) is None


def address_with_password(value: str) -> bool:
    """Whether the password in ``scheme://user:password@host`` is written out."""
    head = value.rsplit("@", 1)[0].split("://", 1)[-1]
    password = head.split(":", 1)[-1]
    return bool(password) and _PLACEHOLDER.search(password) is None
