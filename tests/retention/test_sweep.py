"""Sweeps from policies to rows that are gone: what goes, what stays and why, and what ends a plan before it is carried out."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from engine.base.actors.roles import Role
from engine.base.errors import BadInput, ConfigError
from engine.base.state.context import context_of
from engine.estate.detectors.pack import load_pack
from engine.governance.calendar import Duration, due_at
from engine.governance.change.applying import Ran
from engine.governance.change.approving import cancel_plan
from engine.governance.change.plan import Limits
from engine.governance.holds.place import NewHold, place_hold
from engine.governance.holds.scopes import Scope
from engine.governance.policy.waivers import Asking, approve, ask
from retention.certificate.issuing import issue_certificate
from retention.certificate.view import show_certificate
from retention.results import NothingDue, NotPlanned, Planned, Underway
from retention.select import ROOTS
from retention.sweep import Sweeper, Wanted
from tests.base.actors.people import add
from tests.retention.house import CLOSED, LATELY, LONG_AGO, House


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.database.close()


def hold(house: House, email: str) -> None:
    with house.database.transaction() as session:
        review = context_of(session).clock.now() + timedelta(days=30)
        scope = Scope("shop", "accounts", ("email",), identifiers=(email,))
        place_hold(session, NewHold("Case 7", "needed", (scope,), review_at=review))


def fill(house: House, rows: int) -> None:
    """So many more accounts that are due."""
    more = f"SELECT value, 'zebra' || value || '@mail.example', '{CLOSED}' FROM numbers"
    numbers = f"WITH RECURSIVE numbers (value) AS (SELECT 21 UNION ALL SELECT value + 1 FROM numbers LIMIT {rows})"
    house.run(f"INSERT INTO accounts {numbers} {more}")
    house.scan()


def test_what_is_over_goes_and_what_a_hold_a_law_or_a_reference_keeps_stays(house: House) -> None:
    house.run(
        f"INSERT INTO letters VALUES (1, 1, '{LONG_AGO}'), (2, 2, '{LONG_AGO}'), (3, 2, '{LATELY}')",
        "INSERT INTO invoices VALUES (1, 3)",
        "UPDATE accounts SET closed_at = NULL WHERE id = 4",
        f"UPDATE accounts SET closed_at = '{LATELY}' WHERE id = 5",
        "UPDATE accounts SET closed_at = 'some day' WHERE id = 6",
    )
    house.scan()
    hold(house, " Zebra7@Mail.Example")
    planned = house.planned()
    assert planned.rows == {"accounts": 14, "letters": 1}
    assert planned.excluded == {"held": 1, "referenced": 1, "statutory_minimum": 1, "unknown": 1}
    before = house.ids()
    assert house.carry_out(planned.plan_id).state == "made", "nobody has approved it"
    assert house.ids() == before
    house.approve(planned.plan_id)
    assert house.carry_out(planned.plan_id).state == "done"
    assert house.ids() == [2, 3, 4, 5, 6, 7]
    assert house.ids("letters") == [2, 3]
    (again,) = house.plan()
    assert again == NothingDue(
        "shop", "accounts", "closed", {"held": 1, "referenced": 1, "statutory_minimum": 1, "unknown": 1}, 1
    )


def test_of_two_that_plan_the_same_at_once_the_later_one_does(house: House) -> None:
    house.scan()
    points, later = 0, []

    def meanwhile() -> None:
        nonlocal points
        points += 1
        if points == 2:  # the first one has begun its plan
            later.append(house.planned())

    (first,) = Sweeper(house.database, house.settings, stop_point=meanwhile).plan(Wanted(limits=Limits(share=100)))
    assert first == Underway("shop", "accounts", "closed", later[0].plan_id, "made")
    house.approve(later[0].plan_id)
    assert house.carry_out(later[0].plan_id).state == "done"


def test_a_plan_made_again_takes_the_place_of_one_that_nobody_approved(house: House) -> None:
    house.scan()
    first, second = house.planned(), house.planned()
    assert house.state(first.plan_id)[0] == "cancelled"
    house.approve(second.plan_id)
    (third,) = house.plan()
    assert third == Underway("shop", "accounts", "closed", second.plan_id, "approved")


def test_a_plan_beyond_its_limits_is_refused(house: House) -> None:
    house.scan()
    assert house.planned(limits=Limits(rows=19, share=100)).refused == "rows"
    assert house.planned(limits=Limits(share=50)).refused == "share"
    assert not house.planned(limits=Limits(share=100)).refused


@pytest.mark.parametrize("change", ["policy", "waiver", "inventory"])
def test_what_is_not_asked_for_any_more_is_not_done(house: House, change: str) -> None:
    house.scan()
    planned = house.planned()
    house.approve(planned.plan_id)
    file = house.folder / "policies.yaml"
    if change == "policy":
        file.write_text(file.read_text().replace("P2Y", "P3Y"))
    elif change == "waiver":
        _waive(house)
    else:
        house.run(*(f"UPDATE accounts SET email = '{n} pieces' WHERE id = {n}" for n in house.ids()))
        house.scan()
    ran = house.carry_out(planned.plan_id)
    assert (ran.state, ran.reason) == ("refused", "decision_changed")
    assert len(house.ids()) == 20


def test_a_waiver_that_comes_midway_keeps_what_is_still_there(house: House) -> None:
    fill(house, ROOTS)
    planned = house.planned()
    house.approve(planned.plan_id)
    batches = 0

    def waive() -> None:
        nonlocal batches
        batches += 1
        if batches == 2:
            _waive(house)

    assert house.carry_out(planned.plan_id, waive).state == "cancelled"
    assert len(house.ids()) == 20


def _waive(house: House) -> None:
    approver = add(house.database, "Wanda Approver", Role.APPROVER)
    with house.database.transaction() as session:
        context = context_of(session)
        assert context.actor_id is not None
        expires = context.clock.now() + timedelta(days=30)
        asking = Asking("closed", "shop", "accounts", "", context.actor_id, "moving", "access is limited", expires)
        waiver_id = ask(session, load_pack().matcher, asking)
    from dataclasses import replace

    with house.database.bound(replace(context, actor_id=approver)).transaction() as session:
        approve(session, waiver_id)


@pytest.mark.parametrize(
    ("schema", "policy", "reason"),
    [
        (
            "CREATE TABLE notes (id INTEGER PRIMARY KEY, account_id INTEGER REFERENCES accounts (id))",
            "[letters, notes]",
            "notes, which goes with it, is not in the inventory: scan first",
        ),
        ("DROP TABLE invoices", "[letters, invoices]", "invoices is no table of this store"),
        ("DROP TABLE invoices", "[strangers]", "strangers is no table of this store"),
    ],
)
def test_what_cannot_be_planned_says_why(house: House, schema: str, policy: str, reason: str) -> None:
    house.scan()
    house.run(schema)
    file = house.folder / "policies.yaml"
    file.write_text(file.read_text().replace("[letters]", policy))
    (found,) = house.plan()
    assert isinstance(found, NotPlanned)
    assert reason in found.reasons


def test_what_was_never_read_lets_nothing_go(house: House) -> None:
    with pytest.raises(BadInput, match="no asset named accounts"):
        house.plan(assets=("accounts",))
    assert house.plan() == []


def test_a_store_that_does_not_answer_hinders_no_other(house: House) -> None:
    house.scan()
    config = house.folder / "reeve.yaml"
    away = "  away:\n    kind: sql\n    url: sqlite:///missing/shop.db\n"
    config.write_text(config.read_text().replace("policies:", f"{away}policies:"))
    first, second = house.plan()
    assert isinstance(first, NotPlanned)
    assert (first.store, isinstance(second, Planned)) == ("away", True)


def test_a_table_without_what_its_time_is_counted_from_hinders_no_other(house: House) -> None:
    house.scan()
    file = house.folder / "policies.yaml"
    never = """
  early:
    title: Invoices go a year after they were paid
    select: {store: shop, asset: invoices, field: "*"}
    require: {retention: {maximum: P1Y, from: {column: paid_at}}, disposal: delete}
"""
    file.write_text(file.read_text() + never)
    by_asset = {one.asset: one for one in house.plan()}
    assert isinstance(by_asset["accounts"], Planned)
    refused = by_asset["invoices"]
    assert isinstance(refused, NotPlanned)
    assert refused.reasons == ("invoices has no paid_at, from which the time is counted",)


def test_without_a_write_credential_nothing_is_changed(house: House) -> None:
    config = house.folder / "reeve.yaml"
    config.write_text(config.read_text().replace("    write: {url: sqlite:///shop.db}\n", ""))
    house.scan()
    planned = house.planned()
    house.approve(planned.plan_id)
    with pytest.raises(ConfigError, match="no `write`"):
        house.carry_out(planned.plan_id)
    assert len(house.ids()) == 20


@pytest.mark.parametrize("wanted", [{"stores": ("nowhere",)}, {"rules": ("none",)}, {"assets": ("none",)}])
def test_names_that_do_not_exist_are_refused(house: House, wanted: dict[str, tuple[str, ...]]) -> None:
    house.scan()
    with pytest.raises(BadInput, match="there is no"):
        house.plan(**wanted)


def test_a_row_that_changes_after_the_approval_stays(house: House) -> None:
    house.scan()
    planned = house.planned()
    house.approve(planned.plan_id)
    house.run(
        f"UPDATE accounts SET closed_at = '{LATELY}' WHERE id = 1",
        f"INSERT INTO letters VALUES (9, 2, '{LONG_AGO}')",
        f"INSERT INTO accounts VALUES (99, 'zebra99@mail.example', '{CLOSED}')",
    )
    hold(house, "zebra3@mail.example")
    assert house.carry_out(planned.plan_id).state == "complete_with_exceptions"
    assert house.ids() == [1, 2, 3, 99]


def test_a_policy_edited_while_it_runs_stops_it_and_what_went_is_certified(house: House) -> None:
    """By the real files: the second batch is not begun, whatever time and size the file has."""
    fill(house, ROOTS)
    planned = house.planned()
    house.approve(planned.plan_id)
    file = house.folder / "policies.yaml"
    whole, batches = file.read_text(), 0

    def edit() -> None:
        nonlocal batches
        batches += 1
        if batches == 2:
            was = file.stat()
            file.write_text(whole.replace("P2Y", "P3Y"))
            os.utime(file, ns=(was.st_atime_ns, was.st_mtime_ns))

    assert house.carry_out(planned.plan_id, edit) == Ran("stopped", "policy_changed")
    left = house.ids()
    assert len(left) == 20
    file.write_text(whole)
    with house.database.transaction() as session:
        cancel_plan(session, planned.plan_id)
    assert house.carry_out(planned.plan_id).state == "cancelled"
    with house.database.transaction() as session:
        made = show_certificate(session, issue_certificate(session, planned.plan_id)).document
    assert (made.extent, made.counts.rows_certified, house.ids()) == ("partial", ROOTS, left)
    assert [(one.asset, one.reason, one.roots) for one in made.counts.left] == [("accounts", "stopped", 20)]
    (copy,) = made.copies.remaining
    assert (copy.lasts, copy.until) == ("P35D", due_at(made.copies.counted_from, Duration(days=35), ZoneInfo("UTC")))
