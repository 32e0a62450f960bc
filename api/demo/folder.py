"""The demo's folder of files: one of each format, one that is cut off, and one that a rule skips."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

import fastavro
import pyarrow as pa
import pyarrow.parquet as pq

from api.demo import numbers
from api.demo.people import Person
from api.demo.shop import AGENTS, moment
from api.demo.truth import Truth, truth

LOG_FIELD: Final = "line"
"""What the scan calls the one field of a plain text file."""

Writer = Callable[[Sequence[Person], random.Random], bytes]


@dataclass(frozen=True, slots=True)
class DemoFile:
    """A file: where it lies, who writes it, what its fields hold (path -> kinds, as in ``truth``)."""

    path: str
    write: Writer
    kinds: dict[str, str]


def _csv(header: Sequence[str], rows: Iterator[tuple[object, ...]], delimiter: str = ",") -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()


def newsletter(people: Sequence[Person], rng: random.Random) -> bytes:
    """German customers, with semicolons and in Latin-1, as a spreadsheet saves it."""
    rows = (
        (
            "Frau" if who.sex == "f" else "Herr",
            who.first_name,
            who.last_name,
            who.email,
            who.postcode,
            who.city,
            who.birth_date.strftime("%d.%m.%Y"),
            moment(rng).strftime("%d.%m.%Y"),
            f"{rng.randrange(1, 900)},{rng.randrange(100):02}",
        )
        for who in people
        if who.country == "DE"
    )
    return _csv(tuple(NEWSLETTER), rows, ";").encode("latin-1", "replace")


def events(people: Sequence[Person], rng: random.Random) -> bytes:
    """Events of the shop's application, nested."""
    lines = []
    for _ in range(4_000):
        who = rng.choice(people)
        lines.append(
            {
                "id": numbers.uuid4(rng),
                "at": moment(rng, 30).isoformat(),
                "type": rng.choice(("login", "search", "checkout", "logout")),
                "user": {"emails": [{"address": who.email, "verified": bool(rng.randrange(2))}], "name": who.name},
                "client": {
                    "ip": numbers.address(rng),
                    "agent": rng.choice(AGENTS),
                    "version": f"2.{rng.randrange(9)}.0",
                },
                "took_ms": rng.randrange(4, 900),
            }
        )
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()


def analytics(people: Sequence[Person], rng: random.Random) -> bytes:
    """Page views. Some addresses of pages carry an e-mail address, as they do in life."""
    count = 20_000
    pages = ("/", "/tents", "/boots", "/cart", "/help", "/account/orders")
    urls = [
        f"https://shop.example/unsubscribe?email={rng.choice(people).email}&utm_source=mail"
        if rng.randrange(20) == 0
        else f"https://shop.example{rng.choice(pages)}"
        for _ in range(count)
    ]
    table = pa.table(
        {
            "visit": pa.array([numbers.uuid4(rng) for _ in range(count)]),
            "client_ip": pa.array([numbers.address_v4(rng) for _ in range(count)]),
            "url": pa.array(urls),
            "status": pa.array(rng.choices((200, 200, 200, 304, 404), k=count), pa.int16()),
            "bytes_sent": pa.array([rng.randrange(200, 90_000) for _ in range(count)], pa.int32()),
            "scroll_depth": pa.array([round(rng.random(), 3) for _ in range(count)]),
            "visited_at": pa.array([moment(rng, 30) for _ in range(count)], pa.timestamp("us", "UTC")),
        }
    )
    sink = io.BytesIO()
    pq.write_table(table, sink, compression="zstd")
    return sink.getvalue()


def log(people: Sequence[Person], rng: random.Random) -> bytes:
    """An application's log, in which somebody once printed the environment."""
    start, lines = moment(rng, 5), []
    for number in range(6_000):
        at = (start + timedelta(milliseconds=number * 731)).strftime("%Y-%m-%d %H:%M:%S,%f")[:-3]
        who = rng.choice(people)
        what = rng.choice(
            (
                f"GET /cart 200 {rng.randrange(3, 400)}ms from {numbers.address_v4(rng)}",
                f"mail queued to={who.email} template=order-shipped",
                f"login ok user={who.email} ip={numbers.address_v4(rng)}",
                f"cache miss key=product:{rng.randrange(240)} build=4.17.2.9",
                f"worker {rng.randrange(8)} idle",
            )
        )
        lines.append(f"{at} INFO  shop.web {what}")
    leak = f"AWS_ACCESS_KEY_ID={numbers.aws_access_key(rng)} AWS_SECRET_ACCESS_KEY={numbers.aws_secret_key(rng)}"
    lines.insert(4_321, f"{start:%Y-%m-%d %H:%M:%S},000 DEBUG shop.boot environment {leak}")
    return ("\n".join(lines) + "\n").encode()


def orders_2023(people: Sequence[Person], rng: random.Random) -> bytes:
    """An export of old orders, compressed."""
    rows = (
        (f"B-{number:06}", who.email, who.phone, f"{rng.randrange(9, 900)}.{rng.randrange(100):02}", rng.choice(("EUR", "GBP")),
         moment(rng, 1_100).date().isoformat())
        for number, who in enumerate(rng.choices(people, k=6_000), 1)
    )  # fmt: skip
    return gzip.compress(_csv(tuple(ORDERS_2023), rows).encode(), mtime=0)


def loyalty(people: Sequence[Person], rng: random.Random) -> bytes:
    """Members of the loyalty programme."""
    schema = fastavro.parse_schema(
        {
            "type": "record",
            "name": "Member",
            "fields": [
                {"name": "member_no", "type": "string"},
                {"name": "full_name", "type": "string"},
                {"name": "email", "type": ["null", "string"]},
                {"name": "born", "type": {"type": "int", "logicalType": "date"}},
                {"name": "points", "type": "int"},
            ],
        }
    )
    records = [
        {
            "member_no": f"L{number:07}",
            "full_name": who.name,
            "email": who.email if rng.randrange(9) else None,
            "born": who.birth_date,
            "points": rng.randrange(9_000),
        }
        for number, who in enumerate(people[:1_200], 1)
    ]
    sink = io.BytesIO()
    fastavro.writer(sink, schema, records, codec="deflate", sync_marker=rng.randbytes(16))
    return sink.getvalue()


def cut_backup(people: Sequence[Person], rng: random.Random) -> bytes:
    """A backup whose copying broke off: the gap that a scan must show."""
    rows = ((number, who.name, who.email, who.phone) for number, who in enumerate(people, 1))
    whole = gzip.compress(_csv(tuple(BACKUP), rows).encode(), mtime=0)
    return whole[: len(whole) * 3 // 5 + rng.randrange(8)]


def logo(people: Sequence[Person], rng: random.Random) -> bytes:  # noqa: ARG001 - every writer is called alike
    """A picture of 16 x 16 pixels of one colour, which a rule skips."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    pixels = (b"\x00" + bytes((29, 92, 115)) * 16) * 16
    header = struct.pack(">IIBBBBB", 16, 16, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


NEWSLETTER: Final = {
    "Anrede": "? GENDER",
    "Vorname": "PERSON/GIVEN_NAME",
    "Nachname": "PERSON/FAMILY_NAME",
    "E-Mail": "EMAIL_ADDRESS",
    "PLZ": "? LOCATION/POSTCODE",
    "Ort": "LOCATION/CITY",
    "Geburtsdatum": "DATE_TIME/DATE_OF_BIRTH",
    "Angemeldet am": "",
    "Umsatz": "",
}
ORDERS_2023: Final = {
    "order_no": "",
    "customer_email": "EMAIL_ADDRESS",
    "customer_phone": "PHONE_NUMBER",
    "amount": "",
    "currency": "",
    "ordered_on": "",
}
BACKUP: Final = {"id": "", "name": "PERSON", "email": "EMAIL_ADDRESS", "phone": "PHONE_NUMBER"}
EVENTS: Final = {
    "id": "",
    "at": "",
    "type": "",
    "user.emails[].address": "EMAIL_ADDRESS",
    "user.emails[].verified": "",
    "user.name": "PERSON",
    "client.ip": "IP_ADDRESS",
    "client.agent": "? USER_AGENT",
    "client.version": "",
    "took_ms": "",
}
ANALYTICS: Final = {
    "visit": "",
    "client_ip": "IP_ADDRESS",
    "url": "URL EMAIL_ADDRESS",
    "status": "",
    "bytes_sent": "",
    "scroll_depth": "",
    "visited_at": "",
}
LOYALTY: Final = {
    "member_no": "",
    "full_name": "PERSON",
    "email": "EMAIL_ADDRESS",
    "born": "DATE_TIME/DATE_OF_BIRTH",
    "points": "",
}
FILES: Final = (
    DemoFile("newsletter.csv", newsletter, NEWSLETTER),
    DemoFile("events.jsonl", events, EVENTS),
    DemoFile("web/analytics.parquet", analytics, ANALYTICS),
    DemoFile("logs/app.log", log, {LOG_FIELD: "IP_ADDRESS EMAIL_ADDRESS SECRET/AWS_ACCESS_KEY"}),
    DemoFile("archive/orders_2023.csv.gz", orders_2023, ORDERS_2023),
    DemoFile("loyalty.avro", loyalty, LOYALTY),
    DemoFile("backup/customers_2022.csv.gz", cut_backup, BACKUP),
    DemoFile("logo.png", logo, {}),
)


def fields() -> Iterator[tuple[str, Truth]]:
    """``(path of the file, what a field holds)`` of the whole folder."""
    for item in FILES:
        for path, kinds in item.kinds.items():
            yield item.path, truth(path, kinds)


def build_folder(folder: Path, people: Sequence[Person], seed: int) -> None:
    """Write the files below ``folder``, each from a seed of its own, so that changing one leaves the others as they are."""
    for item in FILES:
        path = folder / item.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(item.write(people, random.Random(f"{item.path}:{seed}")))
