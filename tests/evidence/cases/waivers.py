"""Waivers."""

from __future__ import annotations

from datetime import timedelta

from engine.base.ids import (
    ActorId,
    WaiverId,
    new_id,
)
from engine.base.state.context import context_of
from engine.ledger.events.waiver import WaiverApproved, WaiverEnded, WaiverExpired
from tests.evidence.cases.case import case, none
from tests.evidence.world import World


def accepted(world: World, requester: ActorId, days: int = 90) -> WaiverId:
    """A waiver that the one who runs the tests approves."""
    waiver, now = WaiverId(new_id()), world.clock.now()
    world.tell(
        WaiverApproved(
            waiver=waiver,
            requester=requester,
            owner=requester,
            scope="store",
            asked_at=now,
            expires_at=now + timedelta(days=days),
        )
    )
    return waiver


def accepted_by_whoever_asked(world: World) -> None:
    with world.database.snapshot() as session:
        me = context_of(session).actor_id
    assert me is not None
    accepted(world, me)


case("POL-01", lambda world: none(accepted(world, ActorId(new_id()), 366)), accepted_by_whoever_asked)


def ran_out(world: World, days: int) -> None:
    """One that was ended before, one that has time yet, and one whose end is noticed so many days later."""
    ended = accepted(world, ActorId(new_id()), 5)
    accepted(world, ActorId(new_id()), 50)
    noticed = accepted(world, ActorId(new_id()), 10)
    ends = world.clock.now() + timedelta(days=10)
    world.tell(WaiverEnded(waiver=ended, counted=True, reason="not needed"))
    world.wait(days=10 + days)
    world.tell(WaiverExpired(waiver=noticed, expires_at=ends))
    world.wait(hours=1)


case("POL-02", lambda world: ran_out(world, 0), lambda world: ran_out(world, 2))
