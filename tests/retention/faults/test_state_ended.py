"""A state whose server ends all sessions in the middle of a run: the job is called again, and each row goes once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from engine.base.ids import PlanId
from engine.base.state.database import Database, StateUnavailable
from engine.governance.change.errors import OutcomePending
from tests.retention.faults.shop import Shop, everything, left_by, shop_at

DUE = 5
BATCH = 4
SERVERS = ("postgresql", "mariadb", "sqlite")
postgres_state = pytest.mark.parametrize("unbound_database", ["postgresql"], indirect=True)


def end_state_sessions(state: Database) -> None:
    """As a server does that is shut down, or an administrator who makes room."""
    admin = sa.create_engine(state.url.set(database="postgres"), poolclass=sa.NullPool)
    with admin.connect() as connection:
        theirs = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = :name"
        connection.execute(sa.text(theirs), {"name": state.url.database})
    admin.dispose()


@contextmanager
def told(state: Database, tap: Callable[[], None]) -> Iterator[None]:
    """Within the block, a tap is called before each statement of the state and before each COMMIT."""
    engine = state._engine
    points = {"before_cursor_execute": lambda *_: tap(), "commit": lambda _: tap()}
    for name, call in points.items():
        event.listen(engine, name, call)
    try:
        yield
    finally:
        for name, call in points.items():
            event.remove(engine, name, call)


def disturbed(shop: Shop, count: int) -> bool:
    """Run a plan, and again until it has ended; at one statement of the state its sessions end. Gives whether there were so many.

    Those of keys that are read ahead do not count: what fails there is read once more.
    """
    seen = 0

    def tap() -> None:
        nonlocal seen
        seen += current_thread() is main_thread()
        if seen == count and current_thread() is main_thread():
            end_state_sessions(shop.state)

    shop.fill(DUE)
    plan_id = shop.plan(BATCH)
    with told(shop.state, tap):
        broken_off = ran(shop, plan_id)
    assert broken_off == (seen >= count)
    assert shop.gone() == everything(DUE)
    assert shop.rows() == left_by(DUE)
    assert shop.outcome(plan_id)["result"] == {"done": [DUE] * 3, "left": {}, "found": 0}
    assert shop.open_batches() == 0
    return seen >= count


def ran(shop: Shop, plan_id: PlanId) -> int:
    """As a job that is called again once its right, if it could not be given back, has run out. Gives how often it was."""
    for tries in range(9):
        try:
            assert shop.run(plan_id).state == "done"
        except (StateUnavailable, OutcomePending):
            shop.bury(silent=0)
        else:
            return tries
    pytest.fail("it does not come to an end")


@postgres_state
@pytest.mark.parametrize("server", SERVERS)
def test_a_state_that_ends_its_sessions_at_some_statements(
    state: Database, fresh: Callable[[str], str], server: str
) -> None:
    shop = shop_at(fresh(server), state)
    for count in (10, 40, 70, 100, 130):
        assert disturbed(shop, count)


@pytest.mark.long
@postgres_state
@pytest.mark.parametrize("server", SERVERS)
def test_a_state_that_ends_its_sessions_at_each_statement(
    state: Database, fresh: Callable[[str], str], server: str
) -> None:
    shop, count = shop_at(fresh(server), state), 1
    while disturbed(shop, count):
        count += 1
    assert count > 100
