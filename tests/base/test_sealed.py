"""Subject keys, sealing, purpose keys, and destroying keys for certain."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from engine.base.clock import FixedClock
from engine.base.errors import BadInput, IntegrityViolated, NotFound
from engine.base.ids import SubjectKeyId, new_id
from engine.base.keys.epochs import retire_epochs
from engine.base.keys.keyring import KeyDestroyed
from engine.base.keys.local import LocalKeyring
from engine.base.keys.purposes import Purpose, lookup_hash, purpose_key
from engine.base.keys.sealed import Sealed, SealExpired
from engine.base.keys.subjects import destroy_subject_key, make_subject_key, seal, subject_key, unseal
from engine.base.state.context import Context
from engine.base.state.database import Database
from engine.base.state.opening import open_tenant
from engine.base.state.tables import PurposeKeyRow, SubjectKeyRow
from tests.conftest import START
from tests.properties import tries

LATER = START + timedelta(days=1)
KEY_ID = SubjectKeyId(UUID(int=7))
AWARE = st.datetimes(datetime(1970, 1, 2), datetime(9998, 1, 1)).map(lambda naive: naive.replace(tzinfo=START.tzinfo))


@given(st.binary(max_size=200), AWARE, st.binary(max_size=20))
def test_sealed_opens_to_what_it_was_made_from(plaintext: bytes, expires_at: datetime, context: bytes) -> None:
    key = bytes(range(32))
    sealed = Sealed.make(key, KEY_ID, plaintext, expires_at, context)
    stored = Sealed.from_bytes(sealed.to_bytes())
    assert stored == sealed
    assert stored.expires_at == expires_at
    assert stored.open(key, context) == plaintext
    for wrong_key, wrong_context in ((bytes(32), context), (key, context + b"x")):
        with pytest.raises(IntegrityViolated):
            stored.open(wrong_key, wrong_context)


@given(st.data())
def test_no_byte_of_a_sealed_value_can_be_changed(data: st.DataObject) -> None:
    key = bytes(range(32))
    stored = bytearray(Sealed.make(key, KEY_ID, b"secret", LATER, b"place").to_bytes())
    stored[data.draw(st.integers(0, len(stored) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(IntegrityViolated):
        Sealed.from_bytes(bytes(stored)).open(key, b"place")


@given(st.binary(max_size=60))
def test_reading_a_sealed_value_never_fails_in_another_way(stored: bytes) -> None:
    try:
        sealed = Sealed.from_bytes(stored)
    except IntegrityViolated:
        return
    assert sealed.to_bytes() == stored


def test_a_naive_expiry_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        Sealed.make(bytes(32), KEY_ID, b"", datetime(2030, 1, 1), b"")


@settings(max_examples=tries(20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(plaintext=st.binary(max_size=100), context=st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_seal_and_unseal(database: Database, plaintext: bytes, context: str) -> None:
    with database.transaction() as session:
        key_id = make_subject_key(session, "test")
        sealed = seal(session, key_id, plaintext, LATER, context)
        assert unseal(session, sealed, context) == plaintext
        with pytest.raises(IntegrityViolated):
            unseal(session, sealed, context + "x")


def test_after_its_key_is_destroyed_nothing_opens(database: Database) -> None:
    with database.transaction() as session:
        key_id, other_id = make_subject_key(session, "test"), make_subject_key(session, "test")
        sealed = seal(session, key_id, b"secret", LATER, "place")
        other = seal(session, other_id, b"other", LATER, "place")
    with database.transaction() as session:
        destroy_subject_key(session, key_id)
        destroy_subject_key(session, key_id)  # again: no change
    with database.transaction() as session:
        with pytest.raises(KeyDestroyed, match="destroyed"):
            unseal(session, sealed, "place")
        with pytest.raises(KeyDestroyed):
            seal(session, key_id, b"more", LATER, "place")
        assert unseal(session, other, "place") == b"other"
        row = session.scalars(select(SubjectKeyRow).where(SubjectKeyRow.id == key_id)).one()
        assert (row.wrapped, row.epoch, row.destroyed_at) == (None, None, START)


def test_expired_is_refused_from_that_instant_on(database: Database, clock: FixedClock) -> None:
    with database.transaction() as session:
        sealed = seal(session, make_subject_key(session, "test"), b"secret", LATER, "place")
        clock.instant = LATER - timedelta(microseconds=1)
        assert unseal(session, sealed, "place") == b"secret"
        clock.instant = LATER
        with pytest.raises(SealExpired):
            unseal(session, sealed, "place")


def test_an_unknown_key_is_not_found(database: Database) -> None:
    with database.transaction() as session, pytest.raises(NotFound):
        seal(session, SubjectKeyId(uuid4()), b"", LATER, "place")


def test_another_tenant_opens_nothing(database: Database, unbound_database: Database, clock: FixedClock) -> None:
    assert database.context is not None
    with database.transaction() as session:
        key_id = make_subject_key(session, "test")
        sealed = seal(session, key_id, b"secret", LATER, "place")
    with unbound_database.transaction() as session:
        other = open_tenant(session, "other", clock)
    stranger = unbound_database.bound(Context(other, database.context.keyring, clock))
    with stranger.transaction() as session, pytest.raises(NotFound):
        unseal(session, sealed, "place")


def test_a_labelled_key_is_made_once_and_anew_after_its_end(database: Database) -> None:
    with database.transaction() as session:
        first = subject_key(session, "scan", "scan:1")
    with database.transaction() as session:
        assert subject_key(session, "scan", "scan:1") == first
        assert subject_key(session, "scan", "scan:2") != first
        destroy_subject_key(session, first)
        assert subject_key(session, "scan", "scan:1") != first


def test_a_wrapped_key_moved_to_another_row_does_not_unwrap(database: Database) -> None:
    with database.transaction() as session:
        one, other = make_subject_key(session, "test"), make_subject_key(session, "test")
        rows = {row.id: row for row in session.scalars(select(SubjectKeyRow))}
        rows[one].wrapped = rows[other].wrapped
        session.flush()
        with pytest.raises(IntegrityViolated):
            seal(session, one, b"", LATER, "place")


def test_a_key_is_whole_or_destroyed(database: Database) -> None:
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(SubjectKeyRow(id=new_id(), kind="test", created_at=START))


def test_purpose_keys_are_made_once_and_differ(database: Database) -> None:
    with database.transaction() as session:
        made = {purpose: purpose_key(session, purpose) for purpose in Purpose}
    assert len(made[Purpose.SKETCH].key) == 16
    assert {len(made[purpose].key) for purpose in (Purpose.PSEUDONYM, Purpose.LOOKUP)} == {32}
    assert len({key.key for key in made.values()}) == len(Purpose)
    assert {key.generation for key in made.values()} == {1}
    assert made[Purpose.SKETCH].key.hex() not in repr(made)
    with database.transaction() as session:
        assert {purpose: purpose_key(session, purpose) for purpose in Purpose} == made
        assert lookup_hash(session, "a", "x") == lookup_hash(session, "a", "x")
        assert len({lookup_hash(session, what, value) for what in "ab" for value in "xy"}) == 4


def test_a_newer_generation_counts(database: Database, keyring: LocalKeyring) -> None:
    with database.transaction() as session:
        first = purpose_key(session, Purpose.SKETCH)
        row = session.scalars(select(PurposeKeyRow).where(PurposeKeyRow.purpose == "sketch")).one()
        place = b"purpose" + row.tenant_id.bytes + b"sketch/2"
        wrapped = keyring.wrap(bytes(16), place)
        session.add(
            PurposeKeyRow(
                purpose="sketch", generation=2, epoch=wrapped.epoch, wrapped=wrapped.blob, created_at=row.created_at
            )
        )
        session.flush()
        second = purpose_key(session, Purpose.SKETCH)
    assert (first.generation, second.generation, second.key) == (1, 2, bytes(16))


def test_no_backup_of_the_state_brings_a_destroyed_key_back(tmp_path: Path, clock: FixedClock) -> None:
    """The whole way: seal, back up, destroy, retire the epoch, restore the backup over the state."""
    keyring = LocalKeyring.create(tmp_path / "keyring.json")
    path = tmp_path / "state.db"
    unbound = Database(f"sqlite:///{path}")
    unbound.migrate()
    with unbound.transaction() as session:
        tenant_id = open_tenant(session, "default", clock)
    database = unbound.bound(Context(tenant_id, keyring, clock))
    with database.transaction() as session:
        gone, kept = make_subject_key(session, "test"), make_subject_key(session, "test")
        sketch = purpose_key(session, Purpose.SKETCH)
        sealed_gone = seal(session, gone, b"gone", LATER, "place")
        sealed_kept = seal(session, kept, b"kept", LATER, "place")
    database.close()
    shutil.copy(path, tmp_path / "backup.db")

    with database.transaction() as session:
        destroy_subject_key(session, gone)
    assert retire_epochs(unbound, keyring) == 2
    with database.transaction() as session:
        assert unseal(session, sealed_kept, "place") == b"kept"
        assert purpose_key(session, Purpose.SKETCH) == sketch
        assert set(session.scalars(select(SubjectKeyRow.epoch))) == {None, 2}

    database.close()
    shutil.copy(tmp_path / "backup.db", path)
    with database.transaction() as session, pytest.raises(KeyDestroyed):
        unseal(session, sealed_gone, "place")
    database.close()


def test_retiring_epochs_goes_over_all_keys_and_can_be_repeated(
    database: Database, unbound_database: Database, keyring: LocalKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.base.keys.epochs.BATCH", 3)
    with database.transaction() as session:
        sealed = [
            seal(session, make_subject_key(session, "test"), str(number).encode(), LATER, "place")
            for number in range(8)
        ]
    keyring.rotate()  # as if a process had died after the first step
    for expected in (3, 4):
        assert retire_epochs(unbound_database, keyring) == expected
        with database.transaction() as session:
            assert [unseal(session, one, "place") for one in sealed] == [str(number).encode() for number in range(8)]
            assert set(session.scalars(select(SubjectKeyRow.epoch))) == {expected}
    with pytest.raises(BadInput, match="all tenants"):
        retire_epochs(database, keyring)
