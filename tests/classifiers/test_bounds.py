"""The bounds against their definitions, summed up with fractions, and against samples that are drawn."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from classifiers.bounds import RISK, missed_bound, part_bound, rows_needed, upper_bound

EXACT_RISK = Fraction(1, 20)

shares = st.floats(1e-6, 0.999)
rows = st.integers(1, 10**6)


def tail(hits: int, sampled: int, share: Fraction) -> Fraction:
    """The probability of at most so many hits."""
    terms = (math.comb(sampled, one) * share**one * (1 - share) ** (sampled - one) for one in range(hits + 1))
    return sum(terms, Fraction(0))


def missed(holding: int, sampled: int, total: int) -> Fraction:
    """The probability that a sample without replacement shows none of the holding rows."""
    return Fraction(math.comb(total - holding, sampled), math.comb(total, sampled))


@given(rows)
def test_of_an_unknown_total(sampled: int) -> None:
    assert (1 - missed_bound(sampled)) ** sampled == pytest.approx(RISK)
    assert missed_bound(sampled + 1) < missed_bound(sampled)


@pytest.mark.parametrize(
    ("sampled", "total", "bound"),
    [(0, None, 1.0), (0, 5, 1.0), (5, 5, 0.0), (7, 5, 0.0), (0, 0, 0.0), (1, 2, 0.5), (19, 20, 0.05)],
)
def test_at_the_edges(sampled: int, total: int | None, bound: float) -> None:
    assert missed_bound(sampled, total) == bound


def test_the_rule_of_three() -> None:
    assert missed_bound(1000) == pytest.approx(0.00299, abs=1e-5)
    assert rows_needed(0.01) == 299
    assert rows_needed(0.001) == 2995


@given(st.integers(1, 80), st.data())
def test_of_a_known_total_by_direct_summation(total: int, data: st.DataObject) -> None:
    sampled = data.draw(st.integers(1, total))
    most = max(
        holding
        for holding in range(total - sampled + 1)
        if missed(holding, sampled, total) >= EXACT_RISK or not holding
    )
    assert abs(Fraction(missed_bound(sampled, total)) - Fraction(most, total)) < Fraction(1, 2**52)


@given(rows, st.integers(1, 10**12))
@example(sampled=10**6, total=10**12)
def test_a_known_total_is_never_looser(sampled: int, total: int) -> None:
    assert missed_bound(sampled, total) <= missed_bound(sampled)
    assert missed_bound(sampled + 1, total) <= missed_bound(sampled, total)


@given(st.integers(1, 1000))
def test_a_large_total_is_as_good_as_none(sampled: int) -> None:
    assert missed_bound(sampled, 10**12) == pytest.approx(missed_bound(sampled), rel=1e-6)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 200))
@example(showing=1, others=0, undrawn=2)  # two of three, which no float is
def test_of_a_part_of_unknown_size_whatever_its_size(showing: int, others: int, undrawn: int) -> None:
    """One row more than the bound says is missed with 5 % at most, for every number of rows that may be of the kind."""
    sampled = showing + others
    bound = part_bound(showing, sampled, sampled + undrawn)
    for size in range(showing, showing + undrawn + 1):
        holding = math.floor(Fraction(bound) * size) + 1
        assert holding > size - showing or missed(holding, showing, size) <= EXACT_RISK
    assert bound <= part_bound(showing, sampled) == missed_bound(showing)
    assert bound <= part_bound(max(0, showing - 1), sampled, sampled + undrawn)


@pytest.mark.parametrize(
    ("showing", "sampled", "total", "bound"),
    [(0, 299, 10_000, 1.0), (0, 0, None, 1.0), (3, 300, 300, 0.0), (0, 300, 300, 0.0), (990, 990, 1000, 0.0)],
)
def test_of_a_part_at_the_edges(showing: int, sampled: int, total: int | None, bound: float) -> None:
    assert part_bound(showing, sampled, total) == bound


@given(st.integers(1, 60), st.data())
def test_upper_bound_by_direct_summation(sampled: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, sampled - 1))
    bound = upper_bound(hits, sampled)
    assert tail(hits, sampled, Fraction(bound * (1 - 1e-9))) >= EXACT_RISK
    assert tail(hits, sampled, Fraction(min(1.0, bound * (1 + 1e-9)))) <= EXACT_RISK


@given(rows, st.data())
def test_upper_bound_grows_with_hits_and_shrinks_with_rows(sampled: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, sampled))
    bound = upper_bound(hits, sampled)
    assert hits / sampled <= bound <= 1
    assert upper_bound(hits, sampled + 1) <= bound * (1 + 1e-9)
    assert hits == sampled or upper_bound(hits + 1, sampled) > bound


@pytest.mark.parametrize(("hits", "sampled"), [(1, 100), (50, 100), (99, 100), (10, 1000), (500, 1000), (3, 4000)])
def test_upper_bound_of_more_rows_by_direct_summation(hits: int, sampled: int) -> None:
    bound = upper_bound(hits, sampled)
    assert tail(hits, sampled, Fraction(f"{bound * (1 - 1e-7):.12f}")) > EXACT_RISK
    assert tail(hits, sampled, Fraction(f"{bound * (1 + 1e-7):.12f}")) < EXACT_RISK


@given(shares, st.none() | st.integers(0, 10**7))
def test_rows_needed_are_enough_and_no_fewer_are(prevalence: float, total: int | None) -> None:
    needed = rows_needed(prevalence, total)
    assert missed_bound(needed, total) <= prevalence
    assert not needed or missed_bound(needed - 1, total) > prevalence
    assert total is None or needed <= min(total, rows_needed(prevalence))


@given(rows)
def test_rows_needed_is_the_inverse(sampled: int) -> None:
    assert rows_needed(missed_bound(sampled)) == sampled


@pytest.mark.parametrize(
    ("prevalence", "total", "needed"), [(0, 9, 9), (-1, 9, 9), (1, None, 0), (2, 9, 0), (0.5, 0, 0)]
)
def test_rows_needed_at_the_edges(prevalence: float, total: int | None, needed: int) -> None:
    assert rows_needed(prevalence, total) == needed


def test_what_makes_no_sense_is_refused() -> None:
    for nonsense in (
        lambda: missed_bound(-1),
        lambda: missed_bound(1, -1),
        lambda: part_bound(2, 1),
        lambda: part_bound(-1, 1),
        lambda: upper_bound(2, 1),
        lambda: upper_bound(-1, 1),
        lambda: rows_needed(0),
        lambda: rows_needed(math.nan),
        lambda: rows_needed(0.1, -1),
    ):
        with pytest.raises(ValueError, match="rows"):
            nonsense()
