"""The table that the figures are taken on: 12 columns of synthetic people, all values distinct or a tenth of them."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

COLUMNS = ("name", "email", "phone", "street", "city", "card", "ssn", "iban", "ip", "birth_date", "number", "sentence")
ROWS = 300_000
_CREATE = "CREATE TABLE people (id INTEGER PRIMARY KEY, {})".format(
    ", ".join(f"{column} {'INTEGER' if column == 'number' else 'TEXT'}" for column in COLUMNS)
)
_AREAS = (202, 212, 213, 312, 415, 617, 702)
_FIRST = (
    "Alba Bruno Clara Dirk Elena Fabio Greta Hugo Irene Jonas Karin Lukas Maria Nils Olga Pavel Rosa Stefan".split()
)
_LAST = (
    "Abbot Berger Castro Dahl Evans Fischer Garcia Huber Ivanov Jensen Keller Lopez Meyer Novak Olsen Peters".split()
)
_WORDS = (
    "the customer asked about delivery of an order that was late and wanted to know when it would come so we told them "
    "to wait until next week because of weather in the north and offered free shipping for their next purchase"
).split()


def _luhn(body: str) -> str:
    total = 0
    for place, char in enumerate(reversed(body)):
        value = int(char) * (1 if place % 2 else 2)
        total += value - 9 if value > 9 else value
    return body + str(-total % 10)


def _iban(account: int) -> str:
    body = f"{37040044:08d}{account:010d}"
    return f"DE{98 - int(body + '131400') % 97:02d}{body}"


def _letters(index: int) -> str:
    """Four letters that differ for 456,976 indexes in a row."""
    return "".join(chr(97 + index // 26**place % 26) for place in range(4))


def _row(index: int, rng: random.Random) -> tuple[object, ...]:
    first, last = rng.choice(_FIRST), rng.choice(_LAST)
    ssn = index + 1_010_001
    return (
        f"{first} {last}{_letters(index)}",
        f"{first.lower()}.{last.lower()}{index}@example{index % 97}.com",
        f"+1 {_AREAS[index % 7]} {200 + index // 10_000 % 800:03d} {index % 10_000:04d}",
        f"{index % 9_999 + 1} {rng.choice(_LAST)} {chr(65 + index // 9_999 % 26)} Street",
        f"{rng.choice(_LAST)}{_letters(index)}ton",
        _luhn(f"4{index:014d}"),
        f"{ssn // 1_000_000 % 665 + 1:03d}-{ssn // 10_000 % 99 + 1:02d}-{ssn % 9_999 + 1:04d}",
        _iban(index),
        f"{index % 150 + 64}.{index // 150 % 256}.{index // 38_400 % 256}.{index * 7 % 256}",
        f"{1940 + index % 65}-{index // 65 % 12 + 1:02d}-{index // 780 % 28 + 1:02d}",
        index * 3,
        f"{' '.join(rng.choices(_WORDS, k=11))} {index}",
    )


def rows(count: int, distinct: int) -> Iterator[tuple[object, ...]]:
    """``count`` rows made of ``distinct`` different ones, in random order, by a fixed seed."""
    rng = random.Random(20)
    base = (_row(index, rng) for index in range(distinct))
    if distinct >= count:
        yield from islice(base, count)
        return
    columns = list(zip(*base, strict=True))
    for _ in range(count):
        yield tuple(column[int(rng.random() * distinct)] for column in columns)


def make_table(path: Path, count: int, distinct: int) -> Path:
    """A SQLite file with the table ``people``; left as it is when it is there."""
    if path.exists():
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    staged = path.with_suffix(".part")
    staged.unlink(missing_ok=True)
    with sqlite3.connect(staged) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute(_CREATE)
        marks = ", ".join("?" * len(COLUMNS))
        connection.executemany(f"INSERT INTO people ({', '.join(COLUMNS)}) VALUES ({marks})", rows(count, distinct))
    connection.close()
    staged.replace(path)
    return path


def grow_table(path: Path, source: Path, copies: int) -> Path:
    """A larger table out of copies of ``source``'s, every value of which differs from copy to copy."""
    if path.exists():
        return path
    staged = path.with_suffix(".part")
    staged.unlink(missing_ok=True)
    with sqlite3.connect(staged) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("ATTACH ? AS source", (str(source),))
        connection.execute(_CREATE)
        kept = {"card", "ssn", "iban", "ip", "birth_date", "phone"}  # a suffix would break their form
        for copy in range(copies):
            values = ", ".join(
                column if column in kept else "number + ?1 * 10000000" if column == "number" else f"{column} || ?1"
                for column in COLUMNS
            )
            connection.execute(f"INSERT INTO people ({', '.join(COLUMNS)}) SELECT {values} FROM source.people", (copy,))
            connection.commit()
    connection.close()
    staged.replace(path)
    return path
