"""A membership filter never denies what is in it, seldom affirms what is not, and takes at most two bytes a value."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.sketches.membership import Membership, MembershipError

HASHES = st.sets(st.integers(0, 2**64 - 1), max_size=300)


def array(hashes: object) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    return np.array(list(hashes), np.uint64)  # type: ignore[call-overload]


def drawn(count: int, seed: int) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    return np.unique(np.random.default_rng(seed).integers(0, 2**64, count, dtype=np.uint64))


@given(HASHES, st.randoms(use_true_random=False))
def test_nothing_in_it_is_denied_and_the_bytes_are_canonical(hashes: set[int], random: object) -> None:
    built = Membership.of(array(sorted(hashes)))
    shuffled = list(hashes)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert Membership.of(array(shuffled)).to_bytes() == built.to_bytes()
    read = Membership.from_bytes(built.to_bytes())
    assert read.may_hold(array(hashes)).all()
    assert read.to_bytes() == built.to_bytes()


@pytest.mark.parametrize("count", [10, 341, 342, 1_000, 100_000])
def test_it_takes_two_bytes_a_value_and_errs_in_less_than_one_percent(count: int) -> None:
    known, absent = drawn(count, 1), drawn(100_000, 2)
    built = Membership.of(known)
    assert len(built.to_bytes()) <= 2 * count
    assert built.may_hold(known).all()
    assert built.may_hold(absent).mean() < 0.01


def test_false_hits_are_few_over_many_small_filters() -> None:
    absent = drawn(2_000, 3)
    hits = [Membership.of(drawn(10, seed)).may_hold(absent).mean() for seed in range(10, 210)]
    assert np.mean(hits) < 0.01


def test_an_empty_one_holds_nothing() -> None:
    assert not Membership.of(array([])).may_hold(drawn(10, 1)).any()


@given(HASHES, st.data())
def test_damaged_bytes_are_refused(hashes: set[int], data: st.DataObject) -> None:
    whole = Membership.of(array(hashes)).to_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    flipped = bytearray(whole)
    flipped[place] ^= 1 << data.draw(st.integers(0, 7))
    for damaged in (bytes(flipped), whole[:-1], whole + b"\0", b""):
        with pytest.raises(MembershipError, match="filter"):
            Membership.from_bytes(damaged)


@given(st.binary(max_size=40))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        read = Membership.from_bytes(data)
    except MembershipError:
        return
    assert read.to_bytes() == data
