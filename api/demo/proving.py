"""How the demo ends: the ledger of all that was done is verified, twice, and the first SOC 2 evidence is written."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from engine.base.errors import IntegrityViolated
from engine.base.settings import Settings
from engine.base.state.database import Database

LEDGER = "ledger"


@dataclass(frozen=True, slots=True)
class Proof:
    """What was shown: entries that verified, the last line that the verifier without Reeve printed, and the key's id."""

    entries: int
    outside: str
    key_id: str


def prove_all(database: Database, settings: Settings, folder: Path) -> Proof:
    """Reconcile and verify the ledger, export it, and have the export verified by the one file that knows nothing of Reeve.

    Raises:
        IntegrityViolated: something does not fit.
    """
    from engine.ledger.log.keys import key_id_of
    from engine.ledger.log.ledger import Ledger

    ledger = Ledger(database, settings.ledger)
    ledger.settle()
    gaps = ledger.reconcile().gaps
    report = ledger.verify()
    if gaps or report.problems:
        raise IntegrityViolated(f"the demo's ledger is {report.verdict.value}, with {len(gaps)} gaps")
    _, entries, _ = ledger.export(folder)
    return Proof(entries, _verify_outside(folder), key_id_of(ledger.vkeys()[-1]))


def _verify_outside(folder: Path) -> str:
    """By another process, which sees none of our packages."""
    command = [sys.executable, "-I", "verify_reeve_log.py", "."]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise IntegrityViolated(f"the export of the demo's ledger does not verify (exit {done.returncode})")
    return done.stdout.strip().splitlines()[-1]
