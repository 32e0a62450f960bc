"""Proof files: one spelling each, at most 63 hashes, and the checkpoint verbatim."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.ledger.note.checkpoint import Checkpoint, sign_checkpoint
from engine.ledger.note.note import NoteRefused, SigningKey
from engine.ledger.note.proof import HEADER, TlogProof
from engine.ledger.note.strict import MAX_NOTE_BYTES
from tests.ledger.note.strategies import proofs
from tests.properties import tries

LOG = SigningKey("example.com/log", bytes(range(32)))
SIGNED = sign_checkpoint(Checkpoint("example.com/log", 109482, bytes(32)), [LOG])
HASH = "gSKyXoYZUgZ6jduWYrkDOARinOMGJveXjgMkBTcdPlQ="
EXTRA = "YWdlLXYxLjIuMS1kYXJ3aW4tYXJtNjQ="


def build(*lines: str, head: str = HEADER, checkpoint: bytes = SIGNED) -> bytes:
    return "".join(f"{line}\n" for line in (head, *lines)).encode() + b"\n" + checkpoint


def written_back(data: bytes) -> bytes | None:
    try:
        proof = TlogProof.parse(data)
    except NoteRefused:
        return None
    return proof.format()


@settings(max_examples=tries(100))
@given(proofs())
def test_what_is_written_is_read_again(proof: TlogProof) -> None:
    assert TlogProof.parse(proof.format()) == proof


@settings(max_examples=tries(200))
@given(proofs(), st.data())
def test_what_is_read_is_written_back_byte_for_byte(proof: TlogProof, draw: st.DataObject) -> None:
    data = proof.format()
    at = draw.draw(st.integers(0, len(data) - 1))
    piece = draw.draw(st.sampled_from([b"", b"\n", b"\r\n", b" ", b"=", b"+", b"0", b"\0"]) | st.binary(max_size=2))
    changed = data[:at] + piece + data[at + draw.draw(st.integers(0, 3)) :]
    assert written_back(changed) in (changed, None)


def test_a_file_like_the_specifications_is_read() -> None:
    data = build(f"extra {EXTRA}", "index 73894", HASH, HASH)
    proof = TlogProof.parse(data)
    assert proof.index == 73894
    assert proof.extra == b"age-v1.2.1-darwin-arm64"
    assert len(proof.hashes) == 2
    assert proof.checkpoint == SIGNED
    assert proof.format() == data


def test_a_log_of_one_entry_needs_no_hash() -> None:
    one = sign_checkpoint(Checkpoint("example.com/log", 1, bytes(32)), [LOG])
    assert TlogProof.parse(build("index 0", checkpoint=one)) == TlogProof(0, (), one)


def test_63_hashes_are_read_and_64_are_not() -> None:
    assert len(TlogProof.parse(build("index 0", *[HASH] * 63)).hashes) == 63
    with pytest.raises(NoteRefused, match="63"):
        TlogProof.parse(build("index 0", *[HASH] * 64))
    with pytest.raises(NoteRefused):
        TlogProof(0, (bytes(32),) * 64, SIGNED)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        SIGNED,
        build("index 0", head="c2sp.org/tlog-proof@v2"),
        build("index 0", head=HEADER + " "),
        build("index 0", head=HEADER + "\r"),
        b"\n" + build("index 0"),
        build(),
        build(f"extra {EXTRA}"),
        build("index 0", f"extra {EXTRA}"),
        build(f"extra {EXTRA}", f"extra {EXTRA}", "index 0"),
        build("extra ", "index 0"),
        build("extra", "index 0"),
        build("extra YQ", "index 0"),
        build("extra YR==", "index 0"),
        build("index"),
        build("index "),
        build("index  0"),
        build("index 00"),
        build("index +1"),
        build("index -1"),
        build("index 1_0"),
        build("index 0 "),
        build("index 109482"),
        build("index 9223372036854775808"),
        build("Index 0"),
        build("index 0", HASH[:-1]),
        build("index 0", "AAAA"),
        build("index 0", HASH + " "),
        build("index 0", HASH.replace("=", "")),
        build("index 0", "", HASH),
        build("index 0", HASH + "\r"),
        build("index 0", HASH, checkpoint=b""),
        build("index 0", HASH, checkpoint=b"\n" + SIGNED),
        build("index 0", HASH, checkpoint=SIGNED[:-1]),
        build("index 0", HASH, checkpoint=b"text\n\n" + LOG.sign("text\n").format().encode()),
        build("index 0", HASH) + b"\n",
        build("index 0", HASH).replace(b"\n", b"\r\n"),
        b"x" * (MAX_NOTE_BYTES + 1),
    ],
)
def test_what_is_no_proof_is_refused(data: bytes) -> None:
    with pytest.raises(NoteRefused) as refused:
        TlogProof.parse(data)
    assert refused.value.reason == "malformed"


def test_every_changed_byte_of_a_proof_is_refused_or_read_as_it_stands() -> None:
    data = build(f"extra {EXTRA}", "index 73894", HASH, HASH)
    for at, byte in enumerate(data):
        for other in (byte ^ 1, byte ^ 0x80, 0x0A):
            changed = data[:at] + bytes([other]) + data[at + 1 :]
            assert written_back(changed) in (changed, None)


def test_an_empty_extra_is_not_written() -> None:
    with pytest.raises(NoteRefused):
        TlogProof(0, (), SIGNED, b"")
