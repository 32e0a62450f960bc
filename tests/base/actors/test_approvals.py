"""Approvals in the state: what is recorded of them, when they count, and that none is given by who made the plan."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select

from engine.base.actors import ActorKind
from engine.base.actors.approvals import (
    BlastLimits,
    PlanScope,
    StandingScope,
    Statement,
    check_approval,
    fingerprint,
    sign_approval,
)
from engine.base.actors.approver_keys import (
    add_approver_key,
    find_approver_key,
    list_approver_keys,
    retire_approver_key,
)
from engine.base.actors.approving import approvals_over, record_approval, standing_approval
from engine.base.actors.granting import deactivate, grant, reactivate, withdraw
from engine.base.actors.roles import Role
from engine.base.clock import FixedClock
from engine.base.errors import AccessRefused, BadInput, IntegrityViolated, NotFound, ReeveError
from engine.base.ids import ActorId, ApprovalId, ApproverKeyId, new_id
from engine.base.state.canonical import canonical
from engine.base.state.commitments import check_commitment
from engine.base.state.database import Database
from engine.base.state.outbox import disclose, payload_bytes
from engine.base.state.tables import ApprovalRow, OutboxRow
from tests.base.actors.approving import DAY, KEY, POLICIES, PUBLIC, ROOT, statement
from tests.base.actors.people import add, holds, recorded
from tests.conftest import START


@pytest.fixture
def ada(database: Database) -> ActorId:
    return add(database, "Ada", Role.APPROVER)


@pytest.fixture
def maker(database: Database) -> ActorId:
    return add(database, "Max", Role.PRIVACY_OFFICER)


@pytest.fixture
def key_id(database: Database, ada: ActorId) -> ApproverKeyId:
    with database.transaction() as session:
        return add_approver_key(session, ada, PUBLIC, valid_until=START + 300 * DAY).id


def signed_here(
    database: Database, over: PlanScope | StandingScope | None = None, *, days: float = 1, at: datetime = START
) -> bytes:
    assert database.context is not None
    made = Statement(
        database.context.tenant_id, fingerprint(PUBLIC), over or PlanScope(ROOT), at, at + timedelta(days=days)
    )
    return sign_approval(made, KEY)


def refusal(database: Database, signed: bytes, maker: ActorId) -> str:
    with database.transaction() as session, pytest.raises(AccessRefused) as caught:
        record_approval(session, signed, maker_id=maker)
    return caught.value.reason


def test_keys_are_registered_listed_and_retired(database: Database, ada: ActorId, key_id: ApproverKeyId) -> None:
    with database.transaction() as session:
        (view,) = list_approver_keys(session, ada)
        assert (view.id, view.public_key, view.fingerprint) == (key_id, PUBLIC, fingerprint(PUBLIC))
        assert find_approver_key(session, view.fingerprint) == view
        assert find_approver_key(session, ROOT) is None
        for compromised in (False, False, True, True, False):
            retire_approver_key(session, key_id, compromised=compromised)
        with pytest.raises(NotFound):
            retire_approver_key(session, ApproverKeyId(new_id()))
        (view,) = list_approver_keys(session, ada)
        assert (view.retired_at, view.compromised) == (START, True)
    told = recorded(database, "actor.approver_key_retired")
    assert told == [
        {"public_key": PUBLIC.hex(), "compromised": False},
        {"public_key": PUBLIC.hex(), "compromised": True},
    ]
    (added,) = recorded(database, "actor.approver_key_added")
    assert added["public_key"] == PUBLIC.hex()


def test_what_is_not_registered(database: Database, ada: ActorId, maker: ActorId, key_id: ApproverKeyId) -> None:
    fresh = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    gone = add(database, "Gone", Role.APPROVER)
    robot = add(database, "robot", kind=ActorKind.SERVICE)
    with database.transaction() as session:
        deactivate(session, gone)
        for actor, public, days, words in (
            (ada, PUBLIC, 1, "registered already"),
            (maker, fresh, 1, "may not approve"),
            (gone, fresh, 1, "may act"),
            (robot, fresh, 1, "person"),
            (ada, bytes(32), 1, "Ed25519"),
            (ada, fresh[:31], 1, "Ed25519"),
            (ada, fresh, 0, "in the future"),
            (ada, fresh, 732, "731"),
        ):
            with pytest.raises(BadInput, match=words):
                add_approver_key(session, actor, public, valid_until=START + timedelta(days=days))
        assert len(list_approver_keys(session, ada)) == 1


def test_an_approval_is_recorded_with_what_an_auditor_needs(
    database: Database, ada: ActorId, maker: ActorId, key_id: ApproverKeyId
) -> None:
    signed = signed_here(database, StandingScope(POLICIES, ("crm",), BlastLimits(10, 0)), days=90)
    with database.transaction() as session:
        approval_id = record_approval(session, signed, maker_id=maker)
        assert record_approval(session, signed, maker_id=maker) == approval_id
        found = standing_approval(session, approval_id)
        assert (found.approver_id, found.signed, found.recorded_at) == (ada, signed, START)
        assert approvals_over(session, POLICIES) == (approval_id,)
        assert approvals_over(session, ROOT) == ()
    (told,) = recorded(database, "actor.approval_given")
    assert (told["kind"], told["over"], told["public_key"]) == ("standing", POLICIES, PUBLIC.hex())
    with database.transaction() as session:
        row = session.scalars(select(OutboxRow).where(OutboxRow.type == "actor.approval_given")).one()
        shown = disclose(session, row.id, "statement")
        assert check_commitment(payload_bytes(row), "statement", shown)
    rebuilt = canonical({"signature": told["signature"], "statement": json.loads(str(shown.value))})
    assert check_approval(rebuilt, bytes.fromhex(told["public_key"]), START) == found.statement


def test_who_made_the_plan_does_not_approve_it(database: Database, ada: ActorId, key_id: ApproverKeyId) -> None:
    signed = signed_here(database)
    assert refusal(database, signed, ada) == "own_plan"
    with database.transaction() as session, pytest.raises(NotFound):
        record_approval(session, signed, maker_id=ActorId(new_id()))


def test_each_reason_why_an_approval_does_not_count(
    database: Database, ada: ActorId, maker: ActorId, key_id: ApproverKeyId, clock: FixedClock
) -> None:
    signed = signed_here(database, days=80)
    with database.transaction() as session:
        before = record_approval(session, signed_here(database, days=81), maker_id=maker)

    def stands() -> str:
        with database.snapshot() as session:
            try:
                standing_approval(session, before)
            except ReeveError as exc:
                return getattr(exc, "reason", exc.code)
        return "stands"

    assert refusal(database, sign_approval(statement(), KEY), maker) == "other_tenant"
    other = Ed25519PrivateKey.generate()
    assert database.context is not None
    named = fingerprint(other.public_key().public_bytes_raw())
    strangers = Statement(database.context.tenant_id, named, PlanScope(ROOT), START, START + DAY)
    assert refusal(database, sign_approval(strangers, other), maker) == "unknown_key"
    assert refusal(database, signed_here(database, days=5, at=START - DAY), maker) == "expired_key"
    with database.transaction() as session:
        withdraw(session, ada, Role.APPROVER)
    assert (refusal(database, signed, maker), stands()) == ("scope", "scope")
    with database.transaction() as session:
        grant(session, ada, Role.APPROVER)
        deactivate(session, ada)
    assert (refusal(database, signed, maker), stands()) == ("inactive", "inactive")
    with database.transaction() as session:
        reactivate(session, ada)
        retire_approver_key(session, key_id)
    assert (refusal(database, signed, maker), stands()) == ("retired_key", "stands")
    with database.transaction() as session:
        retire_approver_key(session, key_id, compromised=True)
    assert (refusal(database, signed, maker), stands()) == ("compromised_key", "compromised_key")
    clock.instant = START + 81 * DAY
    assert stands() == "approval_not_in_force"
    with database.snapshot() as session, pytest.raises(NotFound):
        standing_approval(session, ApprovalId(new_id()))


def test_what_was_changed_in_the_state_is_noticed(database: Database, maker: ActorId, key_id: ApproverKeyId) -> None:
    with database.transaction() as session:
        approval_id = record_approval(session, signed_here(database), maker_id=maker)
    with database.transaction() as session:
        row = session.scalars(select(ApprovalRow)).one()
        row.signed = row.signed.replace(ROOT.encode(), b"c3" * 32)
        session.flush()
        with pytest.raises(IntegrityViolated):
            standing_approval(session, approval_id)


def test_of_many_who_hand_in_one_approval_one_records_it(
    database: Database, maker: ActorId, key_id: ApproverKeyId
) -> None:
    signed = signed_here(database)

    def hand_in(_number: int) -> ApprovalId:
        with database.transaction() as session:
            return record_approval(session, signed, maker_id=maker)

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(hand_in, range(4)))) == 1
    assert len(recorded(database, "actor.approval_given")) == 1


def test_no_private_key_comes_into_the_state(database: Database, maker: ActorId, key_id: ApproverKeyId) -> None:
    with database.transaction() as session:
        record_approval(session, signed_here(database), maker_id=maker)
    raw = KEY.private_bytes_raw()
    assert holds(database, raw.hex()) == []
    assert holds(database, PUBLIC.hex())  # the look finds what is there
