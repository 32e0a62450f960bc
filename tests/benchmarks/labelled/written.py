"""Sentences in which what is personal is marked: as people, forms, programs and tables write it, in two halves.

The *development* half may be looked at and rules mended by it. The *held-out* half shares with it no locale, no template, no
kind of national number and no seed; its single errors are not to be looked at. Neither has a locale of Faker that another file
of these tests uses.

In a template ``{email}`` and the like stand for values. What is marked has an entity; decoys have none. Where something is
true of a value though nobody marked it (a time stamp is a date), that entity there counts neither way.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from faker import Faker

from tests.benchmarks.labelled import written_numbers as numbers
from tests.benchmarks.labelled.written_numbers import Number

Draw = Callable[[random.Random, Any], str]
"""Makes a value from a generator and a Faker of the locale."""

_DAYS = (date(1990, 1, 1), date(2026, 6, 30))
_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Value:
    """What stands at a field of a template.

    Attributes:
        entity: to be found there, or empty.
        allowed: entities that may be found there and count neither way.
    """

    draw: Draw
    entity: str = ""
    allowed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Span:
    """``text[start:end]`` is this entity; or, where it is empty, may be taken for those allowed."""

    entity: str
    start: int
    end: int
    allowed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Text:
    """One labelled sentence."""

    text: str
    spans: tuple[Span, ...]
    locale: str

    @property
    def holds_something(self) -> bool:
        """Whether there is something to find."""
        return any(one.entity for one in self.spans)


@dataclass(frozen=True, slots=True)
class Locale:
    """How people of a place write.

    Attributes:
        faker: the name of Faker's locale.
        own: sentences in their language.
        numbers: by entity, national numbers and sentences with ``{id}`` in which they stand.
        phones: Faker knows numbers of the place.
        accounts: Faker knows account numbers of the place.
    """

    faker: str
    own: tuple[str, ...] = ()
    numbers: Mapping[str, tuple[Number | str, tuple[str, ...]]] | None = None
    phones: bool = True
    accounts: bool = True


@dataclass(frozen=True, slots=True)
class Half:
    """A set of sentences.

    Attributes:
        general: templates in English for every locale; decoys: those in which nothing is to be found.
    """

    seed: str
    locales: tuple[Locale, ...]
    general: tuple[str, ...]
    decoys: tuple[str, ...]


def texts(half: Half, something: int, nothing: int) -> list[Text]:
    """Sentences of a half: as many with something to find, and without, as asked for.

    Always the same ones, but for numbers that Faker makes of an age and today's date. It draws some from the interpreter's own
    generator, which is therefore set, and put back.
    """
    before = random.getstate()
    random.seed(half.seed)
    try:
        return _texts(half, something, nothing)
    finally:
        random.setstate(before)


def _texts(half: Half, something: int, nothing: int) -> list[Text]:
    rng = random.Random(half.seed)
    makers = {locale.faker: _maker(locale, half.seed) for locale in half.locales}
    made = [_drawn(rng, half, makers, at) for at in range(something)]
    for _ in range(nothing):
        locale = rng.choice(half.locales)
        fake = makers[locale.faker]
        if rng.random() < 0.3:
            made.append(Text(" ".join(fake.sentences(rng.randint(1, 3))), (), locale.faker))
        else:
            made.append(_filled(rng.choice(half.decoys), VALUES, locale, fake, rng))
    return made


def _maker(locale: Locale, seed: str) -> Any:
    fake: Any = Faker(locale.faker)
    fake.seed_instance(f"{seed} {locale.faker}")
    return fake


def _drawn(rng: random.Random, half: Half, makers: Mapping[str, Any], at: int) -> Text:
    """National numbers in a quarter of all, the language of the place in another."""
    locale = half.locales[at % len(half.locales)]
    fake = makers[locale.faker]
    own = dict(VALUES)
    kind = rng.random()
    if kind < 0.25 and locale.numbers:
        entity, (draw, sentences) = rng.choice(sorted(locale.numbers.items()))
        own["id"] = Value(_from(draw), entity)
        return _filled(rng.choice(sentences), own, locale, fake, rng)
    known = [one for one in (locale.own if kind < 0.5 else half.general) if _possible(one, locale)]
    known = known or [one for one in half.general if _possible(one, locale)]
    return _filled(rng.choice(known), own, locale, fake, rng)


def _from(draw: Number | str) -> Draw:
    return (lambda _, fake: str(getattr(fake, draw)())) if isinstance(draw, str) else (lambda rng, _: draw(rng))


def _possible(template: str, locale: Locale) -> bool:
    return (locale.phones or "{phone}" not in template) and (locale.accounts or "{iban}" not in template)


def _filled(template: str, own: Mapping[str, Value], locale: Locale, fake: Any, rng: random.Random) -> Text:
    out, spans, size, last = [], [], 0, 0
    for match in _FIELD.finditer(template):
        value = own[match[1]]
        before, drawn = template[last : match.start()], value.draw(rng, fake)
        size += len(before)
        if value.entity or value.allowed:
            spans.append(Span(value.entity, size, size + len(drawn), value.allowed))
        out += [before, drawn]
        size += len(drawn)
        last = match.end()
    return Text("".join([*out, template[last:]]), tuple(spans), locale.faker)


def _email(rng: random.Random, fake: Any) -> str:
    user = rng.choice([fake.user_name(), fake.user_name(), f"{fake.user_name()}.{rng.choice('abcdefg')}"])
    tag = rng.choice(["", "", "", "+shop", f"{rng.randint(1, 99)}"])
    return f"{user}{tag}@{rng.choice(['', '', 'mail.'])}{fake.domain_name()}"


def _card(rng: random.Random, fake: Any) -> str:
    number = str(fake.credit_card_number())
    sizes = {15: (4, 6, 5), 16: (4, 4, 4, 4)}.get(len(number), (len(number),))
    return numbers.grouped(number, sizes, rng.choice(["", " ", "-"]))


def _iban(rng: random.Random, fake: Any) -> str:
    number = str(fake.iban())
    fours = " ".join(number[at : at + 4] for at in range(0, len(number), 4))
    return rng.choice([number, fours])


def _url(rng: random.Random, fake: Any) -> str:
    page = f"u/{rng.randint(1, 9999)}?ref={rng.randint(1, 99)}"
    path = rng.choice(["", f"/{fake.user_name()}", f"/{page}", "/~home/cv.html"])
    return f"{rng.choice(['https://', 'http://', 'https://www.', 'www.'])}{fake.domain_name()}{path}"


def _birth(rng: random.Random, fake: Any) -> str:
    born: date = fake.date_between_dates(date(1936, 1, 1), date(2007, 12, 31))
    return str(born.strftime(rng.choice(["%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y"])))


def _place(rng: random.Random, _: Any) -> str:
    gap = rng.choice([", ", ","])
    return f"{rng.uniform(-60, 70):.{rng.randint(4, 6)}f}{gap}{rng.uniform(-170, 170):.{rng.randint(4, 6)}f}"


def _stamp(rng: random.Random, _: Any) -> str:
    date = f"20{rng.randint(16, 26)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}"
    clock = f"{rng.randrange(24):02d}:{rng.randrange(60):02d}:{rng.randrange(60):02d}"
    return rng.choice([f"{date}T{clock}Z", f"{date} {clock}", f"{date}T{clock}.{rng.randrange(1000):03d}+02:00"])


def _ean(rng: random.Random, prefix: str, size: int) -> str:
    body = prefix + "".join(rng.choices("0123456789", k=size - 1 - len(prefix)))
    total = sum(int(one) * (3, 1)[at % 2] for at, one in enumerate(reversed(body)))
    return body + str(-total % 10)


def _isbn(rng: random.Random, _: Any) -> str:
    number = _ean(rng, "978", 13)
    return rng.choice([number, f"{number[:3]}-{number[3]}-{number[4:7]}-{number[7:12]}-{number[12]}"])


def _code(*layouts: str) -> Draw:
    """``9`` for a digit, ``A`` for a capital letter, ``x`` for a digit of base sixteen, ``X`` for digits and capital letters."""
    sets = {
        "9": "0123456789",
        "A": "ABCDEFGHJKLMNPQRSTUVWXYZ",
        "x": "0123456789abcdef",
        "X": "ABCDEFGHJKMNPQRSTUVWXYZ23456789",
    }
    return lambda rng, _: "".join(rng.choice(sets.get(one, one)) for one in rng.choice(layouts))


def _dates(*entities: str) -> frozenset[str]:
    return frozenset({"DATE_TIME", *entities})


_PLACES, _WHO = frozenset({"LOCATION"}), frozenset({"PERSON"})
VALUES: dict[str, Value] = {
    "email": Value(_email, "EMAIL_ADDRESS"),
    "card": Value(_card, "CREDIT_CARD"),
    "iban": Value(_iban, "IBAN_CODE"),
    "phone": Value(lambda _, fake: str(fake.phone_number()), "PHONE_NUMBER"),
    "ip": Value(lambda rng, fake: str(fake.ipv6() if rng.random() < 0.2 else fake.ipv4()), "IP_ADDRESS"),
    "mac": Value(lambda _, fake: str(fake.mac_address()), "MAC_ADDRESS"),
    "url": Value(_url, "URL"),
    "vin": Value(lambda _, fake: str(fake.vin()), "VIN"),
    "ssn": Value(lambda rng, _: numbers.us_ssn(rng), "US_SSN"),
    "bitcoin": Value(lambda rng, _: numbers.bitcoin(rng), "CRYPTO"),
    "ether": Value(lambda rng, _: numbers.ether(rng), "CRYPTO"),
    "birth": Value(_birth, "DATE_TIME"),
    "place": Value(_place, "LOCATION"),
    # what nobody marked, and is true all the same
    "name": Value(lambda _, fake: str(fake.name()), allowed=_WHO),
    "user": Value(lambda _, fake: str(fake.user_name()), allowed=frozenset({"USERNAME", "PERSON"})),
    "street": Value(lambda _, fake: str(fake.street_address()).replace("\n", ", "), allowed=_PLACES),
    "stamp": Value(_stamp, allowed=_dates()),
    "day": Value(lambda _, fake: str(fake.date_between_dates(*_DAYS)), allowed=_dates()),
    "expiry": Value(lambda _, __: "09/28", allowed=_dates("CARD_EXPIRY")),
    "uuid": Value(lambda _, fake: str(fake.uuid4()), allowed=frozenset({"UUID", "SESSION_ID", "COOKIE_ID", "SECRET"})),
    # decoys
    "order": Value(_code("9999999", "ORD-99999999", "99999-999", "AA-999999", "999-9999999-9999999", "4999999999")),
    "version": Value(_code("9.99.9", "v9.9.99-rc.9", "99.9.9.9999", "9.9.9.9", "2026.9.9")),
    "hash": Value(_code("x" * 40, "x" * 64, "x" * 32, "x" * 7, "x" * 12)),
    "epoch": Value(lambda rng, _: str(rng.randint(1_400_000_000, 1_790_000_000) * rng.choice([1, 1000]))),
    "price": Value(_code("99.99", "9,999.00", "9.999,50", "999.90", "9 999,00")),
    "isbn": Value(_isbn),
    "ean": Value(lambda rng, _: _ean(rng, rng.choice(["40", "50", "87", "0", "73"]), rng.choice([13, 13, 8, 12]))),
    "track": Value(
        _code(
            "1Z999AA99999999999",
            "99999999999999",
            "AA999999999AA",
            "9999 9999 9999 9999 9999 99",
            "JJD9999999999999999",
        )
    ),
    "count": Value(_code("9999", "99,999", "9999999", "999")),
    "sku": Value(_code("AAA-9999-A", "99-9999-99", "A99999", "AA99-AAA-999", "XXXXX-XXXXX-XXXXX")),
    "invoice": Value(_code("INV-2026-99999", "2026/99999", "RE9999999", "99999999")),
    "serial": Value(_code("AAA9AA999A9", "SN9999999999", "XXXXXXXXXX", "9999999999")),
    "port": Value(_code("9999", "19999")),
    "part": Value(_code("999.999.999", "A 999 999 99 99", "99999-A9A-999", "9999.9999")),
    "code": Value(_code("999999", "9999", "AAA-999", "XXXX-XXXX-XXXX")),
}
"""By the names of fields."""
