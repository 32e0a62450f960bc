"""The log against a plain list: whatever is done in whatever order, by either of two sequencers, the two say the same."""

from __future__ import annotations

import json
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Select, select

from engine.base.clock import FixedClock
from engine.base.ids import EventId, SubjectKeyId
from engine.base.keys.local import LocalKeyring
from engine.base.keys.subjects import make_subject_key
from engine.base.state.outbox import record
from engine.base.state.tables import OutboxRow
from engine.ledger.log.disclosures import disclosable, redact
from engine.ledger.log.keys import key_id_of, signing_keys
from engine.ledger.log.ledger import Ledger
from engine.ledger.log.own import verify_own
from engine.ledger.log.resources import FolderResources, read_state
from engine.ledger.log.verification import Expected, verify
from engine.ledger.note.checkpoint import open_checkpoint
from engine.ledger.tree.tiles import bundles_of, parse_bundle
from tests.conftest import START
from tests.ledger.log.trail import Noted, bound_state, ledger_of
from tests.properties import tries

SUBJECTS = st.integers(0, 2)


class Logged(RuleBasedStateMachine):
    """The model: numbers that wait, numbers that stand in each shard, whose names can still be shown."""

    @initialize()
    def begin(self) -> None:
        self.folder = Path(tempfile.mkdtemp())
        self.clock = FixedClock(START)
        keyring = LocalKeyring.create(self.folder / "keyring.json")
        self.database = bound_state(self.folder / "state.db", keyring, self.clock)
        self.ledgers: list[Ledger] = [ledger_of(self.database, self.folder / f"published{nth}") for nth in range(2)]
        self.waiting: list[int] = []
        self.placed: list[int] = []
        self.signed: list[bytes] = []
        self.next = 0
        self.keys: dict[int, SubjectKeyId] = {}
        self.ids: dict[EventId, int] = {}

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.database.close()
            shutil.rmtree(self.folder)

    @rule(count=st.sampled_from([1, 2, 3, 40, 256]))
    def events_are_recorded(self, count: int) -> None:
        with self.database.transaction() as session:
            for _ in range(count):
                record(session, Noted(number=self.next))
                self.waiting.append(self.next)
                self.next += 1

    @rule(subject=SUBJECTS)
    def an_event_about_a_person_is_recorded(self, subject: int) -> None:
        with self.database.transaction() as session:
            if subject not in self.keys:
                self.keys[subject] = make_subject_key(session, "subject")
            event_id = record(session, Noted(number=self.next, hidden="name"), subject_key_id=self.keys[subject])
        self.ids[event_id] = subject
        self.waiting.append(self.next)
        self.next += 1

    @rule()
    def an_event_is_not_recorded_after_all(self) -> None:
        with self.database.transaction() as session:
            record(session, Noted(number=-1))
            session.rollback()

    @rule(which=st.integers(0, 1))
    def drain(self, which: int) -> None:
        self.ledgers[which]._sequencer.drain()
        self._all_placed()

    @rule(which=st.integers(0, 1))
    def one_batch(self, which: int) -> None:
        sequencer = self.ledgers[which]._sequencer
        sequencer._batch = 7
        sequencer.step()
        sequencer._batch = 500
        with self.database.snapshot() as session:
            there = {self._number(payload) for payload in session.scalars(self._noted(placed=True))}
        moved = [one for one in self.waiting if one in there]
        self.placed += moved
        self.waiting = [one for one in self.waiting if one not in there]

    @rule(which=st.integers(0, 1))
    def sign(self, which: int) -> None:
        self.signed += [one.note for one in self.ledgers[which]._sequencer.sign()]

    @rule(which=st.integers(0, 1))
    def settle(self, which: int) -> None:
        self.signed += [one.note for one in self.ledgers[which].settle().signed]
        self._all_placed()

    @rule(days=st.sampled_from([0.0001, 1, 30, 366, -0.5, -30, -400]))
    def the_clock_moves(self, days: float) -> None:
        self.clock.instant += timedelta(days=days)

    @rule(which=st.integers(0, 1))
    def a_heart_beats(self, which: int) -> None:
        self.ledgers[which].beat()

    @precondition(lambda self: self.keys)
    @rule(data=st.data())
    def a_person_is_forgotten(self, data: st.DataObject) -> None:
        subject = data.draw(st.sampled_from(sorted(self.keys)))
        with self.database.transaction() as session:
            redact(session, self.keys.pop(subject), "gdpr.17")
        self.ids = {event_id: one for event_id, one in self.ids.items() if one != subject}

    @precondition(lambda self: self.ledgers[0].shards())
    @rule()
    def a_key_is_added(self) -> None:
        self.ledgers[0].add_key()
        self._all_placed()

    @precondition(lambda self: self.ledgers[0].shards())
    @rule()
    def the_oldest_key_is_retired(self) -> None:
        self.ledgers[0]._sequencer.drain()
        self._all_placed()
        with self.database.transaction() as session:
            known = signing_keys(session, self.ledgers[0].shards()[-1].label)
        if len(known) > 1:
            self.ledgers[0].retire_key(key_id_of(known[0].verifier))

    @rule()
    def reconcile(self) -> None:
        assert not self.ledgers[1].reconcile().gaps
        self._all_placed()

    @rule()
    def tidy(self) -> None:
        """It may erase what is over, and prune years."""
        self.ledgers[0].tidy()
        if any(one.pruned for one in self.ledgers[0].shards()):
            self._all_placed()
            with self.database.snapshot() as session:
                self.placed = [self._number(one) for one in session.scalars(self._noted(placed=True))]
        with self.database.snapshot() as session:
            self.ids = {one: subject for one, subject in self.ids.items() if disclosable(session, one)}

    @rule()
    def export(self) -> None:
        self.ledgers[0].export(self.folder / "export")
        self._all_placed()
        ledger = self.ledgers[0]
        logs = {one.label: FolderResources(self.folder / "export" / one.label) for one in ledger.shards()}
        report = verify(logs, Expected(ledger.vkeys(), self.signed))
        assert not report.problems, report.problems

    @rule()
    def verify_it(self) -> None:
        report = self.ledgers[0].verify(self.signed)
        assert not report.problems, report.problems

    @invariant()
    def the_log_is_the_list(self) -> None:
        """In the order in which it was placed, with dense places, and nothing lost or doubled."""
        if not hasattr(self, "database"):
            return
        with self.database.snapshot() as session:
            places = session.execute(
                select(OutboxRow.shard, OutboxRow.ledger_index, OutboxRow.payload)
                .where(OutboxRow.shard.is_not(None))
                .order_by(OutboxRow.shard, OutboxRow.ledger_index)
            ).all()
            waiting = sorted(self._number(one) for one in session.scalars(self._noted(placed=False)))
            for shard in self.ledgers[0].shards():
                mine = [index for label, index, _ in places if label == shard.label]
                assert mine == list(range(shard.size)) or (shard.pruned and not mine)
                if mine:
                    entries = [
                        entry
                        for tile in bundles_of(shard.size)
                        for entry in parse_bundle(read_state(session, shard.label, [tile.path])[0] or b"", tile.width)
                    ]
                    assert entries == [payload.encode() for label, _, payload in places if label == shard.label]
        there = [self._number(payload) for _, _, payload in places if '"test.noted"' in payload]
        assert sorted(there) == sorted(self.placed)
        assert waiting == sorted(self.waiting)

    @invariant()
    def who_was_not_forgotten_can_be_shown(self) -> None:
        if hasattr(self, "database"):
            with self.database.snapshot() as session:
                assert all(disclosable(session, one) == ["hidden"] for one in self.ids)

    @invariant()
    def nothing_that_was_signed_is_contradicted(self) -> None:
        if not hasattr(self, "database"):
            return
        keys = self.ledgers[0].vkeys()
        by_place: dict[tuple[str, int], bytes] = {}
        for note in self.signed:
            head = open_checkpoint(note, keys)
            assert by_place.setdefault((head.origin, head.size), head.root) == head.root

    def _all_placed(self) -> None:
        self.placed += self.waiting
        self.waiting = []

    @staticmethod
    def _noted(*, placed: bool) -> Select[str]:
        known = OutboxRow.shard.is_not(None) if placed else OutboxRow.shard.is_(None)
        return select(OutboxRow.payload).where(OutboxRow.type == "test.noted", known)

    @staticmethod
    def _number(payload: str) -> int:
        return int(json.loads(payload)["attributes"]["number"])


@pytest.mark.hypothesis
@pytest.mark.timeout(3600)
def test_the_log_as_a_state_machine() -> None:
    run_state_machine_as_test(Logged, settings=settings(max_examples=tries(8), stateful_step_count=20))


def test_one_run_by_hand_comes_to_every_part() -> None:
    one = Logged()
    one.begin()
    try:
        one.events_are_recorded(256)
        one.settle(0)
        one.an_event_about_a_person_is_recorded(1)
        one.one_batch(1)
        for _ in range(2):
            one.the_clock_moves(366)
            one.events_are_recorded(3)
            one.settle(1)
        for _ in range(3):
            one.the_clock_moves(366)
        one.settle(0)
        one.tidy()
        one.export()
        one.the_log_is_the_list()
        assert any(shard.pruned for shard in one.ledgers[0].shards())
        assert not verify_own(one.database, before=one.signed).problems
    finally:
        one.teardown()
