"""Fixtures for all tests: real servers, a state on each kind of database, a clean environment."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import URL, Connection, create_engine, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from engine.base.clock import FixedClock
from engine.base.keys.local import LocalKeyring
from engine.base.state.database import Database
from tests.properties import USUAL
from tests.servers.pooled import Pooled
from tests.states import bound, migrated, share_compiled

START = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
"""What the clock of a test says until it is moved."""

MEMORY = Path("/dev/shm")  # noqa: S108 - pytest makes folders of its own in it, for this user alone
"""Files in memory, where the system has such a place."""

ROOM = 4 << 30  # bytes that must be free there

settings.register_profile("dev", deadline=None, max_examples=USUAL, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", parent=settings.get_profile("dev"), derandomize=True, print_blob=True)
settings.register_profile("long", parent=settings.get_profile("dev"), max_examples=20 * USUAL)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


def pytest_configure() -> None:
    """Folders of tests lie in memory: a state waits for its disk at every commit, and no test takes the power away."""
    share_compiled()
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the configuration of whoever runs it."""
    for name in list(os.environ):
        if name.startswith("REEVE_") and not name.startswith("REEVE_TEST_"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """A PostgreSQL server where databases may be made: REEVE_TEST_POSTGRES_URL."""
    return _server("REEVE_TEST_POSTGRES_URL", "postgresql+psycopg://postgres@127.0.0.1:5432/postgres")


@pytest.fixture(scope="session")
def mariadb_url() -> str:
    """A MariaDB server where databases may be made: REEVE_TEST_MARIADB_URL."""
    return _server("REEVE_TEST_MARIADB_URL", "mysql+pymysql://root@127.0.0.1:3306/test")


@pytest.fixture
def fresh_postgres(postgres_url: str) -> Iterator[str]:
    """An empty PostgreSQL database of one's own: its URL. Gone afterwards, with the connections to it."""
    with _fresh(postgres_url, "TEMPLATE template0") as url:
        yield url


@pytest.fixture
def fresh_mariadb(mariadb_url: str) -> Iterator[str]:
    """An empty MariaDB database of one's own: its URL. Gone afterwards."""
    with _fresh(mariadb_url, "CHARACTER SET utf8mb4") as url:
        yield url


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands still at START."""
    return FixedClock(START)


@pytest.fixture
def keyring(tmp_path: Path) -> LocalKeyring:
    """A keyring in a file of its own."""
    return LocalKeyring.create(tmp_path / "keys" / "keyring.json")


@pytest.fixture(scope="session")
def _states_of_postgres(postgres_url: str) -> Iterator[Callable[[], AbstractContextManager[Database]]]:
    """Gives a migrated, empty PostgreSQL state for the time of a block: the same one again, if it can be emptied.

    The same object, too: it keeps the statements that it has compiled, which take a test longer than running them.
    """
    with ExitStack() as stack:
        pooled: list[tuple[Database, Pooled]] = []

        @contextmanager
        def state() -> Iterator[Database]:
            if not pooled:
                database = Database(stack.enter_context(_fresh(postgres_url, "TEMPLATE template0")))
                database.migrate()
                pooled.append(
                    (database, Pooled(database.url.render_as_string(hide_password=False), kept=["alembic_version"]))
                )
            database, kept = pooled[0]
            try:
                yield database
            finally:
                database.close()
            if not kept.emptied():
                pooled.clear()
                stack.close()

        yield state


@pytest.fixture(params=["sqlite", "postgresql"])
def unbound_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A migrated state without tenant, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{migrated(tmp_path / 'state' / 'state.db')}")
        yield database
        database.close()
        return
    with request.getfixturevalue("_states_of_postgres")() as database:
        yield database


@pytest.fixture
def database(unbound_database: Database, keyring: LocalKeyring, clock: FixedClock) -> Database:
    """A state, on SQLite and on PostgreSQL, bound to a tenant, a keyring, the clock and the person who runs the tests."""
    return bound(unbound_database, keyring, clock)


def _server(variable: str, default: str) -> str:
    """The server's URL; where there is no server, a developer's run skips the test and CI fails it."""
    url = os.environ.get(variable, default)
    try:
        with _admin(make_url(url)) as connection:
            connection.exec_driver_sql("SELECT 1")
    except OperationalError:
        text = f"no server at {make_url(url).render_as_string()}: start one, or name one in {variable}"
        if os.environ.get("CI"):
            pytest.fail(text)
        pytest.skip(text)
    return url


@contextmanager
def _fresh(server: str, options: str) -> Iterator[str]:
    """A database of a name that nobody else has, dropped on leaving."""
    name = f"reeve_test_{uuid4().hex}"
    url = make_url(server)
    is_postgres = url.get_backend_name() == "postgresql"
    with _admin(url) as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} {options}")
        if is_postgres:  # it is gone with the test, so nothing waits until it is on disk
            connection.exec_driver_sql(f"ALTER DATABASE {name} SET synchronous_commit TO off")
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        with _admin(url) as connection:
            connection.exec_driver_sql(f"DROP DATABASE {name}{' WITH (FORCE)' if is_postgres else ''}")


@contextmanager
def _admin(url: URL) -> Iterator[Connection]:
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 10})
    with engine.connect() as connection:
        yield connection
    engine.dispose()
