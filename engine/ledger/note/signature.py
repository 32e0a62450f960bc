"""One signature line of a note (C2SP signed-note, "Signatures")."""

from __future__ import annotations

from dataclasses import dataclass

from engine.ledger.note.strict import check_name, malformed, read_base64, write_base64

DASH = "\u2014 "  # em dash and one space begin each signature line
ID_BYTES = 4


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signed, and the signature; that it fits anything is not said.

    Attributes:
        name: of the key.
        key_id: of the key, 32 bits; name and id together say which key it claims to be of.
        blob: the bytes after the 4-byte id, at least one: 64 of Ed25519; 8 of time and the signature in a cosignature.
    """

    name: str
    key_id: int
    blob: bytes

    def __post_init__(self) -> None:
        check_name(self.name)
        if not 0 <= self.key_id < 2**32:
            malformed("a key id is not of 32 bits")
        if not self.blob:
            malformed("a signature is empty")

    @classmethod
    def parse(cls, line: str) -> Signature:
        """Read a line, given without its newline.

        Raises:
            NoteRefused: ``malformed``.
        """
        if not line.startswith(DASH):
            malformed("a signature line does not begin with an em dash and a space")
        name, space, encoded = line[len(DASH) :].partition(" ")
        if not space:
            malformed("a signature line has no signature")
        data = read_base64(encoded, "a signature")
        if len(data) <= ID_BYTES:
            malformed("a signature is too short for a key id and a signature")
        return cls(name, int.from_bytes(data[:ID_BYTES], "big"), data[ID_BYTES:])

    def format(self) -> str:
        """The line, with its newline."""
        return f"{DASH}{self.name} {write_base64(self.key_id.to_bytes(ID_BYTES, 'big') + self.blob)}\n"
