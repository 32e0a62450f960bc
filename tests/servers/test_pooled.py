"""A database that is used again is as it was made, or is not used again."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine
from sqlalchemy.exc import OperationalError

from tests.servers.pooled import Pooled

MADE = """
    CREATE TABLE version (n int); INSERT INTO version VALUES (1);
    CREATE TABLE person (id int PRIMARY KEY, boss int REFERENCES person);
"""


@pytest.fixture
def pooled(fresh_postgres: str) -> Pooled:
    execute(fresh_postgres, MADE)
    return Pooled(fresh_postgres, kept=["version"])


def execute(url: str, statement: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(statement)
    engine.dispose()


def test_rows_connections_and_schemas_of_a_test_are_gone(pooled: Pooled) -> None:
    execute(pooled.url, "INSERT INTO person VALUES (1, 1); CREATE SCHEMA other; CREATE TABLE other.t (a int)")
    engine = create_engine(pooled.url)
    with engine.connect() as left_open:
        left_open.exec_driver_sql("LOCK TABLE person")
        assert pooled.emptied()
        with pytest.raises(OperationalError):
            left_open.exec_driver_sql("SELECT 1")
    with engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT (SELECT count(*) FROM person), (SELECT n FROM version), to_regclass('other.t')"
        )
        assert found.one() == (0, 1, None)
    engine.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE version SET n = 2",
        "CREATE TABLE more (a int)",
        "ALTER TABLE person ADD name text",
        "ALTER TABLE person DISABLE TRIGGER ALL",
        "REVOKE ALL ON SCHEMA public FROM PUBLIC",
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %%I SET work_mem = 64', current_database()); END $$",
    ],
)
def test_what_has_become_another_is_told(pooled: Pooled, statement: str) -> None:
    execute(pooled.url, statement)
    assert not pooled.emptied()
