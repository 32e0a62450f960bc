"""People who do not exist, for the demo: names and addresses from Faker, everything else from ranges kept for fiction.

Telephone numbers come from the blocks that regulators reserve for films and documentation (NANPA 555-01xx; Ofcom's "TV
and drama"; the Bundesnetzagentur's and ARCEP's lists; Sweden's PTS), e-mail addresses from domains that can never be
registered (RFC 2606), IP addresses from the documentation blocks (RFC 5737, RFC 3849). So nobody real is in the demo, and
everything still has the form that detectors check.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from engine.base.errors import BadInput

TODAY: Final = date(2026, 3, 1)
"""The demo's present: nothing in it depends on the day it is built."""

DOMAINS: Final = ("example.com", "example.org", "example.net", "mail.example", "post.example")

_US_AREAS: Final = (202, 206, 212, 303, 305, 312, 404, 415, 503, 512, 602, 617, 702, 713, 718, 808, 901, 919)
_GB_PREFIXES: Final = ("20 7946 0", "121 496 0", "161 496 0", "116 496 0", "113 496 0", "117 496 0")
_DE_PREFIXES: Final = ("30 23125 ", "40 66969 ", "69 90009 ", "221 4710 ", "171 39200 ")
_FR_PREFIXES: Final = ("1 99 00", "2 61 91", "3 53 01", "4 65 71", "5 36 49")


@dataclass(frozen=True, slots=True)
class Locale:
    """Where a share of the customers lives."""

    code: str
    country: str
    weight: int
    phone: Callable[[random.Random], str]


def _us(rng: random.Random) -> str:
    area, line = rng.choice(_US_AREAS), rng.randrange(100, 200)
    return rng.choice((f"+1 {area}-555-0{line}", f"({area}) 555-0{line}", f"+1{area}5550{line}"))


def _gb(rng: random.Random) -> str:
    return f"+44 {rng.choice(_GB_PREFIXES)}{rng.randrange(1000):03}"


def _de(rng: random.Random) -> str:
    prefix = rng.choice(_DE_PREFIXES)
    line = f"{rng.randrange(100):02}" if prefix.startswith("171") else f"{rng.randrange(1000):03}"
    return f"+49 {prefix}{line}".replace("  ", " ")


def _fr(rng: random.Random) -> str:
    return f"+33 {rng.choice(_FR_PREFIXES)} {rng.randrange(100):02} {rng.randrange(100):02}"


def _se(rng: random.Random) -> str:
    return f"+46 8 465 004 {rng.randrange(100):02}"


LOCALES: Final = (
    Locale("en_US", "US", 4, _us),
    Locale("en_GB", "GB", 3, _gb),
    Locale("de_DE", "DE", 5, _de),
    Locale("fr_FR", "FR", 3, _fr),
    Locale("sv_SE", "SE", 1, _se),
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist."""

    first_name: str
    last_name: str
    email: str
    phone: str
    street: str
    postcode: str
    city: str
    country: str
    birth_date: date
    sex: str

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}"


class People:
    """Makes people, the same ones for the same seed.

    Raises:
        BadInput: the extra ``demo`` is not installed.
    """

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(f"people:{seed}")
        self._fakers = {locale.code: _faker(locale.code, seed) for locale in LOCALES}
        self._taken: set[str] = set()

    def person(self) -> Person:
        """One more, of a country drawn by weight; no two have the same e-mail address."""
        rng = self.rng
        locale = rng.choices(LOCALES, [item.weight for item in LOCALES])[0]
        faker = self._fakers[locale.code]
        sex = rng.choice("fm")
        first = faker.first_name_female() if sex == "f" else faker.first_name_male()
        last = faker.last_name()
        return Person(
            first_name=first,
            last_name=last,
            email=self.email(first, last),
            phone=locale.phone(rng),
            street=faker.street_address().replace("\n", ", ").strip(),
            postcode=faker.postcode(),
            city=faker.city(),
            country=locale.country,
            birth_date=TODAY - timedelta(days=rng.randrange(18 * 366, 80 * 365)),
            sex=sex,
        )

    def email(self, first: str, last: str, domains: tuple[str, ...] = DOMAINS) -> str:
        """An address made of a name, at a domain that cannot exist; numbered when it is taken."""
        rng = self.rng
        one, two = ascii_word(first) or "kim", ascii_word(last) or "doe"
        local = rng.choice((f"{one}.{two}", f"{one[0]}{two}", f"{one}_{two}", f"{one}{rng.randrange(40, 99)}"))
        address, domain = "", rng.choice(domains)
        for number in range(10_000):
            address = f"{local}{number or ''}@{domain}"
            if address not in self._taken:
                break
        self._taken.add(address)
        return address


def ascii_word(name: str) -> str:
    """``Jörg-Émile`` as ``jorgemile``."""
    plain = unicodedata.normalize("NFKD", name.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z]", "", plain)


def _faker(locale: str, seed: int) -> Any:
    try:
        from faker import Faker
    except ImportError as exc:
        message = "the demo makes its people with Faker, which is not installed"
        raise BadInput(message, hint="install the extra: pip install 'reeve[demo]'") from exc
    faker = Faker(locale, use_weighting=False)
    faker.seed_instance(f"{locale}:{seed}")
    return faker
