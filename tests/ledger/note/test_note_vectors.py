"""What others signed verifies, and what is signed here has their bytes."""

from __future__ import annotations

import pytest

from engine.ledger.note.body import Checkpoint
from engine.ledger.note.note import Note, NoteRefused, Signature, SigningKey, VerifierKey, open_note
from engine.ledger.note.schemes import Algorithm, split_time
from tests.ledger.note import vectors


@pytest.mark.parametrize("text", [vectors.SPEC_KEY, vectors.PETER_KEY, vectors.ENOCH_KEY])
def test_a_published_key_is_read_and_written_back(text: str) -> None:
    key = VerifierKey.parse(text)
    assert str(key) == text
    assert f"{key.key_id:08x}" == text.split("+")[1]


def test_the_example_of_signed_note_verifies() -> None:
    note, verified = open_note(vectors.SPEC_NOTE, [VerifierKey.parse(vectors.SPEC_KEY)])
    assert note.text == "This is an example message.\n"
    assert [(one.name, one.key_id, len(one.blob)) for one in verified] == [("example.com/foo", 0x530D903A, 64)]
    assert note.format() == vectors.SPEC_NOTE


def test_signing_gives_the_bytes_of_go() -> None:
    key = SigningKey("PeterNeumann", vectors.PETER_PRIVATE)
    assert str(key.verifier) == vectors.PETER_KEY
    assert Note(vectors.TEXT, (key.sign(vectors.TEXT),)).format() == f"{vectors.TEXT}\n{vectors.PETER}".encode()


def test_unknown_keys_are_ignored_and_all_known_ones_verify() -> None:
    data = f"{vectors.TEXT}\n{vectors.PETER}{vectors.ENOCH}".encode()
    peter, enoch = VerifierKey.parse(vectors.PETER_KEY), VerifierKey.parse(vectors.ENOCH_KEY)
    assert [one.name for one in open_note(data, [peter])[1]] == ["PeterNeumann"]
    assert [one.name for one in open_note(data, [enoch, peter])[1]] == ["PeterNeumann", "EnochRoot"]
    with pytest.raises(NoteRefused) as refused:
        open_note(data, [])
    assert refused.value.reason == "unsigned"


def test_the_example_of_a_cosigned_checkpoint_is_read() -> None:
    note = Note.parse(vectors.SOFA_NOTE)
    checkpoint = Checkpoint.parse(note.text)
    assert (checkpoint.origin, checkpoint.size) == (vectors.SOFA, 20852163)
    assert checkpoint.format() == vectors.SOFA_TEXT
    assert note.format() == vectors.SOFA_NOTE
    cosignature = note.signatures[1]
    assert isinstance(cosignature, Signature)
    assert split_time(cosignature.blob, Algorithm.COSIGNATURE)[0] == 1679315147
