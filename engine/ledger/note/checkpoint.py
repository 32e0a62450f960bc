"""Checkpoints: a log's state, signed (C2SP tlog-checkpoint v1.0.0)."""

from __future__ import annotations

from collections.abc import Sequence

from engine.base.errors import BadInput
from engine.ledger.note.body import Checkpoint
from engine.ledger.note.note import Note, NoteRefused, SigningKey, VerifierKey, open_note
from engine.ledger.note.schemes import Algorithm

__all__ = ["Checkpoint", "open_checkpoint", "sign_checkpoint"]


def sign_checkpoint(checkpoint: Checkpoint, keys: Sequence[SigningKey]) -> bytes:
    """The checkpoint as a signed note, with one signature a key, in that order.

    Whoever calls this answers for it that the log never signed anything that this does not continue.

    Raises:
        BadInput: none of the keys is named as the origin, so nobody would accept the checkpoint.
    """
    if all(key.name != checkpoint.origin for key in keys):
        raise BadInput(
            "No key is named as the log's origin.", hint="Sign with a key that bears the origin as its name."
        )
    text = checkpoint.format()
    return Note(text, tuple(key.sign(text) for key in keys)).format()


def open_checkpoint(data: bytes, known: Sequence[VerifierKey], origin: str | None = None) -> Checkpoint:
    """Read a checkpoint that its log signed; further known keys, as of witnesses, must fit where they signed.

    Args:
        data: the signed note.
        known: keys that are trusted. One of them must be named as the checkpoint's origin and have signed it.
        origin: the log it must be of, or None for any log that a known key is named after.

    Raises:
        NoteRefused: as in ``open_note``; and ``wrong_origin``: it is a good checkpoint of another log.
        BadInput, DependencyFailed: as in ``open_note``.
    """
    note, verified = open_note(data, known)
    checkpoint = Checkpoint.parse(note.text)
    if origin is not None and checkpoint.origin != origin:
        raise NoteRefused("The checkpoint is of another log.", reason="wrong_origin")
    logs = {(key.name, key.key_id) for key in known if key.algorithm != Algorithm.COSIGNATURE}
    if any(
        signature.name == checkpoint.origin and (signature.name, signature.key_id) in logs for signature in verified
    ):
        return checkpoint
    if any(signature.name == checkpoint.origin for signature in note.signatures):
        raise NoteRefused("The checkpoint is signed under its log's name, but by another key.", reason="wrong_key")
    raise NoteRefused("The checkpoint is not signed by its log.", reason="unsigned")
