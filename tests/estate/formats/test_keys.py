"""Keys of JSON objects that are data: they become values, never names of fields, and names stay names."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest

from classifiers.object_keys import by_look
from engine.estate.formats.detect import Detection
from engine.estate.formats.format import Budget, Chunk
from tests.contracts.format import check_format
from tests.estate.formats.opening import chunks_of, opened
from tests.estate.formats.test_json import leaves, read_leaves

JSON, LINES = Detection("json"), Detection("jsonl")


def lines(records: list[Any]) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def names_of(chunks: list[Chunk]) -> set[str]:
    return {name for chunk in chunks for name in chunk.batch.schema.names}


def checked(value: Any, detection: Detection) -> set[str]:
    """The names of all fields; every leaf came back, and reading can go on from any cursor."""
    body = lines(value) if detection is LINES else json.dumps(value).encode()
    chunks = check_format(opened(body, detection), budgets=(Budget(1000), Budget(7, 500)))
    found, whole = read_leaves(chunks), json.dumps(value)
    assert all(found[leaf] >= whole.count(f'"{leaf}"') for leaf in set(leaves(value)) if len(leaf) > 3)
    return names_of(chunks)


TWO = {"anna@example.org": {"age": 41, "tags": ["x"]}, "bob@example.org": {"age": 17}}
FIELDS_OF_TWO = {"[].key", "[].value.age", "[].value.tags[]"}


@pytest.mark.parametrize(
    ("value", "detection", "names"),
    [
        (TWO, JSON, {f"${name}" for name in FIELDS_OF_TWO}),
        ({"by": {"mail": TWO}}, JSON, {f"by.mail{name}" for name in FIELDS_OF_TWO}),
        ([{"id": 1, "by": TWO}, {"id": 2}], JSON, {"id", *(f"by{name}" for name in FIELDS_OF_TWO)}),
        ([{"id": 1, "by": TWO}] * 30, LINES, {"id", *(f"by{name}" for name in FIELDS_OF_TWO)}),
        ([{f"p{n}@example.org": n} for n in range(40)], LINES, {"$[].key", "$[].value"}),
        ({"a": {"+49 170 1234567": "x", "+49 170 7654321": None}}, JSON, {"a[].key", "a[].value"}),
        ([{"a": {f"2024-01-{n:02}": n}} for n in range(1, 29)], LINES, {"a[].key", "a[].value"}),
        ([{"a": {str(n): n for n in range(12)}}], LINES, {"a[].key", "a[].value"}),
        ({"a": {"550e8400-e29b-41d4-a716-446655440000": {"n": "word"}}}, JSON, {"a[].key", "a[].value.n"}),
    ],
)
def test_few_keys_that_look_like_data(value: Any, detection: Detection, names: set[str]) -> None:
    assert checked(value, detection) == names


def test_thousands_of_keys_with_plain_values_in_one_object() -> None:
    words = [f"{a}{b}" for a in "anna ben cara dora emil fritz".split() for b in range(400)]
    assert checked({"points": dict.fromkeys(words, 3)}, JSON) == {"points[].key", "points[].value"}


def test_keys_that_hardly_come_again_in_other_records() -> None:
    rng = random.Random(4)
    records = [
        {"id": n, "scores": {"".join(rng.choices("abcdefgh", k=6)): rng.random() for _ in range(3)}}
        for n in range(2000)
    ]
    assert names_of(chunks_of(lines(records), LINES)) == {"id", "scores[].key", "scores[].value"}


def test_a_vocabulary_met_bit_by_bit_does_not_become_thousands_of_fields() -> None:
    """Each of 6,000 words comes in few of the records, but in more than one of them that are near."""
    records = [{"id": n, "words": {f"w{(n // 4) * 3 + one}": one for one in range(3)}} for n in range(8000)]
    chunks = chunks_of(lines(records), LINES, Budget(1500))
    assert len(names_of(chunks)) < 1500
    last = chunks[-1].batch.schema.names
    assert set(last) == {"id", "words[].key", "words[].value"}, "once that is known, it stays so"


def test_names_stay_names() -> None:
    wide = [{f"field_{n:03}": n * row for n in range(700)} for row in range(20)]
    assert len(checked(wide, LINES)) == 700
    kinds = [{"type": kind, **{f"{kind}_{n}": n for n in range(8)}} for kind in "abcdefghij" for _ in range(3)]
    assert len(checked(kinds, JSON)) == 81
    marked = {"@id": 1, "@type": "Person", "q1_2024": 2, "2023": 3, "2024": 4, "a.b": 5, "sha256": "x"}
    assert len(checked([marked] * 20, JSON)) == 7


def test_looking_at_a_hostile_key_takes_no_time() -> None:
    assert by_look(["1" * 100_000 + "x"])
    assert not by_look(["@." * 90])
    assert not by_look([f"{'1 ' * 99}x"])
