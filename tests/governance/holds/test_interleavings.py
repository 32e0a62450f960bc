"""Holds and batches at once, on a real PostgreSQL, stopped before every statement and let go on in any order.

A batch of the test goes the way that the barrier asks for. It may die before or after its COMMIT in the store, or sleep while
another ends its session, verifies and closes it. Whatever the order: nothing that a hold covers goes after it became effective.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest

from engine.base.clock import FixedClock
from engine.base.ids import BatchId, new_id
from engine.base.state.database import Database
from engine.base.work.leases import LeaseLost
from engine.governance.holds import place
from engine.governance.holds.barrier import Fence, close_batch, holds_over, open_batch, still_free
from engine.governance.holds.place import try_effective
from engine.governance.holds.scopes import Scope
from tests.governance.holds.stepped import Stage, step
from tests.governance.holds.world import TABLES, Holds, inventory

SCOPES: dict[str, Callable[[str], Scope]] = {
    "store": Scope,
    "asset": lambda store: Scope(store, "orders"),
    "subject": lambda store: Scope(store, "customers", ("email",), identifiers=("ann@example.com",)),
}
WAYS = ("done", "done", "dies_before", "dies_after", "sleeps")


@dataclass
class OneRun:
    """A store, and what happened there in which order.

    Attributes:
        log: what happened: a hold is ``effective``, rows of a batch are ``gone``.
        careless: batches read the holds before they are open, and not after it.
        asks: batches ask before their COMMIT whether they are still free; the guarantee does not rest on it.
        opened: batches by number; sleeping: those that are not done by their worker; closed; ended: in the store, by another.
    """

    world: Holds
    store: str
    careless: bool = False
    asks: bool = True
    plan: UUID = field(default_factory=new_id)
    log: list[tuple[str, int]] = field(default_factory=list)
    ended: set[int] = field(default_factory=set)
    opened: dict[int, BatchId] = field(default_factory=dict)
    sleeping: set[int] = field(default_factory=set)
    closed: set[int] = field(default_factory=set)

    def batches(self, worker: int, ways: list[str]) -> Callable[[], None]:
        """A worker that does one batch after the other."""

        def work() -> None:
            for turn, way in enumerate(ways):
                self.batch(10 * worker + turn, Fence(UUID(int=worker), turn), way)

        return work

    def batch(self, number: int, fence: Fence, way: str) -> None:
        """One batch, the way it has to go."""
        database = self.world.database
        held = self.careless and self.is_held()
        with database.transaction() as session:
            batch = open_batch(session, plan=self.plan, number=number, store=self.store, assets=["orders"], fence=fence)
        self.opened[number] = batch
        if not self.careless:
            held = self.is_held()
        step()
        if not held:
            if way == "dies_before":
                self.sleeping.add(number)
                return
            if way == "sleeps":
                self.sleeping.add(number)
                step()
            try:
                if self.asks:
                    with database.transaction() as session:
                        held = not still_free(session, batch)
            except LeaseLost:
                return
            step()
            if not held and number not in self.ended:  # a store does not commit for a session that was ended
                self.log.append(("gone", number))
            if way == "dies_after":
                self.sleeping.add(number)
                return
        try:
            with database.transaction() as session:
                close_batch(session, batch, "nothing" if held else "done", fence=fence)
            self.closed.add(number)
        except LeaseLost:
            assert number in self.ended

    def is_held(self) -> bool:
        """Read the holds."""
        with self.world.database.transaction() as session:
            return bool(holds_over(session, self.store, ["orders"]))

    def hold(self, kind: str, which: int) -> Callable[[], None]:
        """Somebody who places a hold and waits."""

        def wait() -> None:
            hold = self.world.place(SCOPES[kind](self.store))
            while True:
                with self.world.database.transaction() as session:
                    done = try_effective(session, hold)
                if done:
                    self.log.append(("effective", which))
                    return
                self.verify()
                step()

        return wait

    def verify(self) -> None:
        """Take over what died or sleeps: end its session, look what became of it, and close it."""
        for number in sorted(self.sleeping - self.closed):
            self.ended.add(number)
            step()
            try:
                with self.world.database.transaction() as session:
                    close_batch(session, self.opened[number], "verified", verified=True)
            except LeaseLost:
                pass
            self.closed.add(number)


def run(
    world: Holds, seed: int, *, workers: int = 2, holds: int = 2, careless: bool = False, asks: bool = True
) -> OneRun:
    """One order of things."""
    luck = random.Random(seed)
    one = OneRun(world, f"store-{uuid4().hex}", careless, asks)
    with world.database.transaction() as session:
        inventory(session, one.store, TABLES)
    stage = Stage(world.database._engine, world.database.url.render_as_string(hide_password=False))
    try:
        for worker in range(1, workers + 1):
            stage.add(f"worker {worker}", one.batches(worker, luck.choices(WAYS, k=2)))
        for which in range(holds):
            stage.add(f"hold {which}", one.hold(luck.choice(list(SCOPES)), which))
        stage.run(luck.randrange)
    finally:
        stage.close()
    return one


def broken(one: OneRun) -> bool:
    """Whether something went after a hold over it was effective. Every scope of a run overlaps with every batch."""
    effective = next((place for place, (what, _) in enumerate(one.log) if what == "effective"), len(one.log))
    return any(what == "gone" for what, _ in one.log[effective:])


@pytest.fixture
def world(database: Database, clock: FixedClock) -> Holds:
    made = Holds(database, clock)
    made.place()  # all keys are made
    return made


postgresql = pytest.mark.parametrize("unbound_database", ["postgresql"], indirect=True)
"""On SQLite one writer is let in at a time: there the orders are those of the state machine."""


@postgresql
def test_in_a_few_orders_nothing_goes_after_its_hold_became_effective(world: Holds) -> None:
    found = [run(world, seed, asks=seed % 2 == 0) for seed in range(8)]
    assert not [seed for seed, one in enumerate(found) if broken(one)]
    assert any("gone" in dict(one.log) for one in found)  # some batches did their work


@postgresql
def test_batches_that_read_the_holds_too_early_are_caught(world: Holds) -> None:
    """The orders are such that a barrier that is not kept shows."""
    assert any(broken(run(world, seed, careless=True)) for seed in range(100))


@postgresql
def test_a_hold_that_does_not_wait_is_caught(world: Holds, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "waited_for", lambda *_arguments: [])
    assert any(broken(run(world, seed, asks=False)) for seed in range(100))


@pytest.mark.long
@postgresql
def test_in_a_thousand_orders_nothing_goes_after_its_hold_became_effective(world: Holds) -> None:
    for seed in range(1000):
        assert not broken(run(world, seed, workers=1 + seed % 3, holds=1 + seed % 2, asks=seed % 5 > 1)), seed
