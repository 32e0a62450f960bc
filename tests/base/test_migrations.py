"""Migrations: the tables they make are the tables of the code; newer states are not touched."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect, select, text
from sqlalchemy.pool import NullPool

from engine.base.state import migrations
from engine.base.state.database import Database
from engine.base.state.migrations import StateTooNew, StateTooOld
from engine.base.state.tables import Base, Tenant


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/state.db"
    url: str = request.getfixturevalue("fresh_postgres")
    return url


@pytest.fixture
def empty(empty_url: str) -> Iterator[Database]:
    """A state without tables."""
    database = Database(empty_url)
    yield database
    database.close()


def _described(url: str) -> dict[str, object]:
    """All that the database itself knows of its tables."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        seen = inspect(connection)
        columns = seen.get_multi_columns()
        parts: list[Any] = [
            seen.get_multi_pk_constraint(),
            seen.get_multi_unique_constraints(),
            seen.get_multi_foreign_keys(),
            seen.get_multi_check_constraints(),
            seen.get_multi_indexes(),
        ]
        described: dict[str, object] = {
            key[1]: (
                [(one["name"], str(one["type"]), one["nullable"], one["default"]) for one in columns[key]],
                [sorted(json.dumps(one, default=str, sort_keys=True) for one in part[key]) for part in parts],
            )
            for key in columns
            if key[1] != "alembic_version"
        }
    engine.dispose()
    return described


def test_migrated_is_what_the_code_says(empty: Database, empty_url: str) -> None:
    empty.migrate()
    engine = create_engine(empty_url, poolclass=NullPool)
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        assert compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata) == []
    migrated = _described(empty_url)
    with engine.begin() as connection:
        Base.metadata.drop_all(connection)
        Base.metadata.create_all(connection)
    assert _described(empty_url) == migrated
    assert set(migrated) == set(Base.metadata.tables)
    engine.dispose()


def test_migrating_again_changes_nothing(empty: Database, empty_url: str) -> None:
    empty.migrate()
    before = _described(empty_url)
    empty.migrate()
    empty.check()
    assert _described(empty_url) == before


def test_those_who_migrate_at_once_take_turns(empty: Database, empty_url: str) -> None:
    failures: list[BaseException] = []

    def migrate() -> None:
        try:
            Database(empty_url).migrate()
        except BaseException as exc:  # noqa: BLE001 - shown by the assertion
            failures.append(exc)

    threads = [Thread(target=migrate) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    empty.check()


def test_a_newer_state_is_not_touched(empty: Database, empty_url: str) -> None:
    empty.migrate()
    with empty.transaction() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = _described(empty_url)
    for work in (empty.migrate, empty.check):
        with pytest.raises(StateTooNew, match="newer version of Reeve"):
            work()
    assert _described(empty_url) == before


def test_a_state_without_tables_is_too_old(empty: Database) -> None:
    with pytest.raises(StateTooOld):
        empty.check()


def test_a_migration_that_fails_leaves_nothing(
    empty: Database, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A second migration adds a table, then fails: neither the table nor the first migration's are there."""
    folder = tmp_path / "migrations"
    shutil.copytree(Path(migrations.__file__).parent, folder)
    (folder / "versions" / "0002_breaks.py").write_text(
        "from alembic import op\nrevision = '0002'\ndown_revision = '0001'\n"
        "def upgrade():\n    op.execute('CREATE TABLE half (a INTEGER)')\n    raise RuntimeError('broken')\n"
    )
    monkeypatch.setattr(migrations, "_FOLDER", folder)
    with pytest.raises(RuntimeError, match="broken"):
        empty.migrate()
    engine = create_engine(empty.url, poolclass=NullPool)
    assert inspect(engine).get_table_names() == []
    engine.dispose()


def test_the_package_carries_its_migrations(tmp_path: Path) -> None:
    """Built as a wheel and run from there, in a folder that has nothing else."""
    root = Path(__file__).parents[2]
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=root,
        check=True,
        capture_output=True,
    )
    wheel = next(tmp_path.glob("*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "installed")
    program = (
        "import engine, sys; assert engine.__file__.startswith(sys.argv[1]), engine.__file__\n"
        "from engine.base.state.database import Database\n"
        "database = Database('sqlite:///' + sys.argv[1] + '/state.db'); database.migrate(); database.check()"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], cwd=tmp_path / "installed", check=True)


def test_the_first_migration_is_up_to_date_with_the_tables(empty: Database) -> None:
    """Says what to do; ``test_migrated_is_what_the_code_says`` says what differs."""
    empty.migrate()
    engine = create_engine(empty.url, poolclass=NullPool)
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    engine.dispose()
    assert not differences, "run: python -m engine.base.state.migrations"
    with empty.transaction() as session:
        assert session.scalars(select(Tenant)).all() == []
