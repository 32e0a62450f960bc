"""Rows that are over their maximum are violations, as of the last look, until they have gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from engine.base.state.context import context_of
from engine.governance.change.approving import cancel_plan
from engine.governance.change.looks import looks_of
from engine.governance.change.plan import Limits
from engine.governance.policy.ageing import Ageing, ageing
from engine.governance.policy.configured import configured_policies
from engine.governance.policy.decide import Decider
from engine.governance.policy.looking import FRESH, NEVER, Looks
from engine.governance.policy.reading import read_estate
from engine.governance.policy.violations import RETENTION, Kind, Violation, worst_first
from engine.governance.policy.waivers import waivers_in_force
from engine.ledger.log.reconcile import reconcile
from tests.base.actors.people import recorded
from tests.retention.house import CLOSED, LATELY, LONG_AGO, House
from tests.retention.test_sweep import _waive, hold


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    house.scan()
    yield house
    house.database.close()


def found(house: House, later: timedelta = timedelta()) -> list[Violation]:
    """What depends on looking at rows."""
    policies = configured_policies(house.settings)
    with house.database.snapshot() as session:
        waivers = waivers_in_force(session)
        decided = Decider(policies.rules, waivers).decide_all(read_estate(session).assets)
        looks = Looks.from_all(looks_of(session), policies.hash, context_of(session).clock.now() + later)
        return [one for one in worst_first(decided, waivers, looks) if one.asked == RETENTION]


def told(house: House, later: timedelta = timedelta()) -> list[tuple[Kind, int]]:
    return [(one.kind, one.rows) for one in found(house, later)]


def test_where_nobody_ever_looked_it_is_not_checked(house: House) -> None:
    (one,) = found(house)
    assert (one.kind, one.place, one.rules, one.assets) == (Kind.NOT_CHECKED, "shop", ("closed",), 1)
    assert "reeve sweep plan" in one.reason


def test_planned_rows_are_overdue_until_they_have_gone(house: House) -> None:
    planned = house.planned()
    (one,) = found(house)
    assert (one.kind, one.place, one.rules, one.rows) == (Kind.OVERDUE, "shop/accounts", ("closed",), 20)
    assert one.since == one.as_of
    assert "20 rows are over the maximum and not gone, as of " in one.reason
    assert f"plan {planned.plan_id.hex[-8:]} waits for approval" in one.reason
    house.approve(planned.plan_id)
    assert house.carry_out(planned.plan_id).state == "done"
    assert found(house) == []
    assert house.plan()[0].__class__.__name__ == "NothingDue"
    assert found(house) == []
    assert [(one["overdue"], one["overdue_before"]) for one in recorded(house.database, "plan.looked")] == [
        (20, 0),
        (0, 0),
    ]
    with house.database.snapshot() as session:
        assert list(reconcile(session).gaps) == []


def test_since_when_stays_from_look_to_look_until_all_had_gone(house: House) -> None:
    house.planned()
    (first,) = found(house)
    house.planned()
    (second,) = found(house)
    assert first.as_of is not None
    assert second.as_of is not None
    assert (second.since, second.as_of > first.as_of, second.id) == (first.since, True, first.id)
    third = house.planned()
    house.approve(third.plan_id)
    house.carry_out(third.plan_id)
    house.run(f"INSERT INTO accounts VALUES (99, 'zebra99@mail.example', '{CLOSED}')")
    house.planned()
    (fourth,) = found(house)
    assert (fourth.rows, fourth.since) == (1, fourth.as_of)
    assert fourth.since != first.since


def test_what_may_stay_is_not_overdue_and_what_is_in_the_way_is(house: House) -> None:
    """One is held, one has a minimum, one is not over, one cannot be told, and one is referred to from outside of the rule."""
    house.run(
        f"INSERT INTO letters VALUES (1, 2, '{LATELY}')",
        f"INSERT INTO letters VALUES (2, 3, '{LONG_AGO}')",
        f"UPDATE accounts SET closed_at = '{LATELY}' WHERE id = 4",
        "UPDATE accounts SET closed_at = 'some day' WHERE id = 5",
        "INSERT INTO invoices VALUES (1, 6)",
        "DELETE FROM accounts WHERE id > 6",
    )
    hold(house, "zebra1@mail.example")
    planned = house.planned()
    assert told(house) == [(Kind.OVERDUE, 2), (Kind.UNKNOWN, 1)]
    house.approve(planned.plan_id)
    assert house.carry_out(planned.plan_id).state == "done"
    assert told(house) == [(Kind.OVERDUE, 1), (Kind.UNKNOWN, 1)], "account 6 is over, and an invoice is in its way"
    house.plan()
    (overdue, _) = found(house)
    assert (overdue.rows, overdue.since == overdue.as_of) == (1, False)
    assert "1 row is over the maximum" in overdue.reason
    assert "1 cannot go, as rows refer to them" in overdue.reason
    house.run("DELETE FROM invoices", "DELETE FROM accounts WHERE id IN (5, 6)")
    house.plan()
    assert found(house) == []


def test_what_a_hold_kept_while_it_ran_is_not_overdue(house: House) -> None:
    planned = house.planned()
    house.approve(planned.plan_id)
    hold(house, "zebra3@mail.example")
    house.run("INSERT INTO invoices VALUES (1, 6)")
    assert house.carry_out(planned.plan_id).state == "complete_with_exceptions"
    assert told(house) == [(Kind.OVERDUE, 1)]


def test_a_plan_that_was_given_up_leaves_its_rows_overdue(house: House) -> None:
    planned = house.planned(limits=Limits(rows=3, share=100))
    assert planned.refused == "rows"
    assert told(house) == [(Kind.OVERDUE, 20)]
    planned = house.planned()
    with house.database.transaction() as session:
        cancel_plan(session, planned.plan_id)
    (one,) = found(house)
    assert (one.rows, "no plan is under way" in one.reason) == (20, True)


def test_rows_that_came_back_are_overdue(house: House) -> None:
    house.run("CREATE TABLE kept AS SELECT * FROM accounts WHERE id = 7")
    house.run(
        "CREATE TRIGGER again AFTER DELETE ON accounts WHEN OLD.id = 7 "
        "BEGIN INSERT INTO accounts SELECT * FROM kept; END"
    )
    planned = house.planned()
    house.approve(planned.plan_id)
    assert house.carry_out(planned.plan_id).state == "complete_with_exceptions"
    assert told(house) == [(Kind.OVERDUE, 1)]


def test_a_look_that_found_nothing_does_not_count_for_ever(house: House) -> None:
    house.run(f"UPDATE accounts SET closed_at = '{LATELY}'")
    house.plan()
    assert found(house) == []
    assert found(house, FRESH - timedelta(hours=1)) == []
    (one,) = found(house, FRESH + timedelta(hours=1))
    assert (one.kind, "31 days ago" in one.reason) == (Kind.NOT_CHECKED, True)


def test_a_look_by_other_policies_is_none(house: House) -> None:
    house.run(f"UPDATE accounts SET closed_at = '{LATELY}' WHERE id > 2")
    planned = house.planned()
    file = house.folder / "policies.yaml"
    file.write_text(file.read_text().replace("P6Y", "P7Y"))
    (one,) = found(house)
    assert (one.kind, one.rows, "policies were changed" in one.reason) == (Kind.OVERDUE, 2, True)
    file.write_text(file.read_text().replace("P7Y", "P6Y"))
    house.approve(planned.plan_id)
    house.carry_out(planned.plan_id)
    assert found(house) == []
    file.write_text(file.read_text().replace("P6Y", "P7Y"))
    assert told(house) == [(Kind.NOT_CHECKED, 0)]


def test_where_nobody_can_look_any_more_what_was_known_stays(house: House) -> None:
    house.run("CREATE TABLE notes (id INTEGER PRIMARY KEY, account_id INTEGER REFERENCES accounts (id))")
    file = house.folder / "policies.yaml"
    whole = file.read_text()
    file.write_text(whole.replace("[letters]", "[letters, notes]"))
    house.plan()
    (one,) = found(house)
    assert (one.kind, "notes, which goes with it, is not in the inventory" in one.reason) == (Kind.NOT_CHECKED, True)
    house.scan()
    house.plan()
    (before,) = found(house)
    house.run("DROP TABLE notes")
    house.plan()
    (after,) = found(house)
    assert (after.kind, after.rows, after.as_of, after.since) == (Kind.OVERDUE, 20, before.as_of, before.since)
    assert "could not be looked for" in after.reason
    looked = [one["looked"] for one in recorded(house.database, "plan.looked")]
    assert looked == [False, True, False]


def aged(house: House, later: timedelta = timedelta()) -> Ageing:
    policies = configured_policies(house.settings)
    with house.database.snapshot() as session:
        decided = Decider(policies.rules, waivers_in_force(session)).decide_all(read_estate(session).assets)
        looks = Looks.from_all(looks_of(session), policies.hash, context_of(session).clock.now() + later)
        (found,) = ageing(decided, looks)
    return found


def test_rows_that_have_not_begun_age(house: House) -> None:
    assert (aged(house).unchecked, aged(house).days, aged(house).look.not_started) == (NEVER, 0, 0)
    house.run(
        "UPDATE accounts SET closed_at = NULL WHERE id > 15",
        f"UPDATE accounts SET closed_at = '{LATELY}' WHERE id < 16",
    )
    house.plan()
    first = aged(house, timedelta(days=40))
    assert (first.look.overdue, first.look.not_started, first.days) == (0, 5, 40)
    assert first.look.not_started_since == first.look.looked_at
    assert "40 days ago" in first.unchecked
    assert found(house) == [], "no rule is broken by them"
    house.run(
        "UPDATE accounts SET closed_at = NULL WHERE id = 15",
        f"UPDATE accounts SET closed_at = '{CLOSED}' WHERE id = 20",
    )
    planned = house.planned()
    second = aged(house)
    assert (planned.not_started, second.look.overdue, second.look.not_started, second.unchecked) == (5, 1, 5, "")
    assert (second.look.not_started_since, second.id) == (first.look.not_started_since, first.id)
    house.approve(planned.plan_id)
    house.carry_out(planned.plan_id)
    house.run(f"UPDATE accounts SET closed_at = '{LATELY}' WHERE closed_at IS NULL")
    house.plan()
    third = aged(house, timedelta(days=2))
    assert (third.look.not_started, third.look.not_started_since, third.days) == (0, None, 0)
    house.run("UPDATE accounts SET closed_at = NULL WHERE id = 3")
    house.plan()
    fourth = aged(house)
    assert (fourth.look.not_started, fourth.look.not_started_since) == (1, fourth.look.looked_at)
    told = recorded(house.database, "plan.looked")
    assert [(one["not_started"], one["not_started_since"] is not None) for one in told] == [
        (5, True), (5, True), (0, False), (1, True)
    ]  # fmt: skip
    assert told[0]["not_started_since"] == told[1]["not_started_since"]


def test_the_longer_wait_counts(house: House) -> None:
    house.run("UPDATE accounts SET closed_at = NULL WHERE id > 15")
    hold(house, "zebra3@mail.example")
    house.planned()
    one = aged(house, timedelta(days=3, hours=5))
    assert (one.look.overdue, one.look.excused, one.look.not_started, one.days) == (14, 1, 5, 3)
    house.run("UPDATE accounts SET closed_at = NULL WHERE id = 1", "DELETE FROM accounts WHERE id > 15")
    house.planned()
    one = aged(house, timedelta(days=3))
    assert one.look.not_started_since is not None
    assert one.look.since == one.look.not_started_since


def test_what_had_not_begun_is_still_known_where_nobody_can_look_any_more(house: House) -> None:
    house.run("UPDATE accounts SET closed_at = NULL")
    house.plan()
    before = aged(house)
    house.run("ALTER TABLE accounts RENAME COLUMN closed_at TO ended_at")
    house.plan()
    after = aged(house)
    assert (after.look.not_started, after.look.not_started_since) == (20, before.look.not_started_since)
    assert "could not be looked for" in after.unchecked


def test_what_a_waiver_accepts_is_no_violation(house: House) -> None:
    house.planned()
    _waive(house)
    assert found(house) == []
