"""Each write of a pass fails, or takes effect and is reported as failed: the next pass settles, and nothing is lost or forked."""

from __future__ import annotations

import random
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.base.clock import FixedClock
from engine.base.state.database import Database
from engine.base.state.tables import LedgerCheckpointRow
from engine.ledger.log.ledger import Ledger
from engine.ledger.log.own import verify_own
from engine.ledger.log.resources import FolderResources
from engine.ledger.log.targets import FolderTarget
from engine.ledger.log.verification import Expected, verify
from tests.ledger.log.faults import Fault, Faults, FaultyTarget, How
from tests.ledger.log.trail import check_whole, ledger_of, note_some, placed

MOST = 100  # writes of one pass: there are fewer
PAIRS = 200  # of failures, the second of which meets the recovery from the first
YEARS = 100


class World:
    """A ledger that is published to a folder, with a failure at hand."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.folder = folder
        self.faults = Faults()
        self.target = FaultyTarget(FolderTarget(folder), self.faults)
        self.signed: list[bytes] = []
        self.recorded = 0

    def ledger(self) -> Ledger:
        """As a process that begins would make it."""
        ledger = ledger_of(self.database, self.folder)
        ledger._targets = [self.target]
        return ledger

    def record(self, count: int) -> None:
        note_some(self.database, count, self.recorded)
        self.recorded += count

    def disturbed(self, at: int, how: How) -> str | None:
        """One pass with a failure; what failed, or None when the pass has no such write."""
        with self.faults.on(self.database):
            self.faults.arm(at, how)
            with suppress(Fault):
                self.ledger().settle()
            self.faults.disarm()
        return self.faults.hit

    def recover(self) -> None:
        """A new process settles, and everything that anybody was ever shown still holds."""
        self.ledger().settle()
        with self.database.snapshot() as session:
            self.signed += [
                note for note in session.scalars(select(LedgerCheckpointRow.note)) if note not in self.signed
            ]
        check_whole(self.database)
        report = verify_own(self.database, [self.target], [*self.signed, *self.target.seen])
        assert not report.problems
        kinds = [kind for kind, _ in placed(self.database)]
        assert kinds.count("test.noted") == self.recorded
        ledger = self.ledger()
        logs = {one.label: FolderResources(self.folder / one.label) for one in ledger.shards()}
        outside = verify(logs, Expected(ledger.vkeys(), self.signed))
        assert not outside.problems
        assert outside.entries == len(kinds), "what was published is all there is"


@pytest.fixture
def world(database: Database, tmp_path: Path) -> World:
    return World(database, tmp_path / "published")


@pytest.mark.parametrize("how", How)
def test_every_write_of_a_pass(world: World, how: How) -> None:
    world.record(1)
    world.recover()
    hits = []
    for at in range(MOST):
        world.record(2)
        hit = world.disturbed(at, how)
        world.recover()
        if hit is None:
            break
        hits.append(hit)
    else:
        pytest.fail("there was no end")
    for word in (
        "INSERT INTO ledger_tile",
        "UPDATE outbox",
        "UPDATE ledger_shard",
        "INSERT INTO ledger_checkpoint",
        "UPDATE ledger_checkpoint",
        "COMMIT",
        "2026/tile/entries/",
        "2026/tile/0/",
        "2026/checkpoint",
    ):
        assert any(hit.startswith(word) for hit in hits), (word, hits)
    assert hits.count("COMMIT") >= 2


@pytest.mark.parametrize("how", How)
def test_the_first_writes_of_a_ledger(world: World, how: How) -> None:
    """Failures one after the other, without a pass between them that succeeds: the beginning is the same each time."""
    world.record(1)
    hits = []
    for at in range(MOST):
        hit = world.disturbed(at, how)
        if hit is None:
            break
        hits.append(hit)
    assert any(hit.startswith("INSERT INTO ledger_shard") for hit in hits)
    assert any(hit.startswith("INSERT INTO purpose_key") for hit in hits)
    world.recover()


@pytest.mark.long
@pytest.mark.parametrize("how", How)
def test_every_write_of_a_pass_in_a_new_year(world: World, clock: FixedClock, how: How) -> None:
    world.record(1)
    world.recover()
    hits = _years(world, clock, how, range(YEARS))
    assert any("DELETE" in hit for hit in hits), "the private half of a closed year's key is forgotten"


@pytest.mark.parametrize("how", How)
def test_some_writes_of_a_pass_in_a_new_year(world: World, clock: FixedClock, how: How) -> None:
    world.record(1)
    world.recover()
    _years(world, clock, how, range(1, YEARS, 9))


def _years(world: World, clock: FixedClock, how: How, places: range) -> list[str]:
    hits: list[str] = []
    for at in places:
        clock.instant += timedelta(days=366)
        world.record(1)
        hit = world.disturbed(at, how)
        world.recover()
        if hit is None:
            return hits
        hits.append(hit)
    pytest.fail("there was no end")


@pytest.mark.long
def test_a_failure_meets_the_recovery_from_another(world: World, clock: FixedClock) -> None:
    rng = random.Random(5)
    for _ in range(PAIRS):
        if rng.random() < 0.2:
            clock.instant += timedelta(days=366)
        world.record(rng.choice((1, 3, 254, 300)))
        for _ in range(rng.randrange(1, 4)):
            world.disturbed(rng.randrange(30), rng.choice(list(How)))
        world.recover()
