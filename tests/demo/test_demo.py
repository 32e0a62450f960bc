"""The demo as a newcomer runs it: three kinds of store, two workers of which one is killed, a change, and a report of it all."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from api.demo.shop import CUSTOMERS
from tests.cli.reeve import reeve


def test_it_tells_the_whole_story_and_can_be_told_again(tmp_path: Path) -> None:
    told = reeve("demo", "estate", folder=tmp_path)
    assert told.code == 0, told.err
    place = tmp_path / "estate"
    words = "".join((place / f"worker-{number}.log").read_text() for number in (1, 2))
    assert "one of them is killed on the way" in told.err
    assert "goes on" in words
    assert words.count("worker: ended") == 1
    first, _, second = told.out.partition("What changed since the scan before")
    assert "files/backup/customers_2022.csv.gz: failed, truncated" in first
    assert "24 had not changed since an earlier scan read them." in first
    assert "1,000 rows drawn from 4,000; with 95 % confidence at most 0.25 % of these" in first
    assert "New personal data: lake/clicks/dt=*/part-*.jsonl.gz.user.phone holds PHONE_NUMBER." in second
    assert "Gone: files/loyalty.avro, which held DATE_TIME, EMAIL_ADDRESS, PERSON." in second
    report = (place / "report.html").read_text()
    assert all(word in report for word in ("lake", "clicks/dt=*", "0.25 %", "truncated", "loyalty.avro"))
    check_against_truth(place)
    check_sweep(place, told.out)
    check_proof(place, told.out)
    again = reeve("demo", "estate", folder=tmp_path)
    assert again.code == 0, again.err
    assert "16 had not changed since an earlier scan read them." in again.out, (
        "what was sampled, what was cut and the database that was swept are read"
    )


def check_against_truth(place: Path) -> None:
    """What the bucket holds was found, and nothing else in it."""
    rows = reeve("--config", place / "reeve.yaml", "inventory", "export", "--format", "json", folder=place).json
    found = {(row["asset"], row["field"]): row["entity"] for row in rows if row["store"] == "lake" and row["entity"]}
    truth = json.loads((place / "truth.json").read_text())["fields"]
    held = {(one["asset"], one["field"]): one["entity"] for one in truth if one["store"] == "lake" and one["entity"]}
    assert found == held


def check_sweep(place: Path, told: str) -> None:
    """Who never ordered is gone, but for whom a hold or a law keeps; and the trail says so."""
    assert "rows are gone, approved by Vera Approver" in told
    assert "kept: 1 held, " in told
    assert " statutory minimum" in told
    (plan,) = reeve("sweep", "list", "--json", folder=place).json["plans"]
    shown = reeve("sweep", "show", plan["plan"], "--json", folder=place).json
    assert (shown["state"], shown["progress"]["found"]) == ("done", 0)
    reasons = {one["reason"]: one["rows"] for one in shown["document"]["excluded"]}
    assert reasons["held"] == 1
    assert reasons["statutory_minimum"] > 0
    certificate = json.loads((place / "certificate" / "certificate.json").read_text())
    assert certificate["type"] == "reeve.certificate"
    assert (place / "certificate" / "certificate.tlog-proof").exists()
    with closing(sqlite3.connect(place / "shop.db")) as shop:
        rows = shop.execute("SELECT count(*) FROM customers").fetchone()[0]
    assert rows == CUSTOMERS - sum(shown["progress"]["done"][:1])


def check_proof(place: Path, told: str) -> None:
    """The ledger was verified, by others too, and its export and the first evidence are there."""
    assert "once more without it: VERIFIED" in told
    verified = reeve("ledger", "verify", "ledger", "--json", folder=place)
    assert (verified.code, verified.json["verdict"]) == (0, "intact")
    assert "CC6.1" in (place / "type-1-report.html").read_text()
