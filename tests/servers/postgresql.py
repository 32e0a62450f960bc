"""PostgreSQL of one's own, from Debian's packages: passwords by SCRAM-SHA-256."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import psycopg
import pytest

from tests.servers.certificates import write_certificates
from tests.servers.server import PASSWORD, Server, identity, missing, owned_by, public_folder, run

BIN = Path("/usr/lib/postgresql/15/bin")
USER = "postgres"


class Postgres(Server):
    """See Server."""

    backend = "postgresql"
    administrator = USER

    def require_tls(self) -> None:
        """From its next start on, nobody gets in without TLS."""
        (self.data / "pg_hba.conf").write_text("hostssl all all 127.0.0.1/32 scram-sha-256\n", encoding="utf-8")

    @property
    def _database(self) -> str:
        return "postgres"

    def _command(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": str(self.port),
            "unix_socket_directories": "",
            "fsync": "off",
            "shared_buffers": "16MB",
            "autovacuum": "off",
        }
        if self.tls != "off":
            settings |= {"ssl": "on", "ssl_cert_file": str(self.home / "server.pem")}
            settings |= {"ssl_key_file": str(self.home / "server.key")}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(BIN / "postgres"), "-D", str(self.data), *options]

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url(), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True


@cache
def postgres_home(config: pytest.Config) -> Path:
    """An initialised folder with certificates beside it, made once a test process."""
    home = public_folder("reeve-postgres-home-")
    config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))
    write_certificates(home)
    (home / "password").write_text(PASSWORD, encoding="utf-8")
    (home / "data").mkdir()
    owned_by(USER, home / "password", home / "data", home / "server.key")
    arguments = (
        "-D",
        home / "data",
        "-A",
        "scram-sha-256",
        "--pwfile",
        home / "password",
        "-N",
        "--no-locale",
        "-E",
        "UTF8",
    )
    run("setpriv", *identity(USER), BIN / "initdb", *arguments)
    return home


@pytest.fixture
def own_postgres(request: pytest.FixtureRequest) -> Iterator[Postgres]:
    """A running server; ``indirect`` parameters say whether it has TLS."""
    if os.geteuid() != 0:
        pytest.skip(f"only root can become {USER}")
    if not (BIN / "postgres").exists() or shutil.which("setpriv") is None:
        missing("needs Debian's PostgreSQL 15 and setpriv")
    server = Postgres(postgres_home(request.config), USER, tls=getattr(request, "param", "off"))
    if server.tls == "required":
        server.require_tls()
    try:
        server.start()
        yield server
    finally:
        server.remove()
