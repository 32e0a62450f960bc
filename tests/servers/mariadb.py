"""MariaDB of one's own, from Debian's packages: its administrator has a password."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pymysql
import pytest
import sqlalchemy as sa

from tests.servers.certificates import write_certificates
from tests.servers.server import PASSWORD, Server, missing, owned_by, public_folder, run

USER = "mysql"
DATABASE = "shop"
PROGRAM = "/usr/sbin/mariadbd"


class Mariadb(Server):
    """See Server."""

    backend = "mariadb"
    administrator = "admin"

    @property
    def _database(self) -> str:
        return DATABASE

    def _command(self) -> list[str]:
        options = {
            "datadir": self.data,
            "tmpdir": self.temporary,  # where it starts, a server removes temporary tables of others too
            "bind-address": "127.0.0.1",
            "port": self.port,
            "socket": self.data / "socket",
            "pid-file": self.data / "pid",
            "init-file": self.home / "users.sql",
            "innodb-log-file-size": "4M",
            "innodb-buffer-pool-size": "16M",
            "innodb-flush-log-at-trx-commit": 2,
        }
        if self.tls != "off":
            options |= {"ssl-cert": self.home / "server.pem", "ssl-key": self.home / "server.key"}
        if self.tls == "required":
            options["require-secure-transport"] = "ON"
        return [PROGRAM, "--no-defaults", *(f"--{name}={value}" for name, value in options.items())]

    def _answers(self) -> bool:
        url = sa.make_url(self.url())
        try:
            connection = pymysql.connect(
                host=url.host or "", port=self.port, user=url.username, password=url.password or "", connect_timeout=5
            )
        except pymysql.err.OperationalError:
            return False
        connection.close()
        return True


@cache
def mariadb_home(config: pytest.Config) -> Path:
    """An initialised folder with certificates and users beside it, made once a test process."""
    home = public_folder("reeve-mariadb-home-")
    config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))
    write_certificates(home)
    (home / "users.sql").write_text(
        f"CREATE DATABASE IF NOT EXISTS {DATABASE} CHARACTER SET utf8mb4;\n"
        f"CREATE USER IF NOT EXISTS 'admin'@'127.0.0.1' IDENTIFIED BY '{PASSWORD}';\n"
        "GRANT ALL ON *.* TO 'admin'@'127.0.0.1' WITH GRANT OPTION;\n",
        encoding="utf-8",
    )
    temporary = (
        home / "tmp"
    )  # its temporary tables are named by process id: two at once in one folder take each other's
    temporary.mkdir()
    owned_by(USER, home, temporary, home / "users.sql", home / "server.key")
    arguments = ("--auth-root-authentication-method=normal", "--skip-test-db", "--innodb-log-file-size=4M")
    run(
        "mariadb-install-db",
        "--no-defaults",
        f"--user={USER}",
        f"--datadir={home / 'data'}",
        f"--tmpdir={temporary}",
        *arguments,
    )
    return home


@pytest.fixture
def own_mariadb(request: pytest.FixtureRequest) -> Iterator[Mariadb]:
    """A running server; ``indirect`` parameters say whether it has TLS."""
    if os.geteuid() != 0:
        pytest.skip(f"only root can become {USER}")
    if not Path(PROGRAM).exists() or shutil.which("setpriv") is None:
        missing("needs Debian's MariaDB and setpriv")
    server = Mariadb(mariadb_home(request.config), USER, tls=getattr(request, "param", "off"))
    try:
        server.start()
        yield server
    finally:
        server.remove()
