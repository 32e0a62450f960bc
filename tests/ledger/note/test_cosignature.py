"""Cosignatures by others verify, ours cover what they must, and nothing else fits."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.ledger.note.body import Checkpoint
from engine.ledger.note.cosignature import CosignerKey, cosigned_at
from engine.ledger.note.note import NoteRefused, Signature, SigningKey, VerifierKey, open_note
from engine.ledger.note.schemes import Algorithm
from tests.ledger.note import vectors

TEXT = Checkpoint("example.com/log", 7, bytes(range(32))).format()
DATA = Path(__file__).parents[2] / "data" / "ledger"
LABEL = b"subtree/v1\n\0"


@pytest.fixture(params=[Algorithm.COSIGNATURE, Algorithm.MLDSA44], ids=["ed25519", "mldsa44"])
def cosigner(request: pytest.FixtureRequest) -> CosignerKey:
    return CosignerKey("witness.example/w", bytes(range(32)), request.param)


def test_public_witnesses_verify() -> None:
    texts = [vectors.ARCHE_KEY, vectors.REMORA_KEY, vectors.STAGEMOLE_KEY, vectors.LITTLE_GARDEN_KEY]
    keys = [VerifierKey.parse(text) for text in texts]
    note, verified = open_note(vectors.ARCHE_NOTE, keys)
    assert {(one.name, one.key_id) for one in verified} == {(key.name, key.key_id) for key in keys}
    assert {cosigned_at(one, keys[1]) for one in verified[1:]} == {vectors.ARCHE_TIME}
    assert note.format() == vectors.ARCHE_NOTE


def test_one_changed_digit_of_the_size_and_no_witness_verifies() -> None:
    data = vectors.ARCHE_NOTE.replace(b"1432088532", b"1432088533")
    for text in (vectors.ARCHE_KEY, vectors.REMORA_KEY, vectors.STAGEMOLE_KEY, vectors.LITTLE_GARDEN_KEY):
        with pytest.raises(NoteRefused) as refused:
            open_note(data, [VerifierKey.parse(text)])
        assert refused.value.reason == "bad_signature"


def test_a_cosignature_says_when_it_was_made(cosigner: CosignerKey) -> None:
    signature = cosigner.sign(TEXT, 1679315147)
    assert cosigned_at(signature, cosigner.verifier) == 1679315147
    assert cosigner.verifier.check(TEXT.encode(), signature.blob)
    assert len(signature.blob) == 8 + (64 if cosigner.algorithm is Algorithm.COSIGNATURE else 2420)


def test_another_time_text_or_bit_does_not_fit(cosigner: CosignerKey) -> None:
    blob = cosigner.sign(TEXT, 1000).blob
    for place in (*range(9), len(blob) // 2, len(blob) - 1):
        changed = bytes(byte ^ (number == place) for number, byte in enumerate(blob))
        assert not cosigner.verifier.check(TEXT.encode(), changed)
    assert not cosigner.verifier.check(TEXT.replace("\n7\n", "\n8\n").encode(), blob)
    assert not cosigner.verifier.check(TEXT.replace("/log", "/lag").encode(), blob)
    assert not cosigner.verifier.check(TEXT.encode(), blob[:-1])
    assert not cosigner.verifier.check(TEXT.encode(), blob + b"\0")
    assert not cosigner.verifier.check(TEXT.encode(), b"")


def test_a_time_beyond_63_bits_is_refused(cosigner: CosignerKey) -> None:
    signature = cosigner.sign(TEXT, 2**63 - 1)
    assert cosigner.verifier.check(TEXT.encode(), signature.blob)
    with pytest.raises(NoteRefused):
        cosigner.sign(TEXT, 2**63)
    assert not cosigner.verifier.check(TEXT.encode(), b"\xff" + signature.blob[1:])


def test_only_checkpoints_are_cosigned(cosigner: CosignerKey) -> None:
    for text in ("hello\n", "origin\n1\nshort\n", TEXT[:-1], TEXT + "\n"):
        with pytest.raises(NoteRefused):
            cosigner.sign(text, 1)
        assert not cosigner.verifier.check(text.encode(), cosigner.sign(TEXT, 1).blob)


def test_ed25519_covers_extension_lines_and_mldsa44_does_not(cosigner: CosignerKey) -> None:
    extended = TEXT + "an extension\n"
    blob = cosigner.sign(extended, 1).blob
    assert cosigner.verifier.check(extended.encode(), blob)
    covered = cosigner.algorithm is Algorithm.COSIGNATURE
    assert cosigner.verifier.check(TEXT.encode(), blob) is not covered


def test_mldsa44_covers_the_cosigners_name() -> None:
    one = CosignerKey("witness.example/w", bytes(32), Algorithm.MLDSA44)
    other = VerifierKey("witness.example/other", Algorithm.MLDSA44, one.verifier.public)
    assert not other.check(TEXT.encode(), one.sign(TEXT, 1).blob)


def test_mldsa44_signs_exactly_the_struct_of_the_specification() -> None:
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

    key = CosignerKey("w", bytes(32), Algorithm.MLDSA44)
    message = (
        LABEL
        + b"\x01w"
        + (5).to_bytes(8, "big")
        + b"\x0fexample.com/log"
        + (0).to_bytes(8, "big")
        + (7).to_bytes(8, "big")
        + bytes(range(32))
    )
    MLDSA44PublicKey.from_public_bytes(key.verifier.public).verify(key.sign(TEXT, 5).blob[8:], message)


def test_mldsa44_refuses_an_origin_that_it_cannot_hold() -> None:
    long = Checkpoint("o" * 256, 7, bytes(32)).format()
    with pytest.raises(NoteRefused, match="255 bytes"):
        CosignerKey("w", bytes(32), Algorithm.MLDSA44).sign(long, 1)


def test_a_log_signature_is_no_cosignature_and_the_reverse() -> None:
    log = SigningKey("example.com/log", bytes(32))
    witness = CosignerKey("example.com/log", bytes(32))
    assert log.verifier.public == witness.verifier.public
    assert log.verifier.key_id != witness.verifier.key_id
    assert not witness.verifier.check(TEXT.encode(), log.sign(TEXT).blob)
    assert not log.verifier.check(TEXT.encode(), witness.sign(TEXT, 1).blob)
    assert not log.verifier.check(TEXT.encode(), witness.sign(TEXT, 1).blob[8:])


def test_a_private_key_is_read_and_written_back_and_not_shown(cosigner: CosignerKey) -> None:
    assert CosignerKey.parse(cosigner.secret()) == cosigner
    assert "private" not in repr(cosigner)
    assert str(CosignerKey.parse(cosigner.secret()).verifier) == str(cosigner.verifier)


@pytest.mark.parametrize(
    "text",
    ["", "PRIVATE+KEY", "PRIVATE+KEY+w+00000000+BAAA", "PUBLIC+KEY+w+00000000+BAAA", "PRIVATE+KEY+w+00000000+"],
)
def test_what_is_no_private_key_is_refused(text: str) -> None:
    with pytest.raises(NoteRefused):
        CosignerKey.parse(text)


def test_gos_private_key_of_another_algorithm_is_refused() -> None:
    with pytest.raises(NoteRefused):
        CosignerKey.parse("PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz")


def test_the_time_of_a_log_signature_is_not_asked_for() -> None:
    key = SigningKey("example.com/log", bytes(32))
    with pytest.raises(ValueError, match="no cosigner"):
        cosigned_at(Signature("example.com/log", 1, bytes(72)), key.verifier)


def test_a_public_witness_verifies_with_mldsa44_and_with_ed25519() -> None:
    """A checkpoint of a log for certificates, which a witness by others cosigned with both of its keys on 2026-08-02."""
    data = (DATA / "coachandhorses.note").read_bytes()
    keys = [VerifierKey.parse(line) for line in (DATA / "navigli.vkeys").read_text(encoding="utf-8").splitlines()]
    assert [key.algorithm for key in keys] == [Algorithm.COSIGNATURE, Algorithm.MLDSA44]
    note, verified = open_note(data, keys)
    assert {one.key_id for one in verified} == {key.key_id for key in keys}
    assert len({cosigned_at(one, key) for one, key in zip(verified, keys, strict=True)}) == 1
    assert note.format() == data
    with pytest.raises(NoteRefused) as refused:
        open_note(data.replace(b"185550722", b"185550723"), keys[1:])
    assert refused.value.reason == "bad_signature"
