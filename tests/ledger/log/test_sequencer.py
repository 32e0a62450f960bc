"""Places are dense, each event gets one, and two writers never fork the log."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from engine.base.clock import FixedClock
from engine.base.errors import BadInput, IntegrityViolated, NotFound
from engine.base.keys.purposes import kept_key
from engine.base.state.database import Database
from engine.base.state.tables import LedgerCheckpointRow, LedgerKeyRow, OutboxRow
from engine.ledger.log.ledger import Ledger
from engine.ledger.log.places import waiting
from engine.ledger.log.sequencer import Sequencer
from engine.ledger.note.checkpoint import open_checkpoint
from tests.conftest import START
from tests.ledger.log.trail import check_whole, ledger_of, note_some, placed


def test_a_ledger_begins_with_the_opening_of_its_shard(database: Database) -> None:
    note_some(database, 3)
    Sequencer(database).drain()
    types = [kind for kind, _ in placed(database)]
    assert types[0] == "ledger.shard_opened"
    assert types[-3:] == ["test.noted"] * 3
    assert [index for _, index in placed(database)] == list(range(len(types)))


def test_entries_stand_in_the_order_in_which_they_were_recorded(database: Database, clock: FixedClock) -> None:
    ids = []
    for nth in range(5):
        clock.instant = START + timedelta(seconds=nth)
        ids += note_some(database, 1, nth)
    Sequencer(database).drain()
    with database.snapshot() as session:
        query = select(OutboxRow.id).where(OutboxRow.type == "test.noted").order_by(OutboxRow.ledger_index)
        assert list(session.scalars(query)) == ids


@pytest.mark.parametrize("sizes", [[1, 254, 1, 1], [255, 257], [700], [3] * 40])
def test_a_log_that_grows_by_any_steps_verifies(database: Database, sizes: list[int]) -> None:
    ledger = ledger_of(database)
    for size in sizes:
        note_some(database, size)
        ledger.settle()
    assert check_whole(database) >= sum(sizes)


def test_nothing_is_signed_twice_and_nothing_unsigned_stays(database: Database) -> None:
    note_some(database, 3)
    ledger = ledger_of(database)
    (signed,) = ledger.settle().signed
    assert not ledger.settle().signed
    checkpoint = open_checkpoint(signed.note, ledger.vkeys())
    assert (checkpoint.size, checkpoint.root) == (ledger.shards()[0].size, ledger.shards()[0].root)


def test_two_sequencers_beside_writers_give_each_event_one_place(database: Database) -> None:
    note_some(database, 1)
    ledgers = [Sequencer(database), Sequencer(database)]

    def write(nth: int) -> int:
        for one in range(10):
            note_some(database, 2, nth * 100 + one)
        return 20

    def drain(one: Sequencer) -> None:
        for _ in range(30):
            one.step()

    with ThreadPoolExecutor(6) as pool:
        writers = [pool.submit(write, nth) for nth in range(4)]
        drains = [pool.submit(drain, one) for one in ledgers]
        written = sum(one.result() for one in writers)
        for one in drains:
            one.result()
    Sequencer(database).drain()
    Sequencer(database).sign()
    entries = placed(database)
    assert [index for _, index in entries] == list(range(len(entries)))
    assert sum(kind == "test.noted" for kind, _ in entries) == written + 1
    check_whole(database)


def test_an_event_that_was_changed_while_it_waited_stays_outside(database: Database) -> None:
    ids = note_some(database, 3)
    with database.transaction() as session:
        changed = update(OutboxRow).where(OutboxRow.id == ids[1])
        session.execute(changed.values(payload=OutboxRow.payload.op("||")(" ")))
    ledger = ledger_of(database)
    ledger.settle()
    check_whole(database, waiting=1)
    with database.snapshot() as session:
        assert waiting(session, 10) == ([], 1)
    assert ledger.reconcile().gaps
    note_some(database, 1)
    ledger.settle()
    check_whole(database, waiting=1)


class TestShards:
    def test_a_new_year_closes_one_and_opens_the_next(self, database: Database, clock: FixedClock) -> None:
        ledger = ledger_of(database)
        note_some(database, 5)
        ledger.settle()
        clock.instant = datetime.fromisoformat("2027-01-01T00:00:00+00:00")
        note_some(database, 2)
        ledger.settle()
        old, new = ledger.shards()
        assert (old.label, old.closed, new.label, new.closed) == ("2026", True, "2027", False)
        types = [kind for kind, _ in placed(database)]
        assert types[old.size - 1 : old.size + 1] == ["ledger.shard_closed", "ledger.shard_opened"]
        assert check_whole(database) == old.size + new.size

    def test_a_closed_shard_keeps_no_private_key(self, database: Database, clock: FixedClock) -> None:
        ledger = ledger_of(database)
        note_some(database, 1)
        ledger.settle()
        clock.instant += timedelta(days=400)
        note_some(database, 1)
        ledger.settle()
        with database.transaction() as session:
            old, new = session.scalars(select(LedgerKeyRow).order_by(LedgerKeyRow.shard)).all()
            assert (old.retired_at, new.retired_at) == (clock.instant, None)
            with pytest.raises(NotFound):
                kept_key(session, f"ledger/2026/{old.key_id}")
        check_whole(database)

    def test_a_clock_that_is_set_back_opens_nothing(self, database: Database, clock: FixedClock) -> None:
        ledger = ledger_of(database)
        note_some(database, 1)
        ledger.settle()
        clock.instant -= timedelta(days=400)
        note_some(database, 1)
        ledger.settle()
        assert [one.label for one in ledger.shards()] == ["2026"]
        check_whole(database)


class TestKeys:
    def test_keys_change_with_an_overlap(self, database: Database) -> None:
        ledger = ledger_of(database, origin="audit.example.com/reeve")
        note_some(database, 1)
        (first,) = ledger.settle().signed
        (old,) = ledger.vkeys()
        new = ledger.add_key()
        (both,) = ledger.settle().signed
        for key in (old, new):
            assert open_checkpoint(both.note, [key]).size == both.size
        ledger.retire_key(f"{old.key_id:08x}")
        (last,) = ledger.settle().signed
        assert open_checkpoint(last.note, [new]).origin == "audit.example.com/reeve/2026"
        with pytest.raises(IntegrityViolated):
            open_checkpoint(last.note, [old])
        assert open_checkpoint(first.note, [old]).size == first.size
        check_whole(database)

    def test_the_last_key_cannot_be_retired(self, database: Database) -> None:
        ledger = ledger_of(database)
        note_some(database, 1)
        ledger.settle()
        (key,) = ledger.vkeys()
        with pytest.raises(BadInput, match="only key"):
            ledger.retire_key(f"{key.key_id:08x}")
        with pytest.raises(BadInput, match="no key"):
            ledger.retire_key("00000000")


class TestHeartbeats:
    def test_silence_shows(self, database: Database, clock: FixedClock) -> None:
        ledger = ledger_of(database, heartbeat=60)
        note_some(database, 1)
        ledger.settle()
        assert not ledger.beat()
        clock.instant += timedelta(minutes=60)
        assert ledger.beat()
        ledger.settle()
        assert not ledger.beat()
        assert placed(database)[-1][0] == "ledger.heartbeat"

    def test_a_ledger_without_entries_does_not_beat(self, database: Database) -> None:
        assert not ledger_of(database).beat()


def test_every_signed_size_is_on_record(database: Database) -> None:
    ledger: Ledger = ledger_of(database)
    sizes = []
    for _ in range(3):
        note_some(database, 2)
        sizes += [one.size for one in ledger.settle().signed]
    with database.snapshot() as session:
        assert session.scalars(select(LedgerCheckpointRow.size).order_by(LedgerCheckpointRow.size)).all() == sizes
