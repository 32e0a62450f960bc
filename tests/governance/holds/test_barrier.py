"""What batches and holds see of each other, step by step, and in any order against a plain model."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from engine.base.clock import FixedClock
from engine.base.errors import BadInput, NotFound
from engine.base.ids import BatchId, HoldId, new_id
from engine.base.keys.local import LocalKeyring
from engine.base.state.database import Database
from engine.base.work.leases import LeaseLost
from engine.base.work.workers import Process, register_worker, stop_worker
from engine.governance.holds.barrier import (
    Fence,
    HoldPlaced,
    abandoned_batches,
    close_batch,
    holds_over,
    note_session,
    open_batch,
    require_free,
    still_free,
    waited_for,
)
from engine.governance.holds.ending import release_hold
from engine.governance.holds.place import make_effective, try_effective
from engine.governance.holds.scopes import Scope
from engine.governance.holds.view import show_hold
from tests.conftest import MEMORY, START
from tests.governance.holds.world import FENCE, Holds, inventory
from tests.properties import tries
from tests.states import bound, migrated

ANN = Scope("shop", "customers", ("email",), identifiers=("ann@example.com",))
ORDERS, NOTES = Scope("shop", "orders"), Scope("shop", "notes")


@pytest.fixture
def world(database: Database, clock: FixedClock) -> Holds:
    return Holds(database, clock)


def effective(world: Holds, hold: HoldId) -> bool:
    with world.database.transaction() as session:
        return try_effective(session, hold)


def close(world: Holds, batch: BatchId, fence: Fence | None = FENCE, *, verified: bool = False) -> None:
    with world.database.transaction() as session:
        close_batch(session, batch, "done", fence=fence, verified=verified)


def free(world: Holds, batch: BatchId) -> bool:
    with world.database.transaction() as session:
        return still_free(session, batch)


@pytest.mark.parametrize(
    ("scope", "overlaps"),
    [(Scope("shop"), True), (ORDERS, True), (NOTES, False), (ANN, True), (Scope("other"), False)],
)
def test_a_hold_waits_for_batches_that_overlap_and_were_opened_before(
    world: Holds, scope: Scope, *, overlaps: bool
) -> None:
    with world.database.transaction() as session:
        inventory(session, "other", {})
    before = world.open("orders")
    hold = world.place(scope)
    after = world.open("orders")
    assert effective(world, hold) is not overlaps
    assert (free(world, before), free(world, after)) == (not overlaps, True)
    if overlaps:
        with world.database.snapshot() as session:
            assert [one.id for one in waited_for(session, hold)] == [before]
    close(world, before)
    assert effective(world, hold)


def test_a_stream_of_batches_keeps_no_hold_from_becoming_effective(world: Holds) -> None:
    last = world.open()
    hold = world.place()
    for _ in range(3):
        following = world.open()
        close(world, last)
        last = following
    assert effective(world, hold)


def test_a_hold_that_is_placed_late_stops_a_batch_before_its_commit(world: Holds) -> None:
    batch = world.open()
    with world.database.transaction() as session:
        assert holds_over(session, "shop", ["orders"]) == ()
        note_session(session, batch, "backend 4711")
        require_free(session, batch)
    hold = world.place()
    with world.database.transaction() as session:
        assert [one.id for one in holds_over(session, "shop", ["orders"])] == [hold]
        with pytest.raises(HoldPlaced):
            require_free(session, batch)
        assert [one.session for one in waited_for(session, hold)] == ["backend 4711"]


def test_only_holds_that_may_cover_the_assets_are_read_for_them(world: Holds) -> None:
    notes, ann = world.place(NOTES), world.place(ANN)
    with world.database.snapshot() as session:
        assert [one.id for one in holds_over(session, "shop", ["orders"])] == [ann]
        assert [one.id for one in holds_over(session, "shop")] == [notes, ann]


def test_a_batch_is_closed_by_its_worker_or_by_who_verified_it(world: Holds) -> None:
    batch = world.open()
    for fence in (None, replace(FENCE, epoch=2), replace(FENCE, worker=UUID(int=8))):
        with pytest.raises(LeaseLost):
            close(world, batch, fence)
    with pytest.raises(BadInput), world.database.transaction() as session:
        close_batch(session, batch, "", fence=FENCE)
    close(world, batch, None, verified=True)
    for deed in (lambda: close(world, batch), lambda: free(world, batch)):  # the worker wakes
        with pytest.raises(LeaseLost):
            deed()
    with pytest.raises(LeaseLost), world.database.transaction() as session:
        note_session(session, batch, "late")
    with pytest.raises(NotFound):
        free(world, BatchId(new_id()))


def test_the_same_batch_is_not_open_twice(world: Holds) -> None:
    def again() -> BatchId:
        with world.database.transaction() as session:
            return open_batch(session, plan=world.plan, number=0, store="shop", assets=["orders"], fence=FENCE)

    first = again()
    with pytest.raises(BadInput):
        again()
    close(world, first)
    assert again() != first
    with pytest.raises(BadInput), world.database.transaction() as session:
        open_batch(session, plan=world.plan, number=9, store="shop", assets=[], fence=FENCE)
    with pytest.raises(BadInput), world.database.transaction() as session:
        note_session(session, world.open(), "x" * 201)


def test_a_batch_of_a_dead_worker_blocks_until_it_is_verified(world: Holds) -> None:
    with world.database.transaction() as session:
        alive, dead = (register_worker(session, Process("machine", one, "1")) for one in (1, 2))
    world.open(fence=Fence(alive, 1))
    batch = world.open(fence=Fence(dead, 1))
    with world.database.transaction() as session:
        assert abandoned_batches(session) == []
        stop_worker(session, dead)
        assert [one.id for one in abandoned_batches(session)] == [batch]
        assert abandoned_batches(session, living=[Fence(dead, 1)]) == []
    hold = world.place()
    close(world, world.open(fence=Fence(alive, 2)), Fence(alive, 2))
    assert not effective(world, hold)
    close(world, batch, None, verified=True)
    with world.database.transaction() as session:
        assert abandoned_batches(session) == []


@dataclass(eq=False)
class ABatch:
    """What the model knows of a batch."""

    id: BatchId
    assets: frozenset[str]
    opened: int
    read: frozenset[HoldId] | None = None
    open: bool = True


@dataclass(eq=False)
class AHold:
    """What the model knows of a hold."""

    id: HoldId
    scope: Scope
    placed: int
    state: str = "placed"

    def overlaps(self, batch: ABatch) -> bool:
        return self.scope is not NOTES or "notes" in batch.assets


class Barrier(RuleBasedStateMachine):
    """Batches and holds over one store, in any order."""

    batches = Bundle("batches")
    holds = Bundle("holds")

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None)
        home = Path(self.folder.name)
        database, clock = Database(f"sqlite:///{migrated(home / 'state.db')}"), FixedClock(START)
        keyring = LocalKeyring.create(home / "keys" / "keyring.json")
        self.database = bound(database, keyring, clock)
        self.world = Holds(self.database, clock)
        self.all_batches: list[ABatch] = []
        self.all_holds: list[AHold] = []
        self.tick = 0

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()
            self.folder.cleanup()

    def now(self) -> int:
        self.tick += 1
        return self.tick

    @rule(target=batches, assets=st.sets(st.sampled_from(["orders", "notes"]), min_size=1))
    def open(self, assets: set[str]) -> ABatch:
        made = ABatch(self.world.open(*assets), frozenset(assets), self.now())
        self.all_batches.append(made)
        return made

    @rule(target=holds, scope=st.sampled_from([NOTES, ANN, Scope("shop")]))
    def place(self, scope: Scope) -> AHold:
        made = AHold(self.world.place(scope), scope, self.now())
        self.all_holds.append(made)
        return made

    @rule(batch=batches)
    def read(self, batch: ABatch) -> None:
        with self.world.database.snapshot() as session:
            found = frozenset(one.id for one in holds_over(session, "shop", batch.assets))
        counting = [one for one in self.all_holds if one.state != "released" and one.overlaps(batch)]
        assert found == {one.id for one in counting}
        batch.read = found

    @rule(batch=batches)
    def look(self, batch: ABatch) -> None:
        if not batch.open:
            with pytest.raises(LeaseLost):
                free(self.world, batch.id)
            return
        later = [one for one in self.all_holds if one.placed > batch.opened and one.overlaps(batch)]
        assert free(self.world, batch.id) is not bool(later)

    @rule(batch=batches, verified=st.booleans())
    def close(self, batch: ABatch, *, verified: bool) -> None:
        if not batch.open:
            with pytest.raises(LeaseLost):
                close(self.world, batch.id, verified=verified)
            return
        for hold in self.all_holds:  # it may have acted until now: nothing that is effective was unknown to it
            if hold.state == "effective" and hold.overlaps(batch):
                assert hold.placed < batch.opened
                assert batch.read is None or hold.id in batch.read
        close(self.world, batch.id, None if verified else FENCE, verified=verified)
        batch.open = False

    @rule(hold=holds)
    def settle(self, hold: AHold) -> None:
        if hold.state == "released":
            return
        waits = [one for one in self.all_batches if one.open and one.opened < hold.placed and hold.overlaps(one)]
        expected = hold.state == "effective" or not waits
        assert effective(self.world, hold.id) is expected
        hold.state = "effective" if expected else "placed"

    @rule()
    def chore(self) -> None:
        with self.world.database.transaction() as session:
            make_effective(session)
        for hold in self.all_holds:
            self.settle_model(hold)

    def settle_model(self, hold: AHold) -> None:
        waits = [one for one in self.all_batches if one.open and one.opened < hold.placed and hold.overlaps(one)]
        if hold.state == "placed" and not waits:
            hold.state = "effective"

    @rule(hold=holds)
    def release(self, hold: AHold) -> None:
        if hold.state != "released":
            with self.world.acting("Bea") as session:
                release_hold(session, hold.id, "settled")
            hold.state = "released"

    @invariant()
    def states_are_as_the_model_says(self) -> None:
        if hasattr(self, "all_holds"):
            with self.world.database.snapshot() as session:
                for hold in self.all_holds:
                    assert show_hold(session, hold.id).state == hold.state


Barrier.TestCase.settings = settings(max_examples=tries(5), stateful_step_count=20, deadline=None)
TestBarrier = Barrier.TestCase
