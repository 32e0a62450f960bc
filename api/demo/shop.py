"""The demo's shop: an SQLite database with customers, orders, payments, staff, and columns that only look personal."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from api.demo import numbers
from api.demo.people import TODAY, People, Person
from api.demo.tickets import note
from api.demo.truth import Truth, truth

CUSTOMERS: Final = 5_000
ORDERS: Final = 20_000
EMPLOYEES: Final = 120
TICKETS: Final = 1_500
SESSIONS: Final = 8_000
PRODUCTS: Final = 240
NOON: Final = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)

# (column, declaration, what it holds)
SCHEMA: Final[dict[str, tuple[tuple[str, str, str], ...]]] = {
    "customers": (
        ("id", "INTEGER PRIMARY KEY", ""),
        ("first_name", "TEXT NOT NULL", "PERSON/GIVEN_NAME"),
        ("last_name", "TEXT NOT NULL", "PERSON/FAMILY_NAME"),
        ("email", "TEXT NOT NULL UNIQUE", "EMAIL_ADDRESS"),
        ("phone", "TEXT", "PHONE_NUMBER"),
        ("street", "TEXT", "LOCATION/STREET_ADDRESS"),
        ("postcode", "TEXT", "? LOCATION/POSTCODE"),
        ("city", "TEXT", "LOCATION/CITY"),
        ("country", "TEXT", "? LOCATION/COUNTRY"),
        ("birth_date", "DATE", "DATE_TIME/DATE_OF_BIRTH"),
        ("sex", "TEXT", "GENDER"),
        ("loyalty_tier", "TEXT", ""),
        ("newsletter", "INTEGER", ""),
        ("created_at", "TEXT", ""),
    ),
    "products": (
        ("sku", "TEXT PRIMARY KEY", ""),
        ("name", "TEXT", ""),
        ("price_cents", "INTEGER", ""),
        ("weight_g", "INTEGER", ""),
        ("firmware_version", "TEXT", ""),
        ("ean", "TEXT", ""),
        ("released_on", "DATE", ""),
    ),
    "orders": (
        ("id", "INTEGER PRIMARY KEY", ""),
        ("public_id", "TEXT NOT NULL", ""),
        ("customer_id", "INTEGER NOT NULL REFERENCES customers (id)", ""),
        ("placed_at", "INTEGER", ""),
        ("tracking_number", "TEXT", ""),
        ("ship_to", "TEXT", "LOCATION/STREET_ADDRESS PERSON"),
        ("total_cents", "INTEGER", ""),
        ("currency", "TEXT", ""),
        ("status", "TEXT", ""),
    ),
    "order_items": (
        ("order_id", "INTEGER NOT NULL REFERENCES orders (id)", ""),
        ("line", "INTEGER NOT NULL", ""),
        ("sku", "TEXT NOT NULL REFERENCES products (sku)", ""),
        ("quantity", "INTEGER", ""),
        ("unit_price_cents", "INTEGER", ""),
    ),
    "payments": (
        ("id", "INTEGER PRIMARY KEY", ""),
        ("order_id", "INTEGER NOT NULL REFERENCES orders (id)", ""),
        ("method", "TEXT", ""),
        ("card_number", "TEXT", "CREDIT_CARD"),
        ("iban", "TEXT", "IBAN_CODE"),
        ("amount_cents", "INTEGER", ""),
        ("reference", "TEXT", ""),
    ),
    "support_tickets": (
        ("id", "INTEGER PRIMARY KEY", ""),
        ("customer_id", "INTEGER REFERENCES customers (id)", ""),
        ("opened_at", "TEXT", ""),
        ("subject", "TEXT", ""),
        ("note", "TEXT", "EMAIL_ADDRESS PHONE_NUMBER PERSON"),
    ),
    "employees": (
        ("id", "INTEGER PRIMARY KEY", ""),
        ("full_name", "TEXT", "PERSON"),
        ("work_email", "TEXT", "EMAIL_ADDRESS"),
        ("ssn", "TEXT", "US_SSN"),
        ("birth_date", "DATE", "DATE_TIME/DATE_OF_BIRTH"),
        ("salary", "INTEGER", "? SALARY"),
        ("iban", "TEXT", "IBAN_CODE"),
        ("room", "TEXT", ""),
        ("hired_on", "DATE", ""),
    ),
    "sessions": (
        ("id", "TEXT PRIMARY KEY", ""),
        ("customer_id", "INTEGER REFERENCES customers (id)", ""),
        ("ip", "TEXT", "IP_ADDRESS"),
        ("user_agent", "TEXT", "? USER_AGENT"),
        ("started_at", "INTEGER", ""),
    ),
    "api_clients": (
        ("id", "TEXT PRIMARY KEY", ""),
        ("name", "TEXT", ""),
        ("contact_email", "TEXT", "EMAIL_ADDRESS"),
        ("password_hash", "TEXT", "SECRET/PASSWORD_HASH"),
        ("access_key", "TEXT", "SECRET/AWS_ACCESS_KEY"),
        ("deploy_token", "TEXT", "SECRET/GITHUB_TOKEN"),
    ),
}

_ADJECTIVES: Final = ("Light", "Nordic", "Trail", "Alpine", "Compact", "Winter", "Classic", "Storm")
_GOODS: Final = (
    "Tent",
    "Backpack",
    "Head Lamp",
    "Sleeping Bag",
    "Stove",
    "Jacket",
    "Boots",
    "Bottle",
    "Compass",
    "GPS Watch",
)
_SUBJECTS: Final = (
    "Where is my order?",
    "Change of address",
    "Refund",
    "Broken zip",
    "Invoice is missing",
    "Wrong size",
)
AGENTS: Final = (
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile",
)


def fields() -> Iterator[tuple[str, Truth]]:
    """``(table, what a column holds)`` of the whole database."""
    for table, columns in SCHEMA.items():
        for name, _, kinds in columns:
            yield table, truth(name, kinds)


def build_shop(path: Path, people: People, customers: Sequence[Person], rng: random.Random) -> None:
    """Write the database to ``path``, where nothing may be yet."""
    with closing(sqlite3.connect(path)) as db:
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        for table, columns in SCHEMA.items():
            db.execute(f"CREATE TABLE {table} ({', '.join(f'{name} {kind}' for name, kind, _ in columns)})")
        skus = [f"{rng.choice('TBLSGW')}{rng.randrange(10, 99)}-{number:04}" for number in range(1, PRODUCTS + 1)]
        _fill(db, "customers", _customers(customers, rng))
        _fill(db, "products", _products(skus, rng))
        _fill(db, "orders", _orders(customers, rng))
        _fill(db, "order_items", _items(skus, rng))
        _fill(db, "payments", _payments(rng))
        _fill(db, "support_tickets", _tickets(customers, rng))
        _fill(db, "employees", _employees(people, rng))
        _fill(db, "sessions", _sessions(rng))
        _fill(db, "api_clients", _clients(rng))
        db.execute("CREATE INDEX orders_customer ON orders (customer_id)")
        db.commit()


def _fill(db: sqlite3.Connection, table: str, rows: Iterable[tuple[object, ...]]) -> None:
    marks = ", ".join("?" for _ in SCHEMA[table])
    db.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)


def moment(rng: random.Random, days: int = 900) -> datetime:
    """Some second of the last ``days`` before the demo's present."""
    return NOON - timedelta(seconds=rng.randrange(days * 86_400))


def _customers(customers: Sequence[Person], rng: random.Random) -> Iterator[tuple[object, ...]]:
    for number, who in enumerate(customers, 1):
        yield (
            number, who.first_name, who.last_name, who.email, who.phone if rng.randrange(12) else None, who.street,
            who.postcode, who.city, who.country, who.birth_date.isoformat() if rng.randrange(20) else None, who.sex,
            rng.choice(("bronze", "silver", "gold")), rng.randrange(2), moment(rng).isoformat(),
        )  # fmt: skip


def _products(skus: Sequence[str], rng: random.Random) -> Iterator[tuple[object, ...]]:
    for sku in skus:
        ean = f"590{rng.randrange(10**9):09}"
        weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(ean))
        yield (
            sku, f"{rng.choice(_ADJECTIVES)} {rng.choice(_GOODS)} {rng.randrange(1, 9)}00", rng.randrange(499, 89_900),
            rng.randrange(40, 9_000), f"{rng.randrange(9)}.{rng.randrange(20)}.{rng.randrange(40)}.{rng.randrange(9)}",
            f"{ean}{-weighted % 10}", moment(rng, 2_000).date().isoformat(),
        )  # fmt: skip


def _orders(customers: Sequence[Person], rng: random.Random) -> Iterator[tuple[object, ...]]:
    for number in range(1, ORDERS + 1):
        customer = (
            min(int(rng.paretovariate(0.6)), len(customers)) if number % 3 else rng.randrange(1, len(customers) + 1)
        )
        who = customers[customer - 1]
        yield (
            number, numbers.uuid4(rng), customer, int(moment(rng).timestamp()), f"1Z{rng.randrange(10**16):016}",
            f"{who.name}, {who.street}, {who.postcode} {who.city}", rng.randrange(900, 90_000),
            rng.choice(("EUR", "EUR", "GBP", "USD", "SEK")), rng.choice(("paid", "shipped", "shipped", "returned")),
        )  # fmt: skip


def _items(skus: Sequence[str], rng: random.Random) -> Iterator[tuple[object, ...]]:
    for order in range(1, ORDERS + 1):
        for line in range(1, rng.randrange(2, 4)):
            yield order, line, rng.choice(skus), rng.randrange(1, 5), rng.randrange(499, 89_900)


def _payments(rng: random.Random) -> Iterator[tuple[object, ...]]:
    for order in range(1, ORDERS + 1):
        card = rng.randrange(3) > 0
        yield (
            order, order, "card" if card else "debit", numbers.card_number(rng) if card else None,
            None if card else numbers.iban(rng), rng.randrange(900, 90_000), f"RF{rng.randrange(10**10):010}",
        )  # fmt: skip


def _tickets(customers: Sequence[Person], rng: random.Random) -> Iterator[tuple[object, ...]]:
    for number in range(1, TICKETS + 1):
        customer = rng.randrange(1, len(customers) + 1)
        who = customers[customer - 1]
        yield number, customer, moment(rng, 400).isoformat(), rng.choice(_SUBJECTS), note(who, rng)


def _employees(people: People, rng: random.Random) -> Iterator[tuple[object, ...]]:
    for number in range(1, EMPLOYEES + 1):
        who = people.person()
        mail = people.email(who.first_name, who.last_name, ("shop.example",))
        born = TODAY - timedelta(days=rng.randrange(26 * 366, 64 * 365))
        yield (
            number, who.name, mail, numbers.social_security_number(rng), born.isoformat(),
            rng.randrange(31, 140) * 1_000, numbers.iban(rng), f"{rng.choice('ABC')}{rng.randrange(100, 420)}",
            moment(rng, 4_000).date().isoformat(),
        )  # fmt: skip


def _sessions(rng: random.Random) -> Iterator[tuple[object, ...]]:
    for _ in range(SESSIONS):
        customer = rng.randrange(1, CUSTOMERS + 1) if rng.randrange(4) else None
        yield (
            numbers.hex_digest(rng),
            customer,
            numbers.address(rng),
            rng.choice(AGENTS),
            int(moment(rng, 30).timestamp()),
        )


def _clients(rng: random.Random) -> Iterator[tuple[object, ...]]:
    for name in (
        "warehouse",
        "accounting",
        "newsletter",
        "price-bot",
        "mobile-app",
        "returns",
        "partner-feed",
        "search",
    ):
        yield (
            numbers.uuid4(rng), name, f"{name}@shop.example", numbers.password_hash(rng),
            numbers.aws_access_key(rng), numbers.github_token(rng),
        )  # fmt: skip
