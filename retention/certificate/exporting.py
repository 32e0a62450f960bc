"""A certificate as a folder to hand out: document, page, and the proof that its entry stands in the signed ledger."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from engine.base.errors import BadInput, DependencyFailed
from engine.base.ids import CertificateId
from engine.base.state.database import Database
from engine.ledger.log.ledger import Ledger
from retention.certificate.page import page_of
from retention.certificate.view import CertificateView, Entry, show_certificate

README = """Certificate of disposal {certificate}

certificate.json        the document: its SHA-256 is {sha256}
certificate.html        the same for people; open it in a browser, it works offline
{proof}
To check it without Reeve:
1. sha256sum certificate.json        must print {sha256}
{steps}"""
_PROOF = """certificate.entry       the ledger's entry of its issue; holds that hash
certificate.tlog-proof  the proof that the entry stands in the signed ledger (C2SP tlog-proof)
"""
_CLOSED = """closed.entry            the ledger's entry of its closing
closed.tlog-proof       the proof of that
"""
_STEPS = """2. python verify_reeve_log.py --proof certificate.tlog-proof --entry certificate.entry --vkey KEY
   verify_reeve_log.py is one file that comes with every export of the ledger; KEY is what `reeve ledger vkey` prints, given to
   you in another way than this folder.
3. certificate.entry must hold "sha256":"{sha256}"
"""
_WAITS = """There is no proof here: the entry has no place in the signed ledger yet, or its year was pruned.
"""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written. ``proved``: with the proof of its entry."""

    files: tuple[str, ...]
    proved: bool


def export_certificate(
    database: Database, ledger: Ledger, certificate_id: CertificateId, folder: Path, *, names: bool = False
) -> Exported:
    """Write a certificate to a folder, over an earlier export of it.

    Args:
        database: the state.
        ledger: to prove by.
        certificate_id: which.
        folder: made if it is missing.
        names: with names of persons on the page.

    Raises:
        NotFound: there is none.
        BadInput: the folder cannot be written.
        IntegrityViolated: its document is not what was recorded, or the ledger is not whole.
    """
    with database.snapshot() as session:
        view = show_certificate(session, certificate_id)
    files: dict[str, bytes] = {"certificate.json": view.data, "certificate.html": page_of(view, names=names)}
    proved = _prove(ledger, view.issued, "certificate", files)
    closed = view.closed is not None and _prove(ledger, view.closed, "closed", files)
    files["README.txt"] = _readme(view, proved=proved, closed=closed).encode()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in files.items():
            (folder / name).write_bytes(data)
    except OSError as exc:
        raise BadInput(f"{folder} cannot be written ({type(exc).__name__})") from None
    return Exported(tuple(files), proved)


def _prove(ledger: Ledger, entry: Entry, name: str, files: dict[str, bytes]) -> bool:
    """Add an entry with its proof, where it has a place under a signed checkpoint."""
    if entry.shard is None or entry.index is None:
        return False
    try:
        proved = ledger.prove(entry.shard, entry.index)
    except (BadInput, DependencyFailed):  # not signed as far as that yet, or its shard was pruned
        return False
    files[f"{name}.entry"], files[f"{name}.tlog-proof"] = proved.entry, proved.proof.format()
    return True


def _readme(view: CertificateView, *, proved: bool, closed: bool) -> str:
    steps = _STEPS.format(sha256=view.line.sha256) if proved else _WAITS
    return README.format(
        certificate=view.line.id,
        sha256=view.line.sha256,
        proof=(_PROOF if proved else "") + (_CLOSED if closed else ""),
        steps=steps,
    )
