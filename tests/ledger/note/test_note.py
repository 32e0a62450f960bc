"""Notes: what is read is written back, and what is no note is refused for the right reason."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.errors import BadInput
from engine.ledger.note.note import MAX_SIGNATURES, Note, NoteRefused, Signature, SigningKey, VerifierKey, open_note
from engine.ledger.note.strict import MAX_NOTE_BYTES
from tests.ledger.note import vectors
from tests.ledger.note.strategies import NOTES, TEXTS
from tests.properties import tries

PETER = VerifierKey.parse(vectors.PETER_KEY)
ENOCH = VerifierKey.parse(vectors.ENOCH_KEY)
GOOD = f"{vectors.TEXT}\n{vectors.PETER}"
BLOB = vectors.PETER.split(" ")[2].rstrip("\n")


def refused(data: bytes, *known: VerifierKey) -> str:
    with pytest.raises(NoteRefused) as caught:
        open_note(data, known or (PETER,))
    return caught.value.reason


def malformed(data: bytes) -> None:
    assert refused(data) == "malformed"
    with pytest.raises(NoteRefused):
        Note.parse(data)


def written_back(data: bytes) -> bytes | None:
    try:
        note = Note.parse(data)
    except NoteRefused:
        return None
    return note.format()


@settings(max_examples=tries(100))
@given(NOTES)
def test_what_is_written_is_read_again(note: Note) -> None:
    assert Note.parse(note.format()) == note


@settings(max_examples=tries(200))
@given(NOTES.map(Note.format), st.data())
def test_what_is_read_is_written_back_byte_for_byte(data: bytes, draw: st.DataObject) -> None:
    at = draw.draw(st.integers(0, len(data) - 1))
    piece = draw.draw(
        st.sampled_from([b"", b"\n", b"\r\n", b" ", "— ".encode(), b"=", b"+", b"A", b"\0"]) | st.binary(max_size=3)
    )
    changed = data[:at] + piece + data[at + draw.draw(st.integers(0, 3)) :]
    assert written_back(changed) in (changed, None)


@settings(max_examples=tries(100))
@given(st.binary(max_size=200))
def test_no_bytes_crash_the_parser(data: bytes) -> None:
    assert written_back(data) in (data, None)


@settings(max_examples=tries(50))
@given(TEXTS, st.binary(min_size=32, max_size=32))
def test_what_a_key_signs_its_verifier_opens(text: str, private: bytes) -> None:
    key = SigningKey("example.com/log", private)
    data = Note(text, (key.sign(text),)).format()
    note, verified = open_note(data, [VerifierKey.parse(str(key.verifier))])
    assert (note.text, verified) == (text, note.signatures)
    assert refused(data, SigningKey("example.com/log", bytes(31) + b"\x07").verifier) == "wrong_key"


@pytest.mark.parametrize(
    "how", [lambda byte: byte ^ 1, lambda byte: byte ^ 0x80, lambda byte: (byte + 1) % 256, lambda _: 10]
)
def test_no_changed_byte_of_a_note_opens_as_another_text(how: Callable[[int], int]) -> None:
    data = GOOD.encode()
    for at, byte in enumerate(data):
        changed = data[:at] + bytes([how(byte)]) + data[at + 1 :]
        if changed != data:
            assert refused(changed) in ("malformed", "bad_signature", "wrong_key", "unsigned")


def test_no_removed_or_doubled_byte_of_a_note_opens_as_another_text() -> None:
    data = GOOD.encode()
    for at in range(len(data)):
        for changed in (data[:at] + data[at + 1 :], data[: at + 1] + data[at:]):
            assert changed == data or refused(changed)
        assert refused(data[:at])


@pytest.mark.parametrize(
    "data",
    [
        vectors.TEXT,
        vectors.TEXT + "\n",
        GOOD[:-1],
        "\x01" + GOOD,
        f"{vectors.TEXT}\n— Bad Name {BLOB}\n",
        f"{GOOD}Unexpected line.\n",
        "",
        "\n",
        "\n\n",
        vectors.PETER,
        "\n" + vectors.PETER,
        GOOD.replace("\n", "\r\n"),
        GOOD.replace("\n", "\r"),
        GOOD + "\n",
        GOOD + "\0",
        GOOD.replace("If", "I\0f"),
        GOOD.replace("If", "I\tf"),
        GOOD.replace("If", "I\ufffdf"),
        GOOD.replace("\n\n", "\n \n"),
        GOOD.replace("— ", "- "),
        GOOD.replace("— ", "– "),
        GOOD.replace("— ", "― "),
        GOOD.replace("— ", "—"),
        GOOD.replace("— ", "—\xa0"),
        GOOD.replace("— ", "—  "),
        GOOD.replace("— ", " — "),
        GOOD.replace(f" {BLOB}", f"  {BLOB}"),
        GOOD.replace(f" {BLOB}", f"\xa0{BLOB}"),
        GOOD.replace(BLOB, BLOB + " "),
        GOOD.replace("PeterNeumann", "Peter+Neumann"),
        GOOD.replace("PeterNeumann", "Peter\u2028Neumann"),
        GOOD.replace("PeterNeumann", "Peter\u3000Neumann"),
        GOOD.replace("PeterNeumann", ""),
        GOOD.replace("=\n", "\n"),
        GOOD.replace("=\n", "==\n"),
        GOOD.replace("AM=\n", "AN=\n"),
        GOOD.replace("AM=\n", "AM=AM=\n"),
        GOOD + vectors.ENOCH.replace("rwz+", "rwz-"),
        GOOD.replace(BLOB, BLOB.replace("/", "_")),
        GOOD.replace(BLOB, BLOB[:20] + "\u2028" + BLOB[20:]),
        GOOD.replace(BLOB, BLOB[:20] + "\n" + BLOB[20:]),
        GOOD.replace(BLOB, base64.b64encode(b"abcd").decode()),
        GOOD.replace(BLOB, ""),
    ],
)
def test_what_is_no_note_is_refused(data: str) -> None:
    malformed(data.encode())


def test_bytes_that_are_no_utf_8_are_refused() -> None:
    for bad in (b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x80"):
        malformed(bad + GOOD.encode())


def test_lines_end_at_newlines_only_as_splitlines_would_have_it() -> None:
    key = SigningKey("example.com/log", bytes(32))
    text = "one\u2028two\u2029three\x85four\x7f\n"
    note = Note(text, (key.sign(text),))
    assert open_note(note.format(), [key.verifier])[0] == note


def test_the_text_ends_at_the_last_empty_line() -> None:
    key = SigningKey("example.com/log", bytes(32))
    for text in ("\n", "\n\n", "a\n\n", "a\n\n\nb\n", f"{vectors.TEXT}\n{vectors.PETER}"):
        assert open_note(Note(text, (key.sign(text),)).format(), [key.verifier])[0].text == text


def test_sixty_four_signatures_are_read_and_no_more() -> None:
    key = SigningKey("example.com/log", bytes(32))
    others = tuple(Signature("other.example/log", number, b"?") for number in range(MAX_SIGNATURES - 1))
    data = Note("text\n", (*others, key.sign("text\n"))).format()
    assert open_note(data, [key.verifier])[1] == (key.sign("text\n"),)
    malformed(data + others[0].format().encode())
    with pytest.raises(NoteRefused):
        Note("text\n", (*others, *others))
    with pytest.raises(NoteRefused):
        Note("text\n", ())


def test_a_note_over_the_size_limit_is_refused_whole() -> None:
    key = SigningKey("example.com/log", bytes(32))
    line = key.sign("\n").format()
    text = "x" * (MAX_NOTE_BYTES - len(line.encode()) - 2) + "\n"
    data = Note(text, (key.sign(text),)).format()
    assert len(data) == MAX_NOTE_BYTES
    assert open_note(data, [key.verifier])[0].text == text
    malformed(b"x" + data)
    with pytest.raises(NoteRefused):
        Note("x" + text, (key.sign("x" + text),)).format()


@pytest.mark.parametrize("text", ["", "no newline", "a\tb\n", "a\ufffd\n", "\ud800\n", "a\r\n", "a\n\x00\n"])
def test_a_text_that_no_note_may_hold_is_not_signed(text: str) -> None:
    key = SigningKey("example.com/log", bytes(32))
    with pytest.raises(NoteRefused):
        key.sign(text)
    with pytest.raises(NoteRefused):
        Note(text, (key.sign("good\n"),))


def test_signatures_of_unknown_keys_are_ignored_whatever_they_are() -> None:
    odd = f"— EnochRoot {BLOB}\n— PeterNeumann {base64.b64encode(b'idididid').decode()}\n"
    note, verified = open_note(f"{GOOD}{odd}".encode(), [PETER])
    assert len(note.signatures) == 3
    assert verified == (note.signatures[0],)


def test_one_bad_signature_of_a_known_key_spoils_the_note_beside_good_ones() -> None:
    enoch = vectors.ENOCH.replace("QQ=\n", "QA=\n")
    assert enoch != vectors.ENOCH
    assert refused(f"{GOOD}{enoch}".encode(), PETER, ENOCH) == "bad_signature"
    assert open_note(f"{GOOD}{enoch}".encode(), [PETER])
    longer = f"{GOOD}{vectors.PETER[:60]}ABCD{vectors.PETER[60:]}".encode()
    assert refused(longer, PETER) == "bad_signature"


def test_a_signature_that_stands_twice_verifies_once() -> None:
    data = f"{GOOD}{vectors.PETER}".encode()
    note, verified = open_note(data, [PETER, PETER])
    assert len(verified) == 1
    assert note.format() == data


def test_the_reason_says_whether_a_known_name_signed() -> None:
    other = SigningKey("PeterNeumann", bytes(32)).verifier
    assert refused(GOOD.encode(), other) == "wrong_key"
    assert refused(GOOD.encode(), ENOCH) == "unsigned"


def test_two_keys_under_one_name_and_id_are_refused() -> None:
    forged = VerifierKey(PETER.name, PETER.algorithm, bytes(32))
    object.__setattr__(forged, "key_id", PETER.key_id)
    with pytest.raises(BadInput, match="Two different keys"):
        open_note(GOOD.encode(), [PETER, forged])


def test_signatures_are_added_once() -> None:
    note = Note.parse(GOOD.encode())
    enoch = Signature.parse(vectors.ENOCH.rstrip("\n"))
    assert note.add([enoch, note.signatures[0], enoch]).format() == f"{GOOD}{vectors.ENOCH}".encode()


def test_a_signing_key_shows_nothing_of_what_is_private() -> None:
    key = SigningKey.generate("example.com/log")
    assert len(key.private) == 32
    assert key != SigningKey.generate("example.com/log")
    assert "private" not in repr(key)
    assert base64.b64encode(key.private).decode() not in f"{key!r}{key.verifier}"


def test_a_refusal_shows_none_of_the_refused_bytes() -> None:
    secret = "canary"
    for data in (secret, f"{secret}\n\n{secret}\n", f"{vectors.TEXT}\n— {secret} {secret}\n", f"{secret}\t{GOOD}"):
        with pytest.raises(NoteRefused) as caught:
            Note.parse(data.encode())
        assert secret not in caught.value.message
