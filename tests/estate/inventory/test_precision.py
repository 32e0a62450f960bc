"""Precision by people's answers: which answer counts, and the interval."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.ids import FieldId, new_id
from engine.estate.inventory.precision import Answer, Precision, precisions, wilson
from tests.properties import tries


def answer(field: FieldId, entity: str, subtype: str = "", *, kept: bool, kept_entity: bool | None = None) -> Answer:
    return Answer(field, "shop/a.x", "x", entity, subtype, kept, kept if kept_entity is None else kept_entity)


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_wilsons(hits: int, of: int, low: float, high: float) -> None:
    """Values of R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3."""
    assert wilson(hits, of) == pytest.approx((low, high), abs=5e-5)


@settings(max_examples=tries(50))
@given(st.integers(1, 5_000), st.data())
def test_the_interval_holds_the_share_and_is_symmetric(of: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, of))
    low, high = wilson(hits, of)
    assert 0 <= low <= hits / of <= high <= 1
    assert wilson(of - hits, of) == pytest.approx((1 - high, 1 - low))


@pytest.mark.parametrize(("hits", "of"), [(1, 0), (0, 0), (-1, 2), (3, 2)])
def test_no_interval_without_tries(hits: int, of: int) -> None:
    with pytest.raises(ValueError, match="counted among"):
        wilson(hits, of)


def test_what_was_corrected_most_often_comes_first() -> None:
    one, two, three = (FieldId(new_id()) for _ in range(3))
    found = [
        answer(one, "LOCATION", "CITY", kept=False, kept_entity=True),
        answer(one, "LOCATION", "STREET_ADDRESS", kept=True),
        answer(two, "LOCATION", "CITY", kept=False),
        answer(three, "URL", kept=True),
    ]
    assert precisions(found) == [
        Precision("LOCATION/CITY", 0, 2),
        Precision("LOCATION/STREET_ADDRESS", 1, 0),
        Precision("URL", 1, 0),
    ]
    assert precisions(found, "entity") == [Precision("LOCATION", 1, 1), Precision("URL", 1, 0)]
    assert precisions([]) == []
