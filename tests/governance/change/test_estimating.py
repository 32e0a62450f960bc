"""What a plan says about how much it is: bytes by the size of its tables, time by the plans before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.base.clock import FixedClock
from engine.governance.change.approving import cancel_plan
from engine.governance.change.estimating import in_words, volume_of
from engine.governance.change.kept import header_of, plan_of
from engine.governance.change.plan import Header
from tests.governance.change.world import Approver, Fault, PeopleRows, World


def header(world: World, rows: PeopleRows | None = None) -> Header:
    plan_id = world.plan(rows=rows)
    with world.database.snapshot() as session:
        return header_of(plan_of(session, plan_id))


def test_bytes_are_the_part_of_each_table(world: World) -> None:
    rows = PeopleRows(
        world.people, known_tables={"person": 70, "note": 28}, volumes={"person": 7_000_000, "note": 280_000}
    )
    assert header(world, rows).volume == 700_000 + 140_000


@pytest.mark.parametrize(
    ("tables", "volumes", "volume"),
    [
        ({"a": 4, "b": 4}, {"a": 400, "b": 40}, 220),
        ({"a": 4, "b": 4}, {"a": 400, "b": None}, None),
        ({"a": 4, "b": 4}, {"a": 400}, None),
        ({"a": None, "b": 4}, {"a": 400, "b": 40}, None),
        ({"a": 0, "b": 4}, {"a": 400, "b": 40}, None),
        ({"a": 4, "b": 4, "c": None}, {"a": 400, "b": 40}, 220),
    ],
)
def test_what_is_not_known_of_one_is_not_known_of_all(
    tables: dict[str, int | None], volumes: dict[str, int | None], volume: int | None
) -> None:
    assert volume_of({"a": 2, "b": 2, "c": 0}, tables, volumes) == volume


def test_time_is_that_of_plans_before(world: World, clock: FixedClock, approver: Approver) -> None:
    first = world.plan()
    with world.database.snapshot() as session:
        assert header_of(plan_of(session, first)).seconds is None, "there was none before"
    approver.approve(first)

    def slowly(point: str, _number: int) -> None:
        clock.instant += timedelta(seconds=2 if point == "changed" else 0)

    world.tap = slowly
    assert world.run(first).state == "done"  # 21 rows in three batches: six seconds
    come = "WITH RECURSIVE one (id) AS (SELECT {} UNION ALL SELECT id + 1 FROM one WHERE id < {}) INSERT INTO person "
    world.people.change(come.format(101, 107) + "SELECT id, 1 FROM one")
    assert header(world).seconds == 2
    world.people.change(come.format(108, 163) + "SELECT id, 1 FROM one")
    again = header(world)
    assert (again.total, again.seconds) == (63, 18)
    assert in_words(again) == "about 18 s of work, as fast as plans before"


def test_a_plan_that_did_not_end_does_not_tell(world: World, clock: FixedClock, approver: Approver) -> None:
    made = world.plan()
    approver.approve(made)
    world.tap = lambda _point, _number: setattr(clock, "instant", clock.instant + timedelta(seconds=1))
    world.fail_at_stop_points(None, Fault())
    with pytest.raises(Fault):
        world.run(made)
    with world.database.transaction() as session:
        cancel_plan(session, made)
    assert header(world).seconds is None


@pytest.mark.parametrize(
    ("volume", "seconds", "words"),
    [
        (None, None, ""),
        (0, None, "about 0 bytes with their indexes"),
        (999, None, "about 999 bytes with their indexes"),
        (1_234, 119, "about 1.2 kB with their indexes, about 119 s of work, as fast as plans before"),
        (999_600, None, "about 1.0 MB with their indexes"),
        (45_600_000, 7_000, "about 46 MB with their indexes, about 117 min of work, as fast as plans before"),
        (7 * 10**15, 400_000, "about 7,000 TB with their indexes, about 111 h of work, as fast as plans before"),
    ],
)
def test_words(world: World, volume: int | None, seconds: int | None, words: str) -> None:
    assert in_words(replace(header(world), volume=volume, seconds=seconds)) == words
