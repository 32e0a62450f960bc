"""How tables hang together, as each server tells it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from engine.base.errors import StoreError
from engine.estate.stores.schema import Referential, Server, Shapes, UniqueShape
from engine.estate.stores.sql import SqlStore
from engine.estate.stores.sql.exact import is_exact
from tests.contracts.schema import SchemaContract, statements


def run(url: str, *made: str) -> None:
    engine = sa.create_engine(url, poolclass=NullPool)
    with engine.begin() as connection:
        for statement in made:
            connection.exec_driver_sql(statement)


def told_by(url: str, *made: str) -> Shapes:
    run(url, *made)
    return SqlStore("shop", url).shapes()


def sqlite_url(folder: Path) -> str:
    (folder / "shop.db").touch()
    return f"sqlite:///{folder / 'shop.db'}"


class TestSqlite(SchemaContract):
    @pytest.fixture
    def told(self, tmp_path: Path) -> Shapes:
        return told_by(sqlite_url(tmp_path), *statements(Server.SQLITE))

    def test_names_in_another_case_and_keys_that_are_not_written_out(self, tmp_path: Path) -> None:
        told = told_by(
            sqlite_url(tmp_path),
            "CREATE TABLE People (ID integer PRIMARY KEY)",
            "CREATE TABLE notes (id integer PRIMARY KEY, person integer REFERENCES PEOPLE)",
            "CREATE TABLE lost (id integer PRIMARY KEY, x integer REFERENCES nowhere (id))",
            "CREATE TABLE odd (id integer PRIMARY KEY, x integer REFERENCES notes (no_such))",
        )
        (one,) = told.references
        assert (one.asset, one.target, one.target_columns) == ("notes", "People", ("ID",))
        assert told.unresolved == {"notes"}

    def test_what_can_wait(self, tmp_path: Path) -> None:
        told = told_by(
            sqlite_url(tmp_path),
            "CREATE TABLE a (id integer PRIMARY KEY, x integer REFERENCES a, y integer REFERENCES a ON DELETE RESTRICT)",
        )
        assert {one.columns: one.deferrable for one in told.references} == {("x",): True, ("y",): False}


@pytest.mark.parametrize(
    ("server", "kind", "expected"),
    [
        (Server.POSTGRESQL, "numeric(10,2)", True),
        (Server.POSTGRESQL, "timestamp(3) with time zone", True),
        (Server.POSTGRESQL, "double precision", False),
        (Server.POSTGRESQL, "integer[]", False),
        (Server.POSTGRESQL, "mood", False),
        (Server.MYSQL, "bigint(20) unsigned", True),
        (Server.MYSQL, "decimal(10,2)", True),
        (Server.MYSQL, "enum('a','b')", False),
        (Server.MYSQL, "float", False),
        (Server.SQLITE, "INTEGER", True),
        (Server.SQLITE, "double", False),
        (Server.SQLITE, "", True),
    ],
)
def test_which_types_come_back_exactly(server: Server, kind: str, *, expected: bool) -> None:
    assert is_exact(server, kind) is expected


class TestPostgresql(SchemaContract):
    @pytest.fixture
    def told(self, fresh_postgres: str) -> Shapes:
        return told_by(fresh_postgres, *statements(Server.POSTGRESQL))

    def test_partitions_count_as_their_table(self, fresh_postgres: str) -> None:
        told = told_by(
            fresh_postgres,
            "CREATE SCHEMA crm",
            "CREATE TABLE crm.visits (id integer, day date, PRIMARY KEY (id, day)) PARTITION BY RANGE (day)",
            "CREATE TABLE crm.visits_2026 PARTITION OF crm.visits FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')",
            "CREATE TABLE looks (id integer PRIMARY KEY, visit integer, day date, "
            "FOREIGN KEY (visit, day) REFERENCES crm.visits (id, day) MATCH FULL DEFERRABLE)",
            "CREATE TABLE straight (id integer PRIMARY KEY, visit integer, day date, "
            "FOREIGN KEY (visit, day) REFERENCES crm.visits_2026 (id, day) ON DELETE CASCADE)",
        )
        assert told.tables["crm.visits"].partitions == 1
        found = {one.asset: one for one in told.references}
        assert {one.target for one in told.references} == {"crm.visits"}
        assert (found["looks"].full, found["looks"].deferrable) == (True, True)
        assert found["straight"].on_delete is Referential.CASCADE

    def test_unique_by_an_expression_and_with_nulls(self, fresh_postgres: str) -> None:
        told = told_by(
            fresh_postgres,
            "CREATE TABLE people (id integer PRIMARY KEY, email text, code text, kind text)",
            "CREATE UNIQUE INDEX one ON people (lower(email))",
            "CREATE UNIQUE INDEX two ON people (code) NULLS NOT DISTINCT",
            "CREATE UNIQUE INDEX three ON people (id) WHERE kind = 'x'",
        )
        assert told.tables["people"].uniques == (
            UniqueShape(("email",)),
            UniqueShape(("code",), nulls_equal=True),
            UniqueShape(("id", "kind")),
        )


class TestMariadb(SchemaContract):
    @pytest.fixture
    def told(self, fresh_mariadb: str) -> Shapes:
        return told_by(fresh_mariadb, *statements(Server.MYSQL))

    @pytest.fixture
    def reader(self, fresh_mariadb: str) -> Iterator[str]:
        """A user that may SELECT in the database and no more: its URL."""
        url = sa.make_url(fresh_mariadb)
        user = f"u{str(url.database)[-12:]}"
        run(
            fresh_mariadb,
            f"CREATE USER {user}@'%%' IDENTIFIED BY 'x'",
            f"GRANT SELECT ON {url.database}.* TO {user}@'%%'",
        )
        yield url.set(username=user, password="x").render_as_string(hide_password=False)
        run(fresh_mariadb, f"DROP USER {user}@'%%'")

    def test_a_reader_sees_what_keys_do(self, fresh_mariadb: str, reader: str) -> None:
        run(fresh_mariadb, *statements(Server.MYSQL))
        told, seen = SqlStore("shop", fresh_mariadb).shapes(), SqlStore("shop", reader).shapes()
        assert seen.references == told.references

    def test_who_cannot_see_all_that_refers_is_told_so(self, fresh_mariadb: str, reader: str) -> None:
        run(fresh_mariadb, "CREATE TABLE people (id integer PRIMARY KEY)")
        told = SqlStore("shop", reader).shapes()
        assert (told.unresolved, told.sees_referring) == (frozenset({"people"}), False)
        user = sa.make_url(reader).username
        run(fresh_mariadb, f"GRANT PROCESS ON *.* TO {user}@'%%'")
        told = SqlStore("shop", reader).shapes()
        assert (told.unresolved, told.sees_referring) == (frozenset(), True)

    def test_tables_without_transactions(self, fresh_mariadb: str) -> None:
        told = told_by(
            fresh_mariadb,
            "CREATE TABLE old (id integer PRIMARY KEY) ENGINE = MyISAM",
            "CREATE TABLE kept (id integer PRIMARY KEY) WITH SYSTEM VERSIONING",
        )
        assert not told.tables["old"].transactional
        assert told.tables["kept"].versioned


def test_other_databases_do_not_tell(tmp_path: Path) -> None:
    from engine.estate.stores.sql.generic import GenericSession

    session = object.__new__(GenericSession)
    with pytest.raises(StoreError):
        session.shapes()
    with pytest.raises(StoreError):
        session.ask("SELECT 1")
