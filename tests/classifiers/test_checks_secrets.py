"""Checks of secrets: checksums, masks, and what decodes to a name and a password."""

from __future__ import annotations

import base64
import hashlib
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.checks.secrets import (
    base58check,
    basic_credentials,
    discord_token,
    named_key,
    not_masked,
    password_behind_colon,
)

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def wallet_format(key: bytes) -> str:
    """A private key as wallets export it, written out here once more by the book."""
    raw = b"\x80" + key
    raw += hashlib.sha256(hashlib.sha256(raw).digest()).digest()[:4]
    number, text = int.from_bytes(raw, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = BASE58[digit] + text
    return text


@given(st.binary(min_size=32, max_size=32), st.randoms(use_true_random=False))
def test_a_checksum_in_base_58_allows_no_other_character(key: bytes, rng: random.Random) -> None:
    text = wallet_format(key)
    place = rng.randrange(len(text))
    other = rng.choice([char for char in BASE58 if char != text[place]])
    assert base58check(text)
    assert not base58check(text[:place] + other + text[place + 1 :])


def test_base_58_knows_neither_zero_nor_the_letters_like_it() -> None:
    assert not any(base58check("5" + char * 50) for char in "0OIl+é")


@pytest.mark.parametrize(
    ("token", "written_out"),
    [
        ("abcd_Zk39Qm1xLw", True),
        ("abcd_xxxxxxxxxxxxxxx9Z", False),
        ("abcd_YOUR_TOKEN_9a", False),
        ("abcd_placeholder12345", False),
        ("abcd_<token-from-9Z>", False),
        ("abcd_aB1aB1aB1", False),
        ("abcd_some_long_name", False),
        ("abcd_SOME_LONG_NAME", False),
        ("abcd_000000000Zk39Qm", False),
    ],
)
def test_masks_placeholders_and_names_are_no_tokens(token: str, written_out: bool) -> None:  # noqa: FBT001
    assert not_masked(token) is written_out


@pytest.mark.parametrize(
    ("text", "written_out"),
    [
        ('X_API_KEY = "4f9a0c77b1de', True),
        ("x api key is 4f9a0c77b1de", True),
        ("X_API_KEY=abcdefghijkl", False),
        ("X_API_KEY=123456789012", False),
        ("X_API_KEY_2024=abcdefghijkl", False),
        ("X_API_KEY=xxxxxx4f9a0c", False),
    ],
)
def test_only_what_is_assigned_counts(text: str, written_out: bool) -> None:  # noqa: FBT001
    assert named_key(text) is written_out


@pytest.mark.parametrize(
    ("plain", "is_pair"),
    [
        (b"Aladdin:open sesame", True),
        (b"user:pa:ss", True),
        (b"no pair at all", False),
        (b":password", False),
        (b"user:abc", False),
        (b"user:xxxxxxxx", False),
        (b"user:\x00\x01\x02\x03\x04", False),
        (b"\xff\xfe:\xfd\xfc\xfb\xfa", False),
    ],
)
def test_basic_credentials_are_a_name_and_a_password(plain: bytes, is_pair: bool) -> None:  # noqa: FBT001
    word = base64.b64encode(plain).decode()
    assert basic_credentials(f"Basic {word}") is is_pair
    assert basic_credentials(f'"auth": "{word}"') is is_pair


def test_a_word_is_no_pair() -> None:
    assert not any(basic_credentials(f"Basic {word}") for word in ("authentication", "a", "=", "é"))


def test_a_bot_of_discord_begins_with_its_number() -> None:
    number = base64.b64encode(b"223344556677889900").decode()
    assert discord_token(f"{number}.abcdef.ghijkl")
    assert not discord_token(f"{base64.b64encode(b'twenty three letters').decode()}.abcdef.ghijkl")
    assert not discord_token("MTIz.abcdef.ghijkl")


def test_the_password_of_a_line_is_its_last_part() -> None:
    assert password_behind_colon("*:5432:*:bob:s3cret")
    assert not password_behind_colon("host:5432:db:bob:<password>")
