"""A few detectors made for the tests, and columns made of seeded chance."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from classifiers.detector import Detector, Pattern, Sensitivity, digits


def luhn(numbers: Sequence[str]) -> list[bool]:
    """Whether each number's Luhn digit is right."""
    return [_luhn(number) for number in numbers]


def _luhn(number: str) -> bool:
    total = 0
    for place, char in enumerate(reversed(number)):
        value = int(char) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def detector(entity: str, *patterns: Pattern, **more: object) -> Detector:
    """A detector with everything that the tests do not look at filled in."""
    given: dict[str, object] = {
        "title": entity,
        "category": "user",
        "sensitivity": Sensitivity.CONFIDENTIAL,
        "source": "tests",
        **more,
    }
    return Detector(entity=entity, patterns=patterns, **given)  # type: ignore[arg-type]


EMAIL = detector(
    "EMAIL_ADDRESS",
    Pattern(
        r"(?<![\w.+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,4}\.[A-Za-z]{2,24}(?![\w-])",
        r"[A-Za-z0-9._%+-]@[A-Za-z0-9-]",
        0.9,
        420,
    ),
    chance=0.001,
    columns=("email", "email address", "mail"),
)
NINE = detector("NINE_DIGITS", digits("999999999"), check=luhn, chance=0.1, columns=("national number",))
CARD = detector("CREDIT_CARD", digits("9999999999999999", 0.3), check=luhn, hot=True, chance=0.1, columns=("card",))
BORN = detector("DATE_TIME", digits("9999-99-99"), subtype="DATE_OF_BIRTH", columns=("birth date",), needs_column=True)
PERSON = detector(
    "PERSON",
    columns=("name", "full name"),
    not_columns=("product", "file name"),
    shapes=r"Aa(?: Aa){1,3}",
    needs_column=True,
    chance=0.3,
)
PACK = (EMAIL, NINE, CARD, BORN, PERSON)


def with_check_digit(body: str) -> str:
    """The number with its Luhn digit appended."""
    return next(body + digit for digit in "0123456789" if _luhn(body + digit))


def make(count: int, one: Callable[[random.Random], str], seed: int = 1) -> list[str]:
    """``count`` values of seeded chance."""
    rng = random.Random(seed)
    return [one(rng) for _ in range(count)]


def number(length: int) -> Callable[[random.Random], str]:
    """Random digits, the first one not 0."""
    return lambda rng: str(rng.randrange(10 ** (length - 1), 10**length))
