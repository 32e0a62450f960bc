"""A process that records and settles until it is killed: ``python -m tests.ledger.log.child``, with what ``main`` takes.

It prints what it was told is done: ``recorded N`` once the event of that number has committed, ``signed NOTE`` (hexadecimal) for
each checkpoint that it was given, ``settled`` after each pass. Its events have numbers from FIRST on.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path
from uuid import UUID

from engine.base.clock import SystemClock
from engine.base.errors import DependencyFailed
from engine.base.ids import ActorId, TenantId
from engine.base.keys.local import LocalKeyring
from engine.base.state.context import Context
from engine.base.state.database import Database
from tests.ledger.log.trail import CANARY, ledger_of, note_some


def main(url: str, keyring: str, tenant: str, actor: str, folder: str, first: str) -> None:
    context = Context(TenantId(UUID(tenant)), LocalKeyring(Path(keyring)), SystemClock(), ActorId(UUID(actor)))
    database = Database(url).bound(context)
    ledger = ledger_of(database, Path(folder))
    number = int(first)
    rng = random.Random(number)
    say("ready")
    while True:
        for _ in range(rng.randrange(1, 6)):
            count = rng.choice((1, 2, 120))
            note_some(database, count, number, CANARY if count == 1 else "")
            for nth in range(count):
                say(f"recorded {number + nth}")
            number += count
        try:
            settled = ledger.settle()
        except DependencyFailed as exc:
            say(f"failed {exc.code}")
            continue
        for one in settled.signed:
            say(f"signed {one.note.hex()}")
        say("settled")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
