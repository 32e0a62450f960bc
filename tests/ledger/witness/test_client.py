"""The client of witnesses: what it follows, what it takes as an alarm, what it refuses to believe."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from engine.base.errors import BadInput, DependencyFailed
from engine.ledger.note.checkpoint import open_checkpoint
from engine.ledger.note.cosignature import CosignerKey
from engine.ledger.note.note import Note, NoteRefused
from engine.ledger.witness import client
from engine.ledger.witness.client import WitnessDisagrees, cosign
from engine.ledger.witness.request import SIZE_TYPE, AddCheckpoint
from tests.ledger.witness.logs import KEY, SmallLog
from tests.ledger.witness.processes import key_of, make, serving

LOG = SmallLog(60)
COSIGNER = CosignerKey("witness.example/w1", bytes([7] * 32))
TEXT = Note.parse(LOG.signed(9)).text


@contextmanager
def answering(
    status: int, body: bytes = b"", kind: str = "text/plain", *, tls: Path | None = None, **headers: str
) -> Iterator[tuple[str, list[bytes]]]:
    """A witness that always says the same; and what it was sent."""
    seen: list[bytes] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            seen.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        if tls is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield f"{'http' if tls is None else 'https'}://127.0.0.1:{server.server_port}/prefix/", seen
        finally:
            server.shutdown()
            thread.join()


def test_a_cosignature_makes_the_checkpoint_good_for_whoever_asks_for_one(tmp_path: Path) -> None:
    folder = make(tmp_path / "w")
    with serving(folder) as url:
        signature = cosign(url, key_of(folder), LOG.signed(9), 0, [])
    data = Note.parse(LOG.signed(9)).add([signature]).format()
    assert open_checkpoint(data, [KEY.verifier, key_of(folder)]).size == 9


def test_a_witness_with_two_keys_gives_the_one_that_was_asked_for(tmp_path: Path) -> None:
    folder = make(tmp_path / "w", mldsa=True)
    with serving(folder) as url:
        for key in folder.keys:
            signature = cosign(url, key.verifier, LOG.signed(9), 0, [], prove=LOG.prove)
            assert signature.key_id == key.verifier.key_id


def test_the_size_that_the_witness_knows_is_followed(tmp_path: Path) -> None:
    folder = make(tmp_path / "w")
    with serving(folder) as url:
        cosign(url, key_of(folder), LOG.signed(9), 0, [])
        asked: list[tuple[int, int]] = []

        def prove(old: int, new: int) -> list[bytes]:
            asked.append((old, new))
            return LOG.prove(old, new)

        cosign(url, key_of(folder), LOG.signed(20), 3, LOG.prove(3, 20), prove=prove)
        assert asked == [(9, 20)]
        cosign(url, key_of(folder), LOG.signed(20), 0, [], prove=prove)
        assert asked == [(9, 20), (20, 20)]
        with pytest.raises(DependencyFailed, match="size 20"):
            cosign(url, key_of(folder), LOG.signed(30), 0, [])


def test_a_log_restored_from_yesterdays_backup_is_an_alarm(tmp_path: Path) -> None:
    folder = make(tmp_path / "w")
    restored = LOG.fork(20, 60)
    with serving(folder) as url:
        cosign(url, key_of(folder), LOG.signed(25), 0, [])
        with pytest.raises(WitnessDisagrees, match="knows 25 entries of this log, and ours has 22") as larger:
            cosign(url, key_of(folder), restored.signed(22), 20, restored.prove(20, 22), prove=restored.prove)
        assert larger.value.known == 25
        with pytest.raises(WitnessDisagrees) as other:
            cosign(url, key_of(folder), restored.signed(30), 20, restored.prove(20, 30), prove=restored.prove)
        assert other.value.known is None
        with pytest.raises(WitnessDisagrees):
            cosign(url, key_of(folder), restored.signed(25), 25, [])
        assert other.value.exit_code == 4


def test_what_was_sent_is_what_was_meant() -> None:
    body = COSIGNER.sign(TEXT, 1).format().encode()
    with answering(200, body) as (url, seen):
        cosign(url, COSIGNER.verifier, LOG.signed(9), 5, LOG.prove(5, 9))
    assert AddCheckpoint.parse(seen[0]) == AddCheckpoint(5, tuple(LOG.prove(5, 9)), LOG.signed(9))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "malformed"),
        (b"ok\n", "malformed"),
        (COSIGNER.sign(TEXT, 1).format().encode()[:-1], "malformed"),
        (b"\n" + COSIGNER.sign(TEXT, 1).format().encode(), "malformed"),
        (CosignerKey("witness.example/w1", bytes(32)).sign(TEXT, 1).format().encode(), "unsigned"),
        (KEY.sign(TEXT).format().encode(), "unsigned"),
        (COSIGNER.sign(TEXT.replace("\n9\n", "\n8\n"), 1).format().encode(), "bad_signature"),
    ],
)
def test_an_answer_without_a_good_cosignature_is_refused(body: bytes, reason: str) -> None:
    with answering(200, body) as (url, _), pytest.raises(NoteRefused) as refused:
        cosign(url, COSIGNER.verifier, LOG.signed(9), 0, [])
    assert refused.value.reason == reason


def test_cosignatures_by_others_beside_ours_are_ignored() -> None:
    other = CosignerKey("other.example/w", bytes(32)).sign("o\n1\n" + "A" * 43 + "=\n", 1)
    body = other.format() + COSIGNER.sign(TEXT, 1).format()
    with answering(200, body.encode()) as (url, _):
        assert cosign(url, COSIGNER.verifier, LOG.signed(9), 0, []).name == COSIGNER.name


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_redirects_are_not_followed(status: int) -> None:
    body = COSIGNER.sign(TEXT, 1).format().encode()
    with answering(200, body) as (good, seen), answering(status, Location=f"{good}add-checkpoint") as (url, _):
        with pytest.raises(DependencyFailed, match=str(status)):
            cosign(url, COSIGNER.verifier, LOG.signed(9), 0, [])
        assert not seen


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 429, 500, 503, 599])
def test_other_refusals_are_trouble_and_not_an_alarm(status: int) -> None:
    with answering(status) as (url, _), pytest.raises(DependencyFailed, match=str(status)):
        cosign(url, COSIGNER.verifier, LOG.signed(9), 0, [])


@pytest.mark.parametrize("body", [b"", b"5", b"05\n", b"+5\n", b"5\n5\n", b" 5\n", b"five\n", b"9223372036854775808\n"])
def test_a_size_that_is_none_is_refused(body: bytes) -> None:
    with answering(409, body, SIZE_TYPE) as (url, _), pytest.raises(NoteRefused):
        cosign(url, COSIGNER.verifier, LOG.signed(9), 0, [], prove=LOG.prove)


def test_a_witness_that_always_knows_another_size_is_given_up() -> None:
    with answering(409, b"5\n", SIZE_TYPE) as (url, seen):
        with pytest.raises(DependencyFailed, match="fed by others"):
            cosign(url, COSIGNER.verifier, LOG.signed(9), 0, [], prove=LOG.prove)
        assert len(seen) == 4


def test_a_conflict_that_tells_no_size_is_an_alarm() -> None:
    with answering(409, b"another root\n") as (url, _), pytest.raises(WitnessDisagrees):
        cosign(url, COSIGNER.verifier, LOG.signed(9), 9, [])


def test_an_answer_without_end_is_cut() -> None:
    with answering(200, b"x" * (client.MAX_ANSWER + 1)) as (url, _), pytest.raises(DependencyFailed, match="too long"):
        cosign(url, COSIGNER.verifier, LOG.signed(9), 0, [])


def test_a_witness_that_does_not_answer_is_not_waited_for() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(DependencyFailed, match="did not answer"):
            cosign(url, COSIGNER.verifier, LOG.signed(9), 0, [], timeout=0.2)
    with pytest.raises(DependencyFailed, match="did not answer"):
        cosign(url, COSIGNER.verifier, LOG.signed(9), 0, [])


@pytest.mark.parametrize(
    "url",
    [
        "",
        "witness.example",
        "http://witness.example",
        "http://10.0.0.1:80",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://[2001:db8::1]",
        "https://user:secret@witness.example",
        "https://witness.example?query",
        "https://witness.example#part",
        "https://",
        "https://[::1",
        "https://[witness]/",
        "https://wìtness.example",
        "https://witness.example/prèfix",
        "https:///path",
        "https://witness.example:99999",
        "https://witness.example:port",
        "ftp://witness.example",
        "file:///etc/passwd",
        "https://witness.example/a b",
        "https://witness.example/\r\nX: y",
    ],
)
def test_only_https_or_this_machine_is_asked(url: str) -> None:
    with pytest.raises(BadInput):
        cosign(url, COSIGNER.verifier, LOG.signed(9), 0, [])


@pytest.mark.parametrize("url", ["http://localhost:1", "http://127.8.8.8:1", "http://[::1]:1"])
def test_this_machine_is_asked_without_tls(url: str) -> None:
    with pytest.raises(DependencyFailed):
        cosign(url, COSIGNER.verifier, LOG.signed(9), 0, [], timeout=1)


def test_https_is_never_spoken_to_who_has_no_certificate() -> None:
    with answering(200, COSIGNER.sign(TEXT, 1).format().encode()) as (url, seen):
        with pytest.raises(DependencyFailed, match="SSL"):
            cosign(url.replace("http:", "https:"), COSIGNER.verifier, LOG.signed(9), 0, [], timeout=2)
        assert not seen


def certificate(folder: Path, host: str) -> Path:
    """A certificate with its key, for that name or address, that vouches for itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "witness")])
    alternative = x509.DNSName(host) if host[0].isalpha() else x509.IPAddress(ipaddress.ip_address(host))
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = folder / f"{host}.pem"
    file.write_bytes(made.public_bytes(Encoding.PEM) + plain)
    return file


@pytest.mark.parametrize(("host", "good"), [("127.0.0.1", True), ("127.0.0.2", False), ("witness.example", False)])
def test_https_is_spoken_with_who_the_certificate_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str, *, good: bool
) -> None:
    file = certificate(tmp_path, host)
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    with answering(200, COSIGNER.sign(TEXT, 1).format().encode(), tls=file) as (url, seen):
        if good:
            assert cosign(url, COSIGNER.verifier, LOG.signed(9), 0, []).name == COSIGNER.name
        else:
            with pytest.raises(DependencyFailed, match="SSLCertVerificationError"):
                cosign(url, COSIGNER.verifier, LOG.signed(9), 0, [])
        assert len(seen) == good
