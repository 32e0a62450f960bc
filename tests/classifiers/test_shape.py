"""Shapes keep structure and drop content."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.sketches.shape import SHAPED, shape, shapes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("John Smith", "Aa Aa"),
        ("McDonald", "AaAa"),
        ("O'Neil", "A'Aa"),
        ("536-90-4399", "999-99-9999"),
        ("12  High\tSt.", "99 Aa Aa."),
        ("a.b@x.com", "a.a@a.a"),
        ("Müller", "Aa"),
        ("Éva Ågren", "a a"),
        ("Иван Грозный", "x x"),
        ("東京", "x"),
        ("line\nbreak\x00", "a a_"),
        ("", ""),
    ],
)
def test_examples(text: str, expected: str) -> None:
    assert shape(text) == expected


@given(st.lists(st.text(max_size=100), max_size=20))
def test_a_shape_is_short_plain_and_independent_of_its_neighbours(texts: list[str]) -> None:
    found = shapes(pa.array(texts, pa.string())).to_pylist()
    assert found == [shape(text) for text in texts]
    for one in found:
        assert one is not None
        assert len(one) <= SHAPED
        assert one.isascii()
        assert set(one).isdisjoint("bcdefghijklmnopqrstuvwyzBCDEFGHIJKLMNOPQRSTUVWXYZ012345678")
