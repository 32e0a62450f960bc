"""Expressions that users write: what is refused, what is found, and that no candidate is missed."""

from __future__ import annotations

import random
import re
import time

import hyperscan
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.matching.matcher import Matcher
from classifiers.rules.patterns import RuleError, pattern_of
from tests.classifiers.pack import Sampler
from tests.classifiers.sample import detector
from tests.properties import tries


@pytest.mark.parametrize(
    ("regex", "told"),
    [
        (r"(a+)+b", "divide"),
        (r"(a*)*", "empty"),
        (r"(?:a|a)+c", "begin alike"),
        (r"(?:ab?|ac)*c", "begin alike"),
        (r"(?:\w+\s?)+$", "divide"),
        (r"(?:[a-z]+[0-9]*)+!", "divide"),
        (r"(\d+)*x", "divide"),
        (r".*.*.*.*x", "follow one another"),
        (r"\d+\d+\d+\d+-", "follow one another"),
        (r"(a)\1", "references"),
        (r"(?i)abc", "ignore_case"),
        (r"(?i:abc)", "ignore_case"),
        (r"(abc", "regular expression"),
        (r"a{6000}", "characters"),
        (r"(?:a{1,64}b){1,99}", "characters"),
        (r"a*", "empty"),
        (r"(?=x)", "empty"),
        (r"", "empty"),
    ],
)
def test_refused(regex: str, told: str) -> None:
    with pytest.raises(RuleError, match=told):
        pattern_of(regex)


GOOD = (
    r"EMP-\d{6}",
    r"\bKD[- ]?[0-9]{4,}\b",
    r"(?<![\w-])[A-Z]{2,3}\d+(?![\w-])",
    r"(?:[a-z]+-)+[a-z]+",
    r"^Ref(?:erence)?:? *\w+$",
    r"naïve|Größe \d+",
    r"[À-ÿ]{3,10}",
    r"[^0-9]x[^é]y",
    r"[^\s,]+@corp",
    r"(?>ab|cd)+?e",
    r"\AID\s+[\dA-F]{4}(?:-[\dA-F]{4}){3}\Z",
    r"straße|ſtreet|Kelvin|ıstanbul",
    r"😀\d",
    r".{3}-x",
)
PIECES = (
    *"abcdexyzABEFKMPRef0123456789- ,@:_\n",
    *(
        "EMP-123456",
        "KD-1234",
        "Ref: x",
        "ID AB12-CD34-EF56-0789",
        "é",
        "ï",
        "ß",
        "ſ",
        "K",
        "ı",
        "İ",
        "٣",
        "１",
        "\u00a0",
        "😀",
        "\x01",
        "王",
    ),
)


@pytest.mark.parametrize("ignore_case", [False, True])
@pytest.mark.parametrize("regex", GOOD)
def test_no_candidate_is_missed(regex: str, ignore_case: bool) -> None:  # noqa: FBT001
    """The matcher finds in many texts at once what the expression finds in each alone."""
    pattern = pattern_of(regex, ignore_case=ignore_case)
    rule = pattern.compiled()
    matcher = Matcher([detector("MINE", pattern)])
    sampler = Sampler(rule)

    @settings(max_examples=tries(15), deadline=None)
    @given(
        st.lists(st.lists(st.sampled_from(PIECES), max_size=14).map("".join), max_size=5),
        st.randoms(use_true_random=False),
    )
    def prove(texts: list[str], rng: random.Random) -> None:
        texts = [*texts, rng.choice(PIECES) + sampler.draw(rng) + rng.choice(PIECES), sampler.draw(rng)]
        texts.append(" ".join(texts * 30))
        expected = [
            (index, *match.span())
            for index, text in enumerate(texts)
            for match in rule.finditer(text)
            if match.end() > match.start()
        ]
        found = [
            (text, start, end)
            for match in matcher.find(texts)
            for text, start, end in zip(match.texts.tolist(), match.starts.tolist(), match.ends.tolist(), strict=True)
        ]
        assert found == expected

    prove()


def test_means_the_same_as_what_was_written() -> None:
    rng = random.Random(1)
    for regex in GOOD:
        written, ours = re.compile(regex), pattern_of(regex).compiled()
        for _ in range(200):
            text = "".join(rng.choice(PIECES) for _ in range(12)).replace("\n", "")
            assert [one.span() for one in ours.finditer(text)] == [one.span() for one in written.finditer(text)], (
                regex,
                text,
            )


@pytest.mark.parametrize(("regex", "found"), [(r"^ab.{1,3}$", 2), (r"\Aab.{1,3}\Z", 1)])
def test_the_end_of_a_text_is_before_its_last_line_end_too(regex: str, found: int) -> None:
    matcher = Matcher([detector("MINE", pattern_of(regex))])
    assert sum(len(match.texts) for match in matcher.find(["abc", "abcd\n", "abc\n\n", "xabc", "abc\nx"])) == found
    for text in ("abc", "abcd\n", "abc\n\n"):
        alone = [match.span() for match in re.finditer(regex, text)]
        assert [match.span() for match in pattern_of(regex).compiled().finditer(text)] == alone


@pytest.mark.parametrize("regex", GOOD)
def test_hostile_text_takes_linear_time(regex: str) -> None:
    rule = pattern_of(regex, ignore_case=True).compiled()
    for piece in ("a", "a-", "1", "A1", "-", "é", " ", "ab", "x@"):
        begun = time.perf_counter()
        sum(1 for _ in rule.finditer(piece * (20_000 // len(piece))))
        assert time.perf_counter() - begun < 1.0, piece


def test_forms_are_taken_by_hyperscan() -> None:
    for regex in GOOD:
        hyperscan.Database().compile(
            expressions=[pattern_of(regex).form.encode("ascii")], ids=[0], elements=1, flags=[0]
        )
