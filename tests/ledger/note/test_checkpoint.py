"""Checkpoints: one spelling each, signed by their own log."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from engine.base.errors import BadInput
from engine.ledger.note.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from engine.ledger.note.cosignature import CosignerKey
from engine.ledger.note.note import Note, NoteRefused, SigningKey, VerifierKey
from tests.ledger.note import vectors
from tests.ledger.note.strategies import CHECKPOINTS
from tests.properties import tries

LOG = SigningKey("example.com/log", bytes(range(32)))
HEAD = Checkpoint("example.com/log", 20852163, bytes(range(32)))
ROOT = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


def reason(data: bytes, *known: VerifierKey, origin: str | None = None) -> str:
    with pytest.raises(NoteRefused) as refused:
        open_checkpoint(data, known, origin)
    return refused.value.reason


@settings(max_examples=tries(100))
@given(CHECKPOINTS)
def test_what_is_written_is_read_again(checkpoint: Checkpoint) -> None:
    assert Checkpoint.parse(checkpoint.format()) == checkpoint


def test_the_text_is_exactly_three_lines() -> None:
    assert HEAD.format() == f"example.com/log\n20852163\n{ROOT}\n"


def test_a_signed_checkpoint_opens_with_its_logs_key() -> None:
    data = sign_checkpoint(HEAD, [LOG])
    assert open_checkpoint(data, [LOG.verifier]) == HEAD
    assert open_checkpoint(data, [LOG.verifier], "example.com/log") == HEAD


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        f"example.com/log\n1\n{ROOT}",
        f"example.com/log\n1\n{ROOT}\n\n",
        f"\n1\n{ROOT}\n",
        f"example.com/log\n{ROOT}\n",
        f"example.com/log\n01\n{ROOT}\n",
        f"example.com/log\n+1\n{ROOT}\n",
        f"example.com/log\n-1\n{ROOT}\n",
        f"example.com/log\n 1\n{ROOT}\n",
        f"example.com/log\n1 \n{ROOT}\n",
        f"example.com/log\n1_0\n{ROOT}\n",
        f"example.com/log\n1e3\n{ROOT}\n",
        f"example.com/log\n0x1\n{ROOT}\n",
        f"example.com/log\n\u0661\n{ROOT}\n",
        f"example.com/log\n9223372036854775808\n{ROOT}\n",
        f"example.com/log\n\n{ROOT}\n",
        f"example.com/log\n1\n{ROOT[:-1]}\n",
        f"example.com/log\n1\n{ROOT[:-2]}9=\n",
        f"example.com/log\n1\n{ROOT} \n",
        "example.com/log\n1\nAAAA\n",
        f"example.com/log\r\n1\r\n{ROOT}\r\n",
        f"example.com/log\x00\n1\n{ROOT}\n",
        f"example.com/log\n1\n{ROOT}\nextension\n\n",
        f"example.com/log\u20281\n{ROOT}\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteRefused) as refused:
        Checkpoint.parse(text)
    assert refused.value.reason == "malformed"


@pytest.mark.parametrize("size", [0, 1, 9, 10, 2**63 - 1])
def test_sizes_to_63_bits_are_read(size: int) -> None:
    text = f"example.com/log\n{size}\n{ROOT}\n"
    assert Checkpoint.parse(text).size == size
    assert Checkpoint.parse(text).format() == text


def test_what_no_checkpoint_may_hold_is_not_built() -> None:
    for bad in (
        ("", 1, bytes(32)),
        ("o\n", 1, bytes(32)),
        ("o", -1, bytes(32)),
        ("o", 2**63, bytes(32)),
        ("o", 1, b""),
    ):
        with pytest.raises(NoteRefused):
            Checkpoint(*bad)
    with pytest.raises(NoteRefused):
        Checkpoint("o", 1, bytes(32), ("",))


def test_no_changed_byte_of_a_signed_checkpoint_opens() -> None:
    data = sign_checkpoint(HEAD, [LOG])
    for at, byte in enumerate(data):
        for other in (byte ^ 1, byte ^ 0x20, 0x0A):
            changed = data[:at] + bytes([other]) + data[at + 1 :]
            assert changed == data or reason(changed, LOG.verifier, origin=HEAD.origin)


def test_a_good_checkpoint_of_another_log_is_told_apart() -> None:
    other = SigningKey("example.com/other", bytes(32))
    data = sign_checkpoint(Checkpoint("example.com/other", 1, bytes(32)), [other])
    known = (LOG.verifier, other.verifier)
    assert reason(data, *known, origin="example.com/log") == "wrong_origin"
    assert open_checkpoint(data, known).origin == "example.com/other"


def test_a_log_that_signs_for_another_ones_origin_is_refused() -> None:
    other = SigningKey("example.com/other", bytes(32))
    data = Note(HEAD.format(), (other.sign(HEAD.format()),)).format()
    assert reason(data, LOG.verifier, other.verifier) == "unsigned"
    both = Note(
        HEAD.format(), (other.sign(HEAD.format()), SigningKey(LOG.name, bytes(32)).sign(HEAD.format()))
    ).format()
    assert reason(both, LOG.verifier, other.verifier) == "wrong_key"


def test_witnesses_alone_do_not_make_a_checkpoint_even_under_the_logs_name() -> None:
    for name in ("witness.example/w", "example.com/log"):
        witness = CosignerKey(name, bytes([5] * 32))
        data = Note(HEAD.format(), (witness.sign(HEAD.format(), 1),)).format()
        assert reason(data, LOG.verifier, witness.verifier) in ("unsigned", "wrong_key")


def test_a_known_witness_that_does_not_fit_spoils_the_checkpoint() -> None:
    witness = CosignerKey("witness.example/w", bytes([5] * 32))
    note = Note.parse(sign_checkpoint(HEAD, [LOG]))
    good = note.add([witness.sign(note.text, 7)]).format()
    assert open_checkpoint(good, [LOG.verifier, witness.verifier]) == HEAD
    bad = note.add([witness.sign(Checkpoint(HEAD.origin, 1, HEAD.root).format(), 7)]).format()
    assert reason(bad, LOG.verifier, witness.verifier) == "bad_signature"
    assert open_checkpoint(bad, [LOG.verifier]) == HEAD


def test_keys_overlap_while_they_rotate() -> None:
    new = SigningKey("example.com/log", bytes([6] * 32))
    data = sign_checkpoint(HEAD, [LOG, new])
    for known in ([LOG.verifier], [new.verifier], [new.verifier, LOG.verifier]):
        assert open_checkpoint(data, known) == HEAD
    assert reason(sign_checkpoint(HEAD, [new]), LOG.verifier) == "wrong_key"


def test_a_checkpoint_that_nobody_would_accept_is_not_signed() -> None:
    for keys in ([], [SigningKey("example.com/other", bytes(32))]):
        with pytest.raises(BadInput):
            sign_checkpoint(HEAD, keys)


def test_a_note_that_is_no_checkpoint_does_not_open_as_one() -> None:
    data = Note("hello\n", (LOG.sign("hello\n"),)).format()
    assert reason(data, LOG.verifier) == "malformed"


def test_a_real_checkpoint_opens_with_the_logs_ed25519_key() -> None:
    checkpoint = open_checkpoint(vectors.ARCHE_NOTE, [VerifierKey.parse(vectors.ARCHE_KEY)])
    assert (checkpoint.origin, checkpoint.size) == ("arche2025h1.staging.ct.transparency.dev", 1432088532)
