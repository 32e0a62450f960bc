"""Waivers on both databases: two actors, a year at most, open again by themselves, and everything in the trail."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from classifiers.matching.matcher import Matcher
from engine.base.actors import ActorKind, register
from engine.base.clock import FixedClock
from engine.base.errors import BadInput, NotFound
from engine.base.ids import ActorId, WaiverId
from engine.base.state.database import Database
from engine.base.state.tables import OutboxRow, WaiverRow
from engine.governance.policy.waivers import (
    LONGEST,
    Asking,
    State,
    approve,
    ask,
    end,
    get_waiver,
    list_waivers,
    note_expired,
    waivers_in_force,
)
from tests.conftest import START
from tests.estate.scan.estate import pack


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    """The built-in detectors."""
    return pack().matcher


def asking(database: Database, *, until: datetime = START + timedelta(days=90), store: str = "shop") -> Asking:
    assert database.context is not None
    assert database.context.actor_id is not None
    return Asking(
        "closed-accounts", store, "accounts" if store else "", "", database.context.actor_id,
        "the old system is read only", "access is logged and reviewed", until,
    )  # fmt: skip


def another(database: Database, name: str = "An Approver", kind: ActorKind = ActorKind.PERSON) -> Database:
    """The same state, for another actor."""
    with database.transaction() as session:
        actor = register(session, kind, name)
    return acting(database, actor.id)


def acting(database: Database, actor: ActorId) -> Database:
    assert database.context is not None
    return database.bound(replace(database.context, actor_id=actor))


def asked(database: Database, matcher: Matcher, one: Asking | None = None) -> WaiverId:
    with database.transaction() as session:
        return ask(session, matcher, one or asking(database))


def accept(database: Database, waiver: UUID) -> None:
    with database.transaction() as session:
        approve(session, waiver)


def counting(database: Database) -> list[str]:
    with database.snapshot() as session:
        return [one.rule for one in waivers_in_force(session)]


def state(database: Database, waiver: UUID) -> State:
    with database.snapshot() as session:
        return get_waiver(session, waiver).state


def events(database: Database) -> list[str]:
    with database.snapshot() as session:
        query = select(OutboxRow.type).where(OutboxRow.type.startswith("waiver.")).order_by(OutboxRow.id)
        return list(session.scalars(query))


def test_a_waiver_counts_from_its_approval_to_its_expiry(
    database: Database, matcher: Matcher, clock: FixedClock
) -> None:
    waiver = asked(database, matcher)
    assert (counting(database), state(database, waiver)) == ([], State.ASKED)
    with pytest.raises(BadInput, match="cannot approve"):
        accept(database, waiver)
    approver = another(database)
    accept(approver, waiver)
    assert (counting(database), state(database, waiver)) == (["closed-accounts"], State.IN_FORCE)
    with pytest.raises(BadInput, match="in force"):
        accept(approver, waiver)
    clock.instant = START + timedelta(days=90)
    # nothing has run, and it does not count any more
    assert (counting(database), state(database, waiver)) == ([], State.EXPIRED)
    for noted in (1, 0):
        with database.transaction() as session:
            assert note_expired(session) == noted
    assert events(database) == ["waiver.asked", "waiver.approved", "waiver.expired"]


def test_one_that_was_never_approved_expires_without_a_word(
    database: Database, matcher: Matcher, clock: FixedClock
) -> None:
    waiver = asked(database, matcher)
    clock.instant = START + timedelta(days=91)
    with pytest.raises(BadInput, match="expired"):
        accept(another(database), waiver)
    with database.transaction() as session:
        assert note_expired(session) == 0
    assert state(database, waiver) is State.EXPIRED


def test_ending_opens_the_violation_again(database: Database, matcher: Matcher) -> None:
    waiver = asked(database, matcher)
    accept(another(database), waiver)
    with database.transaction() as session:
        end(session, matcher, waiver, "the old system is gone")
    assert (counting(database), state(database, waiver)) == ([], State.ENDED)
    with database.transaction() as session, pytest.raises(BadInput, match="ended"):
        end(session, matcher, waiver, "again")
    with pytest.raises(BadInput, match="ended"):
        accept(another(database, "Third"), waiver)


def test_a_year_is_the_most(database: Database, matcher: Matcher) -> None:
    asked(database, matcher, asking(database, until=START + LONGEST))
    with pytest.raises(BadInput, match="within a year"):
        asked(database, matcher, asking(database, until=START + LONGEST + timedelta(seconds=1)))
    with pytest.raises(BadInput, match="future"):
        asked(database, matcher, asking(database, until=START))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rule": ""}, "names the rule"),
        ({"store": ""}, "with its store"),
        ({"asset": "", "field": "email"}, "with its asset"),
        ({"reason": " "}, "needs a reason"),
        ({"control": "ask maria.huber@example.org"}, "EMAIL_ADDRESS"),
    ],
)
def test_bad_requests_are_refused(database: Database, matcher: Matcher, change: dict[str, str], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        asked(database, matcher, replace(asking(database), **change))  # type: ignore[arg-type]
    assert events(database) == []


def test_only_a_person_approves(database: Database, matcher: Matcher) -> None:
    waiver = asked(database, matcher)
    with pytest.raises(BadInput, match="person"):
        accept(another(database, "robot", ActorKind.SERVICE), waiver)


def test_the_database_itself_refuses_that_one_actor_does_both(database: Database, matcher: Matcher) -> None:
    asked(database, matcher)
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.execute(update(WaiverRow).values(approved_by=WaiverRow.asked_by, approved_at=START))


def test_lists_page_and_filter(database: Database, matcher: Matcher) -> None:
    found = [asked(database, matcher) for _ in range(3)]
    accept(another(database), found[1])
    with database.snapshot() as session:
        first = list_waivers(session, 2)
        assert [one.id for one in first] == found[:0:-1]
        assert [one.id for one in list_waivers(session, 2, after=first[-1].id)] == found[:1]
        assert [one.id for one in list_waivers(session, 9, state=State.IN_FORCE)] == [found[1]]
        assert [one.id for one in list_waivers(session, 9, state=State.ASKED)] == [found[2], found[0]]
        assert first[0].place == "shop/accounts"
        with pytest.raises(NotFound):
            get_waiver(session, UUID(int=7))


def test_the_trail_tells_who_asked_and_who_approved_and_no_words(database: Database, matcher: Matcher) -> None:
    waiver = asked(database, matcher)
    accept(another(database), waiver)
    with database.snapshot() as session:
        query = select(OutboxRow).where(OutboxRow.type.startswith("waiver.")).order_by(OutboxRow.id)
        payloads = [json.loads(row.payload) for row in session.scalars(query)]
    request, approval = payloads
    assert approval["refs"]["requester"] == request["actor_ref"] != approval["actor_ref"]
    assert approval["refs"]["waiver"] == request["refs"]["waiver"]
    assert request["attributes"] == {"scope": "asset", "expires_at": "2026-05-30T09:30:00.000000Z"}
    for hidden in ("closed-accounts", "shop", "logged"):
        assert hidden not in json.dumps(payloads)
