"""``reeve scans``: what was scanned, and how it ended."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.reeve import reeve
from tests.estate.scan.estate import build
from tests.states import with_state

CONFIG = """
stores:
  shop: {kind: sql, url: "sqlite:///shop.db"}
  files: {kind: files, path: files}
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with a configured estate."""
    folder = build(tmp_path / "home", people=60)
    (folder / "reeve.yaml").write_text(CONFIG)
    return with_state(folder)


def test_scans_are_told_newest_first_with_their_account(home: Path) -> None:
    before = reeve("scans", folder=home)
    assert (before.code, before.out) == (0, "")
    assert "no scan yet" in before.err
    assert reeve("scans", "--json", folder=home).json == {"total": 0, "skip": 0, "scans": []}
    made = reeve("scan", "--json", folder=home).json
    with closing(sqlite3.connect(home / "shop.db")) as connection, connection:
        connection.execute("CREATE TABLE leads (email TEXT)")
        connection.execute("INSERT INTO leads SELECT email FROM customers")
    again = reeve("scan", "shop", "--json", folder=home).json
    ran = reeve("scans", "--json", folder=home)
    assert ran.err == ""
    assert ran.json["total"] == 2
    newest, first = ran.json["scans"]
    for told, scan in ((newest, again), (first, made)):
        assert {key: told[key] for key in ("scan", "status", "objects", "rows", "bytes", "drift")} == {
            key: scan[key] for key in ("scan", "status", "objects", "rows", "bytes", "drift")
        }
    assert (newest["stores"], first["stores"]) == (["shop"], ["files", "shop"])
    assert newest["drift_counts"] == {"field_added": 1, "asset_added": 1}
    assert newest["drift_sentences"] == [
        "New personal data: shop/leads.email holds EMAIL_ADDRESS.",
        "New table: shop/leads.",
    ]
    assert newest["drift"][0] == {
        "kind": "field_added",
        "store": "shop",
        "asset": "leads",
        "field": "email",
        "was": [],
        "now": ["TEXT"],
        "entities": ["EMAIL_ADDRESS"],
        "rejudged": False,
        "sentence": "New personal data: shop/leads.email holds EMAIL_ADDRESS.",
    }
    assert first["started_at"] <= first["ended_at"] <= newest["started_at"] <= newest["ended_at"]
    assert newest["actor"]["kind"] == "person"
    assert len(newest["pack"]) == 12
    text = reeve("scans", folder=home).out
    assert text.index(newest["scan"]) < text.index(first["scan"])
    assert "complete with exceptions" in text
    assert "New personal data: shop/leads.email holds EMAIL_ADDRESS." in text
    assert "1 skipped" in text


def test_the_list_pages(home: Path) -> None:
    scans = [reeve("scan", "files", "--json", folder=home).json["scan"] for _ in range(3)]
    page = reeve("scans", "--limit", "2", "--json", folder=home).json
    assert page["total"] == 3
    assert [one["scan"] for one in page["scans"]] == scans[:0:-1]
    rest = reeve("scans", "--limit", "2", "--skip", "2", "--json", folder=home).json
    assert [one["scan"] for one in rest["scans"]] == scans[:1]
    assert "1 more: --skip 2" in reeve("scans", "--limit", "2", folder=home).err
    beyond = reeve("scans", "--skip", "9", folder=home)
    assert (beyond.code, beyond.out, beyond.err) == (0, "", "")
    assert reeve("scans", "--limit", "0", folder=home).code == 2
