"""Every control of the library, with a population in which it was effective, one in which it deviated, and none at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.base.clock import FixedClock
from engine.base.ids import AssetId, CertificateId, LookId, PlanId, new_id
from engine.base.state.context import context_of
from engine.base.state.database import Database
from engine.base.state.tables import JobId
from engine.base.work.schedules import DeclaredSchedule
from engine.evidence.conclusions import Deviations, Effective, NoOccurrence, NotTested
from engine.evidence.period import Period
from engine.evidence.procedures import PROCEDURES
from engine.evidence.records import Facts
from engine.ledger.events.certificate import CertificateClosed
from tests.evidence.cases import CASES
from tests.evidence.cases.case import ME
from tests.evidence.cases.records import export
from tests.evidence.cases.scans import covered
from tests.evidence.cases.sweeps import begun, certificate_issued, looked, plan_ended
from tests.evidence.cases.work import failed
from tests.evidence.world import CONTROLS, DAILY, World, completed, started

BY_HAND = ("REC-05", "LOG-02")
"""Their bad case changes what was recorded before."""
LASTING = sorted(name for name, one in CONTROLS.items() if name not in BY_HAND and not PROCEDURES[one.test].needs_state)


@pytest.fixture
def world(database: Database, clock: FixedClock) -> World:
    return World(database, clock)


def test_every_control_has_its_cases() -> None:
    assert set(CASES) == set(CONTROLS)


@pytest.mark.parametrize("control", sorted(CASES))
def test_what_is_as_it_should_be_is_effective(world: World, control: str) -> None:
    CASES[control][0](world)
    found = world.conclude(control)
    assert isinstance(found, Effective), found


@pytest.mark.parametrize("control", sorted(CASES))
def test_what_is_not_is_a_deviation(world: World, control: str) -> None:
    CASES[control][1](world)
    found = world.conclude(control)
    assert isinstance(found, Deviations), found
    assert found.count == len(found.found) >= 1


@pytest.mark.parametrize("control", sorted(set(CONTROLS) - {"REC-03", "REC-04", "REC-05", "KEY-01", "KEY-02"}))
def test_nothing_at_all_is_never_effective(world: World, control: str) -> None:
    """Those left out look at the registration of the one who runs the tests, which is on record."""
    assert isinstance(world.conclude(control), NoOccurrence | NotTested)


@pytest.mark.parametrize("control", LASTING)
def test_what_happens_later_changes_nothing_of_a_period_that_is_over(world: World, control: str) -> None:
    good, bad = CASES[control]
    good(world)
    world.wait(days=1)
    until = world.clock.now()
    before = world.conclude(control, until)
    world.wait(days=1)
    bad(world)
    assert world.conclude(control, until) == before


def test_late_is_noted_and_not_absent(world: World) -> None:
    world.schedule(DAILY)
    for _ in range(3):
        world.wait(hours=25)
        world.fire()
    found = world.conclude("SCAN-01")
    assert isinstance(found, Effective)
    assert "nightly: 2 late, by at most 9:30:00." in found.notes


def test_a_schedule_that_is_taken_away_leaves_a_trace(world: World) -> None:
    world.schedule(DAILY, DeclaredSchedule("noon", "scan", "0 12 * * *"))
    world.wait(days=3)
    world.schedule(DAILY)
    world.fire()
    found = world.conclude("SCAN-01")
    assert "noon: ended 2026-03-04 09:30 UTC; what it missed before that is not told." in found.notes
    world.schedule()
    found = world.conclude("SCAN-01")
    assert isinstance(found, NotTested)
    assert [one.partition(":")[0] for one in found.notes] == ["nightly", "noon"]


@pytest.mark.parametrize(
    ("state", "what"), [("failed", "A run ended as failed."), ("", "A run began and did not end.")]
)
def test_a_run_that_began_and_did_not_end_well_is_a_deviation(world: World, state: str, what: str) -> None:
    world.schedule(DAILY)
    world.wait(hours=18)
    world.fire(state)
    world.wait(hours=25)
    found = world.conclude("SCAN-01")
    assert isinstance(found, Deviations)
    assert what in [one.what for one in found.found]
    assert all(one.subject == "nightly" for one in found.found)


def test_what_failed_just_now_is_not_judged_yet(world: World) -> None:
    world.tell(covered(AssetId(new_id()), 1), failed(JobId(new_id())))
    world.wait(hours=1)
    assert isinstance(world.conclude("SCAN-05"), NotTested)
    assert isinstance(world.conclude("WORK-02"), NotTested)


def test_mending_takes_no_deviation_away(world: World) -> None:
    CASES["SCAN-01"][1](world)
    world.fire()  # what was due last is made up for: from now on it is late, and not absent
    before = world.conclude("SCAN-01")
    assert isinstance(before, Deviations)
    for _ in range(5):
        world.wait(days=1)
        world.fire()
    after = world.conclude("SCAN-01")
    assert isinstance(after, Deviations)
    assert {one.at for one in before.found} <= {one.at for one in after.found}


def test_a_population_with_a_hole_in_it_shows_nothing(world: World) -> None:
    scan = started()
    world.tell(export("ab" * 32), scan, completed(scan.scan))
    world.sequence()
    assert isinstance(world.conclude("SCAN-03"), Effective)
    world.take_away(2)  # some event that the control does not look at
    found = world.conclude("SCAN-03")
    assert isinstance(found, NotTested)
    assert "places of the ledger without an event: 1" in found.reason


def test_an_altered_event_is_no_case_of_a_good_control(world: World) -> None:
    world.tell(completed(), completed())
    world.change("scan.completed", payload_sha256=b"0" * 32)
    assert not isinstance(world.conclude("SCAN-04"), Effective)
    assert not isinstance(world.conclude("SCAN-02"), Effective)


def test_the_state_tells_of_no_day_that_is_over(world: World) -> None:
    world.store()
    end = world.clock.now()
    world.wait(days=3)
    with world.database.snapshot() as session:
        facts = Facts(session, Period(end - timedelta(days=1), end))
        found, _ = PROCEDURES["stores_declare"].run(facts, CONTROLS["INV-01"])
    assert isinstance(found, NotTested)


def test_a_destroyed_epoch_shows(world: World) -> None:
    CASES["KEY-01"][0](world)
    with world.database.snapshot() as session:
        keyring = context_of(session).keyring
    keyring.rotate()
    keyring.destroy(1)
    found = world.conclude("KEY-01")
    assert isinstance(found, Deviations)
    assert {one.what for one in found.found} == {"A key of epoch 1 does not open (key_destroyed)."}


def test_deviations_never_name_a_place_without_its_event(world: World) -> None:
    CASES["SCAN-04"][1](world)
    world.sequence()
    found = world.conclude("SCAN-04")
    assert isinstance(found, Deviations)
    (cited,) = found.found[0].cited
    assert cited.place is not None
    assert cited.place.startswith("2026/")


def test_a_plan_that_its_maker_approved_is_a_deviation(world: World) -> None:
    begun(world, ME)
    found = world.conclude("DSP-02")
    assert isinstance(found, Deviations)
    assert [one.what for one in found.found] == ["A plan was approved by who made it."]


def test_rows_that_came_back_are_a_deviation(world: World) -> None:
    world.tell(plan_ended(PlanId(new_id()), found=3))
    found = world.conclude("DSP-03")
    assert isinstance(found, Deviations)
    assert "3 rows" in found.found[0].what


def test_a_certificate_of_other_counts_or_too_late_is_a_deviation(world: World) -> None:
    more, late = PlanId(new_id()), PlanId(new_id())
    world.tell(plan_ended(more), plan_ended(late))
    world.wait(hours=1)
    world.tell(certificate_issued(more, certified=13))
    world.wait(hours=24)
    world.tell(certificate_issued(late))
    found = world.conclude("DSP-01")
    assert isinstance(found, Deviations)
    assert sorted(one.what for one in found.found) == [
        "A certificate says something else than the end of its plan.",
        "A plan was certified late.",
    ]


def test_what_ended_just_now_need_not_be_certified_yet(world: World) -> None:
    world.tell(plan_ended(PlanId(new_id())))
    world.wait(hours=23)
    found = world.conclude("DSP-01")
    assert isinstance(found, NoOccurrence)


def test_a_certificate_that_was_closed_too_early_is_a_deviation(world: World) -> None:
    plan, now = PlanId(new_id()), world.clock.now()
    world.tell(certificate_issued(plan, now + timedelta(days=9)))
    world.wait(days=1)
    closing = CertificateClosed(
        certificate=CertificateId(plan),
        plan=plan,
        sha256="cd" * 32,
        issued_at=now,
        copies_end_at=now + timedelta(days=9),
    )
    world.tell(closing)
    found = world.conclude("DSP-04")
    assert isinstance(found, Deviations)
    assert [one.what for one in found.found] == ["A certificate was closed while a copy remained."]


def test_rows_that_a_plan_dealt_with_in_time_are_not_overdue(world: World) -> None:
    look, plan, since = LookId(new_id()), PlanId(new_id()), world.clock.now()
    world.tell(looked(look, 12, since, plan))
    world.wait(days=10)
    world.tell(plan_ended(plan))
    world.wait(days=25)
    assert isinstance(world.conclude("RET-01"), Effective)


def test_rows_that_a_plan_left_are_overdue_although_nobody_looked_again(world: World) -> None:
    look, plan, since = LookId(new_id()), PlanId(new_id()), world.clock.now()
    world.tell(looked(look, 12, since, plan))
    world.wait(days=10)
    world.tell(plan_ended(plan, found=3))
    world.wait(days=22)
    found = world.conclude("RET-01")
    assert isinstance(found, Deviations)
    assert [one.what for one in found.found] == ["12 rows were over their maximum for too long."]


def test_new_rows_each_night_are_not_one_long_delay(world: World) -> None:
    look = LookId(new_id())
    for _ in range(5):
        world.tell(looked(look, 3, world.clock.now()))
        world.wait(days=9)
    assert isinstance(world.conclude("RET-01"), Effective)


def test_a_look_that_nobody_could_make_is_none(world: World) -> None:
    look = LookId(new_id())
    world.tell(looked(look, 0, None))
    world.wait(days=20)
    world.tell(looked(look, 0, None, could=False))
    world.wait(days=12)
    found = world.conclude("RET-02")
    assert isinstance(found, Deviations)
    assert len(found.found) == 1


def test_a_rule_that_was_taken_out_need_not_be_looked_by(world: World) -> None:
    world.tell(looked(LookId(new_id()), 0, None))
    world.wait(days=1)
    other = LookId(new_id())
    for _ in range(3):
        world.tell(replace(looked(other, 0, None), policies="cd" * 32))
        world.wait(days=20)
    assert isinstance(world.conclude("RET-02"), Effective)
