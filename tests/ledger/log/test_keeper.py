"""The keeper keeps the ledger by itself: one of several does, another takes over, and no failure ends it."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.base.actors.sessions import IDLE, begin_session, forget_ended
from engine.base.clock import FixedClock
from engine.base.errors import BadInput
from engine.base.state.database import Database
from engine.base.state.tables import LedgerShardRow, OutboxRow, SessionRow
from engine.ledger.log.keeper import Keeper
from engine.ledger.log.ledger import Ledger
from tests.cli.reeve import reeve
from tests.contracts.durable import wait_for
from tests.ledger.log.trail import check_whole, ledger_of, note_some, placed

SOON = 0.05  # seconds between two turns


def is_settled(database: Database, count: int) -> Callable[[], bool]:
    """Whether so many events of the tests have a place, and all is signed."""

    def so() -> bool:
        ledger = ledger_of(database)
        known = ledger.shards()
        note = ledger.checkpoint()
        there = sum(kind == "test.noted" for kind, _ in placed(database))
        return bool(known and note and f"\n{known[-1].size}\n".encode() in note) and there == count

    return so


def test_it_keeps_up_by_itself(database: Database, tmp_path: Path) -> None:
    keeper = Keeper(ledger_of(database, tmp_path / "published"), database, every=SOON)
    keeper.start()
    try:
        for nth in range(3):
            note_some(database, 2, 2 * nth)
            wait_for(is_settled(database, 2 * nth + 2))
    finally:
        note_some(database, 1, 100)
        keeper.stop()
    assert is_settled(database, 7)(), "the last turn leaves nothing"
    check_whole(database)
    assert (tmp_path / "published/2026/checkpoint").read_bytes() == ledger_of(database).checkpoint()


def test_a_second_one_stands_by_and_takes_over(database: Database, clock: FixedClock) -> None:
    first, second = (Keeper(ledger_of(database), database) for _ in range(2))
    note_some(database, 1)
    assert first.turn()
    note_some(database, 1)
    assert not second.turn()
    check_whole(database, waiting=1)
    clock.instant += timedelta(seconds=31)  # the first one is stopped, or dead: its lease runs out
    assert second.turn()
    check_whole(database)
    assert not first.turn(), "when it wakes, it stands by"
    clock.instant += timedelta(seconds=31)
    assert first.turn()


def test_one_that_ends_lets_the_next_at_once(database: Database) -> None:
    first, second = (Keeper(ledger_of(database), database, every=SOON) for _ in range(2))
    first.start()
    note_some(database, 1)
    wait_for(is_settled(database, 1))
    first.stop()
    assert second.turn()


class Failing(Ledger):
    """A ledger that fails in every way, and then does its work."""

    def __init__(self, inner: Ledger, failures: list[BaseException]) -> None:
        self.__dict__.update(inner.__dict__)
        self.failures = failures

    def beat(self) -> bool:
        if self.failures:
            raise self.failures.pop()
        return super().beat()

    def settle(self) -> object:  # type: ignore[override] # what the keeper does not look at
        if self.failures:
            raise self.failures.pop()
        return super().settle()


def test_no_failure_ends_it(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    from sqlalchemy.exc import IntegrityError

    from engine.base.errors import DependencyFailed, IntegrityViolated

    secret = "what a driver says of Canary"
    failures: list[BaseException] = [
        DependencyFailed("unreachable"),
        IntegrityViolated("changed", hint="look"),
        BadInput("odd"),
        IntegrityError("INSERT", {}, ValueError(secret)),
        OSError(secret),
        KeyError(secret),
        MemoryError(secret),
    ]
    keeper = Keeper(Failing(ledger_of(database), failures), database, every=SOON)
    note_some(database, 1)
    with caplog.at_level(logging.WARNING, "reeve.ledger"):
        keeper.start()
        try:
            wait_for(is_settled(database, 1))
            assert not failures
        finally:
            keeper.stop()
    assert "Canary" not in caplog.text
    assert [one.levelname for one in caplog.records if "danger" in one.message] == ["ERROR"]
    assert sum(one.levelname == "ERROR" for one in caplog.records) == 5
    check_whole(database)


def test_sessions_that_are_over_are_forgotten_where_only_a_server_runs(
    database: Database, clock: FixedClock, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_session: Session) -> None:
        raise BadInput("odd")

    assert database.context is not None
    assert database.context.actor_id is not None
    with database.transaction() as session:
        begin_session(session, database.context.actor_id, "none")
    clock.instant += IDLE
    keeper = Keeper(ledger_of(database), database, chores=(fail, forget_ended))
    with caplog.at_level(logging.WARNING, "reeve.ledger"):
        assert keeper.turn()
    assert "bad_input" in caplog.text
    with database.snapshot() as session:
        assert session.scalars(select(SessionRow.id)).all() == []
    assert placed(database)[-1][0] == "actor.session_ended"


def test_a_ledger_in_danger_is_said_aloud_again_and_again(database: Database, caplog: pytest.LogCaptureFixture) -> None:
    ledger = ledger_of(database)
    note_some(database, 1)
    ledger.settle()
    with database.transaction() as session:
        session.execute(update(LedgerShardRow).values(root=bytes(32)))
    note_some(database, 1)
    keeper = Keeper(ledger, database)
    for _ in range(2):
        assert keeper.turn()
    assert sum(one.levelname == "ERROR" for one in caplog.records) == 2


def test_once_a_day_it_tidies_reconciles_and_verifies(database: Database, clock: FixedClock) -> None:
    note_some(database, 3, hidden="a name")
    ledger_of(database).settle()
    clock.instant += timedelta(days=366)
    note_some(database, 3)
    keeper = Keeper(ledger_of(database), database, daily=0)
    assert keeper.turn()
    clock.instant += timedelta(days=1096)  # the first year is over, for good
    assert keeper.turn()
    with database.snapshot() as session:
        payloads = list(session.scalars(select(OutboxRow.payload).where(OutboxRow.type == "ledger.verified")))
        assert session.scalar(select(OutboxRow.id).where(OutboxRow.type == "ledger.reconciled").limit(1))
        assert session.scalar(select(OutboxRow.id).where(OutboxRow.type == "ledger.shard_pruned"))
    assert payloads
    assert all('"verdict":"intact"' in one for one in payloads), "pruning does not look like tampering on its own day"
    check_whole(database)


def test_what_was_verified_lately_is_not_verified_by_each_process_that_starts(
    database: Database, clock: FixedClock
) -> None:
    """A worker that is started anew every few hours verifies once a day all the same."""

    def verifications() -> int:
        with database.snapshot() as session:
            return len(session.scalars(select(OutboxRow.id).where(OutboxRow.type == "ledger.verified")).all())

    note_some(database, 1)
    counts = []
    for _ in range(10):
        keeper = Keeper(ledger_of(database), database, every=60)
        keeper.start()
        keeper.stop()
        counts.append(verifications())
        clock.instant += timedelta(hours=6)
    assert counts[0] == 0, "a state that has just begun has nothing to verify"
    assert counts[-1] == 2
    assert threading.active_count() < 20


def test_a_worker_leaves_nothing_waiting(tmp_path: Path) -> None:
    (tmp_path / "reeve.yaml").write_text("stores: {}\nledger:\n  publish: [{path: published}]\n", encoding="utf-8")
    ran = reeve("worker", "--until-idle", folder=tmp_path)
    assert ran.code == 0, ran.err
    found = reeve("ledger", "reconcile", "--json", folder=tmp_path)
    assert (found.code, found.json["waiting"]) == (0, 0)
    assert (tmp_path / "published/2026/checkpoint").is_file() or list((tmp_path / "published").glob("*/checkpoint"))
    assert reeve("ledger", "verify", "--json", folder=tmp_path).json["verdict"] == "intact"
