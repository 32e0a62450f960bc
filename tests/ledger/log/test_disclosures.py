"""What commitments hide: shown with a reason, erased with its key, expired by its class; and entries pruned by the year."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from shutil import rmtree
from typing import Any, ClassVar

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.base.clock import FixedClock
from engine.base.errors import BadInput, NotFound, ReeveError
from engine.base.ids import EventId, SubjectKeyId
from engine.base.keys.epochs import retire_epochs
from engine.base.keys.keyring import KeyDestroyed, Keyring, Wrapped
from engine.base.keys.sealed import Sealed
from engine.base.keys.subjects import key_place, make_subject_key
from engine.base.state.canonical import canonical
from engine.base.state.commitments import Disclosure, check_commitment
from engine.base.state.database import Database
from engine.base.state.events import Event, RetentionClass, committed, event
from engine.base.state.outbox import disclose, record
from engine.base.state.tables import OutboxDisclosureRow, OutboxRow, SubjectKeyRow
from engine.ledger.log import pruning
from engine.ledger.log.disclosures import disclosable, disclose_fields, expire, redact
from engine.ledger.log.proving import Proved
from engine.ledger.log.resources import FolderResources
from engine.ledger.log.verification import Expected, verify
from engine.ledger.note.checkpoint import open_checkpoint
from engine.ledger.tree.hashes import leaf_hash
from engine.ledger.tree.proofs import check_inclusion
from tests.ledger.log.faults import Fault, Faults, How
from tests.ledger.log.trail import Noted, check_whole, ledger_of, note_some, placed

NAMES = 10_000
MANY_NAMES = 1_000_000
SUBJECT = "Person 4711"


@event
class Asked(Event):
    """An event of the class of requests."""

    type: ClassVar[str] = "test.asked"
    retention_class: ClassVar[RetentionClass] = RetentionClass.REQUEST

    hidden: str = committed()


def candidates(count: int) -> Iterator[str]:
    """Names that somebody would try; the right one is among them."""
    return (f"Person {nth}" for nth in range(count))


def of_subject(database: Database, count: int = 1, name: str = SUBJECT) -> tuple[SubjectKeyId, list[EventId]]:
    """Events about a person, sealed under a key of their own."""
    with database.transaction() as session:
        key_id = make_subject_key(session, "subject")
        return key_id, [record(session, Noted(number=nth, hidden=name), subject_key_id=key_id) for nth in range(count)]


def commitments(database: Database) -> set[str]:
    """Every commitment that stands in the ledger."""
    with database.snapshot() as session:
        payloads = session.scalars(select(OutboxRow.payload)).all()
    return {one for payload in payloads for one in json.loads(payload)["commitments"].values()}


def guessed(database: Database, salts: list[bytes], count: int) -> list[str]:
    """The candidates that fit some commitment, with any of these salts, or with a salt that nobody should have used."""
    stated = commitments(database)
    found = []
    weak = [b"", bytes(32), b"reeve"]
    for name in candidates(count):
        message = b"reeve/v1/test.noted/hidden\0" + canonical(name)
        if any(hmac.digest(salt, message, "sha256").hex() in stated for salt in (*salts, *weak)):
            found.append(name)
    return found


class Stolen:
    """A copy of the side table and of the wrapped keys, as a thief or a backup has it."""

    def __init__(self, database: Database) -> None:
        assert database.context is not None
        self._tenant = database.context.tenant_id
        with database.snapshot() as session:
            self._sealed = session.execute(
                select(OutboxDisclosureRow.event_id, OutboxDisclosureRow.field, OutboxDisclosureRow.sealed)
            ).all()
            self._keys: dict[Any, tuple[int | None, bytes | None]] = {
                row.id: (row.epoch, row.wrapped) for row in session.scalars(select(SubjectKeyRow))
            }

    def salts(self, keyring: Keyring) -> list[bytes]:
        """What it yields to whoever has the use of the keyring as it is now."""
        found = []
        for event_id, field, sealed in self._sealed:
            assert isinstance(sealed, Sealed)
            epoch, blob = self._keys[sealed.subject_key_id]
            assert epoch is not None
            assert blob is not None
            try:
                key = keyring.unwrap(Wrapped(epoch, blob), key_place(self._tenant, sealed.subject_key_id))
            except ReeveError:
                continue
            place = b"sealed" + self._tenant.bytes + f"outbox_disclosure/{event_id}/{field}".encode()
            found.append(Disclosure.from_bytes(sealed.open(key, place)).salt)
        return found


class TestDisclosing:
    def test_chosen_fields_open_and_it_is_recorded_with_its_reason(self, database: Database) -> None:
        (event_id,) = note_some(database, 1, hidden=SUBJECT)
        ledger_of(database).settle()
        with database.transaction() as session:
            assert disclosable(session, event_id) == ["hidden"]
            shown = disclose_fields(session, event_id, ["hidden"], "asked by the auditor")
        assert shown["hidden"].value == SUBJECT
        ledger_of(database).settle()
        assert placed(database)[-1][0] == "ledger.disclosed"
        with database.snapshot() as session:
            row = session.scalars(select(OutboxRow).where(OutboxRow.type == "ledger.disclosed")).one()
            assert json.loads(row.payload)["attributes"]["fields"] == ["hidden"]
            assert "auditor" not in row.payload
            assert disclose(session, row.id, "reason").value == "asked by the auditor"
            entry = session.scalars(select(OutboxRow.payload).where(OutboxRow.id == event_id)).one()
        assert check_commitment(entry.encode(), "hidden", shown["hidden"])
        check_whole(database)

    @pytest.mark.parametrize("reason", ["", "  ", "\n"])
    def test_not_without_a_reason(self, database: Database, reason: str) -> None:
        (event_id,) = note_some(database, 1, hidden=SUBJECT)
        with pytest.raises(BadInput, match="reason"), database.transaction() as session:
            disclose_fields(session, event_id, ["hidden"], reason)

    def test_of_several_fields_all_or_none(self, database: Database) -> None:
        (event_id,) = note_some(database, 1, hidden=SUBJECT)
        with pytest.raises(NotFound), database.transaction() as session:
            disclose_fields(session, event_id, ["hidden", "number"], "curiosity")
        with database.snapshot() as session:
            assert session.scalar(select(OutboxRow.id).where(OutboxRow.type == "ledger.disclosed")) is None


class TestErasing:
    def erased(self, database: Database, count: int) -> None:
        """Before it, who has the salts finds the names; afterwards nobody does, not even who had copied all of it."""
        assert database.context is not None
        keyring = database.context.keyring
        key_id, ids = of_subject(database, 3)
        note_some(database, 3, hidden="somebody else")
        ledger = ledger_of(database)
        ledger.settle()
        proofs = [ledger.prove("2026", nth) for nth in range(ledger.shards()[0].size)]
        stolen = Stolen(database)
        assert SUBJECT in guessed(database, stolen.salts(keyring), NAMES), "so the attack works"
        assert guessed(database, [], NAMES) == [], "and without salts it does not"
        with database.transaction() as session:
            assert redact(session, key_id, "gdpr.17") == 3
        ledger.settle()
        self.gone(database, ids)
        assert guessed(database, Stolen(database).salts(keyring), NAMES) == []
        assert SUBJECT in guessed(database, stolen.salts(keyring), NAMES), "a copy still tells it"
        assert database.context.actor_id is not None
        unbound = Database(database.url)
        retire_epochs(unbound, keyring)
        unbound.close()
        assert stolen.salts(keyring) == []
        assert guessed(database, stolen.salts(keyring), count) == []
        self.still_proved(database, proofs)
        check_whole(database)

    def gone(self, database: Database, ids: list[EventId]) -> None:
        with database.snapshot() as session:
            for one in ids:
                assert disclosable(session, one) == []
                with pytest.raises(NotFound):
                    disclose(session, one, "hidden")

    def still_proved(self, database: Database, proofs: list[Proved]) -> None:
        keys = ledger_of(database).vkeys()
        for one in proofs:
            checkpoint = open_checkpoint(one.proof.checkpoint, keys)
            check_inclusion(leaf_hash(one.entry), one.proof.index, checkpoint.size, checkpoint.root, one.proof.hashes)

    def test_a_list_of_names_finds_nothing(self, database: Database) -> None:
        self.erased(database, NAMES)

    @pytest.mark.long
    def test_a_list_of_a_million_names_finds_nothing(self, database: Database) -> None:
        self.erased(database, MANY_NAMES)

    def test_it_is_an_entry_with_its_basis(self, database: Database) -> None:
        key_id, _ = of_subject(database, 2)
        with database.transaction() as session:
            redact(session, key_id, "gdpr.17")
        with database.snapshot() as session:
            row = session.scalars(select(OutboxRow).where(OutboxRow.type == "ledger.redacted")).one()
        assert json.loads(row.payload)["attributes"] == {"basis": "gdpr.17", "entries": 2, "fields": 2}

    def test_another_subject_keeps_what_is_theirs(self, database: Database) -> None:
        key_id, _ = of_subject(database)
        _, others = of_subject(database, name="Person 12")
        with database.transaction() as session:
            redact(session, key_id, "gdpr.17")
        with database.snapshot() as session:
            assert disclose(session, others[0], "hidden").value == "Person 12"

    def test_nothing_more_is_sealed_under_a_destroyed_key(self, database: Database) -> None:
        key_id, _ = of_subject(database)
        with database.transaction() as session:
            redact(session, key_id, "gdpr.17")
        with pytest.raises(KeyDestroyed), database.transaction() as session:
            record(session, Noted(number=1, hidden=SUBJECT), subject_key_id=key_id)

    @pytest.mark.parametrize("how", How)
    def test_an_erasure_that_fails_is_whole_or_not_at_all(self, database: Database, how: How) -> None:
        faults = Faults()
        for at in range(20):
            key_id, ids = of_subject(database)
            with faults.on(database):
                faults.arm(at, how)
                try:
                    with database.transaction() as session:
                        redact(session, key_id, "gdpr.17")
                except Fault:
                    pass
                faults.disarm()
            with database.snapshot() as session:
                there = disclosable(session, ids[0])
                row = session.scalars(select(SubjectKeyRow).where(SubjectKeyRow.id == key_id)).one()
                assert bool(there) == (row.destroyed_at is None)
            if faults.hit is None:
                assert at > 3
                break
        ledger_of(database).settle()
        check_whole(database)


class TestExpiring:
    def test_by_class(self, database: Database, clock: FixedClock) -> None:
        (short,) = note_some(database, 1, hidden=SUBJECT)
        with database.transaction() as session:
            long = record(session, Asked(hidden=SUBJECT))
        ledger = ledger_of(database)
        for days, left in [(730, {short, long}), (1, {long}), (364, {long}), (1, set())]:
            clock.instant += timedelta(days=days)
            ledger.tidy()
            with database.snapshot() as session:
                assert {one for one in (short, long) if disclosable(session, one)} == left
        with database.snapshot() as session:
            payloads = session.scalars(select(OutboxRow.payload).where(OutboxRow.type == "ledger.disclosures_expired"))
            assert [json.loads(one)["attributes"]["keys"] for one in payloads] == [1, 1]
            kept = session.scalars(select(SubjectKeyRow).where(SubjectKeyRow.kind == "disclosure")).all()
        assert all(row.destroyed_at is not None and row.wrapped is None for row in kept)
        ledger.settle()
        check_whole(database)

    def test_many_at_a_time_until_none_is_left(
        self, database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("engine.ledger.log.disclosures.EXPIRED_AT_ONCE", 20)
        note_some(database, 50, hidden=SUBJECT)
        clock.instant += timedelta(days=731)
        counts = []
        while True:
            with database.transaction() as session:
                count = expire(session)
            if not count:
                break
            counts.append(count)
        assert sum(counts) >= 50
        assert max(counts) <= 20
        ledger_of(database).settle()
        check_whole(database)

    def test_a_subjects_own_key_does_not_end_with_it(self, database: Database, clock: FixedClock) -> None:
        key_id, _ = of_subject(database)
        clock.instant += timedelta(days=731)
        ledger_of(database).tidy()
        with database.transaction() as session:
            assert session.scalars(select(SubjectKeyRow.destroyed_at).where(SubjectKeyRow.id == key_id)).one() is None
            record(session, Noted(number=2, hidden=SUBJECT), subject_key_id=key_id)


@pytest.fixture
def old_year(database: Database, clock: FixedClock) -> Database:
    """A closed year whose retention is over, and one that goes on."""
    note_some(database, 1, hidden=SUBJECT)
    note_some(database, 299)
    ledger_of(database).settle()
    clock.instant += timedelta(days=366)
    note_some(database, 3)
    ledger_of(database).settle()
    clock.instant += timedelta(days=1096)
    check_whole(database)
    return database


def entries_of(session: Session, label: str) -> int:
    return len(session.scalars(select(OutboxRow.id).where(OutboxRow.shard == label)).all())


class TestPruning:
    def test_a_year_ends_whole_and_its_hashes_stay(self, old_year: Database, tmp_path: Path) -> None:
        ledger = ledger_of(old_year)
        size = ledger.shards()[0].size
        kept = [ledger.prove("2026", nth) for nth in (0, 255, 299)]
        ledger.tidy()
        with old_year.snapshot() as session:
            assert entries_of(session, "2026") == 0
        report = ledger.verify()
        assert not report.problems
        assert report.pruned == size
        for one in kept:
            checkpoint = open_checkpoint(one.proof.checkpoint, ledger.vkeys())
            assert checkpoint.root == ledger.shards()[0].root
            check_inclusion(leaf_hash(one.entry), one.proof.index, checkpoint.size, checkpoint.root, one.proof.hashes)
        ledger.export(tmp_path / "export")
        logs = {one.label: FolderResources(tmp_path / "export" / one.label) for one in ledger.shards()}
        outside = verify(logs, Expected(ledger.vkeys()))
        assert not outside.problems
        assert outside.pruned == size

    def test_absent_entries_need_the_certificate(self, old_year: Database, tmp_path: Path) -> None:
        ledger = ledger_of(old_year)
        ledger.export(tmp_path / "export")
        rmtree(tmp_path / "export/2026/tile/entries")
        logs = {one.label: FolderResources(tmp_path / "export" / one.label) for one in ledger.shards()}
        assert {one.verdict.value for one in verify(logs, Expected(ledger.vkeys())).problems} == {"deletion"}
        ledger.tidy()
        ledger.export(tmp_path / "export")
        assert not verify(logs, Expected(ledger.vkeys())).problems
        first = next(tmp_path.joinpath("export").glob("*/tile/entries/000.p/*"))
        first.unlink()
        assert verify(logs, Expected(ledger.vkeys())).problems, "of a year that is not certified none may be absent"

    def test_not_before_the_longest_class_is_over(self, old_year: Database, clock: FixedClock) -> None:
        clock.instant -= timedelta(days=1096)
        with old_year.snapshot() as session:
            longest, length = pruning.ends_at(session, "2026")
        assert (longest, length.days) == (RetentionClass.OPERATIONS, 731)
        for days in (700, 30):
            clock.instant += timedelta(days=days)
            ledger_of(old_year).tidy()
            with old_year.snapshot() as session:
                assert entries_of(session, "2026") > 300
        clock.instant += timedelta(days=1)
        ledger_of(old_year).tidy()
        with old_year.snapshot() as session:
            assert entries_of(session, "2026") == 0

    def test_one_longer_event_keeps_the_whole_year(self, database: Database, clock: FixedClock) -> None:
        note_some(database, 1)
        with database.transaction() as session:
            record(session, Asked(hidden=SUBJECT))
        ledger_of(database).settle()
        clock.instant += timedelta(days=366)
        note_some(database, 1)
        ledger_of(database).settle()
        clock.instant += timedelta(days=1095)
        ledger_of(database).tidy()
        with database.snapshot() as session:
            assert entries_of(session, "2026") > 0

    @pytest.mark.parametrize("how", How)
    def test_one_that_is_interrupted_finishes_and_never_looks_like_tampering(
        self, old_year: Database, how: How, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """At each write: whoever verifies then finds the year whole, or pruned with its certificate."""
        monkeypatch.setattr(pruning, "AT_ONCE", 10)
        faults = Faults()
        hits = []
        for at in range(60):
            with faults.on(old_year):
                faults.arm(at, how)
                with suppress(Fault):
                    ledger_of(old_year).tidy()
                faults.disarm()
            hits.append(faults.hit)
            assert not ledger_of(old_year).verify().problems
            if faults.hit is None:
                break
        assert hits[-1] is None, hits
        assert "DELETE FROM outbox WHERE" in " ".join(str(hit) for hit in hits)
        with old_year.snapshot() as session:
            assert entries_of(session, "2026") == 0
            certificates = session.scalars(select(OutboxRow.payload).where(OutboxRow.type == "ledger.shard_pruned"))
            assert len(certificates.all()) == 1
        ledger_of(old_year).settle()
        assert not ledger_of(old_year).verify().problems

    def test_an_entry_of_a_pruned_year_is_proved_by_nobody_here(self, old_year: Database) -> None:
        ledger_of(old_year).tidy()
        with pytest.raises(NotFound, match="pruned"):
            ledger_of(old_year).prove("2026", 5)

    def test_reconciling_afterwards(self, old_year: Database) -> None:
        ledger_of(old_year).tidy()
        assert not ledger_of(old_year).reconcile().gaps
