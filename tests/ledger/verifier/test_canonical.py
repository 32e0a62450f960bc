"""The verifier's own canonical JSON, beside the package that Reeve writes with (RFC 8785)."""

from __future__ import annotations

import contextlib
import json
import math
import struct
from typing import Any

import pytest
import rfc8785
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.ledger.verifier.verify_reeve_log import canonical, parse_canonical, quick_entry
from tests.ledger.verifier.making import make_entry, plain
from tests.properties import tries

WHOLE = st.integers(-(2**53) + 1, 2**53 - 1)
SCALARS = st.none() | st.booleans() | WHOLE | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=12
)


@given(VALUES)
@settings(max_examples=tries(300))
def test_it_writes_what_the_package_writes_and_reads_it_back(value: Any) -> None:
    data = rfc8785.dumps(value)
    assert canonical(value).encode() == data
    assert rfc8785.dumps(parse_canonical(data)) == data


@given(st.integers(0, 2**64 - 1))
@settings(max_examples=tries(1000))
def test_every_double_is_written_as_the_package_writes_it(bits: int) -> None:
    value = struct.unpack(">d", struct.pack(">Q", bits))[0]
    assume(math.isfinite(value))
    assert canonical(value).encode() == rfc8785.dumps(value)


@pytest.mark.parametrize(
    "text",
    [
        '{"b":1,"a":2}',
        '{"a":1,"a":1}',
        '{"a": 1}',
        "[1.0]",
        "[-0]",
        "[1e2]",
        "[9007199254740993]",
        "[NaN]",
        '["\\u0041"]',
        '["\\/"]',
        '["\\ud800"]',
        "[1]\n",
        '{"\ufb33":1,"\U0001f600":0}',
        "[" * 100_000,
    ],
    ids=lambda text: text[:20],
)
def test_another_form_is_refused(text: str) -> None:
    with pytest.raises((ValueError, RecursionError)):
        parse_canonical(text.encode())


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (b'"v":1', b'"v":1,"v":1'),
        (b'"rows":5', b'"rows":-0'),
        (b'"rows":5', b'"rows":05'),
        (b'"rows":5', b'"rows":5.0'),
        (b'"rows":5', b'"rows":9007199254740993'),
        (b'"rows":5', b'"rows":5,"rows":5'),
        (b'"rows":5', b'"rows":5 '),
        (b'"rows":5', b'"rows":{"b":1,"a":2}'),
        (b'"rows":5', b'"rows":[{"a":1,"a":2}]'),
        (b'"full"', b'"f\\u0075ll"'),
        (b'"masked":true,"note":null', b'"note":null,"masked":true'),
        (b'"full"', b'"f\x01ll"'),
        (b'"version":1}', b'"version":1}}'),
        (b'"version":1}', b'"version":1}{}'),
    ],
)
def test_the_quick_way_takes_nothing_that_is_not_canonical(right: bytes, wrong: bytes) -> None:
    entry = make_entry(5)
    assert quick_entry(entry) == parse_canonical(entry) == json.loads(entry)
    damaged = entry.replace(right, wrong, 1)
    assert damaged != entry
    assert quick_entry(damaged) is None
    with pytest.raises(ValueError):  # noqa: PT011 - whichever the decoder raises
        parse_canonical(damaged)


@given(st.dictionaries(st.sampled_from("abcd"), VALUES | st.sampled_from(['":', "{", "}", ","])), st.data())
@settings(max_examples=tries(200))
def test_the_quick_way_agrees_with_the_long_one(attributes: dict[str, Any], data: st.DataObject) -> None:
    entry = {**json.loads(make_entry(5)), "attributes": attributes}
    written = rfc8785.dumps(entry)
    with contextlib.suppress(IndexError):
        at = data.draw(st.integers(0, len(written) - 1))
        written = data.draw(
            st.sampled_from(
                [written, plain(entry), written[:at] + data.draw(st.binary(min_size=1, max_size=2)) + written[at + 1 :]]
            )
        )
    quick = quick_entry(written)
    if quick is not None:
        assert parse_canonical(written) == quick
