"""Programs that were written apart from ours read what we write, and refuse what we refuse."""

from __future__ import annotations

import base64

from hypothesis import given, settings
from hypothesis import strategies as st
from sigstore._internal.rekor.checkpoint import SignedCheckpoint

from engine.ledger.note.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from engine.ledger.note.cosignature import CosignerKey
from engine.ledger.note.note import Note, NoteRefused, SigningKey, VerifierKey
from engine.ledger.verifier import verify_reeve_log as alone
from tests.ledger.note import vectors
from tests.properties import tries

LOG = SigningKey("example.com/log", bytes(range(32)))
OLD = SigningKey("example.com/log", bytes(32))
WITNESS = CosignerKey("witness.example/w1", bytes([7] * 32))
KEYS = (LOG.verifier, WITNESS.verifier)
Said = tuple[str, int, bytes] | None


def cosigned(size: int, root: bytes) -> bytes:
    note = Note.parse(sign_checkpoint(Checkpoint(LOG.name, size, root), [OLD, LOG]))
    return note.add([WITNESS.sign(note.text, 1700000000)]).format()


def ours(data: bytes, keys: tuple[VerifierKey, ...] = KEYS) -> Said:
    try:
        head = open_checkpoint(data, keys)
    except NoteRefused:
        return None
    return head.origin, head.size, head.root


def theirs(data: bytes, keys: tuple[VerifierKey, ...] = KEYS) -> Said:
    try:
        head = alone.read_checkpoint(data, [alone.parse_key(str(key)) for key in keys])
    except alone.Refusal:
        return None
    return head.origin, head.size, head.root


@settings(max_examples=tries(50))
@given(st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_the_verifier_that_stands_alone_reads_our_checkpoints(size: int, root: bytes) -> None:
    data = cosigned(size, root)
    assert ours(data) == theirs(data) == (LOG.name, size, root)


@settings(max_examples=tries(200))
@given(st.data())
def test_the_verifier_that_stands_alone_refuses_what_we_refuse(draw: st.DataObject) -> None:
    data = cosigned(109482, bytes(range(32)))
    at = draw.draw(st.integers(0, len(data) - 1))
    piece = draw.draw(
        st.sampled_from([b"", b"\n", b"\r", b" ", "— ".encode(), b"=", b"0", b"\0"]) | st.binary(max_size=2)
    )
    changed = data[:at] + piece + data[at + draw.draw(st.integers(0, 3)) :]
    assert ours(changed) == theirs(changed)


def test_the_verifier_that_stands_alone_reads_what_the_world_signs() -> None:
    keys = (VerifierKey.parse(vectors.ARCHE_KEY), VerifierKey.parse(vectors.REMORA_KEY))
    said = ours(vectors.ARCHE_NOTE, keys)
    assert said is not None
    assert said == theirs(vectors.ARCHE_NOTE, keys)


@settings(max_examples=tries(50))
@given(st.integers(0, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_sigstore_reads_our_checkpoints(size: int, root: bytes) -> None:
    read = SignedCheckpoint.from_text(cosigned(size, root).decode())
    assert (read.checkpoint.origin, read.checkpoint.log_size) == (LOG.name, size)
    assert bytes.fromhex(read.checkpoint.log_hash) == root
    assert read.signed_note.note == Checkpoint(LOG.name, size, root).format()
    found = [(one.name, one.sig_hash, base64.b64decode(one.signature)) for one in read.signed_note.signatures]
    note = Note.parse(cosigned(size, root))
    assert found == [(one.name, one.key_id.to_bytes(4, "big"), one.blob) for one in note.signatures]
