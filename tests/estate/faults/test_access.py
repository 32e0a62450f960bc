"""Servers that do not let us in: a wrong password, and TLS that one side wants and the other does not."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

import pytest

from engine.base.errors import StoreError
from engine.estate.stores.s3 import Access, S3Store
from engine.estate.stores.sql import SqlStore
from tests.cli.reeve import reeve
from tests.estate.faults.estate import folder_store, plant_people
from tests.servers.mariadb import Mariadb
from tests.servers.postgresql import Postgres
from tests.servers.server import PASSWORD

WRONG = "hunter2-wrong"
CONFIG = """
stores:
  away: {{kind: sql, url: "postgresql://postgres:${{RIGHT}}@127.0.0.1:1/postgres"}}
  files: {{kind: files, path: files}}
  good: {{kind: sql, url: "{place}?sslmode=verify-full&sslrootcert=ca.pem"}}
  other: {{kind: sql, url: "{place}?sslmode=verify-full&sslrootcert=other-ca.pem"}}
  plain: {{kind: sql, url: "{place}?sslmode=disable"}}
  wrong: {{kind: sql, url: "postgresql://postgres:${{WRONG}}@127.0.0.1:{port}/postgres"}}
"""


@pytest.mark.parametrize("own_postgres", ["required"], indirect=True)
def test_each_store_says_why_and_the_rest_is_scanned(own_postgres: Postgres, tmp_path: Path) -> None:
    folder_store(tmp_path / "files")
    plant_people(own_postgres.url(), "people")
    for name in ("ca.pem", "other-ca.pem"):
        (tmp_path / name).write_bytes((own_postgres.home / name).read_bytes())
    place = f"postgresql://postgres:${{RIGHT}}@127.0.0.1:{own_postgres.port}/postgres"
    (tmp_path / "reeve.yaml").write_text(CONFIG.format(place=place, port=own_postgres.port), encoding="utf-8")
    ran = reeve("scan", "--json", folder=tmp_path, env={"RIGHT": PASSWORD, "WRONG": WRONG})
    assert ran.code == 3
    assert ran.json["stores_not_listed"] == {
        "away": "unreachable",
        "other": "tls_refused",
        "plain": "tls_refused",
        "wrong": "permission_denied",
    }
    assert ran.json["objects"] == {"full": 2}
    for secret in (PASSWORD, WRONG, "Traceback"):
        assert secret not in ran.out + ran.err


def reason(url: str) -> str:
    """Why a store cannot be listed, or nothing."""
    try:
        list(SqlStore("crm", url).assets())
    except StoreError as error:
        return "told" if PASSWORD in f"{error} {error.hint}" else error.reason
    return ""


@pytest.mark.parametrize("own_postgres", ["off"], indirect=True)
def test_postgresql_without_tls(own_postgres: Postgres) -> None:
    assert reason(own_postgres.url()) == ""
    assert reason(own_postgres.url(sslmode="require")) == "tls_refused"


@pytest.mark.parametrize("own_mariadb", ["on"], indirect=True)
def test_mariadb_with_tls(own_mariadb: Mariadb) -> None:
    authority = str(own_mariadb.certificate)
    assert reason(own_mariadb.url()) == ""
    assert reason(own_mariadb.url(ssl_ca=authority)) == ""
    assert reason(own_mariadb.url(password=WRONG, ssl_ca=authority)) == "permission_denied"
    for file in ("other-ca.pem", "users.sql", "nowhere.pem"):
        assert reason(own_mariadb.url(ssl_ca=str(own_mariadb.home / file))) == "tls_refused", file


@pytest.mark.parametrize("own_mariadb", ["off"], indirect=True)
def test_mariadb_without_tls(own_mariadb: Mariadb) -> None:
    """An authority asks for TLS, so nothing is read over a connection that everybody can listen to."""
    assert reason(own_mariadb.url(ssl_ca=str(own_mariadb.certificate))) == "tls_refused"


@pytest.fixture
def plain_port() -> Iterator[int]:
    """A port of loopback that answers everything with what is no TLS."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(1024)
                    connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = Thread(target=answer, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
    thread.join()


def test_a_bucket_behind_what_is_no_tls(plain_port: int) -> None:
    access = Access("lake", f"https://127.0.0.1:{plain_port}", "us-east-1", "any", "any", attempts=1)
    with pytest.raises(StoreError) as caught:
        list(S3Store("lake", access).assets())
    assert caught.value.reason == "tls_refused"
    assert "AWS_CA_BUNDLE" in caught.value.hint
