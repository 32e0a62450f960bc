"""What goes wrong while a batch is done: either all of it happened, or nothing, or it is said that this is not known."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from engine.base.clock import FixedClock
from engine.base.errors import ConfigError, ReeveError, StoreError
from engine.base.settings import load_settings
from engine.base.work.leases import LeaseLost
from engine.governance.change.effect import Batch, Reason, Task
from engine.governance.change.errors import ClockSkewed, OutcomeUnknown
from engine.governance.policy.model import Delete
from retention.erase.opening import open_effect
from retention.erase.sql import SqlEffect
from tests.retention.databases import NOW, OLD, Guarding, Tables, apply, batch_of, ids, opened, reasons, task_of, term

PARENTS = (
    "CREATE TABLE parents (id integer PRIMARY KEY, closed date)",
    "CREATE TABLE children (id integer PRIMARY KEY, parent integer, FOREIGN KEY (parent) REFERENCES parents (id))",
    f"INSERT INTO parents VALUES (1, '{OLD}'), (2, '{OLD}')",
    "INSERT INTO children VALUES (10, 1), (20, 2)",
)
BATCH = batch_of([1, 2], [10, 20])


@pytest.fixture
def family(tables: Tables) -> Tables:
    tables.run(*PARENTS)
    return tables


def planned(tables: Tables) -> Task:
    return task_of(tables.preview("parents", Delete(dependents=("children",))), term())


def untouched(tables: Tables) -> bool:
    return (tables.keys("parents"), tables.keys("children")) == ([1, 2], [10, 20])


def kill(tables: Tables) -> None:
    """End all other sessions of the database on its server."""
    if tables.server == "postgresql":
        tables.rows(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND application_name = 'reeve erase'"
        )
        return
    found = tables.rows(
        "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID() AND command = 'Sleep'"
    )
    with tables.engine.connect() as connection:
        for (number,) in found:
            with suppress(DBAPIError):
                connection.exec_driver_sql(f"KILL {number}")


def test_a_connection_lost_before_anything_was_changed(family: Tables) -> None:
    if family.server == "sqlite":
        pytest.skip("a file has no sessions")
    with pytest.raises(StoreError) as caught:
        apply(family, planned(family), BATCH, Guarding(at_begin=lambda: kill(family)))
    assert not isinstance(caught.value, OutcomeUnknown)
    assert untouched(family)


def test_a_connection_lost_while_keys_are_listed_is_one_that_passes(family: Tables) -> None:
    """Whoever runs the plan tries again then, where it gives up for a server that does not list them."""
    if family.server == "sqlite":
        pytest.skip("a file has no sessions")
    effect = family.effect()
    session = effect._opened()
    kill(family)
    with pytest.raises(StoreError) as caught:
        session.fingerprint()
    effect.close()
    assert caught.value.reason == "unreachable"


def test_a_connection_lost_at_commit_leaves_the_outcome_unknown(family: Tables) -> None:
    if family.server == "sqlite":
        pytest.skip("a file has no sessions")
    task = planned(family)
    with pytest.raises(OutcomeUnknown):
        apply(family, task, BATCH, Guarding(at_end=lambda: kill(family)))
    assert untouched(family)
    assert ids(apply(family, task, BATCH).done[0]) == [1, 2]


@pytest.mark.parametrize("error", [LeaseLost("lost"), KeyboardInterrupt()])
def test_what_the_guard_refuses_is_rolled_back(family: Tables, error: BaseException) -> None:
    def refuse() -> None:
        raise error

    with pytest.raises(type(error)):
        apply(family, planned(family), BATCH, Guarding(at_end=refuse))
    assert untouched(family)


def test_a_session_that_is_ended_can_commit_nothing(family: Tables) -> None:
    if family.server == "sqlite":
        pytest.skip("a file has no sessions")
    guard = Guarding()
    other = family.effect()
    guard.at_end = lambda: ended.append(other.end_session(guard.began_with[0]))
    ended: list[bool] = []
    with pytest.raises(StoreError):
        apply(family, planned(family), BATCH, guard)
    assert ended == [True]
    assert untouched(family)
    assert other.end_session(guard.began_with[0])
    other.close()


def test_a_file_that_is_written_to_is_not_known_to_be_free(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    path.touch()
    family = opened(f"sqlite:///{path}")
    family.run(*PARENTS)
    other = family.effect(lease_seconds=1)
    guard = Guarding()
    guard.at_end = lambda: ended.append(other.end_session(guard.began_with[0]))
    ended: list[bool] = []
    apply(family, planned(family), BATCH, guard)
    assert ended == [False]
    assert other.end_session(guard.began_with[0])


def test_a_lock_that_is_not_given_in_time(family: Tables) -> None:
    task = planned(family)
    with family.engine.connect() as holder:
        holder.exec_driver_sql("BEGIN IMMEDIATE" if family.server == "sqlite" else "BEGIN")
        holder.exec_driver_sql("UPDATE parents SET closed = closed WHERE id = 2")
        with pytest.raises(StoreError) as caught:
            apply(family, task, BATCH, lease_seconds=3)
        holder.exec_driver_sql("ROLLBACK")
    assert caught.value.reason == "timeout"
    assert untouched(family)


def test_a_guard_that_takes_longer_than_the_server_waits(family: Tables) -> None:
    if family.server == "sqlite":
        pytest.skip("a file has no sessions")
    gate = threading.Event()
    task = planned(family)
    with pytest.raises(StoreError):
        apply(family, task, BATCH, Guarding(at_end=lambda: gate.wait(2.5)), lease_seconds=3)
    assert untouched(family)


def test_no_row_can_begin_to_refer_to_one_that_goes(family: Tables) -> None:
    if family.server == "sqlite":
        pytest.skip("one writer at a time")
    wait = "SET lock_timeout = '200ms'" if family.server == "postgresql" else "SET SESSION innodb_lock_wait_timeout = 1"

    def attach() -> None:
        with pytest.raises(DBAPIError):
            family.run(wait, "INSERT INTO children VALUES (11, 1)")

    outcome = apply(family, planned(family), BATCH, Guarding(at_end=attach))
    assert ids(outcome.done[0]) == [1, 2]


def test_no_foreign_key_can_be_added_meanwhile(family: Tables) -> None:
    if family.server != "postgresql":
        pytest.skip("of a server that alters tables beside others")
    family.run("CREATE TABLE logs (id integer PRIMARY KEY, parent integer)", "INSERT INTO logs VALUES (1, 1)")

    def alter() -> None:
        with pytest.raises(DBAPIError):
            family.run(
                "SET lock_timeout = '200ms'",
                "ALTER TABLE logs ADD FOREIGN KEY (parent) REFERENCES parents (id) ON DELETE CASCADE",
            )

    apply(family, planned(family), BATCH, Guarding(at_end=alter))
    assert family.rows("SELECT * FROM logs") == [(1, 1)]


def test_a_foreign_key_that_is_added_between_two_batches_keeps_its_row(family: Tables) -> None:
    task, effect = planned(family), family.effect()
    effect.apply(task, batch_of([2], [20]), Guarding(), NOW)
    family.run(
        "CREATE TABLE logs (id integer PRIMARY KEY, parent integer, "
        "FOREIGN KEY (parent) REFERENCES parents (id) ON DELETE CASCADE)",
        "INSERT INTO logs VALUES (7, 1)",
    )
    outcome = effect.apply(task, batch_of([1], [10]), Guarding(), NOW)
    effect.close()
    assert reasons(outcome)[0, 1] is Reason.REFERENCED
    assert family.rows("SELECT * FROM logs") == [(7, 1)]


def test_the_collation_of_the_column_that_is_referred_to_counts(tmp_path: Path) -> None:
    path = tmp_path / "shop.db"
    path.touch()
    shop = opened(f"sqlite:///{path}")
    shop.run(
        "CREATE TABLE parents (id text COLLATE NOCASE PRIMARY KEY, closed date)",
        "CREATE TABLE children (id integer PRIMARY KEY, parent text REFERENCES parents (id) ON DELETE CASCADE)",
        f"INSERT INTO parents VALUES ('ada', '{OLD}')",
        "INSERT INTO children VALUES (1, 'ADA')",
    )
    outcome = apply(shop, task_of(shop.preview("parents", Delete()), term()), batch_of(["ada"]))
    assert reasons(outcome) == {(0, "ada"): Reason.REFERENCED}
    assert shop.keys("children") == [1]


TRIGGERS = {
    "sqlite": ["CREATE TRIGGER stop BEFORE DELETE ON parents WHEN old.id = 2 BEGIN SELECT RAISE(IGNORE); END"],
    "postgresql": [
        "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$",
        "CREATE TRIGGER stop BEFORE DELETE ON parents FOR EACH ROW WHEN (old.id = 2) EXECUTE FUNCTION stop()",
    ],
    "mariadb": [
        "CREATE TRIGGER stop BEFORE DELETE ON parents FOR EACH ROW IF old.id = 2 THEN SIGNAL SQLSTATE '45000'; END IF"
    ],
}


def test_a_trigger_that_keeps_a_row_keeps_all(family: Tables) -> None:
    family.run(*TRIGGERS[family.server])
    warned = family.preview("parents", Delete(dependents=("children",))).warnings
    assert "stop (before delete)" in [one.detail for one in warned]
    with pytest.raises(StoreError):
        apply(family, planned(family), BATCH)
    assert untouched(family)


def test_a_constraint_that_fails_at_commit_is_no_unknown_outcome(family: Tables) -> None:
    if family.server != "postgresql":
        pytest.skip("of a server with constraint triggers")
    family.run(
        "CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no'; END $$",
        "CREATE CONSTRAINT TRIGGER never AFTER DELETE ON parents DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
        "EXECUTE FUNCTION never()",
    )
    with pytest.raises(StoreError) as caught:
        apply(family, planned(family), BATCH)
    assert not isinstance(caught.value, OutcomeUnknown)
    assert untouched(family)


def test_a_permission_that_was_taken_away(family: Tables) -> None:
    if family.server == "sqlite":
        pytest.skip("a file has no users")
    user, task = f"eraser_{uuid4().hex[:12]}", planned(family)
    url = sa.make_url(family.url)
    if family.server == "postgresql":
        family.run(
            f"CREATE ROLE {user} LOGIN",
            f"GRANT USAGE ON SCHEMA public TO {user}",
            f"GRANT SELECT, UPDATE, DELETE ON parents TO {user}",
            f"GRANT SELECT ON children TO {user}",
        )
        url = url.set(username=user)
        drop = [f"DROP OWNED BY {user}", f"DROP ROLE {user}"]
    else:
        family.run(
            f"CREATE USER {user}@'%' IDENTIFIED BY 'x'",
            f"GRANT PROCESS ON *.* TO {user}@'%'",
            f"GRANT SELECT, UPDATE, DELETE ON parents TO {user}@'%'",
            f"GRANT SELECT ON children TO {user}@'%'",
        )
        url = url.set(username=user, password="x")
        drop = [f"DROP USER {user}@'%'"]
    allowed = Tables(url.render_as_string(hide_password=False), family.engine, family.server)
    try:
        with pytest.raises(StoreError) as caught:
            apply(allowed, task, BATCH)
        assert caught.value.reason == "permission_denied"
        assert untouched(family)
        family.run(f"GRANT UPDATE, DELETE ON children TO {user}" + ("@'%'" if family.server == "mariadb" else ""))
        assert ids(apply(allowed, task, BATCH).done[0]) == [1, 2]
    finally:
        family.run(*drop)


def test_a_user_of_mariadb_that_does_not_see_who_refers_is_refused(fresh_mariadb: str) -> None:
    family = opened(fresh_mariadb)
    family.run(*PARENTS)
    task, user = planned(family), f"eraser_{uuid4().hex[:12]}"
    family.run(
        f"CREATE USER {user}@'%' IDENTIFIED BY 'x'",
        f"GRANT SELECT, UPDATE, DELETE ON parents TO {user}@'%'",
        f"GRANT SELECT, UPDATE, DELETE ON children TO {user}@'%'",
    )
    url = sa.make_url(fresh_mariadb).set(username=user, password="x").render_as_string(hide_password=False)
    try:
        with pytest.raises(StoreError):
            apply(Tables(url, family.engine, family.server), task, BATCH)
        assert untouched(family)
    finally:
        family.run(f"DROP USER {user}@'%'")


@pytest.mark.parametrize("skew", [timedelta(seconds=-8), timedelta(seconds=8)])
def test_clocks_that_differ_are_refused(family: Tables, skew: timedelta) -> None:
    if family.server == "sqlite":
        pytest.skip("a file has the clock of this machine")
    effect = SqlEffect(family.url, FixedClock(datetime.now(UTC) + skew))
    with pytest.raises(ClockSkewed):
        effect.apply(planned(family), BATCH, Guarding(), NOW)
    assert untouched(family)
    assert abs(effect.now() - datetime.now(UTC)) < timedelta(seconds=5)
    effect.close()


def test_a_now_that_has_not_come_is_refused(family: Tables) -> None:
    with pytest.raises(ClockSkewed):
        apply(family, planned(family), BATCH, now=datetime.now(UTC) + timedelta(seconds=30))
    assert untouched(family)


def test_two_workers_at_once_do_each_row_once(family: Tables) -> None:
    task, lock = planned(family), threading.Lock()
    done: list[object] = []

    def work() -> None:
        outcome = apply(family, task, BATCH)
        with lock:
            done.extend(outcome.done[0])

    _together([work, work])
    assert sorted(map(str, done)) == ["(1,)", "(2,)"]
    assert family.keys("parents") == []


def _together(works: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_errors_hold_no_values(family: Tables) -> None:
    family.run(f"INSERT INTO parents VALUES (4711, '{OLD}')", "INSERT INTO children VALUES (40, 4711)")
    family.run(*TRIGGERS[family.server])
    with pytest.raises(ReeveError) as caught:
        apply(family, planned(family), Batch(0, (((2,), (4711,)), ((20,), (40,)))))
    assert "4711" not in caught.value.message + caught.value.hint


def test_the_write_credential_comes_from_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "reeve.yaml").write_text(
        "stores:\n  shop:\n    kind: sql\n    url: sqlite:///shop.db\n    write: {url: 'sqlite:///shop.db'}\n"
        "  crm: {kind: sql, url: 'sqlite:///crm.db'}\n  files: {kind: files, path: x}\n"
    )
    settings, clock = load_settings(folder=tmp_path, environ={}), FixedClock(NOW)
    assert isinstance(open_effect(settings, "shop", clock), SqlEffect)
    for name in ("crm", "files"):
        with pytest.raises(ConfigError):
            open_effect(settings, name, clock)
    with pytest.raises(ConfigError):
        SqlEffect("oracle://x", clock)
