"""The matcher finds exactly what the exact rules find, wherever and however long the text is."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from itertools import accumulate, pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from classifiers.catalogue import catalogue
from classifiers.detector import Pattern
from classifiers.matching.matcher import Cells, Matcher
from classifiers.matching.rule_sets import BLOCK
from classifiers.matching.sweep import Form, Sweep
from classifiers.rules.shadow import shadow
from tests.classifiers.pack import compiled
from tests.classifiers.sample import EMAIL, NINE, PACK, detector
from tests.properties import tries

MATCHER = Matcher(PACK)
Spans = set[tuple[str, int, int, int]]

pieces = st.one_of(
    st.sampled_from(
        [
            "a@b.example",
            "123456789",
            "1234567890",
            "2001-02-03",
            "4111111111111111",
            " ",
            "\n",
            "\x00",
            "\n\x00\n",
            "é",
            "٣",
        ]
    ),
    st.text(alphabet="abzABZ0189@.-_ \n\x00éßſ\u212a٣", max_size=8),
)
texts = st.lists(st.lists(pieces, max_size=12).map("".join), max_size=6)


def by_matcher(matcher: Matcher, some: list[str]) -> Spans:
    """All matches of all patterns."""
    return {
        (matcher.detectors[match.detector].entity, text, start, end)
        for match in matcher.find(some)
        for text, start, end in zip(match.texts.tolist(), match.starts.tolist(), match.ends.tolist(), strict=True)
    }


def by_rule(matcher: Matcher, some: list[str]) -> Spans:
    """The same by running every exact rule over every text."""
    return {
        (one.entity, index, *match.span())
        for one in matcher.detectors
        for pattern in one.patterns
        for index, text in enumerate(some)
        for match in pattern.compiled().finditer(text)
    }


@settings(max_examples=tries(300), deadline=None)
@given(texts)
@example(["123456789\n\x00\n123456789", "a@b.example"])
@example([""])
@example(["12345678\u0663", "\u0661\u0662\u0663456789", "2001-0\u0662-03"])
def test_equal_to_the_exact_rules(some: list[str]) -> None:
    assert by_matcher(MATCHER, some) == by_rule(MATCHER, some)


@settings(max_examples=tries(60), deadline=None)
@given(st.lists(pieces, min_size=80, max_size=200).map(lambda parts: "".join(parts) * 3))
def test_equal_in_long_texts_where_windows_are_searched(text: str) -> None:
    assert by_matcher(MATCHER, [text]) == by_rule(MATCHER, [text])


NEEDY = Matcher(
    [*PACK, replace(NINE, subtype="NEEDY", needs_column=True), replace(EMAIL, subtype="NEEDY", needs_column=True)]
)


@settings(max_examples=tries(200), deadline=None)
@given(st.lists(st.tuples(texts, st.frozensets(st.sampled_from(range(len(NEEDY.detectors))))), max_size=4))
def test_what_needs_a_name_is_looked_for_where_a_name_speaks_for_it(
    fields: list[tuple[list[str], frozenset[int]]],
) -> None:
    some = [text for cells, _ in fields for text in cells]
    ends = list(accumulate((len(cells) for cells, _ in fields), initial=0))
    cells = [Cells(*limits, named) for limits, (_, named) in zip(pairwise(ends), fields, strict=True)]
    wanted = [
        (one.detector, text, start)
        for one in NEEDY.find(some)
        for text, start in zip(one.texts.tolist(), one.starts.tolist(), strict=True)
        if not NEEDY.detectors[one.detector].needs_column or one.detector in fields[bisect_right(ends, text) - 1][1]
    ]
    found = [
        (one.detector, text, start)
        for one in NEEDY.find(some, cells)
        for text, start in zip(one.texts.tolist(), one.starts.tolist(), strict=True)
    ]
    assert found == wanted


def test_names_speak_for_detectors() -> None:
    matcher = Matcher(
        [replace(NINE, columns=("tax number",), not_columns=("order",)), replace(EMAIL, columns=("email",))]
    )
    assert matcher.named_by("customer.taxNumber") == {0}
    assert matcher.named_by("order tax number") == set()
    assert matcher.named_by("email[].value") == {1}


def test_texts_beyond_one_block() -> None:
    some = ["x" * (BLOCK - 5), "a@b.example", "y" * 10, "123456789"]
    assert {(entity, text) for entity, text, _, _ in by_matcher(MATCHER, some)} == {
        ("EMAIL_ADDRESS", 1),
        ("NINE_DIGITS", 3),
    }


def test_offsets_are_characters() -> None:
    text = "Grüße 😀 an a@b.example"
    (found,) = by_matcher(MATCHER, [text])
    assert text[found[2] : found[3]] == "a@b.example"


def test_a_match_that_runs_over_a_separator_hides_nothing() -> None:
    greedy = detector("GREEDY", Pattern(r"<[^>]{1,40}>", r"<", 0.5, 42))
    matcher = Matcher([greedy])
    some = ["a < b", "<tag>", "<", "<x>"]
    assert by_matcher(matcher, some) == by_rule(matcher, some) == {("GREEDY", 1, 0, 5), ("GREEDY", 3, 0, 3)}


def test_a_database_comes_back_from_bytes() -> None:
    kept = {}

    def make(name: str, forms: Sequence[Form]) -> Sweep:
        sweep = Sweep(forms)
        kept[name] = sweep.dump()
        return sweep

    texts = ["a@b.example 123456789"]
    first = Matcher(PACK, make)
    assert by_matcher(first, texts) == by_matcher(MATCHER, texts)
    again = Matcher(PACK, lambda name, forms: Sweep(forms, kept[name]))
    assert by_matcher(again, ["a@b.example 123456789"]) == by_matcher(MATCHER, ["a@b.example 123456789"])


def test_foreign_bytes_are_refused() -> None:
    with pytest.raises(ValueError, match="not a Hyperscan database"):
        Sweep([("a", False)], b"no database")


def test_a_form_that_cannot_be_compiled_is_named() -> None:
    with pytest.raises(ValueError, match=re.escape(r"(?=x)")):
        Sweep([("a", False), ("(?=x)", False), ("b", True)])


def test_the_shadow_has_one_byte_for_each_character() -> None:
    text = "aé٣ſ\u212a\u2003😀\ud800"
    assert shadow(text) == b"a_0sk \x01\x01"


class Counting:
    """An exact rule that counts the characters it is run on."""

    looked_at = 0

    def __init__(self, rule: re.Pattern[str]) -> None:
        self.rule = rule

    def finditer(self, text: str, low: int = 0, high: int = 1 << 62) -> object:
        """As the rule."""
        Counting.looked_at += min(high, len(text)) - low
        return self.rule.finditer(text, low, min(high, len(text)))

    def __getattr__(self, name: str) -> object:
        """All else as the rule; a match at one place looks at no more than that."""
        return getattr(self.rule, name)


class Counted(Pattern):
    """A pattern with such a rule."""

    def compiled(self) -> re.Pattern[str]:
        """The rule, which counts."""
        return Counting(super().compiled())  # type: ignore[return-value]


@pytest.fixture(scope="module")
def counted() -> Matcher:
    """The catalogue, counting."""

    def of(pattern: Pattern) -> Pattern:
        return Counted(*(getattr(pattern, field.name) for field in fields(pattern)))

    return Matcher([replace(one, patterns=tuple(map(of, one.patterns))) for one in catalogue()], compiled)


@pytest.mark.parametrize(
    "unit", ["a", "A", "1", ".", "@", "[", "é", "\n", "<a@", "1-", "1 ", "a@a.", "::", "eyJ", "key="]
)
def test_work_grows_linearly_on_hostile_text(counted: Matcher, unit: str) -> None:
    """Counted in characters that exact rules are run on, not in seconds."""

    def looked_at(length: int) -> int:
        Counting.looked_at = 0
        counted.find([unit * (length // len(unit))])
        return Counting.looked_at

    half, whole = looked_at(50_000), looked_at(100_000)
    assert whole <= 40 * 100_000
    assert whole <= 2.2 * half + 10_000


def test_threads_share_a_matcher() -> None:
    matcher = Matcher(PACK)
    texts = [f"{'x ' * 5000}a{number}@example.com" for number in range(8)]

    def found(text: str) -> int:
        return sum(len(match.texts) for match in matcher.find([text] * 20))

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(found, texts * 8)) == [20] * 64
