"""The demo's estate: the same every time, what it says it is, and nobody's."""

from __future__ import annotations

import builtins
import csv
import gzip
import io
import json
import random
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import fastavro
import phonenumbers
import pyarrow.parquet as pq
import pytest
from stdnum import iban, luhn
from stdnum.us import ssn

from api.demo import folder, lake, numbers, shop
from api.demo.estate import LATER, build_estate
from api.demo.people import DOMAINS, LOCALES, People
from engine.base.errors import BadInput
from engine.estate.stores.s3.grouping import asset_of


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("estate")
    build_estate(place)
    return place


@pytest.fixture(scope="module")
def db(built: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(built / "shop.db")) as connection:
        yield connection


def column(db: sqlite3.Connection, table: str, name: str) -> list[Any]:
    return [row[0] for row in db.execute(f"SELECT {name} FROM {table} WHERE {name} IS NOT NULL")]


def files(place: Path) -> dict[str, bytes]:
    return {str(path.relative_to(place)): path.read_bytes() for path in sorted(place.rglob("*")) if path.is_file()}


def test_the_same_seed_gives_the_same_bytes_and_quickly(built: Path, tmp_path: Path) -> None:
    started = time.process_time()
    stores = build_estate(tmp_path)
    assert time.process_time() - started < 30
    assert list(stores) == ["shop", "files", "lake"]
    assert stores["shop"]["url"] == "sqlite:///shop.db"
    assert (built / str(stores["files"]["path"])).is_dir()
    assert files(tmp_path) == files(built)
    assert build_estate(tmp_path) == stores  # over an older one
    assert files(tmp_path) == files(built)


def test_another_seed_gives_another_estate(built: Path, tmp_path: Path) -> None:
    build_estate(tmp_path, seed=8)
    assert files(tmp_path)["shop.db"] != files(built)["shop.db"]


def test_truth_names_every_column_of_the_database(built: Path, db: sqlite3.Connection) -> None:
    told = [(item["asset"], item["field"]) for item in truth(built) if item["store"] == "shop"]
    tables = [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    real = [(table, row[1]) for table in tables for row in db.execute(f"PRAGMA table_info({table})")]
    assert sorted(told) == sorted(real)


def truth(built: Path) -> list[dict[str, Any]]:
    fields: list[dict[str, Any]] = json.loads((built / "truth.json").read_text())["fields"]
    return fields


def test_truth_names_every_field_of_the_files(built: Path) -> None:
    told = {
        (item["asset"], item["field"]) for item in truth(built) if item["store"] == "files" and item["asset"] != LATER
    }
    base = built / "files"
    header = (base / "newsletter.csv").read_bytes().decode("latin-1").splitlines()[0].split(";")
    old = gzip.decompress((base / "archive/orders_2023.csv.gz").read_bytes()).decode().splitlines()[0].split(",")
    parquet = pq.read_schema(base / "web/analytics.parquet").names
    with (base / "loyalty.avro").open("rb") as stream:
        (*_, member) = fastavro.reader(stream)
        assert isinstance(member, dict)
        avro = list(member)
    event = json.loads((base / "events.jsonl").read_text().splitlines()[0])
    real = {("newsletter.csv", name) for name in header} | {("archive/orders_2023.csv.gz", name) for name in old}
    real |= {("web/analytics.parquet", name) for name in parquet} | {("loyalty.avro", name) for name in avro}
    real |= {("events.jsonl", path) for path in leaves(event)} | {("logs/app.log", folder.LOG_FIELD)}
    real |= {("backup/customers_2022.csv.gz", name) for name in folder.BACKUP}
    assert told == real


def test_truth_names_every_field_of_the_bucket(built: Path) -> None:
    source = People(3)
    people = [source.person() for _ in range(2_000)]
    real = set()
    for key, body in [*lake.objects(people, 3), *lake.objects_later(people, 3)]:
        if key.endswith(".parquet"):
            names = pq.read_schema(io.BytesIO(body)).names
        elif key.endswith(".gz"):
            names = list(leaves(json.loads(gzip.decompress(body).splitlines()[0])))
        else:
            names = body.decode().splitlines()[0].split(",")
        real |= {(asset_of(key), name) for name in names}
    assert {(item["asset"], item["field"]) for item in truth(built) if item["store"] == "lake"} == real


def leaves(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        yield from leaves(value[0], f"{path}[]")
    else:
        yield path


def test_sizes_are_as_promised(db: sqlite3.Connection) -> None:
    counts = {table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in shop.SCHEMA}
    assert counts["customers"] == 5_000
    assert counts["orders"] == 20_000
    assert min(counts.values()) > 0


def test_references_hold(db: sqlite3.Connection) -> None:
    assert db.execute("PRAGMA foreign_key_check").fetchall() == []
    assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_numbers_pass_their_checks(db: sqlite3.Connection) -> None:
    assert all(luhn.is_valid(value) for value in column(db, "payments", "card_number"))
    assert all(iban.is_valid(value) for value in column(db, "payments", "iban"))
    assert all(ssn.is_valid(value) for value in column(db, "employees", "ssn"))
    assert all(luhn.is_valid(numbers.card_number(random.Random(i))) for i in range(200))


@pytest.mark.parametrize("locale", LOCALES, ids=lambda locale: locale.code)
def test_telephone_numbers_are_valid(locale: Any) -> None:
    rng = random.Random(3)
    for _ in range(400):
        text = locale.phone(rng)
        assert phonenumbers.is_valid_number(phonenumbers.parse(text, locale.country)), text


def test_no_address_can_be_anybodys(built: Path) -> None:
    allowed = re.compile(r"[\w.+-]+@(?:[\w-]+\.)?(?:example|example\.com|example\.org|example\.net)$")
    texts = [
        *(
            content.decode("latin-1")
            for name, content in files(built).items()
            if name.endswith((".csv", ".jsonl", ".log"))
        )
    ]
    for text in texts:
        for address in set(re.findall(r"[\w.+-]+@[\w.-]+\w", text)):
            assert allowed.fullmatch(address), address
    assert all(domain.endswith((".example", "example.com", "example.org", "example.net")) for domain in DOMAINS)


def test_notes_hold_what_truth_says(db: sqlite3.Connection) -> None:
    notes = "\n".join(column(db, "support_tickets", "note"))
    assert notes.count("@") > 100
    assert notes.count("+49") > 50


def test_the_log_has_one_leak(built: Path) -> None:
    text = (built / "files/logs/app.log").read_text()
    assert len(re.findall(r"\bAKIA[A-Z2-7]{16}\b", text)) == 1


def test_the_newsletter_is_latin_1_with_semicolons(built: Path) -> None:
    content = (built / "files/newsletter.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        content.decode("utf-8")
    read = list(csv.reader(io.StringIO(content.decode("latin-1"), newline=""), delimiter=";"))
    assert {len(row) for row in read} == {len(folder.NEWSLETTER)}


def test_one_file_is_cut_off(built: Path) -> None:
    with pytest.raises(EOFError):
        gzip.decompress((built / "files/backup/customers_2022.csv.gz").read_bytes())


def test_github_tokens_carry_their_checksum() -> None:
    token = numbers.github_token(random.Random(1))
    assert re.fullmatch(r"ghp_[0-9A-Za-z]{36}", token)


def test_no_two_people_share_an_address() -> None:
    people = People(1)
    addresses = [people.person().email for _ in range(3_000)]
    assert len(set(addresses)) == len(addresses)


def test_a_missing_extra_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *args: Any) -> Any:
        if name == "faker":
            raise ImportError(name)
        return real(name, *args)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(BadInput) as caught:
        People(1)
    assert "reeve[demo]" in caught.value.hint


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadInput, match="cannot be written"):
        build_estate(tmp_path / "file" / "below")
