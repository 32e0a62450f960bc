"""Where a ledger is published: a folder, a real bucket with Object Lock, and an authority that stamps its checkpoints."""

from __future__ import annotations

import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest
from botocore.exceptions import ClientError
from sqlalchemy import select

from engine.base.clock import FixedClock
from engine.base.errors import DependencyFailed
from engine.base.settings.ledger import TargetSettings
from engine.base.state.database import Database
from engine.base.state.tables import LedgerCheckpointRow
from engine.ledger.log.resources import FolderResources
from engine.ledger.log.stamping import stamp
from engine.ledger.log.targets import BucketTarget, FolderTarget, Target, target_of
from engine.ledger.log.verification import Expected, verify
from engine.ledger.note.note import Note
from tests.ledger.log.trail import check_whole, ledger_at, ledger_of, note_some
from tests.seaweed import ADMIN, SCANNER, STRANGER, Identity, Seaweed


def bucket_settings(seaweed: Seaweed, bucket: str, who: Identity = ADMIN, **more: object) -> dict[str, object]:
    return {
        "bucket": bucket,
        "endpoint_url": seaweed.url,
        "access_key_id": who.access_key,
        "secret_access_key": who.secret_key,
        **more,
    }


@pytest.fixture(params=["folder", "bucket"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Target:
    if request.param == "folder":
        return FolderTarget(tmp_path / "published")
    seaweed: Seaweed = request.getfixturevalue("seaweed")
    settings = bucket_settings(seaweed, seaweed.make_bucket(), prefix="audit/")
    return target_of(TargetSettings.model_validate(settings))


class TestEveryTarget:
    def test_what_is_written_is_read(self, target: Target) -> None:
        for path in ("2026/checkpoint", "2026/tile/0/x001/067.p/5", "2026/tile/entries/000"):
            assert target.read(path) is None
            for data in (b"", b"one", bytes(range(256)) * 300):
                target.write(path, data)
                assert target.read(path) == data

    def test_many_at_once(self, target: Target) -> None:
        """The last one of them stands there, whole."""
        written = [bytes([nth]) * 20_000 for nth in range(6)]
        failures: list[BaseException] = []

        def write(data: bytes) -> None:
            try:
                for _ in range(5):
                    target.write("2026/checkpoint", data)
            except BaseException as exc:  # noqa: BLE001 - shown below
                failures.append(exc)

        threads = [threading.Thread(target=write, args=(data,)) for data in written]
        for one in threads:
            one.start()
        while any(one.is_alive() for one in threads):
            assert target.read("2026/checkpoint") in (None, *written)
        for one in threads:
            one.join()
        assert not failures
        assert target.read("2026/checkpoint") in written


class Reading:
    """A target as a log's resources, for a verification."""

    def __init__(self, target: Target, label: str) -> None:
        self._target = target
        self._label = label

    def read(self, paths: Any) -> list[bytes | None]:
        return [self._target.read(f"{self._label}/{path}") for path in paths]


def test_a_ledger_in_a_bucket_under_object_lock(database: Database, seaweed: Seaweed) -> None:
    name = seaweed.make_bucket(locked=True)
    settings = bucket_settings(seaweed, name, lock_days=1)
    ledger = ledger_at(database, settings)
    for _ in range(2):
        note_some(database, 3)
        ledger.settle()
    (target,) = ledger.targets()
    assert isinstance(target, BucketTarget)
    report = verify({"2026": Reading(target, "2026")}, Expected(ledger.vkeys()))
    assert not report.problems
    client = seaweed.client()
    versions = client.list_object_versions(Bucket=name, Prefix="2026/checkpoint")["Versions"]
    assert len(versions) == 2, "each checkpoint is kept"
    for one in versions:
        place: Any = {"Bucket": name, "Key": "2026/checkpoint", "VersionId": one["VersionId"]}
        assert client.get_object_retention(**place)["Retention"]["Mode"] == "COMPLIANCE"
        with pytest.raises(ClientError, match=r"AccessDenied|Access Denied"):
            client.delete_object(**place)
        with pytest.raises(ClientError):
            client.delete_object(**place, BypassGovernanceRetention=True)
    assert len(client.list_object_versions(Bucket=name, Prefix="2026/checkpoint")["Versions"]) == 2
    assert not ledger.verify().problems


@pytest.mark.parametrize("who", [SCANNER, STRANGER], ids=["may_not_write", "unknown"])
def test_a_wrong_credential(database: Database, seaweed: Seaweed, who: Identity) -> None:
    name = seaweed.make_bucket()
    note_some(database, 3)
    ledger = ledger_at(database, bucket_settings(seaweed, name, who))
    with pytest.raises(DependencyFailed, match=r"AccessDenied|InvalidAccessKeyId|403") as caught:
        ledger.settle()
    assert "publish" in caught.value.hint
    assert who.secret_key not in f"{caught.value} {caught.value.hint}"
    assert "Contents" not in seaweed.client().list_objects_v2(Bucket=name)
    check_whole(database)
    ledger_at(database, bucket_settings(seaweed, name)).settle()
    assert seaweed.client().get_object(Bucket=name, Key="2026/checkpoint")["Body"].read() == ledger.checkpoint()


def test_a_bucket_that_is_missing(database: Database, seaweed: Seaweed) -> None:
    """It is no empty one: nothing would tell that all was deleted."""
    note_some(database, 3)
    ledger = ledger_at(database, bucket_settings(seaweed, "no-such-bucket-here"))
    with pytest.raises(DependencyFailed, match="NoSuchBucket"):
        ledger.settle()
    check_whole(database)


def test_a_server_that_is_gone(database: Database, tmp_path: Path) -> None:
    """One target that fails does not keep the state from being signed; the next pass publishes to all."""
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as closed:
        port = closed.server_port
    gone = {
        "bucket": "some-bucket",
        "endpoint_url": f"http://127.0.0.1:{port}",
        "access_key_id": "x",
        "secret_access_key": "y",
    }
    note_some(database, 3)
    ledger = ledger_at(database, {"path": tmp_path / "a"}, gone)
    with pytest.raises(DependencyFailed, match=r"EndpointConnectionError|ConnectionClosed"):
        ledger.settle()
    check_whole(database)
    assert (tmp_path / "a/2026/checkpoint").is_file()
    with database.snapshot() as session:
        assert session.scalars(select(LedgerCheckpointRow.published_at)).all() == [None]


def test_a_target_that_is_named_later_gets_all(database: Database, tmp_path: Path) -> None:
    note_some(database, 3)
    ledger_of(database, tmp_path / "a").settle()
    ledger = ledger_at(database, {"path": tmp_path / "a"}, {"path": tmp_path / "b"})
    ledger.settle()
    assert (tmp_path / "b/2026/checkpoint").read_bytes() == ledger.checkpoint()


def test_a_target_that_was_emptied_gets_all_again_years_that_are_over_too(
    database: Database, clock: FixedClock, tmp_path: Path
) -> None:
    note_some(database, 300)
    ledger_of(database, tmp_path / "a").settle()
    clock.instant += timedelta(days=366)
    note_some(database, 1)
    ledger_of(database, tmp_path / "a").settle()
    rmtree(tmp_path / "a")
    ledger = ledger_of(database, tmp_path / "a")
    ledger.settle()
    logs = {one.label: FolderResources(tmp_path / "a" / one.label) for one in ledger.shards()}
    report = verify(logs, Expected(ledger.vkeys()))
    assert not report.problems
    assert report.entries > 300
    assert ledger_of(database, tmp_path / "a").settle().published == 0, "and not a third time"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate that may stamp times."""
    folder = tmp_path_factory.mktemp("authority")
    (folder / "config").write_text(
        "[req]\ndistinguished_name = name\nprompt = no\nx509_extensions = tsa\n[name]\nCN = Authority of the tests\n"
        "[tsa]\nextendedKeyUsage = critical,timeStamping\nbasicConstraints = critical,CA:TRUE\n"
        f"[tsa_config]\nserial = {folder}/serial\nsigner_cert = {folder}/cert.pem\nsigner_key = {folder}/key.pem\n"
        "signer_digest = sha256\ndefault_policy = 1.2.3.4\ndigests = sha256, sha384, sha512\naccuracy = secs:1\n"
    )
    command = "req -x509 -newkey rsa:2048 -nodes -days 3650 -config config -keyout key.pem -out cert.pem"
    subprocess.run(["openssl", *command.split()], cwd=folder, check=True, capture_output=True)
    return folder


def stamped(authority: Path, query: bytes) -> bytes:
    """What the authority answers to a query."""
    (authority / "query").write_bytes(query)
    command = "ts -reply -config config -section tsa_config -queryfile query -out answer"
    subprocess.run(["openssl", *command.split()], cwd=authority, check=True, capture_output=True)
    return (authority / "answer").read_bytes()


@contextmanager
def answering(answer: Callable[[bytes], tuple[int, bytes]]) -> Iterator[str]:
    """The address of an authority that answers like that."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status, body = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/stamp"
        finally:
            server.shutdown()
            thread.join()


class TestTimeStamps:
    def test_a_checkpoint_is_stamped_and_others_agree(
        self, database: Database, authority: Path, tmp_path: Path
    ) -> None:
        note_some(database, 1)
        with answering(lambda query: (200, stamped(authority, query))) as url:
            ledger_of(database, timestamps=url).settle()
        with database.snapshot() as session:
            row = session.scalars(select(LedgerCheckpointRow)).one()
        assert row.token is not None
        assert row.published_at is not None
        (tmp_path / "token").write_bytes(row.token)
        (tmp_path / "text").write_bytes(Note.parse(row.note).text.encode())
        command = ["openssl", "ts", "-verify", "-in", "token", "-data", "text", "-CAfile", str(authority / "cert.pem")]
        ran = subprocess.run(command, cwd=tmp_path, check=False, capture_output=True, text=True)
        assert "Verification: OK" in ran.stdout + ran.stderr

    def test_a_stamp_over_something_else(self, authority: Path) -> None:
        from rfc3161_client import TimestampRequestBuilder

        other = TimestampRequestBuilder().data(b"another text").nonce(nonce=True).build().as_bytes()
        with (
            answering(lambda _query: (200, stamped(authority, other))) as url,
            pytest.raises(DependencyFailed, match="something else"),
        ):
            stamp(url, b"text")

    def test_an_old_stamp_over_the_same(self, authority: Path) -> None:
        """The nonce tells."""
        from rfc3161_client import TimestampRequestBuilder

        before = TimestampRequestBuilder().data(b"text").nonce(nonce=True).build().as_bytes()
        with (
            answering(lambda _query: (200, stamped(authority, before))) as url,
            pytest.raises(DependencyFailed, match="something else"),
        ):
            stamp(url, b"text")

    @pytest.mark.parametrize(
        ("status", "body"),
        [
            (500, b"trouble"),
            (404, b""),
            (200, b""),
            (200, b"garbage"),
            (200, b"\x30\x05\x30\x03\x02\x01\x02"),
            (200, b"\x30\x80" + bytes(100)),
            (302, b""),
        ],
        ids=["500", "404", "empty", "garbage", "refused", "broken", "moved"],
    )
    def test_what_is_no_stamp(self, database: Database, status: int, body: bytes) -> None:
        note_some(database, 1)
        with answering(lambda _query: (status, body)) as url, pytest.raises(DependencyFailed, match="time stamping"):
            ledger_of(database, timestamps=url).settle()
        check_whole(database)
        with database.snapshot() as session:
            assert session.scalars(select(LedgerCheckpointRow.published_at)).all() == [None]
        ledger_of(database).settle()

    def test_an_authority_that_is_gone(self) -> None:
        with answering(lambda _query: (200, b"")) as url:
            pass
        with pytest.raises(DependencyFailed, match="time stamping"):
            stamp(url, os.urandom(8))
