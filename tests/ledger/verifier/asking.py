"""Asks the one-file verifier about a case."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from engine.ledger.verifier import verify_reeve_log
from tests.ledger.verifier.mutations import Case, Expected


def ask(folder: Path | None, *arguments: str) -> dict[str, Any]:
    """The result as JSON, with the exit code as ``exit``."""
    output = io.StringIO()
    with redirect_stdout(output):
        code = verify_reeve_log.main([*([str(folder)] if folder else []), "--json", *arguments])
    return {**json.loads(output.getvalue()), "exit": code}


def options(case: Case, aside: Path) -> list[str]:
    """The options that ask what the case asks; files are laid ``aside``."""
    aside.mkdir(exist_ok=True)
    found = [part for key in case.vkeys for part in ("--vkey", key)]
    if case.previous is not None:
        (aside / "previous").write_bytes(case.previous)
        found += ["--previous", str(aside / "previous")]
    if case.policy is not None:
        (aside / "policy").write_bytes(case.policy)
        found += ["--policy", str(aside / "policy")]
    if case.proof is not None:
        for name, data in zip(("proof", "entry"), case.proof, strict=True):
            (aside / name).write_bytes(data)
            found += [f"--{name}", str(aside / name)]
    if case.max_age is not None:
        found += ["--max-age", str(case.max_age)]
    return found + ["--partial"] * case.partial


def answer(result: dict[str, Any]) -> Expected:
    """The first finding, or that all holds."""
    first = result["findings"][0] if result["findings"] else {"verdict": "ok", "shard": None, "index": None}
    assert result["verdict"] == first["verdict"]
    assert result["ok"] == (first["verdict"] == "ok")
    return first["verdict"], first["shard"], first["index"]
