"""A worker that stands still before its COMMIT, and wakes when its lease has gone and a hold was placed (design, rule 6)."""

from __future__ import annotations

import signal
from collections.abc import Callable

import pytest

from engine.base.ids import HoldId, PlanId, new_id
from engine.base.state.database import Database
from engine.base.work.leases import Leases
from engine.governance.change.errors import OutcomePending
from engine.governance.change.running import lease_name
from tests.retention.faults.nursery import Ended, Nursery
from tests.retention.faults.shop import Shop, everything, shop_at

DUE = 5
BATCH = 4
HELD = 1
"""An account of the first batch's first transaction."""
sqlite_state = pytest.mark.parametrize("unbound_database", ["sqlite"], indirect=True)


def frozen(shop: Shop, nursery: Nursery, point: str, count: int) -> tuple[PlanId, HoldId]:
    """Its worker stands still, its lease has gone, and somebody placed a hold over what it was about to commit."""
    shop.fill(DUE)
    plan_id = shop.plan(BATCH)
    nursery.begin(shop, plan_id, point, count, signal.SIGSTOP)
    nursery.stopped()
    assert not shop.gone()
    hold_id = shop.hold(HELD)
    assert not shop.effective(hold_id), "the batch is open"
    assert shop.bury(0) >= 1
    return plan_id, hold_id


@sqlite_state
@pytest.mark.parametrize("server", ["postgresql", "mariadb"])
def test_it_wakes_when_another_has_taken_over_and_nothing_that_is_held_goes(
    state: Database, fresh: Callable[[str], str], nursery: Nursery, server: str
) -> None:
    shop = shop_at(fresh(server), state)
    for point, count in (("change", 3), ("commit", 1))[server == "mariadb" :]:
        plan_id, hold_id = frozen(shop, nursery, point, count)
        assert shop.run(plan_id).state == "complete_with_exceptions"
        assert shop.effective(hold_id)
        before = shop.gone()
        ended = nursery.wake()
        _nothing_came_of(ended)
        assert shop.gone() == before
        _all_but_the_held(shop)


@sqlite_state
@pytest.mark.parametrize("server", ["postgresql", "mariadb"])
def test_it_wakes_when_another_has_its_lease_and_has_not_looked_yet(
    state: Database, fresh: Callable[[str], str], nursery: Nursery, server: str
) -> None:
    """What it had begun may come through, but the hold is not effective before that is known."""
    shop = shop_at(fresh(server), state)
    plan_id, hold_id = frozen(shop, nursery, "commit", 1)
    others = Leases(state, new_id())
    lease = others.acquire(lease_name(plan_id))
    assert lease is not None
    _nothing_came_of(nursery.wake())
    assert not shop.effective(hold_id), "what became of the batch is not known"
    went = shop.gone()
    others.release(lease)
    shop.run(plan_id)
    assert shop.effective(hold_id)
    assert shop.gone() == everything(DUE)
    assert went["accounts", HELD] == 1
    assert shop.resolved(plan_id) == sum(went.values())


@sqlite_state
def test_in_a_file_nobody_takes_over_from_one_that_may_still_commit(
    state: Database, fresh: Callable[[str], str], nursery: Nursery
) -> None:
    """A file has no server that could end its session: whoever stands still there keeps the plan, and the hold waits."""
    shop = shop_at(fresh("sqlite"), state)
    plan_id, hold_id = frozen(shop, nursery, "commit", 1)
    shop.lease_seconds = 3
    with pytest.raises(OutcomePending):
        shop.run(plan_id)
    assert not shop.effective(hold_id)
    _nothing_came_of(nursery.wake())
    assert shop.gone()["accounts", HELD] == 1
    assert not shop.effective(hold_id)
    shop.bury(0)
    shop.run(plan_id)
    assert shop.effective(hold_id)
    assert shop.gone() == everything(DUE)


def _nothing_came_of(ended: Ended) -> None:
    """It saw that it had lost its right, and wrote nothing down."""
    assert (ended.code, ended.came) == (0, "LeaseLost")


def _all_but_the_held(shop: Shop) -> None:
    whole = everything(DUE)
    assert shop.gone() == type(whole)({row: times for row, times in whole.items() if row[1] != HELD})
    assert shop.open_batches() == 0
