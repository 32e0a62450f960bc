"""How many roots the next batch takes."""

from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.governance.policy.model import Delete
from retention.pace import BatchPace, Took
from retention.probe import Probe, StorePace, paced
from tests.retention.databases import Tables

QUICK = Took(0.1, probe=0.004)


def test_a_batch_doubles_until_it_hurts_and_grows_by_steps_from_then_on() -> None:
    pace = BatchPace(100, idle=0.004)
    assert pace.after(QUICK).after(QUICK).roots == 400
    hurt = pace.after(QUICK).after(Took(2.1))
    assert [hurt.roots, hurt.after(QUICK).roots, hurt.after(QUICK).after(QUICK).roots] == [100, 125, 156]


def test_a_batch_stops_growing_below_what_would_hurt() -> None:
    pace = BatchPace(100, idle=0.004)
    assert pace.after(Took(0.6, probe=0.004)).roots == 125
    assert pace.after(Took(1.5, probe=0.004)).roots == 100


@pytest.mark.parametrize(
    "took", [Took(0.1, lock_waited=True), Took(0.1, probe=0.0091), Took(2.1), Took(0.1, lock_waited=True, probe=0.001)]
)
def test_a_batch_that_hurts_is_halved_and_followed_by_a_pause(took: Took) -> None:
    pace = BatchPace(100, idle=0.004)
    assert pace.after(took).roots == 50
    assert pace.pause(took) == took.seconds
    assert pace.pause(QUICK) == 0


def test_below_the_margin_nothing_is_felt() -> None:
    assert BatchPace(idle=0.001).bearable == pytest.approx(0.006)
    assert BatchPace(idle=0.1).bearable == pytest.approx(0.2)
    assert not BatchPace(idle=0.001).hurts(Took(0.1, probe=0.0059))
    assert not BatchPace(idle=None).hurts(Took(0.1, probe=9))


@given(
    st.lists(st.builds(Took, st.floats(0, 10), st.booleans(), st.none() | st.floats(0, 1)), max_size=50),
    st.integers(1, 5000),
)
def test_it_stays_within_bounds_and_recovers(history: list[Took], roots: int) -> None:
    pace = BatchPace(roots, idle=0.004)
    for took in history:
        pace = pace.after(took)
        assert pace.least <= pace.roots <= pace.most
        assert 0 <= pace.pause(took) <= 5
    for _ in range(60):
        pace = pace.after(QUICK)
    assert pace.roots == pace.most


def test_parts_of_a_batch_follow_what_the_last_one_took() -> None:
    slept: list[float] = []
    pace = StorePace(BatchPace(100, idle=0.004), sleep=slept.append)
    pace.took(0.5, lock_waited=False)
    assert (pace.roots(), slept) == (200, [])
    pace.took(0.5, lock_waited=True)
    assert (pace.roots(), slept) == (100, [0.5])
    assert StorePace(BatchPace(100), together=True).roots() is None


def test_a_probe_tells_what_neighbours_feel(tables: Tables) -> None:
    tables.run("CREATE TABLE things (id integer PRIMARY KEY, other integer)", "INSERT INTO things VALUES (1, 1)")
    with paced(tables.store(), tables.preview("things", Delete()).steps) as pace:
        assert pace.roots() == BatchPace().roots
        pace.took(0.1, lock_waited=False)
        assert pace.roots() in {100, 200, 400}  # the probe may have been slow meanwhile


def test_roots_that_refer_to_one_another_are_done_at_once(tables: Tables) -> None:
    tables.run(
        "CREATE TABLE things (id integer PRIMARY KEY, other integer, FOREIGN KEY (other) REFERENCES things (id))"
    )
    with paced(tables.store(), tables.preview("things", Delete()).steps) as pace:
        assert pace.roots() is None


def test_a_probe_counts_what_was_answered_since_it_was_asked() -> None:
    answered = threading.Semaphore(0)

    def ask() -> float:
        answered.release()
        return 0.25

    probe = Probe(ask)
    assert probe.idle() == 0.25
    assert probe.recent() is None
    probe.start()
    for _ in range(40):
        answered.acquire(timeout=10)
    probe.stop()
    assert probe.recent() == 0.25
    assert probe.recent() is None
