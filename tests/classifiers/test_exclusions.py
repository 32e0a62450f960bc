"""Exclusions: they take away what they name and nothing else, in texts and in columns alike, and count what they took."""

from __future__ import annotations

import hashlib
import re
from functools import cache

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from classifiers.catalogue import catalogue
from classifiers.columns.verdicts import Judge
from classifiers.detector import Finding
from classifiers.excluding import ExcludingMatcher, sketch_excluding
from classifiers.exclusions import Exclusion, Exclusions
from classifiers.identity import SKETCHING, observing, pack_hash
from classifiers.matching.matcher import Match, Matcher
from classifiers.sketches.distinct import distinct_columns
from classifiers.sketches.hashing import HashKey, keyed_hash
from classifiers.sketches.observe import observe
from classifiers.sketches.sketch import Sketch, merge
from classifiers.sketches.sketch_bytes import to_bytes
from classifiers.texts import find
from tests.properties import tries

KEY = HashKey(bytes(range(16)), 3)
DETECTORS = tuple(
    one
    for one in catalogue()
    if one.key in {"EMAIL_ADDRESS", "URL", "CREDIT_CARD", "US_SSN", "DATE_TIME/DATE_OF_BIRTH"}
)
CARD, OTHER_CARD = "4111 1111 1111 1111", "5500 0055 5555 5559"
MAIL = "support@shop.example"
LINK = "https://a.example/b?c=d@e.example"


@cache
def matcher() -> Matcher:
    return Matcher(DETECTORS)


def rule(**given: object) -> Exclusion:
    return Exclusion(reason="known", **given)  # type: ignore[arg-type]


def texts_found(text: str, *rules: Exclusion) -> list[str]:
    return [text[one.start : one.end] for one in find(matcher(), [text], exclusions=Exclusions(rules))[0]]


def sketched(values: list[str], *rules: Exclusion, field: str = "x") -> Sketch:
    columns = distinct_columns({field: pa.array(values, pa.string())})
    return sketch_excluding(columns, matcher(), Exclusions(rules), "shop/people", KEY)[field]


def rows(sketch: Sketch) -> dict[str, int]:
    return {str(key): hits.rows for key, hits in sketch.hits.items()}


@pytest.mark.parametrize(
    ("given", "known"),
    [
        ({"values": (MAIL,)}, {MAIL}),
        ({"values": (MAIL.upper(),)}, set()),
        ({"values": (MAIL.upper(),), "ignore_case": True}, {MAIL, MAIL.title()}),
        ({"matching": (r".*@shop\.example",)}, {MAIL}),
        ({"matching": (r"shop",)}, set()),
        ({"hashes": (hashlib.sha256(MAIL.encode()).hexdigest(),)}, {MAIL, MAIL.title()}),
        ({"values": (MAIL,), "entities": ("CREDIT_CARD",)}, set()),
        ({"values": (MAIL,), "entities": ("EMAIL_ADDRESS",)}, {MAIL}),
        ({"values": (MAIL,), "context": ("imprint",)}, set()),
        ({"values": (MAIL,), "fields": ("shop/*",)}, None),
    ],
)
def test_values_in_texts_and_columns(given: dict[str, object], known: set[str] | None) -> None:
    mails = [MAIL, MAIL.title(), "zoe@mail.example"]
    one = rule(**given)
    assert set(texts_found(f"{mails[0]}, {mails[1]}, {mails[2]}", one)) == set(mails) - (known or set())
    in_column = {MAIL} if known is None else known
    sketch = sketched(mails, one)
    assert rows(sketch)["EMAIL_ADDRESS"] == 3 - len(in_column)
    assert rows(sketch).get(one.key, 0) == len(in_column)


def test_words_nearby_speak_against_a_match_in_the_same_sentence_only() -> None:
    one = rule(entities=("CREDIT_CARD",), context=("example", "test card"))
    assert texts_found(f"Example: {CARD}. Card {OTHER_CARD}", one) == [OTHER_CARD]
    assert texts_found(f"a test card {CARD}", one) == []
    assert texts_found(f"a tested card {CARD}", one) == [CARD]
    assert texts_found(f"card {CARD} is an example", one) == []
    assert texts_found(f"example{' ' * 70}card {CARD}", one) == [CARD]
    assert rows(sketched([f"example {CARD}", f"card {OTHER_CARD}"], one)) == {"CREDIT_CARD": 1, one.key: 1}


def test_of_a_value_known_for_any_entity_no_part_is_found() -> None:
    link = "https://shop.example/me?mail=a@b.example"
    assert {"EMAIL_ADDRESS", "URL"} <= rows(sketched([link])).keys()
    everything = rule(values=(link,))
    assert rows(sketched([link], everything)) == {everything.key: 1}
    only = rule(values=(link,), entities=("URL",))
    assert rows(sketched([link], only)) == {"EMAIL_ADDRESS": 1, only.key: 1}


def test_keyed_hashes_hold_under_their_own_key_only() -> None:
    number = keyed_hash(MAIL, KEY.secret)
    assert "EMAIL_ADDRESS" not in rows(sketched([MAIL], rule(keyed=((KEY.epoch, number),))))
    assert rows(sketched([MAIL], rule(keyed=((KEY.epoch + 1, number),))))["EMAIL_ADDRESS"] == 1
    assert texts_found(MAIL, rule(keyed=((KEY.epoch, number),))) == [MAIL]


@pytest.mark.parametrize(
    ("glob", "there"),
    [
        ("shop/people.x", True),
        ("shop/*", True),
        ("*.x", True),
        ("sho?/people.?", True),
        ("people.x", False),
        ("shop/people", False),
        ("SHOP/*", False),
        ("shop/people.[x]", False),
    ],
)
def test_globs(glob: str, there: bool) -> None:  # noqa: FBT001
    assert rule(fields=(glob,)).is_at("shop/people.x") is there


def test_brackets_of_a_path_stand_for_themselves() -> None:
    assert rule(fields=("lake/*.emails[].address",)).is_at("lake/a.json.emails[].address")


@settings(max_examples=tries(200))
@given(st.text("ab*?", max_size=6), st.text("ab", max_size=7))
def test_globs_mean_what_expressions_mean(glob: str, place: str) -> None:
    written = "".join({"*": ".*", "?": "."}.get(char, char) for char in glob)
    assert rule(fields=(glob,)).is_at(place) is bool(re.fullmatch(written, place))


def test_many_stars_take_no_time() -> None:
    assert not rule(fields=("*a" * 12 + "b",)).is_at("a" * 600)


def judged(values: list[str], *rules: Exclusion) -> tuple[list[str], list[tuple[str, int, str]]]:
    sketch = sketched(values, *rules)
    verdict = Judge(DETECTORS).asset("people", {"x": sketch})["x"]
    left, taken = Exclusions(rules).apart("shop/people.x", verdict, sketch)
    assert left.sensitivity <= verdict.sensitivity
    return [one.entity for one in left.entities], [(one.entity, one.rows, one.reason) for one in taken]


def test_a_field_that_is_excluded_says_what_it_would_be() -> None:
    mails = [f"zoe{n}@mail.example" for n in range(40)]
    assert judged(mails) == (["EMAIL_ADDRESS"], [])
    assert judged(mails, rule(fields=("*.x",))) == ([], [("EMAIL_ADDRESS", 40, "known")])
    assert judged(mails, rule(fields=("*.x",), entities=("URL",))) == (["EMAIL_ADDRESS"], [])
    assert judged(mails, rule(entities=("EMAIL_ADDRESS",))) == ([], [("EMAIL_ADDRESS", 40, "known")])
    assert judged(["nothing"] * 5, rule(fields=("*.x",))) == ([], [("", 5, "known")])
    assert judged(["nothing"] * 5, rule(entities=("EMAIL_ADDRESS",))) == ([], [])
    assert judged(mails, rule(values=tuple(mails[:30]))) == (["EMAIL_ADDRESS"], [("", 30, "known")])


VALUES = st.lists(
    st.sampled_from(
        [MAIL, "zoe@mail.example", CARD, OTHER_CARD, "219-09-9999", "see", "example", "test", LINK, ".", ",", "\u00e9"]
    ),
    max_size=6,
).map(" ".join)  # fmt: skip
RULES = st.lists(
    st.builds(
        Exclusion,
        reason=st.just("known"),
        entities=st.sampled_from([(), ("EMAIL_ADDRESS",), ("CREDIT_CARD", "URL")]),
        values=st.sampled_from([(), (MAIL,), (CARD, LINK)]),
        matching=st.sampled_from([(), (r"[0-9 ]{19}",), (r"[a-z]{1,9}@.{1,40}",)]),
        context=st.sampled_from([(), ("example",), ("test", "see")]),
    ),
    max_size=3,
)


@settings(max_examples=tries(60), deadline=None)
@given(st.lists(VALUES, max_size=8), RULES)
def test_texts_lose_what_is_excluded_and_gain_nothing(texts: list[str], rules: list[Exclusion]) -> None:
    def excluded(text: str, one: Finding) -> bool:
        return any(rule.is_about(one.entity, one.subtype) and rule.holds(text, one.start, one.end) for rule in rules)

    plain = find(matcher(), texts)
    assert find(matcher(), texts, exclusions=Exclusions(tuple(rules))) == [
        [one for one in found if not excluded(text, one)] for text, found in zip(texts, plain, strict=True)
    ]


def spans(matches: list[Match], *, own: bool) -> set[tuple[int, int, int, int]]:
    return {
        (match.detector, row, start, end)
        for match in matches
        if (match.detector < len(DETECTORS)) is own
        for row, start, end in zip(match.texts.tolist(), match.starts.tolist(), match.ends.tolist(), strict=True)
    }


@settings(max_examples=tries(60), deadline=None)
@given(st.lists(VALUES, max_size=8), RULES)
@example(
    ["https://a.example/b?c=d@e.example"],
    [
        Exclusion(reason="known", entities=("URL",)),
        Exclusion(reason="known", values=("https://a.example/b?c=d@e.example",)),
    ],
)
def test_columns_lose_what_is_excluded_and_what_lies_inside(texts: list[str], rules: list[Exclusion]) -> None:
    def held(index: int, row: int, start: int, end: int, *, reaching: bool) -> bool:
        one = DETECTORS[index]
        return any(
            rule.is_about(one.entity, one.subtype)
            and rule.holds(texts[row], start, end)
            and (not reaching or (rule.asks_value and not rule.entities))
            for rule in rules
        )

    plain = spans(matcher().find(texts), own=True)
    known: dict[int, set[int]] = {}
    for index, row, start, end in plain:
        if held(index, row, start, end, reaching=True):
            known.setdefault(row, set()).update(range(start, end))
    gone = {
        span
        for span in plain
        if held(*span, reaching=False) or set(range(span[2], span[3])) <= known.get(span[1], set())
    }
    found = ExcludingMatcher(matcher(), rules, KEY).find(texts)
    assert spans(found, own=True) == plain - gone
    assert {span[1:] for span in spans(found, own=False)} == {span[1:] for span in gone}
    assert all((match.texts[1:] >= match.texts[:-1]).all() for match in found)


@settings(max_examples=tries(30), deadline=None)
@given(st.lists(VALUES, min_size=1, max_size=12), RULES, st.integers(0, 12))
def test_sketches_of_parts_merge_to_that_of_the_whole(texts: list[str], rules: list[Exclusion], cut: int) -> None:
    one, other, whole = sketched(texts[:cut], *rules), sketched(texts[cut:], *rules), sketched(texts, *rules)
    assert to_bytes(merge(one, other)) == to_bytes(merge(other, one)) == to_bytes(whole)


def test_without_rules_nothing_is_otherwise() -> None:
    values = [MAIL, CARD, "x"]
    plain = observe({"x": pa.array(values)}, matcher(), KEY)["x"]
    assert to_bytes(sketched(values)) == to_bytes(plain)
    assert to_bytes(sketched(values, rule(fields=("shop/*",)))) == to_bytes(plain)
    assert to_bytes(sketched(values, rule(values=(MAIL,), fields=("crm/*",)))) == to_bytes(plain)
    assert pack_hash(DETECTORS, Exclusions()) == pack_hash(DETECTORS)


def test_what_has_to_be_read_again() -> None:
    def parts(*rules: Exclusion) -> set[str]:
        return set(observing(DETECTORS, Exclusions(rules)).unseen(observing(DETECTORS).parts))

    everywhere, cards = rule(values=(MAIL,)), rule(context=("test",), entities=("CREDIT_CARD",))
    assert parts(rule(fields=("shop/*",)), rule(entities=("URL",))) == set()
    assert parts(everywhere) == {SKETCHING, everywhere.key}
    assert parts(cards) == {"CREDIT_CARD", cards.key}
    back = observing(DETECTORS).unseen(observing(DETECTORS, Exclusions((cards,))).parts)
    assert back == ("CREDIT_CARD",)
    same = Exclusion(reason="said otherwise", values=(MAIL,))
    assert parts(same) == parts(everywhere)
    assert observing(DETECTORS, Exclusions((same,))) == observing(DETECTORS, Exclusions((everywhere,)))
    hashes = {pack_hash(DETECTORS, Exclusions((one,))) for one in (everywhere, cards, same, rule(fields=("shop/*",)))}
    assert len(hashes | {pack_hash(DETECTORS)}) == 5
