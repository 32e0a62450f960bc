"""Servers that end the session of a sweep, or are killed, in the middle of a batch: it is tried again, and each row goes once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest
import sqlalchemy as sa

from engine.base.errors import StoreError
from engine.base.ids import PlanId
from engine.base.state.database import Database
from engine.governance.change.errors import OutcomePending
from tests.retention.faults.shop import Shop, end_sessions, everything, left_by, shop_at
from tests.servers.mariadb import own_mariadb  # noqa: F401 - a fixture
from tests.servers.postgresql import own_postgres  # noqa: F401 - a fixture
from tests.servers.server import Server

DUE = 5
BATCH = 4
DRIVERS = {"postgresql": "postgresql+psycopg", "mariadb": "mysql+pymysql"}
SERVERS = ("postgresql", "mariadb")
sqlite_state = pytest.mark.parametrize("unbound_database", ["sqlite"], indirect=True)


def disturbed(shop: Shop, point: str, count: int, deed: Callable[[], object]) -> bool:
    """Run a plan, and again until it has ended; at one of its statements something happens. Gives whether it did."""
    seen: Counter[str] = Counter()

    def tap(name: str) -> None:
        seen[name] += 1
        seen["any"] += 1
        if point in (name, "any") and seen[point] == count:
            deed()

    shop.fill(DUE)
    plan_id = shop.plan(BATCH)
    shop.tap = tap
    assert ran(shop, plan_id) == "done"
    assert shop.gone() == everything(DUE)
    assert shop.rows() == left_by(DUE)
    assert shop.outcome(plan_id)["result"] == {"done": [DUE] * 3, "left": {}, "found": 0}
    assert shop.open_batches() == 0
    return seen[point] >= count


def ran(shop: Shop, plan_id: PlanId) -> str:
    """As a job that is put off does: once more, when the store did not answer."""
    for _ in range(5):
        try:
            return shop.run(plan_id).state
        except OutcomePending:
            continue
        except StoreError as exc:
            if exc.reason not in ("unreachable", "timeout"):
                raise
    pytest.fail("it does not come to an end")


@sqlite_state
@pytest.mark.parametrize("server", SERVERS)
def test_a_session_that_is_ended_at_some_statements(state: Database, fresh: Callable[[str], str], server: str) -> None:
    shop = shop_at(fresh(server), state)
    for point, count in (("claim", 1), ("change", 2), ("commit", 2), ("verify", 1)):
        assert disturbed(shop, point, count, lambda: end_sessions(shop.tables))


@pytest.mark.long
@sqlite_state
@pytest.mark.parametrize("server", SERVERS)
def test_a_session_that_is_ended_at_each_statement(state: Database, fresh: Callable[[str], str], server: str) -> None:
    shop, count = shop_at(fresh(server), state), 1
    while disturbed(shop, "any", count, lambda: end_sessions(shop.tables)):
        count += 1
    assert count > 30


def killed(server: Server, state: Database) -> Shop:
    """A shop on a server of one's own, which can be killed."""
    url = sa.make_url(server.url())
    url = url.set(drivername=DRIVERS[url.get_backend_name()])
    return shop_at(url.render_as_string(hide_password=False), state)


@sqlite_state
def test_a_server_that_is_killed_in_a_batch(state: Database, own_postgres: Server) -> None:  # noqa: F811 - pytest gives it
    shop = killed(own_postgres, state)
    for point, count in (("change", 2), ("commit", 1), ("committed", 1)):
        assert disturbed(shop, point, count, own_postgres.restart)


@pytest.mark.long
@sqlite_state
def test_a_postgresql_that_is_killed_at_each_statement(state: Database, own_postgres: Server) -> None:  # noqa: F811
    _at_each(killed(own_postgres, state), own_postgres)


@pytest.mark.long
@sqlite_state
def test_a_mariadb_that_is_killed_at_each_statement(state: Database, own_mariadb: Server) -> None:  # noqa: F811
    _at_each(killed(own_mariadb, state), own_mariadb)


def _at_each(shop: Shop, server: Server) -> None:
    count = 1
    while disturbed(shop, "any", count, server.restart):
        count += 1
    assert count > 30
