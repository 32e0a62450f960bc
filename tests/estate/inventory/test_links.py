"""Links are found by overlapping samples of hashes, and counters link nothing."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

import numpy as np
import pyarrow as pa
import pytest

from classifiers.matching.matcher import Matcher
from classifiers.sketches.hashing import HashKey
from classifiers.sketches.observe import observe
from classifiers.sketches.sketch import Sketch
from classifiers.sketches.sketch_bytes import outline, to_bytes
from engine.base.ids import FieldId
from engine.estate.inventory.links import Overlap, Sample, overlaps
from tests.classifiers.sample import PACK

MATCHER = Matcher(PACK)
KEY = HashKey(bytes(16), 1)


def sketch(values: Sequence[str | int]) -> Sketch:
    """The sketch of a column."""
    return observe({"c": pa.array(list(values))}, MATCHER, KEY)["c"]


def found(*columns: Sequence[str | int], room: int = 1 << 20) -> list[Overlap]:
    """The links of some columns, named by their places."""
    samples = [
        (FieldId(UUID(int=place)), sample)
        for place, values in enumerate(columns)
        if (sample := Sample.of(outline(to_bytes(sketch(values))))) is not None
    ]
    return overlaps(lambda: samples, room)


def linked(*columns: Sequence[str | int]) -> dict[tuple[int, int], float]:
    """Shares by the places of the columns."""
    return {(link.one.int, link.other.int): link.share for link in found(*columns)}


def people(low: int, high: int) -> list[str]:
    """Distinct values."""
    return [f"person {number}" for number in range(low, high)]


@pytest.mark.parametrize(("size", "common"), [(60, 30), (5_000, 2_500), (20_000, 20_000)])
def test_the_share_of_common_values_is_estimated(size: int, common: int) -> None:
    [link] = found(people(0, size), people(size - common, 2 * size - common))
    assert link.share == pytest.approx(common / size, abs=0.08)
    assert link.back == pytest.approx(common / size, abs=0.08)
    assert link.least is not None
    assert link.least <= link.share


def test_small_fields_are_compared_exactly() -> None:
    [link] = found(people(0, 100), people(40, 440))
    assert (link.one.int, link.other.int) == (0, 1)
    assert (link.share, link.least, link.back) == (0.6, 0.6, 0.15)


def test_a_small_part_of_a_large_whole_is_linked_from_the_part() -> None:
    [link] = found(people(0, 50_000), people(100, 2_100))
    assert (link.one.int, link.other.int) == (1, 0)
    assert link.share == 1.0
    assert link.least is not None
    assert 0.8 < link.least < 1.0
    assert link.back == pytest.approx(0.04, abs=0.02)


def test_what_the_sample_cannot_prove_is_no_link() -> None:
    assert found(people(0, 9_000), people(6_300, 15_300)) == [], "an overlap of 30 % is not certainly above 30 %"
    assert len(found(people(0, 9_000), people(4_500, 13_500))) == 1


def test_the_lower_bound_holds_in_19_of_20_cases() -> None:
    size, common, runs = 3_000, 1_500, 200
    one, other = np.arange(size, dtype=np.uint64), np.arange(size - common, 2 * size - common, dtype=np.uint64)
    wrong = 0
    for seed in range(runs):
        hashes = np.random.default_rng(seed).integers(0, 2**64, 2 * size, dtype=np.uint64)
        samples = [np.sort(hashes[side])[:257] for side in (one, other)]
        cut = [(FieldId(UUID(int=place)), Sample(all_[:-1], all_[-1])) for place, all_ in enumerate(samples)]
        [link] = overlaps(lambda cut=cut: cut)  # type: ignore[misc]
        wrong += link.least is not None and link.least > common / size
    assert wrong <= runs * 0.1


def test_however_few_hashes_fit_the_links_are_the_same() -> None:
    columns = [people(low, low + 400) for low in range(0, 4_000, 130)]
    everything = found(*columns)
    assert len(everything) > 30
    assert found(*columns, room=1_000) == everything


def test_case_does_not_count_and_digits_are_numbers() -> None:
    lower = [f"p{number}@mail.example" for number in range(500)]
    assert linked(lower, [value.upper() for value in lower])[0, 1] == 1.0
    cards = [4_111_111_111_111_111 + 10_000_000_000 * number for number in range(3_000)]
    valid = [number for number in cards if _luhn(number)]
    assert linked(valid, [str(number) for number in valid])[0, 1] == 1.0


def _luhn(number: int) -> bool:
    digits = [int(char) for char in reversed(str(number))]
    return sum(digits[::2] + [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]) % 10 == 0


def test_strangers_counters_and_code_lists_are_not_linked() -> None:
    assert linked(people(0, 500), people(1_000, 1_500)) == {}
    assert linked(range(1_000), range(1_000)) == {}
    assert linked(["red", "green", "blue"] * 50, ["red", "green", "blue"] * 50) == {}


def test_values_that_everyone_holds_link_nothing() -> None:
    assert linked(*([f"v{n}" for n in range(30)] for _ in range(60))) == {}
