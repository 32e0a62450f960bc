"""The bridge: any registry of Presidio gives the same results on our matcher, whatever the text."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cache
from typing import Any

import pytest
import tldextract
from hypothesis import given, settings
from hypothesis import strategies as st
from presidio_analyzer import AnalyzerEngine, Pattern, PatternRecognizer, RecognizerRegistry, predefined_recognizers
from presidio_analyzer.nlp_engine import NoOpNlpEngine

from classifiers.presidio import ReeveRecognizer, accelerate
from tests.classifiers.pack import values_of_all, whole_matcher
from tests.properties import tries

tldextract.tldextract.TLD_EXTRACTOR = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


def recognizers() -> list[PatternRecognizer]:
    """One of every pattern recognizer that Presidio has."""
    kinds = {
        one
        for name in dir(predefined_recognizers)
        if isinstance(one := getattr(predefined_recognizers, name), type)
        and issubclass(one, PatternRecognizer)
        and one is not PatternRecognizer
    }
    made: list[Any] = sorted(kinds, key=lambda kind: kind.__name__)
    return [kind() for kind in made]


def _registry() -> RecognizerRegistry:
    return RecognizerRegistry(recognizers=recognizers())


@cache
def _pairs() -> list[tuple[Any, Any]]:
    """Each recognizer as it is, and accelerated."""
    plain, fast = _registry(), accelerate(_registry())
    return list(zip(plain.recognizers, fast.recognizers, strict=True))


def _results(recognizer: Any, text: str) -> list[tuple[Any, ...]]:
    found = recognizer.analyze(text, recognizer.supported_entities, None)
    return sorted((one.entity_type, one.start, one.end, one.score) for one in found or [])


def differing(texts: Sequence[str]) -> list[tuple[str, str, Any, Any]]:
    """Recognizers and texts on which both do not agree."""
    return [
        (plain.name, text, before, after)
        for text in texts
        for plain, fast in _pairs()
        if (before := _results(plain, text)) != (after := _results(fast, text))
    ]


def test_every_recognizer_is_there() -> None:
    assert len(_pairs()) >= 70


PIECES = (
    *("a", "Z", "_", "0", "7", "42", "123", "4567", "12345678", " ", "  ", "\n", "\t", "\x1c", "\x00", "-", ".", ","),
    *(
        "/",
        ":",
        "@",
        "é",
        "ß",
        "Ä",
        "ſ",
        "\u212a",
        "İ",
        "ı",
        "\u0301",
        "\u200d",
        "\u00a0",
        "\u2003",
        "٣",
        "１",
        "王",
        "😀",
    ),
    *("K", "ü-", "(", ")", "#", "http://", "www.", ".com", "card ", "SSN ", "IBAN ", "DE", "AB", "cid", "tax id", "0x"),
    *("bc1", "::", "VAT", "NHS "),
)


@settings(max_examples=tries(20), deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=60).map("".join))
def test_random_text(text: str) -> None:
    assert differing([text]) == []


@settings(max_examples=tries(20), deadline=None)
@given(st.randoms(use_true_random=False))
def test_examples_among_one_another(rng: random.Random) -> None:
    """Values that some rule is about, changed in a place, glued together in many ways."""
    pieces = []
    for value in rng.sample(values_of_all(), 6):
        place = rng.randrange(len(value))
        changed = value[:place] + rng.choice([*PIECES, value[place], value[place], value[place]]) + value[place + 1 :]
        pieces += [changed, rng.choice([" ", "\n", ", ", "", " é ", ". ", "\t"])]
    assert differing(["".join(pieces)]) == []


def test_long_texts_with_many_hits() -> None:
    rng = random.Random(3)
    values = values_of_all()
    for filler in ("lorem ipsum dolor ", "naïve café 王 ", "1 2 3 4 5 6 7 8 9 0 ", "a.b.c/d:e@f "):
        text = "".join(filler * rng.randrange(1, 40) + rng.choice(values) + rng.choice(" \n,é") for _ in range(60))
        assert differing([text]) == []


@pytest.mark.parametrize("piece", ["1", "a", ".", "@", "(", "a.", "1-", "é", "AB12 ", "\n"])
def test_monotonous_texts(piece: str) -> None:
    assert differing([piece * (3_000 // len(piece))]) == []


class Shouting(PatternRecognizer):
    """As users write them: a rule of their own, validation, and another reading of the result."""

    def __init__(self, **named: Any) -> None:
        patterns = [Pattern("loud", r"(?<=!)[A-Z]{3,}(?!\?)", 0.4), Pattern("number", r"\bNr\.\s*(\d+)\b", 0.3)]
        super().__init__("SHOUT", patterns=patterns, context=["loud"], **named)

    def validate_result(self, pattern_text: str) -> bool | None:
        return None if len(pattern_text) % 2 else pattern_text != "Nr. 42"

    def analyze(self, *arguments: Any, **named: Any) -> list[Any]:
        return [one for one in super().analyze(*arguments, **named) if one.start > 0]


def test_users_recognizers_and_yaml() -> None:
    def registry() -> RecognizerRegistry:
        listed = PatternRecognizer("TITLE", deny_list=["Mr.", "Dr", "Prof. Dr."], global_regex_flags=0)
        told = {
            "supported_entity": "ZIP",
            "supported_language": "en",
            "patterns": [{"name": "z", "regex": r"\b\d{5}\b", "score": 0.1}],
        }
        strange = PatternRecognizer("STRANGE", patterns=[Pattern("p", r"\p{Lu}{2,}+|(?:a{e<=1})b|x{,3}y", 0.5)])
        return RecognizerRegistry([Shouting(), listed, PatternRecognizer.from_dict(told), strange])

    texts = [
        "!ABC! Nr. 42 Nr. 421 Dr Who, Mr. X",
        "99501 abc !LOUD ÄÖÜ xxy y aab",
        "",
        "Mr.",
        "mr. DR",
        "!ABCD? é 12345",
    ]
    plain, fast = registry(), accelerate(registry())
    for text in texts:
        for before, after in zip(plain.recognizers, fast.recognizers, strict=True):
            assert _results(before, text) == _results(after, text)


def _engine(registry: RecognizerRegistry) -> AnalyzerEngine:
    return AnalyzerEngine(
        registry=registry,
        nlp_engine=NoOpNlpEngine(models=[{"lang_code": "en", "model_name": "none"}]),
        supported_languages=["en"],
    )


@pytest.mark.filterwarnings("ignore:LemmaContextAwareEnhancer")
def test_in_an_engine() -> None:
    text = "Card 4111 1111 1111 1111, mail a@example.com, ssn 536-90-4399, https://example.org/x"

    def found(registry: RecognizerRegistry) -> list[tuple[Any, ...]]:
        results = _engine(registry).analyze(text, "en", context=["ssn"], return_decision_process=True)
        return sorted(
            (one.entity_type, one.start, one.end, one.score, str(one.analysis_explanation)) for one in results
        )

    assert found(accelerate(_registry())) == found(_registry()) != []


@pytest.mark.filterwarnings("ignore:LemmaContextAwareEnhancer")
def test_our_catalogue_in_an_engine() -> None:
    registry = RecognizerRegistry(recognizers=[ReeveRecognizer(whole_matcher())])
    text = "Mail a@example.com; her social security number is 536904399."
    results = _engine(registry).analyze(text, "en")
    assert [(one.entity_type, text[one.start : one.end]) for one in sorted(results)] == [
        ("EMAIL_ADDRESS", "a@example.com"),
        ("US_SSN", "536904399"),
    ]
    assert [one.entity_type for one in _engine(registry).analyze(text, "en", entities=["US_SSN"])] == ["US_SSN"]
