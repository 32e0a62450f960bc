"""A hold from being placed to being released: what is recorded, what is kept, and what is never kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import delete, inspect, select, text

from engine.base.actors import ActorKind, register
from engine.base.clock import FixedClock
from engine.base.errors import AccessRefused, BadInput, NotFound
from engine.base.ids import ActorId, HoldId, new_id
from engine.base.keys.subjects import destroy_subject_key
from engine.base.state.database import Database
from engine.base.state.outbox import disclose
from engine.base.state.tables import HoldRow, OutboxDisclosureRow, OutboxRow
from engine.governance.holds.barrier import BatchView, close_batch, gate_number, holds_over, waited_for
from engine.governance.holds.counting import hold_matcher
from engine.governance.holds.ending import release_hold, review_hold
from engine.governance.holds.place import NewHold, make_effective, place_hold, try_effective, wait_effective
from engine.governance.holds.scopes import MAX_SCOPES, Scope
from engine.governance.holds.view import Filters, count_holds, find_hold, list_holds, show_hold
from engine.ledger.log.reconcile import reconcile
from tests.governance.holds.test_matcher import EMAIL, SHOP
from tests.governance.holds.world import FENCE, Holds

CANARY = "canary.person@example.com"
ANN = Scope("shop", "customers", ("email",), identifiers=(CANARY,))


@pytest.fixture
def world(database: Database, clock: FixedClock) -> Holds:
    return Holds(database, clock)


def release(world: Holds, hold: HoldId, by: str = "Bea") -> None:
    with world.acting(by) as session:
        release_hold(session, hold, "the case is settled")


def states(world: Holds) -> list[str]:
    with world.database.snapshot() as session:
        return [one.state for one in list_holds(session, 100)]


def events(database: Database, kind: str) -> list[OutboxRow]:
    with database.snapshot() as session:
        return list(session.scalars(select(OutboxRow).where(OutboxRow.type == kind).order_by(OutboxRow.id)))


def test_a_hold_counts_at_once_is_sure_when_nothing_is_open_and_ends(world: Holds) -> None:
    hold = world.place(ANN)
    with world.database.transaction() as session:
        assert [one.state for one in holds_over(session, "shop")] == ["placed"]
        assert try_effective(session, hold)
        assert try_effective(session, hold)
        assert [one.state for one in holds_over(session, "shop")] == ["effective"]
        assert holds_over(session, "elsewhere") == ()
    release(world, hold)
    with world.database.transaction() as session:
        assert holds_over(session, "shop") == ()
        with pytest.raises(BadInput):
            try_effective(session, hold)
        seen = show_hold(session, hold)
        assert (seen.matter, seen.reason) == ("Doe v. Shop", "the court asked for it")
        assert (seen.state, seen.release_reason, seen.overdue) == ("released", "the case is settled", False)
        assert seen.released_by is not None
        assert (seen.placed_by.name, seen.released_by.name, seen.owner.name) == ("Ada", "Bea", "Ada")
        assert not [gap for gap in reconcile(session).gaps if "hold" in gap.what]
    assert [len(events(world.database, f"hold.{deed}")) for deed in ("placed", "effective", "released")] == [1, 1, 1]


def test_a_hold_without_its_event_is_a_gap(world: Holds) -> None:
    world.place()
    with world.database.transaction() as session:
        session.execute(delete(OutboxDisclosureRow))
        session.execute(delete(OutboxRow).where(OutboxRow.type == "hold.placed"))
        assert [gap.count for gap in reconcile(session).gaps if "kind hold" in gap.what] == [1]


def test_whoever_placed_a_hold_does_not_release_it_and_nor_does_a_program(world: Holds) -> None:
    hold = world.place()
    with pytest.raises(AccessRefused) as refused:
        release(world, hold, by="Ada")
    assert refused.value.reason == "own_hold"
    with pytest.raises(AccessRefused) as refused, world.acting("cron", ActorKind.SERVICE) as session:
        release_hold(session, hold, "it is late")
    assert refused.value.reason == "no_person"
    with pytest.raises(BadInput), world.acting("Bea") as session:
        release_hold(session, hold, "  ")
    assert states(world) == ["placed"]
    release(world, hold)
    with pytest.raises(BadInput):
        release(world, hold)
    with pytest.raises(NotFound), world.acting("Bea") as session:
        release_hold(session, HoldId(new_id()), "never")


def test_identifiers_keys_and_texts_are_nowhere_in_clear(world: Holds) -> None:
    key = Scope("shop", "orders", ("id",), keys=(("canary-key-77",),))
    hold = world.place(ANN, key, matter="Canary Q. Person v. Shop")
    with world.acting("Ada") as session:
        review_hold(session, hold, world.clock.now() + timedelta(days=30), "canary of a note")
    release(world, hold)
    kept = "\n".join(everything(world.database)).lower()
    assert "customers" in kept  # names of the estate stand there, so this looks at the right thing
    for hidden in ("canary", "settled", CANARY.encode().hex(), b"canary".hex()):
        assert hidden not in kept


def everything(database: Database) -> Iterator[str]:
    """All that a state holds, as text."""
    with database.snapshot() as session:
        for table in inspect(session.connection()).get_table_names():
            for row in session.execute(text(f'SELECT * FROM "{table}"')):
                yield repr([bytes(cell) if isinstance(cell, memoryview) else cell for cell in row])
                yield " ".join(bytes(cell).hex() for cell in row if isinstance(cell, bytes | memoryview))


def test_what_was_written_can_be_disclosed_until_the_hold_is_forgotten(world: Holds) -> None:
    hold = world.place(ANN)
    placed = events(world.database, "hold.placed")[0]
    with world.database.transaction() as session:
        assert disclose(session, placed.id, "matter").value == "Doe v. Shop"
        assert disclose(session, placed.id, "places").value == ["shop/customers.email"]
        row = session.scalars(select(HoldRow)).one()
        destroy_subject_key(session, row.subject_key_id)
    with world.database.snapshot() as session:
        seen = show_hold(session, hold)
        assert (seen.matter, seen.reason, seen.state) == (None, None, "placed")


def test_a_review_moves_the_date_and_says_whether_it_was_late(world: Holds) -> None:
    hold = world.place(days=10)
    world.clock.instant += timedelta(days=11)
    with world.database.transaction() as session:
        assert [one.id for one in list_holds(session, 10, filters=Filters(overdue=True))] == [hold]
    for ahead in (timedelta(), timedelta(days=367)):
        with pytest.raises(BadInput), world.acting("Bea") as session:
            review_hold(session, hold, world.clock.now() + ahead)
    with world.acting("Bea") as session:
        review_hold(session, hold, world.clock.now() + timedelta(days=90))
    with world.database.transaction() as session:
        assert count_holds(session, Filters(overdue=True)) == 0
        assert show_hold(session, hold).reviewed_at == world.clock.now()
    assert '"late":true' in events(world.database, "hold.reviewed")[0].payload
    release(world, hold)
    with pytest.raises(BadInput), world.acting("Bea") as session:
        review_hold(session, hold, world.clock.now() + timedelta(days=9))


def test_texts_of_a_hold_that_is_reviewed_every_year_stay_readable(world: Holds) -> None:
    hold = world.place(days=366)
    for _ in range(12):
        world.clock.instant += timedelta(days=365)
        with world.acting("Ada") as session:
            review_hold(session, hold, world.clock.now() + timedelta(days=366))
    with world.database.snapshot() as session:
        assert show_hold(session, hold).matter == "Doe v. Shop"


def test_holds_are_listed_in_pages_and_by_what_they_are(world: Holds) -> None:
    holds = [world.place(matter=f"Case {number % 2}") for number in range(5)]
    release(world, holds[0])
    with world.database.transaction() as session:
        make_effective(session)
        newest = [one.id for one in list_holds(session, 2)]
        assert newest == [holds[4], holds[3]]
        assert [one.id for one in list_holds(session, 9, after=newest[-1])] == holds[2::-1]
        assert [one.id for one in list_holds(session, 9, skip=3)] == holds[1::-1]
        for filters, count in (
            (Filters("active"), 4),
            (Filters("placed"), 0),
            (Filters("released"), 1),
            (Filters(store="shop"), 5),
            (Filters(store="else"), 0),
            (Filters(matter=" case 1"), 2),
        ):
            assert count_holds(session, filters) == len(list_holds(session, 9, filters=filters)) == count
        with pytest.raises(BadInput):
            Filters("gone")
        assert find_hold(session, str(holds[1])).id == find_hold(session, holds[1].hex[-9:]).id == holds[1]
        for wrong in ("", "zz", str(new_id())):
            with pytest.raises(NotFound):
                find_hold(session, wrong)


def test_what_is_not_in_the_inventory_or_does_not_fit_is_refused(world: Holds) -> None:
    now = world.clock.now()
    scope = Scope("shop")
    for missing in (
        Scope("shopp"),
        Scope("shop", "custommers"),
        Scope("shop", "customers", ("mail",), identifiers=("a",)),
    ):
        with pytest.raises(NotFound):
            world.place(missing)
    with pytest.raises(NotFound), world.acting("Ada") as session:
        place_hold(session, NewHold("m", "r", [scope], now + timedelta(days=1), ActorId(new_id())))
    for matter, reason, scopes, days in (
        ("", "r", [scope], 1.0),
        ("m", " ", [scope], 1.0),
        ("m\x00", "r", [scope], 1.0),
        ("m", "r", [], 1.0),
        ("m", "r", [scope] * (MAX_SCOPES + 1), 1.0),
        ("m", "r", [scope], 0.0),
        ("m", "r", [scope], 367.0),
        ("m", "r", [Scope("shop", "customers", ("email",), identifiers=("--",))], 1.0),
        ("m", "r", [Scope("shop", "customers", ("id",), keys=((None,),))], 1.0),
    ):
        with pytest.raises(BadInput), world.acting("Ada") as session:
            place_hold(session, NewHold(matter, reason, scopes, now + timedelta(days=days)))
    assert states(world) == []


def test_the_matcher_of_a_state_tells_what_is_held(world: Holds) -> None:
    with world.database.transaction() as session:
        before = gate_number(session, "shop")
    hold = world.place(ANN)
    with world.database.transaction() as session:
        matcher = hold_matcher(session, "shop", SHOP)
        assert matcher.held("customers", [{EMAIL: CANARY.upper()}, {EMAIL: "bob@example.com"}]) == [str(hold), None]
        assert gate_number(session, "shop") > before


def test_waiting_ends_with_the_last_batch_that_did_not_know_or_when_it_is_told_to(world: Holds) -> None:
    batch = world.open("orders")
    hold = world.place()
    told: list[list[UUID]] = []

    def close() -> None:
        with world.database.transaction() as session:
            close_batch(session, batch, "done", fence=FENCE)

    def note(found: Sequence[BatchView]) -> None:
        told.append([one.id for one in found])

    assert not wait_effective(world.database, hold, sleep=close, told=note, until=lambda: True)
    assert states(world) == ["placed"]
    assert wait_effective(world.database, hold, sleep=close, told=note)
    assert told == [[batch], [batch]]
    assert states(world) == ["effective"]
    with world.database.snapshot() as session:
        assert waited_for(session, hold) == waited_for(session, HoldId(new_id())) == []


def test_a_leader_makes_holds_effective_that_nobody_waits_for(world: Holds) -> None:
    batch = world.open("orders")
    world.place()
    world.place(Scope("shop", "notes"))
    world.clock.instant += timedelta(hours=2)
    with world.database.transaction() as session:
        make_effective(session)
    assert states(world) == ["effective", "placed"]
    with world.database.transaction() as session:
        close_batch(session, batch, "done", fence=FENCE)
        make_effective(session)
    assert states(world) == ["effective", "effective"]
    assert ['"waited_s":7200' in one.payload for one in events(world.database, "hold.effective")] == [True, True]


def test_a_service_may_place_a_hold(world: Holds) -> None:
    with world.database.transaction() as session:
        service = register(session, ActorKind.SERVICE, "legal").id
    with world.own(service).transaction() as session:
        hold = place_hold(session, NewHold("m", "r", [Scope("shop")], world.clock.now() + timedelta(days=1)))
    release(world, hold)
