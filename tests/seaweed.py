"""A real S3 server for tests: one ``weed mini`` a test process, on loopback, gone with the process.

Import the fixtures where they are wanted, in a ``conftest.py``::

    from tests.seaweed import bucket, seaweed  # noqa: F401

Its storage forgets SSE-KMS keys when it stops, and its filer's port asks for no credentials: it proves what clients see, and
nothing about durability. Keys with ``//`` or a backslash are the same to it as keys with ``/``, those with ``.`` or ``..``
between slashes are refused, a part between slashes has 255 bytes at most, control characters spoil its listings, and these
are not in the order of bytes.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import gettempdir, mkdtemp
from typing import IO, TYPE_CHECKING
from urllib.error import HTTPError, URLError
from urllib.request import urlopen
from uuid import uuid4

import pytest

from api.demo.server import is_free

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client

FIRST_PORT = 12_000
LAST_PORT = 21_900  # each port has a twin 10,000 above, which must stay below the ports that the system hands out
BLOCK = 10  # ports of one server
START = 60.0  # seconds it may take to start


@dataclass(frozen=True)
class Identity:
    """Who asks: ``access_key`` and ``secret_key``."""

    access_key: str
    secret_key: str


ADMIN = Identity("AKTESTADMIN", "the-admins-secret-7Qx")
SCANNER = Identity("AKTESTSCANNER", "the-scanners-secret-2Rk")  # may read and list, not write
NOBODY = Identity("AKTESTNOBODY", "the-nobodys-secret-9Lp")  # is known and may do nothing
STRANGER = Identity("AKTESTSTRANGER", "the-strangers-secret-4Wd")  # is not known


@dataclass(frozen=True)
class Seaweed:
    """A running server.

    Attributes:
        url: of its S3 port.
        port: the same as a number; on 127.0.0.1.
    """

    url: str
    port: int

    def client(self, identity: Identity = ADMIN) -> S3Client:
        """A client for planting: of the administrator, unless another is named."""
        import boto3
        from botocore.config import Config

        config = Config(s3={"addressing_style": "path"}, request_checksum_calculation="when_required")
        return boto3.client(
            "s3",
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id=identity.access_key,
            aws_secret_access_key=identity.secret_key,
            config=config,
        )

    def make_bucket(self, *, versioned: bool = False, locked: bool = False) -> str:
        """A bucket of a name that nobody else has. ``locked``: with Object Lock, which makes it versioned."""
        name = f"reeve-{uuid4().hex}"
        client = self.client()
        client.create_bucket(Bucket=name, ObjectLockEnabledForBucket=locked)
        if versioned:
            client.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return name


@pytest.fixture(scope="session")
def seaweed(request: pytest.FixtureRequest) -> Seaweed:
    """The server, started when it is first asked for."""
    program = Path(sys.executable).with_name("weed")
    if not program.exists():
        message = "SeaweedFS is not installed: make .venv/demo.ok"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    server, stop = _running(str(program), request.config)
    del stop
    return server


@pytest.fixture
def bucket(seaweed: Seaweed) -> str:
    """An empty bucket of one's own, without versions."""
    return seaweed.make_bucket()


@cache
def _running(program: str, config: pytest.Config) -> tuple[Seaweed, object]:
    """One server a process, however many folders import the fixture."""
    server = Server(program)
    config.add_cleanup(server.stop)
    server.wait()
    return Seaweed(f"http://127.0.0.1:{server.port}", server.port), server


class Server:
    """A server in a folder and a block of ports of its own."""

    def __init__(self, program: str) -> None:
        self._lock, first = _free_block()
        self.port = first
        self._folder = Path(mkdtemp(prefix="reeve-weed-"))
        (self._folder / "s3.json").write_text(json.dumps(_identities()))
        self._log = self._folder / "log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [*_dying_with_us(), program, *_arguments(self._folder, first)],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={"PATH": os.environ.get("PATH", ""), "HOME": str(self._folder), "WEED_S3_SSE_KEY": "a passphrase"},
            )

    def wait(self) -> None:
        """Until the S3 port answers a request, and a file can be stored."""
        end = time.monotonic() + START
        while time.monotonic() < end and self._process.poll() is None:
            with suppress(URLError, OSError):
                try:
                    with urlopen(f"http://127.0.0.1:{self.port}/", timeout=5):
                        return
                except HTTPError as answer:
                    if answer.code == 403:  # it wants credentials, so it runs
                        return
            time.sleep(0.05)
        text = self._log.read_text(errors="replace")[-3000:]
        self.stop()
        pytest.fail(f"SeaweedFS did not start:\n{text}")

    def stop(self) -> None:
        """At once: nothing in it is kept."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        shutil.rmtree(self._folder, ignore_errors=True)
        self._lock.close()


def _dying_with_us() -> list[str]:
    """A server must not outlive tests that were killed."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL"] if setpriv else []


def _arguments(folder: Path, first: int) -> list[str]:
    ports = ("s3.port", "master.port", "volume.port", "filer.port", "admin.port")
    return [
        "-logtostderr=true",
        "mini",
        f"-dir={folder}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        *(f"-{name}={first + place}" for place, name in enumerate(ports)),
        f"-s3.config={folder / 's3.json'}",
        "-s3.allowDeleteBucketNotEmpty=false",
        "-s3.autoCreateBucket=false",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-webdav=false",
        "-admin.ui=false",
        "-master.telemetry=false",
        "-master.volumeSizeLimitMB=64",
    ]


def _identities() -> dict[str, object]:
    rights = {"admin": (ADMIN, ["Admin", "Read", "Write", "List", "Tagging"]), "scanner": (SCANNER, ["Read", "List"])}
    rights["nobody"] = (NOBODY, ["Read:no-such-bucket"])
    return {
        "identities": [
            {
                "name": name,
                "credentials": [{"accessKey": who.access_key, "secretKey": who.secret_key}],
                "actions": actions,
            }
            for name, (who, actions) in rights.items()
        ],
        "kms": {
            "default_provider": "local",
            "providers": {"local": {"type": "local", "enableOnDemandCreate": True}},
        },
    }


def _free_block() -> tuple[IO[str], int]:
    """The first of ten ports that are free, with their twins; the open file keeps other test processes off them."""
    for first in range(FIRST_PORT, LAST_PORT, BLOCK):
        lock = Path(gettempdir(), f"reeve-weed-{os.geteuid()}-{first}.lock").open("w", encoding="utf-8")  # noqa: SIM115 - held on purpose
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            continue
        if all(is_free(port + twin) for port in range(first, first + BLOCK) for twin in (0, 10_000)):
            return lock, first
        lock.close()
    pytest.fail("no block of free ports for SeaweedFS")
