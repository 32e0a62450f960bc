"""Which page of a list a request asks for."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from starlette.requests import Request

from api.console.asking import page_asked


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (None, 1), ("", 1), ("1", 1), ("7", 7), ("0", 1), ("-3", 1), ("2.5", 1), ("x", 1), ("²", 1), ("٣", 3),
        ("9" * 400, 999999),
    ],
)  # fmt: skip
def test_a_page_that_cannot_be_is_the_first(asked: str | None, given: int) -> None:
    query = "" if asked is None else urlencode({"page": asked})
    assert page_asked(Request({"type": "http", "query_string": query.encode(), "headers": []})) == given
