"""The reader: long texts in pieces, odd characters, what is not worth reading, and equal texts once."""

from __future__ import annotations

import tracemalloc
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.detector import Finding
from classifiers.names.pieces import PIECE, pieces, reads_as_text
from classifiers.names.reader import TOGETHER, NameReader
from tests.classifiers.names.gazetteer import Gazetteer
from tests.properties import tries

FILLER = "the parcel arrived late again. "


def found(text: str) -> list[str]:
    """What a reader around the gazetteer finds."""
    return [text[one.start : one.end] for one in NameReader(Gazetteer()).find([text])[0]]


@settings(max_examples=tries(100), deadline=None)
@given(
    st.text(st.sampled_from("ab .!?\n)é😀\t"), max_size=6_000)
    | st.builds("".join, st.lists(st.sampled_from(["x" * 900, FILLER * 30, "\n\n", "\n"]), max_size=12))
)
def test_pieces_are_the_whole_text_in_order_and_short(text: str) -> None:
    some = list(pieces(text))
    assert "".join(piece for _, piece in some) == text
    assert [offset for offset, _ in some] == [
        sum(len(piece) for _, piece in some[:index]) for index in range(len(some))
    ]
    assert all(len(piece) <= PIECE for _, piece in some)
    assert all(len(piece) >= PIECE // 2 for _, piece in some[:-1])


@pytest.mark.parametrize("end", ["\n\n", "\n", ". ", " "])
def test_a_text_is_cut_where_something_ends(end: str) -> None:
    text = "x" * 1_500 + end + "y" * 1_500
    assert [piece for _, piece in pieces(text)] == ["x" * 1_500 + end, "y" * 1_500]


@settings(max_examples=tries(60), deadline=None)
@given(
    st.lists(st.sampled_from(["Anna Smith", "Zoë", "Berlin", FILLER, FILLER * 80, "\n", "😀 ", "Grüße, "]), max_size=40)
)
def test_offsets_hold_in_texts_of_any_length(parts: list[str]) -> None:
    text = " ".join(["we met", *parts])
    names = [part for part in parts if part in {"Anna Smith", "Zoë", "Berlin"}]
    assert found(text) == names


def test_names_beside_characters_that_cannot_be_written() -> None:
    assert found("we met \ud800 Anna Smith\x00 and \udfff Zoë") == ["Anna Smith", "Zoë"]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Berlin",
            "536-90-4399",
            "2024-01-02 10:11:12",
            "AB-12345 98765",
            "anna.smith@example.com",
            "",
            "12 13 14 15",
        ),
        "Berlin 4111111111111111 4111111111111111",
        "QmVybGluIGlzIG5vdCBhIG5hbWUgaGVyZSBhdCBhbGw Berlin+QmVybGluIGlzIG5vdCBhIG5hbWUgaGVyZSBhdCBhbGw",
    ],
)
def test_what_looks_like_an_identifier_never_goes_to_the_model(text: str) -> None:
    model = Gazetteer()
    assert NameReader(model).find([text]) == [[]]
    assert model.asked == []
    assert not reads_as_text(text)


@pytest.mark.parametrize("text", ["to Berlin", "Anna Smith", "Order 123456789 for Anna Smith", "12 High Street, Leeds"])
def test_what_may_hold_names_does(text: str) -> None:
    assert reads_as_text(text)


def test_marks_and_addresses_are_no_part_of_names() -> None:
    class Greedy(Gazetteer):
        def find(self, texts: Sequence[str]) -> list[list[Finding]]:
            return [
                [Finding("PERSON", "", 0, len(text), 0.9) for _ in Gazetteer.find(self, [text])[0][:1]]
                for text in texts
            ]

    read = NameReader(Greedy()).find
    text = ' ("Anna Smith"), '
    assert [(one.start, one.end) for one in read([text])[0]] == [(3, 13)]
    assert read(["Anna Smith <a@b.example>", "Anna Smith 17", "see https://Anna Smith"]) == [[], [], []]


def test_equal_texts_are_read_once_as_long_as_they_are_remembered() -> None:
    model = Gazetteer()
    reader = NameReader(model, remembered=100)
    text = "we met Anna Smith"
    first = reader.find([text, text])
    assert first[0] == first[1] == reader.find([text])[0]
    assert model.asked == [text]
    reader.find(["another text of many words " * 4])
    assert reader.find([text])[0] == first[0]
    assert model.asked.count(text) == 2


def test_memory_is_bounded_on_one_long_line() -> None:
    line = (FILLER * 3 + "Anna Smith said so. ") * 30_000  # 3 million characters
    calls: list[int] = []

    class Counting(Gazetteer):
        def find(self, texts: Sequence[str]) -> list[list[Finding]]:
            calls.append(sum(map(len, texts)))
            return [[] for _ in texts]

    tracemalloc.start()
    try:
        NameReader(Counting(), remembered=100_000).find([line])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert max(calls) <= TOGETHER + PIECE
    assert peak < 4 << 20
