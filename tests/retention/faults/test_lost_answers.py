"""COMMITs whose answer, or which themselves, are lost on the way: whoever goes on finds out what became of the batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from engine.base.state.database import Database
from tests.retention.faults.shop import Died, Shop, everything, left_by, shop_at
from tests.retention.faults.wire import Loss, Wire

DUE = 5
BATCH = 4
SERVERS = ("postgresql", "mariadb")
LOSSES = (Loss.BEFORE, Loss.ANSWER, Loss.LATE)
SECOND = 2 * 3
"""Rows of the second transaction of a batch: two roots with an order and a note each."""


@pytest.fixture
def wired(request: pytest.FixtureRequest, state: Database, fresh: Callable[[str], str]) -> Iterator[tuple[Shop, Wire]]:
    """A shop whose write credential goes over a way on which things are lost."""
    url = fresh(request.param)
    with Wire(url) as wire:
        shop = shop_at(url, state, writes=wire.url)
        shop.fill(DUE)
        yield shop, wire


sqlite_state = pytest.mark.parametrize("unbound_database", ["sqlite"], indirect=True)


@sqlite_state
@pytest.mark.parametrize("wired", ["postgresql", pytest.param("mariadb", marks=pytest.mark.long)], indirect=True)
@pytest.mark.parametrize("loss", LOSSES)
def test_whoever_lost_the_answer_finds_out_and_goes_on(wired: tuple[Shop, Wire], loss: Loss) -> None:
    shop, wire = wired
    plan_id = shop.plan(BATCH)
    wire.loss, wire.after = loss, 1
    assert shop.run(plan_id).state == "done"
    assert wire.lost == 1
    wire.deliver()
    answer = wire.answers.get(timeout=20) if loss is not Loss.BEFORE else b""
    assert shop.gone() == everything(DUE)
    assert shop.rows() == left_by(DUE)
    assert shop.resolved(plan_id) == (SECOND if loss is Loss.ANSWER else 0)
    if shop.tables.server == "postgresql" and loss is not Loss.BEFORE:
        assert (b"COMMIT" in answer) == (loss is Loss.ANSWER), "the server ended the session, or had committed"
    assert shop.open_batches() == 0


@sqlite_state
@pytest.mark.parametrize("wired", SERVERS, indirect=True)
@pytest.mark.parametrize("loss", LOSSES)
def test_whoever_takes_over_finds_out_and_a_hold_that_came_meanwhile_counts(
    wired: tuple[Shop, Wire], loss: Loss
) -> None:
    shop, wire = wired
    plan_id = shop.plan(BATCH)
    wire.loss = loss

    def die(point: str) -> None:
        if point == "unanswered":
            raise Died

    shop.tap = die
    with pytest.raises(Died):
        shop.run(plan_id)
    first = {number for (asset, number), _ in shop.gone().items() if asset == "accounts"}
    assert len(first) == (2 if loss is Loss.ANSWER else 0)
    held = min(first, default=1)
    hold_id = shop.hold(held)
    assert not shop.effective(hold_id), "nobody knows yet what became of the batch"
    assert shop.run(plan_id).state == ("done" if first else "complete_with_exceptions")
    wire.deliver()
    if loss is not Loss.BEFORE:
        wire.answers.get(timeout=20)
    assert shop.effective(hold_id)
    kept = set() if first else {held}
    whole = everything(DUE)
    assert shop.gone() == type(whole)({row: times for row, times in whole.items() if row[1] not in kept})
    assert shop.resolved(plan_id) == 3 * len(first)
