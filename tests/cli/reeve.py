"""The command as its user runs it: its arguments, its folder, what it writes where, and its exit code.

``reeve`` runs it inside the test's process, as starting one takes a second; ``reeve_process`` starts one, for what only
a process of its own shows.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.pool import Pool

from api.cli.main import run

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
    """Run ``reeve`` in a folder, from its entry point on."""
    out, err = _stream(), _stream()
    with pytest.MonkeyPatch.context() as patch, _connections_closed(), _signals_kept():
        patch.chdir(folder)
        for name, value in {"COLUMNS": "120", **(env or {})}.items():
            patch.setenv(name, value)
        patch.setattr(sys, "argv", ["reeve", *map(str, arguments)])
        patch.setattr(sys, "stdin", _stream(stdin))
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        try:
            run()
        except SystemExit as end:
            code = end.code
    assert isinstance(code, int)
    return Ran(code, _text(out), _text(err))


def reeve_process(*arguments: str | Path, folder: Path, stdin: str = "", env: dict[str, str] | None = None) -> Ran:
    """Run ``reeve`` in a folder, in a process of its own."""
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


def _stream(text: str = "") -> TextIOWrapper:
    return TextIOWrapper(BytesIO(text.encode()), encoding="utf-8", write_through=True)


def _text(stream: TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()  # with line ends as a pipe opened for text has them


@contextmanager
def _connections_closed() -> Iterator[None]:
    """Close what a command leaves open, as the end of its process does."""
    opened: list[Any] = []

    def note(connection: Any, _entry: object) -> None:
        opened.append(connection)

    event.listen(Pool, "connect", note)
    try:
        yield
    finally:
        event.remove(Pool, "connect", note)
        for connection in opened:
            connection.close()


@contextmanager
def _signals_kept() -> Iterator[None]:
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
