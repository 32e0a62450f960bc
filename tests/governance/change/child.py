"""A process that runs a plan, and kills itself at a point, or is killed: ``python -m tests.governance.change.child JSON``."""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import datetime
from pathlib import Path
from uuid import UUID

from engine.base.clock import FixedClock
from engine.base.ids import ActorId, PlanId, TenantId
from engine.base.keys.local import LocalKeyring
from engine.base.state.context import Context
from engine.base.state.database import Database
from tests.governance.change.world import People, World


def main(told: dict[str, str]) -> None:
    clock = FixedClock(datetime.fromisoformat(told["now"]))
    keyring = LocalKeyring(Path(told["keyring"]))
    context = Context(TenantId(UUID(told["tenant"])), keyring, clock, ActorId(UUID(told["actor"])))
    world = World(Database(told["state"]).bound(context), People(Path(told["people"])))

    def tap(point: str, number: int) -> None:
        print(point, number, flush=True)
        if told["kill"] == f"{point} {number}":
            os.kill(os.getpid(), signal.SIGKILL)

    world.tap = tap
    print(world.run(PlanId(UUID(told["plan"]))).state, flush=True)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
