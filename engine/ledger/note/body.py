"""What a checkpoint says: the text under its signatures (C2SP tlog-checkpoint, "Note text")."""

from __future__ import annotations

from dataclasses import dataclass

from engine.ledger.note.strict import (
    check_hash,
    check_line,
    check_number,
    malformed,
    read_hash,
    read_lines,
    read_number,
    write_base64,
)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's state: so many entries, with this root.

    Attributes:
        origin: which log, a URL without its scheme, fixed for the log's life.
        size: the number of its entries, 0..2^63-1.
        root: 32 bytes, the Merkle tree hash of RFC 6962, section 2.1. Of an empty tree any root is read: it is for a
            verifier to say that it is wrong.
        extensions: further lines. Reeve writes none: cosignatures by ML-DSA-44 do not cover them.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check_line(self.origin, "the origin")
        check_number(self.size, "the tree size")
        check_hash(self.root, "the root")
        for line in self.extensions:
            check_line(line, "an extension line")

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """Read the text of a note, without its signatures.

        Raises:
            NoteRefused: ``malformed``.
        """
        lines = read_lines(text, "a checkpoint")
        if len(lines) < 3:
            malformed("a checkpoint has fewer than three lines")
        origin, size, root, *extensions = lines
        return cls(origin, read_number(size, "the tree size"), read_hash(root, "the root"), tuple(extensions))

    def format(self) -> str:
        """The text to sign, with its last newline."""
        lines = (self.origin, str(self.size), write_base64(self.root), *self.extensions)
        return "".join(f"{line}\n" for line in lines)
