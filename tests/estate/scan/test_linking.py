"""The same people in a database of each kind, a folder and a bucket are linked, with how certain it is."""

from __future__ import annotations

import io
import sqlite3
from contextlib import closing
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import sqlalchemy as sa

from engine.base.state.database import Database
from engine.estate.formats.format import Budget
from engine.estate.inventory.load import load_inventory
from engine.estate.inventory.view import LinkView
from engine.estate.stores.declared import DeclaredStore
from engine.estate.stores.files import FilesStore
from engine.estate.stores.s3 import Access, S3Store
from engine.estate.stores.sql import SqlStore
from tests.estate.scan.estate import scanner
from tests.seaweed import SCANNER, Seaweed, bucket, seaweed  # noqa: F401 - fixtures

PEOPLE = [f"ann{number}.berg@mail.example" for number in range(1_500)]


def numbers(count: int) -> list[int]:
    """Payment card numbers: numbers that a check recognises."""
    found = []
    for number in range(count):
        body = f"411111{number * 7_919:09d}"
        digits = [int(char) for char in reversed(body)]
        total = sum(digits[1::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[::2])
        found.append(int(f"{body}{-total % 10}"))
    return found


CARDS = numbers(1_500)


def test_the_same_people_in_four_kinds_of_store(
    database: Database,
    tmp_path: Path,
    fresh_postgres: str,
    seaweed: Seaweed,  # noqa: F811
    bucket: str,  # noqa: F811
) -> None:
    with closing(sqlite3.connect(tmp_path / "shop.db")) as connection, connection:
        connection.execute("CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT, card INTEGER)")
        connection.executemany("INSERT INTO customers (email, card) VALUES (?, ?)", zip(PEOPLE, CARDS, strict=True))
    server = sa.create_engine(fresh_postgres)
    with server.begin() as connected:
        connected.execute(sa.text("CREATE TABLE accounts (id bigint PRIMARY KEY, login text, card bigint)"))
        rows = zip(range(600), PEOPLE, CARDS, strict=False)
        connected.execute(
            sa.text("INSERT INTO accounts VALUES (:id, :login, :card)"),
            [{"id": place, "login": login.upper(), "card": card} for place, login, card in rows],
        )
    server.dispose()
    (tmp_path / "lake").mkdir()
    pq.write_table(pa.table({"contact": [login.title() for login in PEOPLE[:1_200]]}), tmp_path / "lake" / "c.parquet")
    letters = io.StringIO()
    letters.writelines(["mail,card\n", *(f"{login},{card}\n" for login, card in zip(PEOPLE, CARDS, strict=True))])
    seaweed.client().put_object(Bucket=bucket, Key="letters.csv", Body=letters.getvalue().encode())
    stores = [
        DeclaredStore(SqlStore("shop", f"sqlite:///{tmp_path / 'shop.db'}")),
        DeclaredStore(SqlStore("billing", fresh_postgres)),
        DeclaredStore(FilesStore("lake", tmp_path / "lake")),
        DeclaredStore(
            S3Store("post", Access(bucket, seaweed.url, "us-east-1", SCANNER.access_key, SCANNER.secret_key))
        ),
    ]
    scanner(database, stores, budget=Budget()).run()
    links = linked(database)
    mails = {"shop/customers.email", "billing/accounts.login", "lake/c.parquet.contact", "post/letters.csv.mail"}
    for place in mails:
        assert {link.place for link in links[place]} == mails - {place}
    cards = {"shop/customers.card", "billing/accounts.card", "post/letters.csv.card"}
    for place in cards:
        assert {link.place for link in links[place]} == cards - {place}, "digits as text are the number"
    assert set(links) == mails | cards, "plain counters link nothing"
    back = {link.place: link for link in links["billing/accounts.login"]}["shop/customers.email"]
    assert back.share == 1.0
    assert back.least is not None
    assert 0.95 < back.least < 1.0
    assert back.back is not None
    assert abs(back.back - 600 / 1_500) < 0.06
    assert back.same_entity
    assert "100.0% of this field's distinct values are there too" in back.evidence


def linked(database: Database) -> dict[str, tuple[LinkView, ...]]:
    """The links of each field that has some."""
    with database.snapshot() as session:
        view = load_inventory(session)
    return {
        f"{store.name}/{asset.name}.{field.path}": field.links for store, asset, field in view.fields() if field.links
    }
