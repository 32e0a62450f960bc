"""Proofs that stand alone: that an entry is in a log, in one file (C2SP tlog-proof, ``.tlog-proof``).

::

    c2sp.org/tlog-proof@v1
    extra <base64>            optional, and not authenticated by anything here
    index <number>
    <base64 hash>             0 to 63 lines, the leaf's sibling first
    <an empty line>
    <the checkpoint, with all its signatures>
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.ledger.note.body import Checkpoint
from engine.ledger.note.note import Note
from engine.ledger.note.strict import (
    MAX_NOTE_BYTES,
    check_hash,
    check_number,
    check_size,
    malformed,
    read_base64,
    read_hash,
    read_number,
    read_text,
    write_base64,
)

HEADER = "c2sp.org/tlog-proof@v1"
MAX_HASHES = 63  # a tree of 2^63 leaves needs no more
_EXTRA = "extra "
_INDEX = "index "


@dataclass(frozen=True, slots=True)
class TlogProof:
    """An inclusion proof and the checkpoint it leads to. That it leads there, and who signed, is yet to be checked.

    Attributes:
        index: the entry's number in the log, from 0, below the checkpoint's size.
        hashes: of 32 bytes each, from the leaf's sibling to the root's child (RFC 6962, section 2.1.1).
        checkpoint: the signed note, verbatim.
        extra: bytes that mean something to the application, at least one, or None. Nobody signed them.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def __post_init__(self) -> None:
        check_number(self.index, "the index")
        if len(self.hashes) > MAX_HASHES:
            malformed(f"a proof has more than {MAX_HASHES} hashes")
        for value in self.hashes:
            check_hash(value, "a hash of the proof")
        if self.extra == b"":
            malformed("the extra data is empty")
        if self.index >= Checkpoint.parse(Note.parse(self.checkpoint).text).size:
            malformed("the index is not below the checkpoint's size")

    @classmethod
    def parse(cls, data: bytes) -> TlogProof:
        """Read a proof.

        Raises:
            NoteRefused: ``malformed``, also where the checkpoint in it is.
        """
        check_size(data, MAX_NOTE_BYTES, "a proof")
        head, blank, checkpoint = data.partition(b"\n\n")
        if not blank:
            malformed("no empty line stands before the checkpoint")
        lines = read_text(head, "a proof").split("\n")
        if lines.pop(0) != HEADER:
            malformed("a proof does not begin with its version")
        extra = (
            read_base64(lines.pop(0)[len(_EXTRA) :], "the extra data")
            if lines and lines[0].startswith(_EXTRA)
            else None
        )
        if not lines or not lines[0].startswith(_INDEX):
            malformed("a proof has no index")
        index = read_number(lines.pop(0)[len(_INDEX) :], "the index")
        if len(lines) > MAX_HASHES:
            malformed(f"a proof has more than {MAX_HASHES} hashes")
        return cls(index, tuple(read_hash(line, "a hash of the proof") for line in lines), checkpoint, extra)

    def format(self) -> bytes:
        """The file's bytes.

        Raises:
            NoteRefused: ``malformed``: it is larger than what is read.
        """
        lines = [HEADER]
        if self.extra is not None:
            lines.append(_EXTRA + write_base64(self.extra))
        lines.append(f"{_INDEX}{self.index}")
        lines += [write_base64(value) for value in self.hashes]
        data = "\n".join(lines).encode() + b"\n\n" + self.checkpoint
        check_size(data, MAX_NOTE_BYTES, "a proof")
        return data
