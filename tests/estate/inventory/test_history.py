"""Verdicts are only ever added; which one counts, and what is told of those before."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from engine.base.clock import FixedClock
from engine.base.errors import BadInput, NotFound
from engine.base.keys.subjects import destroy_subject_key
from engine.base.state.database import Database
from engine.base.state.tables import OutboxRow, VerdictRow
from engine.base.state.tables.actors import ActorRow
from engine.estate.inventory.decide import Decision, decide, withdraw
from engine.estate.inventory.history import PastVerdict, count_scans, past_scans, verdict_history
from engine.estate.inventory.load import load_inventory
from engine.estate.inventory.view import FieldView
from tests.conftest import START
from tests.estate.scan.estate import CANARY, build, pack, scanner, stores

PLACE = "shop/customers.email"
NOTHING: tuple[str, ...] = ()


@pytest.fixture
def scanned(database: Database, tmp_path: Path) -> Database:
    """A state with one scan."""
    scanner(database, stores(build(tmp_path / "estate", people=60))).run()
    return database


def say(database: Database, entities: tuple[str, ...] | None, reason: str = "because") -> None:
    with database.transaction() as session:
        decide(session, pack().matcher, Decision(PLACE, entities, None, reason))


def take_back(database: Database, reason: str = "no longer", place: str = PLACE) -> None:
    with database.transaction() as session:
        withdraw(session, pack().matcher, place, reason)


def history(database: Database, place: str = PLACE) -> list[PastVerdict]:
    with database.snapshot() as session:
        return verdict_history(session, place)


def now(database: Database) -> FieldView:
    with database.snapshot() as session:
        view = load_inventory(session)
    (found,) = (field for _, asset, field in view.fields() if f"{asset.name}.{field.path}" == "customers.email")
    return found


def names(verdict: PastVerdict) -> list[str]:
    return [one.entity for one in verdict.entities]


def test_what_counts_at_every_step(scanned: Database, clock: FixedClock) -> None:
    """The newest word of a person wins until it is withdrawn, whatever was said before it."""
    steps = [("correct", ("PERSON",)), ("correct", NOTHING), ("withdraw", None), ("confirm", None), ("withdraw", None)]
    expected = [["PERSON"], [], ["EMAIL_ADDRESS"], ["EMAIL_ADDRESS"], ["EMAIL_ADDRESS"]]
    counting = [1, 2, 0, 4, 0]
    for (step, entities), held, place in zip(steps, expected, counting, strict=True):
        clock.instant += timedelta(hours=1)
        before = history(scanned)
        if step == "withdraw":
            take_back(scanned)
        else:
            say(scanned, entities)
        field, after = now(scanned), history(scanned)
        assert [one.entity for one in field.entities] == held
        assert bool(field.decision) == (step != "withdraw")
        assert [one.counts for one in after].index(True) == place
        assert sum(one.counts for one in after) == 1
        assert [(one.decided_at, one.entities, one.reason) for one in after[:-1]] == [
            (one.decided_at, one.entities, one.reason) for one in before
        ]
        assert after[-1].decided_at == clock.instant


def test_steps_of_one_instant_keep_their_order(scanned: Database) -> None:
    say(scanned, NOTHING)
    take_back(scanned)
    say(scanned, ("PERSON",))
    assert [(names(one), one.withdrawn) for one in history(scanned)] == [
        (["EMAIL_ADDRESS"], False),
        ([], False),
        ([], True),
        (["PERSON"], False),
    ]
    assert [one.entity for one in now(scanned).entities] == ["PERSON"]


def test_nothing_and_withdrawn_are_two_things(scanned: Database) -> None:
    """An empty list says that there is nothing; a withdrawal says nothing."""
    say(scanned, NOTHING)
    assert now(scanned).entities == ()
    take_back(scanned)
    nothing, back = history(scanned)[1:]
    assert (nothing.withdrawn, nothing.confidence) == (False, 1.0)
    assert (back.withdrawn, back.confidence, back.entities) == (True, 0.0, ())
    with scanned.snapshot() as session:
        query = select(VerdictRow.entities).where(VerdictRow.decided_by == "person").order_by(VerdictRow.id)
        assert session.scalars(query).all() == [[], None]


def test_a_withdrawal_is_an_event_of_its_own(scanned: Database) -> None:
    say(scanned, ("PERSON",))
    take_back(scanned, "secret reason")
    with scanned.snapshot() as session:
        (row,) = session.scalars(select(OutboxRow).where(OutboxRow.type == "inventory.verdict_withdrawn"))
    payload = json.loads(row.payload)
    assert payload["attributes"] == {"entity": "EMAIL_ADDRESS", "entity_old": "PERSON", "sensitivity": "confidential"}
    assert set(payload["commitments"]) == {"field", "reason"}
    assert "secret" not in row.payload
    assert "customers" not in row.payload


@pytest.mark.parametrize(
    ("place", "reason", "error"),
    [
        (PLACE, "nobody decided", BadInput),
        (PLACE, "", BadInput),
        (PLACE, f"asked {CANARY}", BadInput),
        ("shop/customers.no", "x", NotFound),
    ],
)
def test_a_refused_withdrawal_leaves_nothing(scanned: Database, place: str, reason: str, error: type[BadInput]) -> None:
    if "nobody" not in reason:
        say(scanned, NOTHING)
    before = history(scanned)
    with pytest.raises(error):
        take_back(scanned, reason, place)
    assert history(scanned) == before
    with scanned.snapshot() as session:
        assert session.scalar(select(func.count()).where(OutboxRow.type == "inventory.verdict_withdrawn")) == 0


def test_a_forgotten_person_is_still_known_by_id(scanned: Database) -> None:
    say(scanned, NOTHING)
    known = history(scanned)[-1].actor
    assert known.name
    with scanned.transaction() as session:
        row = session.scalars(select(ActorRow).where(ActorRow.id == known.id)).one()
        destroy_subject_key(session, row.subject_key_id)
    forgotten = history(scanned)[-1].actor
    assert (forgotten.id, forgotten.name) == (known.id, None)


def test_past_scans_tell_the_account_of_each(database: Database, clock: FixedClock, tmp_path: Path) -> None:
    folder = build(tmp_path / "estate", people=60)
    first = scanner(database, stores(folder)).run()
    clock.instant += timedelta(days=1)
    (folder / "files" / "letters.csv").unlink()
    second = scanner(database, stores(folder)).run()
    with database.snapshot() as session:
        found = past_scans(session, limit=10)
        assert count_scans(session) == 2
        assert past_scans(session, limit=1) == found[:1]
        assert past_scans(session, limit=5, skip=1) == found[1:]
        assert past_scans(session, limit=5, skip=2) == []
    for told, result in zip(found, (second, first), strict=True):
        assert (told.scan_id, told.status, told.stores) == (result.scan_id, result.status, result.stores)
        assert (told.rows, told.bytes, dict(told.objects)) == (result.rows, result.bytes, dict(result.objects))
        assert told.drift == result.drift
    assert [one.started_at for one in found] == [START + timedelta(days=1), START]
    assert found[0].drift
