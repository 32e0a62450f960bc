"""SipHash-2-4 over arrays equals the published vectors, and never depends on neighbours."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from classifiers.sketches.hashing import LONG, keyed_hash, keyed_hashes

KEY = bytes(range(16))
# From the authors' reference implementation: key 00..0f, message 00..(n-1).
VECTORS = {
    0: 0x726FDB47DD0E0E31,
    1: 0x74F839C593DC67FD,
    2: 0x0D6C8009D9A94F5A,
    3: 0x85676696D7FB7E2D,
    7: 0xAB0200F58B01D137,
    8: 0x93F5F5799A932462,
    15: 0xA129CA6149BE45E5,
}


def test_reference_vectors() -> None:
    messages = ["".join(map(chr, range(length))) for length in VECTORS]
    assert keyed_hashes(pa.array(messages, pa.string()), KEY).tolist() == list(VECTORS.values())


@given(st.lists(st.text(max_size=40), max_size=30))
def test_a_hash_does_not_depend_on_the_other_strings(texts: list[str]) -> None:
    assert keyed_hashes(pa.array(texts, pa.string()), KEY).tolist() == [keyed_hash(text, KEY) for text in texts]


def test_a_sliced_array_hashes_its_own_part() -> None:
    texts = pa.array(["one", "two", "", "three" * 50, "four"], pa.string())
    assert keyed_hashes(texts[1:4], KEY).tolist() == keyed_hashes(texts, KEY).tolist()[1:4]


def test_long_strings_differ_by_their_last_byte_and_by_key() -> None:
    long = "x" * (LONG + 1)
    values = {keyed_hash(long, KEY), keyed_hash(long[:-1] + "y", KEY), keyed_hash(long, bytes(16)), keyed_hash("", KEY)}
    assert len(values) == 4
