"""Numbers for the demo: right in form and check digit, and given to nobody."""

from __future__ import annotations

import base64
import hashlib
import random
import string
import zlib
from typing import Final

CARD_PREFIXES: Final = (("424242", 16), ("555555", 16), ("401288", 16), ("378282", 15), ("601111", 16))
"""Prefixes of the card networks' published test numbers."""

BANKS: Final = {"DE": ("10000000", 10), "GB": ("NWBK601613", 8), "SE": ("500", 17)}
"""Country: bank part of the account number, and how many random digits follow it."""


def card_number(rng: random.Random) -> str:
    """A card number that passes Luhn, under a test prefix."""
    prefix, length = rng.choice(CARD_PREFIXES)
    body = prefix + "".join(rng.choices(string.digits, k=length - len(prefix) - 1))
    return body + luhn_digit(body)


def luhn_digit(body: str) -> str:
    """The check digit after these digits (ISO/IEC 7812-1)."""
    total = 0
    for place, char in enumerate(reversed(body)):
        value = int(char) * (1 + (place % 2 == 0))
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def iban(rng: random.Random, country: str = "") -> str:
    """An IBAN with right check digits (ISO 13616)."""
    land = country or rng.choice(("DE", "GB", "SE"))
    bank, digits = BANKS[land]
    account = bank + "".join(rng.choices(string.digits, k=digits))
    spelled = "".join(str(int(char, 36)) for char in f"{account}{land}00")
    return f"{land}{98 - int(spelled) % 97:02}{account}"


def social_security_number(rng: random.Random) -> str:
    """A US number of the areas 773 to 899, which were never assigned to a state before numbers became random in 2011.

    The demo's employees are older than that, so none of them can have been given such a number.
    """
    return f"{rng.randrange(773, 900)}-{rng.randrange(1, 100):02}-{rng.randrange(1, 10_000):04}"


def address_v4(rng: random.Random) -> str:
    """An IPv4 address of the documentation blocks (RFC 5737)."""
    return f"{rng.choice(('192.0.2', '198.51.100', '203.0.113'))}.{rng.randrange(1, 255)}"


def address(rng: random.Random) -> str:
    """An address of the documentation blocks: mostly IPv4, one in eight IPv6 (RFC 3849)."""
    if rng.randrange(8):
        return address_v4(rng)
    return "2001:db8:" + ":".join(f"{rng.randrange(1, 65536):x}" for _ in range(6))


def password_hash(rng: random.Random) -> str:
    """A bcrypt hash in form (``$2b$12$``, salt, digest), of nothing."""
    alphabet = "./" + string.ascii_letters + string.digits
    return "$2b$12$" + "".join(rng.choices(alphabet, k=53))


def aws_access_key(rng: random.Random) -> str:
    """An AWS access key ID in form."""
    return "AKIA" + "".join(rng.choices(string.ascii_uppercase + "234567", k=16))


def aws_secret_key(rng: random.Random) -> str:
    """An AWS secret access key in form: 40 characters of base64."""
    return base64.b64encode(rng.randbytes(30)).decode()


def github_token(rng: random.Random) -> str:
    """A GitHub token in form, its last six characters being the CRC-32 of the 30 before, in base 62."""
    alphabet = string.digits + string.ascii_uppercase + string.ascii_lowercase
    body = "".join(rng.choices(alphabet, k=30))
    checksum, tail = zlib.crc32(body.encode()), ""
    while checksum:
        checksum, digit = divmod(checksum, 62)
        tail = alphabet[digit] + tail
    return f"ghp_{body}{tail:0>6}"


def uuid4(rng: random.Random) -> str:
    """A random UUID (RFC 9562)."""
    text = f"{rng.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-{'89ab'[int(text[16], 16) % 4]}{text[17:20]}-{text[20:]}"


def hex_digest(rng: random.Random) -> str:
    """A SHA-256 in hexadecimal, of nothing."""
    return hashlib.sha256(rng.randbytes(16)).hexdigest()
