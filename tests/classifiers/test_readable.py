"""Text that was made to look otherwise is read as what it looks like."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.matching.readable import readable
from classifiers.texts import find
from tests.classifiers.pack import whole_matcher
from tests.properties import tries

MATCHER = whole_matcher()


@pytest.mark.parametrize(
    ("text", "entity", "found"),
    [
        ("card ４１１１ １１１１ １１１１ １１１１ ok", "CREDIT_CARD", "４１１１ １１１１ １１１１ １１１１"),
        ("بطاقة card ٤١١١١١١١١١١١١١١١ ok", "CREDIT_CARD", "٤١١١١١١١١١١١١١١١"),
        ("card 4111\u200b1111\u200b1111\u200b1111 ok", "CREDIT_CARD", "4111\u200b1111\u200b1111\u200b1111"),
        ("card 4111\u00a01111\u202f1111\u20091111 ok", "CREDIT_CARD", "4111\u00a01111\u202f1111\u20091111"),
        ("write to ann\u00ad.lee@example.com now", "EMAIL_ADDRESS", "ann\u00ad.lee@example.com"),
        ("write to аnn@exаmple.com now", "EMAIL_ADDRESS", "аnn@exаmple.com"),
        ("write to ａｎｎ＠ｅｘａｍｐｌｅ．ｃｏｍ now", "EMAIL_ADDRESS", "ａｎｎ＠ｅｘａｍｐｌｅ．ｃｏｍ"),
        ("SSN 536\u2011 90", None, ""),
        ("SSN 536‑90‑4399.", "US_SSN", "536‑90‑4399"),
        ("\u202eIBAN DE89 3704 0044 0532 0130 00\u202c", "IBAN_CODE", "DE89 3704 0044 0532 0130 00"),
        ("IBAN DЕ89370400440532013000", "IBAN_CODE", "DЕ89370400440532013000"),
        ("key 𝐀𝐊𝐈𝐀QXZR7TYUSDFG2JKL", "SECRET", "𝐀𝐊𝐈𝐀QXZR7TYUSDFG2JKL"),
    ],
)
def test_found_as_the_real_thing(text: str, entity: str | None, found: str) -> None:
    (some,) = find(MATCHER, [text])
    assert [(one.entity, text[one.start : one.end]) for one in some] == ([(entity, found)] if entity else [])


@pytest.mark.parametrize("text", ["Москва", "кс", "Ελλάδα", "naïve café", "王小明", "инн 7707083893", "кот42ж"])
def test_other_scripts_stay(text: str) -> None:
    assert readable(text).text == text


@settings(max_examples=tries(100), deadline=None)
@given(st.text(max_size=40))
def test_places(text: str) -> None:
    read = readable(text)
    assert readable(read.text).text == read.text
    places = range(len(text) + 1) if read.places is None else read.places.tolist()
    assert len(places) == len(read.text) + 1
    assert list(places) == sorted(set(places))
    assert places[-1] == len(text)
    for place, char in zip(places, read.text, strict=False):
        assert readable(text[place]).text in {char, text[place]}


def test_bad_input() -> None:
    texts = ["", "\x00" * 10, "\ud800 a@example.com", "\u200b" * 5, "a\u200b", "\x00a@example.com\x00", "é" * 1000]
    for text, some in zip(texts, find(MATCHER, texts), strict=True):
        assert all(0 <= one.start < one.end <= len(text) for one in some)
        assert bool(some) == ("@" in text)


def test_a_long_word_in_a_text_of_other_scripts_takes_no_longer_than_others() -> None:
    """Were each place of it a new beginning, this would take hours."""
    assert readable("é " + "a" * 2_000_000).places is None
    assert readable("а" + "a" * 2_000_000).text == "a" * 2_000_001
