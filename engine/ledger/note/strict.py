"""The lexical rules that notes, checkpoints, proofs and policies share: one spelling for each value, anything else is refused.

Python's own readers are too kind for signed bytes: ``str.splitlines`` also splits at U+2028 and form feeds, ``int`` takes
``+1`` and ``1_0``, ``b64decode`` skips what it does not know and ignores the unused bits of the last character. What is read
here is written back byte for byte.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import Literal, NoReturn

from engine.base.errors import IntegrityViolated

MAX_NUMBER = 2**63 - 1  # of sizes, indexes and POSIX seconds: C2SP keeps them within a signed 64-bit number
HASH_BYTES = 32  # SHA-256
MAX_NOTE_BYTES = 1 << 20  # of a whole note or proof; a cosignature by ML-DSA-44 takes 3.3 kB of it

Reason = Literal["malformed", "unsigned", "wrong_key", "bad_signature", "wrong_origin"]

_DECIMAL = re.compile(r"(?:0|[1-9][0-9]{0,18})", re.ASCII)
_FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\ufffd]")


class NoteRefused(IntegrityViolated):
    """A signed note, or what is built on it, is not what it must be.

    Attributes:
        reason: ``malformed`` (not the exact format), ``unsigned`` (no signature by a known key), ``wrong_key`` (a signature
            under a known name, by another key), ``bad_signature`` (a known key's signature does not fit the text) or
            ``wrong_origin`` (a checkpoint of another log).
    """

    code = "note_refused"

    def __init__(self, message: str, *, reason: Reason, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.reason: Reason = reason


def malformed(what: str) -> NoReturn:
    """Refuse for the format's sake; ``what`` is one clause without any of the refused bytes."""
    raise NoteRefused(f"Not in the exact format: {what}.", reason="malformed")


def read_text(data: bytes, what: str) -> str:
    """UTF-8 without control characters below U+0020 other than newline (signed-note, "Format").

    U+FFFD is refused too: it stands where some program before us dropped bytes that were signed, or were not.
    """
    try:
        text = data.decode("utf-8", errors="strict")
    except UnicodeDecodeError:
        malformed(f"{what} is not UTF-8")
    check_characters(text, what)
    return text


def check_characters(text: str, what: str) -> None:
    """Refuse control characters other than newline, U+FFFD, and lone surrogates, which have no UTF-8."""
    if _FORBIDDEN.search(text):
        malformed(f"{what} has a control character or U+FFFD")
    if any("\ud800" <= character <= "\udfff" for character in text):
        malformed(f"{what} has a lone surrogate")


def check_line(text: str, what: str) -> None:
    """Refuse an empty line and one with a newline in it."""
    check_characters(text, what)
    if not text or "\n" in text:
        malformed(f"{what} is not one non-empty line")


def check_name(name: str) -> None:
    """Refuse what is no key name: empty, with a Unicode space, or with ``+`` (signed-note, "Format")."""
    check_line(name, "a key name")
    if "+" in name or any(character.isspace() for character in name):
        malformed("a key name has a space or a plus")


def read_number(text: str, what: str) -> int:
    """A decimal without sign, leading zeros or separators, at most 2^63-1."""
    if not _DECIMAL.fullmatch(text):
        malformed(f"{what} is not a plain decimal")
    number = int(text)
    check_number(number, what)
    return number


def check_number(number: int, what: str) -> None:
    """Refuse a number outside 0..2^63-1."""
    if not 0 <= number <= MAX_NUMBER:
        malformed(f"{what} is out of range")


def read_base64(text: str, what: str) -> bytes:
    """Standard alphabet with padding (RFC 4648, section 4), whose unused bits are zero (section 3.5)."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError):
        malformed(f"{what} is not base64")
    if write_base64(data) != text:
        malformed(f"{what} is not canonical base64")
    return data


def write_base64(data: bytes) -> str:
    """What ``read_base64`` reads."""
    return base64.b64encode(data).decode("ascii")


def read_hash(text: str, what: str) -> bytes:
    """One SHA-256 value, 44 characters of base64."""
    data = read_base64(text, what)
    check_hash(data, what)
    return data


def check_hash(data: bytes, what: str) -> None:
    """Refuse what is not 32 bytes."""
    if len(data) != HASH_BYTES:
        malformed(f"{what} is not of 32 bytes")


def read_lines(text: str, what: str) -> list[str]:
    """The lines of a text that ends with a newline; split at U+000A and nowhere else."""
    if not text.endswith("\n"):
        malformed(f"{what} does not end with a newline")
    return text[:-1].split("\n")


def check_size(data: bytes, limit: int, what: str) -> None:
    """Refuse more bytes than the limit, before any work is done on them."""
    if len(data) > limit:
        malformed(f"{what} is larger than {limit} bytes")
