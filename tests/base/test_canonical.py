"""Canonical JSON and commitments."""

from __future__ import annotations

import json
import math

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from engine.base.errors import BadInput, IntegrityViolated
from engine.base.state.canonical import JsonValue, canonical, parse_canonical
from engine.base.state.commitments import Disclosure, check_commitment, commitment

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
JSON: st.SearchStrategy[JsonValue] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_parse_is_the_reverse_of_format(value: JsonValue) -> None:
    data = canonical(value)
    assert parse_canonical(data) == value
    assert canonical(parse_canonical(data)) == data


@given(JSON)
def test_the_bytes_are_those_of_a_library_for_it(value: JsonValue) -> None:
    """Most values take a quicker way."""
    assert canonical(value) == rfc8785.dumps(value)


@given(JSON)
def test_only_one_form_is_canonical(value: JsonValue) -> None:
    data = canonical(value)
    other = json.dumps(value, indent=1).encode()
    if other != data:
        with pytest.raises(IntegrityViolated):
            parse_canonical(other)
    with pytest.raises(IntegrityViolated):
        parse_canonical(data + b" ")


@given(st.binary(max_size=60))
def test_parsing_never_fails_in_another_way(data: bytes) -> None:
    try:
        value = parse_canonical(data)
    except IntegrityViolated:
        return
    assert canonical(value) == data


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        -math.inf,
        2**53,
        -(2**53),
        "\ud800",
        {"\ud800": 1},
        {1: 1},
        b"bytes",
        {"a": object()},
    ],
)
def test_what_json_cannot_say_is_refused(value: JsonValue) -> None:
    with pytest.raises(BadInput):
        canonical(value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (333333333.33333329, "333333333.3333333"),
        (1e30, "1e+30"),
        (4.50, "4.5"),
        (2e-3, "0.002"),
        (0.000000000000000000000000001, "1e-27"),
        (-0.0, "0"),
        (1e20, "100000000000000000000"),
        ('\u20ac$\u000f\nA\'B"\\\\"/', '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"'),
        (
            {"\u20ac": 1, "\r": 2, "1": 3, "\U0001f600": 4, "\ufb33": 5},
            '{"\\r":2,"1":3,"\u20ac":1,"\U0001f600":4,"\ufb33":5}',
        ),
    ],
)
def test_vectors_of_rfc_8785(value: JsonValue, text: str) -> None:
    assert canonical(value).decode() == text
    assert parse_canonical(text.encode()) == value


@given(JSON, TEXT)
def test_a_commitment_opens_with_its_value_and_salt_only(value: JsonValue, other: str) -> None:
    disclosure = Disclosure.fresh(value)
    payload = canonical({"type": "a.b", "commitments": {"f": commitment("a.b", "f", disclosure)}})
    assert check_commitment(payload, "f", Disclosure.from_bytes(disclosure.to_bytes()))
    assert not check_commitment(payload, "f", Disclosure.fresh(value))
    assert not check_commitment(payload, "g", disclosure)
    if other != value:
        assert not check_commitment(payload, "f", Disclosure(other, disclosure.salt))


def test_a_commitment_is_bound_to_type_and_field() -> None:
    disclosure = Disclosure.fresh("x")
    assert commitment("a.b", "f", disclosure) != commitment("a.c", "f", disclosure)
    assert commitment("a.b", "f", disclosure) != commitment("a.b", "g", disclosure)


def test_a_dictionary_attack_finds_nothing_without_the_salt() -> None:
    """Every candidate, the right one among them, tried with salts an attacker may think of: none fits.

    With the salt the right one is found at once, so the attack itself works.
    """
    names = [f"person{number}@example.com" for number in range(4_000)]
    disclosure = Disclosure.fresh(names[777])
    stated = commitment("actor.registered", "name", disclosure)
    for salt in (b"", bytes(32), b"\xff" * 32, b"actor.registered"):
        assert all(commitment("actor.registered", "name", Disclosure(name, salt)) != stated for name in names)
    found = [
        name for name in names if commitment("actor.registered", "name", Disclosure(name, disclosure.salt)) == stated
    ]
    assert found == [names[777]]


def test_neither_value_nor_salt_shows_in_a_repr() -> None:
    assert repr(Disclosure("secret", b"salt")) == "Disclosure()"


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"salt":1,"value":2}', b'{"salt":"zz","value":2}'])
def test_a_broken_disclosure_is_refused(data: bytes) -> None:
    with pytest.raises(IntegrityViolated):
        Disclosure.from_bytes(data)


@pytest.mark.parametrize("payload", [b"", b"{}", b'{"type":"a.b"}', b'{"commitments":[],"type":"a.b"}'])
def test_a_broken_payload_is_refused(payload: bytes) -> None:
    with pytest.raises(IntegrityViolated):
        check_commitment(payload, "f", Disclosure.fresh("x"))
