"""Holds and a sweep at once, over real rows of PostgreSQL, stopped before their statements and let go on in any order.

Plan, effect, verifier and holds are the real ones. A worker may die around a COMMIT, and another may take the plan over from one
that goes on. Whatever the order: what a hold covers, and was there when it became effective, is there until it is released; all
that no hold covers goes, each row once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import cached_property
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, event, given, note, settings
from hypothesis import strategies as st

from engine.base.errors import ReeveError
from engine.base.ids import ActorId, HoldId, PlanId
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.work.leases import Leases, free_leases_of
from engine.governance.holds import place
from engine.governance.holds.ending import release_hold
from engine.governance.holds.place import NewHold, place_hold
from engine.governance.holds.scopes import Scope
from tests.base.actors.people import add
from tests.governance.holds.stepped import Stage, step
from tests.governance.holds.world import inventory
from tests.retention.faults.shop import FIELDS, KEPT, Died, Shop, shop_at

DUE = 5
BATCH = 3
"""Roots of a batch; its transactions have two."""
NOT_SHRUNK = (Phase.reuse, Phase.generate)
"""A scene takes a second: one that fails is told as it was found."""
Row = tuple[str, int]


@dataclass(frozen=True)
class AHold:
    """A hold that somebody places. ``row``: its key; 0 for all of the asset, or without one of the store."""

    asset: str
    row: int
    later: int
    releases: bool

    def scope(self, store: str) -> Scope:
        return Scope(store, self.asset, ("id",), [(self.row,)]) if self.row else Scope(store, self.asset)

    def covers(self, row: Row) -> bool:
        """What it covers, and what cannot go without that: here all rows of one number hang together."""
        return row[1] == self.row if self.row else True


@dataclass(frozen=True)
class Scene:
    """What happens, and in which order: the turns, again and again until all is over."""

    holds: tuple[AHold, ...]
    dies: frozenset[int]
    thief: bool
    turns: bytes


@st.composite
def scenes(draw: st.DrawFn) -> Scene:
    row = st.builds(AHold, st.sampled_from(("accounts", "orders", "notes")), st.integers(1, DUE), _LATER, st.booleans())
    wide = st.builds(AHold, st.sampled_from(("orders", "")), st.just(0), _LATER, st.booleans())
    holds = draw(st.lists(st.one_of(row, row, row, wide), min_size=1, max_size=3))
    dies = draw(st.frozensets(st.integers(0, 5), max_size=2))
    return Scene(tuple(holds), dies, draw(st.booleans()), draw(st.binary(min_size=64, max_size=64)))


_LATER = st.integers(0, 25)


@dataclass
class Play:
    """One run of a scene.

    Attributes:
        kept: by hold, what it covered and was there when it became effective.
        broken: what went although it was kept.
        worker: what the worker holds; commits: of the store, begun and done.
        placed: holds that were not released.
        told: what came up on the way.
    """

    shop: Shop
    scene: Scene
    releaser: ActorId
    kept: dict[int, set[Row]] = field(default_factory=dict)
    broken: set[Row] = field(default_factory=set)
    worker: Leases | None = None
    commits: int = 0
    placed: list[HoldId] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def go(self) -> PlanId:
        self.shop.name = f"shop-{uuid4().hex}"
        vars(self.shop).pop("task", None)
        self.shop.fill(DUE)
        with self.shop.state.transaction() as session:
            inventory(session, self.shop.name, FIELDS)
        plan_id = self.shop.plan(BATCH)
        stage = Stage(self.shop.state._engine, self.shop.state.url.render_as_string(hide_password=False))
        try:
            self.shop.tap = self.tap
            stage.add("worker", lambda: self.work(plan_id))
            if self.scene.thief:
                stage.add("thief", lambda: self.steal(plan_id))
            for which, hold in enumerate(self.scene.holds):
                stage.add(f"hold {which}", self.holding(which, hold))
            stage.run(self.choose)
        finally:
            stage.close()
        self.shop.tap = lambda _point: None
        self.shop.bury(0)  # who died in it holds the plan no more
        self.shop.run(plan_id)
        for which in self.kept:
            self.look(which)
        assert all(self.shop.effective(hold_id) for hold_id in self.placed), "no batch is open any more"
        return plan_id

    def choose(self, many: int) -> int:
        """Which of so many goes on."""
        return next(self.order) % many

    @cached_property
    def order(self) -> Iterator[int]:
        return self.turns()

    def turns(self) -> Iterator[int]:
        """Whose turn it is. A large number is one for several steps, so that one may be far ahead of the others."""
        while True:
            for turn in self.scene.turns:
                yield from [turn] * (1 + turn // 32)

    def tap(self, point: str) -> None:
        if point in ("commit", "committed"):
            step()
            self.commits += 1
            if self.commits - 1 in self.scene.dies:
                raise Died

    def work(self, plan_id: PlanId) -> None:
        """A worker that is started again when it dies, and looks again when another has the plan."""

        def began(leases: Leases) -> None:
            self.worker = leases

        for _ in range(12):
            try:
                self.shop.run(plan_id, began)
            except (ReeveError, Died) as exc:
                self.told.append(f"worker: {type(exc).__name__}")
                step()
                continue
            return

    def steal(self, plan_id: PlanId) -> None:
        """The leader holds the worker to be dead, and another one runs its plan."""
        for _ in range(6):
            step()
            if self.worker is not None:
                with self.shop.state.transaction() as session:
                    free_leases_of(session, self.worker._holder)
            try:
                self.shop.run(plan_id)
            except (ReeveError, Died) as exc:
                self.told.append(f"thief: {type(exc).__name__}")
                continue
            return

    def holding(self, which: int, hold: AHold) -> Callable[[], None]:
        """Somebody who places a hold, waits for it, and perhaps has it released."""

        def deed() -> None:
            for _ in range(hold.later):
                step()
            hold_id = self.place(hold)
            self.placed.append(hold_id)
            for _ in range(40):
                if self.shop.effective(hold_id):
                    self.kept[which] = self.rows(hold)  # nobody else moves meanwhile
                    break
                step()
            if hold.releases:
                for _ in range(hold.later):
                    step()
                self.look(which)
                self.kept.pop(which, None)
                self.placed.remove(hold_id)
                with self.own(self.releaser).transaction() as session:
                    release_hold(session, hold_id, "the case is closed")

        return deed

    def place(self, hold: AHold) -> HoldId:
        with self.shop.state.transaction() as session:
            until = context_of(session).clock.now() + timedelta(days=90)
            wanted = NewHold("Doe v. Shop", "the court asked for it", [hold.scope(self.shop.name)], until)
            return place_hold(session, wanted)

    def own(self, actor: ActorId) -> Database:
        context = self.shop.state.context
        assert context is not None
        return self.shop.state.bound(replace(context, actor_id=actor))

    def rows(self, hold: AHold) -> set[Row]:
        """What of what it covers was not dealt with."""
        found = {(asset, number) for asset in FIELDS for number in range(1, DUE + KEPT + 1)}
        return {row for row in found - set(self.shop.gone()) if hold.covers(row)}

    def look(self, which: int) -> None:
        """Whether all of it is there still."""
        self.broken |= self.kept.get(which, set()) & set(self.shop.gone())

    def uncovered(self) -> set[Row]:
        rows = {(asset, number) for asset in FIELDS for number in range(1, DUE + 1)}
        return {row for row in rows if not any(hold.covers(row) for hold in self.scene.holds)}


def check(shop: Shop, scene: Scene, releaser: ActorId) -> None:
    one = Play(shop, scene, releaser)
    plan_id = one.go()
    gone, outcome = shop.gone(), shop.outcome(plan_id)
    note(f"gone {sorted(gone)}, kept {one.kept}, outcome {outcome}")
    assert not one.broken
    assert one.uncovered() <= set(gone)
    assert {number for _, number in gone} <= set(shop.due), "what is not due stays"
    assert not [row for row, times in gone.items() if times != 1]
    by_asset = Counter(asset for asset, _ in gone)
    assert outcome["state"][0] in ("done", "complete_with_exceptions")
    assert outcome["result"]["done"] == [by_asset[step.asset] for step in shop.task.steps]
    assert outcome["result"]["found"] == 0
    assert outcome["state"][2] == DUE - by_asset["accounts"]
    assert shop.open_batches() == 0
    for told in {f"accounts gone: {by_asset['accounts']}", *one.told}:
        event(told)
    event(f"holds kept: {len(one.kept)}")


@pytest.fixture
def shop(state: Database, fresh: Callable[[str], str]) -> Shop:
    return shop_at(fresh("postgresql"), state)


@pytest.fixture
def releaser(state: Database) -> ActorId:
    return add(state, "Rita Releaser")


postgresql = pytest.mark.parametrize("unbound_database", ["postgresql"], indirect=True)


def many(examples: int, check: Callable[[Scene], None]) -> None:
    @given(scenes())
    @settings(max_examples=examples, phases=NOT_SHRUNK, suppress_health_check=list(HealthCheck))
    def run(scene: Scene) -> None:
        check(scene)

    run()


@postgresql
def test_in_a_few_orders_nothing_held_goes_and_all_else_goes_once(shop: Shop, releaser: ActorId) -> None:
    many(6, lambda scene: check(shop, scene, releaser))


class Worst(Play):
    """The worker stands at its first COMMIT, all checks behind it, until whoever places holds is through."""

    stands = False

    def choose(self, many: int) -> int:
        return many - 1 if self.stands else 0

    def tap(self, point: str) -> None:
        self.stands = self.stands or point == "commit"
        super().tap(point)


@postgresql
def test_in_the_worst_order_a_hold_waits_for_the_batch_and_one_that_does_not_is_caught(
    shop: Shop, releaser: ActorId, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = Scene((AHold("accounts", 1, 0, releases=False),), frozenset(), thief=False, turns=b"")
    careful = Worst(shop, scene, releaser)
    careful.go()
    assert (careful.kept, careful.broken) == ({}, set())
    assert shop.gone()["accounts", 1] == 1
    monkeypatch.setattr(place, "waited_for", lambda *_arguments: [])
    careless = Worst(shop, scene, releaser)
    careless.go()
    assert ("accounts", 1) in careless.broken


@pytest.mark.long
@postgresql
def test_in_a_thousand_orders_nothing_held_goes_and_all_else_goes_once(shop: Shop, releaser: ActorId) -> None:
    many(1000, lambda scene: check(shop, scene, releaser))
