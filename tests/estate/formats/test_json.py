"""JSON documents and lines: every leaf comes back, from any place, whatever surrounds it."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.base.errors import StoreError
from engine.estate.formats import jsonwalk
from engine.estate.formats.detect import Detection
from engine.estate.formats.format import MAX_CELL, Budget, Chunk
from tests.contracts.format import cells_of, check_format
from tests.estate.formats.opening import chunks_of, columns, detected, opened, troubles
from tests.properties import tries

JSON, LINES = Detection("json"), Detection("jsonl")
KEYS = st.sampled_from(["a", "b", "a.b", "", "[]", "é", '"', "$"]) | st.text(max_size=3)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
    | st.sampled_from(['":', '\\":', "{", "]", '\\"', "x\ny"])
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4))


def leaves(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item)
    elif isinstance(value, bool):
        yield "true" if value else "false"
    elif value is not None:
        yield str(value)


def read_leaves(chunks: list[Chunk]) -> Counter[str]:
    return Counter(text for (_, text), count in cells_of(chunks).items() for _ in range(count))


def read_or_reason(body: bytes, detection: Detection, budget: Budget | None = None) -> tuple[list[Chunk], str]:
    try:
        return chunks_of(body, detection, budget), ""
    except StoreError as error:
        return [], error.reason


@settings(max_examples=tries(120), deadline=None)
@given(VALUES, st.sampled_from([None, 1]), st.booleans())
def test_any_document_comes_back(value: object, indent: int | None, ascii_only: bool) -> None:  # noqa: FBT001
    body = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode()
    assert read_leaves(check_format(opened(body, JSON))) == Counter(leaves(value))


@settings(max_examples=tries(80), deadline=None)
@given(st.lists(VALUES, max_size=8))
def test_any_lines_come_back(values: list[object]) -> None:
    body = b"".join(json.dumps(value).encode() + b"\n" for value in values)
    chunks = check_format(opened(body, LINES))
    assert read_leaves(chunks) == Counter(leaves(values))
    assert sum(chunk.rows for chunk in chunks) == len(values)


@settings(max_examples=tries(80), deadline=None)
@given(VALUES)
def test_items_too_large_for_memory_are_entered(value: object) -> None:
    body = json.dumps(value).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(jsonwalk, "MAX_ITEM", 4)
        assert read_leaves(check_format(opened(body, JSON))) == Counter(leaves(value))


@settings(max_examples=tries(120), deadline=None)
@given(st.lists(st.sampled_from(["{", "}", "[", "]", '"', "a", ":", ",", "1", "\\", " ", "null", '"k":']), max_size=30))
def test_any_broken_text_ends_in_a_stated_error(words: list[str]) -> None:
    chunks, reason = read_or_reason("".join(words).encode(), JSON, Budget(2))
    assert reason in {"truncated", "not_parseable"} or chunks[-1].next is None


@settings(max_examples=tries(80), deadline=None)
@given(st.lists(st.sampled_from([b'{"a": 1}', b'{"a": ', b"\xff", b'"x"', b"", b"[1", b"  "]), max_size=12))
def test_any_broken_lines_are_counted(lines: list[bytes]) -> None:
    body = b"\n".join(lines)
    chunks = check_format(opened(body, LINES))
    bad = sum(line in (b'{"a": ', b"\xff", b"[1") for line in lines)
    assert troubles(body, LINES).get("bad_record", 0) == bad
    assert cells_of(chunks)["a", "1"] == lines.count(b'{"a": 1}')


def test_paths() -> None:
    record = {
        "customer": {"emails": [{"address": "a@x.org"}, {"address": "b@x.org"}]},
        "a.b": 1,
        "m": [[1, 2], [3]],
        "": 4,
    }
    assert columns(json.dumps([record, record]).encode(), "a.json") == {
        "customer.emails[].address": [["a@x.org", "b@x.org"]] * 2,
        '["a.b"]': [1, 1],
        "m[][]": [[1, 2, 3]] * 2,
        '[""]': [4, 4],
    }


def test_types_are_kept_where_they_are_uniform() -> None:
    found = columns(b'{"a":1,"b":true,"c":1.5,"d":1}\n{"a":2,"b":false,"c":2.5,"d":"x"}\n', "a.jsonl")
    assert found == {"a": [1, 2], "b": [True, False], "c": [1.5, 2.5], "d": ["1", "x"]}


def test_a_list_inside_an_object_is_a_table() -> None:
    body = json.dumps({"meta": {"by": "us"}, "customers": [{"name": "Ada"}, {"name": "Bo"}], "count": 2}).encode()
    assert columns(body, "a.json") == {
        "meta.by": ["us", None, None, None],
        "customers[].name": [None, ["Ada"], ["Bo"], None],
        "count": [None, None, None, 2],
    }


def test_long_integers_keep_their_digits() -> None:
    body = b'{"iban": 12345678901234567890123}\n{"iban": 12345678901234567890124}\n'
    assert columns(body, "a.jsonl") == {"iban": ["12345678901234567890123", "12345678901234567890124"]}
    huge = b'{"n": ' + b"9" * 5000 + b"}\n"
    assert columns(huge, "a.jsonl") == {"n": ["9" * 5000]}


def test_equal_keys_lose_nothing() -> None:
    body = b'{"email": "a@x.org", "email": "b@x.org"}\n{"email": "c@x.org"}\n'
    assert sorted(read_leaves(chunks_of(body, LINES))) == ["a@x.org", "b@x.org", "c@x.org"]
    assert sorted(read_leaves(chunks_of(b'{"a": 1, "a": {"b": 2}, "a": 3, "b": [4], "b": 5}', JSON))) == list("12345")


USERS = {f"user{number}@x.org": {"n": number, "tags": ["t"]} for number in range(120)}


@pytest.mark.parametrize("max_item", [jsonwalk.MAX_ITEM, 10])
@pytest.mark.parametrize(
    "value", [USERS, {"users": USERS, "by": "us"}, [{"users": USERS}], {"a": [USERS], "b": {"c": USERS}}]
)
def test_keys_that_are_data_become_values(value: object, max_item: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonwalk, "MAX_ITEM", max_item)
    body = json.dumps(value).encode()
    chunks = check_format(opened(body, JSON), budgets=(Budget(13), Budget(1000, 300)))
    names = {name for chunk in chunks for name in chunk.batch.schema.names}
    assert len(names) <= 7
    assert not any("@" in name for name in names)
    found = read_leaves(chunks)
    assert found["user7@x.org"] == found["7"] == json.dumps(value).count("user7@x.org")
    assert Counter(leaves(value)) <= found


def test_lone_surrogates_and_control_characters() -> None:
    assert columns(b'{"a": "x\\ud800y\tz"}\n', "a.jsonl") == {"a": ["x?y\tz"]}


def test_a_truncated_document_gives_what_came_before() -> None:
    body = json.dumps([{"email": f"user{number}@x.org"} for number in range(100)]).encode()[:-700]
    seen = []
    with opened(body, JSON)() as (form, source), pytest.raises(StoreError) as caught:  # noqa: PT012
        for chunk in form.chunks(source, None, Budget(10)):
            seen.append(chunk)
            assert chunk.next is not None
    assert caught.value.reason == "truncated"
    assert "x.org" not in str(caught.value)
    assert 70 <= sum(chunk.rows for chunk in seen) < 100


def test_a_hundred_thousand_levels_are_no_crash() -> None:
    for body in (b"[" * 100_000, b'{"a":' * 100_000, b'[{"a":' + b"[" * 5000 + b"]" * 5000 + b"}]"):
        for detection in (JSON, LINES):
            chunks, reason = read_or_reason(body, detection)
            lost = any(trouble.lost for chunk in chunks for trouble in chunk.troubles)
            assert lost or reason in {"truncated", "not_parseable"}


def test_seventy_levels_are_read() -> None:
    value: object = "deep@x.org"
    for _ in range(70):
        value = {"k": value}
    (cell,) = cells_of(chunks_of(json.dumps([value]).encode(), JSON)).elements()
    assert "deep@x.org" in cell[1]


@pytest.mark.parametrize("detection", [JSON, LINES])
def test_a_long_string_is_cut_and_what_follows_is_read(detection: Detection) -> None:
    body = b'{"a": "' + b'\\"\\u00e9' * (3 << 20) + b'", "email": "a@x.org"}\n{"email": "b@x.org"}\n'
    chunks = chunks_of(body, detection)
    found = cells_of(chunks)
    assert found["email", "a@x.org"] == 1
    assert found["email", "b@x.org"] == 1
    assert sum(trouble.count for chunk in chunks for trouble in chunk.troubles if trouble.kind == "cell_cut") == 1
    assert max(len(text.encode()) for _, text in found) <= MAX_CELL


def test_keys_that_are_data_end_a_chunk_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.estate.formats.parts.MAX_GRID", 10_000)
    body = b"".join(b'{"user%d": "x%d"}\n' % (number, number) for number in range(3000))
    chunks = check_format(opened(body, LINES), budgets=(Budget(400),))
    assert sum(chunk.rows for chunk in chunks) == 3000
    assert all(chunk.rows * chunk.batch.num_columns <= 1_000_000 for chunk in chunks)


def test_large_documents_of_every_shape_agree() -> None:
    rng = random.Random(3)
    records = [
        {"id": number, "name": rng.choice(['a"b', "c,d", "{e}", "é"]), "tags": [1, 2][: number % 3]}
        for number in range(20_000)
    ]
    lines = b"".join(json.dumps(record).encode() + b"\n" for record in records)
    expected = Counter(leaves(records))
    bodies = {"a.json": json.dumps(records).encode(), "b.json": json.dumps({"d": {"x": records}}, indent=2).encode()}
    for name, body in {**bodies, "c.jsonl": lines}.items():
        detection = detected(body, name)
        assert detection.format == name.rpartition(".")[2]
        assert read_leaves(chunks_of(body, detection, Budget(700))) == expected
