"""Keys that were read ahead are those of their batch, and what was wrong then is asked for again."""

from __future__ import annotations

import gc

import pytest

from engine.base.collecting import without_collecting
from engine.base.errors import NotFound
from engine.base.ids import PlanId, new_id
from engine.governance.change.ahead import Ahead
from engine.governance.change.kept import keys_of, plan_of
from tests.governance.change.world import World


def test_keys_are_those_of_the_batch_whatever_was_prepared(world: World) -> None:
    plan_id = world.plan()
    with world.database.snapshot() as session:
        row = plan_of(session, plan_id)
        kept = [keys_of(session, row, number) for number in range(row.batches)]
    assert len(kept) > 2
    with Ahead(world.database, plan_id, len(kept)) as ahead:
        ahead.prepare(1)
        assert ahead.keys(0) == kept[0]
        ahead.prepare(1)
        assert ahead.keys(1) == kept[1]
        ahead.prepare(len(kept))  # there is none
        assert ahead.keys(2) == kept[2]


def test_what_cannot_be_read_is_told_when_it_is_its_turn(world: World) -> None:
    with Ahead(world.database, PlanId(new_id()), 2) as ahead:
        ahead.prepare(1)
        with pytest.raises(NotFound):
            ahead.keys(1)


def test_cycles_are_looked_for_again_afterwards() -> None:
    with without_collecting():
        assert not gc.isenabled()
        with without_collecting():
            pass
        assert not gc.isenabled()
    assert gc.isenabled()
