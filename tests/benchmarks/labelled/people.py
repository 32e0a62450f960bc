"""Columns of people, places and payments in the manner of one locale, made by Faker or mimesis."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from importlib import import_module
from typing import Any

from faker import Faker

from tests.benchmarks.labelled import Draw, Kind

ENGLISH: Mapping[str, tuple[str, ...]] = {
    "name": ("full_name", "customer_name", "Name"),
    "given": ("first_name", "FirstName", "given_name"),
    "family": ("last_name", "surname", "LastName"),
    "email": ("email", "e_mail", "EmailAddress", "contact_email"),
    "phone": ("phone", "mobile", "PhoneNumber", "tel"),
    "street": ("street", "address", "street_address", "address_line1"),
    "city": ("city", "town"),
    "birth": ("date_of_birth", "dob", "BirthDate"),
    "card": ("card_number", "credit_card", "cc_number"),
    "iban": ("iban", "IBAN", "account_iban"),
    "ip": ("ip_address", "client_ip", "ip"),
    "mac": ("mac_address", "mac"),
    "user": ("username", "user_name", "login"),
    "url": ("url", "website", "homepage"),
}
"""How fields are named in most schemas, whatever the language of the data."""


def kinds_of_faker(locale: str, words: Mapping[str, tuple[str, ...]]) -> list[Kind]:
    """The kinds that Faker has for a locale. ``words``: further names of fields, in its language."""
    fake: Any = Faker(locale)
    fake.seed_instance(f"columns {locale}")
    calls = {
        "name": fake.name,
        "given": fake.first_name,
        "family": fake.last_name,
        "email": fake.email,
        "phone": fake.phone_number,
        "street": fake.street_address,
        "city": fake.city,
        "card": fake.credit_card_number,
        "iban": fake.iban,
        "ip": fake.ipv4,
        "mac": fake.mac_address,
        "user": fake.user_name,
        "url": fake.url,
    }
    return _kinds(f"faker {locale}", calls, words)


def kinds_of_mimesis(locale: str, words: Mapping[str, tuple[str, ...]]) -> list[Kind]:
    """The same of mimesis.

    Raises:
        ModuleNotFoundError: it is not installed.
    """
    mimesis: Any = import_module("mimesis")
    maker = mimesis.Generic(mimesis.Locale(locale), seed=f"columns {locale}")
    calls = {
        "name": maker.person.full_name,
        "given": maker.person.first_name,
        "family": maker.person.last_name,
        "email": maker.person.email,
        "phone": maker.person.phone_number,
        "street": maker.address.address,
        "city": maker.address.city,
        "card": maker.payment.credit_card_number,
        "ip": maker.internet.ip_v4,
        "mac": maker.internet.mac_address,
        "user": maker.person.username,
        "url": maker.internet.url,
    }
    return _kinds(f"mimesis {locale}", calls, words)


TRUTHS = {
    **dict.fromkeys(("name", "given", "family"), "PERSON"),
    **dict.fromkeys(("street", "city"), "LOCATION"),
    "email": "EMAIL_ADDRESS",
    "phone": "PHONE_NUMBER",
    "birth": "DATE_TIME",
    "card": "CREDIT_CARD",
    "iban": "IBAN_CODE",
    "ip": "IP_ADDRESS",
    "mac": "MAC_ADDRESS",
    "user": "USERNAME",
    "url": "URL",
}
ONLY_NAMED = frozenset({"name", "given", "family", "street", "city", "birth", "user"})
"""What rules cannot know by its values: these count under headers that name them, and apart under those that say nothing."""
LISTED = frozenset({"name", "given", "family", "street", "city"})
MISLEADING = {"email": "username", "phone": "reference", "card": "order_number", "iban": "external_id", "ip": "host"}


def _kinds(family: str, calls: Mapping[str, Any], words: Mapping[str, tuple[str, ...]]) -> list[Kind]:
    made = [
        Kind(
            f"{family} {what}",
            TRUTHS[what],
            (*ENGLISH[what], *words.get(what, ())),
            _drawing(call),
            misleading=MISLEADING.get(what, ""),
            hidden=what not in ONLY_NAMED,
            listed=what in LISTED,
        )
        for what, call in calls.items()
    ]
    births = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y")
    style = random.Random(family).choice(births)
    headers = (*ENGLISH["birth"], *words.get("birth", ()))
    return [*made, Kind(f"{family} birth", "DATE_TIME", headers, _birth(style), hidden=False)]


def _drawing(call: Any) -> Draw:
    return lambda _, __: str(call()).replace("\n", ", ")


def _birth(style: str) -> Draw:
    return lambda rng, _: (date(1935, 1, 1) + timedelta(days=rng.randrange(27_000))).strftime(style)


def locales(made: Sequence[tuple[str, list[Kind]]]) -> list[tuple[str, list[Kind]]]:
    """With a name for the table of each."""
    names = ("customers", "users", "employees", "patients", "contacts", "members")
    return [(names[at % len(names)], kinds) for at, (_, kinds) in enumerate(made)]
