"""The demo's bucket: like objects of several days, and what comes in on the next day."""

from __future__ import annotations

import gzip
import io
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from api.demo import numbers
from api.demo.people import Person
from api.demo.shop import moment
from api.demo.truth import Truth, truth

BUCKET: Final = "shop-lake"
CLICKS: Final = {"at": "", "session": "", "page": "", "user.email": "EMAIL_ADDRESS", "user.ip": "IP_ADDRESS"}
CLICKS_LATER: Final = {"user.phone": "PHONE_NUMBER"}
EXPORT: Final = {
    "customer_no": "",
    "full_name": "PERSON",
    "email": "EMAIL_ADDRESS",
    "phone": "PHONE_NUMBER",
    "spent": "",
}
INVOICES: Final = {"invoice_no": "", "customer_name": "PERSON", "iban": "IBAN_CODE", "amount": "", "due_on": ""}

Writer = Callable[[Sequence[Person], random.Random], bytes]


@dataclass(frozen=True, slots=True)
class DemoAsset:
    """Like objects: the name of their asset, their keys, those that come a day later, who writes them, what they hold."""

    name: str
    keys: tuple[str, ...]
    later: tuple[str, ...]
    write: Writer
    kinds: dict[str, str]
    write_later: Writer


def clicks(people: Sequence[Person], rng: random.Random) -> bytes:
    """Page views of one day, as the web servers send them."""
    return _clicks(people, rng, phones=False)


def clicks_with_phones(people: Sequence[Person], rng: random.Random) -> bytes:
    """The same after a release that sends telephone numbers along."""
    return _clicks(people, rng, phones=True)


def _clicks(people: Sequence[Person], rng: random.Random, *, phones: bool) -> bytes:
    lines = []
    for _ in range(4_000):
        who = rng.choice(people)
        user = {"email": who.email, "ip": numbers.address(rng), **({"phone": who.phone} if phones else {})}
        page = rng.choice(("/", "/tents", "/boots", "/cart", "/help"))
        lines.append({"at": moment(rng, 9).isoformat(), "session": numbers.uuid4(rng), "page": page, "user": user})
    return gzip.compress("".join(json.dumps(line) + "\n" for line in lines).encode(), mtime=0)


def export(people: Sequence[Person], rng: random.Random) -> bytes:
    """Customers of a month, as an analyst exported them."""
    chosen = rng.sample(list(people), 1_500)
    table = pa.table(
        {
            "customer_no": [f"C{rng.randrange(10**7):07}" for _ in chosen],
            "full_name": [who.name for who in chosen],
            "email": [who.email for who in chosen],
            "phone": [who.phone for who in chosen],
            "spent": [round(rng.random() * 900, 2) for _ in chosen],
        }
    )
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()


def invoices(people: Sequence[Person], rng: random.Random) -> bytes:
    """Invoices of a month."""
    rows = [
        f"R-{number:05},{who.name},{numbers.iban(rng)},{rng.randrange(900)}.{rng.randrange(100):02},{moment(rng, 60):%Y-%m-%d}"
        for number, who in enumerate(rng.choices(people, k=1_200), 1)
    ]
    return "\n".join([",".join(INVOICES), *rows, ""]).encode()


ASSETS: Final = (
    DemoAsset(
        "clicks/dt=*/part-*.jsonl.gz",
        tuple(f"clicks/dt=2026-02-{day}/part-00000.jsonl.gz" for day in range(20, 26)),
        ("clicks/dt=2026-02-26/part-00000.jsonl.gz",),
        clicks,
        CLICKS,
        clicks_with_phones,
    ),
    DemoAsset(
        "exports/customers-*.parquet",
        ("exports/customers-2026-01.parquet", "exports/customers-2026-02.parquet"),
        (),
        export,
        EXPORT,
        export,
    ),
    DemoAsset(
        "invoices/*/*/invoices.csv",
        ("invoices/2026/01/invoices.csv", "invoices/2026/02/invoices.csv"),
        ("invoices/2026/03/invoices.csv",),
        invoices,
        INVOICES,
        invoices,
    ),
)


def fields() -> Iterator[tuple[str, Truth]]:
    """``(name of the asset, what a field holds)`` of the whole bucket, the next day included."""
    for asset in ASSETS:
        more = CLICKS_LATER if asset.kinds is CLICKS else {}
        for path, kinds in {**asset.kinds, **more}.items():
            yield asset.name, truth(path, kinds)


def objects(people: Sequence[Person], seed: int) -> Iterator[tuple[str, bytes]]:
    """Keys and contents of the first day, each from a seed of its own."""
    for asset in ASSETS:
        for key in asset.keys:
            yield key, asset.write(people, random.Random(f"{key}:{seed}"))


def objects_later(people: Sequence[Person], seed: int) -> Iterator[tuple[str, bytes]]:
    """What comes in on the next day."""
    for asset in ASSETS:
        for key in asset.later:
            yield key, asset.write_later(people, random.Random(f"{key}:{seed}"))
