"""``reeve init``, ``scan`` and ``inventory``: outputs, exit codes, kill -9."""

from __future__ import annotations

import csv
import io
import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from engine.base.clock import SystemClock
from engine.base.settings import load_settings
from engine.base.state.opening import open_state
from tests.cli.reeve import reeve, reeve_process
from tests.estate.scan.estate import CANARY, build, coverage, scanner, sketches, stores
from tests.states import with_state

CONFIG = """
stores:
  shop: {kind: sql, url: "sqlite:///shop.db", owner: sales, purpose: contract}
  files: {kind: files, path: files}
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a configured estate."""
    folder = build(tmp_path / "home", people=120)
    (folder / "reeve.yaml").write_text(CONFIG)
    return with_state(folder)


def test_the_way_of_a_newcomer(tmp_path: Path) -> None:
    folder = build(tmp_path / "new", people=50)
    made = reeve_process("init", "--yes", folder=folder)
    assert made.code == 0, made.err
    assert (folder / ".reeve/keyring.json").stat().st_mode & 0o777 == 0o600
    assert "kind: sql" in (folder / "reeve.yaml").read_text()
    again = reeve("init", "--yes", folder=folder)
    assert again.code == 2
    assert "exists already" in again.err
    scanned = reeve_process("scan", folder=folder)
    assert scanned.code == 0, scanned.err
    assert "customers" in scanned.out
    assert "Complete with exceptions" in scanned.out
    listed = reeve("inventory", "list", folder=folder)
    assert "EMAIL_ADDRESS" in listed.out
    shown = reeve("inventory", "show", "shop/customers", folder=folder)
    assert "rows match" in shown.out
    assert CANARY not in scanned.out + listed.out + shown.out


def test_json_is_one_document_and_nothing_else(home: Path) -> None:
    ran = reeve_process("scan", "--json", folder=home)
    assert ran.code == 0
    assert ran.json["status"] == "complete_with_exceptions"
    assert ran.json["objects"] == {"full": 3, "skipped": 1}
    assert ran.json["not_full"][0]["reason"] == "binary_file"
    assert ran.err == ""


def test_high_water_is_told(home: Path) -> None:
    config = CONFIG.replace("owner: sales,", "owner: sales, high_water: {orders: id, nowhere: id, customers: note2},")
    (home / "reeve.yaml").write_text(config)
    first = reeve("scan", "shop", "--json", folder=home).json
    assert "nowhere" in first["notes"][0]
    with closing(sqlite3.connect(home / "shop.db")) as connection, connection:
        connection.execute("INSERT INTO orders (customer_id, total) VALUES (1, 2.5)")
    document = reeve("scan", "shop", "--json", folder=home).json
    told = {one["asset"]: one for one in document["high_water"]}
    assert {asset: one["reason"] for asset, one in told.items()} == {
        "customers": "high_water_unusable",
        "orders": "since_high_water",
    }
    assert told["orders"]["last_read_whole"] < told["customers"]["last_read_whole"]
    assert document["rows_read"] == 121
    page = reeve("inventory", "export", "--format", "html", folder=home)
    assert "last read whole on" in page.out
    assert "since_high_water" in reeve("inventory", "export", "--format", "csv", folder=home).out
    assert "last read whole on" in reeve("scan", "shop", folder=home).out.replace("\n", " ")


def test_blocks_need_a_sample(home: Path) -> None:
    ran = reeve("scan", "--blocks", folder=home)
    assert ran.code == 2
    assert "--sample" in ran.err
    drawn = reeve("scan", "--blocks", "--sample", "20", "--json", folder=home)
    assert drawn.code == 0
    assert {one["coverage"] for one in drawn.json["not_full"]} == {"sampled", "skipped"}


def test_exit_codes_tell_findings_from_failures(home: Path) -> None:
    assert reeve("scan", "shop", "--fail-on", "confidential", folder=home).code == 1
    assert reeve("scan", "shop", "--fail-on", "restricted", folder=home).code == 0
    with closing(sqlite3.connect(home / "shop.db")) as connection, connection:
        connection.execute("CREATE VIEW broken AS SELECT no_such_function(id) FROM orders")
    ran = reeve("scan", "shop", folder=home)
    assert ran.code == 3
    assert "broken: failed" in ran.out
    (home / "shop.db").unlink()
    ran = reeve("scan", folder=home)
    assert ran.code == 3
    assert "could not be listed" in ran.out


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("stores:\n  shop: {kind: sql, url: 'sqlite:///shop.db', ownr: me}\n", "reeve.yaml:2"),
        ("stores:\n  shop: {kind: sql, url: 'not a url'}\n", "reeve.yaml:2"),
        ("stores:\n  shop: {kind: sql, url: 'mysql://u:${NO_SUCH_PASSWORD}@h/db'}\n", "NO_SUCH_PASSWORD"),
        ("stores:\n  shop: {kind: sql, url: 'mysql://u:hunter2@h/db'}\n", "reeve.yaml:2"),
    ],
)
def test_a_wrong_configuration_names_its_line_and_no_secret(tmp_path: Path, config: str, said: str) -> None:
    (tmp_path / "reeve.yaml").write_text(config)
    ran = reeve("scan", folder=tmp_path)
    assert ran.code == 2
    assert said in ran.err.replace("\n", "")
    assert "hunter2" not in ran.err + ran.out
    assert "Traceback" not in ran.err


def test_unknown_stores_and_missing_configurations_are_bad_usage(home: Path, tmp_path: Path) -> None:
    ran = reeve("scan", "shpo", folder=home)
    assert ran.code == 2
    assert "did you mean shop" in ran.err
    assert reeve("scan", folder=tmp_path).code == 2
    assert reeve("--config", home / "reeve.yaml", "scan", "shop", folder=tmp_path).code == 0


def test_exports_agree_and_hold_no_value(home: Path) -> None:
    reeve("scan", folder=home)
    document = reeve("inventory", "export", "--format", "json", folder=home)
    table = reeve("inventory", "export", "--format", "csv", folder=home)
    page = reeve("inventory", "export", "--format", "html", "-o", "report.html", folder=home)
    assert page.code == 0
    rows = document.json
    read = list(csv.DictReader(io.StringIO(table.out)))
    assert [row["field"] or "" for row in rows] == [row["field"] for row in read]
    email = next(row for row in rows if (row["asset"], row["field"]) == ("customers", "email"))
    assert list(email)[:11] == (
        "store asset field entity category sensitivity confidence rows_read matches coverage bound".split()
    )
    assert (email["entity"], email["coverage"], email["bound"]) == ("EMAIL_ADDRESS", "full", 0.0)
    for text in (document.out, table.out, (home / "report.html").read_text()):
        assert CANARY not in text
        assert "zebra" not in text


def test_a_persons_verdict_stands_and_the_scan_says_where_it_disagrees(home: Path) -> None:
    reeve("scan", folder=home)
    place = "shop/customers.email"
    refused = reeve("inventory", "correct", place, "--nothing", "--reason", f"asked {CANARY}", folder=home)
    assert refused.code == 2
    assert "personal data" in refused.err
    assert reeve("inventory", "correct", place, "--nothing", "--reason", "test data only", folder=home).code == 0
    again = reeve("scan", folder=home)
    assert f"{place}: the last scan would say: EMAIL_ADDRESS" in again.out
    rows = reeve("inventory", "export", folder=home).json
    assert next(row for row in rows if (row["asset"], row["field"]) == ("customers", "email"))["entity"] is None
    assert reeve("inventory", "confirm", place, "--reason", "was right after all", folder=home).code == 0
    assert "would say" not in reeve("scan", folder=home).out
    unknown = reeve("inventory", "confirm", "shop/customers.nothing", "--reason", "x", folder=home)
    assert unknown.code == 2
    strange = reeve("inventory", "correct", place, "--entity", "NO_SUCH", "--reason", "x", folder=home)
    assert strange.code == 2
    assert "EMAIL_ADDRESS" in strange.err


def kill_after(home: Path, chunks: int) -> None:
    """Scan in a process that is killed (SIGKILL) after so many chunks were committed."""
    command = [sys.executable, "-m", "tests.estate.scan.estate", str(home / "reeve.yaml"), str(home)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(chunks):
            assert process.stdout.readline() == "chunk\n"
        os.kill(process.pid, signal.SIGKILL)


def test_kill_9_costs_at_most_the_chunk_under_way(home: Path) -> None:
    kills = (4, 2)
    finish = [sys.executable, "-m", "tests.estate.scan.estate", str(home / "reeve.yaml"), str(home)]
    database = open_state(load_settings(home / "reeve.yaml"), SystemClock())
    scanner(database, stores(home)).run()
    undisturbed, states = sketches(database), coverage(database)
    for chunks in kills:
        kill_after(home, chunks)
    last = subprocess.run(finish, check=True, capture_output=True, text=True)
    done = sum(kills)
    assert last.stdout.count("chunk") in {7 - done, 7 - done - len(kills)}  # committed before the kill came, or not
    assert sketches(database) == undisturbed
    assert coverage(database) == states
    database.close()
