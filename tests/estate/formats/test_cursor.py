"""Cursors come back from their bytes with every type they may hold."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.estate.formats.cursor import cursor_from_bytes, cursor_to_bytes

values: Any = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=False),
        st.text(),
        st.binary(),
        st.dates(),
        st.times(),
        st.datetimes(timezones=st.sampled_from([None, UTC])),
        st.timedeltas(),
        st.decimals(allow_nan=False),
        st.uuids(),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.text(), values, max_size=5))
def test_round_trip(cursor: dict[str, Any]) -> None:
    again = cursor_from_bytes(cursor_to_bytes(cursor))
    assert again == cursor


def test_other_types_are_refused() -> None:
    with pytest.raises(TypeError, match="complex"):
        cursor_to_bytes({"key": 1j})
