"""What columns of chance must not be taken for, and what evidence may not depend on."""

from __future__ import annotations

import random
import string
from collections.abc import Sequence

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from classifiers.catalogue import catalogue
from classifiers.columns.calibration import POINTS, calibrated
from classifiers.columns.forms import form_of
from classifiers.columns.likelihood import log_ratio
from classifiers.columns.luck import luck_in
from classifiers.columns.verdicts import Judge, Verdict
from classifiers.detector import DetectorKey, Pattern, digits
from classifiers.matching.matcher import Matcher
from classifiers.sketches.hashing import HashKey
from classifiers.sketches.observe import observe
from classifiers.sketches.shape import shape
from tests.classifiers.pack import Sampler, patterns, whole_matcher
from tests.classifiers.sample import PACK, make, number, with_check_digit
from tests.properties import tries

KEY = HashKey(bytes(16), 1)
CATALOGUE = catalogue()
BY_KEY = {one.key: one for one in CATALOGUE}
MATCHERS = {id(PACK): Matcher(PACK), id(CATALOGUE): whole_matcher()}
JUDGES = {id(PACK): Judge(PACK), id(CATALOGUE): Judge(CATALOGUE)}


def judged(pack: Sequence[object], cells: Sequence[str], name: str = "col1") -> Verdict:
    """The verdict on a column alone in its table."""
    return JUDGES[id(pack)].asset("t", observe({name: pa.array(cells)}, MATCHERS[id(pack)], KEY))[name]


@settings(max_examples=tries(200), deadline=None)
@given(st.integers(1, 256), st.integers(0, 255), st.floats(0.0001, 0.999))
def test_one_more_that_passes_never_speaks_against(tried: int, passed: int, chance: float) -> None:
    passed = min(passed, tried - 1)
    before = log_ratio(passed, tried, chance)
    assert log_ratio(passed + 1, tried, chance) >= before - 1e-6
    assert log_ratio(passed + 1, tried + 1, chance) >= before - 1e-6


@settings(max_examples=tries(20), deadline=None)
@given(st.integers(0, 119), st.randoms(use_true_random=False))
def test_more_passing_cells_never_lower_confidence(good: int, rng: random.Random) -> None:
    bodies = rng.sample(range(10**7, 10**8), 120)
    valid = [with_check_digit(str(body)) for body in bodies]
    wrong = [value[:-1] + str((int(value[-1]) + 1 + rng.randrange(9)) % 10) for value in valid]

    def confidence(count: int) -> float:
        found = judged(PACK, valid[:count] + wrong[count:])
        return found.entities[0].confidence if found.entities else 0.0

    assert confidence(good + 1) >= confidence(good)


@settings(max_examples=tries(20), deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rng: random.Random) -> None:
    cells = [with_check_digit(body) for body in make(60, number(8))] + make(30, number(9), seed=3) + ["a@example.org"]
    shuffled = rng.sample(cells, len(cells))
    assert judged(PACK, shuffled) == judged(PACK, cells)


_CLASSES = (string.digits, string.ascii_uppercase, string.ascii_lowercase, string.digits + string.ascii_uppercase)
CODES = st.lists(st.tuples(st.sampled_from(_CLASSES), st.integers(2, 6)), min_size=1, max_size=3)


@settings(max_examples=tries(40), deadline=None, derandomize=True)
@given(CODES, st.sampled_from(["", "-", ".", "/", " "]), st.integers(100, 300))
@example([(string.digits, 4), (string.ascii_uppercase, 4), (string.digits, 4)], ".", 100)  # one of them is hexadecimal
def test_random_codes_of_any_layout_are_nothing(groups: list[tuple[str, int]], separator: str, count: int) -> None:
    rng = random.Random(count)
    cells = [separator.join("".join(rng.choices(some, k=size)) for some, size in groups) for _ in range(count)]
    assert judged(CATALOGUE, cells).entities == ()


@pytest.mark.parametrize("layout", ["AA9 9AA", "AA999999A", "999999-9999", "99-9999-999", "999-999-9999"])
def test_codes_that_some_rule_now_and_then_fits_are_nothing(layout: str) -> None:
    classes = {"9": string.digits, "A": string.ascii_uppercase}
    cells = make(300, lambda rng: "".join(rng.choice(classes.get(char, char)) for char in layout))
    assert judged(CATALOGUE, cells).entities == ()


def test_codes_that_begin_with_a_date_are_no_numbers_of_people() -> None:
    """One in thirty passes the check of a Finnish number whose date is right, far more than random digits would."""
    days = [f"{year}{month:02d}{day:02d}" for year in range(10, 27) for month in range(1, 13) for day in range(1, 29)]
    codes = make(300, lambda rng: f"{rng.choice(days)}-{rng.randrange(10**4):04d}")
    assert judged(CATALOGUE, codes).entities == ()


def test_a_few_of_many_alike_that_pass_are_luck() -> None:
    found = judged(PACK, [with_check_digit(body) for body in make(40, number(8))] + make(260, number(9), seed=3))
    assert found.entities == ()


@pytest.mark.parametrize("size", range(9, 16))
@pytest.mark.parametrize("digit", "23579")
def test_numbers_given_one_after_the_other_are_nothing(size: int, digit: str) -> None:
    """With a check digit of their own, or where a check looks at what they all begin with."""
    start = int(digit * (size - 1))
    assert judged(CATALOGUE, [with_check_digit(str(start + at)) for at in range(200)]).entities == ()
    assert judged(CATALOGUE, [str(10 * start + at) for at in range(200)]).entities == ()
    assert judged(CATALOGUE, [str(10 * start + 10 * at) for at in range(200)]).entities == ()


def test_such_numbers_are_what_their_name_says() -> None:
    phones = [with_check_digit(str(35_209_900_176_000 + at)) for at in range(200)]
    assert [one.entity for one in judged(CATALOGUE, phones, "imei").entities] == ["IMEI"]


@pytest.mark.parametrize("size", [8, 10, 12])
def test_one_code_that_looks_like_a_number_among_others_as_long_is_luck(size: int) -> None:
    """An Indian tax number of ten characters is nothing beside other codes of ten, but may be something beside notes."""
    codes = make(120, lambda rng: "".join(rng.choices(string.digits + string.ascii_uppercase, k=size)))
    found = {one.entity for one in judged(CATALOGUE, [*codes, "ABCPE1234F"]).entities}
    assert found == (set() if size == 10 else {"IN_PAN"})


def test_the_real_thing_of_such_a_layout_is_found() -> None:
    rng = random.Random(1)
    codes = [
        f"{rng.choice(['SW', 'EC', 'NE', 'LS'])}{rng.randrange(1, 10)} {rng.randrange(10)}{end}"
        for end in make(200, lambda one: "".join(one.choices("ABDEFGHJLNPQRSTUWXYZ", k=2)))
    ]
    assert [one.entity for one in judged(CATALOGUE, codes).entities] == ["UK_POSTCODE"]


def test_entities_that_values_cannot_tell_apart_share_their_confidence() -> None:
    found = judged(CATALOGUE, [with_check_digit(f"{body}") for body in make(200, number(8))])
    assert found.entities
    assert found.entities[0].confidence < 0.7


def test_two_kinds_in_one_column_are_both_reported() -> None:
    mails = make(60, lambda rng: f"u{rng.randrange(10**6)}@example.org")
    cards = make(40, lambda rng: with_check_digit(f"4{rng.randrange(10**14):014d}"))
    shares = {one.entity: one.share for one in judged(CATALOGUE, mails + cards).entities}
    assert shares["EMAIL_ADDRESS"] == pytest.approx(0.6, abs=0.01)
    assert shares["CREDIT_CARD"] == pytest.approx(0.4, abs=0.02)


def test_forms_fit_whatever_their_rules_match() -> None:
    """A whole cell that matches has a shape that its rule's form fits, drawn from every rule of the catalogue."""
    rng = random.Random(7)
    for detector, number_, pattern in patterns():
        rule, sampler, form = pattern.compiled(), Sampler(pattern.compiled()), form_of(pattern)
        for text in (sampler.draw(rng) for _ in range(4)):
            if len(text) <= 64 and text.isascii() and text.isprintable() and rule.fullmatch(text):
                assert form.fits(shape(text)), (detector.key, number_, text)


@pytest.mark.parametrize(
    ("regex", "luck"),
    [("[0-9]{9}", 1.0), ("[ABCDE][0-9]{3}", 5 / 26), ("0[0-9]-[0-4]", 0.05), ("(?:AB|CD)9", 0.1 * 2 / 26**2)],
)
def test_luck_is_the_share_of_random_strings_that_fit(regex: str, luck: float) -> None:
    assert form_of(Pattern(regex, regex, 0.5, 9)).luck == pytest.approx(luck)


def test_a_form_of_digits_knows_its_layout() -> None:
    form = form_of(digits("999-99-9999"))
    assert form.fits("999-99-9999")
    assert not form.fits("9999-9-9999")
    assert not form.fits("999999999")


def test_luck_of_a_shape_is_what_random_strings_of_it_pass() -> None:
    bare, prose = BY_KEY[DetectorKey("CA_SIN")], BY_KEY[DetectorKey("UK_POSTCODE")]
    assert luck_in(bare, "999999999", whole=True) == pytest.approx(0.08, abs=0.06)
    assert luck_in(bare, "99-9", whole=True) == 0.0
    assert luck_in(prose, "Aa a a", whole=True) is None


@settings(max_examples=tries(100), deadline=None)
@given(st.floats(0, 1), st.floats(0, 1))
def test_calibration_keeps_the_order(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0 <= calibrated(low) <= calibrated(high) <= 1
    assert calibrated(0.0) == 0.0
    assert [first for first, _ in POINTS] == sorted({first for first, _ in POINTS})
