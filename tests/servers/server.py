"""What servers of one's own share: a folder, a port, a process that dies with the tests, and ways to make it misbehave."""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from contextlib import suppress
from pathlib import Path
from tempfile import gettempdir, mkdtemp
from typing import IO

import pytest
import sqlalchemy as sa

FIRST_PORT = 10_000
LAST_PORT = 11_990  # above are the ports of tests/seaweed.py
START = 30.0  # seconds it may take to start or to end
PASSWORD = "c0rrect:/@horse"
LOOK = 0.02  # seconds between two looks whether it runs


class Server(ABC):
    """One server process on loopback, over a copy of a folder that was initialised once.

    Args:
        home: the initialised folder.
        user: of the system, who runs the server; it refuses root.
        tls: ``off``, ``on`` (offered) or ``required``; the certificates are in ``home``.
    """

    backend: str
    administrator: str

    def __init__(self, home: Path, user: str, *, tls: str = "off") -> None:
        self._lock, self.port = _free_port()
        self.home = home
        self.tls = tls
        self._user = user
        self._folder = public_folder(f"reeve-{user}-")
        self.data = self._folder / "data"
        self._log = self._folder / "log"
        self.temporary = self._folder / "tmp"
        self.temporary.mkdir()
        owned_by(user, self.temporary)
        self._process: subprocess.Popen[bytes] | None = None
        run("cp", "-a", home / "data", self.data)

    @property
    def certificate(self) -> Path:
        """Of the authority that signed the server's certificate."""
        return self.home / "ca.pem"

    def url(self, user: str = "", password: str | None = PASSWORD, database: str = "", **query: str) -> str:
        """Of a database of this server: as its administrator, unless another user is named."""
        url = sa.URL.create(
            self.backend, user or self.administrator, password, "127.0.0.1", self.port, database or self._database
        )
        return url.update_query_dict(query).render_as_string(hide_password=False)

    def start(self) -> None:
        """Start it, and wait until it lets somebody in."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", *identity(self._user), *self._command()],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"},
            )
        end = time.monotonic() + START
        while time.monotonic() < end and self._process.poll() is None:
            if self._answers():
                return
            time.sleep(LOOK)
        text = self._log.read_text(errors="replace")[-3000:]
        self.remove()
        pytest.fail(f"{self._user}'s server did not start:\n{text}")

    def kill(self) -> None:
        """As when its machine loses power: every process of it, at once."""
        if self._process is None:
            return
        for process in self._processes():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self._process.wait(START)
        self._process = None

    def restart(self) -> None:
        """Killed, and there again at once, on the same port."""
        self.kill()
        self.start()

    def freeze(self) -> None:
        """It stays connected, and does nothing any more."""
        for process in self._processes():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on."""
        for process in self._processes():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)

    def remove(self) -> None:
        """End it; nothing in it is kept."""
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)
        self._lock.close()

    def _processes(self) -> list[int]:
        """The server, and what it started itself; it first, so that it cannot start more."""
        if self._process is None:
            return []
        server = self._process.pid
        with suppress(OSError):
            children = Path(f"/proc/{server}/task/{server}/children").read_text(encoding="utf-8").split()
            return [server, *map(int, children)]
        return [server]

    @property
    @abstractmethod
    def _database(self) -> str: ...

    @abstractmethod
    def _command(self) -> list[str]: ...

    @abstractmethod
    def _answers(self) -> bool: ...


def public_folder(prefix: str) -> Path:
    """A folder that other users may enter."""
    folder = Path(mkdtemp(prefix=prefix))
    folder.chmod(0o755)
    return folder


def run(*command: str | Path) -> None:
    """A program that has to succeed."""
    done = subprocess.run([*map(str, command)], check=False, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode(errors="replace")


def identity(user: str) -> list[str]:
    """Arguments of ``setpriv`` that make it another user."""
    return [f"--reuid={user}", f"--regid={user}", "--clear-groups"]


def owned_by(user: str, *places: Path) -> None:
    """Give files to a user of the system."""
    entry = pwd.getpwnam(user)
    for place in places:
        os.chown(place, entry.pw_uid, entry.pw_gid)


def missing(what: str) -> None:
    """A developer's run skips the test, CI fails it."""
    if os.environ.get("CI"):
        pytest.fail(what)
    pytest.skip(what)


def _free_port() -> tuple[IO[str], int]:
    """A free port; the open file keeps other test processes off it, also while the server is down."""
    for port in range(FIRST_PORT, LAST_PORT):
        lock = Path(gettempdir(), f"reeve-server-{os.geteuid()}-{port}.lock").open("w", encoding="utf-8")  # noqa: SIM115 - held on purpose
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", port))
        except OSError:
            lock.close()
            continue
        return lock, port
    pytest.fail("no free port for a database server")
