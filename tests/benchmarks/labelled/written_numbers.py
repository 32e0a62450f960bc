"""Numbers of persons as the registers give them out, by arithmetic of our own: neither the catalogue's checks nor python-stdnum.

Each function draws one valid number, as people write it.
"""

from __future__ import annotations

import hashlib
import random
import string
from collections.abc import Callable, Sequence

Number = Callable[[random.Random], str]

_B58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def _digits(rng: random.Random, count: int, first: str = string.digits) -> str:
    return rng.choice(first) + "".join(rng.choices(string.digits, k=count - 1))


def _sum(digits: str, weights: Sequence[int]) -> int:
    return sum(int(one) * weight for one, weight in zip(digits, weights, strict=True))


def _until(draw: Callable[[], str | None]) -> str:
    """The first that can be given out: of some bodies no check digit exists."""
    while True:
        found = draw()
        if found is not None:
            return found


def _date(rng: random.Random) -> tuple[int, int, int]:
    return rng.randint(1940, 2005), rng.randint(1, 12), rng.randint(1, 28)


def _yymmdd(rng: random.Random) -> str:
    year, month, day = _date(rng)
    return f"{year % 100:02d}{month:02d}{day:02d}"


def grouped(number: str, sizes: Sequence[int], gap: str) -> str:
    """In groups of these sizes."""
    parts, at = [], 0
    for size in sizes:
        parts.append(number[at : at + size])
        at += size
    return gap.join(parts)


def luhn(body: str) -> str:
    """With its Luhn digit."""
    doubled = [int(one) * (1 if at % 2 else 2) for at, one in enumerate(reversed(body))]
    return body + str(-sum(one - 9 if one > 9 else one for one in doubled) % 10)


def at_vnr(rng: random.Random) -> str:
    """Austria: serial, check digit, date of birth; the check digit stands fourth."""

    def draw() -> str | None:
        serial = _digits(rng, 3, "123456789")
        year, month, day = _date(rng)
        born = f"{day:02d}{month:02d}{year % 100:02d}"
        check = _sum(serial + born, (3, 7, 9, 5, 8, 4, 2, 1, 6)) % 11
        return None if check == 10 else f"{serial}{check}{rng.choice(['', ' '])}{born}"

    return _until(draw)


def au_tfn(rng: random.Random) -> str:
    """Australia: nine digits, weighed sum divisible by 11."""

    def draw() -> str | None:
        number = _digits(rng, 9, "123456789")
        return number if _sum(number, (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0 else None

    number = _until(draw)
    return rng.choice([number, grouped(number, (3, 3, 3), " ")])


def au_medicare(rng: random.Random) -> str:
    """Australia: eight digits from 2 to 6 on, check digit, number of the card."""
    body = _digits(rng, 8, "23456")
    number = body + str(_sum(body, (1, 3, 7, 9, 1, 3, 7, 9)) % 10) + rng.choice("123")
    return rng.choice([number, grouped(number, (4, 5, 1), " ")])


def ca_sin(rng: random.Random) -> str:
    """Canada: nine digits, Luhn."""
    number = luhn(_digits(rng, 8, "1234567"))
    return grouped(number, (3, 3, 3), rng.choice(["", " ", " ", "-"]))


def pt_nif(rng: random.Random) -> str:
    """Portugal: of persons, from 1 to 3 on."""
    body = _digits(rng, 8, "123")
    check = 11 - _sum(body, range(9, 1, -1)) % 11
    number = body + str(check if check < 10 else 0)
    return rng.choice([number, grouped(number, (3, 3, 3), " ")])


def id_nik(rng: random.Random) -> str:
    """Indonesia: district, date of birth (women plus forty), serial."""
    district = rng.choice("317101 327301 357801 517101 331101 120701 737101 647101".split())
    year, month, day = _date(rng)
    return f"{district}{day + rng.choice([0, 40]):02d}{month:02d}{year % 100:02d}{rng.randint(1, 60):04d}"


def kr_rrn(rng: random.Random) -> str:
    """South Korea: date of birth, century and sex, region, check digit."""
    year, month, day = _date(rng)
    body = f"{year % 100:02d}{month:02d}{day:02d}{rng.choice('12' if year < 2000 else '34')}{rng.randint(0, 89):02d}"
    body += _digits(rng, 3)
    check = (11 - _sum(body, (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)) % 11) % 10
    return f"{body[:6]}-{body[6:]}{check}"


def za_id(rng: random.Random) -> str:
    """South Africa: date of birth, serial, citizen, 8, Luhn."""
    return luhn(f"{_yymmdd(rng)}{_digits(rng, 4)}08")


def uk_nino(rng: random.Random) -> str:
    """United Kingdom: two letters, six digits, letter."""
    letters = rng.choice("ABCEGHJKLMNPRSTWXYZ") + rng.choice("ABCEGHJKLMNPRSTWXYZ")
    letters = letters if letters not in {"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"} else "JA"
    number = letters + _digits(rng, 6) + rng.choice("ABCD")
    return rng.choice([number, grouped(number, (2, 2, 2, 2, 1), " ")])


def in_pan(rng: random.Random) -> str:
    """India: five letters, the fourth P for persons, four digits, letter."""
    return (
        "".join(rng.choices(string.ascii_uppercase, k=3))
        + "P"
        + rng.choice(string.ascii_uppercase)
        + f"{rng.randint(1, 9999):04d}"
        + rng.choice(string.ascii_uppercase)
    )


def nz_ird(rng: random.Random) -> str:
    """New Zealand: eight or nine digits, check digit modulo 11, by other weights where that gives 10."""

    def draw() -> str | None:
        body = f"{rng.randint(10_000_00, 149_999_99):08d}"
        check = -_sum(body, (3, 2, 7, 6, 5, 4, 3, 2)) % 11
        check = -_sum(body, (7, 4, 3, 2, 5, 2, 7, 6)) % 11 if check == 10 else check
        return None if check == 10 else f"{int(body + str(check)):09d}"

    number = _until(draw)
    number = number.removeprefix("0")
    return rng.choice([number, grouped(number, (len(number) - 6, 3, 3), "-")])


def ie_pps(rng: random.Random) -> str:
    """Ireland: seven digits, check letter modulo 23, a second letter since 2013."""
    body = _digits(rng, 7, "123456789")
    second = rng.choice(["", "A"])
    check = "WABCDEFGHIJKLMNOPQRSTUV"[(_sum(body, range(8, 1, -1)) + (9 if second else 0)) % 23]
    return body + check + second


def cl_rut(rng: random.Random) -> str:
    """Chile: seven or eight digits, check character modulo 11."""
    body = str(rng.randint(4_000_000, 25_999_999))
    total = sum(int(one) * (2 + at % 6) for at, one in enumerate(reversed(body)))
    check = "0K987654321"[total % 11]
    return rng.choice([f"{int(body):,}".replace(",", "."), body]) + "-" + check


def ar_cuit(rng: random.Random) -> str:
    """Argentina: kind, eight digits, check digit modulo 11."""

    def draw() -> str | None:
        body = rng.choice(["20", "27", "23"]) + _digits(rng, 8, "123")
        check = -_sum(body, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
        return None if check == 10 else f"{body[:2]}-{body[2:]}-{check}"

    return _until(draw)


def lt_asmens(rng: random.Random) -> str:
    """Lithuania: century and sex, date of birth, serial, check digit modulo 11."""
    year, month, day = _date(rng)
    body = f"{rng.choice('34' if year < 2000 else '56')}{year % 100:02d}{month:02d}{day:02d}{_digits(rng, 3)}"
    check = _sum(body, (1, 2, 3, 4, 5, 6, 7, 8, 9, 1)) % 11
    check = _sum(body, (3, 4, 5, 6, 7, 8, 9, 1, 2, 3)) % 11 if check == 10 else check
    return body + str(check % 10)


def bg_egn(rng: random.Random) -> str:
    """Bulgaria: date of birth (month plus forty since 2000), serial, check digit modulo 11."""
    year, month, day = _date(rng)
    body = f"{year % 100:02d}{month + (40 if year >= 2000 else 0):02d}{day:02d}{_digits(rng, 3)}"
    return body + str(_sum(body, (2, 4, 8, 5, 10, 9, 7, 3, 6)) % 11 % 10)


def si_emso(rng: random.Random) -> str:
    """Slovenia: date of birth, 50, serial, check digit modulo 11."""

    def draw() -> str | None:
        year, month, day = _date(rng)
        body = f"{day:02d}{month:02d}{year % 1000:03d}50{_digits(rng, 3)}"
        check = -_sum(body, (7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
        return None if check == 10 else body + str(check)

    return _until(draw)


def uk_nhs(rng: random.Random) -> str:
    """England: ten digits, check digit modulo 11."""

    def draw() -> str | None:
        body = _digits(rng, 9, "4679")
        check = -_sum(body, range(10, 1, -1)) % 11
        return None if check == 10 else body + str(check)

    number = _until(draw)
    return rng.choice([number, grouped(number, (3, 3, 4), " "), grouped(number, (3, 3, 4), "-")])


def es_nif(rng: random.Random) -> str:
    """Spain: eight digits, letter modulo 23."""
    number = rng.randint(1_000_000, 79_999_999)
    return f"{number:08d}{rng.choice(['', '-'])}{'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23]}"


def pl_pesel(rng: random.Random) -> str:
    """Poland: date of birth (month plus twenty since 2000), serial, check digit."""
    year, month, day = _date(rng)
    body = f"{year % 100:02d}{month + (20 if year >= 2000 else 0):02d}{day:02d}{_digits(rng, 4)}"
    return body + str(-_sum(body, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)) % 10)


def sg_nric(rng: random.Random) -> str:
    """Singapore: S or T, seven digits, check letter modulo 11."""
    kind, body = rng.choice("ST"), _digits(rng, 7)
    total = _sum(body, (2, 7, 6, 5, 4, 3, 2)) + (4 if kind == "T" else 0)
    return kind + body + "JZIHGFEDCBA"[total % 11]


def us_ssn(rng: random.Random) -> str:
    """United States: area below 900 but 666, group and serial from 1."""
    area = rng.choice([rng.randint(1, 665), rng.randint(667, 899)])
    return f"{area:03d}-{rng.randint(1, 99):02d}-{rng.randint(1, 9999):04d}"


def _hashed(payload: bytes) -> bytes:
    return hashlib.sha256(hashlib.sha256(payload).digest()).digest()


def bitcoin(rng: random.Random) -> str:
    """An address by the hash of a key or script, in base 58, or of a witness, in Bech32 (BIP 173)."""
    if rng.random() < 0.4:
        return _bech32(rng.randbytes(20))
    payload = rng.choice([b"\x00", b"\x05"]) + rng.randbytes(20)
    payload += _hashed(payload)[:4]
    number, out = int.from_bytes(payload, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        out = _B58[rest] + out
    return "1" * (len(payload) - len(payload.lstrip(b"\x00"))) + out


def _bech32(program: bytes) -> str:
    bits = "".join(f"{byte:08b}" for byte in program)
    values = [0, *(int(bits[at : at + 5], 2) for at in range(0, len(bits), 5))]
    spread = [ord(one) >> 5 for one in "bc"] + [0] + [ord(one) & 31 for one in "bc"]
    check = _polymod([*spread, *values, *[0] * 6]) ^ 1
    return "bc1" + "".join(_BECH[one] for one in [*values, *((check >> 5 * (5 - at)) & 31 for at in range(6))])


def _polymod(values: Sequence[int]) -> int:
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for at, generator in enumerate((0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)):
            check ^= generator if (top >> at) & 1 else 0
    return check


def ether(rng: random.Random) -> str:
    """An address of Ethereum in small letters, without the check that mixed case makes."""
    return f"0x{rng.getrandbits(160):040x}"
