"""Checks of secrets: what is masked or made up, what is bound to a checksum, what decodes to a name and a password."""

from __future__ import annotations

import binascii
import hashlib
import re
from functools import cache

_MASK = re.compile(
    r"x{5}|[*#<>{}]|\.{3}|0{8}|(?<![a-z])your|placeholder|redacted|change-?me|secret-?here", re.IGNORECASE
)
"""What stands in documentation where a secret would."""


def not_masked(value: str) -> bool:
    """Whether a token is written out: eight different characters, behind its prefix two kinds of them, and no mask.

    The kinds are digits, capital and small letters: a random token has two, a name made of words has one.
    """
    rest = value[4:]
    kinds = sum(any(kind(char) for char in rest) for kind in (str.isdigit, str.isupper, str.islower))
    return kinds > 1 and len(set(value)) >= 8 and _MASK.search(value) is None


def named_key(value: str) -> bool:
    """Whether what is assigned looks random: digits and letters, eight different characters, no mask."""
    word = re.split(r"[\s:=\"'`>]", value.rstrip("=\"'`"))[-1]
    both = any(char.isdigit() for char in word) and any(char.isalpha() for char in word)
    return both and len(set(word)) >= 8 and _MASK.search(word) is None


_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


@cache
def _base58_digits() -> dict[str, int]:
    return {char: digit for digit, char in enumerate(_BASE58)}


def base58check(value: str) -> bool:
    """Whether the last four bytes of a number in base 58 are the checksum of the others (SHA-256 twice)."""
    digits = _base58_digits()
    number = 0
    for char in value:
        if char not in digits:
            return False
        number = number * 58 + digits[char]
    raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return hashlib.sha256(hashlib.sha256(raw[:-4]).digest()).digest()[:4] == raw[-4:]


def _decoded(text: str) -> str:
    """Text in base 64, or nothing when it is none or not printable."""
    try:
        plain = binascii.a2b_base64(text + "=" * (-len(text) % 4)).decode()
    except ValueError:
        return ""
    return plain if plain.isprintable() else ""


def basic_credentials(value: str) -> bool:
    """Whether the last word is a name and a password in base 64 (RFC 7617)."""
    word = re.split(r"[\s:\"']", value.rstrip("\"' "))[-1]
    name, _, password = _decoded(word.rstrip("=")).partition(":")
    return bool(name) and len(password) >= 4 and _MASK.search(password) is None


def password_behind_colon(value: str) -> bool:
    """Whether what stands behind the last colon is written out."""
    return _MASK.search(value.rsplit(":", 1)[-1]) is None


def discord_token(value: str) -> bool:
    """Whether the first part of a token is the number of an account in base 64."""
    return re.fullmatch(r"[0-9]{17,20}", _decoded(value.split(".", 1)[0])) is not None


def intercom_token(value: str) -> bool:
    """Whether a token is ``tok:``, a UUID with low lines and a version, in base 64."""
    return re.fullmatch(r"tok:[0-9a-f]{8}(?:_[0-9a-f]{4}){3}_[0-9a-f]{12}:\d:\d", _decoded(value)) is not None


def mapbox_token(value: str) -> bool:
    """Whether the second part of a token is the JSON object that names its account."""
    return _decoded(value.split(".")[1].replace("-", "+").replace("_", "/")).startswith('{"u":"')
