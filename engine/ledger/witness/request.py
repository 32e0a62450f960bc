"""What is posted to a witness: a new checkpoint, and the proof that it continues the old one (pure: bytes and values).

::

    old <size>
    <base64 hash>             0 to 63 lines
    <an empty line>
    <the checkpoint, signed>
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.ledger.note.body import Checkpoint
from engine.ledger.note.note import Note
from engine.ledger.note.strict import (
    check_hash,
    check_number,
    check_size,
    malformed,
    read_hash,
    read_number,
    read_text,
    write_base64,
)

MAX_HASHES = 63
MAX_REQUEST = 1 << 17  # bytes: a proof and 30 signatures by ML-DSA-44
SIZE_TYPE = "text/x.tlog.size"  # of the answer that tells which size the witness knows
_OLD = "old "


@dataclass(frozen=True, slots=True)
class AddCheckpoint:
    """One request to ``add-checkpoint``.

    Attributes:
        old: the size that the witness is believed to know, 0 where it is believed to know none.
        proof: of consistency from that size to the checkpoint's (RFC 6962, section 2.1.2), hashes of 32 bytes each.
        checkpoint: the signed note; nothing is said about who signed.
    """

    old: int
    proof: tuple[bytes, ...]
    checkpoint: bytes

    def __post_init__(self) -> None:
        check_number(self.old, "the old size")
        if len(self.proof) > MAX_HASHES:
            malformed(f"a proof has more than {MAX_HASHES} hashes")
        for value in self.proof:
            check_hash(value, "a hash of the proof")
        Checkpoint.parse(Note.parse(self.checkpoint).text)

    @classmethod
    def parse(cls, data: bytes) -> AddCheckpoint:
        """Read the body of a request.

        Raises:
            NoteRefused: ``malformed``.
        """
        check_size(data, MAX_REQUEST, "a request")
        head, blank, checkpoint = data.partition(b"\n\n")
        if not blank:
            malformed("no empty line stands before the checkpoint")
        first, *lines = read_text(head, "a request").split("\n")
        if not first.startswith(_OLD):
            malformed("a request does not begin with the old size")
        if len(lines) > MAX_HASHES:
            malformed(f"a proof has more than {MAX_HASHES} hashes")
        old = read_number(first[len(_OLD) :], "the old size")
        return cls(old, tuple(read_hash(line, "a hash of the proof") for line in lines), checkpoint)

    def format(self) -> bytes:
        """The body of the request."""
        lines = (f"{_OLD}{self.old}", *(write_base64(value) for value in self.proof))
        return "\n".join(lines).encode() + b"\n\n" + self.checkpoint
