"""What a witness answers (C2SP tlog-witness): the decisions, in the order of the specification, without HTTP.

The check of the old size, the check of the proof and the writing down are one change: between them nobody else can come, so
that a slower request never takes a witness back (the race in the specification). What was written is on the disk before the
answer goes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus

from engine.base.clock import Clock
from engine.ledger.note.body import Checkpoint
from engine.ledger.note.cosignature import CosignerKey
from engine.ledger.note.keys import VerifierKey
from engine.ledger.note.note import Note, NoteRefused, Signature, open_note
from engine.ledger.tree.hashes import EMPTY_ROOT
from engine.ledger.tree.proofs import ProofRefused, check_consistency
from engine.ledger.witness.heads import Changing, Fork, Head, Heads
from engine.ledger.witness.request import SIZE_TYPE, AddCheckpoint

TEXT_TYPE = "text/plain; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: a status, a body, its type."""

    status: HTTPStatus
    body: bytes
    content_type: str = TEXT_TYPE


class _Refused(Exception):
    def __init__(self, status: HTTPStatus, message: str) -> None:
        super().__init__(message)
        self.answer = _refusal(status, message)


class Witness:
    """Cosigns what continues.

    Args:
        keys: it signs with all of them.
        heads: what it cosigned.
        trusted: gives the keys of the logs that it trusts at this moment.
        clock: for the times of cosignatures.
    """

    def __init__(
        self, keys: Sequence[CosignerKey], heads: Heads, trusted: Callable[[], Sequence[VerifierKey]], clock: Clock
    ) -> None:
        self._keys = tuple(keys)
        self._heads = heads
        self._trusted = trusted
        self._clock = clock

    def add(self, body: bytes) -> Answer:
        """Answer one ``add-checkpoint``.

        Returns:
            200 with cosignatures; 400 what is malformed, has extension lines, or is smaller than the old size; 403 not signed by
            a trusted key; 404 a log that is not known; 409 with the size that is known; 422 not a continuation.

        Raises:
            DependencyFailed, IntegrityViolated: it could not be written down, so it was not cosigned.
        """
        try:
            request, checkpoint, note = self._checked(body)
            with self._heads.changing() as changing:
                return self._continue(changing, request, checkpoint, note)
        except _Refused as exc:
            return exc.answer
        except (
            NoteRefused
        ) as exc:  # also an origin that ML-DSA-44 cannot hold, or so many signatures that ours do not fit
            return _refusal(HTTPStatus.BAD_REQUEST, exc.message)

    def latest(self, digest: str) -> Answer:
        """The last cosigned checkpoint of the log whose origin has this SHA-256, in small hexadecimal digits; or 404."""
        head = self._heads.by_hash(digest)
        return (
            _refusal(HTTPStatus.NOT_FOUND, "Nothing was cosigned here.")
            if head is None
            else Answer(HTTPStatus.OK, head.note)
        )

    def _checked(self, body: bytes) -> tuple[AddCheckpoint, Checkpoint, Note]:
        """What was asked, and the checkpoint with those of its signatures that its log's keys made."""
        request = AddCheckpoint.parse(body)
        checkpoint = Checkpoint.parse(Note.parse(request.checkpoint).text)
        keys = [key for key in self._trusted() if key.name == checkpoint.origin]
        if not keys:
            raise _Refused(HTTPStatus.NOT_FOUND, "This log is not known here.")
        try:
            note, verified = open_note(request.checkpoint, keys)
        except NoteRefused:
            raise _Refused(
                HTTPStatus.FORBIDDEN, "No trusted key of this log signed, or a signature does not fit."
            ) from None
        if checkpoint.extensions:  # cosignatures by ML-DSA-44 do not cover them, so nobody could vouch for them
            raise _Refused(HTTPStatus.BAD_REQUEST, "Checkpoints with extension lines are not cosigned.")
        if request.old > checkpoint.size:
            raise _Refused(HTTPStatus.BAD_REQUEST, "The old size is larger than the checkpoint's.")
        return request, checkpoint, Note(note.text, verified)

    def _continue(self, changing: Changing, request: AddCheckpoint, checkpoint: Checkpoint, note: Note) -> Answer:
        head = changing.head(checkpoint.origin)
        known, root, last = (head.size, head.root, head.time) if head else (0, EMPTY_ROOT, 0)
        if request.old != known:
            return Answer(HTTPStatus.CONFLICT, f"{known}\n".encode(), SIZE_TYPE)
        time = max(last, int(self._clock.now().timestamp()))  # a clock that was set back takes no cosignature back
        try:
            check_consistency(known, root, checkpoint.size, checkpoint.root, request.proof)
        except ProofRefused:
            if head is not None and checkpoint.size == known and checkpoint.root != root:
                fork = Fork(checkpoint.origin, known, time, note.format(), head.note)
                changing.keep(fork, checkpoint.root)
            return _refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "The checkpoint does not continue the one that is known.")
        cosignatures = [key.sign(note.text, time) for key in self._keys]
        cosigned = note.add(cosignatures).format()
        changing.put(Head(checkpoint.origin, checkpoint.size, checkpoint.root, time, cosigned))
        return Answer(HTTPStatus.OK, _lines(cosignatures))


def _lines(signatures: Sequence[Signature]) -> bytes:
    return "".join(signature.format() for signature in signatures).encode()


def _refusal(status: HTTPStatus, message: str) -> Answer:
    return Answer(status, f"{message}\n".encode())
