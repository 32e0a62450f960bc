"""The command as its user runs it: a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REEVE = Path(sys.executable).with_name("reeve")


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output, which must be one JSON document."""
        return json.loads(self.out)


def reeve(*arguments: str | Path, folder: Path, stdin: str = "", env: dict[str, str] | None = None) -> Ran:
    """Run ``reeve`` in a folder."""
    done = subprocess.run(
        [REEVE, *map(str, arguments)],
        cwd=folder,
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "120", **(env or {})},
    )
    return Ran(done.returncode, done.stdout, done.stderr)
