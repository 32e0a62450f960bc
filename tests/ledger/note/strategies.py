"""Notes, checkpoints and proofs of every shape that is allowed."""

from __future__ import annotations

from hypothesis import strategies as st

from engine.ledger.note.body import Checkpoint
from engine.ledger.note.note import Note, Signature
from engine.ledger.note.proof import TlogProof
from engine.ledger.note.strict import MAX_NUMBER

CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters=[*map(chr, range(0x20)), "\ufffd"])
LINES = st.text(CHARACTERS, min_size=1, max_size=40)
TEXTS = st.lists(LINES | st.just(""), min_size=1, max_size=6).map(lambda lines: "".join(f"{line}\n" for line in lines))
NAMES = st.text(CHARACTERS.filter(lambda one: one != "+" and not one.isspace()), min_size=1, max_size=20)
HASHES = st.binary(min_size=32, max_size=32)

SIGNATURES = st.builds(Signature, NAMES, st.integers(0, 2**32 - 1), st.binary(min_size=1, max_size=100))
NOTES = st.builds(Note, TEXTS, st.lists(SIGNATURES, min_size=1, max_size=5).map(tuple))
CHECKPOINTS = st.builds(Checkpoint, LINES, st.integers(0, MAX_NUMBER), HASHES, st.lists(LINES, max_size=2).map(tuple))


@st.composite
def proofs(draw: st.DrawFn) -> TlogProof:
    index = draw(st.integers(0, MAX_NUMBER - 1))
    head = Checkpoint(draw(LINES), draw(st.integers(index + 1, MAX_NUMBER)), draw(HASHES))
    note = Note(head.format(), tuple(draw(st.lists(SIGNATURES, min_size=1, max_size=3))))
    hashes = draw(st.lists(HASHES, max_size=63))
    return TlogProof(index, tuple(hashes), note.format(), draw(st.none() | st.binary(min_size=1, max_size=99)))
