"""Fixtures of the tests of databases."""

from __future__ import annotations

import os
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from shutil import which
from tempfile import TemporaryDirectory

import pytest
import sqlalchemy as sa

DEBIAN = Path("/usr/lib/postgresql/15/bin")


@pytest.fixture
def public_folder() -> Iterator[Path]:
    """A folder that everybody may enter and only its owner may write."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@pytest.fixture
def guarded_postgres(public_folder: Path) -> Iterator[str]:
    """A server of one's own that asks for passwords: the URL with the right one."""
    if os.geteuid() != 0 or which("pg_ctl", path=str(DEBIAN)) is None:
        pytest.skip("needs root, to become the user postgres, and Debian's PostgreSQL 15")
    password, data = "c0rrect:/@horse", public_folder / "data"
    data.mkdir()
    (public_folder / "password").write_text(password)
    for place in (data, public_folder / "password"):
        os.chown(place, *_postgres())
    _as_postgres("initdb", "-D", data, "-A", "scram-sha-256", "--pwfile", public_folder / "password", "-N")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = f"-c port={port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
    _as_postgres("pg_ctl", "-D", data, "-w", "-o", settings, "-l", data / "log", "start")
    try:
        url = sa.URL.create("postgresql", "postgres", password, "127.0.0.1", port, "postgres")
        yield url.render_as_string(hide_password=False)
    finally:
        _as_postgres("pg_ctl", "-D", data, "-m", "immediate", "stop")


def _postgres() -> tuple[int, int]:
    import pwd

    entry = pwd.getpwnam("postgres")
    return entry.pw_uid, entry.pw_gid


def _as_postgres(program: str, *arguments: str | Path) -> None:
    command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", str(DEBIAN / program)]
    subprocess.run([*command, *map(str, arguments)], check=True, stdout=subprocess.DEVNULL, timeout=60)
