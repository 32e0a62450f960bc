"""Checks of wallets: published addresses pass, mutated ones do not, and Keccak-256 is the one of the specification."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from classifiers.checks import wallets as checks
from tests.properties import tries

PUBLISHED: list[tuple[Callable[[str], bool], str]] = [
    (checks.ethereum, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),  # EIP 55
    (checks.ethereum, "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359"),  # EIP 55
    (checks.bech32, "A12UEL5L"),  # BIP 173
    (checks.bech32, "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw"),  # BIP 173
    (checks.bech32, "abcdef1l7aum6echk45nj3s0wdvt2fg8x9yrzpqzd3ryx"),  # BIP 350
    (checks.bitcoin_cash, "bitcoincash:qpm2qsznhks23z7629mms6s4cwef74vcwvy22gdx6a"),  # CashAddr specification
    (checks.stellar, "GA7QYNF7SOWQ3GLR2BGMZEHXAVIRZA4KVWLTJJFC7MGXUA74P7UJVSGZ"),  # SEP 23
    (checks.RIPPLE, "rHb9CJAWyB4rj91VRWn96DkukG4bwdtyTh"),  # XRPL docs, genesis account
    (checks.TRON, "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"),
]


@pytest.mark.parametrize(
    ("check", "address"), PUBLISHED, ids=lambda one: getattr(one, "__name__", None) or str(one)[:8]
)
def test_published_addresses_pass(check: Callable[[str], bool], address: str) -> None:
    assert check(address)


@settings(max_examples=tries(60), deadline=None)
@given(st.sampled_from(PUBLISHED), st.data())
def test_a_changed_character_fails(one: tuple[Callable[[str], bool], str], data: st.DataObject) -> None:
    check, address = one
    body = address.partition(":")[2] or address
    place = data.draw(st.integers(len(address) - len(body) + 4, len(address) - 1))
    other = data.draw(st.sampled_from(sorted(set(body))))
    assume(other.lower() != address[place].lower())
    assert not check(address[:place] + other + address[place + 1 :])


def test_keccak_is_not_sha3() -> None:
    """Of nothing, and of more than one block: test vectors of the Keccak team's submission, and of go-ethereum."""
    assert checks.keccak256(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
    assert checks.keccak256(b"abc").hex() == "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"
    assert checks.keccak256(bytes(136)) != checks.keccak256(bytes(137))


@settings(max_examples=tries(60), deadline=None)
@given(st.text(max_size=80))
def test_no_text_breaks_a_check(text: str) -> None:
    for check in (checks.LITECOIN, checks.RIPPLE, checks.bech32, checks.bitcoin_cash, checks.solana, checks.polkadot):
        assert check(text) in {True, False}
