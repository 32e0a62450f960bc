"""Checks of state numbers that we write out ourselves: specimens, and python-stdnum where it has the rule."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from stdnum.be import bis
from stdnum.cn import ric
from stdnum.dk import cpr

from classifiers.checks import state_numbers as checks

SPECIMENS = [
    (checks.de_health_insurance, "A000500015"),  # section 290 SGB V, Anlage 1
    (checks.de_pension_insurance, "15070649C103"),  # as in publications of the Deutsche Rentenversicherung
    (checks.au_medicare, "2123 45670 1"),  # as in forms of Services Australia
    (checks.es_tax_number, "54362315K"),
    (checks.es_tax_number, "M1234567L"),
    (checks.fr_register_of_companies, "RCS Nancy B 323 159 715"),
    (checks.cn_resident, "360426199101010071"),
    (checks.be_bis_number, "98.47.28-997.65"),
    (checks.dk_personal_number, "211062-5629"),
]


@pytest.mark.parametrize(("check", "value"), SPECIMENS, ids=[f"{one.__name__}-{value}" for one, value in SPECIMENS])
def test_specimens_pass_and_a_wrong_digit_fails(check: Callable[[str], bool], value: str) -> None:
    assert check(value)
    places = [place for place, char in enumerate(value) if char.isdigit()]
    wrong = [
        value[:place] + digit + value[place + 1 :]
        for place in places
        for digit in "0123456789"
        if digit != value[place]
    ]
    assert sum(not check(one) for one in wrong) >= 0.2 * len(wrong)


def _digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("0123456789") for _ in range(count))


def test_belgian_bis_numbers_are_those_of_stdnum() -> None:
    rng = random.Random(1)
    for _ in range(3000):
        year, month = f"{rng.randrange(30, 100):02d}", rng.randrange(60)
        head = f"{year}{month:02d}{rng.randrange(1, 29):02d}{_digits(rng, 3)}"
        for lead in ("", "2"):  # stdnum does not take a birth in the future
            value = f"{head}{97 - int(lead + head) % 97:02d}"
            if not lead:
                assert checks.be_bis_number(value) == bis.is_valid(value), value
            else:
                assert checks.be_bis_number(value) == (20 <= month <= 32 or 40 <= month <= 52), value
        assert not checks.be_bis_number(f"{head}00")


def test_danish_numbers_are_those_of_stdnum_but_for_the_clock() -> None:
    rng = random.Random(2)
    for _ in range(20_000):
        value = _digits(rng, 10)
        try:
            cpr.get_birth_date(value)
            born = True
        except cpr.ValidationError:
            born = False
        assert checks.dk_personal_number(value) == born, value


def test_chinese_numbers_are_those_of_stdnum_where_it_knows_the_place() -> None:
    rng = random.Random(3)
    places = ["110101", "310104", "360426", "440305", "510107", "820000"]
    passed = 0
    for _ in range(5000):
        head = f"{rng.choice(places)}{rng.randrange(1900, 2020)}{rng.randrange(14):02d}{rng.randrange(33):02d}{_digits(rng, 3)}"
        value = head + (ric.calc_check_digit(head + "0") if rng.random() < 0.5 else rng.choice("0123456789X"))
        try:
            valid = ric.is_valid(value)
        except KeyError:
            continue
        passed += valid
        assert checks.cn_resident(value) or not valid, value
    assert passed > 500


def test_a_spanish_number_may_lack_its_leading_zero() -> None:
    letters = "TRWAGMYFPDXBNJZSQVHLCKE"
    for number in (1_234_567, 3_422_904, 9_999_999):
        letter = letters[number % 23]
        assert checks.es_tax_number(f"{number}{letter}")
        assert checks.es_tax_number(f"{number:08d}-{letter}")
        assert not checks.es_tax_number(f"{number}{letters[(number + 1) % 23]}")


def test_german_physicians_have_a_check_digit_in_the_seventh_place() -> None:
    rng = random.Random(4)
    for _ in range(200):
        head, specialty = _digits(rng, 6), _digits(rng, 2)
        assert sum(checks.de_physician(f"{head}{digit}{specialty}") for digit in range(10)) == 1
