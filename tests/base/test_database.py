"""The state on SQLite and PostgreSQL: transactions, snapshots, types, tenants, tables, migrations."""

from __future__ import annotations

import stat
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import ForeignKeyConstraint, UniqueConstraint, delete, func, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import aliased

from engine.base.clock import FixedClock
from engine.base.errors import BadInput, ConfigError, DependencyFailed, IntegrityViolated
from engine.base.ids import TenantId, new_id
from engine.base.keys.local import LocalKeyring
from engine.base.keys.purposes import Purpose, purpose_key
from engine.base.keys.subjects import make_subject_key
from engine.base.state.context import Context, attach, context_of
from engine.base.state.database import Database
from engine.base.state.opening import open_tenant
from engine.base.state.tables import Base, SubjectKeyRow, Tenant
from engine.base.state.types import CanonicalJson
from tests.base.test_canonical import JSON
from tests.conftest import START
from tests.properties import tries

INSTANTS = st.datetimes(
    datetime(1, 1, 2),
    datetime(9999, 12, 30),
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-11, minutes=-30))]),
)


@settings(max_examples=tries(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(instant=INSTANTS)
def test_instants_come_back_to_the_microsecond_in_utc(unbound_database: Database, instant: datetime) -> None:
    with unbound_database.transaction() as session:
        session.execute(delete(Tenant))
        session.add(Tenant(id=TenantId(new_id()), name="t", created_at=instant))
    with unbound_database.snapshot() as session:
        found = session.scalars(select(Tenant.created_at)).one()
        assert found == instant
        assert found.tzinfo is UTC
        assert session.scalar(select(Tenant.id).where(Tenant.created_at == instant)) is not None
        assert session.scalar(select(Tenant.id).where(Tenant.created_at < instant)) is None


def test_a_naive_instant_is_refused(unbound_database: Database) -> None:
    with pytest.raises(StatementError, match="time zone"), unbound_database.transaction() as session:
        session.add(Tenant(id=new_id(), name="t", created_at=datetime(2026, 1, 1)))


def test_canonical_json_columns() -> None:
    column = CanonicalJson()

    @given(JSON)
    def check(value: object) -> None:
        stored = column.process_bind_param(value, None)  # type: ignore[arg-type] # the dialect has no say
        assert column.process_result_value(stored, None) == value  # type: ignore[arg-type]

    check()
    with pytest.raises(IntegrityViolated):
        column.process_result_value('{"a": 1}', None)  # type: ignore[arg-type]


def test_work_commits_whole_or_not_at_all(unbound_database: Database) -> None:
    def fail() -> None:
        with unbound_database.transaction() as session:
            session.add(Tenant(id=new_id(), name="t", created_at=START))
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with unbound_database.transaction() as session:
        assert session.scalars(select(Tenant)).all() == []
        session.add(Tenant(id=new_id(), name="t", created_at=START))
    with unbound_database.snapshot() as session:
        assert session.scalars(select(Tenant.name)).all() == ["t"]


def test_a_snapshot_is_of_one_instant_and_blocks_nobody(unbound_database: Database) -> None:
    with unbound_database.snapshot() as reader:
        assert reader.scalar(select(func.count()).select_from(Tenant)) == 0
        with unbound_database.transaction() as writer:
            writer.add(Tenant(id=new_id(), name="t", created_at=START))
        assert reader.scalar(select(func.count()).select_from(Tenant)) == 0
    with unbound_database.snapshot() as reader:
        assert reader.scalar(select(func.count()).select_from(Tenant)) == 1


def test_a_snapshot_cannot_write_and_leaves_no_trace_of_that(unbound_database: Database) -> None:
    with unbound_database.snapshot() as session:
        session.add(Tenant(id=new_id(), name="t", created_at=START))
        with pytest.raises(DBAPIError):
            session.flush()
        session.rollback()
    for number in range(8):  # every pooled connection can write again
        with unbound_database.transaction() as session:
            session.add(Tenant(id=new_id(), name=f"t{number}", created_at=START))


def test_threads_that_write_at_once_wait_for_each_other(unbound_database: Database) -> None:
    """Read, think, write: with deferred transactions SQLite fails here with "database is locked"."""
    with unbound_database.transaction() as session:
        session.add(Tenant(id=new_id(), name="0", created_at=START))
    failures: list[BaseException] = []

    def count_up() -> None:
        try:
            for _ in range(10):
                with unbound_database.transaction() as session:
                    tenant = session.scalars(select(Tenant).with_for_update()).one()
                    time.sleep(0.001)
                    tenant.name = str(int(tenant.name) + 1)
        except BaseException as exc:  # noqa: BLE001 - shown by the assertion
            failures.append(exc)

    threads = [Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with unbound_database.snapshot() as session:
        assert session.scalars(select(Tenant.name)).one() == "40"


def test_processes_that_write_at_once_wait_for_each_other(unbound_database: Database) -> None:
    with unbound_database.transaction() as session:
        session.add(Tenant(id=new_id(), name="0", created_at=START))
    program = (
        "import sys, time; from sqlalchemy import select\n"
        "from engine.base.state.database import Database; from engine.base.state.tables import Tenant\n"
        "database = Database(sys.argv[1])\n"
        "for _ in range(10):\n"
        "    with database.transaction() as session:\n"
        "        tenant = session.scalars(select(Tenant).with_for_update()).one()\n"
        "        time.sleep(0.001); tenant.name = str(int(tenant.name) + 1)\n"
        "database.close()"
    )
    url = unbound_database.url.render_as_string(hide_password=False)
    children = [subprocess.Popen([sys.executable, "-c", program, url]) for _ in range(2)]
    assert [child.wait() for child in children] == [0, 0]
    with unbound_database.snapshot() as session:
        assert session.scalars(select(Tenant.name)).one() == "20"


def test_a_writer_that_keeps_its_place_too_long_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.base.state.database.BUSY_SECONDS", 0.05)
    database = Database(f"sqlite:///{tmp_path}/state.db")
    database.migrate()

    def take_place() -> None:
        with database.transaction() as session:
            session.execute(text("SELECT 1"))

    with database.transaction() as session:
        session.execute(text("SELECT 1"))
        with pytest.raises(DependencyFailed, match="SQLITE_BUSY"):
            take_place()
    database.close()


def test_the_file_and_its_companions_are_for_the_owner_only(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/new/state.db")
    database.migrate()
    with database.transaction() as session:
        session.add(Tenant(id=new_id(), name="t", created_at=START))
        session.flush()
        modes = {item.name: stat.S_IMODE(item.stat().st_mode) for item in (tmp_path / "new").iterdir()}
    assert modes == {"state.db": 0o600, "state.db-shm": 0o600, "state.db-wal": 0o600}
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700
    with database.snapshot() as session:
        pragmas = {
            name: session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "foreign_keys", "secure_delete")
        }
    assert pragmas == {"journal_mode": "wal", "foreign_keys": 1, "secure_delete": 1}
    database.close()


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "sqlite://", "sqlite:///:memory:", "sqlite:///file:x?uri=true", "mysql://h/d", "oracle://h/d"],
)
def test_other_databases_are_refused(url: str) -> None:
    with pytest.raises(ConfigError):
        Database(url)


@pytest.mark.parametrize(
    "url",
    ["sqlite:////proc/none/state.db", "postgresql://user:hunter2@127.0.0.1:1/none", "postgresql://h.invalid/none"],
)
def test_an_unreachable_database_is_reported_without_the_drivers_text(url: str) -> None:
    database = Database(url)

    def work_in_it() -> None:
        with database.transaction() as session:
            session.execute(text("SELECT 1"))

    for work in (database.migrate, database.check, work_in_it):
        with pytest.raises(DependencyFailed) as caught:
            work()
        assert "hunter2" not in str(caught.value) + repr(database)
        assert caught.value.__cause__ is None


def test_a_session_has_one_context(database: Database, unbound_database: Database) -> None:
    with database.transaction() as session:
        assert context_of(session) is database.context
        assert database.context is not None
        with pytest.raises(BadInput):
            attach(session, database.context)
    with unbound_database.transaction() as session, pytest.raises(BadInput, match="no tenant"):
        context_of(session)


@pytest.fixture
def stranger(database: Database, unbound_database: Database, keyring: LocalKeyring, clock: FixedClock) -> Database:
    """The same state, bound to another tenant; ``database`` holds a key that this one must not see."""
    with database.transaction() as session:
        make_subject_key(session, "test")
    with unbound_database.transaction() as session:
        tenant_id = open_tenant(session, "other", clock)
    return unbound_database.bound(Context(tenant_id, keyring, clock))


def test_queries_keep_to_their_tenant(database: Database, unbound_database: Database, stranger: Database) -> None:
    with stranger.transaction() as session:
        assert session.scalars(select(SubjectKeyRow)).all() == []
        assert session.scalar(select(func.count(SubjectKeyRow.id))) == 0
        assert session.scalars(select(aliased(SubjectKeyRow))).all() == []
        session.execute(update(SubjectKeyRow).values(kind="stolen"))
        session.execute(delete(SubjectKeyRow))
    with database.transaction() as session:
        kinds = session.scalars(select(SubjectKeyRow.kind)).all()
        assert "test" in kinds
        assert "stolen" not in kinds
        mine = session.scalars(select(SubjectKeyRow)).first()
    assert mine is not None
    with stranger.transaction() as session:
        assert session.get(SubjectKeyRow, (mine.tenant_id, mine.id)) is None
    with unbound_database.transaction() as session:
        assert len(session.scalars(select(SubjectKeyRow)).all()) == len(kinds)


def test_the_filter_takes_each_sessions_own_tenant(database: Database, stranger: Database) -> None:
    """The condition is compiled once; its value must not be."""
    for _ in range(2):
        counts = []
        for one in (database, stranger):
            with one.transaction() as session:
                purpose_key(session, Purpose.SKETCH)
                counts.append(session.scalars(select(func.count(SubjectKeyRow.id))).one())
        assert counts[0] >= 2
        assert counts[1] == 0


def test_a_row_of_another_tenant_is_refused(database: Database, stranger: Database) -> None:
    assert database.context is not None
    with pytest.raises(IntegrityViolated, match="another tenant"), stranger.transaction() as session:
        session.add(
            SubjectKeyRow(
                tenant_id=database.context.tenant_id, id=new_id(), kind="t", destroyed_at=START, created_at=START
            )
        )


def test_the_database_refuses_a_reference_to_nothing(database: Database) -> None:
    values = {"tenant_id": new_id(), "id": new_id(), "kind": "t", "destroyed_at": START, "created_at": START}
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.execute(SubjectKeyRow.__table__.insert().values(values))  # type: ignore[attr-defined]


def test_every_table_carries_its_tenant_in_all_its_keys() -> None:
    for table in Base.metadata.sorted_tables:
        if table.name == "tenant":
            continue
        assert table.primary_key.columns.keys()[0] == "tenant_id", table.name
        for constraint in table.constraints:
            if isinstance(constraint, UniqueConstraint):
                assert "tenant_id" in constraint.columns, constraint.name
            if isinstance(constraint, ForeignKeyConstraint):
                assert "tenant_id" in constraint.columns, constraint.name
        assert all("tenant_id" in index.columns for index in table.indexes if index.unique), table.name


def test_names_of_constraints_fit_postgresql() -> None:
    for table in Base.metadata.sorted_tables:
        names = [one.name for one in table.constraints] + [one.name for one in table.indexes]
        assert all(name is not None and len(str(name)) <= 63 for name in names), table.name


def test_ids_are_unique_and_of_version_7() -> None:
    made = [new_id() for _ in range(100)]
    assert len(set(made)) == 100
    assert {one.version for one in made} == {7}
