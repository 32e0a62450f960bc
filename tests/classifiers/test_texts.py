"""Findings in text: context, thresholds, overlaps, offsets."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.texts import THRESHOLD, find
from tests.classifiers.pack import whole_matcher
from tests.properties import tries

MATCHER = whole_matcher()


def found(text: str) -> list[tuple[str, str]]:
    """Entities with their text."""
    return [(one.entity, text[one.start : one.end]) for one in find(MATCHER, [text])[0]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("write to Ann.Lee@example.com.", [("EMAIL_ADDRESS", "Ann.Lee@example.com")]),
        ("card 4111 1111 1111 1111 ok", [("CREDIT_CARD", "4111 1111 1111 1111")]),
        ("card 4111 1111 1111 1112 no", []),
        ("IBAN DE89 3704 0044 0532 0130 00", [("IBAN_CODE", "DE89 3704 0044 0532 0130 00")]),
        ("SSN 536-90-4399", [("US_SSN", "536-90-4399")]),
        ("call +44 20 7946 0018 now", [("PHONE_NUMBER", "+44 20 7946 0018")]),
        ("from 192.168.17.4 at noon", [("IP_ADDRESS", "192.168.17.4")]),
        ("Ünïcode 😀 an a@b.example", [("EMAIL_ADDRESS", "a@b.example")]),
    ],
)
def test_examples(text: str, expected: list[tuple[str, str]]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "order 123456789 shipped",
        "tracking 9400 1000 0000 0000 0000 00",
        "SKU AB-12345-XY, price 1,299.00",
        "epoch 1700000000 or 1700000000123",
        "commit 9fceb02d0ae598e95dc970b74767f19372d61af8",
        "version 1.2.3.4, build 10.2",
        "row 42 of 1000000",
        "image@2x.png and user@ and @handle",
    ],
)
def test_decoys_are_not_found(text: str) -> None:
    assert found(text) == []


def test_a_word_nearby_makes_weak_digits_a_finding() -> None:
    assert found("the number 536904399 is long") == []
    assert found("social security number 536904399") == [("US_SSN", "536904399")]
    assert found("order 123456789, SSN 536-90-4399") == [("US_SSN", "536-90-4399")]


def test_only_wanted_entities_compete() -> None:
    text = "https://ann@example.com/x ann@example.com"
    wanted = find(MATCHER, [text], frozenset({"EMAIL_ADDRESS"}))[0]
    assert {one.entity for one in wanted} == {"EMAIL_ADDRESS"}


@settings(max_examples=tries(150), deadline=None)
@given(st.lists(st.text(alphabet="a1@.:/- +4\n\x00éß(", max_size=60), max_size=5))
def test_findings_are_ordered_apart_and_inside_their_text(texts: list[str]) -> None:
    for text, findings in zip(texts, find(MATCHER, texts), strict=True):
        edge = 0
        for one in findings:
            assert edge <= one.start < one.end <= len(text)
            assert THRESHOLD <= one.score <= 1
            edge = one.end


PARTS = st.sampled_from(
    [
        *(
            "a@b.example",
            "https://a@b.example/x",
            "536-90-4399",
            "4111 1111 1111 1111",
            "10.1.2.3",
            "SSN",
            "card",
            "mail",
        ),
        *(" ", " ", ", ", "\n", "/", "-", "é"),
    ]
)


@settings(max_examples=tries(100), deadline=None)
@given(st.lists(st.lists(PARTS, max_size=12).map("".join), max_size=6))
def test_what_is_found_in_a_text_does_not_depend_on_the_others(texts: list[str]) -> None:
    assert find(MATCHER, texts) == [find(MATCHER, [text])[0] for text in texts]
