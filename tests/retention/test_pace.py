"""How many roots the next batch takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retention.pace import BatchPace, Took

QUICK = Took(0.1, probe=0.004)


def test_a_batch_grows_while_nothing_hurts_and_stops_below_what_would() -> None:
    pace = BatchPace(100, idle=0.004)
    assert pace.after(QUICK).roots == 125
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
