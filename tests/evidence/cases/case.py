"""The cases, and what several of them are made with."""

from __future__ import annotations

from engine.base.ids import ActorId, new_id
from tests.evidence.world import Deed, World

IBAN = "DE89370400440532013000"
ME = ActorId(new_id())
CASES: dict[str, tuple[Deed, Deed]] = {}


def case(control: str, good: Deed, bad: Deed) -> None:
    CASES[control] = (good, bad)


def days(world: World, count: int, deed: Deed) -> None:
    for _ in range(count):
        world.wait(days=1)
        deed(world)


def none(_made: object) -> None:
    """What was made is not needed."""
