"""Events: what they may hold, the bytes they become, and that they commit with their deed."""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from engine.base.clock import FixedClock
from engine.base.errors import BadInput, IntegrityViolated, NotFound
from engine.base.ids import ActorId, AssetId, FieldId, ScanId, TenantId
from engine.base.keys.keyring import KeyDestroyed
from engine.base.keys.sealed import SealExpired
from engine.base.keys.subjects import destroy_subject_key, make_subject_key, subject_key
from engine.base.state import events
from engine.base.state.canonical import JsonValue, parse_canonical
from engine.base.state.commitments import check_commitment
from engine.base.state.context import Context
from engine.base.state.database import Database
from engine.base.state.events import (
    MAX_PAYLOAD,
    Event,
    PayloadTooLarge,
    RetentionClass,
    committed,
    event,
    event_types,
    make_payload,
    reference_hash,
    timestamp,
)
from engine.base.state.outbox import disclose, payload_bytes, record, reference_of
from engine.base.state.tables import OutboxDisclosureRow, OutboxRow, PurposeKeyRow, SubjectKeyRow, Tenant
from engine.ledger.events.inventory import StoreAdded, VerdictDecided
from engine.ledger.events.scan import AssetCovered, ScanCompleted
from tests.base.test_canonical import JSON
from tests.conftest import START

TENANT, ACTOR, SCAN, ASSET = TenantId(UUID(int=1)), ActorId(UUID(int=2)), ScanId(UUID(int=3)), AssetId(UUID(int=4))
CANARY = "Canary Q. Person <canary@example.com>"


@event
class Tried(Event):
    """An event of the tests."""

    type: ClassVar[str] = "test.tried"

    word: Any = "word"
    hidden: Any = committed(default=None)


def payload_of(one: Event) -> events.Payload:
    return make_payload(one, tenant_id=TENANT, actor_id=ACTOR, occurred_at=START, pseudonym_key=bytes(32))


def covered() -> AssetCovered:
    return AssetCovered(scan=SCAN, asset_ref=ASSET, asset=CANARY, store="crm", state="sampled", rows=5, bytes=7)


def test_the_payload_is_exactly_this() -> None:
    payload = payload_of(covered())
    parsed = parse_canonical(payload.data)
    assert isinstance(parsed, dict)
    commitments = parsed.pop("commitments")
    assert parsed == {
        "v": 1,
        "type": "scan.asset_covered",
        "version": 1,
        "ts": "2026-03-01T09:30:00.000000Z",
        "tenant": "00000000-0000-0000-0000-000000000001",
        "actor_ref": reference_hash(bytes(32), "actor", ACTOR),
        "object_ref": reference_hash(bytes(32), "scan", SCAN),
        "refs": {
            "scan": reference_hash(bytes(32), "scan", SCAN),
            "asset_ref": reference_hash(bytes(32), "asset", ASSET),
        },
        "attributes": {
            "state": "sampled",
            "reason": "",
            "objects_full": 0,
            "objects_sampled": 0,
            "objects_skipped": 0,
            "objects_failed": 0,
            "rows": 5,
            "bytes": 7,
        },
    }
    assert isinstance(commitments, dict)
    assert set(commitments) == {"asset", "store"}
    for digest in (parsed["actor_ref"], *parsed["refs"].values(), *commitments.values()):
        assert re.fullmatch(r"[0-9a-f]{64}", digest)
    assert len({parsed["actor_ref"], *parsed["refs"].values()}) == 3


def test_no_id_and_no_committed_value_stands_in_the_payload_or_the_repr() -> None:
    one = covered()
    data = payload_of(one).data.decode()
    for hidden in (CANARY, "canary", "crm", str(SCAN), str(ASSET), str(ACTOR)):
        assert hidden not in data
    assert CANARY not in repr(one)


def test_two_entries_of_one_value_cannot_be_linked() -> None:
    one, other = (parse_canonical(payload_of(covered()).data) for _ in range(2))
    assert isinstance(one, dict)
    assert isinstance(other, dict)
    assert not set(one["commitments"].values()) & set(other["commitments"].values())
    assert one["refs"] == other["refs"]  # while objects can be, by the tenant


@given(JSON)
def test_any_json_value_can_be_committed_to(value: JsonValue) -> None:
    payload = payload_of(Tried(hidden=value))
    assert check_commitment(payload.data, "hidden", payload.disclosures["hidden"])


@given(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.from_regex(r"\A[A-Za-z0-9_.:+/-]{0,256}\Z")
    | st.lists(st.integers(0, 9))
)
def test_plain_fields_come_through(value: JsonValue) -> None:
    parsed = parse_canonical(payload_of(Tried(word=value)).data)
    assert isinstance(parsed, dict)
    assert parsed["attributes"] == {"word": value}


@pytest.mark.parametrize(
    "value",
    [
        "two words",
        "a@b",
        "naïve",
        "x" * 257,
        "line\n",
        b"bytes",
        {"a": 1},
        UUID(int=1),
        object(),
        ["ok", "not ok"],
        float("nan"),
        2**53,
        datetime(2026, 1, 1),
    ],
)
def test_what_may_be_personal_is_refused_as_plain(value: object) -> None:
    with pytest.raises(BadInput) as caught:
        payload_of(Tried(word=value))
    assert "words" not in str(caught.value) or "two words" not in str(caught.value)


def test_an_instant_is_plain() -> None:
    assert b'"2026-03-01T09:30:00.000000Z"' in payload_of(Tried(word=START)).data


@given(st.datetimes(datetime(1000, 1, 1)))
def test_timestamps_are_of_one_width_and_can_be_read(naive: datetime) -> None:
    text = timestamp(naive.replace(tzinfo=UTC))
    assert len(text) == 27
    assert datetime.fromisoformat(text) == naive.replace(tzinfo=UTC)


def test_the_largest_payload_fits_and_the_next_does_not() -> None:
    room = MAX_PAYLOAD - len(payload_of(Tried(word=[])).data)
    count = (room + 1) // 4
    assert len(payload_of(Tried(word=[111] * count)).data) <= MAX_PAYLOAD
    with pytest.raises(PayloadTooLarge, match="65535"):
        payload_of(Tried(word=[111] * (count + 2)))


def test_a_bad_or_second_type_is_refused() -> None:
    for wrong in ("test", "Test.tried", "test.tried", "test.", "a b.c"):
        with pytest.raises(TypeError):
            type("Wrong", (Event,), {"type": wrong, "__slots__": ()})


def test_every_event_says_what_it_is_for() -> None:
    kinds: dict[str, Any] = {name: kind for name, kind in event_types().items() if not name.startswith("test.")}
    assert {name.split(".")[0] for name in kinds} == {
        "access",
        "actor",
        "certificate",
        "configuration",
        "evidence",
        "hold",
        "inventory",
        "keyring",
        "ledger",
        "plan",
        "scan",
        "waiver",
        "work",
    }
    for kind in kinds.values():
        assert kind.__doc__ is not None
        assert re.search(r"Serves .*\b(CC\d\.\d|C1\.\d|A1\.\d|P\d\.\d|PI1\.\d)", kind.__doc__, re.DOTALL), kind
        for field in dataclasses.fields(kind):
            assert field.name in kind.__doc__, (kind, field.name)
        assert kind.retention_class.days >= 731


def test_events_are_frozen_and_made_by_keyword() -> None:
    one: Any = covered()
    made: Any = StoreAdded
    with pytest.raises(TypeError):
        made("crm", "sql", True)
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.rows = 6


def test_record_and_disclose(database: Database) -> None:
    with database.transaction() as session:
        event_id = record(session, covered())
    with database.transaction() as session:
        row = session.scalars(select(OutboxRow).where(OutboxRow.id == event_id)).one()
        assert (row.type, row.version, row.occurred_at) == ("scan.asset_covered", 1, START)
        assert (row.drained_at, row.ledger_index) == (None, None)
        found = disclose(session, event_id, "asset")
        assert found.value == CANARY
        assert check_commitment(payload_bytes(row), "asset", found)
        assert json.loads(row.payload)["object_ref"] == reference_of(session, "scan", SCAN)
        assert database.context is not None
        assert database.context.actor_id is not None
        assert json.loads(row.payload)["actor_ref"] == reference_of(session, "actor", database.context.actor_id)
        with pytest.raises(NotFound):
            disclose(session, event_id, "state")


def test_deed_and_record_commit_together(database: Database) -> None:
    """The deed here is another tenant; both are there, or neither is."""

    def act(*, fail: bool) -> None:
        with database.transaction() as session:
            session.add(Tenant(id=UUID(int=99), name="deed", created_at=START))
            record(session, covered())
            if fail:
                raise ZeroDivisionError

    def count() -> tuple[int, int, int]:
        with database.snapshot() as session:
            deeds = session.scalars(select(func.count()).select_from(Tenant).where(Tenant.name == "deed")).one()
            entries = session.scalars(
                select(func.count(OutboxRow.id)).where(OutboxRow.type == "scan.asset_covered")
            ).one()
            kept = session.scalars(
                select(func.count(OutboxDisclosureRow.field)).where(OutboxDisclosureRow.field == "store")
            )
            return deeds, entries, kept.one()

    with pytest.raises(ZeroDivisionError):
        act(fail=True)
    assert count() == (0, 0, 0)
    act(fail=False)
    assert count() == (1, 1, 1)


def test_a_refused_event_leaves_the_transaction_usable(database: Database) -> None:
    with database.transaction() as session:
        with pytest.raises(BadInput):
            record(session, Tried(word="not a word"))
        record(session, Tried())
    with database.snapshot() as session:
        assert session.scalars(select(func.count(OutboxRow.id)).where(OutboxRow.type == "test.tried")).one() == 1


def test_nobody_acts_without_an_actor(database: Database) -> None:
    assert database.context is not None
    nobody = database.bound(dataclasses.replace(database.context, actor_id=None))
    with nobody.transaction() as session, pytest.raises(BadInput, match="actor"):
        record(session, Tried())


def test_disclosures_expire_with_their_class_and_share_a_key(database: Database, clock: FixedClock) -> None:
    with database.transaction() as session:
        one, other = record(session, Tried(hidden="one")), record(session, Tried(hidden="two"))
        decided = VerdictDecided(
            field_ref=FieldId(ASSET),
            field="a.b",
            decision="confirm",
            entity="PERSON",
            sensitivity="confidential",
            reason="seen",
        )
        longer = record(session, decided)
        clock.instant = START + timedelta(days=RetentionClass.OPERATIONS.days)
        with pytest.raises(SealExpired):
            disclose(session, one, "hidden")
        assert disclose(session, longer, "reason").value == "seen"
        clock.instant = START
        destroy_subject_key(session, subject_key(session, "disclosure", "disclosure/operations/2026"))
        for event_id in (one, other):
            with pytest.raises(KeyDestroyed):
                disclose(session, event_id, "hidden")
        assert disclose(session, longer, "reason").value == "seen"
        assert disclose(session, record(session, Tried(hidden="three")), "hidden").value == "three"


def test_an_erased_subject_leaves_the_entry_and_takes_the_value(database: Database) -> None:
    with database.transaction() as session:
        key_id = make_subject_key(session, "test")
        event_id = record(session, Tried(hidden=CANARY), subject_key_id=key_id)
    with database.transaction() as session:
        before = payload_bytes(session.scalars(select(OutboxRow).where(OutboxRow.id == event_id)).one())
        destroy_subject_key(session, key_id)
    with database.transaction() as session:
        assert payload_bytes(session.scalars(select(OutboxRow).where(OutboxRow.id == event_id)).one()) == before
        with pytest.raises(KeyDestroyed):
            disclose(session, event_id, "hidden")
        session.execute(delete(OutboxDisclosureRow).where(OutboxDisclosureRow.event_id == event_id))
    with database.transaction() as session, pytest.raises(NotFound):
        disclose(session, event_id, "hidden")


def test_changed_records_are_noticed(database: Database) -> None:
    with database.transaction() as session:
        one, other = record(session, Tried(hidden="one")), record(session, Tried(hidden="two"))
    with database.transaction() as session:
        rows = {row.event_id: row for row in session.scalars(select(OutboxDisclosureRow))}
        rows[one].sealed = rows[other].sealed
        session.flush()
        with pytest.raises(IntegrityViolated):
            disclose(session, one, "hidden")
        row = session.scalars(select(OutboxRow).where(OutboxRow.id == other)).one()
        row.payload = row.payload.replace("test.tried", "test.other")
        session.flush()
        with pytest.raises(IntegrityViolated):
            disclose(session, other, "hidden")


def test_no_personal_value_stands_anywhere_in_state(database: Database, keyring: object) -> None:
    """The planted canary is in no byte of the SQLite files, and in no column on PostgreSQL."""
    with database.transaction() as session:
        record(session, covered())
    if database.dialect == "sqlite":
        from pathlib import Path

        folder = Path(str(database.url.database)).parent
        for file in folder.iterdir():
            assert b"canary" not in file.read_bytes().lower()
    with database.snapshot() as session:
        for kept in session.scalars(select(OutboxDisclosureRow)):
            assert b"canary" not in kept.sealed.to_bytes().lower()
        for payload in session.scalars(select(OutboxRow.payload)):
            assert "canary" not in payload.lower()


def test_a_scan_that_completed_says_so_with_its_account() -> None:
    done = ScanCompleted(
        scan=SCAN, status="complete", listed=3, accounted=3, objects_full=3, rows=9, duration_s=1.5, pack_hash="ab12"
    )
    assert json.loads(payload_of(done).data)["attributes"] == {
        "status": "complete",
        "listed": 3,
        "accounted": 3,
        "objects_full": 3,
        "objects_sampled": 0,
        "objects_skipped": 0,
        "objects_failed": 0,
        "stores_unlisted": 0,
        "rows": 9,
        "bytes": None,
        "duration_s": 1.5,
        "pack_hash": "ab12",
        "assets_rejudged": 0,
        "fields_rejudged": 0,
        "assets_read_again": 0,
        "fields_read_again": 0,
    }


def test_contexts_are_frozen(database: Database) -> None:
    assert isinstance(database.context, Context)
    with pytest.raises(dataclasses.FrozenInstanceError):
        database.context.actor_id = None  # type: ignore[misc]


def in_another_process(database: Database) -> Database:
    assert database.context is not None
    return database.bound(dataclasses.replace(database.context, kept={}))


def test_a_key_that_another_process_destroyed_seals_nothing_more(database: Database) -> None:
    with database.transaction() as session:
        first = record(session, Tried(hidden="one"))
    with in_another_process(database).transaction() as session:
        destroy_subject_key(session, subject_key(session, "disclosure", "disclosure/operations/2026"))
    with database.transaction() as session:
        second = record(session, Tried(hidden="two"))
    with in_another_process(database).transaction() as session:
        assert disclose(session, second, "hidden").value == "two"
        with pytest.raises(KeyDestroyed):
            disclose(session, first, "hidden")


def test_keys_whose_making_was_rolled_back_are_not_used(database: Database) -> None:
    with database.transaction() as session:  # as before the first event of this tenant
        session.execute(delete(OutboxDisclosureRow))
        session.execute(delete(SubjectKeyRow).where(SubjectKeyRow.kind == "disclosure"))
        session.execute(delete(PurposeKeyRow))
    database = in_another_process(database)

    def fail() -> None:
        with database.transaction() as session:
            record(session, Tried(hidden="one"))
            record(session, Tried(hidden="again"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.transaction() as session:
        event_id = record(session, Tried(hidden="two"))
        reference = reference_of(session, "actor", ACTOR)
    with in_another_process(database).transaction() as session:
        assert disclose(session, event_id, "hidden").value == "two"
        assert reference_of(session, "actor", ACTOR) == reference
