"""Holds."""

from __future__ import annotations

from datetime import timedelta

from engine.base.ids import (
    ActorId,
    HoldId,
    new_id,
)
from engine.base.state.context import context_of
from engine.ledger.events.hold import HoldEffective, HoldPlaced, HoldReleased, HoldReviewed
from tests.evidence.cases.case import case
from tests.evidence.world import World


def hold_placed(world: World, hold: HoldId, days: int = 30) -> None:
    world.tell(
        HoldPlaced(
            hold=hold, owner=ActorId(new_id()), matter="m", reason="r", kinds=("store",), scopes=1, identifiers=0,
            places=("crm",), review_at=world.clock.now() + timedelta(days=days), waits=0,
        )
    )  # fmt: skip


def hold_reviewed(world: World, hold: HoldId, days: int = 30) -> None:
    now = world.clock.now()
    world.tell(HoldReviewed(hold=hold, note="", due_at=now, late=False, review_at=now + timedelta(days=days)))


def hold_released(world: World, hold: HoldId, *, reasoned: bool = True, own: bool = False) -> None:
    with world.database.snapshot() as session:
        mine = context_of(session).actor_id
    placer = mine if own and mine is not None else ActorId(new_id())
    now = world.clock.now()
    released = HoldReleased(
        hold=hold, placer=placer, reason="r", reasoned=reasoned, placed_at=now, was_effective=True, due_at=now
    )
    world.tell(released)


def looked_at(world: World) -> None:
    hold, other = HoldId(new_id()), HoldId(new_id())
    hold_placed(world, hold)
    hold_placed(world, other, 9)
    world.wait(days=8)
    hold_released(world, other)
    world.wait(days=20)
    hold_reviewed(world, hold)
    world.wait(days=20)


def not_looked_at(world: World) -> None:
    hold_placed(world, HoldId(new_id()))
    world.wait(days=31)


case("HOLD-01", looked_at, not_looked_at)


def hold_effective(world: World, hours: float) -> None:
    hold, placed_at = HoldId(new_id()), world.clock.now()
    hold_placed(world, hold)
    world.wait(hours=hours)
    world.tell(HoldEffective(hold=hold, placed_at=placed_at, waited_s=3600 * hours))


case("HOLD-02", lambda world: hold_effective(world, 2), lambda world: hold_effective(world, 30))
case(
    "HOLD-03",
    lambda world: hold_released(world, HoldId(new_id())),
    lambda world: hold_released(world, HoldId(new_id()), own=True),
)
