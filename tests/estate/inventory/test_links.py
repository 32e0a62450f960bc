"""Links are found by overlapping samples of hashes, and counters link nothing."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import pyarrow as pa
import pytest

from classifiers.matcher import Matcher
from classifiers.observe import HashKey, observe
from classifiers.sketch import Sketch
from engine.base.ids import FieldId
from engine.estate.inventory.links import overlaps
from tests.classifiers.sample import PACK

MATCHER = Matcher(PACK)
KEY = HashKey(bytes(16), 1)


def sketch(values: Sequence[str | int]) -> Sketch:
    """The sketch of a column."""
    return observe({"c": pa.array(list(values))}, MATCHER, KEY)["c"]


def linked(*columns: Sequence[str | int]) -> dict[tuple[int, int], float]:
    """Shares by the places of the columns."""
    fields = {FieldId(UUID(int=place)): sketch(values) for place, values in enumerate(columns)}
    return {(link.one.int, link.other.int): link.share for link in overlaps(fields)}


def people(low: int, high: int) -> list[str]:
    """Distinct values."""
    return [f"person {number}" for number in range(low, high)]


@pytest.mark.parametrize(("size", "common"), [(60, 30), (5_000, 2_500), (20_000, 20_000)])
def test_the_share_of_common_values_is_estimated(size: int, common: int) -> None:
    found = linked(people(0, size), people(size - common, 2 * size - common))
    assert found[0, 1] == pytest.approx(common / size, abs=0.08)


def test_a_small_part_of_a_large_whole_is_linked() -> None:
    assert linked(people(0, 50_000), people(100, 2_100))[0, 1] > 0.8


def test_strangers_counters_and_code_lists_are_not_linked() -> None:
    assert linked(people(0, 500), people(1_000, 1_500)) == {}
    assert linked(range(1_000), range(1_000)) == {}
    assert linked(["red", "green", "blue"] * 50, ["red", "green", "blue"] * 50) == {}


def test_values_that_everyone_holds_link_nothing() -> None:
    assert linked(*([f"v{n}" for n in range(30)] for _ in range(60))) == {}
