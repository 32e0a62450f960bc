"""Our checks agree with python-stdnum, phonenumbers and the calendar."""

from __future__ import annotations

import calendar
import ipaddress
import random
import re
import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import iban as stdnum_iban
from stdnum import luhn as stdnum_luhn
from stdnum import numdb
from stdnum.be import nn
from stdnum.se import personnummer
from stdnum.us import ssn

from classifiers.checks import iban_registry, iin, sampled
from classifiers.checks.vectors import iban, luhn, payment_card
from classifiers.detector import Check
from tests.properties import tries

DIGITS = st.text(string.digits, min_size=1, max_size=24)
ODD = st.text(string.digits + string.ascii_letters + " -.\n\x00é٣王", max_size=36)


@given(st.lists(DIGITS, max_size=40))
def test_luhn_is_that_of_stdnum(values: list[str]) -> None:
    assert luhn(values).tolist() == [stdnum_luhn.is_valid(value) for value in values]


def test_luhn_is_that_of_stdnum_on_many() -> None:
    rng = random.Random(1)
    values = ["".join(rng.choices(string.digits, k=rng.randint(1, 30))) for _ in range(20_000)]
    assert luhn(values).tolist() == [stdnum_luhn.is_valid(value) for value in values]


@given(st.lists(ODD, max_size=10))
def test_hot_checks_take_any_text(values: list[str]) -> None:
    for check in (luhn, payment_card, iban):
        assert len(check(values)) == len(values)
        assert check(values).tolist() == [bool(check([value])[0]) for value in values]


def _number_of(country: str, rng: random.Random) -> str:
    classes = {"n": string.digits, "a": string.ascii_uppercase, "c": string.digits + string.ascii_uppercase}
    bban = "".join(rng.choice(classes[kind]) for kind in iban_registry.structures()[country])
    return stdnum_iban.calc_check_digits(f"{country}00{bban}").join([country, bban])


def _as_stdnum_but_for_check_digits(value: str) -> bool:
    """ISO 7064 gives check digits 02 to 98; stdnum looks at the remainder only: 00, 01, 99 and letters may pass there."""
    compact = stdnum_iban.compact(value)
    valid = stdnum_iban.is_valid(value, check_country=False)
    return valid and compact[2:4].isdigit() and compact[2:4] not in {"00", "01", "99"}


def test_iban_is_that_of_stdnum_in_every_country() -> None:
    rng = random.Random(2)
    values = []
    for country in iban_registry.structures():
        for _ in range(30):
            good = _number_of(country, rng)
            place = rng.randrange(len(good))
            values += [
                good,
                good[:place] + rng.choice(string.digits + string.ascii_uppercase) + good[place + 1 :],
                good[:-1],
                good + "0",
                good.lower(),
                " ".join(good[index : index + 4] for index in range(0, len(good), 4)),
                good[:2] + f"{rng.randrange(100):02d}" + good[4:],
            ]
    want = [_as_stdnum_but_for_check_digits(value) for value in values]
    assert sum(want) > 30 * len(iban_registry.structures())
    assert iban(values).tolist() == want


@given(st.lists(st.text(string.digits + string.ascii_uppercase + " -.", max_size=36), max_size=10))
def test_iban_is_that_of_stdnum_on_any_text(values: list[str]) -> None:
    assert iban(values).tolist() == [_as_stdnum_but_for_check_digits(value) for value in values]


def test_check_digits_that_iso_7064_never_gives_are_refused() -> None:
    rng = random.Random(3)
    wrong: list[str] = []
    while len(wrong) < 30:
        bban = "".join(rng.choices(string.digits, k=18))
        wrong += [one for check in ("00", "01", "99") if stdnum_iban.is_valid(one := f"DE{check}{bban}", False)]
    assert not iban(wrong).any()


def test_the_registry_is_that_of_stdnum() -> None:
    database = numdb.get("iban")
    for first in string.ascii_uppercase:
        for second in string.ascii_uppercase:
            info = database.info(first + second)[0][1]
            parts = info.get("bban", "").replace("!", "")
            ours = iban_registry.structures().get(first + second, "")
            assert ours == "".join(kind * int(count) for count, kind in re.findall(r"(\d+)([nac])", parts))


@pytest.mark.parametrize(("scheme", "ranges", "lengths"), iin.RANGES, ids=[one[0] for one in iin.RANGES])
def test_issuer_ranges_are_taken_at_their_lengths(
    scheme: str, ranges: tuple[tuple[str, str], ...], lengths: tuple[int, ...]
) -> None:
    for low, high in ranges:
        assert len(low) == len(high) <= 6, scheme
        assert low <= high
        for first in (low, high):
            numbers = [first + "1" * (length - len(first) - 1) for length in lengths]
            assert payment_card([number + stdnum_luhn.calc_check_digit(number) for number in numbers]).all()


def test_numbers_of_no_issuer_or_of_another_length_are_no_cards() -> None:
    bodies = ["123456789012345", "012345678901234", "97810203040506", "41111111111", "3712345678901234"]
    assert not payment_card([body + stdnum_luhn.calc_check_digit(body) for body in bodies]).any()


@given(st.lists(st.text(string.digits, min_size=12, max_size=19), max_size=20))
def test_a_card_keeps_luhn(values: list[str]) -> None:
    assert not (payment_card(values) & ~luhn(values)).any()


@settings(max_examples=tries(300))
@given(st.integers(1, 9999), st.integers(-1, 14), st.integers(-1, 33))
def test_dates_are_those_of_the_calendar(year: int, month: int, day: int) -> None:
    real = 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]
    assert sampled.real_date(year, month, day) == real


def test_belgian_numbers_are_those_of_stdnum() -> None:
    """Where they differ: stdnum takes any day of the month for an unknown one, and asks the clock for the century."""
    rng = random.Random(4)
    values = ["".join(rng.choices(string.digits, k=11)) for _ in range(60_000)] + ["85073003328", "17073003384"]
    body = [
        f"{rng.randrange(100):02d}{rng.randrange(13):02d}{rng.randrange(1, 29):02d}{rng.randrange(1, 999):03d}"
        for _ in range(500)
    ]
    values += [one + f"{97 - int(lead + one) % 97:02d}" for one in body for lead in ("", "2")]
    for value in values:
        ours, theirs = sampled.be_national_number(value), nn.is_valid(value)
        assert ours == theirs or (theirs and int(value[4:6]) > 31) or (ours and int(value[:2]) > 25), value


def test_swedish_numbers_are_those_of_stdnum() -> None:
    rng = random.Random(6)
    values = [f"{rng.randrange(10**6):06d}{rng.choice('-+')}{rng.randrange(10**4):04d}" for _ in range(20_000)]
    values += [
        f"{rng.randrange(1900, 2026)}{rng.randrange(1, 13):02d}{rng.randrange(1, 30):02d}-{rng.randrange(10**4):04d}"
        for _ in range(5000)
    ]
    values = [value for value in values if value[2:6] != "0229"]  # whose century the clock decides
    values = [value for value in values if len(value) == 13 or value[4:6] <= "60"]  # without coordination numbers
    assert [sampled.se_personal_number(value) for value in values] == [personnummer.is_valid(value) for value in values]
    assert sampled.se_personal_number("701063-2391")  # a coordination number, of the tax agency's own example
    assert not sampled.se_personal_number("701093-2391")


@pytest.mark.parametrize(
    ("module", "good"),
    [
        ("us.ssn", "536-90-4399"),
        ("us.itin", "912-90-3456"),
        ("gb.nhs", "943-476-5870"),
        ("de.idnr", "36574261809"),
        ("es.nif", "54362315K"),
        ("es.nie", "X2482300W"),
        ("it.codicefiscale", "RCCMNL83S18D969H"),
        ("pl.pesel", "44051401359"),
        ("nl.bsn", "111222333"),
        ("fr.nir", "295109912611193"),
        ("ch.ssn", "7569217076985"),
        ("in_.aadhaar", "234123412346"),
        ("in_.pan", "ACUPA7085R"),
        ("ca.sin", "123-456-782"),
        ("au.tfn", "123456782"),
        ("au.abn", "83914571673"),
        ("br.cpf", "390.533.447-05"),
        ("br.cnpj", "16.727.230/0001-97"),
        ("eu.vat", "DE136695976"),
    ],
)
def test_what_stdnum_documents_passes_and_most_slips_of_a_digit_do_not(module: str, good: str) -> None:
    check = sampled.Stdnum(module)
    assert list(check([good])) == [True]
    places = [index for index, char in enumerate(good) if char.isdigit()]
    slips = [good[:at] + digit + good[at + 1 :] for at in places for digit in string.digits if digit != good[at]]
    passed = sum(check(slips)) / len(slips)
    limit = {"us.ssn": 1.0, "us.itin": 0.9, "in_.pan": 1.0}.get(module, 0.1)  # these three have no check digit
    assert passed <= limit


@given(st.lists(st.text(max_size=30), max_size=3))
def test_sampled_checks_take_any_text(values: list[str]) -> None:
    rules = [
        *(sampled.date_of_a_life, sampled.phone, sampled.ip_address, sampled.mac_address, sampled.be_national_number),
        *(sampled.se_personal_number, sampled.fi_personal_code, sampled.json_web_token, sampled.assigned_password),
        *(sampled.assigned_key, sampled.address_with_password, sampled.connection_password),
    ]
    checks: list[Check] = [
        *map(sampled.Each, rules),
        sampled.Stdnum("eu.vat"),
        sampled.Stdnum("fr.nir"),
        sampled.Each(sampled.us_social_security_number),
    ]
    for check in checks:
        assert [type(one) for one in check(values)] == [bool] * len(values)


@pytest.mark.parametrize(
    "value", ["", "0", "+", "00", "1699999999", "+0000000000", "٠١٢٣٤٥٦٧٨٩", "1" * 40, "+49\x0030901820"]
)
def test_what_no_phone_number_is(value: str) -> None:
    assert not sampled.phone(value)


@settings(max_examples=tries(300))
@given(st.from_regex(r"[0-9]{3}-?[0-9]{2}-?[0-9]{4}|(?:000|666|9[0-9]{2})-[0-9]{2}-[0-9]{4}", fullmatch=True))
def test_social_security_numbers_are_those_of_stdnum(value: str) -> None:
    assert sampled.us_social_security_number(value) == ssn.is_valid(value)
    assert sampled.us_social_security_number(value.replace("-", " ")) == ssn.is_valid(value)


@pytest.mark.parametrize(
    "value", ["078-05-1120", "078051120", "078 05 1120", "457-55-5462", "219-09-9999", "1234567890"]
)
def test_famous_numbers_are_nobodys(value: str) -> None:
    assert not sampled.us_social_security_number(value)


@settings(max_examples=tries(300))
@given(
    st.from_regex(r"[0-9]{1,4}(\.[0-9]{1,4}){2,4}", fullmatch=True)
    | st.ip_addresses().map(str)
    | st.from_regex(r"[0-9a-f:.]{1,20}", fullmatch=True)
)
def test_ip_addresses_are_those_of_the_standard_library(value: str) -> None:
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        assert not sampled.ip_address(value)
        return
    octets = list(address.packed)
    telling = max(octets) >= 64 or octets[0] in {10, 127} if address.version == 4 else any(map(str.isdigit, value))
    assert sampled.ip_address(value) == telling
