"""The whole catalogue on columns: what is tagged under its own name and under none, and which decoys never are."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable, Sequence

import pyarrow as pa
import pytest

from classifiers.catalogue import catalogue
from classifiers.columns.verdicts import Judge, Verdict
from classifiers.sketches.hashing import HashKey
from classifiers.sketches.observe import observe
from tests.benchmarks.tables import rows
from tests.classifiers.pack import whole_matcher

DETECTORS = catalogue()
MATCHER = whole_matcher()
JUDGE = Judge(DETECTORS)
KEY = HashKey(bytes(range(16)), 1)
COUNT = 1_500

Make = Callable[[random.Random, int], object]
DECOYS: dict[str, Make] = {
    "order_number": lambda rng, n: 1_000_000_000 + n,
    "order_id": lambda rng, n: f"ORD-{rng.randrange(10**7):07d}",
    "tracking_number": lambda rng, n: f"1Z{rng.randrange(10**15, 10**16)}",
    "tracking": lambda rng, n: str(rng.randrange(10**21, 10**22)),
    "sku": lambda rng, n: f"{rng.choice('ABC')}{rng.choice('XYZ')}-{rng.randrange(10**5):05d}-{rng.choice('SML')}",
    "ean": lambda rng, n: str(rng.randrange(10**12, 10**13)),
    "created_epoch": lambda rng, n: 1_600_000_000 + rng.randrange(10**8),
    "updated_ms": lambda rng, n: 1_600_000_000_000 + rng.randrange(10**11),
    "session_uuid": lambda rng, n: str(uuid.UUID(int=rng.getrandbits(128))),
    "commit": lambda rng, n: f"{rng.getrandbits(160):040x}",
    "etag": lambda rng, n: f"{rng.getrandbits(128):032x}",
    "app_version": lambda rng, n: f"{rng.randrange(5)}.{rng.randrange(20)}.{rng.randrange(40)}.{rng.randrange(60)}",
    "price": lambda rng, n: f"{rng.randrange(1, 10**6) / 100:.2f}",
    "amount_cents": lambda rng, n: rng.randrange(10**6),
    "row_id": lambda rng, n: n + 1,
    "big_row_id": lambda rng, n: 100_000_000 + n,
    "quantity": lambda rng, n: rng.randrange(100),
    "invoice_no": lambda rng, n: f"{2000 + n % 25}-{rng.randrange(10**6):06d}",
    "isbn_like": lambda rng, n: (
        f"978-{rng.randrange(10)}-{rng.randrange(10**4):04d}-{rng.randrange(10**4):04d}-{n % 10}"
    ),
    "temperature": lambda rng, n: f"{rng.uniform(-40, 90):.6f}",
    "created_at": lambda rng, n: (
        f"20{rng.randrange(10, 26)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d} 10:00:00"
    ),
    "colour": lambda rng, n: rng.choice(["red", "green", "blue"]),
    "status": lambda rng, n: rng.choice(["new", "paid", "sent", "lost"]),
    "product_name": lambda rng, n: f"{rng.choice(['Blue', 'Red'])} {rng.choice(['Chair', 'Lamp', 'Desk'])}",
    "email_verified": lambda rng, n: rng.random() < 0.5,
    "phone_model": lambda rng, n: rng.choice(["Galaxy S9", "Pixel 7", "iPhone 12"]),
    "ip_count": lambda rng, n: rng.randrange(300),
    "file_name": lambda rng, n: f"IMG_{rng.randrange(10**8):08d}.jpg",
    "random_9": lambda rng, n: rng.randrange(10**8, 10**9),
    "random_11": lambda rng, n: rng.randrange(10**10, 10**11),
    "random_16": lambda rng, n: rng.randrange(10**15, 10**16),
}
COLUMNS = "name email phone street city card ssn iban ip birth_date number sentence".split()
TRUTH = {
    "name": "PERSON",
    "email": "EMAIL_ADDRESS",
    "phone": "PHONE_NUMBER",
    "street": "LOCATION",
    "city": "LOCATION",
    "card": "CREDIT_CARD",
    "ssn": "US_SSN",
    "iban": "IBAN_CODE",
    "ip": "IP_ADDRESS",
    "birth_date": "DATE_TIME",
}


def judged(asset: str, columns: dict[str, Sequence[object]]) -> dict[str, Verdict]:
    arrays = {name: pa.array([str(cell) for cell in cells]) for name, cells in columns.items()}
    return JUDGE.asset(asset, observe(arrays, MATCHER, KEY))


def main(verdict: Verdict) -> str | None:
    return verdict.entities[0].entity if verdict.entities else None


@pytest.mark.parametrize("name", DECOYS)
def test_decoys_are_not_tagged_under_their_name_or_none(name: str) -> None:
    rng = random.Random(name)
    cells = [DECOYS[name](rng, n) for n in range(COUNT)]
    found = judged("items", {name: cells}) | judged("t1", {"col1": cells})
    assert {field: main(verdict) for field, verdict in found.items()} == {name: None, "col1": None}


def test_columns_of_people_are_tagged() -> None:
    cells: dict[str, Sequence[object]] = dict(zip(COLUMNS, zip(*rows(COUNT, COUNT), strict=True), strict=True))
    found = judged("people", cells)
    assert {name: main(verdict) for name, verdict in found.items()} == {name: TRUTH.get(name) for name in COLUMNS}


def test_what_speaks_for_itself_is_tagged_under_any_name() -> None:
    cells = dict(zip(COLUMNS, zip(*rows(COUNT, COUNT), strict=True), strict=True))
    hidden: dict[str, Sequence[object]] = {f"col{place}": cells[name] for place, name in enumerate(COLUMNS)}
    found = {name: main(judged("t", hidden)[f"col{place}"]) for place, name in enumerate(COLUMNS)}
    for name in ("email", "phone", "card", "ssn", "iban", "ip"):
        assert found[name] == TRUTH[name]
    assert found["number"] is found["sentence"] is None


TEXTS = (
    "body subject message status details order_note ticket_text updated_comment invoice_description campaign".split()
)
"""Columns of prose, under names of which some speak against an e-mail address or telephone number as what cells are."""
WHOSE = "created_by updated_by user_id customer_id email_id customerEmailId login status verified_email domain".split()
"""Columns that often hold e-mail addresses of people, whatever their names say."""


@pytest.mark.parametrize("field", ["email", "phone", "card", "iban", "ip"])
def test_what_prose_holds_is_tagged_whatever_the_column_is_called(field: str) -> None:
    rng = random.Random(field)
    data = [cells[COLUMNS.index(field)] for cells in rows(300, 300)]
    prose = [
        f"{rng.choice(['please use', 'he gave', 'now it is'])} {one} {rng.choice(['today', 'as ever'])}" for one in data
    ]
    found = judged("cases", dict.fromkeys(TEXTS, prose))
    assert {
        name for name, verdict in found.items() if TRUTH[field] not in {one.entity for one in verdict.entities}
    } == set()


def test_addresses_of_people_are_tagged_whatever_the_column_is_called() -> None:
    addresses = [cells[COLUMNS.index("email")] for cells in rows(300, 300)]
    found = judged("cases", dict.fromkeys(WHOSE, addresses))
    assert {name: main(verdict) for name, verdict in found.items()} == dict.fromkeys(WHOSE, "EMAIL_ADDRESS")


@pytest.mark.parametrize("name", ["message_id", "Message-ID", "eventUid", "content_id"])
def test_ids_of_messages_are_no_addresses_of_people(name: str) -> None:
    rng = random.Random(name)
    cells = [f"<{rng.getrandbits(60):015x}@mail{rng.randrange(9)}.example.net>" for _ in range(300)]
    assert main(judged("mails", {name: cells})[name]) is None
    assert main(judged("mails", {name: [cell[1:-1] for cell in cells]})[name]) is None
