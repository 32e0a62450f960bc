"""A certificate that is handed out: the proof in it is checked by the one file that shares nothing with us."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from engine.base.errors import BadInput
from engine.base.settings.ledger import LedgerSettings
from engine.governance.calendar import Duration
from engine.governance.change.plan import Copy
from engine.ledger import verifier
from engine.ledger.log.ledger import Ledger
from retention.certificate.exporting import export_certificate
from tests.retention.certificate.issued import Certified

VERIFIER = Path(verifier.__file__).parent / "verify_reeve_log.py"


def checked(folder: Path, name: str, key: str) -> int:
    ran = subprocess.run(
        [sys.executable, VERIFIER, "--proof", folder / f"{name}.tlog-proof", "--entry", folder / f"{name}.entry", "--vkey", key],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return ran.returncode


def test_the_proof_verifies_without_us(certified: Certified, tmp_path: Path) -> None:
    database, folder = certified.world.database, tmp_path / "handed-out"
    view = certified.issued([Copy("backup", Duration(days=3))])
    ledger = Ledger(database, LedgerSettings())
    waiting = export_certificate(database, ledger, view.line.id, folder)
    assert (waiting.proved, sorted(path.name for path in folder.iterdir())) == (
        False,
        ["README.txt", "certificate.html", "certificate.json"],
    )
    ledger.settle()
    done = export_certificate(database, ledger, view.line.id, folder)
    assert done.proved
    (key,) = ledger.vkeys()
    assert checked(folder, "certificate", str(key)) == 0
    digest = hashlib.sha256((folder / "certificate.json").read_bytes()).hexdigest()
    entry = json.loads((folder / "certificate.entry").read_bytes())
    assert (entry["type"], entry["attributes"]["sha256"]) == ("certificate.issued", digest)
    assert digest in (folder / "README.txt").read_text()
    (folder / "certificate.entry").write_bytes((folder / "certificate.entry").read_bytes().replace(b"open", b"Open"))
    assert checked(folder, "certificate", str(key)) == 4


def test_its_closing_is_proved_as_well(certified: Certified, tmp_path: Path) -> None:
    database, folder = certified.world.database, tmp_path / "handed-out"
    view = certified.issued([Copy("backup", Duration(days=3))])
    certified.clock.instant += timedelta(days=30)
    assert certified.close() == 1
    ledger = Ledger(database, LedgerSettings())
    ledger.settle()
    assert export_certificate(database, ledger, view.line.id, folder).proved
    (key,) = ledger.vkeys()
    assert checked(folder, "closed", str(key)) == 0
    assert json.loads((folder / "closed.entry").read_bytes())["attributes"]["sha256"] == view.line.sha256


def test_a_folder_that_cannot_be_written_is_told(certified: Certified, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("a file")
    view = certified.issued()
    with pytest.raises(BadInput, match="cannot be written"):
        export_certificate(
            certified.world.database,
            Ledger(certified.world.database, LedgerSettings()),
            view.line.id,
            tmp_path / "there",
        )
