"""Words near a span: however they are looked for, they are those that a reader of the characters around it sees."""

from __future__ import annotations

import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from classifiers.context import AFTER, BEFORE, FEW, Surroundings
from tests.properties import tries

CONTEXT = ("ssn", "social security", "no", "number", "nr", "numéro")
PIECES = st.sampled_from(
    [
        *CONTEXT,
        "SSN",
        "Social-Security",
        "No",
        "nossn",
        "ssn_no",
        "x",
        "12",
        " ",
        " ",
        "_",
        ", ",
        ".",
        "\n",
        "-",
        "é",
        "a" * 22,
    ]
)


def words_near(text: str, start: int, end: int) -> int:
    """By the text of the module: whole words before the span, and behind it to the end of the clause."""
    clause = re.search(r"[,;.!?\n]", text[end:])
    last = min(end + AFTER, end + clause.start() if clause else len(text))
    near = [
        one[0].lower()
        for one in re.finditer(r"[^\W_]+", text)
        if (start - BEFORE <= one.start() and one.end() <= start) or (end <= one.start() and one.end() <= last)
    ]
    single = sum(word in near for word in CONTEXT if " " not in word)
    phrases = (
        one.span()
        for one in re.finditer(r"(?<![^\W_])social[\W_]+security(?![^\W_])", text, re.IGNORECASE)
        if (start - BEFORE <= one.start() and one.end() <= start) or (end <= one.start() and one.end() <= last)
    )
    return single + any(True for _ in phrases)


@settings(max_examples=tries(300), deadline=None)
@given(
    st.lists(PIECES, max_size=60).map("".join), st.lists(st.tuples(st.integers(0, 200), st.integers(1, 12)), max_size=8)
)
@example("ssn123456789", [(3, 9)])
@example("security social securityssn", [(24, 25)])  # a phrase that runs into the span
@example("social 12 security", [(7, 9)])  # and one that the span parts
@example("123456789ssn", [(0, 9)] * (FEW + 1))
def test_of_many_spans_and_of_few(text: str, places: list[tuple[int, int]]) -> None:
    spans = [(start, min(len(text), start + size)) for start, size in places if start < len(text)]
    expected = [words_near(text, *span) for span in spans]
    assert Surroundings(text).speaking_for(CONTEXT, spans) == expected
    assert [Surroundings(text).speaking_for(CONTEXT, [span])[0] for span in spans] == expected
