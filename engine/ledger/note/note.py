"""Signed notes: a text and one or more signatures of it (C2SP signed-note v1.0.0).

::

    <text: UTF-8, ends with a newline>
    <an empty line>
    — <key name> <base64(4-byte key id || signature)>      one line a signature

The text ends at the last empty line, and what is signed is the text with its final newline. Every note that is accepted is
written back byte for byte. The text means nothing before ``open_note`` found a signature of a known key.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.base.errors import BadInput
from engine.ledger.note.keys import SigningKey, VerifierKey
from engine.ledger.note.signature import Signature
from engine.ledger.note.strict import (
    MAX_NOTE_BYTES,
    NoteRefused,
    check_characters,
    check_size,
    malformed,
    read_lines,
    read_text,
)

__all__ = ["Note", "NoteRefused", "Signature", "SigningKey", "VerifierKey", "open_note"]

MAX_SIGNATURES = 64  # C2SP asks that at least 16 be read


@dataclass(frozen=True, slots=True)
class Note:
    """A text and its signatures, none of them checked.

    Attributes:
        text: with its final newline.
        signatures: 1 to 64, in their order.
    """

    text: str
    signatures: tuple[Signature, ...]

    def __post_init__(self) -> None:
        check_characters(self.text, "the text")
        if not self.text.endswith("\n"):
            malformed("the text does not end with a newline")
        if not 1 <= len(self.signatures) <= MAX_SIGNATURES:
            malformed(f"a note has not between 1 and {MAX_SIGNATURES} signatures")

    @classmethod
    def parse(cls, data: bytes) -> Note:
        """Read a note; nothing is verified.

        Raises:
            NoteRefused: ``malformed``.
        """
        check_size(data, MAX_NOTE_BYTES, "a note")
        whole = read_text(data, "a note")
        text, blank, signatures = whole.rpartition("\n\n")
        if not blank:
            malformed("no empty line stands before signatures")
        if signatures.count("\n") > MAX_SIGNATURES:
            malformed(f"a note has more than {MAX_SIGNATURES} signatures")
        lines = read_lines(signatures, "a note")
        return cls(text + "\n", tuple(Signature.parse(line) for line in lines))

    @property
    def signed(self) -> bytes:
        """The bytes that the signatures are of."""
        return self.text.encode()

    def format(self) -> bytes:
        """The note's bytes.

        Raises:
            NoteRefused: ``malformed``: it is larger than what is read.
        """
        data = f"{self.text}\n{''.join(signature.format() for signature in self.signatures)}".encode()
        check_size(data, MAX_NOTE_BYTES, "a note")
        return data

    def add(self, signatures: Iterable[Signature]) -> Note:
        """The same text with these signatures after those that it has; one that it has already is not added again."""
        return Note(self.text, tuple(dict.fromkeys((*self.signatures, *signatures))))


def open_note(data: bytes, known: Sequence[VerifierKey]) -> tuple[Note, tuple[Signature, ...]]:
    """Read a note and check its signatures by known keys; those of unknown keys are ignored.

    Returns:
        The note, and those of its signatures that verify: one or more. A key may have signed more than once, so whoever
        counts counts keys.

    Raises:
        NoteRefused: ``malformed``; ``bad_signature``: a known key's signature does not fit, so the note is worth nothing;
            ``wrong_key``: no known key signed, but someone did under a known key's name; ``unsigned``: none of these.
        BadInput: two known keys have the same name and id, but are not the same.
        DependencyFailed: a known key's algorithm is not in the installed OpenSSL.
    """
    note = Note.parse(data)
    keys = _by_name_and_id(known)
    verified = tuple(
        signature
        for signature in dict.fromkeys(note.signatures)
        if (signature.name, signature.key_id) in keys
        and _check(keys[signature.name, signature.key_id], note, signature)
    )
    if verified:
        return note, verified
    names = {key.name for key in known}
    if any(signature.name in names for signature in note.signatures):
        raise NoteRefused("The note is signed under a known name, but by another key.", reason="wrong_key")
    raise NoteRefused("No known key signed the note.", reason="unsigned")


def _check(key: VerifierKey, note: Note, signature: Signature) -> bool:
    if not key.check(note.signed, signature.blob):
        raise NoteRefused(f"The signature of {key.name}+{key.key_id:08x} does not fit.", reason="bad_signature")
    return True


def _by_name_and_id(known: Sequence[VerifierKey]) -> dict[tuple[str, int], VerifierKey]:
    keys: dict[tuple[str, int], VerifierKey] = {}
    for key in known:
        if keys.setdefault((key.name, key.key_id), key) != key:
            raise BadInput(
                f"Two different keys are known as {key.name}+{key.key_id:08x}.", hint="Remove the wrong one."
            )
    return keys
