"""``reeve serve`` as a process: what it prints, refuses and logs, and how it ends."""

from __future__ import annotations

import os
import re
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.states import with_state

REEVE = [f"{sys.executable.rpartition('/')[0]}/python", "-c", "from api.cli.main import run; run()"]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "reeve.yaml").write_text("tenant: default\n")
    return with_state(tmp_path)


def started(home: Path, *arguments: str) -> tuple[subprocess.Popen[str], str, list[str]]:
    """The process, its address, and the lines it printed before that."""
    process = subprocess.Popen(
        [*REEVE, "serve", "--port", "0", *arguments],
        cwd=home, stderr=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(Path.cwd()), "COLUMNS": "200"},
    )  # fmt: skip
    lines: list[str] = []
    assert process.stderr is not None
    for line in process.stderr:
        lines.append(line.rstrip("\n"))
        found = re.search(r"serve: (https?://\S+)", line)
        if found:
            return process, found[1], lines
    pytest.fail("\n".join(lines))


@pytest.fixture
def running(home: Path) -> Iterator[tuple[subprocess.Popen[str], str, list[str]]]:
    one = started(home)
    yield one
    one[0].kill()
    one[0].wait()
    assert one[0].stderr is not None
    one[0].stderr.close()


def answered(address: str, path: str) -> httpx.Response:
    for _ in range(100):
        try:
            return httpx.get(address + path, timeout=10, trust_env=False)
        except httpx.ConnectError:
            time.sleep(0.05)
    pytest.fail("it does not answer")


def test_it_tells_where_it_is_and_how_the_first_administrator_comes_to_be(
    running: tuple[subprocess.Popen[str], str, list[str]],
) -> None:
    process, address, lines = running
    assert address.startswith("http://127.0.0.1:")
    assert any("reeve actor add NAME --role administrator" in line for line in lines)
    assert answered(address, "/v1/health/ready?who=someone@example.com").json()["status"] == "ok"
    process.send_signal(signal.SIGTERM)
    _, rest = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "GET /v1/health/ready 200" in rest
    assert "someone@example.com" not in rest
    assert "serve: ended" in rest


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "reeve.example"])  # noqa: S104 - it is refused
def test_others_are_not_let_in_without_encryption(home: Path, host: str) -> None:
    done = subprocess.run(
        [*REEVE, "serve", "--host", host], cwd=home, capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    assert done.returncode == 2
    assert "--behind-proxy" in done.stderr


def test_a_port_that_is_taken_is_told(running: tuple[subprocess.Popen[str], str, list[str]], home: Path) -> None:
    port = running[1].rpartition(":")[2]
    done = subprocess.run(
        [*REEVE, "serve", "--port", port], cwd=home, capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip
    assert done.returncode == 3
    assert "cannot be listened on" in done.stderr


def test_it_speaks_tls(home: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (home / "key.pem").write_bytes(pem)
    (home / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (home / "reeve.yaml").write_text("server: {tls_certificate: certificate.pem, tls_key: key.pem}\n")
    process, address, _ = started(home)
    try:
        assert address.startswith("https://127.0.0.1:")
        context = ssl.create_default_context(cafile=home / "certificate.pem")
        answer = httpx.get(f"{address}/sign-in", verify=context, timeout=20, trust_env=False)
        assert answer.status_code == 200
        assert "max-age" in answer.headers["strict-transport-security"]
    finally:
        process.kill()
        process.communicate()
