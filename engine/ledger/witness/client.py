"""Ask a witness for its cosignature (C2SP tlog-witness).

A witness that knows a larger tree, or another one, is the alarm that a log which was restored from an old backup, or was forked,
sets off: ``WitnessDisagrees``. All else that goes wrong is ``DependencyFailed``, and asking again later may help.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import re
import ssl
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus
from urllib.parse import SplitResult, urlsplit

from engine.base.errors import BadInput, DependencyFailed, IntegrityViolated
from engine.ledger.note.body import Checkpoint
from engine.ledger.note.keys import VerifierKey
from engine.ledger.note.note import Note, NoteRefused, Signature
from engine.ledger.note.strict import read_lines, read_number, read_text
from engine.ledger.witness.request import SIZE_TYPE, AddCheckpoint

TIMEOUT = 10.0  # seconds for one request and its answer
MAX_ANSWER = 1 << 16  # bytes
_TRIES = 4  # others may feed the same witness meanwhile
_URL = re.compile(r"https?://(?:(?![?#@])[!-~])+", re.ASCII | re.IGNORECASE)

Prove = Callable[[int, int], Sequence[bytes]]
"""The proof of consistency from an old size to a new one."""


class WitnessDisagrees(IntegrityViolated):
    """A witness saw more of this log than we have, or something else.

    Attributes:
        known: the size that the witness told, or None where it only said that our checkpoint continues nothing it knows.
    """

    code = "witness_disagrees"

    def __init__(self, message: str, *, known: int | None = None) -> None:
        super().__init__(
            message,
            hint="Was the state restored from a backup, or does someone else write this log? Compare with the witness.",
        )
        self.known = known


def cosign(
    url: str,
    witness_key: VerifierKey,
    checkpoint: bytes,
    old_size: int,
    proof: Sequence[bytes],
    *,
    prove: Prove | None = None,
    timeout: float = TIMEOUT,
    allow_plain: bool = False,
) -> Signature:
    """Ask a witness to cosign a checkpoint.

    Args:
        url: the witness's submission prefix: ``https``, or ``http`` on this machine.
        witness_key: its key; a cosignature by any other is ignored.
        checkpoint: the signed checkpoint.
        old_size: what the witness is believed to know; 0 where that is unknown.
        proof: of consistency from there.
        prove: gives the proof from another size, where the witness turns out to know that. None: such an answer is a failure.
        timeout: in seconds, for each request.
        allow_plain: allow ``http`` to another machine. Cosignatures are checked all the same; others can read along and block.

    Returns:
        The cosignature, checked.

    Raises:
        WitnessDisagrees: it knows a larger tree of this log, or another one.
        NoteRefused: its answer has no cosignature by its key (``unsigned``), one that does not fit, or is ``malformed``; or the
            checkpoint is malformed.
        BadInput: the URL is not allowed.
        DependencyFailed: it does not answer, does not know the log or its key, or has other trouble.
    """
    place = _place(url, allow_plain=allow_plain)
    text = Note.parse(checkpoint).text
    size = Checkpoint.parse(text).size
    for _ in range(_TRIES):
        status, kind, body = _post(place, AddCheckpoint(old_size, tuple(proof), checkpoint).format(), timeout)
        if status == HTTPStatus.OK:
            return _cosignature(body, witness_key, text.encode())
        if status == HTTPStatus.UNPROCESSABLE_ENTITY:
            raise WitnessDisagrees("The witness knows a tree of this log that ours does not continue.")
        if status != HTTPStatus.CONFLICT:
            raise _failure(status)
        old_size = _known(kind, body, size)
        if prove is None:
            raise DependencyFailed(f"The witness knows this log at size {old_size}, from which no proof was given.")
        proof = prove(old_size, size)
    raise DependencyFailed("The witness is being fed by others, and every proof came too late.", hint="Try again.")


def _known(kind: str, body: bytes, size: int) -> int:
    """The size that a conflict tells, if it can be ours."""
    if kind != SIZE_TYPE:  # tlog-witness before 2026 answered so to another root at the same size
        raise WitnessDisagrees("The witness knows another tree of this log at this size.")
    lines = read_lines(read_text(body, "the answer"), "the answer")
    known = read_number("\n".join(lines), "the size that the witness knows")
    if known > size:
        raise WitnessDisagrees(f"The witness knows {known} entries of this log, and ours has {size}.", known=known)
    return known


def _cosignature(body: bytes, key: VerifierKey, text: bytes) -> Signature:
    signatures = [Signature.parse(line) for line in read_lines(read_text(body, "the answer"), "the answer")]
    for signature in signatures:
        if (signature.name, signature.key_id) == (key.name, key.key_id):
            if key.check(text, signature.blob):
                return signature
            raise NoteRefused("The witness's cosignature does not fit.", reason="bad_signature")
    raise NoteRefused("The witness answered without a cosignature by its key.", reason="unsigned")


def _place(url: str, *, allow_plain: bool) -> SplitResult:
    if not _URL.fullmatch(url):
        raise BadInput("A witness's URL is https://HOST/PREFIX, without a password, a query or a fragment.")
    try:
        place = urlsplit(url)
        plain = place.scheme == "http" and not allow_plain and not _is_here(place.hostname or "")
        _ = place.port
    except ValueError:
        raise BadInput("A witness's URL names no host, or no port that there is.") from None
    if not place.hostname or plain:
        raise BadInput(
            "A witness on another machine is asked over https only.", hint="Or allow plain http where that is meant."
        )
    return place


def _is_here(host: str) -> bool:
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def _post(place: SplitResult, body: bytes, timeout: float) -> tuple[int, str, bytes]:
    """Status, content type and body of the answer; redirects are answers like any other."""
    late = time.monotonic() + timeout
    host = place.hostname or ""
    connection = (
        http.client.HTTPSConnection(host, place.port, timeout=timeout, context=ssl.create_default_context())
        if place.scheme == "https"
        else http.client.HTTPConnection(host, place.port, timeout=timeout)
    )
    try:
        with contextlib.closing(connection):
            headers = {"Content-Type": "text/plain; charset=utf-8"}
            connection.request("POST", place.path.rstrip("/") + "/add-checkpoint", body, headers)
            response = connection.getresponse()
            return response.status, response.headers.get("Content-Type", ""), _read(response, late)
    except (OSError, http.client.HTTPException) as exc:
        raise DependencyFailed(f"The witness did not answer ({type(exc).__name__}).", hint="Does it run?") from exc


def _read(response: http.client.HTTPResponse, late: float) -> bytes:
    body = b""
    while piece := response.read1(MAX_ANSWER):
        body += piece
        if len(body) > MAX_ANSWER:
            raise DependencyFailed("The witness's answer is too long.")
        if time.monotonic() > late:
            raise TimeoutError
    return body


def _failure(status: int) -> DependencyFailed:
    hints: dict[int, str] = {
        HTTPStatus.FORBIDDEN: "It does not trust the key that signed: `reeve witness trust DIR VKEY` on its side.",
        HTTPStatus.NOT_FOUND: "It does not know this log: `reeve witness trust DIR VKEY` on its side; or the URL is wrong.",
        HTTPStatus.BAD_REQUEST: "It does not take what was sent; it may be of another version.",
    }
    return DependencyFailed(f"The witness refused with status {status}.", hint=hints.get(status, "Try again later."))
