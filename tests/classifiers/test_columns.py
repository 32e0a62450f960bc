"""Verdicts come from the whole column: chance is told from identity, decoys from numbers, names from products."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest

from classifiers.columns.verdicts import Judge, Verdict
from classifiers.field_names import words
from classifiers.matching.matcher import Matcher
from classifiers.sketches.hashing import HashKey
from classifiers.sketches.observe import observe
from tests.classifiers.sample import PACK, make, number, with_check_digit

MATCHER = Matcher(PACK)
JUDGE = Judge(PACK)
KEY = HashKey(bytes(16), 1)


def judge(asset: str, **columns: Sequence[Any]) -> dict[str, Verdict]:
    """Verdicts on an asset with these columns."""
    arrays = {name: pa.array(list(values)) for name, values in columns.items()}
    return JUDGE.asset(asset, observe(arrays, MATCHER, KEY))


def main(verdict: Verdict) -> str | None:
    """The main entity, or None."""
    return verdict.entities[0].entity if verdict.entities else None


def test_a_tenth_passing_is_chance_and_all_passing_is_the_number() -> None:
    found = judge(
        "t",
        col1=make(2_000, number(9)),
        col2=[with_check_digit(body) for body in make(2_000, number(8))],
    )
    assert main(found["col1"]) is None
    assert main(found["col2"]) == "NINE_DIGITS"


def test_a_mixed_column_is_reported_with_its_share() -> None:
    good = [with_check_digit(body) for body in make(600, number(8))]
    found = judge("t", col=good + make(400, number(9), seed=2))["col"]
    assert main(found) == "NINE_DIGITS"
    assert 0.5 < found.entities[0].share < 0.7


def test_a_few_addresses_in_free_text_are_found() -> None:
    notes = make(2_000, lambda rng: "called about order " + "x" * rng.randrange(20))
    notes[100] = "write to a.person@example.org please"
    found = judge("t", note=notes)["note"]
    assert main(found) == "EMAIL_ADDRESS"
    assert found.entities[0].matches == 1


def test_running_numbers_are_no_number_of_a_person() -> None:
    assert main(judge("t", col=list(range(100_000_000, 100_002_000)))["col"]) is None


@pytest.mark.parametrize("name", ["order_number", "tracking", "sku"])
def test_names_of_decoys_count_against_weak_rules(name: str) -> None:
    values = [with_check_digit(body) for body in make(6, number(8))]
    assert main(judge("t", **{name: values})[name]) is None


def test_a_name_alone_is_nothing_without_values_that_fit() -> None:
    found = judge(
        "t", email=[True, False] * 50, birth_date=["unknown"] * 10, empty=pa.nulls(5, pa.string()).to_pylist()
    )
    assert [main(found[name]) for name in ("email", "birth_date", "empty")] == [None, None, None]


def test_dates_of_birth_need_a_name_and_plausible_years() -> None:
    births = make(500, lambda rng: f"{rng.randrange(1940, 2005)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}")
    future = make(500, lambda rng: f"{rng.randrange(2031, 2060)}-01-{rng.randrange(1, 29):02d}")
    found = judge("t", birth_date=births, created=births)
    assert main(found["birth_date"]) == "DATE_TIME"
    assert found["birth_date"].entities[0].subtype == "DATE_OF_BIRTH"
    assert main(found["created"]) is None
    later = judge("t", birth_date=future)["birth_date"]
    assert not later.entities or later.confidence < found["birth_date"].confidence


def test_people_stand_beside_other_data_of_people() -> None:
    rng = random.Random(4)
    names = [f"{rng.choice(['Ann', 'Bob', 'Cy'])} {rng.choice(['Lee', 'Poe', 'Ray'])}" for _ in range(300)]
    mails = make(300, lambda one: f"user{one.randrange(10**6)}@example.com")
    customers = judge("customers", name=names, email=mails)
    products = judge("products", name=names, price=list(range(300)))
    assert main(customers["name"]) == "PERSON"
    assert main(products["name"]) is None


def test_verdicts_do_not_depend_on_the_order_of_columns() -> None:
    columns = {"email": make(50, lambda rng: f"u{rng.randrange(99)}@example.com"), "name": ["Ann Lee"] * 50}
    assert judge("t", **columns) == {name: judge("t", **dict(reversed(columns.items())))[name] for name in columns}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("customerEmail_2", ("customer", "email")),
        ("EMAIL-Addresses", ("email", "address")),
        ("HTTPServer", ("http", "server")),
        ("status", ("status",)),
        ("日付", ("日付",)),
        ("", ()),
    ],
)
def test_words_of_names(name: str, expected: tuple[str, ...]) -> None:
    assert words(name) == expected
