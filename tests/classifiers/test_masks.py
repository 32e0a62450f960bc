"""Cells are looked through by masks, and what is found is what every rule finds in every value."""

from __future__ import annotations

import random
import re
from itertools import accumulate, pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from classifiers.detector import Pattern, digits
from classifiers.matching.masks import Masks, is_blind
from classifiers.matching.matcher import Cells, Matcher
from classifiers.matching.positions import taken_apart
from tests.classifiers.pack import examples, whole_matcher
from tests.classifiers.sample import PACK, detector
from tests.properties import tries

CATALOGUE = whole_matcher()
EVERY = frozenset(range(len(CATALOGUE.detectors)))
SOME = Matcher(
    [
        *PACK,
        detector(
            "FROM_FOUR",
            Pattern(r"(?<![\w-])4[0-9]{3} [0-9]{2}(?![\w-])", r"[^\w-]4[0-9]{3} [0-9]{2}[^\w-]", 0.5, 7, fixed=True),
        ),
        detector(
            "MONTH",
            Pattern(r"(?<![\w-])(?:0[1-9]|1[0-2])/9(?![\w-])", r"[^\w-](?:0[1-9]|1[0-2])/9[^\w-]", 0.5, 4, fixed=True),
        ),
        detector("PAIRS", Pattern(r"(?<![\w-])3 [0-9](?![\w-])", r"[^\w-]3 [0-9][^\w-]", 0.5, 3, fixed=True)),
    ]
)
cells = st.text(alphabet="0123456789 -/.a@bé٣", max_size=20)


def found(
    matcher: Matcher, texts: list[str], fields: list[Cells] | None = None
) -> list[tuple[int, int, int, int, int]]:
    return [
        (one.detector, one.pattern, text, start, end)
        for one in matcher.find(texts, fields)
        for text, start, end in zip(one.texts.tolist(), one.starts.tolist(), one.ends.tolist(), strict=True)
    ]


def redrawn(text: str, rng: random.Random) -> str:
    """The text with other digits."""
    return re.sub(r"[0-9]", lambda _: rng.choice("0123456789"), text)


@settings(max_examples=tries(300), deadline=None)
@given(st.lists(st.lists(cells, min_size=1, max_size=4), max_size=3), st.randoms(use_true_random=False))
@example([["3 3 3 3"]], random.Random(1))
@example([["4123 45 4123 45"], ["01/9 13/9", "12/9"]], random.Random(1))
def test_cells_give_what_texts_give(seeds: list[list[str]], rng: random.Random) -> None:
    fields = [[redrawn(seed, rng) for seed in column for _ in range(5)] for column in seeds]
    ends = list(accumulate(map(len, fields), initial=0))
    texts = [text for column in fields for text in column]
    whole = [Cells(*limits, frozenset(range(len(SOME.detectors)))) for limits in pairwise(ends)]
    assert found(SOME, texts, whole) == found(SOME, texts)


@pytest.mark.parametrize("part", range(8))
def test_the_catalogue_finds_in_cells_what_it_finds_in_texts(part: int) -> None:
    rng = random.Random(part)
    some = [text for one in examples()[part::8] if one.kind == "value" for text in (*one.yes, *one.no)]
    texts = [text for seed in some for text in (seed, *(redrawn(seed, rng) for _ in range(4)))]
    assert found(CATALOGUE, texts, [Cells(0, len(texts), EVERY)]) == found(CATALOGUE, texts)


@pytest.mark.parametrize(
    ("regex", "blind"),
    [
        (r"[0-9]{3}-\d\w", True),
        (r"[^\w.]AKIA[A-Z0-9]{4}(?!\S)", True),
        (r"(?:[a-f0-9]|x)+", True),
        (r"[^0-9]a", True),
        (r"\s[^@]", True),
        (r"[1-9]", False),
        (r"a2", False),
        (r"[^5]", False),
        (r"(?<!0)a", False),
        (r"(a|b)\1", False),
        (r"[!-5]", False),
    ],
)
def test_rules_that_tell_digits_apart(regex: str, blind: bool) -> None:  # noqa: FBT001
    assert is_blind(regex) is blind


def test_masks_stand_for_values() -> None:
    masks = Masks.of(["1-2", "3-4", "a", "5-6", "7", "8", "x1", "y2"], [(0, 4), (4, 6), (6, 8)])
    assert masks.texts == ["0-0", "a", "0", "x1", "y2"]
    assert [masks.members[slice(*limits)].tolist() for limits in pairwise(masks.begins.tolist())] == [
        *([0, 1, 3], [2], [4, 5], [6], [7]),
    ]


def test_forms_of_fixed_width_are_taken_apart() -> None:
    wanted = taken_apart(r"[^\w-]4[0-9]{2}(?:A1|B[23])[^\w-]", ignore_case=True)
    assert wanted is not None
    assert (wanted.places, wanted.exact) == ((0, 4), False)
    assert re.fullmatch(wanted.form, "\n999b7\n")
    assert not re.fullmatch(wanted.form, "\n999c7\n")
    assert taken_apart(digits("999-99").form, ignore_case=False).places == ()  # type: ignore[union-attr]
    assert taken_apart(r"[^\w-]a{1,2}[^\w-]", ignore_case=False) is None
