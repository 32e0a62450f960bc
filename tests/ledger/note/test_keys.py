"""Verifier keys: one spelling each, and every mangling of one is refused."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.ledger.note.keys import SigningKey, VerifierKey
from engine.ledger.note.note import NoteRefused
from tests.ledger.note import vectors
from tests.ledger.note.strategies import NAMES
from tests.properties import tries

ECDSA = (  # Rekor's key, of algorithm 2
    "rekor.sigstore.dev+c0d23d6a+AjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABNhtmPtrWm3U1eQXBogSMdGvXwBcK5AW5i0hrZLOC96l+smGNM7nwZ4Q"
    "vFK/4sueRoVj//QP22Ni4Qt9DPfkWLc="
)


def is_refused(text: str) -> bool:
    try:
        VerifierKey.parse(text)
    except NoteRefused as exc:
        return exc.reason == "malformed"
    return False


def test_no_part_of_a_key_is_a_key() -> None:
    text = vectors.PETER_KEY
    for start in range(len(text) + 1):
        for end in range(start + 1, len(text) + 1):
            assert (start, end) == (0, len(text)) or is_refused(text[start:end])


def test_no_changed_character_leaves_a_key() -> None:
    text = vectors.PETER_KEY
    for at, character in enumerate(text):
        for other in (chr(ord(character) + 1), character.swapcase(), "+", "\n", " "):
            assert other == character or is_refused(text[:at] + other + text[at + 1 :])


@pytest.mark.parametrize(
    "text",
    [
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        ECDSA,
        "bananas.sigstore.dev+12344556",
        "rekor.sigstore.dev+12345678+THIS_IS_NOT_BASE64!",
        "rekor.sigstore.dev+12345678+AwEB",
        "name+00000000+",
        "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        vectors.PETER_KEY.replace("c74f20a3", "C74F20A3"),
        vectors.PETER_KEY.replace("c74f20a3", "0xc74f20a3"),
        vectors.PETER_KEY + "\n",
        " " + vectors.PETER_KEY,
        "",
    ],
)
def test_what_is_no_key_is_refused(text: str) -> None:
    assert is_refused(text)


def test_base64_may_hold_pluses() -> None:
    text = "TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6"
    assert str(VerifierKey.parse(text)) == text


@settings(max_examples=tries(50))
@given(NAMES, st.binary(min_size=32, max_size=32), st.sampled_from([1, 4]))
def test_keys_are_written_and_read_back(name: str, public: bytes, algorithm: int) -> None:
    key = VerifierKey(name, algorithm, public)
    assert VerifierKey.parse(str(key)) == key


def test_bytes_that_are_no_point_of_the_curve_verify_nothing() -> None:
    for public in (b"\xff" * 32, bytes(31) + b"\x80", b"\x02" + bytes(31)):
        assert not VerifierKey("n", 1, public).check(b"text\n", b"\x01" * 64)


@pytest.mark.parametrize("private", [b"", bytes(31), bytes(33), bytes(64)])
def test_a_private_key_of_another_length_is_refused(private: bytes) -> None:
    with pytest.raises(NoteRefused):
        SigningKey("n", private)


def test_gos_key_pair_is_the_same_here() -> None:
    assert (
        base64.b64encode(b"\x01" + SigningKey("PeterNeumann", vectors.PETER_PRIVATE).verifier.public).decode()
        == (vectors.PETER_KEY.split("+", 2)[2])
    )
